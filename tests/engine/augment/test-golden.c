/* test-golden.c - each operation against Kornia 0.9, for the same drawn numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * tests/golden/augment/make.py made the cases. Each is done with the passes of every
 * instruction set of this machine.
 */
#include <json-glib/json-glib.h>

#include "engine/augment/draw.h"
#include "tests/support/golden.h"

#define TOLERANCE 1e-4

static void
set_key (PhenoRecipe *recipe, const char *operation, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;

  pheno_recipe_set (recipe, operation, key, value, &error);
  g_assert_no_error (error);
}

/* The case's steps with its drawn numbers, in place of a draw. */
static void
take_steps (JsonArray *steps, PhenoRecipe *recipe, PhenoDraw *draw)
{
  draw->n = 0;
  for (guint i = 0; i < json_array_get_length (steps); i++)
    {
      JsonObject *step = json_array_get_object_element (steps, i);
      const char *name = json_object_get_string_member (step, "operation");
      JsonArray *drawn = json_object_get_array_member (step, "drawn");
      JsonObject *set = json_object_get_object_member (step, "set");
      g_autoptr (GList) keys = json_object_get_members (set);
      int operation = pheno_operation_find (name);

      g_assert_cmpint (operation, >=, 0);
      for (GList *key = keys; key != NULL; key = key->next)
        set_key (recipe, name, key->data, json_object_get_string_member (set, key->data));
      draw->step[draw->n] = (PhenoDrawn){ .operation = (guint) operation,
                                          .setting = &recipe->setting[operation],
                                          .happens = TRUE };
      for (guint k = 0; k < json_array_get_length (drawn); k++)
        draw->step[draw->n].value[k] = json_array_get_double_element (drawn, k);
      draw->n++;
    }
}

static void
test_case (gconstpointer data)
{
  JsonObject *description = (gpointer) data;
  g_autofree char *file
      = g_strconcat (json_object_get_string_member (description, "image"), ".npy", NULL);
  g_autoptr (PhenoMatrix) pixels = golden_matrix ("augment", file);
  g_autoptr (PhenoMatrix) expected = golden_matrix ("augment", "expected.npy");
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_new ();
  int size = (int) json_object_get_int_member (description, "size");
  int width = (int) json_object_get_int_member (description, "width");
  gsize offset = (gsize) json_object_get_int_member (description, "offset");
  gsize count = (gsize) size * (gsize) size * pixels->columns;
  g_autofree float *view = g_new (float, count);
  PhenoImage image = { .width = width,
                       .height = (int) pixels->rows / width,
                       .bands = (int) pixels->columns,
                       .type = PHENO_SAMPLE_FLOAT32,
                       .pixels = pixels->values,
                       .white = 1 };
  PhenoDraw draw;

  g_assert_cmpuint (offset + count, <=, expected->rows);
  take_steps (json_object_get_array_member (description, "steps"), recipe, &draw);
  for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
    {
      g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new_for (isa);

      memset (view, 0xff, count * sizeof *view); /* NANs, should one be left out */
      pheno_apply (&draw, &image, size, scratch, view);
      assert_values_near (view, expected->values + offset, count, TOLERANCE);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *cases;

  g_test_init (&argc, &argv, NULL);
  path = golden_path ("augment", "cases.json");
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  cases = json_object_get_array_member (
      json_node_get_object (json_parser_get_root (parser)), "cases");
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *description = json_array_get_object_element (cases, i);
      g_autofree char *name = g_strconcat (
          "/augment/kornia/", json_object_get_string_member (description, "name"), NULL);

      g_test_add_data_func (name, description, test_case);
    }
  return g_test_run ();
}
