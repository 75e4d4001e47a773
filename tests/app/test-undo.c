/* test-undo.c - what was done is taken back in the right order, and done again
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/undo.h"

/* A step adds its digit at the end of a number; taking it back removes the digit. */
typedef struct
{
  int *number, digit;
  int *n_freed;
} Digit;

static void
add_digit (gpointer data)
{
  Digit *self = data;

  *self->number = *self->number * 10 + self->digit;
}

static void
remove_digit (gpointer data)
{
  Digit *self = data;

  g_assert_cmpint (*self->number % 10, ==, self->digit);
  *self->number /= 10;
}

static void
digit_free (gpointer data)
{
  Digit *self = data;

  ++*self->n_freed;
  g_free (self);
}

static void
push (PhenoUndo *undo, int *number, int *n_freed, int digit)
{
  Digit *step = g_new0 (Digit, 1);
  g_autofree char *label = g_strdup_printf ("%d added", digit);

  step->number = number;
  step->digit = digit;
  step->n_freed = n_freed;
  add_digit (step);
  pheno_undo_push (undo, label, remove_digit, add_digit, step, digit_free);
}

static void
test_last_first (void)
{
  PhenoUndo *undo = pheno_undo_new ();
  int number = 0, n_freed = 0;

  g_assert_null (pheno_undo_get_undo_label (undo));
  g_assert_false (pheno_undo_undo (undo));
  push (undo, &number, &n_freed, 1);
  push (undo, &number, &n_freed, 2);
  push (undo, &number, &n_freed, 3);
  g_assert_cmpstr (pheno_undo_get_undo_label (undo), ==, "3 added");

  g_assert_true (pheno_undo_undo (undo));
  g_assert_true (pheno_undo_undo (undo));
  g_assert_cmpint (number, ==, 1);
  g_assert_cmpstr (pheno_undo_get_undo_label (undo), ==, "1 added");
  g_assert_cmpstr (pheno_undo_get_redo_label (undo), ==, "2 added");

  g_assert_true (pheno_undo_redo (undo));
  g_assert_true (pheno_undo_redo (undo));
  g_assert_false (pheno_undo_redo (undo));
  g_assert_cmpint (number, ==, 123);

  g_assert_finalize_object (undo);
  g_assert_cmpint (n_freed, ==, 3);
}

static void
test_what_was_taken_back_is_forgotten (void)
{
  PhenoUndo *undo = pheno_undo_new ();
  int number = 0, n_freed = 0;

  push (undo, &number, &n_freed, 1);
  push (undo, &number, &n_freed, 2);
  pheno_undo_undo (undo);
  push (undo, &number, &n_freed, 5);
  g_assert_cmpint (number, ==, 15);
  g_assert_cmpint (n_freed, ==, 1);
  g_assert_null (pheno_undo_get_redo_label (undo));

  pheno_undo_clear (undo);
  g_assert_cmpint (n_freed, ==, 3);
  g_assert_null (pheno_undo_get_undo_label (undo));
  g_assert_finalize_object (undo);
}

static void
test_oldest_steps_are_dropped (void)
{
  PhenoUndo *undo = pheno_undo_new ();
  int number = 0, n_freed = 0, taken_back = 0;

  for (int i = 0; i < 1000; i++)
    {
      number = 0;
      push (undo, &number, &n_freed, 0);
    }
  g_assert_cmpint (n_freed, >, 0);
  while (pheno_undo_undo (undo))
    taken_back++;
  g_assert_cmpint (taken_back + n_freed, ==, 1000);
  g_assert_finalize_object (undo);
  g_assert_cmpint (n_freed, ==, 1000);
}

static void
count_cb (PhenoUndo *undo, GParamSpec *pspec, int *count)
{
  ++*count;
}

static void
test_labels_are_notified (void)
{
  PhenoUndo *undo = pheno_undo_new ();
  int number = 0, n_freed = 0, n_undo = 0, n_redo = 0;

  g_signal_connect (undo, "notify::undo-label", G_CALLBACK (count_cb), &n_undo);
  g_signal_connect (undo, "notify::redo-label", G_CALLBACK (count_cb), &n_redo);
  push (undo, &number, &n_freed, 1);
  pheno_undo_undo (undo);
  pheno_undo_redo (undo);
  g_assert_cmpint (n_undo, ==, 3);
  g_assert_cmpint (n_redo, ==, 3);
  g_assert_finalize_object (undo);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/undo/last-first", test_last_first);
  g_test_add_func ("/undo/what-was-taken-back-is-forgotten",
                   test_what_was_taken_back_is_forgotten);
  g_test_add_func ("/undo/oldest-steps-are-dropped", test_oldest_steps_are_dropped);
  g_test_add_func ("/undo/labels-are-notified", test_labels_are_notified);

  return g_test_run ();
}
