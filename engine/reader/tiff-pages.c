/* tiff-pages.c - is a TIFF a photograph or a stack of bands, and of which pages?
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     a photograph       8 or 16 bits, grey, RGB or CMYK, alpha at the most
 *     samples as bands   RGB and more, or any number of samples of black is 0
 *     pages as bands     several pages of the size and kind of the first
 *     ImageJ             one page, and "images=7" in its description: the others lie
 *                        behind it without a directory, which ImageJ does so that stacks
 *                        may be over 4 GB
 *
 * Floats, signed samples and those of over 16 bits are measurements however many.
 * A page that says of itself that it is smaller (a pyramid) or a mask is no band; so is
 * one of another size, which is a thumbnail.
 */
#include "engine/reader/measured.h"
#include "engine/reader/tiff.h"

#include <string.h>

static void
look_at_alpha (TIFF *tiff, PhenoTiffPage *page)
{
  guint16 count = 0, *meanings = NULL;
  int flagged = 0;

  if (!TIFFGetField (tiff, TIFFTAG_EXTRASAMPLES, &count, &meanings) || count < 1
      || count >= page->samples)
    return;
  for (int i = 0; i < count; i++)
    flagged += meanings[i] != EXTRASAMPLE_UNSPECIFIED;
  page->has_alpha = flagged == 1 && meanings[count - 1] != EXTRASAMPLE_UNSPECIFIED;
}

static void
look_at_predictor (TIFF *tiff, PhenoTiffPage *page)
{
  guint16 predictor = PREDICTOR_NONE;

  switch (page->compression)
    {
    case COMPRESSION_LZW:
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_ZSTD:
    case COMPRESSION_LZMA:
      TIFFGetFieldDefaulted (tiff, TIFFTAG_PREDICTOR, &predictor);
      break;
    default:
      break;
    }
  page->sums
      = predictor == PREDICTOR_HORIZONTAL
        && (page->bits == 8 || page->bits == 16 || page->bits == 32 || page->bits == 64);
}

static gboolean
look_at_page (TIFF *tiff, PhenoTiffPage *page)
{
  memset (page, 0, sizeof *page);
  page->offset = TIFFCurrentDirOffset (tiff);
  page->tiled = TIFFIsTiled (tiff);
  TIFFGetField (tiff, TIFFTAG_IMAGEWIDTH, &page->width);
  TIFFGetField (tiff, TIFFTAG_IMAGELENGTH, &page->height);
  TIFFGetFieldDefaulted (tiff, TIFFTAG_SAMPLESPERPIXEL, &page->samples);
  TIFFGetFieldDefaulted (tiff, TIFFTAG_BITSPERSAMPLE, &page->bits);
  TIFFGetFieldDefaulted (tiff, TIFFTAG_SAMPLEFORMAT, &page->format);
  TIFFGetFieldDefaulted (tiff, TIFFTAG_PLANARCONFIG, &page->planar);
  TIFFGetFieldDefaulted (tiff, TIFFTAG_COMPRESSION, &page->compression);
  TIFFGetFieldDefaulted (tiff, TIFFTAG_FILLORDER, &page->fill_order);
  if (!TIFFGetField (tiff, TIFFTAG_PHOTOMETRIC, &page->photometric))
    page->photometric = PHOTOMETRIC_MINISBLACK;
  look_at_alpha (tiff, page);
  look_at_predictor (tiff, page);

  if (page->tiled)
    {
      TIFFGetField (tiff, TIFFTAG_TILEWIDTH, &page->piece_width);
      TIFFGetField (tiff, TIFFTAG_TILELENGTH, &page->piece_height);
    }
  else
    {
      page->piece_width = page->width;
      TIFFGetFieldDefaulted (tiff, TIFFTAG_ROWSPERSTRIP, &page->piece_height);
      page->piece_height = MIN (page->piece_height, page->height);
    }

  return page->width > 0 && page->height > 0 && page->samples > 0
         && page->width <= G_MAXINT && page->height <= G_MAXINT && page->piece_width > 0
         && page->piece_height > 0;
}

static gboolean
is_alike (const PhenoTiffPage *page, const PhenoTiffPage *first)
{
  return page->width == first->width && page->height == first->height
         && page->samples == first->samples && page->bits == first->bits
         && page->format == first->format && page->photometric == first->photometric;
}

gboolean
pheno_tiff_type (const PhenoTiffPage *page, PhenoSampleType *type)
{
  static const struct
  {
    guint16 format, most_bits;
    PhenoSampleType type;
  } types[] = {
    { SAMPLEFORMAT_UINT, 8, PHENO_SAMPLE_UINT8 },
    { SAMPLEFORMAT_UINT, 16, PHENO_SAMPLE_UINT16 },
    { SAMPLEFORMAT_UINT, 32, PHENO_SAMPLE_UINT32 },
    { SAMPLEFORMAT_UINT, 64, PHENO_SAMPLE_UINT64 },
    { SAMPLEFORMAT_INT, 8, PHENO_SAMPLE_INT8 },
    { SAMPLEFORMAT_INT, 16, PHENO_SAMPLE_INT16 },
    { SAMPLEFORMAT_INT, 32, PHENO_SAMPLE_INT32 },
    { SAMPLEFORMAT_INT, 64, PHENO_SAMPLE_INT64 },
    { SAMPLEFORMAT_IEEEFP, 16, PHENO_SAMPLE_FLOAT16 },
    { SAMPLEFORMAT_IEEEFP, 32, PHENO_SAMPLE_FLOAT32 },
    { SAMPLEFORMAT_IEEEFP, 64, PHENO_SAMPLE_FLOAT64 },
  };
  guint16 format = page->format == SAMPLEFORMAT_VOID ? SAMPLEFORMAT_UINT : page->format;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].format == format && page->bits <= types[i].most_bits)
      {
        *type = types[i].type;
        /* Only whole numbers without sign may have bits of any number. */
        return page->bits == types[i].most_bits
               || (format == SAMPLEFORMAT_UINT && page->bits >= 1 && page->bits < 32);
      }

  return FALSE;
}

