/* test-draw.c - how what is drawn is distributed, and what it depends on
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Seeds are fixed, so a test that passes once passes always; limits are those of the
 * Kolmogorov-Smirnov statistic at which a right program would fail less than once in
 * 10^5.
 */
#include <math.h>
#include <stdlib.h>

#include "tests/engine/augment/picture.h"
#include "tests/support/golden.h"

#define DRAWS 20000

static PhenoRecipe *
recipe_of (const char *operation, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe = pheno_recipe_new ();

  pheno_recipe_set (recipe, operation, "enabled", "true", &error);
  g_assert_no_error (error);
  if (key != NULL)
    pheno_recipe_set (recipe, operation, key, value, &error);
  g_assert_no_error (error);
  if (pheno_operation_get ((guint) pheno_operation_find (operation))->random)
    pheno_recipe_set (recipe, operation, "probability", "1", &error);
  g_assert_no_error (error);
  return recipe;
}

/* What a recipe of one operation draws for image @image. */
static PhenoDrawn
draw_one (const PhenoRecipe *recipe, int width, int height, guint32 image)
{
  PhenoFrame frame = { 96, width, height, 3 };
  PhenoDraw draw;

  pheno_draw (recipe, &frame, (PhenoViewKey){ .seed = 11, .epoch = 3, .image = image },
              &draw);
  g_assert_cmpuint (draw.n, ==, 1);
  return draw.step[0];
}

static int
compare (const void *a, const void *b)
{
  double one = *(const double *) a, other = *(const double *) b;

  return (one > other) - (one < other);
}

/* The largest distance of the values' distribution from the even one over low to high. */
static double
distance_from_even (double *value, gsize n, double low, double high)
{
  double distance = 0;

  qsort (value, n, sizeof *value, compare);
  for (gsize i = 0; i < n; i++)
    {
      double expected = (value[i] - low) / (high - low);

      distance = MAX (distance, fabs (expected - (double) i / n));
      distance = MAX (distance, fabs (expected - (i + 1.0) / n));
    }
  return distance;
}

static void
assert_even (const char *operation, const char *key, const char *text, guint index,
             double low, double high)
{
  g_autoptr (PhenoRecipe) recipe = recipe_of (operation, key, text);
  g_autofree double *value = g_new (double, DRAWS);

  for (guint i = 0; i < DRAWS; i++)
    {
      value[i] = draw_one (recipe, 100, 80, i).value[index];
      g_assert_cmpfloat (value[i], >=, low);
      g_assert_cmpfloat (value[i], <=, high);
    }
  g_assert_cmpfloat (distance_from_even (value, DRAWS, low, high), <, 2.5 / sqrt (DRAWS));
}

/* The ranges are Kornia's: 1 - x to 1 + x, not below 0, for a strength of x. */
static void
test_even (void)
{
  assert_even ("colour-jitter", "brightness", "0.4", 0, 0.6, 1.4);
  assert_even ("colour-jitter", "contrast", "0.8", 1, 0.2, 1.8);
  assert_even ("colour-jitter", "saturation", "2", 2, 0, 3);
  assert_even ("colour-jitter", "hue", "0.2", 3, -0.2, 0.2);
  assert_even ("rotation", "degrees", "45", 0, -45, 45);
  assert_even ("gaussian-blur", "sigma", "0.1;2", 0, 0.1, 2);
}

/* Each of the 24 orders as often as any other: chi-squared of 23 degrees of freedom is
 * below 72 in all but one of 10^6 runs. */
static void
test_orders (void)
{
  g_autoptr (PhenoRecipe) recipe = recipe_of ("colour-jitter", NULL, NULL);
  double chi_squared = 0;
  guint count[24] = { 0 };

  for (guint i = 0; i < DRAWS; i++)
    {
      double order = draw_one (recipe, 100, 80, i).value[4];

      g_assert_cmpfloat (order, >=, 0);
      g_assert_cmpfloat (order, <=, 23);
      g_assert_cmpfloat (order, ==, rint (order));
      count[(int) order]++;
    }
  for (guint i = 0; i < 24; i++)
    chi_squared += pow (count[i] - DRAWS / 24.0, 2) / (DRAWS / 24.0);
  g_assert_cmpfloat (chi_squared, <, 72);
}

