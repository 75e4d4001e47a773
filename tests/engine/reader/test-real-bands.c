/* test-real-bands.c - real files of measured bands, as others have read them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Beside the files lies expected.csv: sizes, and the smallest, largest and mean sample as
 * numpy (ENVI) or tifffile found them.
 */
#include "engine/collection/collection.h"
#include "tests/engine/reader/cube.h"

static const char *
field (const PhenoTable *table, guint row, const char *column)
{
  for (guint i = 0; i < table->columns->len; i++)
    if (strcmp (table->columns->pdata[i], column) == 0)
      return ((GStrv) table->rows->pdata[row])[i];

  return "";
}

static int
whole (const PhenoTable *table, guint row, const char *column)
{
  return (int) g_ascii_strtoll (field (table, row, column), NULL, 10);
}

/* What the table has is rounded to some digits. */
static void
assert_near (double value, const char *expected)
{
  double wanted = g_ascii_strtod (expected, NULL);

  g_assert_cmpfloat_with_epsilon (value, wanted, 1e-5 * fabs (wanted) + 1e-6);
}

/* The first @bands bands; NaN is left out, as in the table. */
static void
check_values (PhenoSource *source, int bands, const PhenoTable *table, guint row)
{
  const PhenoImageHeader *header = pheno_source_header (source);
  g_autofree int *first = g_new (int, bands);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;
  double low = INFINITY, high = -INFINITY, sum = 0;
  gsize samples = (gsize) header->width * header->height * bands, count = 0;

  for (int i = 0; i < bands; i++)
    first[i] = i;
  image = pheno_source_read (source, NULL, first, bands, &error);
  if (image == NULL)
    {
      g_test_message ("%s", error->message);
      g_assert_true (error->domain == PHENO_ERROR);
      return;
    }
  for (gsize i = 0; i < samples; i++)
    {
      double value = pheno_image_sample (image, i);

      if (isnan (value))
        continue;
      low = MIN (low, value);
      high = MAX (high, value);
      sum += value;
      count++;
    }
  assert_near (low, field (table, row, "min"));
  assert_near (high, field (table, row, "max"));
  assert_near (sum / count, field (table, row, "mean"));
}

static void
check_envi (PhenoSource *source, const PhenoTable *table, guint row)
{
  const PhenoImageHeader *header = pheno_source_header (source);

  g_assert_cmpint (header->width, ==, whole (table, row, "samples"));
  g_assert_cmpint (header->height, ==, whole (table, row, "lines"));
  g_assert_cmpint (header->bands, ==, whole (table, row, "bands"));
  g_assert_cmpint (header->wavelengths_nm != NULL ? header->bands : 0, ==,
                   whole (table, row, "n_wavelengths"));
  if (header->wavelengths_nm != NULL)
    {
      double first = g_ascii_strtod (field (table, row, "first_wavelength"), NULL);

      g_assert_cmpfloat_with_epsilon (header->wavelengths_nm[0],
                                      first < 100 ? first * 1000 : first, 1e-3);
    }
  check_values (source, header->bands, table, row);
}

/* Those with alpha have it as a mask, so the table's numbers are of one band more. */
static void
check_tiff (PhenoSource *source, const PhenoTable *table, guint row)
{
  const PhenoImageHeader *header = pheno_source_header (source);
  int samples = whole (table, row, "samples");

  g_assert_cmpint (header->width, ==, whole (table, row, "width"));
  g_assert_cmpint (header->height, ==, whole (table, row, "height"));
  if (!header->has_mask && *field (table, row, "min") != '\0')
    check_values (source, samples, table, row);
}

static void
test_folder (gconstpointer name)
{
  g_autofree char *folder = test_data (name), *table_path = NULL;
  g_autoptr (PhenoTable) table = NULL;
  g_autoptr (GError) table_error = NULL;
  guint measured = 0;

  if (folder == NULL)
    return;
  table_path = g_build_filename (folder, "expected.csv", NULL);
  table = pheno_table_read (table_path, &table_error);
  g_assert_no_error (table_error);

  for (guint row = 0; row < table->rows->len; row++)
    {
      const char *file = field (table, row, "filename");
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoSource) source = pheno_source_open (path, &error);

      g_test_message ("%s: %s", file, error != NULL ? error->message : "opens");
      if (source == NULL)
        {
          g_assert_true (error->domain == PHENO_ERROR);
          continue;
        }
      if (pheno_source_header (source)->modality == PHENO_MODALITY_RGB)
        continue;
      measured++;
      if (g_str_has_suffix (file, ".hdr"))
        check_envi (source, table, row);
      else
        check_tiff (source, table, row);
    }
  g_test_message ("%u of %u are measured bands", measured, table->rows->len);
  g_assert_cmpuint (measured, >, 0);
}

int
main (int argc, char *argv[])
{
  static const char *const folders[]
      = { "hyperspectral_corn_kernel_envi", "hyperspectral_envi_interop",
          "hyperspectral_neon_tree_crowns_tiff", "multispectral_10band_float_tiff",
          "tiff_interop" };

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_strconcat ("/real-bands/", folders[i], NULL);

      g_test_add_data_func (path, folders[i], test_folder);
    }

  return g_test_run ();
}
