/* test-recipe.c - recipes as text: what is read, what is refused and in which words
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <glib/gstdio.h>
#include <string.h>

#include "engine/augment/augment.h"
#include "tests/support/folder.h"

static PhenoRecipe *
load (const char *name)
{
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe = pheno_recipe_load (name, &error);

  g_assert_no_error (error);
  return recipe;
}

static void
assert_key (const PhenoRecipe *recipe, const char *operation, const char *key,
            const char *text)
{
  g_autofree char *value = pheno_recipe_get (recipe, operation, key);

  g_assert_cmpstr (value, ==, text);
}

static PhenoRecipe *
from_text (const PhenoRecipe *base, const char *text, GError **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_data (key_file, text, strlen (text), 0, NULL));
  return pheno_recipe_new_from_key_file (base, key_file, error);
}

/* What the words must hold to be of use. */
static void
assert_refused (const char *text, ...)
{
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe = from_text (NULL, text, &error);
  const char *part;
  va_list parts;

  g_assert_null (recipe);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  va_start (parts, text);
  while ((part = va_arg (parts, const char *)) != NULL)
    if (strstr (error->message, part) == NULL)
      g_error ("“%s” does not say “%s”", error->message, part);
  va_end (parts);
}

static void
test_built_in (void)
{
  static const char *const names[]
      = { "simclr", "colour", "shape", "uv-rgb", "hyperspectral", "none", NULL };
  double nm[] = { 350, 450, 550, 650, 800 };
  const PhenoImage cube = { .bands = 5, .wavelengths_nm = nm };
  g_autoptr (PhenoRecipe) simclr = load ("simclr");
  g_autoptr (PhenoRecipe) colour = load ("colour");

  g_assert_true (g_strv_equal (pheno_recipe_names (), names));
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (PhenoRecipe) recipe = load (names[i]);
      g_autofree char *text = pheno_recipe_to_text (recipe);
      g_autoptr (PhenoRecipe) again = from_text (NULL, text, NULL);

      g_assert_nonnull (again);
      g_assert_true (pheno_recipe_equal (recipe, again));
      if (strcmp (names[i], "uv-rgb") == 0)
        g_assert_true (pheno_recipe_check_bands (recipe, 7, NULL));
      else if (strcmp (names[i], "hyperspectral") == 0)
        g_assert_true (pheno_recipe_check_image (recipe, &cube, NULL));
      else
        g_assert_true (pheno_recipe_check_bands (recipe, 3, NULL));
    }

  /* Chen et al. 2020, appendix A, with strength 1. */
  assert_key (simclr, "resized-crop", "scale", "0.08;1");
  assert_key (simclr, "colour-jitter", "probability", "0.8");
  assert_key (simclr, "colour-jitter", "hue", "0.2");
  assert_key (simclr, "grayscale", "probability", "0.2");
  assert_key (simclr, "gaussian-blur", "sigma", "0.1;2");
  assert_key (simclr, "rotation", "enabled", "false");

  /* Where colour is the signal nothing may destroy it. */
  assert_key (colour, "grayscale", "enabled", "false");
  assert_key (colour, "colour-jitter", "hue", "0");
  assert_key (colour, "colour-jitter", "saturation", "0");
  g_assert_false (pheno_recipe_equal (simclr, colour));
}

static void
test_override (void)
{
  g_autoptr (PhenoRecipe) simclr = load ("simclr");
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoRecipe) recipe = from_text (simclr,
                                              "[training]\nepochs=3\n"
                                              "[augment]\nrecipe=simclr\n"
                                              "[augment.rotation]\ndegrees=30\n"
                                              "[augment.grayscale]\nenabled=false\n",
                                              &error);

  g_assert_no_error (error);
  assert_key (recipe, "rotation", "enabled", "true");
  assert_key (recipe, "rotation", "degrees", "30");
  assert_key (recipe, "grayscale", "enabled", "false");
  assert_key (recipe, "colour-jitter", "hue", "0.2");
  assert_key (simclr, "rotation", "enabled", "false"); /* the base is left alone */
}