/* Against the distributions that 400,000 draws of Kornia 0.9 have (make.py). */
static void
test_crops (void)
{
  static const struct
  {
    int width, height;
    const char *scale;
  } frames[] = { { 64, 48, "0.08;1" }, { 90, 30, "0.5;1" } };
  g_autoptr (PhenoMatrix) kornia = golden_matrix ("augment", "crop-distribution.npy");

  for (guint f = 0; f < G_N_ELEMENTS (frames); f++)
    {
      int width = frames[f].width, height = frames[f].height;
      g_autoptr (PhenoRecipe) recipe
          = recipe_of ("resized-crop", "scale", frames[f].scale);
      guint count[4][91] = { { 0 } };

      for (guint i = 0; i < DRAWS; i++)
        {
          PhenoDrawn drawn = draw_one (recipe, width, height, i);
          const double *box = drawn.value; /* x, y, width, height */

          g_assert_true (box[0] >= 0 && box[2] >= 1 && box[0] + box[2] <= width);
          g_assert_true (box[1] >= 0 && box[3] >= 1 && box[1] + box[3] <= height);
          count[0][(int) box[2]]++;
          count[1][(int) box[3]]++;
          count[2][(int) box[0]]++;
          count[3][(int) box[1]]++;
        }
      for (guint k = 0; k < 4; k++)
        for (guint at = 0, below = 0; at < 91; at++)
          {
            double expected = pheno_matrix_row (kornia, 4 * f + k)[at];

            below += count[k][at];
            g_assert_cmpfloat (fabs ((double) below / DRAWS - expected), <,
                               2.5 / sqrt (DRAWS));
          }
    }
}

/* Quantiles of what Kornia 0.9 draws (make.py): each number's share of draws at or below
 * each of 101 values, against those of this program. */
static void
test_quantiles (void)
{
  static const struct
  {
    const char *text;
    guint operation, n, value[8];
  } cases[] = {
    { "[augment.affine]\nshear-x=12\nshear-y=7\nshift=0.1\nscale=0.8;1.5\n",
      PHENO_AFFINE,
      6,
      { 0, 1, 2, 3, 4, 4 } },
    { "[augment.perspective]\ndistortion=0.4\n",
      PHENO_PERSPECTIVE,
      8,
      { 0, 1, 2, 3, 4, 5, 6, 7 } },
    { "[augment.thin-plate-spline]\nscale=0.15\n",
      PHENO_THIN_PLATE_SPLINE,
      8,
      { 0, 1, 2, 3, 4, 5, 6, 7 } },
    { "[augment.posterise]\nbits=3;8\n", PHENO_POSTERISE, 1, { 0 } },
    { "[augment.solarise]\nthreshold=0.4;0.6\naddition=-0.2;0.2\n",
      PHENO_SOLARISE,
      2,
      { 0, 1 } },
    { "[augment.gamma]\ngamma=0.5;2\ngain=0.9;1.2\n", PHENO_GAMMA, 2, { 0, 1 } },
    { "[augment.sharpness]\nfactor=0;0.7\n", PHENO_SHARPNESS, 1, { 0 } },
    { "[augment.erasing]\nscale=0.05;0.4\nratio=0.3;3.3\n",
      PHENO_ERASING,
      4,
      { 0, 1, 2, 3 } },
    { "[augment.erasing]\nscale=0.1;0.2\nratio=1.5;2\n",
      PHENO_ERASING,
      4,
      { 0, 1, 2, 3 } },
    { "[augment.channel-dropout]\nchannels=1\n", PHENO_CHANNEL_DROPOUT, 1, { 0 } },
  };
  g_autoptr (PhenoMatrix) kornia = golden_matrix ("augment", "draws.npy");
  gsize row = 0;

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      g_autoptr (PhenoRecipe) recipe = recipe_from (cases[c].text);
      g_autofree double *drawn = g_new (double, (gsize) DRAWS *cases[c].n);

      pheno_recipe_set (recipe, pheno_operation_get (cases[c].operation)->name,
                        "probability", "1", NULL);
      for (guint i = 0; i < DRAWS; i++)
        for (guint k = 0; k < cases[c].n; k++)
          drawn[(gsize) k * DRAWS + i]
              = draw_one (recipe, 100, 80, i).value[cases[c].value[k]];
      for (guint k = 0; k < cases[c].n; k++, row++)
        {
          double *value = drawn + (gsize) k * DRAWS;
          const float *quantile = pheno_matrix_row (kornia, row);

          qsort (value, DRAWS, sizeof *value, compare);
          for (guint q = 1; q < 100; q++)
            {
              double at = (double) quantile[q], low = at - 1e-4, high = at + 1e-4;
              guint below = 0, within = 0;

              while (below < DRAWS && value[below] < low)
                below++;
              while (below + within < DRAWS && value[below + within] <= high)
                within++;
              /* a quantile of whole numbers lies somewhere within a step */
              g_assert_cmpfloat (below / (double) DRAWS, <, q / 100.0 + 3 / sqrt (DRAWS));
              g_assert_cmpfloat ((below + within) / (double) DRAWS, >,
                                 q / 100.0 - 3 / sqrt (DRAWS));
            }
        }
    }
  g_assert_cmpuint (row, ==, kornia->rows);
}

