/* test-recipe-undo.c - what is changed about the views is taken back, a drag as one step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/session.h"

static void
set_degrees (PhenoSession *session, const char *degrees, const char *label)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_copy (pheno_session_get_recipe (session));

  g_assert_true (pheno_recipe_set (recipe, "rotation", "degrees", degrees, NULL));
  pheno_session_set_recipe (session, recipe, label);
}

static void
assert_degrees (PhenoSession *session, const char *expected)
{
  g_autofree char *degrees
      = pheno_recipe_get (pheno_session_get_recipe (session), "rotation", "degrees");

  g_assert_cmpstr (degrees, ==, expected);
}

static void
test_drag_is_one_step (void)
{
  g_autoptr (PhenoSession) session = pheno_session_new ();
  PhenoUndo *undo = pheno_session_get_undo (session);

  for (int i = 20; i <= 40; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i);

      set_degrees (session, text, "degrees changed");
    }
  set_degrees (session, "50", "something else");

  g_assert_true (pheno_undo_undo (undo));
  assert_degrees (session, "40");
  g_assert_true (pheno_undo_undo (undo));
  assert_degrees (session, "15");
  g_assert_false (pheno_undo_undo (undo));

  g_assert_true (pheno_undo_redo (undo));
  assert_degrees (session, "40");
  /* What was taken back or done again takes nothing more in. */
  set_degrees (session, "41", "degrees changed");
  g_assert_true (pheno_undo_undo (undo));
  assert_degrees (session, "40");
}

/* Recipe, its name, seed and size go back together. */
static void
test_all_of_it_is_undone (void)
{
  g_autoptr (PhenoSession) session = pheno_session_new ();
  g_autoptr (PhenoRecipe) shape = pheno_recipe_load ("shape", NULL);
  PhenoUndo *undo = pheno_session_get_undo (session);
  int size = pheno_session_get_input_size (session);

  g_assert_cmpstr (pheno_session_get_recipe_name (session), ==, "colour");
  pheno_session_set_preset (session, "shape", shape, "shape chosen");
  pheno_session_set_seed (session, 77, "seed changed");
  pheno_session_set_input_size (session, 224, "size changed");
  g_assert_true (pheno_recipe_equal (pheno_session_get_recipe (session), shape));

  g_assert_true (pheno_undo_undo (undo));
  g_assert_cmpint (pheno_session_get_input_size (session), ==, size);
  g_assert_cmpuint (pheno_session_get_seed (session), ==, 77);
  g_assert_true (pheno_undo_undo (undo));
  g_assert_cmpuint (pheno_session_get_seed (session), ==, 1);
  g_assert_true (pheno_undo_undo (undo));
  g_assert_cmpstr (pheno_session_get_recipe_name (session), ==, "colour");
  g_assert_false (pheno_recipe_equal (pheno_session_get_recipe (session), shape));
  g_assert_false (pheno_undo_undo (undo));
}

/* The Train page's size is no step of undo: to take back a step before it leaves it. */
static void
test_what_is_no_step_stays (void)
{
  g_autoptr (PhenoSession) session = pheno_session_new ();

  set_degrees (session, "20", "degrees changed");
  pheno_session_set_input_size (session, 96, NULL);
  g_assert_true (pheno_undo_undo (pheno_session_get_undo (session)));
  assert_degrees (session, "15");
  g_assert_cmpint (pheno_session_get_input_size (session), ==, 96);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recipe-undo/drag-is-one-step", test_drag_is_one_step);
  g_test_add_func ("/recipe-undo/all-of-it-is-undone", test_all_of_it_is_undone);
  g_test_add_func ("/recipe-undo/what-is-no-step-stays", test_what_is_no_step_stays);
  return g_test_run ();
}
