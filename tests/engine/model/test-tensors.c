/* test-tensors.c - safetensors in and out
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/model/model.h"
#include "tests/support/folder.h"

static char *folder;

static char *
file_in_folder (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

/* A file with the header @json and @n_bytes of zeros behind it. */
static char *
write_raw (const char *name, const char *json, gsize n_bytes)
{
  char *path = file_in_folder (name);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *zeros = g_new0 (guint8, n_bytes + 1);
  guint64 length = GUINT64_TO_LE ((guint64) strlen (json));

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *) json, (guint) strlen (json));
  g_byte_array_append (bytes, zeros, (guint) n_bytes);
  g_assert_true (
      g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));

  return path;
}

static void
test_values_come_back (void)
{
  g_autofree char *path = file_in_folder ("back.safetensors");
  g_autoptr (PhenoTensors) tensors = pheno_tensors_new ();
  g_autoptr (PhenoTensors) back = NULL;
  g_auto (GStrv) names = NULL;
  const gint64 shape[2] = { 2, 3 };
  const float values[6] = { 1, -0.0f, INFINITY, 1e-42f, 3.4e38f, -7 };
  gint64 size[PHENO_TENSOR_MAX_RANK];
  g_autoptr (GError) error = NULL;
  int rank;

  pheno_tensors_add (tensors, "b \"quoted\" é", shape, 2, values);
  pheno_tensors_add (tensors, "a", NULL, 0, values + 5);
  pheno_tensors_set_text (tensors, "note", "two\nlines");
  g_assert_true (pheno_tensors_save (tensors, path, &error));
  g_assert_no_error (error);

  back = pheno_tensors_load (path, &error);
  g_assert_no_error (error);
  names = pheno_tensors_names (back);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "a");
  g_assert_cmpmem (pheno_tensors_find (back, names[1], size, &rank), sizeof values,
                   values, sizeof values);
  g_assert_cmpint (rank, ==, 2);
  g_assert_cmpint (size[0], ==, 2);
  g_assert_cmpint (size[1], ==, 3);
  g_assert_cmpfloat (*pheno_tensors_find (back, "a", NULL, &rank), ==, -7);
  g_assert_cmpint (rank, ==, 0);
  g_assert_cmpstr (pheno_tensors_get_text (back, "note"), ==, "two\nlines");
  g_assert_null (pheno_tensors_find (back, "c", NULL, NULL));
}

/* The bits of 1.5, -2, the smallest and the largest halves and infinity, by hand. */
static void
test_other_types_are_read (void)
{
  static const char json[]
      = "{\"h\":{\"dtype\":\"F16\",\"shape\":[5],\"data_offsets\":[0,10]},"
        "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[10,14]},"
        "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[14,22]},"
        "\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[22,30]}}";
  static const guint8 data[30] = {
    0x00, 0x3E, 0x00, 0xC0, 0x01, 0x00, 0xFF, 0x7B, 0x00, 0x7C, /* halves */
    0xC0, 0x3F, 0x00, 0xC0,                         /* 1.5 and -2 in bfloat16 */
    0,    0,    0,    0,    0,    0,    0xF8, 0x3F, /* 1.5 in float64 */
    0xD2, 0x04, 0,    0,    0,    0,    0,    0,    /* 1234 */
  };
  g_autofree char *path = write_raw ("types.safetensors", json, 0);
  g_autofree char *text = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (PhenoTensors) tensors = NULL;
  g_autoptr (GError) error = NULL;
  const float *half, *brain;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_byte_array_append (bytes, (const guint8 *) text, (guint) length);
  g_byte_array_append (bytes, data, sizeof data);
  g_assert_true (
      g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));

  tensors = pheno_tensors_load (path, &error);
  g_assert_no_error (error);
  half = pheno_tensors_find (tensors, "h", NULL, NULL);
  g_assert_cmpfloat (half[0], ==, 1.5f);
  g_assert_cmpfloat (half[1], ==, -2);
  g_assert_cmpfloat (half[2], ==, 5.9604645e-8f); /* 2^-24 */
  g_assert_cmpfloat (half[3], ==, 65504);
  g_assert_true (isinf (half[4]));
  brain = pheno_tensors_find (tensors, "b", NULL, NULL);
  g_assert_cmpfloat (brain[0], ==, 1.5f);
  g_assert_cmpfloat (brain[1], ==, -2);
  g_assert_cmpfloat (*pheno_tensors_find (tensors, "d", NULL, NULL), ==, 1.5f);
  g_assert_cmpfloat (*pheno_tensors_find (tensors, "i", NULL, NULL), ==, 1234);
}