static void
test_refused (void)
{
  assert_refused ("[augment.rotatoin]\n", "rotatoin", "Did you mean “rotation”?", NULL);
  assert_refused ("[augment.zzzzzz]\n", "zzzzzz", "resized-crop, resize-and-pad", NULL);
  assert_refused ("[augment.rotation]\ndegree=3\n", "[augment.rotation]", "degree",
                  "Did you mean “degrees”?", NULL);
  assert_refused ("[augment.rotation]\nqqqqqqqq=3\n", "qqqqqqqq",
                  "enabled, place, probability", NULL);
  assert_refused ("[augment.rotation]\ndegrees=400\n", "degrees", "400", "from 0 to 360",
                  NULL);
  assert_refused ("[augment.rotation]\ndegrees=nan\n", "degrees", "nan", "from 0 to 360",
                  NULL);
  assert_refused ("[augment.rotation]\ndegrees=\n", "degrees", "“”", "from 0 to 360",
                  NULL);
  assert_refused ("[augment.rotation]\nprobability=1.5\n", "probability", "1.5",
                  "from 0 to 1", NULL);
  assert_refused ("[augment.rotation]\nenabled=yes\n", "enabled", "yes",
                  "“true” or “false”", NULL);
  assert_refused ("[augment.rotation]\nplace=1.5\n", "place", "1.5", "whole number",
                  NULL);
  assert_refused ("[augment.rotation]\noutside=edges\n", "outside",
                  "zeros, edge, background", "Did you mean “edge”?", NULL);
  assert_refused ("[augment.resized-crop]\nscale=1;0.2\n", "scale", "1;0.2",
                  "0.0001 to 1", "smaller one first", NULL);
  assert_refused ("[augment.resized-crop]\nscale=0.5\n", "scale", "two numbers", NULL);
  assert_refused ("[augment.gaussian-blur]\nkernel-size=4\n", "kernel-size", "4", "odd",
                  NULL);
  assert_refused ("[augment.gaussian-blur]\nsigma=0;2\n", "sigma", "0.01", NULL);
  assert_refused ("[augment.colour-jitter]\nhue=0.6\n", "hue", "0.6", "0 to 0.5", NULL);
  assert_refused ("[augment.normalise]\nstd=0.2;0;0.2\n", "std", "0.2;0;0.2", NULL);
  /* resize-and-pad is not random: it has no probability to set */
  assert_refused ("[augment.resize-and-pad]\nprobability=0.5\n", "probability", NULL);
}

static void
test_bands (void)
{
  g_autoptr (PhenoRecipe) recipe = load ("simclr");
  g_autoptr (GError) error = NULL;

  g_assert_false (pheno_recipe_check_bands (recipe, 5, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "hue=0"));
  g_clear_error (&error);

  /* seven bands are red, green and blue in two lights, and a mask */
  g_assert_false (pheno_recipe_check_bands (recipe, 7, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "“mean”"));

  g_assert_true (pheno_recipe_set (recipe, "normalise", "mean", "0.5", NULL));
  g_assert_true (pheno_recipe_set (recipe, "normalise", "std", "1;1;1;1;1;1;2;", NULL));
  g_assert_true (pheno_recipe_check_bands (recipe, 7, NULL));
}

/* What moves along wavelengths needs some, that rise or fall; hue needs all thirds of the
 * visible; and an ultraviolet lamp a band. */
