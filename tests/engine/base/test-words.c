/* test-words.c - what somebody meant to write, and matrices
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

static const char *const keys[]
    = { "epochs",       "batch",   "optimiser",   "learning-rate",
        "weight-decay", "warm-up", "temperature", NULL };

static void
test_slips_are_understood (void)
{
  static const char *const slips[][2] = {
    { "epoch", "epochs" },
    { "Epochs", "epochs" },
    { "learning_rate", "learning-rate" },
    { "learningrate", "learning-rate" },
    { "optimizer", "optimiser" },
    { "bacth", "batch" },
    { "batchsize", "batch" },
    { "temp", "temperature" },
    { "warmup", "warm-up" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (slips); i++)
    g_assert_cmpstr (pheno_nearest_word (slips[i][0], keys), ==, slips[i][1]);
}

static void
test_other_words_are_not_guessed (void)
{
  g_autofree char *endless = g_strnfill (5000, 'x');

  g_assert_null (pheno_nearest_word ("colour", keys));
  g_assert_null (pheno_nearest_word ("", keys));
  g_assert_null (pheno_nearest_word (endless, keys));
}

static void
test_matrix_rows_and_copies (void)
{
  g_autoptr (PhenoMatrix) matrix = pheno_matrix_new (3, 2);
  g_autoptr (PhenoMatrix) copy = NULL;
  g_autoptr (PhenoMatrix) nothing = pheno_matrix_new (0, 5);

  for (gsize i = 0; i < 6; i++)
    g_assert_cmpfloat (matrix->values[i], ==, 0);

  pheno_matrix_row (matrix, 2)[1] = 7;
  g_assert_cmpfloat (matrix->values[5], ==, 7);
  copy = pheno_matrix_copy (matrix);
  pheno_matrix_row (matrix, 2)[1] = 8;
  g_assert_cmpfloat (pheno_matrix_row (copy, 2)[1], ==, 7);
  g_assert_cmpuint (nothing->rows, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/slips-are-understood", test_slips_are_understood);
  g_test_add_func ("/words/other-words-are-not-guessed",
                   test_other_words_are_not_guessed);
  g_test_add_func ("/matrix/rows-and-copies", test_matrix_rows_and_copies);

  return g_test_run ();
}
