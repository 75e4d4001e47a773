/* test-likeness.c - the parts of a likeness are all of it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/embedding.h"
#include "engine/reader/reader.h"
#include "tests/support/folder.h"

#define IMAGES 4

/* Stripes of their own in the left half; the right half is grey in all of them. */
static char *
example_folder (char *paths[IMAGES + 1])
{
  char *folder = test_folder_new ();

  for (int number = 0; number < IMAGES; number++)
    {
      g_autofree char *name = g_strdup_printf ("a/%02d.png", number);
      g_autoptr (PhenoImage) image
          = pheno_image_new (64, 64, 3, PHENO_SAMPLE_UINT8, NULL);
      guint8 *pixels = image->pixels;

      paths[number] = test_folder_add (folder, name, "", 0);
      for (int i = 0; i < 64 * 64 * 3; i++)
        {
          int x = i / 3 % 64, y = i / 3 / 64;

          pixels[i] = x >= 32 ? 128
                              : (guint8) (40 + 150 * ((x / (2 + number) + y / 7) % 2)
                                          + 20 * (i % 3));
        }
      g_assert_true (pheno_image_save (image, paths[number], NULL));
    }
  paths[IMAGES] = NULL;
  return folder;
}

static PhenoEmbedOptions
options_for (const char *layer)
{
  return (PhenoEmbedOptions){
    .source = "baseline:untrained", .layer = layer, .size = 64, .device = "cpu"
  };
}

static double
sum_of (const float *map, const PhenoLikeness *likeness)
{
  double sum = 0;

  for (int i = 0; i < likeness->rows * likeness->columns; i++)
    sum += map[i];
  return sum;
}

/* Cosine of two rows of an embedding less the mean of all its rows. */
static double
centred_cosine (const PhenoEmbedding *embedding, int first, int second)
{
  const PhenoMatrix *matrix = embedding->matrix;
  double ab = 0, aa = 0, bb = 0;

  for (gsize j = 0; j < matrix->columns; j++)
    {
      double mean = 0, a, b;

      for (gsize i = 0; i < matrix->rows; i++)
        mean += pheno_matrix_row (matrix, i)[j] / (double) matrix->rows;
      a = pheno_matrix_row (matrix, first)[j] - mean;
      b = pheno_matrix_row (matrix, second)[j] - mean;
      ab += a * b;
      aa += a * a;
      bb += b * b;
    }
  return ab / sqrt (aa * bb);
}

/* Summed, a map is the cosine of the rows that embed gives, less their mean. */
static void
test_parts_sum_to_the_cosine (void)
{
  static const char *const layers[] = { "layer2", "features" };
  char *paths[IMAGES + 1];
  g_autofree char *folder = example_folder (paths);
  const char *const roots[] = { folder, NULL };

  for (guint l = 0; l < G_N_ELEMENTS (layers); l++)
    {
      PhenoEmbedOptions options = options_for (layers[l]);
      g_autoptr (PhenoEmbedding) embedding = NULL;
      g_autoptr (GPtrArray) found = NULL;
      g_autoptr (GError) error = NULL;

      found = pheno_likeness (&options, paths[0], (const char *const *) paths,
                              (const char *const *) paths, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (found->len, ==, IMAGES);
      options.collections = roots;
      embedding = pheno_embed (&options, NULL, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      for (int i = 0; i < IMAGES; i++)
        {
          const PhenoLikeness *likeness = found->pdata[i];

          g_assert_cmpint (likeness->rows, ==, l == 0 ? 8 : 2);
          g_assert_cmpfloat_with_epsilon (likeness->cosine,
                                          centred_cosine (embedding, 0, i), 2e-3);
          g_assert_cmpfloat_with_epsilon (sum_of (likeness->first, likeness),
                                          likeness->cosine, 1e-4);
          g_assert_cmpfloat_with_epsilon (sum_of (likeness->second, likeness),
                                          likeness->cosine, 1e-4);
        }
      g_assert_cmpfloat_with_epsilon (((PhenoLikeness *) found->pdata[0])->cosine, 1,
                                      1e-5);
    }
  for (int i = 0; i < IMAGES; i++)
    g_free (paths[i]);
  test_folder_remove (folder);
}

static void
test_what_cannot_be_compared (void)
{
  char *paths[IMAGES + 1];
  g_autofree char *folder = example_folder (paths);
  g_autofree char *missing = g_build_filename (folder, "none.png", NULL);
  const char *const others[] = { missing, NULL };
  PhenoEmbedOptions options = options_for ("layer2");
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_likeness (&options, paths[0], others, (const char *const *) paths,
                                 NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "none.png"));
  g_clear_error (&error);
  options.source = "baseline:mean-colour";
  g_assert_null (pheno_likeness (&options, paths[0], (const char *const *) paths,
                                 (const char *const *) paths, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  for (int i = 0; i < IMAGES; i++)
    g_free (paths[i]);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/likeness/parts-sum-to-the-cosine", test_parts_sum_to_the_cosine);
  g_test_add_func ("/likeness/what-cannot-be-compared", test_what_cannot_be_compared);
  return g_test_run ();
}
