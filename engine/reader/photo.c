/* photo.c - photographs through libvips: JPEG, PNG, TIFF, WebP, HEIF
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     file ─► rows in order ─► area average ─► turned upright ─► sRGB
 *             (libvips)        (photo-shrink)  (photo-turn)      (photo-colour)
 *
 * Colour and turning come after the average, where there are few pixels left. Rows are
 * asked for in order and dropped again, so a photograph of 30,000 × 30,000 pixels needs
 * some rows of memory and not 2.7 GB.
 */
#include "engine/reader/photo.h"
#include "engine/reader/reader-class.h"
#include "engine/reader/vips-words.h"

#include <pthread.h>
#include <string.h>

static const char *const extensions[] = { "jpg",  "jpeg", "jpe",  "jfif", "png",  "tif",
                                          "tiff", "webp", "heic", "heif", "avif", NULL };

static const struct
{
  const char *name, *label;
} formats[] = {
  [PHOTO_JPEG] = { "jpeg", "JPEG" }, [PHOTO_PNG] = { "png", "PNG" },
  [PHOTO_TIFF] = { "tiff", "TIFF" }, [PHOTO_WEBP] = { "webp", "WebP" },
  [PHOTO_HEIF] = { "heif", "HEIF" },
};

/* Photographs over this many pixels that cannot come row by row are decoded one at a
 * time, so that as many threads as there are cores do not fill the memory. */
#define ALONE_PIXELS (1 << 25)
static pthread_mutex_t large_lock = PTHREAD_MUTEX_INITIALIZER;

const char *
pheno_photo_format_name (PhotoFormat format)
{
  return formats[format].name;
}

const char *
pheno_photo_format_label (PhotoFormat format)
{
  return formats[format].label;
}

PhotoFormat
pheno_photo_format_of (const guint8 *bytes, gsize length)
{
  static const char *const heif_brands[]
      = { "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis" };

  if (length >= 3 && memcmp (bytes, "\xff\xd8\xff", 3) == 0)
    return PHOTO_JPEG;
  if (length >= 8 && memcmp (bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return PHOTO_PNG;
  if (length >= 4
      && (memcmp (bytes, "II*\0", 4) == 0 || memcmp (bytes, "MM\0*", 4) == 0
          || memcmp (bytes, "II+\0", 4) == 0 || memcmp (bytes, "MM\0+", 4) == 0))
    return PHOTO_TIFF;
  if (length >= 12 && memcmp (bytes, "RIFF", 4) == 0
      && memcmp (bytes + 8, "WEBP", 4) == 0)
    return PHOTO_WEBP;
  if (length >= 12 && memcmp (bytes + 4, "ftyp", 4) == 0)
    for (gsize i = 0; i < G_N_ELEMENTS (heif_brands); i++)
      if (memcmp (bytes + 8, heif_brands[i], 4) == 0)
        return PHOTO_HEIF;

  return PHOTO_NONE;
}

static PhenoProbe
probe (const char *path, const guint8 *bytes, gsize length)
{
  return pheno_photo_format_of (bytes, length) != PHOTO_NONE ? PHENO_PROBE_SURE
                                                             : PHENO_PROBE_NO;
}

VipsImage *
pheno_photo_open (const char *path, PhotoFormat format, int shrink)
{
  VipsImage *image = NULL;

#define ROWS_IN_ORDER "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR
  switch (format)
    {
    case PHOTO_JPEG:
      vips_jpegload (path, &image, "shrink", shrink, ROWS_IN_ORDER, NULL);
      break;
    case PHOTO_PNG:
      vips_pngload (path, &image, ROWS_IN_ORDER, NULL);
      break;
    case PHOTO_TIFF:
      vips_tiffload (path, &image, ROWS_IN_ORDER, NULL);
      break;
    case PHOTO_WEBP:
      vips_webpload (path, &image, ROWS_IN_ORDER, NULL);
      break;
    case PHOTO_HEIF:
      vips_heifload (path, &image, ROWS_IN_ORDER, NULL);
      break;
    case PHOTO_NONE:
    default:
      break;
    }
#undef ROWS_IN_ORDER

  return image;
}

/* An attempt at a file, made a second time to hear why it failed. */
typedef struct
{
  const char *path;
  PhotoFormat format;
  int shorter_side;
  int rows, rows_read;      /* 0: not even the header, or not one row */
  PhenoImageHeader *header; /* %NULL: pixels are wanted */
  PhenoImage *image;
} Attempt;

static void
fill_header (Attempt *attempt, VipsImage *image)
{
  PhenoImageHeader *header = attempt->header;
  gboolean turned = vips_image_get_orientation_swap (image);

  header->format = pheno_photo_format_name (attempt->format);
  header->width = turned ? image->Ysize : image->Xsize;
  header->height = turned ? image->Xsize : image->Ysize;
  header->bands = 3;
  for (int i = 0; i < 3; i++)
    header->default_bands[i] = i;
  header->has_mask = pheno_photo_has_mask (image);
  header->type
      = image->BandFmt == VIPS_FORMAT_USHORT ? PHENO_SAMPLE_UINT16 : PHENO_SAMPLE_UINT8;
  header->modality = PHENO_MODALITY_RGB;
}

/* The largest of 1, 2, 4, 8 that leaves twice the pixels wanted: the decoder drops high
 * frequencies block by block, and averaging what is left hides the seams. */
static int
jpeg_shrink (int shorter, int wanted)
{
  int shrink = 1;

  while (shrink < 8 && shorter / (shrink * 2) >= wanted * 2)
    shrink *= 2;

  return shrink;
}

/* @width and @height at which the shorter side is @wanted, or as they are. */
static void
fit (int *width, int *height, int wanted)
{
  int shorter = MIN (*width, *height);

  if (wanted == 0 || shorter <= wanted)
    return;

  *width = MAX (
      1, (int) (((gint64) *width * wanted * 2 + shorter) / (2 * (gint64) shorter)));
  *height = MAX (
      1, (int) (((gint64) *height * wanted * 2 + shorter) / (2 * (gint64) shorter)));
}

static gboolean
decode (Attempt *attempt, VipsImage *full, GError **error)
{
  g_autoptr (VipsImage) image = g_object_ref (full);
  g_autoptr (PhenoImage) picture = NULL;
  int width = full->Xsize, height = full->Ysize, shrink = 1;
  gboolean alone = pheno_photo_is_scrambled (attempt->format, full)
                   && (gint64) width * height > ALONE_PIXELS;

  fit (&width, &height, attempt->shorter_side);
  if (attempt->format == PHOTO_JPEG && attempt->shorter_side > 0)
    shrink = jpeg_shrink (MIN (full->Xsize, full->Ysize), attempt->shorter_side);
  if (shrink > 1)
    {
      g_object_unref (image);
      image = pheno_photo_open (attempt->path, attempt->format, shrink);
      if (image == NULL)
        return FALSE;
    }

  attempt->rows = full->Ysize;
  if (alone)
    pthread_mutex_lock (&large_lock);
  picture = pheno_photo_shrink (image, width, height, &attempt->rows_read, error);
  if (alone)
    pthread_mutex_unlock (&large_lock);
  attempt->rows_read *= shrink;

  if (picture != NULL)
    picture = pheno_photo_turn (g_steal_pointer (&picture),
                                vips_image_get_orientation (full), error);
  if (picture != NULL)
    picture
        = pheno_photo_to_srgb (g_steal_pointer (&picture), full, attempt->path, error);
  attempt->image = g_steal_pointer (&picture);

  return attempt->image != NULL;
}

/* FALSE without @error: libvips has the words. */
static gboolean
try_once (Attempt *attempt, GError **error)
{
  g_autoptr (VipsImage) image = pheno_photo_open (attempt->path, attempt->format, 1);

  attempt->rows = attempt->rows_read = 0;
  if (image == NULL || !pheno_photo_check (attempt->path, attempt->format, image, error))
    return FALSE;

  if (attempt->header != NULL)
    {
      fill_header (attempt, image);
      return TRUE;
    }

  return decode (attempt, image, error);
}

static void
set_broken_error (const Attempt *attempt, const char *words, GError **error)
{
  g_autofree char *name = pheno_display_name (attempt->path);
  const char *label = pheno_photo_format_label (attempt->format);

  if (words == NULL)
    words = _ ("no reason given");

  if (attempt->rows_read > 0)
    {
      g_autofree char *read = g_strdup_printf ("%d", attempt->rows_read);
      g_autofree char *rows = g_strdup_printf ("%d", attempt->rows);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” is cut short or damaged: only %s of its %s rows can be read "
                      "(%s). Copy "
                      "the file again, or take it out of the folder."),
                   name, read, rows, words);
    }
  else
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_FORMAT,
        _ ("“%s” cannot be read as %s (%s). Copy the file again, save it anew with an "
           "image program, or take it out of the folder."),
        name, label, words);
}