static double
share_of (const char *probability)
{
  g_autoptr (PhenoRecipe) recipe = recipe_of ("horizontal-flip", NULL, NULL);
  guint happened = 0;

  pheno_recipe_set (recipe, "horizontal-flip", "probability", probability, NULL);
  for (guint i = 0; i < DRAWS; i++)
    happened += draw_one (recipe, 100, 80, i).happens ? 1 : 0;
  return (double) happened / DRAWS;
}

static void
test_probability (void)
{
  g_assert_cmpfloat (share_of ("0"), ==, 0);
  g_assert_cmpfloat (share_of ("1"), ==, 1);
  g_assert_cmpfloat_with_epsilon (share_of ("0.5"), 0.5, 5 * sqrt (0.25 / DRAWS));
  g_assert_cmpfloat_with_epsilon (share_of ("0.2"), 0.2, 5 * sqrt (0.16 / DRAWS));
}

static gboolean
same_numbers (const PhenoDrawn *a, const PhenoDrawn *b)
{
  return a->operation == b->operation && a->happens == b->happens
         && memcmp (a->value, b->value, sizeof a->value) == 0;
}

static const PhenoDrawn *
find_step (const PhenoDraw *draw, guint operation)
{
  for (guint i = 0; i < draw->n; i++)
    if (draw->step[i].operation == operation)
      return &draw->step[i];
  return NULL;
}

/* What one operation draws is not moved by switching another off, nor by the order. */
static void
test_operations_are_independent (void)
{
  g_autoptr (PhenoRecipe) full = pheno_recipe_load ("simclr", NULL);
  g_autoptr (PhenoRecipe) less = pheno_recipe_copy (full);
  PhenoFrame frame = { 96, 200, 150, 3 };

  pheno_recipe_set (less, "resized-crop", "enabled", "false", NULL);
  pheno_recipe_set (less, "grayscale", "probability", "1", NULL);
  pheno_recipe_set (less, "gaussian-blur", "place", "1", NULL);
  for (guint32 image = 0; image < 50; image++)
    {
      PhenoViewKey key = { .seed = 5, .image = image };
      PhenoDraw one, other;

      pheno_draw (full, &frame, key, &one);
      pheno_draw (less, &frame, key, &other);
      g_assert_true (same_numbers (find_step (&one, PHENO_COLOUR_JITTER),
                                   find_step (&other, PHENO_COLOUR_JITTER)));
      g_assert_true (same_numbers (find_step (&one, PHENO_GAUSSIAN_BLUR),
                                   find_step (&other, PHENO_GAUSSIAN_BLUR)));
    }
}

