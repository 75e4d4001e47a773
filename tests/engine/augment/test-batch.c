/* test-batch.c - the same views on any number of threads and any instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/engine/augment/picture.h"

/* One by one on this thread, and as batches on 1, 2, 3 and 8 threads: the same bits, also
 * for images of many sizes and twice in a row. */
static void
test_threads (void)
{
  enum
  {
    N = 45,
    SIZE = 40
  };
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("shape", NULL);
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (SIZE, 3);
  gsize each = 3 * SIZE * SIZE;
  g_autofree float *expected = g_new (float, N *each), *found = g_new (float, N *each);
  const PhenoImage *images[N];
  PhenoViewKey keys[N];
  PhenoImage image[5];

  for (guint i = 0; i < 5; i++)
    image[i] = noise (20 + 37 * (int) i, 150 - 29 * (int) i, 3, i);
  for (int plain = 0; plain < 2; plain++)
    {
      for (guint i = 0; i < N; i++)
        {
          images[i] = &image[i % 5];
          keys[i]
              = (PhenoViewKey){ .seed = 3, .epoch = 2, .image = i / 2, .view = i % 2 };
          if (plain)
            pheno_augment_plain (recipe, images[i], SIZE, scratch, expected + i * each);
          else
            pheno_augment (recipe, images[i], keys[i], SIZE, scratch,
                           expected + i * each);
        }
      for (int threads = 0; threads <= 8;
           threads = threads < 3 ? threads + 1 : threads + 5)
        for (int again = 0; again < 2; again++)
          {
            memset (found, 0xff, N * each * sizeof *found);
            pheno_augment_batch (recipe, images, plain ? NULL : keys, N, SIZE, threads,
                                 found);
            g_assert_cmpmem (found, N * each * sizeof *found, expected,
                             N * each * sizeof *expected);
          }
    }
  pheno_augment_batch (recipe, images, keys, 0, SIZE, 2,
                       found); /* nothing to do is allowed */
  for (guint i = 0; i < 5; i++)
    g_free (image[i].pixels);
}

typedef struct
{
  const PhenoRecipe *recipe;
  const PhenoImage *image;
  float view[4][3 * 24 * 24];
} Caller;

static gpointer
call_batches (gpointer data)
{
  Caller *self = data;
  const PhenoImage *images[4] = { self->image, self->image, self->image, self->image };
  PhenoViewKey keys[4]
      = { { 1, 0, 0, 0 }, { 1, 0, 0, 1 }, { 1, 0, 1, 0 }, { 1, 0, 1, 1 } };

  for (int round = 0; round < 50; round++)
    pheno_augment_batch (self->recipe, images, keys, 4, 24, 3, self->view[0]);
  return NULL;
}

/* The preview may ask for views while the training does. */
static void
test_callers (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoImage image = noise (60, 50, 3, 1);
  g_autofree Caller *callers = g_new0 (Caller, 3);
  GThread *threads[3];

  for (int i = 0; i < 3; i++)
    {
      callers[i].recipe = recipe;
      callers[i].image = &image;
      threads[i] = g_thread_new ("caller", call_batches, &callers[i]);
    }
  for (int i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  for (int i = 1; i < 3; i++)
    g_assert_cmpmem (callers[i].view, sizeof callers[i].view, callers[0].view,
                     sizeof callers[0].view);
  g_free (image.pixels);
}

/* Whole recipes, on every instruction set: not only the same draws, the same bits. */
static void
test_instruction_sets (void)
{
  PhenoImage image = noise (130, 97, 3, 4);

  for (guint r = 0; pheno_recipe_names ()[r] != NULL; r++)
    {
      g_autoptr (PhenoRecipe) recipe = pheno_recipe_load (pheno_recipe_names ()[r], NULL);

      for (guint32 view = 0; view < 20; view++)
        {
          float expected[3 * 50 * 50], found[3 * 50 * 50];

          for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
            {
              g_autoptr (PhenoAugmentScratch) scratch
                  = pheno_augment_scratch_new_for (isa);
              float *to = isa == PK_ISA_GENERIC ? expected : found;

              pheno_augment (recipe, &image, (PhenoViewKey){ 7, 1, 0, view }, 50, scratch,
                             to);
              if (isa != PK_ISA_GENERIC)
                g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
            }
        }
    }
  g_free (image.pixels);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/batch/same-on-any-number-of-threads", test_threads);
  g_test_add_func ("/augment/batch/several-callers-at-once", test_callers);
  g_test_add_func ("/augment/batch/same-on-every-instruction-set", test_instruction_sets);
  return g_test_run ();
}
