/* test-views.c - what a preview shows is what training draws
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "engine/training/material.h"
#include "tests/engine/training/small-run.h"

#define SIZE 32
#define BROKEN 3 /* its header can be read, its pixels cannot */

/* The photographs are painted 48 pixels wide, so views of 32 keep them as they are; these
 * are larger than twice a view and have to be made smaller. */
static void
add_large (const char *folder)
{
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("large-%d.png", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (PhenoImage) image
          = pheno_image_new (150 + i, 201 - 3 * i, 3, PHENO_SAMPLE_UINT8, NULL);
      guint8 *pixels = image->pixels;

      for (int k = 0; k < image->width * image->height * 3; k++)
        pixels[k] = (guint8) (k * (7 + i) ^ k >> 6);
      g_assert_true (pheno_image_save (image, path, NULL));
    }
}

static PhenoMaterial *
prepare (Fixture *fixture, PhenoRun *run)
{
  g_autoptr (GError) error = NULL;
  PhenoMaterial *material;

  material = pheno_material_new (run, fixture->run_folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return material;
}

static void
cut_short (const char *path)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize) length / 2, NULL));
}

/* Once from the cache that was just made, once from the one that lies on the disk. */
static void
test_preview_shows_what_training_draws (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  const gsize count = 3 * SIZE * SIZE;

  add_large (fixture->photographs);
  run->seed = 77;
  for (int round = 0; round < 2; round++)
    {
      g_autoptr (PhenoMaterial) material = prepare (fixture, run);
      guint n = material->n;
      g_autofree float *trained = g_new (float, 2 * n * count);
      float one[2 * 3 * SIZE * SIZE];

      g_assert_cmpuint (n, ==, PHOTOGRAPHS + 4);
      pheno_views_draw (run->recipe, material->images, material->numbers, n, run->seed, 5,
                        run->size, 3, 2, trained);
      for (guint i = 0; i < n; i++)
        {
          const PhenoRecord *record = material->usable->pdata[i];
          g_autoptr (PhenoImage) image = pheno_views_read (record->path, SIZE, NULL);
          const PhenoImage *images[] = { image };

          g_assert_nonnull (image);
          pheno_views_draw (run->recipe, images, &i, 1, run->seed, 5, SIZE, 3, 1, one);
          g_assert_cmpmem (one, count * sizeof (float), trained + i * count,
                           count * sizeof (float));
          g_assert_cmpmem (one + count, count * sizeof (float), trained + (n + i) * count,
                           count * sizeof (float));
        }
    }
}

/* libvips warns of the broken file by itself, which is not what is tested. */
static void
ignore (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

/* The numbers are those before anything was decoded. */
static void
test_broken_file_moves_no_other_views (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autoptr (PhenoMaterial) whole = prepare (fixture, run);
  g_autoptr (PhenoMaterial) broken = NULL;
  const PhenoRecord *record = whole->usable->pdata[BROKEN];

  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_log_set_handler ("VIPS", G_LOG_LEVEL_WARNING, ignore, NULL);
  for (guint i = 0; i < whole->n; i++)
    g_assert_cmpuint (whole->numbers[i], ==, i);

  cut_short (record->path);
  broken = prepare (fixture, run);
  g_assert_cmpuint (broken->n, ==, PHOTOGRAPHS - 1);
  for (guint i = 0; i < broken->n; i++)
    g_assert_cmpuint (broken->numbers[i], ==, i < BROKEN ? i : i + 1);
}

/* What draws them both is the key: seed, epoch from 0, number, and which of the two. */
static void
test_key_of_a_view (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  g_autoptr (PhenoImage) image = pheno_image_new (70, 50, 3, PHENO_SAMPLE_UINT8, NULL);
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (SIZE, 3);
  const PhenoImage *images[] = { image, image };
  const guint32 numbers[] = { 9, 4 };
  const gsize count = 3 * SIZE * SIZE;
  float views[4 * 3 * SIZE * SIZE], one[3 * SIZE * SIZE];
  guint8 *pixels = image->pixels;

  for (int k = 0; k < 70 * 50 * 3; k++)
    pixels[k] = (guint8) (k * 11);
  pheno_views_draw (recipe, images, numbers, 2, 6, 2, SIZE, 3, 1, views);
  for (guint i = 0; i < 4; i++)
    {
      PhenoViewKey key = { 6, 2, numbers[i % 2], i / 2 };

      pheno_augment (recipe, image, key, SIZE, scratch, one);
      g_assert_cmpmem (one, sizeof one, views + i * count, sizeof one);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/views/preview-shows-what-training-draws", Fixture, NULL, set_up,
              test_preview_shows_what_training_draws, tear_down);
  g_test_add ("/views/broken-file-moves-no-other-views", Fixture, NULL, set_up,
              test_broken_file_moves_no_other_views, tear_down);
  g_test_add_func ("/views/key-of-a-view", test_key_of_a_view);
  return g_test_run ();
}
