/* stack.c - the specimen as a stack of seven bands: colours, ultraviolet, mask
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Red, green and blue are the signals of the photograph, noise and all, before they are
 * encoded as sRGB. The ultraviolet is a second exposure of the same specimen with the
 * same lamp.
 */
#include "engine/synthesis/stack.h"

#include <errno.h>
#include <tiffio.h>

#include "engine/synthesis/photograph.h"

/* Where GDAL, and all who read with it, look for the names of bands. */
#define TAG_GDAL_METADATA 42112

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TIFF, TIFFClose)

const char *
pheno_stack_band_name (int band)
{
  static const char *const names[PHENO_STACK_BANDS]
      = { "R", "G", "B", "UV-R", "UV-G", "UV-B", "mask" };

  return names[band];
}

static guint16
quantise (float signal)
{
  return (guint16) (CLAMP (signal * PHENO_STACK_WHITE, 0, 65535) + 0.5f);
}

/* The pin, the eyes and all else above the scale bar that is not card is specimen. */
static gboolean
is_specimen (const float *weight, float y)
{
  float share = 0;

  if (y > -0.86f)
    return weight[PHENO_SCENE_CARD] < 0.5f;
  for (int part = 0; part < PHENO_N_PARTS; part++)
    share += weight[part];
  return share >= 0.5f;
}

void
pheno_stack_take (const PhenoSpecimen *specimen, int size, guint16 *pixels)
{
  float response[PHENO_N_SCENE][PHENO_N_CHANNELS], weight[PHENO_N_SCENE], normal[8];
  float pixel = 2.0f / size;

  pheno_photograph_respond (specimen, response);
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++)
      {
        gsize at = (gsize) row * size + column;
        guint16 *to = pixels + at * PHENO_STACK_BANDS;
        float y = 1 - (row + 0.5f) * pixel;
        float light = specimen->exposure
                      * pheno_specimen_at (specimen, (column + 0.5f) * pixel - 1, y,
                                           pixel, weight);

        pheno_specimen_normals (specimen, PHENO_STREAM_SENSOR, (guint32) at, normal);
        pheno_specimen_normals (specimen, PHENO_STREAM_ULTRAVIOLET, (guint32) at,
                                normal + 4);
        for (int c = 0; c < PHENO_N_CHANNELS; c++)
          {
            float gain = c < 3 ? specimen->gain[c] : specimen->ultraviolet_gain[c - 3];
            float signal = 0;

            for (int m = 0; m < PHENO_N_SCENE; m++)
              signal += weight[m] * response[m][c];
            to[c] = quantise (pheno_sensor_expose (signal * light * gain, specimen->noise,
                                                   normal[c < 3 ? c : c + 1]));
          }
        to[PHENO_STACK_MASK] = is_specimen (weight, y) ? 65535 : 0;
      }
}

/* Keeps what libtiff says of a write that fails off the terminal; errno tells it. */
static int
hear (TIFF *tiff, void *user_data, const char *module, const char *format, va_list words)
{
  return 1;
}

static void
set_tags (TIFF *tiff, int size)
{
  static const TIFFFieldInfo fields[]
      = { { TAG_GDAL_METADATA, -1, -1, TIFF_ASCII, FIELD_CUSTOM, TRUE, FALSE,
            (char *) "GDALMetadata" } };
  const guint16 extra[PHENO_STACK_BANDS - 3] = { EXTRASAMPLE_UNSPECIFIED };
  g_autoptr (GString) names = g_string_new ("<GDALMetadata>\n"), text = g_string_new ("");

  for (int band = 0; band < PHENO_STACK_BANDS; band++)
    {
      g_string_append_printf (names,
                              "  <Item name=\"DESCRIPTION\" sample=\"%d\" "
                              "role=\"description\">%s</Item>\n",
                              band, pheno_stack_band_name (band));
      g_string_append_printf (text, "%s%s",
                              band ? "," : "bands=", pheno_stack_band_name (band));
    }
  g_string_append (names, "</GDALMetadata>\n");
  g_string_append_printf (text, "\nreflectance_scale_factor=%d\n", PHENO_STACK_WHITE);

  TIFFMergeFieldInfo (tiff, fields, G_N_ELEMENTS (fields));
  TIFFSetField (tiff, TIFFTAG_IMAGEWIDTH, (guint32) size);
  TIFFSetField (tiff, TIFFTAG_IMAGELENGTH, (guint32) size);
  TIFFSetField (tiff, TIFFTAG_SAMPLESPERPIXEL, PHENO_STACK_BANDS);
  TIFFSetField (tiff, TIFFTAG_BITSPERSAMPLE, 16);
  TIFFSetField (tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  TIFFSetField (tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField (tiff, TIFFTAG_EXTRASAMPLES, PHENO_STACK_BANDS - 3, extra);
  TIFFSetField (tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField (tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField (tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField (tiff, TIFFTAG_ZIPQUALITY, 1);
  TIFFSetField (tiff, TIFFTAG_ROWSPERSTRIP, 32);
  TIFFSetField (tiff, TIFFTAG_IMAGEDESCRIPTION, text->str);
  TIFFSetField (tiff, TAG_GDAL_METADATA, names->str);
}

static gboolean
write_rows (TIFF *tiff, const guint16 *pixels, int size)
{
  gsize length = (gsize) size * PHENO_STACK_BANDS;
  g_autofree guint16 *row = g_new (guint16, length);

  for (int y = 0; y < size; y++)
    {
      /* The predictor changes the row in its place. */
      memcpy (row, pixels + y * length, length * sizeof *row);
      if (TIFFWriteScanline (tiff, row, (guint32) y, 0) < 0)
        return FALSE;
    }
  return TIFFWriteDirectory (tiff) != 0;
}

gboolean
pheno_stack_write (const guint16 *pixels, int size, const char *path, GError **error)
{
  g_autoptr (PhenoReplacement) replacement = pheno_replacement_new (path, error);
  g_autoptr (TIFF) tiff = NULL;
  TIFFOpenOptions *options;

  if (replacement == NULL)
    return FALSE;
  options = TIFFOpenOptionsAlloc ();
  TIFFOpenOptionsSetErrorHandlerExtR (options, hear, NULL);
  errno = 0;
  tiff = TIFFOpenExt (pheno_replacement_path (replacement), "w", options);
  TIFFOpenOptionsFree (options);
  if (tiff != NULL)
    set_tags (tiff, size);
  if (tiff == NULL || !write_rows (tiff, pixels, size))
    {
      pheno_set_file_error (error, path, errno != 0 ? errno : EIO);
      return FALSE;
    }
  TIFFClose (g_steal_pointer (&tiff));
  return pheno_replacement_commit (replacement, error);
}
