/* test-importance.c - a band that is the same everywhere tells nothing, another all
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/embedding.h"
#include "engine/reader/reader.h"
#include "tests/support/folder.h"

/* Two species that differ in green alone; red has a pattern of each picture's own; blue
 * is one ramp in all pictures. */
static char *
example_folder (void)
{
  char *folder = test_folder_new ();

  for (int number = 0; number < 12; number++)
    {
      g_autofree char *name
          = g_strdup_printf ("%s/%02d.png", number % 2 ? "even" : "odd", number);
      g_autofree char *path = test_folder_add (folder, name, "", 0);
      g_autoptr (PhenoImage) image
          = pheno_image_new (64, 64, 3, PHENO_SAMPLE_UINT8, NULL);
      g_autoptr (GError) error = NULL;
      guint8 *pixels = image->pixels;

      for (int y = 0; y < 64; y++)
        for (int x = 0; x < 64; x++)
          {
            guint8 *to = pixels + 3 * (y * 64 + x);

            to[0] = (guint8) (120 + 20 * ((x / (4 + number) + y / 9) % 2));
            to[1] = (guint8) ((number % 2 ? x / 8 : y / 8) % 2 ? 220 : 40);
            to[2] = (guint8) (2 * x + y);
          }
      g_assert_true (pheno_image_save (image, path, &error));
      g_assert_no_error (error);
    }
  return folder;
}

static PhenoImportanceTable *
measure (const char *folder, PhenoImportanceOptions options)
{
  const char *const roots[] = { folder, NULL };
  g_autoptr (GError) error = NULL;
  PhenoImportanceTable *table;

  options.embed.source = "baseline:untrained";
  options.embed.collections = roots;
  options.embed.layer = "layer1";
  options.embed.pool_rows = options.embed.pool_columns = 1;
  options.embed.size = 32;
  options.embed.device = "cpu";
  options.k = 3;
  table = pheno_importance (&options, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return table;
}

static void
test_green_tells (void)
{
  g_autofree char *folder = example_folder ();
  g_autoptr (PhenoImportanceTable) table = measure (
      folder, (PhenoImportanceOptions){ .by = "species", .repeats = 4, .seed = 1 });
  const PhenoRegionImportance *red, *green, *blue;

  g_assert_cmpuint (table->images, ==, 12);
  g_assert_cmpuint (table->n_groups, ==, 2);
  g_assert_cmpuint (table->regions->len, ==, 3);
  red = table->regions->pdata[0];
  green = table->regions->pdata[1];
  blue = table->regions->pdata[2];
  g_assert_cmpstr (red->name, ==, "red");
  g_assert_cmpint (green->first, ==, 1);
  g_assert_true (isnan (blue->from_nm));
  g_assert_cmpfloat (table->accuracy, >, 0.9);

  /* Another picture's blue is this one's, to the bit; a flat one is not. */
  g_assert_cmpfloat_with_epsilon (blue->exchanged.change, 0, 1e-6);
  g_assert_cmpfloat (blue->exchanged.accuracy_lost, ==, 0);
  g_assert_cmpfloat (blue->flat.change, >, 1e-4);
  g_assert_cmpfloat (red->exchanged.change, >, 1e-6);
  /* Half of the exchanged greens are the other species'. */
  g_assert_cmpfloat (green->exchanged.accuracy_lost, >, 0.2);
  g_assert_cmpfloat (green->exchanged.accuracy_lost, >, red->exchanged.accuracy_lost);
  g_assert_cmpfloat (green->flat.accuracy_lost, >, 0.2);
  test_folder_remove (folder);
}

static void
test_same_numbers_on_any_threads (void)
{
  g_autofree char *folder = example_folder ();
  PhenoImportanceOptions options = { .by = "species", .repeats = 2, .seed = 5 };
  g_autoptr (PhenoImportanceTable) one = NULL, two = NULL;

  options.embed.threads = 1;
  one = measure (folder, options);
  options.embed.threads = 2;
  two = measure (folder, options);
  for (int i = 0; i < 3; i++)
    {
      const PhenoRegionImportance *a = one->regions->pdata[i],
                                  *b = two->regions->pdata[i];

      g_assert_cmpfloat (a->exchanged.accuracy_lost, ==, b->exchanged.accuracy_lost);
      g_assert_cmpfloat_with_epsilon (a->exchanged.change, b->exchanged.change, 1e-5);
    }
  test_folder_remove (folder);
}

static void
test_what_cannot_be_measured (void)
{
  g_autofree char *folder = example_folder ();
  const char *const roots[] = { folder, NULL };
  PhenoImportanceOptions options = { .k = 1, .repeats = 1 };
  g_autoptr (GError) error = NULL;

  options.embed.source = "baseline:mean-colour";
  options.embed.collections = roots;
  g_assert_null (pheno_importance (&options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "no bands"));
  g_clear_error (&error);

  options.embed.source = "baseline:untrained";
  options.embed.size = 32;
  options.by = "sex";
  g_assert_null (pheno_importance (&options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  options.repeats = 0;
  g_assert_null (pheno_importance (&options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/importance/green-tells", test_green_tells);
  g_test_add_func ("/importance/same-numbers-on-any-threads",
                   test_same_numbers_on_any_threads);
  g_test_add_func ("/importance/what-cannot-be-measured", test_what_cannot_be_measured);
  return g_test_run ();
}
