/* test-specimen.c - a specimen's values, its order in a column, and its pixels in words
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/column-sorter.h"
#include "app/image-levels.h"
#include "app/specimen.h"

/* (transfer full) */
static PhenoSpecimen *
specimen_new (const char *file)
{
  PhenoRecord record = {
    .path = (char *) file, .file = (char *) file, .width = 4, .height = 3, .bands = 3
  };
  PhenoCollection collection = { .columns = g_ptr_array_new () };
  PhenoSpecimen *specimen = pheno_specimen_new (&collection, &record, collection.columns);

  g_ptr_array_unref (collection.columns);
  return specimen;
}

static void
count_cb (PhenoSpecimen *specimen, const char *column, guint *count)
{
  g_assert_cmpstr (column, ==, "sex");
  ++*count;
}

static void
test_values (void)
{
  PhenoSpecimen *specimen = specimen_new ("erato/Größe.png");
  guint count = 0;

  g_assert_cmpstr (pheno_specimen_get_name (specimen), ==, "Größe.png");
  g_assert_nonnull (strstr (pheno_specimen_get_folded (specimen), "grösse"));
  g_assert_null (pheno_specimen_get_value (specimen, "sex"));

  g_signal_connect (specimen, "value-changed", G_CALLBACK (count_cb), &count);
  pheno_specimen_set_value (specimen, "sex", "Male");
  g_assert_cmpstr (pheno_specimen_get_value (specimen, "sex"), ==, "Male");
  g_assert_nonnull (strstr (pheno_specimen_get_folded (specimen), "male"));
  pheno_specimen_set_value (specimen, "sex", "");
  g_assert_null (pheno_specimen_get_value (specimen, "sex"));
  g_assert_cmpuint (count, ==, 2);
  g_assert_finalize_object (specimen);
}

/* A name that is no UTF-8 is shown, and still known as it is on disk. */
static void
test_names_of_any_bytes (void)
{
  static const char name[] = "l\xe9pid\n1.png";
  PhenoSpecimen *specimen = specimen_new (name);

  g_assert_true (g_utf8_validate (pheno_specimen_get_file (specimen), -1, NULL));
  g_assert_cmpstr (pheno_specimen_get_relative (specimen), ==, name);
  g_assert_finalize_object (specimen);
}

static void
test_order (void)
{
  static const char *const values[] = { "10", "9", "-2.5", "IMG_10", "IMG_9", "", "1e2" };
  static const char *const sorted[]
      = { "-2.5", "9", "10", "1e2", "IMG_9", "IMG_10", NULL };
  g_autoptr (GListStore) list = g_list_store_new (PHENO_TYPE_SPECIMEN);
  GtkSortListModel *model;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (PhenoSpecimen) specimen = specimen_new ("a.png");

      pheno_specimen_set_value (specimen, "length", values[i]);
      g_list_store_append (list, specimen);
    }
  model = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (list)),
                                   pheno_column_sorter_new ("length"));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (PhenoSpecimen) specimen
          = g_list_model_get_item (G_LIST_MODEL (model), i);

      g_assert_cmpstr (pheno_specimen_get_value (specimen, "length"), ==, sorted[i]);
    }
  g_object_unref (model);
}

/* Two bands of 16 bits, as they are in the file; the picture shows them from black to
 * white. */
static void
test_pixels (void)
{
  PhenoImage *image = pheno_image_new (2, 1, 2, PHENO_SAMPLE_UINT16, NULL);
  guint16 *samples = image->pixels;
  g_autofree char *words = NULL;
  g_autoptr (PhenoImageLevels) levels = NULL;
  const guint32 *shown;

  samples[0] = 1000;
  samples[1] = 65535;
  samples[2] = 3000;
  samples[3] = 0;
  image->black = 1000;
  image->white = 3000;
  image->mask = g_malloc0 (2);
  image->mask[1] = 255;

  levels = pheno_image_levels_new (image, NULL, NULL);
  g_assert_nonnull (levels);
  shown = (const guint32 *) cairo_image_surface_get_data (levels->surfaces->pdata[0]);
  /* Red is the first band, green and blue are the second. */
  g_assert_cmphex (shown[0] & 0xffffff, ==, 0x00ffff);
  g_assert_cmphex (shown[1] & 0xffffff, ==, 0xff0000);
  g_assert_cmpuint (levels->masks->len, ==, 1);
  /* What is drawn of the mask is the background. */
  g_assert_cmpuint (cairo_image_surface_get_data (levels->masks->pdata[0])[0], ==, 255);
  g_assert_cmpuint (cairo_image_surface_get_data (levels->masks->pdata[0])[1], ==, 0);

  words = pheno_image_describe_pixel (image, 0, 0);
  g_assert_nonnull (strstr (words, "1000"));
  g_assert_nonnull (strstr (words, "65535"));
}

/* 2000 x 900 is halved to 1000 x 450 and 500 x 225. */
static void
test_levels (void)
{
  PhenoImage *image = pheno_image_new (2000, 900, 1, PHENO_SAMPLE_UINT8, NULL);
  g_autoptr (PhenoImageLevels) levels = pheno_image_levels_new (image, NULL, NULL);

  g_assert_cmpuint (levels->surfaces->len, ==, 3);
  g_assert_cmpint (cairo_image_surface_get_width (levels->surfaces->pdata[2]), ==, 500);
  g_assert_cmpint (cairo_image_surface_get_height (levels->surfaces->pdata[2]), ==, 225);
}

static void
test_levels_are_cancelled (void)
{
  PhenoImage *image = pheno_image_new (2000, 900, 1, PHENO_SAMPLE_UINT8, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (pheno_image_levels_new (image, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/specimen/values", test_values);
  g_test_add_func ("/specimen/names-of-any-bytes", test_names_of_any_bytes);
  g_test_add_func ("/specimen/order", test_order);
  g_test_add_func ("/specimen/pixels", test_pixels);
  g_test_add_func ("/specimen/levels", test_levels);
  g_test_add_func ("/specimen/levels-are-cancelled", test_levels_are_cancelled);

  return g_test_run ();
}
