/* test-presets.c - recipes of the user's own are kept, found again and never mixed up
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "app/presets.h"
#include "tests/support/folder.h"

static PhenoRecipe *
turned (const char *degrees)
{
  PhenoRecipe *recipe = pheno_recipe_load ("colour", NULL);

  g_assert_true (pheno_recipe_set (recipe, "rotation", "degrees", degrees, NULL));
  return recipe;
}

static void
assert_own (const char *first, const char *second)
{
  const char *const expected[] = { first, first != NULL ? second : NULL, NULL };
  g_auto (GStrv) own = pheno_presets_own ();

  g_assert_cmpstrv (own, expected);
}

static void
test_saved_and_deleted (void)
{
  g_autoptr (PhenoRecipe) recipe = turned ("33");
  g_autoptr (PhenoRecipe) again = NULL;
  g_autoptr (GError) error = NULL;

  assert_own (NULL, NULL);
  g_assert_true (pheno_presets_save ("Flügel, links", recipe, &error));
  g_assert_no_error (error);
  assert_own ("Flügel, links", NULL);
  again = pheno_presets_load ("Flügel, links", &error);
  g_assert_no_error (error);
  g_assert_true (pheno_recipe_equal (recipe, again));

  g_assert_true (pheno_presets_delete ("Flügel, links", &error));
  g_assert_false (pheno_presets_has ("Flügel, links"));
  g_assert_true (pheno_presets_delete ("Flügel, links", &error)); /* it is gone already */
  assert_own (NULL, NULL);
  g_assert_null (pheno_presets_load ("Flügel, links", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

static void
test_names (void)
{
  static const char *const bad[]
      = { "", ".hidden", "a/b", "a\\b", "a:b", "two\nlines", "colour", "simclr" };
  g_autofree char *longest = g_strnfill (61, 'x');
  g_autofree char *title = pheno_presets_title ("colour");

  g_assert_true (pheno_presets_check_name ("wings 2", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pheno_presets_check_name (bad[i], &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
    }
  g_assert_false (pheno_presets_check_name (longest, NULL));
  g_assert_cmpstr (title, ==, "Colour matters");
}

/* The same recipe keeps its name, another one of that name gets a number, and no file
 * takes the place of a built-in recipe. */
static void
test_import (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autoptr (PhenoRecipe) one = turned ("11"), two = turned ("22");
  g_autofree char *text = pheno_recipe_to_text (one);
  g_autofree char *other = pheno_recipe_to_text (two);
  g_autofree char *wings = test_folder_add (folder, "wings.recipe", text, -1);
  g_autofree char *more = test_folder_add (folder, "more/wings.recipe", other, -1);
  g_autofree char *colour = test_folder_add (folder, "colour.recipe", text, -1);
  g_autofree char *broken = test_folder_add (folder, "broken.recipe", "no recipe", -1);
  const char *const paths[] = { wings, wings, more, more, colour };
  const char *const names[] = { "wings", "wings", "wings 2", "wings 2", "colour 2" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = pheno_presets_import (paths[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (name, ==, names[i]);
    }
  g_assert_null (pheno_presets_import (broken, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    pheno_presets_delete (names[i], NULL);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/presets/saved-and-deleted", test_saved_and_deleted);
  g_test_add_func ("/presets/names", test_names);
  g_test_add_func ("/presets/import", test_import);
  return g_test_run ();
}