/* Seed, epoch, image and view each give other numbers; the same key the same. */
static void
test_key (void)
{
  g_autoptr (PhenoRecipe) recipe = recipe_of ("resized-crop", NULL, NULL);
  static const PhenoViewKey keys[]
      = { { 1, 0, 0, 0 }, { 2, 0, 0, 0 }, { 1 + (G_GUINT64_CONSTANT (1) << 32), 0, 0, 0 },
          { 1, 1, 0, 0 }, { 1, 0, 1, 0 }, { 1, 0, 0, 1 } };
  PhenoFrame frame = { 96, 4000, 3000, 3 };
  PhenoDraw draw[G_N_ELEMENTS (keys)], again;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      pheno_draw (recipe, &frame, keys[i], &draw[i]);
      pheno_draw (recipe, &frame, keys[i], &again);
      g_assert_true (same_numbers (&draw[i].step[0], &again.step[0]));
      for (guint k = 0; k < i; k++)
        g_assert_false (same_numbers (&draw[i].step[0], &draw[k].step[0]));
    }
}

/* The numbers of a run that is already on someone's disk: they must never change. simclr
 * in 300 x 200 pixels, as this program drew it in November 2026. */
static void
test_numbers_stay (void)
{
  static const double crop[] = { 58, 5, 149, 190 };
  static const double jitter[] = { 1.4711441, 1.6469622, 1.1346452, -0.0373605, 15 };
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoFrame frame = { 96, 300, 200, 3 };
  PhenoDraw draw;

  pheno_draw (recipe, &frame, (PhenoViewKey){ 1, 2, 3, 1 }, &draw);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (find_step (&draw, PHENO_RESIZED_CROP)->value[i], ==, crop[i]);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat_with_epsilon (find_step (&draw, PHENO_COLOUR_JITTER)->value[i],
                                    jitter[i], 1e-6);
  g_assert_false (find_step (&draw, PHENO_HORIZONTAL_FLIP)->happens);
  g_assert_false (find_step (&draw, PHENO_GAUSSIAN_BLUR)->happens);
  g_assert_true (find_step (&draw, PHENO_NORMALISE)->happens);
}

/* The program's own kernel size: a tenth of the view, odd, as SimCLR. */
static void
test_kernel_size (void)
{
  static const int sizes[][2]
      = { { 16, 3 }, { 96, 9 }, { 128, 13 }, { 224, 23 }, { 4000, 255 } };
  g_autoptr (PhenoRecipe) recipe = recipe_of ("gaussian-blur", NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      PhenoFrame frame = { sizes[i][0], 10, 10, 3 };
      PhenoDraw draw;

      pheno_draw (recipe, &frame, (PhenoViewKey){ 0 }, &draw);
      g_assert_cmpfloat (draw.step[0].value[1], ==, sizes[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/draw/factors-are-even", test_even);
  g_test_add_func ("/augment/draw/orders-are-equally-likely", test_orders);
  g_test_add_func ("/augment/draw/crops-are-distributed-as-kornia's", test_crops);
  g_test_add_func ("/augment/draw/other-numbers-are-distributed-as-kornia's",
                   test_quantiles);
  g_test_add_func ("/augment/draw/probability", test_probability);
  g_test_add_func ("/augment/draw/operations-are-independent",
                   test_operations_are_independent);
  g_test_add_func ("/augment/draw/every-part-of-the-key-matters", test_key);
  g_test_add_func ("/augment/draw/numbers-stay-the-same-for-ever", test_numbers_stay);
  g_test_add_func ("/augment/draw/kernel-size", test_kernel_size);
  return g_test_run ();
}
