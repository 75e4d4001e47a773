/* test-table.c - the table of embeddings goes out and comes back, in every format
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/embedding.h"
#include "tests/support/folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Names as files have them: a delimiter, quotes, a line end, an accent, bytes that are no
 * UTF-8. */
static const char *const names[]
    = { "a/one.png", "a/two, with \"quotes\".png", "b/line\nend.png",
        "b/h\xc3\xa9liconius \xf0\x9f\xa6\x8b.png", "b/caf\xe9.png" };
#define ROWS 5
#define COLUMNS 3

static PhenoEmbedding *
example (void)
{
  static const char *const species[ROWS]
      = { "rosina", "erato", "", "rosina", "B\xc3\xa4r; x\ty" };
  static const char *const latitude[ROWS] = { "-3.25", "", "4", "1e3", "nan" };
  PhenoEmbedding *embedding = pheno_embedding_new (ROWS, COLUMNS);

  embedding->paths = g_ptr_array_new_with_free_func (g_free);
  for (int i = 0; i < ROWS; i++)
    {
      g_ptr_array_add (embedding->files, g_strdup (names[i]));
      g_ptr_array_add (embedding->paths, g_strconcat ("/photographs/", names[i], NULL));
    }
  for (int i = 0; i < ROWS * COLUMNS; i++)
    embedding->matrix->values[i] = (float) (sin (i * 1.7) * pow (10, i - 7));
  embedding->matrix->values[3] = 0.1f;
  embedding->matrix->values[4] = -1.17549435e-38f;
  embedding->matrix->values[5] = 3.40282347e38f;
  pheno_embedding_add_column (embedding, "species", species);
  pheno_embedding_add_column (embedding, "latitude / degrees", latitude);
  g_hash_table_insert (embedding->provenance, g_strdup ("recipe"),
                       g_strdup ("[augment]\nrecipe=simclr\n"));
  g_hash_table_insert (embedding->provenance, g_strdup ("version"),
                       g_strdup ("0.1.0 \xc3\xa9"));
  return embedding;
}

static void
assert_same (const PhenoEmbedding *found, const PhenoEmbedding *expected)
{
  g_assert_cmpuint (found->matrix->rows, ==, expected->matrix->rows);
  g_assert_cmpuint (found->matrix->columns, ==, expected->matrix->columns);
  g_assert_cmpmem (found->matrix->values, ROWS * COLUMNS * sizeof (float),
                   expected->matrix->values, ROWS * COLUMNS * sizeof (float));
  g_assert_cmpuint (found->columns->len, ==, expected->columns->len);
  for (guint c = 0; c < expected->columns->len; c++)
    {
      g_assert_cmpstr (found->columns->pdata[c], ==, expected->columns->pdata[c]);
      g_assert_cmpstrv (found->values->pdata[c], expected->values->pdata[c]);
    }
  g_assert_cmpuint (found->files->len, ==, ROWS);
  g_assert_nonnull (found->paths);
  for (int i = 0; i < ROWS; i++)
    {
      g_assert_cmpstr (found->files->pdata[i], ==, expected->files->pdata[i]);
      g_assert_cmpstr (found->paths->pdata[i], ==, expected->paths->pdata[i]);
    }
  g_assert_cmpuint (g_hash_table_size (found->provenance), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (found->provenance, "recipe"), ==,
                   "[augment]\nrecipe=simclr\n");
  g_assert_cmpstr (g_hash_table_lookup (found->provenance, "version"), ==,
                   "0.1.0 \xc3\xa9");
}

static void
test_round_trip (gconstpointer extension)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *file = g_strconcat ("embeddings", extension, NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (PhenoEmbedding) embedding = example ();
  g_autoptr (GError) error = NULL;

  /* Twice: the second replaces the first. */
  for (int round = 0; round < 2; round++)
    {
      g_autoptr (PhenoEmbedding) found = NULL;

      g_assert_true (pheno_embedding_save (embedding, path, &error));
      g_assert_no_error (error);
      found = pheno_embedding_load (path, &error);
      g_assert_no_error (error);
      assert_same (found, embedding);
    }
  test_folder_remove (folder);
}

static PhenoEmbedding *
load_text (const char *name, const void *text, gssize length, GError **error)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, name, NULL);
  PhenoEmbedding *embedding;

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  embedding = pheno_embedding_load (path, error);
  test_folder_remove (folder);
  return embedding;
}