static void
check_refused (const char *json, gsize n_bytes, const char *what)
{
  g_autofree char *path = write_raw ("broken.safetensors", json, n_bytes);
  g_autofree char *sentence = g_strdup_printf (
      "“%s” is not a usable safetensors file: %s. Copy or export the file again.", path,
      what);
  g_autoptr (GError) error = NULL;

  g_assert_null (pheno_tensors_load (path, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_broken_files_are_refused (void)
{
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7,
                 "it is cut short, “a” would lie behind its end");
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8,
                 "the shape and the data offsets of “a” do not agree");
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,8]}}", 8,
                 "the shape of “a” makes no sense");
  /* 2^32 x 2^32 elements are 0 where nobody looks at the carry. */
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],"
                 "\"data_offsets\":[0,0]}}",
                 8, "the shape of “a” makes no sense");
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8,
                 "the data offsets of “a” make no sense");
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                 "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                 12, "“a” and “b” lie on each other");
  check_refused ("{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8,
                 "“a” has the type “C64”, which Phenoscape does not read");
  check_refused ("{\"a\":7}", 8, "“a” is not described");
  check_refused ("{\"a\":{\"shape\":\"x\"}}", 8, "“a” has no type");
  check_refused ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],"
                 "\"data_offsets\":[0,4]}}",
                 4, "“a” has more than 8 dimensions");
  check_refused ("{\"__metadata__\":{\"a\":1}}", 0, "the metadata “a” is no text");
  check_refused ("{\"a\":", 8, "its header is not valid JSON");
  check_refused ("[]", 8, "it does not begin with a header");
}

/* A parser that calls itself for each bracket would overrun its stack. */
static void
test_deep_nesting_is_refused (void)
{
  g_autoptr (GString) json = g_string_new ("{\"a\":");

  for (int i = 0; i < 1000000; i++)
    g_string_append_c (json, '[');
  check_refused (json->str, 0, "its header is not valid JSON");
}

