/* test-embed.c - from folders to rows: baselines, read-outs, and what is wrong is said
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/analysis.h"
#include "engine/collection/collection.h"
#include "engine/embedding/extractor.h"
#include "tests/support/folder.h"

#include <math.h>
#include <string.h>

/* A picture whose pixel (x, y) is fill (x, y), with alpha where @has_mask. */
static void
add_picture (const char *folder, const char *name, int width, int height,
             guint32 (*fill) (int x, int y), guint8 (*mask) (int x, int y))
{
  g_autofree char *path = test_folder_add (folder, name, "", 0);
  g_autoptr (PhenoImage) image
      = pheno_image_new (width, height, 3, PHENO_SAMPLE_UINT8, NULL);
  g_autoptr (GError) error = NULL;

  if (mask != NULL)
    image->mask = g_malloc0 ((gsize) width * height);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        for (int band = 0; band < 3; band++)
          ((guint8 *) image->pixels)[3 * (y * width + x) + band]
              = fill (x, y) >> (16 - 8 * band) & 255;
        if (mask != NULL)
          image->mask[y * width + x] = mask (x, y);
      }
  g_assert_true (pheno_image_save (image, path, &error));
  g_assert_no_error (error);
}

/* Left half red, right half blue. */
static guint32
halves (int x, int y)
{
  return x < 20 ? 0xff0000 : 0x0000ff;
}

static guint8
left_mask (int x, int y)
{
  return x < 20 ? 255 : 0;
}

/* A white card with something green on it. */
static guint32
card (int x, int y)
{
  return x > 5 && x < 30 && y > 5 && y < 15 ? 0x00ff00 : 0xffffff;
}

static guint32
stripes (int x, int y)
{
  return (x / 3 + y / 5) % 2 ? 0x402010 : 0xc0a060;
}

static char *
example_folder (void)
{
  char *folder = test_folder_new ();

  add_picture (folder, "erato/halves.png", 40, 20, halves, NULL);
  add_picture (folder, "erato/masked h\xc3\xa9.png", 40, 20, halves, left_mask);
  add_picture (folder, "melpomene/card.png", 40, 20, card, NULL);
  add_picture (folder, "melpomene/stripes.png", 24, 36, stripes, NULL);
  g_free (test_folder_add (folder, "melpomene/text.jpg", "this is no picture", -1));
  return folder;
}

static void
message_cb (const PhenoProgress *progress, gpointer messages)
{
  if (progress->message != NULL)
    g_ptr_array_add (messages, g_strdup (progress->message));
}

static PhenoEmbedding *
embed (const char *folder, PhenoEmbedOptions options, GPtrArray *problems,
       GPtrArray *messages)
{
  const char *const roots[] = { folder, NULL };
  g_autoptr (GError) error = NULL;
  PhenoEmbedding *embedding;

  options.collections = roots;
  embedding = pheno_embed (&options, problems, messages != NULL ? message_cb : NULL,
                           messages, NULL, &error);
  g_assert_no_error (error);
  return embedding;
}

static void
assert_row (const PhenoEmbedding *embedding, const char *file, const float *expected)
{
  int row = pheno_embedding_find_file (embedding, file);

  g_assert_cmpint (row, >=, 0);
  for (gsize j = 0; j < embedding->matrix->columns; j++)
    g_assert_cmpfloat_with_epsilon (pheno_matrix_row (embedding->matrix, row)[j],
                                    expected[j], 2e-3);
}

