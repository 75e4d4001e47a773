/* test-preview.c - the window shows the views of the engine, and the newest ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "app/preview.h"
#include "engine/training/training.h"
#include "tests/support/folder.h"

#define SIZE 48

typedef struct
{
  char *folder;
  PhenoCollection *collection;
  PhenoPreview *preview;
  GPtrArray *pairs;
  guint n_drawn;
} Fixture;

static void
paint (const char *path, int number)
{
  g_autoptr (PhenoImage) image
      = pheno_image_new (130 + 7 * number, 160, 3, PHENO_SAMPLE_UINT8, NULL);
  guint8 *pixels = image->pixels;

  for (int k = 0; k < image->width * image->height * 3; k++)
    pixels[k] = (guint8) (k * (3 + number) ^ k >> 7);
  g_assert_true (pheno_image_save (image, path, NULL));
}

static void
count_cb (PhenoPreview *preview, Fixture *fixture)
{
  fixture->n_drawn++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const PhenoScanOptions options = { .species = "folder", .threads = 1 };
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  const char *roots[] = { NULL, NULL };

  fixture->folder = test_folder_new ();
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.png", i);
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      paint (path, i);
    }
  roots[0] = fixture->folder;
  fixture->collection = pheno_collection_scan (roots, &options, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (fixture->collection->records->len, ==, 3);

  fixture->pairs = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_pair_free);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = pheno_specimen_new (
          fixture->collection, fixture->collection->records->pdata[i], columns);

      g_ptr_array_add (fixture->pairs, pheno_pair_new (specimen, i));
    }
  fixture->preview = pheno_preview_new ();
  g_signal_connect (fixture->preview, "drawn", G_CALLBACK (count_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->preview);
  g_ptr_array_unref (fixture->pairs);
  pheno_collection_free (fixture->collection);
  test_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

/* Until nothing is under way any more. */
static void
settle (void)
{
  gint64 quiet = g_get_monotonic_time ();

  while (g_get_monotonic_time () - quiet < 300000)
    if (g_main_context_iteration (NULL, FALSE))
      quiet = g_get_monotonic_time ();
    else
      g_usleep (1000);
}

static void
assert_shown (const PhenoRecipe *recipe, const PhenoPair *pair, guint64 seed,
              guint32 epoch)
{
  const char *path = pheno_specimen_get_path (pair->specimen);
  g_autoptr (PhenoImage) image = pheno_views_read (path, SIZE, NULL);
  const PhenoImage *images[] = { image };
  g_autofree float *views = g_new (float, 2 * 3 * SIZE * SIZE);
  guint8 expected[SIZE * SIZE * 3];
  g_autofree guint8 *shown = g_new (guint8, SIZE * SIZE * 4);

  g_assert_null (pair->reason);
  g_assert_nonnull (pair->source);
  pheno_views_draw (recipe, images, &pair->number, 1, seed, epoch, SIZE, 3, 1, views);
  for (int view = 0; view < 2; view++)
    {
      pheno_augment_show (recipe, views + view * 3 * SIZE * SIZE, 3, SIZE, expected,
                          3 * SIZE);
      gdk_texture_download (pair->views[view], shown, 4 * SIZE);
      for (int i = 0; i < SIZE * SIZE; i++)
        {
          guint32 pixel = ((guint32 *) (void *) shown)[i];
          const guint8 rgb[]
              = { (guint8) (pixel >> 16), (guint8) (pixel >> 8), (guint8) pixel };

          g_assert_cmpmem (rgb, 3, expected + 3 * i, 3);
        }
    }
}

static void
test_shows_the_views_of_training (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  GPtrArray *drawn;

  pheno_preview_draw (fixture->preview, recipe, fixture->pairs, 5, 2, SIZE);
  settle ();
  drawn = pheno_preview_get_pairs (fixture->preview);
  g_assert_cmpuint (drawn->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    assert_shown (recipe, drawn->pdata[i], 5, 2);
}

/* A drag of a slider asks a hundred times; what stays is the last. */
static void
test_latest_wins (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  GPtrArray *drawn;

  for (guint32 epoch = 0; epoch < 100; epoch++)
    pheno_preview_draw (fixture->preview, recipe, fixture->pairs, 5, epoch, SIZE);
  settle ();
  g_assert_cmpuint (fixture->n_drawn, <, 10);
  drawn = pheno_preview_get_pairs (fixture->preview);
  for (guint i = 0; i < 3; i++)
    assert_shown (recipe, drawn->pdata[i], 5, 99);
}

static void
test_tells_what_cannot_be_drawn (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("colour", NULL);
  g_autoptr (PhenoRecipe) two = pheno_recipe_load ("colour", NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "1.png", NULL);
  const PhenoPair *pair;

  g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
  pheno_preview_draw (fixture->preview, recipe, fixture->pairs, 1, 0, SIZE);
  settle ();
  pair = pheno_preview_get_pairs (fixture->preview)->pdata[1];
  g_assert_null (pair->source);
  g_assert_nonnull (strstr (pair->reason, "1.png"));
  assert_shown (recipe, pheno_preview_get_pairs (fixture->preview)->pdata[2], 1, 0);

  /* Two means for three bands. */
  g_assert_true (pheno_recipe_set (two, "normalise", "mean", "0.1;0.2", NULL));
  pheno_preview_draw (fixture->preview, two, fixture->pairs, 1, 0, SIZE);
  settle ();
  pair = pheno_preview_get_pairs (fixture->preview)->pdata[0];
  g_assert_null (pair->source);
  g_assert_nonnull (strstr (pair->reason, "mean"));
}

static void
test_cleared_while_it_draws (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("colour", NULL);

  pheno_preview_draw (fixture->preview, recipe, fixture->pairs, 1, 0, SIZE);
  pheno_preview_clear (fixture->preview);
  settle ();
  g_assert_null (pheno_preview_get_pairs (fixture->preview));
  g_assert_cmpuint (fixture->n_drawn, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/preview/shows-the-views-of-training", Fixture, NULL, set_up,
              test_shows_the_views_of_training, tear_down);
  g_test_add ("/preview/latest-wins", Fixture, NULL, set_up, test_latest_wins, tear_down);
  g_test_add ("/preview/tells-what-cannot-be-drawn", Fixture, NULL, set_up,
              test_tells_what_cannot_be_drawn, tear_down);
  g_test_add ("/preview/cleared-while-it-draws", Fixture, NULL, set_up,
              test_cleared_while_it_draws, tear_down);
  return g_test_run ();
}