/* A kind of picture that libvips makes colours of, or refuses in its words. */
static gboolean
is_for_colours (const PhenoTiffPage *page)
{
  int extra;

  switch (page->photometric)
    {
    case PHOTOMETRIC_PALETTE:
    case PHOTOMETRIC_YCBCR:
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
      return TRUE;
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
      extra = page->samples - 3;
      break;
    case PHOTOMETRIC_SEPARATED:
      extra = page->samples - 4;
      break;
    default:
      extra = page->samples == 3 && page->bits <= 8 ? 0 : page->samples - 1;
      break;
    }

  /* 3, 7, 10, 12, 14 bits come from detectors, and libvips reads none of them. */
  return (page->format == SAMPLEFORMAT_UINT || page->format == SAMPLEFORMAT_VOID)
         && page->bits <= 16 && (page->bits & (page->bits - 1)) == 0
         && (extra <= 0 || (extra == 1 && page->has_alpha));
}

/* "ImageJ=1.53t\nimages=7\n...": how many there are. */
static guint
imagej_images (TIFF *tiff)
{
  const char *text = NULL, *line;

  if (!TIFFGetField (tiff, TIFFTAG_IMAGEDESCRIPTION, &text) || text == NULL
      || !g_str_has_prefix (text, "ImageJ="))
    return 0;
  line = strstr (text, "\nimages=");

  return line != NULL ? (guint) MIN (g_ascii_strtoull (line + 8, NULL, 10), G_MAXINT) : 0;
}

static guint64
number_at (const PhenoTiffHandle *handle, guint64 offset, gsize size)
{
  const PhenoMapped *mapped = handle->mapped;
  gboolean big_endian = mapped->bytes[0] == 'M';
  guint64 number = 0;

  if (offset > mapped->length || mapped->length - offset < size)
    return 0;
  for (gsize i = 0; i < size; i++)
    number = number << 8 | mapped->bytes[offset + (big_endian ? i : size - 1 - i)];

  return number;
}

/* Where the directory behind the one at @offset is; 0: it is the last. */
static guint64
next_directory (const PhenoTiffHandle *handle, guint64 offset)
{
  if (TIFFIsBigTIFF (handle->tiff))
    {
      guint64 count = number_at (handle, offset, 8);

      return count < G_MAXUINT32 ? number_at (handle, offset + 8 + 20 * count, 8) : 0;
    }

  return number_at (handle, offset + 2 + 12 * number_at (handle, offset, 2), 4);
}

static gboolean
is_cut (const PhenoTiffHandle *handle, guint64 offset)
{
  gboolean big = TIFFIsBigTIFF (handle->tiff);
  guint64 count = number_at (handle, offset, big ? 8 : 2);
  guint64 length = handle->mapped->length;

  return offset >= length || count == 0
         || (big ? 16 + 20 * MIN (count, G_MAXUINT32) : 6 + 12 * count) > length - offset;
}

static void
collect_pages (PhenoTiffHandle *handle, PhenoTiffLook *look)
{
  const PhenoTiffPage first = g_array_index (look->pages, PhenoTiffPage, 0);
  TIFF *tiff = handle->tiff;

  while (look->pages->len < PHENO_MOST_BANDS && !TIFFLastDirectory (tiff))
    {
      guint64 next = next_directory (handle, TIFFCurrentDirOffset (tiff));
      PhenoTiffPage page;
      guint32 kind = 0;

      if (!TIFFReadDirectory (tiff))
        {
          look->cut = is_cut (handle, next);
          return;
        }
      TIFFGetFieldDefaulted (tiff, TIFFTAG_SUBFILETYPE, &kind);
      if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0
          && look_at_page (tiff, &page) && is_alike (&page, &first))
        g_array_append_val (look->pages, page);
    }
}

gboolean
pheno_tiff_look (PhenoTiffHandle *handle, PhenoTiffLook *look)
{
  PhenoTiffPage first;
  gboolean for_colours;
  guint images;

  if (!look_at_page (handle->tiff, &first))
    return FALSE;
  for_colours = is_for_colours (&first);
  if (for_colours
      && (first.bits < 8 || first.photometric == PHOTOMETRIC_PALETTE
          || first.photometric == PHOTOMETRIC_LOGL
          || first.photometric == PHOTOMETRIC_LOGLUV
          || (first.photometric == PHOTOMETRIC_YCBCR
              && first.compression != COMPRESSION_JPEG)))
    return FALSE;

  g_array_append_val (look->pages, first);
  images = imagej_images (handle->tiff);
  collect_pages (handle, look);
  if (images > 1 && look->pages->len == 1 && first.compression == COMPRESSION_NONE
      && !first.tiled && (first.samples == 1 || first.planar == PLANARCONFIG_CONTIG))
    {
      look->contiguous = images;
      look->cut = FALSE; /* whether the samples are there is seen then */
    }

  return !for_colours || look->pages->len > 1 || look->contiguous > 0 || look->cut;
}