static void
test_mean_colour (void)
{
  g_autofree char *folder = example_folder ();
  g_autoptr (GPtrArray) problems
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_problem_free);
  g_autoptr (PhenoEmbedding) embedding = embed (
      folder, (PhenoEmbedOptions){ .source = "baseline:mean-colour" }, problems, NULL);
  const float both[] = { 0.5f, 0, 0.5f }, left[] = { 1, 0, 0 };
  /* 24 x 9 of 40 x 20 pixels are green */
  const float green[] = { 1 - 216 / 800.0f, 1, 1 - 216 / 800.0f };
  const PhenoProblem *problem;

  g_assert_cmpuint (embedding->matrix->rows, ==, 4);
  assert_row (embedding, "erato/halves.png", both);
  assert_row (embedding, "erato/masked h\xc3\xa9.png", left);
  assert_row (embedding, "card.png", green);

  /* What cannot be read is told, and has no row. */
  g_assert_cmpuint (problems->len, ==, 1);
  problem = problems->pdata[0];
  g_assert_cmpstr (problem->file, ==, "melpomene/text.jpg");
  g_assert_cmpuint (strlen (problem->reason), >, 10);

  g_assert_cmpstr (pheno_embedding_column (embedding, "species")[0], ==, "erato");
  g_assert_cmpstr (pheno_embedding_column (embedding, "species")[3], ==, "melpomene");
  g_assert_true (g_file_test (embedding->paths->pdata[1], G_FILE_TEST_EXISTS));
  g_assert_cmpstr (g_hash_table_lookup (embedding->provenance, "source"), ==,
                   "baseline:mean-colour");
  g_assert_cmpuint (strlen (g_hash_table_lookup (embedding->provenance, "collection")),
                    ==, 64);
  test_folder_remove (folder);
}

static void
test_histogram (void)
{
  g_autofree char *folder = example_folder ();
  g_autoptr (PhenoEmbedding) embedding
      = embed (folder, (PhenoEmbedOptions){ .source = "baseline:histogram" }, NULL, NULL);
  float expected[512] = { 0 };

  g_assert_cmpuint (embedding->matrix->columns, ==, 512);
  expected[7 * 64] = expected[7] = sqrtf (0.5f); /* red and blue */
  assert_row (embedding, "halves.png", expected);
  expected[7 * 64] = 1;
  expected[7] = 0;
  assert_row (embedding, "masked h\xc3\xa9.png", expected);
  test_folder_remove (folder);
}

/* Medians of the borders, less their mean. The card's is white, (1, 1, 1). That of the
 * halves is as often red as blue, so each median lies between 0 and 1: (0.5, 0, 0.5).
 * Their mean is (0.75, 0.5, 0.75). */
static void
test_background (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoEmbedding) embedding = NULL;
  const float white[] = { 0.25f, 0.5f, 0.25f }, halved[] = { -0.25f, -0.5f, -0.25f };

  add_picture (folder, "card.png", 40, 20, card, NULL);
  add_picture (folder, "halves.png", 40, 20, halves, NULL);
  embedding = embed (folder, (PhenoEmbedOptions){ .source = "baseline:background" }, NULL,
                     NULL);
  assert_row (embedding, "card.png", white);
  assert_row (embedding, "halves.png", halved);
  test_folder_remove (folder);
}

/* torch.nn.functional.adaptive_avg_pool2d (torch.arange (20.).view (1, 4, 5), (3, 2)):
 * rows 0-1, 1-2, 2-3, columns 0-2, 2-4. */
static void
test_pool (void)
{
  const float expected[] = { 3.5f, 5.5f, 8.5f, 10.5f, 13.5f, 15.5f };
  float map[40], cells[12];

  for (int i = 0; i < 40; i++)
    map[i] = (float) (i % 20) + (i < 20 ? 0 : 100);
  pheno_average_pool (map, 2, 4, 5, 3, 2, cells);
  for (int i = 0; i < 6; i++)
    {
      g_assert_cmpfloat_with_epsilon (cells[i], expected[i], 1e-5);
      g_assert_cmpfloat_with_epsilon (cells[6 + i], expected[i] + 100, 1e-4);
    }
}