static void
test_files_that_are_none_are_refused (void)
{
  g_autofree char *empty = file_in_folder ("empty.safetensors");
  g_autofree char *missing = file_in_folder ("missing.safetensors");
  g_autofree char *huge = file_in_folder ("huge.safetensors");
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_null (pheno_tensors_load (empty, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_clear_error (&error);

  g_assert_true (
      g_file_set_contents (huge, "\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10, NULL));
  g_assert_null (pheno_tensors_load (huge, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_clear_error (&error);

  g_assert_null (pheno_tensors_load (missing, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, missing));
  g_clear_error (&error);

  g_assert_null (pheno_tensors_load (folder, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
}

/* A file cut at every length gives a sentence, never a crash. */
static void
test_every_cut_is_refused (void)
{
  g_autofree char *path = file_in_folder ("whole.safetensors");
  g_autofree char *cut = file_in_folder ("cut.safetensors");
  g_autoptr (PhenoTensors) tensors = pheno_tensors_new ();
  g_autofree char *text = NULL;
  const gint64 shape[1] = { 4 };
  const float values[4] = { 1, 2, 3, 4 };
  gsize length;

  pheno_tensors_add (tensors, "a", shape, 1, values);
  pheno_tensors_add (tensors, "b", shape, 1, values);
  g_assert_true (pheno_tensors_save (tensors, path, NULL));
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (cut, text, (gssize) i, NULL));
      g_assert_null (pheno_tensors_load (cut, &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
    }
}

/* tracel-ai/burn's digit net: 20 tensors, batch norms with I64 counters of rank 0. */
static void
test_a_file_of_another_program (void)
{
  g_autofree char *path = test_data ("model_files/burn/mnist.safetensors");
  g_autofree char *copy = file_in_folder ("mnist.safetensors");
  g_autoptr (PhenoTensors) tensors = NULL, back = NULL;
  g_auto (GStrv) names = NULL;
  g_autofree char *first = NULL, *second = NULL;
  gsize first_length, second_length;
  g_autoptr (GError) error = NULL;
  int rank;

  if (path == NULL)
    return;

  tensors = pheno_tensors_load (path, &error);
  g_assert_no_error (error);
  names = pheno_tensors_names (tensors);
  g_assert_cmpuint (g_strv_length (names), ==, 20);
  g_assert_nonnull (
      pheno_tensors_find (tensors, "norm1.num_batches_tracked", NULL, &rank));
  g_assert_cmpint (rank, ==, 0);

  g_assert_true (pheno_tensors_save (tensors, copy, &error));
  back = pheno_tensors_load (copy, &error);
  g_assert_no_error (error);
  for (char **name = names; *name != NULL; name++)
    {
      gint64 shape[PHENO_TENSOR_MAX_RANK];
      gsize count = 1;
      const float *was = pheno_tensors_find (tensors, *name, shape, &rank);

      for (int i = 0; i < rank; i++)
        count *= (gsize) shape[i];
      g_assert_cmpmem (was, 4 * count, pheno_tensors_find (back, *name, NULL, NULL),
                       4 * count);
    }

  /* Once in this program's order, the bytes stay. */
  g_assert_true (g_file_get_contents (copy, &first, &first_length, NULL));
  g_clear_pointer (&tensors, pheno_tensors_free);
  tensors = g_steal_pointer (&back);
  g_free (g_steal_pointer (&copy));
  copy = file_in_folder ("mnist-again.safetensors");
  g_assert_true (pheno_tensors_save (tensors, copy, &error));
  g_assert_true (g_file_get_contents (copy, &second, &second_length, NULL));
  g_assert_cmpmem (first, first_length, second, second_length);
}

static void
test_a_file_without_weights_is_refused (void)
{
  g_autofree char *path = test_data ("model_files/candle/voices.safetensors");
  g_autoptr (PhenoTensors) tensors = NULL;
  g_autoptr (GError) error = NULL;
  PhenoModelOptions model = { .encoder = "resnet18", .bands = 3, .size = 32 };
  pk_graph *graph;
  pk_device *device;
  pk_parameters *parameters;

  if (path == NULL)
    return;

  tensors = pheno_tensors_load (path, &error);
  g_assert_no_error (error);
  graph = pheno_model_new_graph (&model, NULL);
  g_assert_cmpint (pk_device_open ("reference", 1, &device), ==, PK_OK);
  g_assert_cmpint (pk_parameters_new (device, graph, &parameters), ==, PK_OK);
  g_assert_null (pheno_model_take_weights (graph, parameters, tensors, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "not one of its convolutions"));

  pk_parameters_free (parameters);
  pk_device_close (device);
  pk_graph_free (graph);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = test_folder_new ();

  g_test_add_func ("/tensors/values-come-back", test_values_come_back);
  g_test_add_func ("/tensors/other-types-are-read", test_other_types_are_read);
  g_test_add_func ("/tensors/broken-files-are-refused", test_broken_files_are_refused);
  g_test_add_func ("/tensors/deep-nesting-is-refused", test_deep_nesting_is_refused);
  g_test_add_func ("/tensors/files-that-are-none-are-refused",
                   test_files_that_are_none_are_refused);
  g_test_add_func ("/tensors/every-cut-is-refused", test_every_cut_is_refused);
  g_test_add_func ("/tensors/a-file-of-another-program", test_a_file_of_another_program);
  g_test_add_func ("/tensors/a-file-without-weights-is-refused",
                   test_a_file_without_weights_is_refused);

  status = g_test_run ();
  test_folder_remove (folder);
  g_free (folder);

  return status;
}