static void
assert_table (PhenoEmbedding *embedding, const char *file, const float *values,
              gsize rows, gsize columns)
{
  g_assert_nonnull (embedding);
  g_assert_cmpuint (embedding->matrix->rows, ==, rows);
  g_assert_cmpuint (embedding->matrix->columns, ==, columns);
  g_assert_cmpmem (embedding->matrix->values, rows * columns * 4, values,
                   rows * columns * 4);
  g_assert_cmpstr (embedding->files->pdata[0], ==, file);
}

static void
test_csv_of_others (void)
{
  static const float values[] = { 1, 0.5f, -2, 3e-3f };
  static const struct
  {
    const char *text, *file, *column, *value;
  } cases[] = {
    /* lightly: labels last */
    { "filenames,embedding_0,embedding_1,labels\na.png,1,0.5,7\nb.png,-2,3e-3,8\n",
      "a.png", "labels", "7" },
    /* a spreadsheet of a country with decimal commas, with a byte order mark and CR LF */
    { "\xef\xbb\xbf"
      "filename;x1;x2;sex\r\n\"a;1.png\";1;0,5;m\r\nb.png;-2;0,003;f\r\n",
      "a;1.png", "sex", "m" },
    /* pandas' index and counting header */
    { ",0,1\na.png,1.0,0.5\nb.png,-2.0,0.003\n", "a.png", NULL, NULL },
    /* no header at all */
    { "a.png,1,0.5\nb.png,-2,3e-3\n", "a.png", NULL, NULL },
    /* tabs, own names of the numbers; an empty last line, no line end */
    { "image\tred\tblue\tspecies\n\na.png\t1\t.5\terato\n\nb.png\t-2\t3E-3\trosina",
      "a.png", "species", "erato" },
    /* numbers between metadata; latitude counts for nothing, as the names of others count
       up */
    { "species,latitude,filename,x1,x2\ns,12.5,a.png,1,.5\nt,13,b.png,-2,.003\n", "a.png",
      "latitude", "12.5" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoEmbedding) embedding
          = load_text ("t.csv", cases[i].text, -1, &error);

      g_assert_no_error (error);
      assert_table (embedding, cases[i].file, values, 2, 2);
      if (cases[i].column != NULL)
        g_assert_cmpstr (pheno_embedding_column (embedding, cases[i].column)[0], ==,
                         cases[i].value);
    }
}

static void
assert_refused (const char *name, const void *text, gssize length, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoEmbedding) embedding = load_text (name, text, length, &error);

  g_assert_null (embedding);
  g_assert_nonnull (error);
  g_assert_true (error->domain == PHENO_ERROR);
  if (strstr (error->message, words) == NULL || strstr (error->message, name) == NULL)
    g_error ("%s: %s", words, error->message);
}

static void
test_csv_errors (void)
{
  assert_refused ("t.csv", "", 0, "is empty");
  assert_refused ("t.csv", "filename,x1,x2\n", -1, "holds no embeddings");
  assert_refused ("t.csv", "filename,x1,x2\na,1\n", -1, "Line 2");
  assert_refused ("t.csv", "filename,x1,x2\na,1,2\nb,1,oops\n", -1, "Line 3");
  assert_refused ("t.csv", "filename,x1,x2\na,1,2\nb,1,\n", -1, "“x2”");
  assert_refused ("t.csv", "filename,x1\na,1e300\n", -1, "float32");
  assert_refused ("t.csv", "filename,x1\na,1\nb,2\na,3\n", -1, "rows 1 and 3");
  assert_refused ("t.csv", "filename,species\na,s\n", -1, "holds no embeddings");
  assert_refused ("t.csv", "f\0i\0l\0e\0,\0x\0", 12, "binary data or UTF-16");
  assert_refused ("t.txt", "filename,x1\na,1\n", -1, ".npy");
}

/* Arrays as numpy's documentation has them, built byte by byte. */
static GByteArray *
npy (int version, const char *header, const void *values, gsize length)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 start[12] = { 0x93,
                       'N',
                       'U',
                       'M',
                       'P',
                       'Y',
                       version,
                       0,
                       strlen (header) & 255,
                       strlen (header) >> 8,
                       0,
                       0 };

  g_byte_array_append (bytes, start, version == 1 ? 10 : 12);
  g_byte_array_append (bytes, (const guint8 *) header, strlen (header));
  g_byte_array_append (bytes, values, length);
  return bytes;
}