static void
test_wavelengths (void)
{
  double nm[] = { 350, 450, 550, 650, 800 };
  PhenoImage image = { .bands = 5, .wavelengths_nm = nm };
  static const char *const texts[]
      = { "[augment.spectral-shift]\n", "[augment.spectral-smoothing]\n",
          "[augment.uv-intensity]\n", "[augment.colour-jitter]\n" };
  static const char *const words[]
      = { "spectral-shift", "spectral-smoothing", "uv-intensity", "hue=0" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (PhenoRecipe) recipe = from_text (NULL, texts[i], NULL);
      g_autoptr (GError) error = NULL;

      image.wavelengths_nm = nm;
      g_assert_true (pheno_recipe_check_image (recipe, &image, &error));
      g_assert_no_error (error);
      image.wavelengths_nm = NULL;
      g_assert_false (pheno_recipe_check_image (recipe, &image, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
      g_assert_nonnull (strstr (error->message, words[i]));
    }
}

static void
test_files (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *good = test_folder_add (folder, "my colours é.recipe",
                                           "[augment.rotation]\ndegrees=5\n", -1);
  g_autofree char *empty = test_folder_add (folder, "empty.recipe", "", -1);
  g_autofree char *broken = test_folder_add (folder, "broken.recipe",
                                             "[augment.rotation]\ndegrees=hello\n", -1);
  g_autoptr (PhenoRecipe) recipe = load (good);
  g_autoptr (GError) error = NULL;

  assert_key (recipe, "rotation", "degrees", "5");
  assert_key (recipe, "resized-crop", "enabled", "false");

  g_assert_null (pheno_recipe_load (empty, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "empty.recipe"));
  g_clear_error (&error);

  g_assert_null (pheno_recipe_load (broken, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "broken.recipe"));
  g_assert_nonnull (strstr (error->message, "hello"));
  g_clear_error (&error);

  g_assert_null (pheno_recipe_load (folder, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_clear_error (&error);

  g_assert_null (pheno_recipe_load ("simclrr", &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "Did you mean “simclr”?"));
  test_folder_remove (folder);
}

/* What the window and the documentation are made from. */
static void
test_table (void)
{
  for (guint i = 0; i < pheno_operation_count (); i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);

      g_assert_cmpint (pheno_operation_find (operation->name), ==, (int) i);
      g_assert_cmpuint (strlen (operation->title), >, 0);
      g_assert_cmpuint (strlen (operation->doc), >, 0);
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        {
          g_autoptr (PhenoRecipe) recipe = pheno_recipe_new ();
          const PhenoParameterInfo *info = &operation->parameters[k];

          g_assert_cmpuint (strlen (info->doc), >, 0);
          g_assert_true (info->minimum <= info->maximum);
          assert_key (recipe, operation->name, info->name, info->standard);
        }
    }
  g_assert_cmpint (pheno_operation_find ("nothing"), ==, -1);
}

/* Whatever is on, nothing changes colours afterwards, and the text can be read: a gamma
 * or a colour temperature of 0 is none. */
static void
test_keep_colour (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_new (), back = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < pheno_operation_count (); i++)
    {
      const char *name = pheno_operation_get (i)->name;

      g_assert_true (pheno_recipe_set (recipe, name, "enabled", "true", &error));
      g_assert_no_error (error);
    }
  g_assert_true (pheno_recipe_changes_colour (recipe, "gamma", NULL));
  pheno_recipe_keep_colour (recipe);
  for (guint i = 0; i < pheno_operation_count (); i++)
    g_assert_false (
        pheno_recipe_changes_colour (recipe, pheno_operation_get (i)->name, NULL));

  text = pheno_recipe_to_text (recipe);
  back = from_text (NULL, text, &error);
  g_assert_no_error (error);
  g_assert_true (pheno_recipe_equal (back, recipe));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/recipe/built-in", test_built_in);
  g_test_add_func ("/augment/recipe/override", test_override);
  g_test_add_func ("/augment/recipe/refused", test_refused);
  g_test_add_func ("/augment/recipe/bands", test_bands);
  g_test_add_func ("/augment/recipe/wavelengths", test_wavelengths);
  g_test_add_func ("/augment/recipe/files", test_files);
  g_test_add_func ("/augment/recipe/table", test_table);
  g_test_add_func ("/augment/recipe/keep-colour", test_keep_colour);
  return g_test_run ();
}
