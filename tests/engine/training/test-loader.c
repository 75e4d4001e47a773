/* test-loader.c - which images make which step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "engine/training/loader.h"

#define N 23
#define PER_STEP 5
#define EPOCHS 40

/* 23 images in steps of 5: four steps an epoch and three images left over. */
static void
test_no_image_comes_twice_or_waits_long (void)
{
  g_autoptr (PhenoLoader) loader = pheno_loader_new (N, PER_STEP, 1);
  int last_seen[N];

  g_assert_cmpuint (pheno_loader_steps (loader), ==, 4);
  for (int i = 0; i < N; i++)
    last_seen[i] = -1;

  for (int epoch = 0; epoch < EPOCHS; epoch++)
    {
      gboolean seen[N] = { 0 };

      pheno_loader_begin (loader, (guint32) epoch);
      for (guint step = 0; step < 4; step++)
        {
          const guint32 *images = pheno_loader_step (loader, step);

          for (int i = 0; i < PER_STEP; i++)
            {
              g_assert_cmpuint (images[i], <, N);
              g_assert_false (seen[images[i]]);
              seen[images[i]] = TRUE;
            }
        }
      for (int i = 0; i < N; i++)
        {
          if (seen[i])
            last_seen[i] = epoch;
          g_assert_cmpint (epoch - last_seen[i], <=, 1);
        }
    }
}

static void
test_order_is_a_function_of_seed_and_epoch (void)
{
  g_autoptr (PhenoLoader) steady = pheno_loader_new (N, PER_STEP, 9);
  g_autoptr (PhenoLoader) jumping = pheno_loader_new (N, PER_STEP, 9);
  g_autoptr (PhenoLoader) other = pheno_loader_new (N, PER_STEP, 10);
  guint32 seventh[PER_STEP], third[PER_STEP];

  for (guint32 epoch = 0; epoch <= 7; epoch++)
    {
      pheno_loader_begin (steady, epoch);
      if (epoch == 3)
        memcpy (third, pheno_loader_step (steady, 2), sizeof third);
    }
  memcpy (seventh, pheno_loader_step (steady, 2), sizeof seventh);
  g_assert_true (memcmp (third, seventh, sizeof third) != 0);

  pheno_loader_begin (jumping, 7);
  g_assert_cmpmem (pheno_loader_step (jumping, 2), sizeof seventh, seventh,
                   sizeof seventh);
  pheno_loader_begin (jumping, 3);
  g_assert_cmpmem (pheno_loader_step (jumping, 2), sizeof third, third, sizeof third);

  pheno_loader_begin (other, 7);
  g_assert_true (memcmp (pheno_loader_step (other, 2), seventh, sizeof seventh) != 0);
}

/* 4 images, 24 orders, 2400 epochs: 100 of each are expected; a deviation of 5 standard
 * errors (sqrt (100 x 23 / 24) = 9.8) would be no chance. */
static void
test_every_order_is_as_likely (void)
{
  g_autoptr (PhenoLoader) loader = pheno_loader_new (4, 4, 77);
  int counts[256] = { 0 };
  int kinds = 0;

  for (guint32 epoch = 0; epoch < 2400; epoch++)
    {
      const guint32 *order;

      pheno_loader_begin (loader, epoch);
      order = pheno_loader_step (loader, 0);
      counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }

  for (int i = 0; i < 256; i++)
    if (counts[i] > 0)
      {
        kinds++;
        g_assert_cmpint (counts[i], >, 100 - 49);
        g_assert_cmpint (counts[i], <, 100 + 49);
      }
  g_assert_cmpint (kinds, ==, 24);
}

static void
test_all_images_may_make_one_step (void)
{
  g_autoptr (PhenoLoader) loader = pheno_loader_new (2, 2, 0);

  pheno_loader_begin (loader, 5);
  g_assert_cmpuint (pheno_loader_steps (loader), ==, 1);
  g_assert_cmpuint (pheno_loader_step (loader, 0)[0] + pheno_loader_step (loader, 0)[1],
                    ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loader/no-image-comes-twice-or-waits-long",
                   test_no_image_comes_twice_or_waits_long);
  g_test_add_func ("/loader/order-is-a-function-of-seed-and-epoch",
                   test_order_is_a_function_of_seed_and_epoch);
  g_test_add_func ("/loader/every-order-is-as-likely", test_every_order_is_as_likely);
  g_test_add_func ("/loader/all-images-may-make-one-step",
                   test_all_images_may_make_one_step);
  return g_test_run ();
}
