/* test-torch-weights.c - files of torch.save(), and what must not come of them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/model/model.h"
#include "tests/support/folder.h"
#include "tests/support/golden.h"

static char *folder;

static void
assert_same_tensors (PhenoTensors *a, PhenoTensors *b)
{
  g_auto (GStrv) names = pheno_tensors_names (b);
  g_auto (GStrv) found = pheno_tensors_names (a);

  g_assert_true (g_strv_equal ((const char *const *) names, (const char *const *) found));
  for (gsize i = 0; names[i] != NULL; i++)
    {
      gint64 shape_a[PHENO_TENSOR_MAX_RANK], shape_b[PHENO_TENSOR_MAX_RANK];
      int rank_a, rank_b;
      gsize count = 1;
      const float *x = pheno_tensors_find (a, names[i], shape_a, &rank_a);
      const float *y = pheno_tensors_find (b, names[i], shape_b, &rank_b);

      g_assert_cmpint (rank_a, ==, rank_b);
      g_assert_cmpmem (shape_a, rank_a * sizeof *shape_a, shape_b,
                       rank_b * sizeof *shape_b);
      for (int d = 0; d < rank_a; d++)
        count *= (gsize) shape_a[d];
      g_assert_cmpmem (x, count * sizeof *x, y, count * sizeof *y);
    }
}

static void
test_values_are_pytorchs (gconstpointer name)
{
  g_autofree char *path = golden_path ("model", name);
  g_autofree char *other = golden_path ("model", "weights-expected.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoTensors) tensors = pheno_tensors_load (path, &error);
  g_autoptr (PhenoTensors) expected = NULL;

  g_assert_no_error (error);
  expected = pheno_tensors_load (other, &error);
  g_assert_no_error (error);
  assert_same_tensors (tensors, expected);
}

static void
test_nothing_is_called (void)
{
  g_autofree char *path = golden_path ("model", "weights-evil.pt");
  g_autoptr (GError) error = NULL;
  PhenoTensors *tensors = pheno_tensors_load (path, &error);

  g_assert_null (tensors);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "weights-evil.pt"));
  g_assert_nonnull (strstr (error->message, "posix.system"));
  g_assert_nonnull (strstr (error->message, "nothing was called"));
  g_assert_false (g_file_test ("phenoscape-was-here", G_FILE_TEST_EXISTS));
}

/* Cut anywhere, or with any byte changed, a file gives a sentence or tensors, and no
 * more. */
static void
test_damage_is_said (gconstpointer name)
{
  g_autofree char *golden = golden_path ("model", name);
  g_autofree char *path = g_build_filename (folder, "damaged.pt", NULL);
  g_autofree char *bytes = NULL;
  gsize length, step;

  g_assert_true (g_file_get_contents (golden, &bytes, &length, NULL));
  step = MAX (length / 97, 1);
  for (gsize at = 16; at < length; at += step)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoTensors) cut = NULL;
      g_autoptr (PhenoTensors) changed = NULL;
      char kept = bytes[at];

      g_assert_true (g_file_set_contents (path, bytes, (gssize) at, NULL));
      cut = pheno_tensors_load (path, &error);
      g_assert_null (cut);
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "damaged.pt"));
      g_clear_error (&error);

      bytes[at] = (char) (kept ^ 0x55);
      g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
      changed = pheno_tensors_load (path, &error);
      g_assert_true ((changed == NULL) == (error != NULL));
      bytes[at] = kept;
    }
}

/* {0: d, 1: d} of a dictionary of the same form, thirty times over. */
static void
test_lists_that_hold_one_another (void)
{
  static const char head[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  g_autofree char *path = g_build_filename (folder, "laughs.pt", NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, (const guint8 *) head, sizeof head - 1);
  g_byte_array_append (bytes, (const guint8 *) "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02]",
                       13);
  for (int i = 0; i < 30; i++)
    {
      g_byte_array_append (bytes, (const guint8 *) "q", 1);
      g_byte_array_append (bytes, &(guint8){ (guint8) i }, 1);
      g_byte_array_append (bytes, (const guint8 *) "](h", 3);
      g_byte_array_append (bytes, &(guint8){ (guint8) i }, 1);
      g_byte_array_append (bytes, (const guint8 *) "h", 1);
      g_byte_array_append (bytes, &(guint8){ (guint8) i }, 1);
      g_byte_array_append (bytes, (const guint8 *) "e", 1);
    }
  g_byte_array_append (bytes, (const guint8 *) ".\x80\x02].", 5);
  g_assert_true (
      g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));

  g_assert_null (pheno_tensors_load (path, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "without end"));
}

static void
test_real_files (void)
{
  g_autofree char *efficientnet
      = test_data ("model_files/efficientnet_lite0/efficientnet-lite0-57934424.pth");
  g_autofree char *pickled = test_data ("model_files/burn/mnist.pt");
  g_autofree char *plain = test_data ("model_files/burn/mnist.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoTensors) tensors = NULL;
  g_autoptr (PhenoTensors) digits = NULL;
  g_autoptr (PhenoTensors) same = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) expected = NULL;
  gint64 shape[PHENO_TENSOR_MAX_RANK];
  int rank;

  if (efficientnet == NULL || pickled == NULL || plain == NULL)
    return;

  tensors = pheno_tensors_load (efficientnet, &error);
  g_assert_no_error (error);
  g_assert_nonnull (pheno_tensors_find (tensors, "_conv_stem.weight", shape, &rank));
  g_assert_cmpint (rank, ==, 4);
  g_assert_cmpint (shape[0], ==, 32);
  g_assert_cmpint (shape[1], ==, 3);

  digits = pheno_tensors_load (pickled, &error);
  g_assert_no_error (error);
  same = pheno_tensors_load (plain, &error);
  g_assert_no_error (error);
  names = pheno_tensors_names (digits); /* one network, trained twice */
  expected = pheno_tensors_names (same);
  g_assert_true (
      g_strv_equal ((const char *const *) names, (const char *const *) expected));
}

/* Each of another program's test files opens, or says why not. */
static void
test_every_real_file (void)
{
  g_autofree char *all = test_data ("model_files/burn/pt");
  g_autoptr (GDir) files = NULL;
  const char *name;
  guint opened = 0;

  if (all == NULL)
    return;

  files = g_dir_open (all, 0, NULL);
  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (all, name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoTensors) tensors = pheno_tensors_load (path, &error);

      if (tensors != NULL)
        opened++;
      else
        {
          g_test_message ("%s", error->message);
          g_assert_nonnull (strstr (error->message, name));
        }
    }
  g_test_message ("%u opened", opened);
  g_assert_cmpuint (opened, >, 20);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();

  g_test_add_data_func ("/torch-weights/new-values-are-pytorchs", "weights-new.pt",
                        test_values_are_pytorchs);
  g_test_add_data_func ("/torch-weights/old-values-are-pytorchs", "weights-old.pt",
                        test_values_are_pytorchs);
  g_test_add_func ("/torch-weights/nothing-is-called", test_nothing_is_called);
  g_test_add_data_func ("/torch-weights/damage-of-new", "weights-new.pt",
                        test_damage_is_said);
  g_test_add_data_func ("/torch-weights/damage-of-old", "weights-old.pt",
                        test_damage_is_said);
  g_test_add_func ("/torch-weights/lists-that-hold-one-another",
                   test_lists_that_hold_one_another);
  g_test_add_func ("/torch-weights/real-files", test_real_files);
  g_test_add_func ("/torch-weights/every-real-file", test_every_real_file);

  result = g_test_run ();
  test_folder_remove (folder);

  return result;
}