static void
test_npy_types (void)
{
  static const float expected[] = { 1, 2, 3, -4 };
  static const guint8 f2[] = { 0x3c, 0, 0x40, 0, 0x42, 0, 0xc4, 0 };
  static const double f8[] = { 1, 3, 2, -4 };
  static const gint8 i1[] = { 1, 2, 3, -4 };
  static const guint8 i8_big[]
      = { 0, 0, 0, 0, 0, 0, 0, 1, 0,    0,    0,    0,    0,    0,    0,    2,
          0, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc };
  g_autoptr (GByteArray) half = npy (
      2, "{'descr': '>f2', 'fortran_order': False, 'shape': (2, 2), }\n", f2, sizeof f2);
  g_autoptr (GByteArray) fortran = npy (
      1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }\n", f8, sizeof f8);
  g_autoptr (GByteArray) byte
      = npy (3, "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 2)}", i1, 4);
  g_autoptr (GByteArray) big
      = npy (1, "{'descr': '>i8', 'fortran_order': False, 'shape': (2,2,)}", i8_big, 32);
  GByteArray *all[] = { half, fortran, byte, big };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoEmbedding) embedding
          = load_text ("t.npy", all[i]->data, all[i]->len, &error);

      g_assert_no_error (error);
      assert_table (embedding, "1", expected, 2, 2);
    }
}

static void
test_npy_errors (void)
{
  static const struct
  {
    const char *header, *words;
    gsize length;
  } cases[] = {
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "cut short", 23 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000), }",
      "impossible", 24 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 100000), }",
      "cut short", 24 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }",
      "holds no embeddings", 24 },
    { "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", "no plain numbers",
      24 },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }", "two dimensions",
      24 },
    { "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }", "no plain numbers",
      24 },
    { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }",
      "no plain numbers", 24 },
    { "{", "no plain numbers", 24 },
  };
  const guint8 zeros[24] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = npy (1, cases[i].header, zeros, cases[i].length);

      assert_refused ("t.npy", bytes->data, bytes->len, cases[i].words);
    }
  assert_refused ("t.npy", "", 0, "does not begin");
  assert_refused ("t.npy", "\x93NUMPY\x01\0\xff\xff{ and so on", 22, "cut short");
}

static void
test_npy_with_other_names (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "t.npy", NULL),
                  *beside = g_build_filename (folder, "t.csv", NULL);
  g_autoptr (PhenoEmbedding) embedding = example (), found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_embedding_save (embedding, path, NULL));
  g_assert_true (g_file_set_contents (beside, "filename\na\nb\n", -1, NULL));
  found = pheno_embedding_load (path, &error);
  g_assert_null (found);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "names 2 files"));
  test_folder_remove (folder);
}

static void
test_find_file (void)
{
  g_autoptr (PhenoEmbedding) embedding = example ();

  g_assert_cmpint (pheno_embedding_find_file (embedding, "b/line\nend.png"), ==, 2);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "one.png"), ==, 0);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "5"), ==, 4);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "0"), ==, -1);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "6"), ==, -1);
  g_assert_cmpint (pheno_embedding_find_file (embedding, "three.png"), ==, -1);
  /* The same name in two folders says nothing. */
  g_free (embedding->files->pdata[4]);
  embedding->files->pdata[4] = g_strdup ("c/one.png");
  g_assert_cmpint (pheno_embedding_find_file (embedding, "one.png"), ==, -1);
}