/* Whitened rows do not notice how the features were mixed, stretched or moved. */
static void
test_whitening_undoes_mixing (void)
{
  enum
  {
    N = 40,
    D = 4
  };
  const double mix[D][D]
      = { { 3, 1, 0, 0 }, { 0, 0.1, 2, 0 }, { 1, 0, 1, 5 }, { 0, 1, 0, 1 } };
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  g_autoptr (PhenoMatrix) plain = pheno_matrix_new (N, D),
                          mixed = pheno_matrix_new (N, D), one = NULL, two = NULL;
  gsize kept;

  for (int i = 0; i < N; i++)
    {
      for (int j = 0; j < D; j++)
        pheno_matrix_row (plain, i)[j] = (float) g_rand_double_range (random, -1, 1);
      for (int j = 0; j < D; j++)
        {
          double sum = 10 * j;

          for (int k = 0; k < D; k++)
            sum += mix[j][k] * pheno_matrix_row (plain, i)[k];
          pheno_matrix_row (mixed, i)[j] = (float) sum;
        }
    }
  one = pheno_whiten (plain, 99, &kept, NULL);
  g_assert_cmpuint (kept, ==, D);
  two = pheno_whiten (mixed, D, &kept, NULL);
  for (int i = 0; i < N; i++)
    for (int j = 0; j <= i; j++)
      {
        double a = 0, b = 0;

        for (int k = 0; k < D; k++)
          {
            a += (double) pheno_matrix_row (one, i)[k] * pheno_matrix_row (one, j)[k];
            b += (double) pheno_matrix_row (two, i)[k] * pheno_matrix_row (two, j)[k];
          }
        g_assert_cmpfloat_with_epsilon (a, b, 1e-4);
        if (i == j)
          g_assert_cmpfloat_with_epsilon (a, 1, 1e-5);
      }
}

static void
test_untrained (void)
{
  g_autofree char *folder = example_folder ();
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_free);
  PhenoEmbedOptions options
      = { .source = "baseline:untrained", .size = 64, .threads = 1 };
  g_autoptr (PhenoEmbedding) features = embed (folder, options, NULL, NULL), two = NULL,
                             map = NULL, white = NULL;

  g_assert_cmpuint (features->matrix->rows, ==, 4);
  g_assert_cmpuint (features->matrix->columns, ==, 512);
  g_assert_cmpstr (g_hash_table_lookup (features->provenance, "encoder"), ==, "resnet18");

  options.threads = 2;
  two = embed (folder, options, NULL, NULL);
  for (gsize i = 0; i < 4 * 512; i++)
    g_assert_cmpfloat_with_epsilon (two->matrix->values[i], features->matrix->values[i],
                                    1e-4);

  /* Features are the mean of layer4, so the mean of its four quarters gives them back: 2
   * x 2 at 64 px. */
  options.pool_rows = options.pool_columns = 2;
  map = embed (folder, options, NULL, NULL);
  g_assert_cmpuint (map->matrix->columns, ==, 512 * 4);
  for (gsize i = 0; i < 4 * 512; i++)
    {
      const float *cell = map->matrix->values + 4 * i;

      g_assert_cmpfloat_with_epsilon ((cell[0] + cell[1] + cell[2] + cell[3]) / 4,
                                      features->matrix->values[i], 1e-4);
    }

  options.layer = "layer1";
  options.whiten = 64;
  white = embed (folder, options, NULL, messages);
  /* Four images, two of them alike but for the mask: three points have two directions. */
  g_assert_cmpuint (white->matrix->columns, ==, 2);
  g_assert_cmpuint (messages->len, ==, 1);
  g_assert_nonnull (strstr (messages->pdata[0], "Whitening keeps 2 components"));
  g_assert_cmpstr (g_hash_table_lookup (white->provenance, "whiten"), ==, "2");
  test_folder_remove (folder);
}

