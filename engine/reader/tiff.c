/* tiff.c - scientific TIFF: more bands than colours, floats, stacks of pages
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Photographs in TIFF, which need colour management, are left to libvips: tiff-pages.c
 * decides. Samples are delivered as they are, without orientation and without turning
 * "white is 0" round: they are measurements.
 */
#include "engine/reader/tiff.h"
#include "engine/reader/measured.h"

#include <string.h>

static const char *const extensions[] = { "tif", "tiff", "btf", "tf8", NULL };

static void
close_stack (gpointer file)
{
  PhenoTiffStack *stack = file;

  g_clear_pointer (&stack->idle, g_ptr_array_unref);
  g_clear_pointer (&stack->mapped, pheno_mapped_close);
  g_clear_pointer (&stack->pages, g_array_unref);
  pthread_mutex_destroy (&stack->lock);
  g_free (stack->path);
  g_free (stack);
}
typedef PhenoTiffStack Stack;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stack, close_stack)

static gboolean
is_tiff (const guint8 *bytes, gsize length)
{
  return length >= 8
         && (memcmp (bytes, "II*\0", 4) == 0 || memcmp (bytes, "MM\0*", 4) == 0
             || memcmp (bytes, "II+\0", 4) == 0 || memcmp (bytes, "MM\0+", 4) == 0);
}

/* What cannot even be opened is the photograph reader's: it has the words. */
static PhenoProbe
probe (const char *path, const guint8 *bytes, gsize length)
{
  g_autoptr (PhenoMapped) mapped = NULL;
  g_autoptr (PhenoTiffHandle) handle = NULL;
  g_autoptr (GArray) pages = NULL;
  PhenoTiffLook look = { 0 };

  if (!is_tiff (bytes, length) || (mapped = pheno_mapped_open (path, NULL)) == NULL
      || (handle = pheno_tiff_handle_new (mapped)) == NULL)
    return PHENO_PROBE_NO;
  look.pages = pages = g_array_new (FALSE, FALSE, sizeof (PhenoTiffPage));

  return pheno_tiff_look (handle, &look) ? PHENO_PROBE_SURE : PHENO_PROBE_NO;
}

static gboolean
check_samples (const PhenoTiffStack *stack, const PhenoTiffPage *page,
               PhenoSampleType *type, GError **error)
{
  if (pheno_tiff_type (page, type))
    return TRUE;

  if (page->format == SAMPLEFORMAT_COMPLEXINT
      || page->format == SAMPLEFORMAT_COMPLEXIEEEFP)
    return pheno_reader_fail (error, stack->path,
                              _ ("its samples are complex numbers, which are no "
                                 "brightness. Save their magnitude as float32."));
  return pheno_reader_fail (
      error, stack->path,
      _ ("its samples have %d bits of format %d, which no program here can read. Save "
         "them with 8, 16 or 32 bits."),
      page->bits, page->format);
}

static void
fill_header (const PhenoTiffStack *stack, const PhenoTiffPage *page,
             PhenoImageHeader *header)
{
  header->format = "tiff";
  header->width = (int) page->width;
  header->height = (int) page->height;
  header->bands = stack->n_pages * stack->per_page;
  header->type = stack->type;
  header->has_mask = stack->has_alpha;
  for (int i = 0; i < 3; i++)
    header->default_bands[i]
        = page->photometric == PHOTOMETRIC_RGB && stack->per_page >= 3 ? i : -1;
}