/* erato is row 1, rosina rows 0 and 3: the others are left out. */
static void
test_keep (void)
{
  g_autoptr (PhenoEmbedding) embedding = example ();
  const int expected[ROWS] = { 0, 1, -1, 3, -1 };
  int groups[ROWS] = { 0, 1, 2, 3, 4 };
  g_autoptr (GError) error = NULL;

  g_assert_true (
      pheno_embedding_keep (embedding, "species:rosina, erato", groups, &error));
  g_assert_cmpmem (groups, sizeof groups, expected, sizeof expected);
  g_assert_true (pheno_embedding_keep (embedding, "rosina,erato", groups, &error));
  g_assert_no_error (error);
  g_assert_false (pheno_embedding_keep (embedding, "species:eratto", groups, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "“erato”"));
  g_clear_error (&error);
  g_assert_false (pheno_embedding_keep (embedding, "genus:erato", groups, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
}

static void
test_groups (void)
{
  g_autoptr (PhenoEmbedding) embedding = example ();
  g_autoptr (GPtrArray) group_names = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree int *groups
      = pheno_embedding_groups (embedding, "species", &group_names, &error);
  const int expected[ROWS] = { 2, 1, -1, 2, 0 };

  g_assert_no_error (error);
  g_assert_cmpmem (groups, sizeof expected, expected, sizeof expected);
  g_assert_cmpuint (group_names->len, ==, 3);
  g_assert_cmpstr (group_names->pdata[2], ==, "rosina");

  g_assert_null (pheno_embedding_groups (embedding, "specie", NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "Did you mean “species”?"));
}

/* Files of other programs and files made to break libhdf5: each is a table or one
 * sentence. */
static void
test_hdf5_of_others (gconstpointer folder)
{
  g_autofree char *path = g_build_filename (g_getenv ("PHENO_TEST_DATA"), folder, NULL);
  g_autoptr (GDir) entries = g_dir_open (path, 0, NULL);
  guint count = 0;
  const char *name;

  if (entries == NULL)
    {
      g_autofree char *reason = g_strdup_printf ("%s is missing", path);

      g_test_skip (reason);
      return;
    }
  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *from = g_build_filename (path, name, NULL), *text = NULL;
      g_autoptr (PhenoEmbedding) embedding = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      if (g_str_has_suffix (name, ".md")
          || !g_file_get_contents (from, &text, &length, NULL))
        continue;
      embedding = load_text ("t.h5", text, length, &error);
      if (embedding == NULL)
        {
          g_assert_true (error->domain == PHENO_ERROR);
          g_assert_nonnull (strstr (error->message, "t.h5"));
        }
      else
        g_assert_cmpuint (embedding->files->len, ==, embedding->matrix->rows);
      count++;
    }
  g_assert_cmpuint (count, >, 0);
}

static void
test_hdf5_errors (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "t.h5", NULL), *text = NULL;
  g_autoptr (PhenoEmbedding) embedding = example ();
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_null (pheno_embedding_load (path, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  assert_refused ("t.h5", "no HDF5 at all", -1, "it is no HDF5 file");

  /* Cut anywhere it is refused, and never half read. */
  g_assert_true (pheno_embedding_save (embedding, path, NULL));
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (gsize cut = 0; cut < length; cut += length / 9 + 1)
    assert_refused ("t.h5", text, cut, "cannot be read as embeddings");
  test_folder_remove (folder);
}

static void
test_folder_that_is_not_there (void)
{
  g_autoptr (PhenoEmbedding) embedding = example ();
  static const char *const paths[]
      = { "/no such folder/t.h5", "/no such folder/t.csv", "/no such folder/t.npy" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pheno_embedding_save (embedding, paths[i], &error));
      g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/embedding/hdf5/round-trip", ".h5", test_round_trip);
  g_test_add_data_func ("/embedding/csv/round-trip", ".csv", test_round_trip);
  g_test_add_data_func ("/embedding/tsv/round-trip", ".tsv", test_round_trip);
  g_test_add_data_func ("/embedding/npy/round-trip", ".npy", test_round_trip);
  g_test_add_func ("/embedding/csv/of-other-programs", test_csv_of_others);
  g_test_add_func ("/embedding/csv/what-is-wrong-is-said", test_csv_errors);
  g_test_add_func ("/embedding/npy/all-kinds-of-numbers", test_npy_types);
  g_test_add_func ("/embedding/npy/what-is-wrong-is-said", test_npy_errors);
  g_test_add_func ("/embedding/npy/names-that-do-not-belong-to-it",
                   test_npy_with_other_names);
  g_test_add_func ("/embedding/hdf5/what-is-wrong-is-said", test_hdf5_errors);
  g_test_add_data_func ("/embedding/hdf5/of-other-programs", "hdf5_interop",
                        test_hdf5_of_others);
  g_test_add_data_func ("/embedding/hdf5/made-to-break", "malformed/hdf5_cve",
                        test_hdf5_of_others);
  g_test_add_data_func ("/embedding/hdf5/unknown-filter", "malformed/jhdf",
                        test_hdf5_of_others);
  g_test_add_func ("/embedding/find-file", test_find_file);
  g_test_add_func ("/embedding/groups", test_groups);
  g_test_add_func ("/embedding/keep", test_keep);
  g_test_add_func ("/embedding/save-into-nowhere", test_folder_that_is_not_there);

  return g_test_run ();
}
