/* test-show.c - what the window shows of recipes and views
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/engine/augment/picture.h"

#define SIZE 24

/* Every row of the table has what a window needs to show it. */
static void
test_operations_have_words (void)
{
  for (guint i = 0; i < pheno_operation_count (); i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);

      g_assert_nonnull (operation->title);
      g_assert_nonnull (operation->doc);
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        {
          const PhenoParameterInfo *info = &operation->parameters[k];

          g_assert_nonnull (info->title);
          g_assert_nonnull (info->doc);
          g_assert_cmpfloat (info->usual[0], <=, info->usual[1]);
          if (info->usual[0] < info->usual[1])
            {
              g_assert_cmpfloat (info->minimum, <=, info->usual[0]);
              g_assert_cmpfloat (info->usual[1], <=, info->maximum);
            }
          if (info->kind == PHENO_PARAMETER_CHOICE)
            g_assert_cmpuint (g_strv_length ((char **) info->choices), ==,
                              g_strv_length ((char **) info->choice_titles));
        }
    }
}

static void
test_built_in_recipes_have_words (void)
{
  for (const char *const *name = pheno_recipe_names (); *name != NULL; name++)
    {
      g_assert_nonnull (pheno_recipe_title (*name));
      g_assert_nonnull (pheno_recipe_doc (*name));
    }
  g_assert_null (pheno_recipe_title ("mine"));
}

static gboolean
any_changes_colour (const PhenoRecipe *recipe)
{
  for (guint i = 0; i < pheno_operation_count (); i++)
    if (pheno_recipe_changes_colour (recipe, pheno_operation_get (i)->name, NULL))
      return TRUE;
  return FALSE;
}

static void
test_recipes_that_change_colour (void)
{
  g_autoptr (PhenoRecipe) simclr = pheno_recipe_load ("simclr", NULL);
  g_autoptr (PhenoRecipe) colour = pheno_recipe_load ("colour", NULL);
  g_autoptr (PhenoRecipe) shape = pheno_recipe_load ("shape", NULL);
  g_autofree char *brightness = NULL;

  g_assert_false (any_changes_colour (colour));
  g_assert_true (any_changes_colour (shape));
  g_assert_true (pheno_recipe_changes_colour (simclr, "grayscale", NULL));
  g_assert_true (pheno_recipe_changes_colour (simclr, "colour-jitter", "hue"));
  g_assert_false (pheno_recipe_changes_colour (simclr, "colour-jitter", "brightness"));
  g_assert_false (pheno_recipe_changes_colour (simclr, "rotation", NULL));

  /* What never happens changes nothing. */
  g_assert_true (pheno_recipe_set (simclr, "grayscale", "probability", "0", NULL));
  g_assert_false (pheno_recipe_changes_colour (simclr, "grayscale", NULL));

  pheno_recipe_keep_colour (shape);
  g_assert_false (any_changes_colour (shape));
  brightness = pheno_recipe_get (shape, "colour-jitter", "brightness");
  g_assert_cmpstr (brightness, ==, "0.8");
}

/* 8-bit values come back from a normalised view as they were, where nothing happens. */
static void
test_show_undoes_normalisation (void)
{
  g_autoptr (PhenoRecipe) recipe
      = recipe_from ("[augment.resize-and-pad]\noutside=zeros\n[augment.normalise]\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (SIZE, 3);
  PhenoImage image = noise (SIZE, SIZE, 3, 8);
  float view[3 * SIZE * SIZE];
  guint8 rgb[SIZE][SIZE][3];

  pheno_augment (recipe, &image, (PhenoViewKey){ 0 }, SIZE, scratch, view);
  pheno_augment_show (recipe, view, 3, SIZE, &rgb[0][0][0], 3 * SIZE);
  g_assert_cmpmem (rgb, sizeof rgb, image.pixels, sizeof rgb);
  g_free (image.pixels);
}

static void
assert_corners (const double corners[8], const double expected[8])
{
  for (int i = 0; i < 8; i++)
    g_assert_cmpfloat_with_epsilon (corners[i], expected[i], 1e-9);
}

/* A square image of 48 in a view of 24 is shown from edge to edge; flipped, left is
 * right. Beside an image of 48 x 24 there is 12 of padding above and below. */
static void
test_outline (void)
{
  g_autoptr (PhenoRecipe) plain = recipe_from ("[augment.resize-and-pad]\n");
  g_autoptr (PhenoRecipe) flipped = recipe_from (
      "[augment.resize-and-pad]\n[augment.horizontal-flip]\nprobability=1\n");
  const PhenoImage square = { .width = 48, .height = 48, .bands = 3 };
  const PhenoImage wide = { .width = 48, .height = 24, .bands = 3 };
  const PhenoViewKey key = { .seed = 1 };
  double corners[8];

  pheno_augment_outline (plain, &square, key, SIZE, corners);
  assert_corners (corners, (double[]){ 0, 0, 48, 0, 48, 48, 0, 48 });
  pheno_augment_outline (flipped, &square, key, SIZE, corners);
  assert_corners (corners, (double[]){ 48, 0, 0, 0, 0, 48, 48, 48 });
  pheno_augment_outline (plain, &wide, key, SIZE, corners);
  assert_corners (corners, (double[]){ 0, -12, 48, -12, 48, 36, 0, 36 });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/show/operations-have-words", test_operations_have_words);
  g_test_add_func ("/augment/show/built-in-recipes-have-words",
                   test_built_in_recipes_have_words);
  g_test_add_func ("/augment/show/recipes-that-change-colour",
                   test_recipes_that_change_colour);
  g_test_add_func ("/augment/show/normalisation-is-undone",
                   test_show_undoes_normalisation);
  g_test_add_func ("/augment/show/outline-of-a-view", test_outline);
  return g_test_run ();
}