static void
assert_refused (PhenoEmbedOptions options, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_embed (&options, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” is not in: %s", words, error->message);
}

static void
test_errors (void)
{
  g_autofree char *folder = example_folder (), *empty = test_folder_new ();
  g_autofree char *nowhere = g_build_filename (empty, "none.safetensors", NULL);
  const char *const roots[] = { folder, NULL }, *const nothing[] = { empty, NULL };

  assert_refused (
      (PhenoEmbedOptions){ .source = "baseline:histograms", .collections = roots },
      PHENO_ERROR_SETTING, "Did you mean “histogram”?");
  assert_refused ((PhenoEmbedOptions){ .source = "baseline:histogram" },
                  PHENO_ERROR_SETTING, "--collection");
  assert_refused (
      (PhenoEmbedOptions){ .source = "baseline:histogram", .collections = nothing },
      PHENO_ERROR_DATA, "no photograph");
  assert_refused ((PhenoEmbedOptions){ .source = "baseline:untrained",
                                       .collections = roots,
                                       .layer = "layer5" },
                  PHENO_ERROR_SETTING, "Did you mean “layer");
  assert_refused ((PhenoEmbedOptions){ .source = "baseline:untrained",
                                       .collections = roots,
                                       .size = 64,
                                       .pool_rows = 3,
                                       .pool_columns = 3 },
                  PHENO_ERROR_SETTING, "coarser than a pool of 3 × 3");
  assert_refused ((PhenoEmbedOptions){ .source = empty, .collections = roots },
                  PHENO_ERROR_FILE, "no run.ini");
  assert_refused ((PhenoEmbedOptions){ .source = nowhere, .collections = roots },
                  PHENO_ERROR_FILE, "none.safetensors");
  test_folder_remove (folder);
  test_folder_remove (empty);
}

static void
test_cancelled (void)
{
  g_autofree char *folder = example_folder ();
  const char *const roots[] = { folder, NULL };
  PhenoEmbedOptions options = { .source = "baseline:histogram", .collections = roots };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (pheno_embed (&options, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_folder_remove (folder);
}

/* Forms of at least five specimens, as the measurement that this is held against had it.
 */
static void
drop_rare_groups (int *groups, const int *specimens, gsize rows, guint n_groups)
{
  for (guint g = 0; g < n_groups; g++)
    {
      g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);

      for (gsize i = 0; i < rows; i++)
        if (groups[i] == (int) g)
          g_hash_table_add (seen, GINT_TO_POINTER (specimens[i] + 1));
      for (gsize i = 0; i < rows && g_hash_table_size (seen) < 5; i++)
        if (groups[i] == (int) g)
          groups[i] = -1;
    }
}

/* Another program, other decoders, the same wings: k = 5, cosine, all pictures of the
 * query's specimen left out. Percent, balanced. */
static void
test_wings (void)
{
  static const struct
  {
    const char *source, *column;
    double expected;
  } cases[] = {
    { "baseline:mean-colour", "subspecies", 9.6 },
    { "baseline:histogram", "subspecies", 50.5 },
    { "baseline:histogram", "sex", 68.4 },
    { "baseline:pixels", "subspecies", 42.3 },
    { "baseline:background", "species", 93.1 },
    { "baseline:background", "subspecies", 11.1 },
  };
  g_autofree char *wings = test_data ("heliconius_wings_rgb");

  if (wings == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PhenoEmbedding) embedding = embed (
          wings, (PhenoEmbedOptions){ .source = cases[i].source, .species = "metadata" },
          NULL, NULL);
      g_autoptr (GPtrArray) names = NULL;
      g_autofree int *groups
          = pheno_embedding_groups (embedding, cases[i].column, &names, NULL);
      g_autofree int *specimens
          = pheno_embedding_groups (embedding, "specimen", NULL, NULL);
      PhenoAccuracy accuracy;

      g_assert_cmpuint (embedding->matrix->rows, ==, 996);
      drop_rare_groups (groups, specimens, 996, names->len);
      g_assert_true (pheno_knn_accuracy (embedding->matrix, groups, specimens, 5,
                                         PHENO_METRIC_COSINE, specimens, 1, &accuracy,
                                         NULL));
      g_test_message ("%s %s: %.1f", cases[i].source, cases[i].column,
                      100 * accuracy.balanced_accuracy);
      g_assert_cmpfloat (fabs (100 * accuracy.balanced_accuracy - cases[i].expected), <,
                         1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embed/mean-colour/of-the-specimen", test_mean_colour);
  g_test_add_func ("/embed/histogram/roots-of-shares", test_histogram);
  g_test_add_func ("/embed/background/border-less-the-mean", test_background);
  g_test_add_func ("/embed/pool/as-pytorch", test_pool);
  g_test_add_func ("/embed/whitening/undoes-mixing", test_whitening_undoes_mixing);
  g_test_add_func ("/embed/untrained/layers-pools-and-threads", test_untrained);
  g_test_add_func ("/embed/what-is-wrong-is-said", test_errors);
  g_test_add_func ("/embed/cancelled", test_cancelled);
  g_test_add_func ("/embed/wings-as-measured-elsewhere", test_wings);

  return g_test_run ();
}