static gboolean
attempt_twice (Attempt *attempt, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean done;

  if (!pheno_vips_start (error))
    return FALSE;

  pheno_vips_listen (FALSE);
  done = try_once (attempt, &local_error);
  pheno_vips_done (FALSE);

  if (!done && local_error == NULL)
    {
      g_autofree char *words = NULL;

      pheno_vips_listen (TRUE);
      done = try_once (attempt, &local_error);
      words = pheno_vips_done (TRUE);
      if (!done && local_error == NULL)
        set_broken_error (attempt, words, &local_error);
    }
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return done;
}

static gboolean
find_format (Attempt *attempt, GError **error)
{
  guint8 bytes[PHENO_PROBE_BYTES];
  gssize length = pheno_reader_first_bytes (attempt->path, bytes, sizeof bytes, error);

  if (length < 0)
    return FALSE;

  /* The file may have changed since the probe; then it is read as what it was probed for
   * no longer, and libvips refuses it. */
  attempt->format = pheno_photo_format_of (bytes, length);
  if (attempt->format != PHOTO_NONE)
    return TRUE;

  attempt->format = PHOTO_JPEG;
  set_broken_error (attempt, _ ("the file is being changed"), error);
  return FALSE;
}

static gboolean
read_header (const char *path, PhenoImageHeader *header, GError **error)
{
  Attempt attempt = { .path = path, .header = header };

  return find_format (&attempt, error) && attempt_twice (&attempt, error);
}

static PhenoImage *
read_pixels (const char *path, int shorter_side, GError **error)
{
  Attempt attempt = { .path = path, .shorter_side = shorter_side };

  if (!find_format (&attempt, error) || !attempt_twice (&attempt, error))
    return NULL;

  return attempt.image;
}

const PhenoReaderClass pheno_photo_reader = {
  .name = "photo",
  .extensions = extensions,
  .probe = probe,
  .read_header = read_header,
  .read = read_pixels,
};