static gboolean
look_inside (PhenoTiffStack *stack, PhenoTiffHandle *handle, PhenoImageHeader *header,
             GError **error)
{
  const PhenoTiffPage *page;
  PhenoTiffLook look = { .pages = stack->pages };

  if (handle == NULL || !pheno_tiff_look (handle, &look))
    return pheno_reader_fail (error, stack->path,
                              _ ("it was replaced while it was read. Try again."));

  page = &g_array_index (stack->pages, PhenoTiffPage, 0);
  if (look.cut)
    return pheno_reader_fail (error, stack->path,
                              _ ("it is cut short: there is a page behind page %u that "
                                 "is no more in the file. Copy the file again."),
                              look.pages->len);
  stack->contiguous = look.contiguous > 0;
  stack->n_pages = stack->contiguous ? (int) look.contiguous : (int) stack->pages->len;
  stack->has_alpha = stack->n_pages == 1 && page->has_alpha;
  stack->per_page = page->samples - stack->has_alpha;
  stack->swapped = TIFFIsByteSwapped (handle->tiff);
  if (!check_samples (stack, page, &stack->type, error))
    return FALSE;
  if ((gint64) stack->n_pages * stack->per_page > PHENO_MOST_BANDS)
    return pheno_reader_fail (
        error, stack->path,
        _ ("it says that it has %d × %d bands, more than any camera has. See whether it "
           "is damaged."),
        stack->n_pages, stack->per_page);
  if (!TIFFIsCODECConfigured (page->compression))
    return pheno_reader_fail (error, stack->path,
                              _ ("its compression (%d) is not known to libtiff. Save it "
                                 "with Deflate, LZW or without compression."),
                              page->compression);
  if (!pheno_tiff_check_claim (stack, handle, error))
    return FALSE;

  fill_header (stack, page, header);

  if (!pheno_tiff_describe (handle, stack->pages, header, stack->path, error))
    return FALSE;
  stack->filling = header->has_ignored ? header->ignored_value : 0;

  return TRUE;
}

static gpointer
open_stack (const char *path, PhenoImageHeader *header, GError **error)
{
  g_autoptr (PhenoMapped) mapped = pheno_mapped_open (path, error);
  g_autoptr (PhenoTiffHandle) handle = NULL;
  g_autoptr (Stack) stack = NULL;

  if (mapped == NULL)
    return NULL;

  stack = g_new0 (PhenoTiffStack, 1);
  pthread_mutex_init (&stack->lock, NULL);
  stack->path = g_strdup (path);
  stack->mapped = g_steal_pointer (&mapped);
  stack->pages = g_array_new (FALSE, FALSE, sizeof (PhenoTiffPage));
  stack->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_tiff_handle_free);
  handle = pheno_tiff_handle_new (stack->mapped);
  if (!look_inside (stack, handle, header, error))
    {
      g_clear_pointer (&handle, pheno_tiff_handle_free); /* before its map */
      return NULL;
    }
  handle->page = -1;
  g_ptr_array_add (stack->idle, g_steal_pointer (&handle));

  return g_steal_pointer (&stack);
}

/* Transparency of any type as 0 to 255. */
static gboolean
read_mask (PhenoTiffStack *stack, const PhenoRegion *region, guint8 *mask, GError **error)
{
  const int band = 0;
  PhenoPart part = { *region, &band, 1 };
  g_autoptr (PhenoImage) alpha
      = pheno_image_new (region->width, region->height, 1, stack->type, error);
  PhenoTarget target;

  if (alpha == NULL)
    return FALSE;
  target = pheno_target_interleaved (region, 1, stack->type, alpha->pixels);
  if (!pheno_tiff_read (stack, &part, TRUE, &target, error))
    return FALSE;

  for (gsize i = 0; i < (gsize) region->width * region->height; i++)
    {
      double value = pheno_image_sample (alpha, i) / alpha->white * 255 + 0.5;

      mask[i] = value >= 0 ? (guint8) MIN (value, 255) : 0;
    }
  return TRUE;
}

static gboolean
read_part (gpointer file, const PhenoPart *part, PhenoImage *image, GError **error)
{
  PhenoTiffStack *stack = file;
  PhenoTarget target = pheno_target_interleaved (&part->region, part->n_bands,
                                                 stack->type, image->pixels);

  return pheno_tiff_read (stack, part, FALSE, &target, error)
         && (image->mask == NULL || read_mask (stack, &part->region, image->mask, error));
}

static gboolean
read_planes (gpointer file, const PhenoPart *part, float *values, GError **error)
{
  PhenoTarget target = pheno_target_planes (&part->region, values);

  return pheno_tiff_read (file, part, FALSE, &target, error);
}

const PhenoReaderClass pheno_tiff_reader = {
  .name = "tiff",
  .extensions = extensions,
  .probe = probe,
  .open = open_stack,
  .read_part = read_part,
  .read_planes = read_planes,
  .close = close_stack,
};
