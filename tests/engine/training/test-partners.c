/* test-partners.c - pairs of images of one specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/partners.h"

/* Images 0, 2, 5 and 1, 4 show two specimens; 3 and 6 are unknown, each by itself. */
static const int units[7] = { 8, 3, 8, -1, 3, 8, -1 };

static void
test_groups (void)
{
  g_autoptr (PhenoPartners) partners = pheno_partners_new (units, 7);
  static const guint32 sizes[] = { 3, 2, 1, 1 };
  static const guint32 images[] = { 0, 2, 5, 1, 4, 3, 6 };

  g_assert_cmpuint (partners->n, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (partners->first[i + 1] - partners->first[i], ==, sizes[i]);
  g_assert_cmpmem (partners->image, sizeof images, images, sizeof images);
}

/* Every ordered pair of three images equally often: chi-squared of 5 degrees of freedom
 * is below 35 in all but one of 10^6. */
static void
test_pick (void)
{
  g_autoptr (PhenoPartners) partners = pheno_partners_new (units, 7);
  guint count[7][7] = { { 0 } };
  double chi_squared = 0;

  for (guint32 epoch = 0; epoch < 6000; epoch++)
    {
      guint32 picked[2], again[2];

      pheno_partners_pick (partners, 0, 5, epoch, picked);
      pheno_partners_pick (partners, 0, 5, epoch, again);
      g_assert_cmpmem (picked, sizeof picked, again, sizeof again);
      g_assert_cmpint (units[picked[0]], ==, 8);
      g_assert_cmpint (units[picked[1]], ==, 8);
      g_assert_cmpuint (picked[0], !=, picked[1]);
      count[picked[0]][picked[1]]++;
      pheno_partners_pick (partners, 2, 5, epoch, picked);
      g_assert_true (picked[0] == 3 && picked[1] == 3);
    }
  for (guint i = 0; i < 7; i++)
    for (guint k = 0; k < 7; k++)
      if (i != k && units[i] == 8 && units[k] == 8)
        chi_squared += (count[i][k] - 1000.0) * (count[i][k] - 1000.0) / 1000;
  g_assert_cmpfloat (chi_squared, <, 35);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partners/images-of-one-specimen", test_groups);
  g_test_add_func ("/partners/every-pair-alike", test_pick);
  return g_test_run ();
}
