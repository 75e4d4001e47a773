/* test-sheet.c - views for people: the sheet and the description
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <json-glib/json-glib.h>

#include "tests/engine/augment/picture.h"

static void
test_sheet (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoImage image = noise (64, 64, 3, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) sheet = pheno_augment_sheet (recipe, &image, 5, 7, 32, &error);
  g_autoptr (PhenoImage) again = pheno_augment_sheet (recipe, &image, 5, 7, 32, NULL);
  g_autoptr (PhenoImage) other = pheno_augment_sheet (recipe, &image, 6, 7, 32, NULL);
  gsize count;

  g_assert_no_error (error);
  /* eight pictures in three columns, with four pixels around each */
  g_assert_cmpint (sheet->width, ==, 3 * 36 + 4);
  g_assert_cmpint (sheet->height, ==, 3 * 36 + 4);
  g_assert_cmpint (sheet->bands, ==, 3);
  count = (gsize) sheet->width * (gsize) sheet->height * 3;
  g_assert_cmpmem (sheet->pixels, count, again->pixels, count);
  g_assert_true (memcmp (sheet->pixels, other->pixels, count) != 0);
  g_assert_cmpint (((guint8 *) sheet->pixels)[0], ==, 255);
  /* the empty ninth cell is paper */
  g_assert_cmpint (((guint8 *) sheet->pixels)[count - 3 * (5 * 112 + 5)], ==, 255);

  g_assert_null (pheno_augment_sheet (recipe, &image, 5, 0, 32, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_null (pheno_augment_sheet (recipe, &image, 5, -1, 32, NULL));
  g_assert_null (pheno_augment_sheet (recipe, &image, 5, G_MAXINT, G_MAXINT, NULL));
  image.bands = 2; /* hue has no meaning there */
  g_assert_null (pheno_augment_sheet (recipe, &image, 5, 3, 32, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_free (image.pixels);
}

static void
test_describe (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoImage image = { .width = 120, .height = 90, .bands = 3 };
  PhenoFrame frame = { 64, 120, 90, 3 };
  PhenoViewKey key = { 4, 3, 2, 1 };
  g_autofree char *text = pheno_augment_describe (recipe, &image, key, 64);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *operations;
  PhenoDraw draw;

  pheno_draw (recipe, &frame, key, &draw);
  g_assert_nonnull (root);
  operations = json_object_get_array_member (json_node_get_object (root), "operations");
  g_assert_cmpuint (json_array_get_length (operations), ==, draw.n);
  for (guint i = 0; i < draw.n; i++)
    {
      JsonObject *step = json_array_get_object_element (operations, i);

      g_assert_cmpstr (json_object_get_string_member (step, "operation"), ==,
                       pheno_operation_get (draw.step[i].operation)->name);
      g_assert_cmpint (json_object_get_boolean_member (step, "happens"), ==,
                       draw.step[i].happens);
      if (draw.step[i].operation == PHENO_RESIZED_CROP)
        g_assert_cmpfloat (json_object_get_double_member (step, "width"), ==,
                           draw.step[i].value[2]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/sheet/pictures-in-a-grid", test_sheet);
  g_test_add_func ("/augment/sheet/describe-is-what-is-drawn", test_describe);
  return g_test_run ();
}
