/* cube.c - the specimen as a hyperspectral cube
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A line camera that has been calibrated on a white standard: the lamp is divided out,
 * so what is left of it is the noise, which is larger where it gives less light. Samples
 * are stored band interleaved by line, as such cameras write them.
 */
#include "engine/synthesis/cube.h"

#include "engine/synthesis/photograph.h"

/* A band is this many times as wide as the way to the next. */
#define BAND_OVERLAP 2.2

typedef float Spectra[PHENO_N_SCENE][PHENO_SPECTRUM_BANDS];

static void
spectra_of (const PhenoSpecimen *specimen, Spectra spectra)
{
  PhenoMaterial material[PHENO_N_SCENE];

  pheno_specimen_materials (specimen, material);
  for (int m = 0; m < PHENO_N_SCENE; m++)
    pheno_material_reflectance (&material[m], spectra[m]);
}

/* Noise of each band: fewer photons make more of it, once they are divided by the
 * white standard's. */
static void
noise_of (const PhenoSpecimen *specimen, float *noise)
{
  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    noise[band] = specimen->noise
                  / (float) sqrt (pheno_spectrum_radiance (
                      pheno_spectrum_wavelength_nm (band), specimen->kelvin));
}

static void
expose_pixel (const PhenoSpecimen *specimen, const Spectra spectra, const float *noise,
              const float *weight, float light, guint32 at, guint16 *to, int stride)
{
  const int blocks = PHENO_SPECTRUM_BANDS / 4;
  float signal[PHENO_SPECTRUM_BANDS] = { 0 }, normal[4];

  G_STATIC_ASSERT (PHENO_SPECTRUM_BANDS % 4 == 0);
  for (int m = 0; m < PHENO_N_SCENE; m++)
    if (weight[m] > 0)
      for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
        signal[band] += weight[m] * light * spectra[m][band];
  for (int block = 0; block < blocks; block++)
    {
      pheno_specimen_normals (specimen, PHENO_STREAM_CUBE, at * blocks + block, normal);
      for (int i = 0; i < 4; i++)
        {
          int band = 4 * block + i;
          float value = pheno_sensor_expose (signal[band], noise[band], normal[i]);

          to[(gsize) band * stride]
              = (guint16) (CLAMP (value * PHENO_CUBE_WHITE, 0, 65535) + 0.5f);
        }
    }
}

void
pheno_cube_take (const PhenoSpecimen *specimen, int size, guint16 *pixels)
{
  g_autofree float (*spectra)[PHENO_SPECTRUM_BANDS] = g_malloc (sizeof (Spectra));
  float weight[PHENO_N_SCENE], noise[PHENO_SPECTRUM_BANDS], pixel = 2.0f / size;

  spectra_of (specimen, spectra);
  noise_of (specimen, noise);
  for (int row = 0; row < size; row++)
    for (int column = 0; column < size; column++)
      {
        float light = specimen->exposure
                      * pheno_specimen_at (specimen, (column + 0.5f) * pixel - 1,
                                           1 - (row + 0.5f) * pixel, pixel, weight);

        expose_pixel (specimen, spectra, noise, weight, light,
                      (guint32) (row * size + column),
                      pixels + (gsize) row * PHENO_SPECTRUM_BANDS * size + column, size);
      }
}

static void
append_list (GString *text, const char *key, double (*value) (int band))
{
  g_string_append_printf (text, "%s = {", key);
  for (int band = 0; band < PHENO_SPECTRUM_BANDS; band++)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (digits, sizeof digits, "%.4f", value (band));
      g_string_append_printf (text, "%s%s%s", band ? "," : "", band % 8 ? " " : "\n  ",
                              digits);
    }
  g_string_append (text, "\n}\n");
}

static double
band_width_nm (int band)
{
  return BAND_OVERLAP
         * (pheno_spectrum_wavelength_nm (1) - pheno_spectrum_wavelength_nm (0));
}

/* Counted from 1, as in the header. */
static int
nearest_band (double wavelength_nm)
{
  double step = pheno_spectrum_wavelength_nm (1) - pheno_spectrum_wavelength_nm (0);

  return 1 + (int) ((wavelength_nm - PHENO_SPECTRUM_FIRST_NM) / step + 0.5);
}

gboolean
pheno_cube_write (const PhenoSpecimen *specimen, const guint16 *pixels, int size,
                  const char *path, GError **error)
{
  gsize count = (gsize) size * size * PHENO_SPECTRUM_BANDS;
  g_autoptr (GString) text = g_string_new ("ENVI\n");
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (".bil"));
  g_autofree char *header = g_strconcat (stem, ".hdr", NULL);

  g_string_append_printf (text, "description = { %s, built-in specimen }\n",
                          specimen->species.name);
  g_string_append_printf (text, "samples = %d\nlines = %d\nbands = %d\n", size, size,
                          PHENO_SPECTRUM_BANDS);
  g_string_append_printf (text,
                          "header offset = 0\nfile type = ENVI Standard\ndata type = 12\n"
                          "interleave = bil\nbyte order = %d\n"
                          "reflectance scale factor = %d\n",
                          G_BYTE_ORDER == G_BIG_ENDIAN, PHENO_CUBE_WHITE);
  g_string_append_printf (text, "default bands = { %d, %d, %d }\n", nearest_band (640),
                          nearest_band (550), nearest_band (460));
  g_string_append (text, "wavelength units = Nanometers\n");
  append_list (text, "wavelength", pheno_spectrum_wavelength_nm);
  append_list (text, "fwhm", band_width_nm);
  return pheno_write_file (path, pixels, count * sizeof *pixels, error)
         && pheno_write_file (header, text->str, text->len, error);
}
