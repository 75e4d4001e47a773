/* test-envi.c - ENVI cubes as SPy reads them, and headers that are wrong
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/collection.h"
#include "tests/engine/reader/cube.h"

#define SMALL "ENVI\nsamples = 2\nlines = 2\nbands = 2\ndata type = 1\ninterleave = bip\n"

static void
test_every_type_order_and_interleave (void)
{
  g_auto (GStrv) paths = cube_files ("envi-", ".raw");

  g_assert_cmpuint (g_strv_length (paths), ==, 9 * 3 * 2 + 3 + 1);
  for (gsize i = 0; paths[i] != NULL; i++)
    cube_check (paths[i]);
}

static void
test_either_file_opens_the_cube (void)
{
  g_auto (GStrv) paths = cube_files ("envi-u2", ".hdr");

  g_assert_cmpuint (g_strv_length (paths), >, 1);
  for (gsize i = 0; paths[i] != NULL; i++)
    cube_check (paths[i]);
}

static void
test_bands_are_described (void)
{
  g_autoptr (PhenoSource) source = cube_open ("envi-described.hdr");
  const PhenoImageHeader *header = pheno_source_header (source);

  for (int i = 0; i < CUBE_BANDS; i++)
    {
      g_assert_cmpfloat_with_epsilon (header->wavelengths_nm[i], 400.5 + 10 * i, 1e-9);
      g_assert_cmpfloat_with_epsilon (header->widths_nm[i], 5, 1e-9);
      g_assert_cmpint (header->bad_bands[i], ==, i == 2 || i == 5);
    }
  g_assert_cmpint (header->default_bands[0], ==, 2);
  g_assert_cmpint (header->default_bands[2], ==, 0);
  g_assert_cmpstr (header->band_names[3], ==, "uB");
  g_assert_cmpfloat (header->scale_factor, ==, 10000);
  g_assert_true (header->has_ignored);
  g_assert_cmpfloat (header->ignored_value, ==, 65535);
}

/* Writes a pair and returns the path of the header; 16 bytes of data fit SMALL's 8. */
static char *
add_pair (const char *folder, const char *header, gsize data)
{
  g_autofree guint8 *zeros = g_malloc0 (data + 1);
  g_autofree char *path = test_folder_add (folder, "x.raw", zeros, data);

  return test_folder_add (folder, "x.hdr", header, -1);
}

static void
test_headers_that_people_write (void)
{
  static const char *const headers[] = {
    "samples=2\nlines=2\nbands=2\ndata type=1\ninterleave=bip\n", /* no first line */
    "ENVI\r\nSamples = 2\r\nLINES=2\r\nbands =2\r\nData_Type= 1\r\nInterleave = BIP\r\n",
    "\xef\xbb\xbf" SMALL,
    SMALL "; lines = 7\n  ; bands = 9\n",
    SMALL "wavelength = { 500,\n; not this } one\n 600,\n}\n",
    SMALL "band names = {\nred\xe9, blue}\ndescription = {Caf\xe9 = }\n",
    SMALL "default bands = {7, 8, 9}\nbyte order = 1",
    SMALL "map info = {UTM, 1, 1}\nwavelength units = nm\nheaderoffset = 0\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *folder = test_folder_new ();
      g_autofree char *path = add_pair (folder, headers[i], 8);
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoSource) source = pheno_source_open (path, &error);

      g_assert_no_error (error);
      g_assert_cmpint (pheno_source_header (source)->bands, ==, 2);
      test_folder_remove (folder);
    }
}

static void
test_units_of_wavelengths (void)
{
  static const struct
  {
    const char *lines;
    double first, width;
  } cases[] = {
    { "wavelength = {400, 500}\n", 400, 0 },
    { "wavelength = {0.4, 0.5}\nfwhm = {0.01, 0.01}\n", 400, 10 },
    { "wavelength units = Nanometers\nwavelength = {40, 50}\n", 40, 0 },
    { "wavelength units = um\nwavelength = {0.4, 0.5}\n", 400, 0 },
    { "wavelength units = Angstroms\nwavelength = {4000, 5000}\n", 400, 0 },
    /* 1e7 / 20000 = 500 nm; 100 cm-1 there are 100 × 500² / 1e7 = 2.5 nm */
    { "wavelength units = cm-1\nwavelength = {20000, 10000}\nfwhm = {100, 1}\n", 500,
      2.5 },
    { "wavelength units = Wavenumber\nwavelength = {20000, 10000}\n", 500, 0 },
    { "wavelength units = Unknown\nwavelength = {400, 500}\n", 400, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folder = test_folder_new ();
      g_autofree char *text = g_strconcat (SMALL, cases[i].lines, NULL);
      g_autofree char *path = add_pair (folder, text, 8);
      g_auto (PhenoImageHeader) header = { 0 };
      g_autoptr (GError) error = NULL;

      pheno_reader_read_header (path, &header, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (header.wavelengths_nm[0], cases[i].first, 1e-9);
      g_assert_true ((header.widths_nm != NULL) == (cases[i].width > 0));
      if (header.widths_nm != NULL)
        g_assert_cmpfloat_with_epsilon (header.widths_nm[0], cases[i].width, 1e-9);
      test_folder_remove (folder);
    }
}

static void
test_headers_that_lie (void)
{
  static const struct
  {
    const char *header;
    gsize data;
    const char *words;
  } cases[] = {
    { SMALL, 7, "has 7 bytes, but its header describes 8" },
    { SMALL, 8 + 512, "has 520 bytes, but its header describes 8" },
    { "ENVI\nsamples = -2\nlines = 2\nbands = 2\ndata type = 1\n", 8, "samples = -2" },
    { "ENVI\nsamples = 0\nlines = 2\nbands = 2\ndata type = 1\n", 8, "samples = 0" },
    { "ENVI\nsamples = 2\nlines = 2\nbands = 2147483648\ndata type = 1\n", 8,
      "bands = 2147483648" },
    { "ENVI\nsamples = 2147483647\nlines = 2147483647\nbands = 65536\ndata type = 5\n"
      "interleave = bsq\n",
      8, "more than any file can have" },
    { "ENVI\nsamples = 99999999999999999999999\nlines = 2\nbands = 2\ndata type = 1\n", 8,
      "no whole number" },
    { SMALL "header offset = 9223372036854775807\n", 8, "header offset" },
    { SMALL "header offset = 4611686018427387903\n", 8, "but its header describes" },
    { SMALL "major frame offsets = {2147483647, 2147483647}\n", 8, "header describes" },
    { "ENVI\nlines = 2\nbands = 2\ndata type = 1\n", 8, "does not say “samples”" },
    { "ENVI\nsamples = 2\nlines = 2\nbands = 2\ndata type = 6\n", 8, "complex" },
    { "ENVI\nsamples = 2\nlines = 2\nbands = 2\ndata type = 7\n", 8, "no data type 7" },
    { "ENVI\nsamples = 2\nlines = 2\nbands = 2\ndata type = 1\n", 8, "bil, bip and bsq" },
    { SMALL "byte order = 2\n", 8, "byte order = 2" },
    { SMALL "file type = ENVI Spectral Library\n", 8, "spectral library" },
    { SMALL "file compression = 1\n", 8, "compressed" },
    { SMALL "wavelength = {400}\n", 8, "“wavelength” has 1 entries for 2 bands" },
    { SMALL "wavelength = {400, blue}\n", 8, "“blue” in “wavelength”" },
    { SMALL "wavelength = {400, -1}\n", 8, "-1" },
    { SMALL "wavelength = {400, nan}\n", 8, "nan" },
    { SMALL "band names = {a, b, c}\n", 8, "“band names” has 3 entries" },
    { SMALL "bbl = {1}\n", 8, "“bbl” has 1 entries" },
    { SMALL "wavelength = {400, 500", 8, "never closed" },
    { SMALL "data ignore value = none\n", 8, "“none”" },
    { "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", 8, "no ENVI header" },
    { "NROWS 12\nNCOLS 12\n", 8, "no ENVI header" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folder = test_folder_new ();
      g_autofree char *path = add_pair (folder, cases[i].header, cases[i].data);

      cube_check_refused (path, cases[i].words);
      test_folder_remove (folder);
    }
}

/* 40 bands that go up and down at random are no spectrum; two detectors that overlap are;
 * six filters may be in any order. */
static void
test_order_of_wavelengths (void)
{
  for (int kind = 0; kind < 3; kind++)
    {
      g_autofree char *folder = test_folder_new (), *path = NULL, *zeros = NULL;
      g_autoptr (GString) text = g_string_new ("ENVI\nsamples=1\nlines=1\ndata type=1\n"
                                               "interleave=bip\nwavelength = {");
      int bands = kind == 2 ? 6 : 40;

      for (int i = 0; i < bands; i++)
        g_string_append_printf (text, "%d%s",
                                kind == 1 ? 400 + 5 * i - (i >= 20 ? 20 : 0)
                                          : 400 + i * 17 % 29 * 10,
                                i < bands - 1 ? "," : "}\n");
      g_string_append_printf (text, "bands = %d\n", bands);
      path = add_pair (folder, text->str, bands);
      if (kind == 0)
        cube_check_refused (path, "go up and down");
      else
        {
          g_autoptr (PhenoSource) source = pheno_source_open (path, NULL);

          g_assert_nonnull (source);
          g_assert_true (pheno_source_header (source)->modality
                         == (kind == 1 ? PHENO_MODALITY_HYPERSPECTRAL
                                       : PHENO_MODALITY_MULTISPECTRAL));
        }
      test_folder_remove (folder);
    }
}

static void
test_a_file_alone (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *raw = test_folder_add (folder, "alone.raw", "abc", 3);
  g_autofree char *header = test_folder_add (folder, "head.hdr", SMALL, -1);

  cube_check_refused (raw, "no header beside it");
  cube_check_refused (header, "not beside it");
  test_folder_remove (folder);
}

/* x.hdr + x.raw, y.bil.hdr + y.bil, z.hdr + z.cube, and two without partner. */
static void
test_a_scan_lists_pairs_once (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *catalogue = g_build_filename (folder, ".catalogue.db", NULL);
  const char *const roots[] = { folder, NULL };
  const PhenoScanOptions options = { .species = "folder", .catalogue = catalogue };
  static const char *const files[]
      = { "x.hdr",  "x.raw",     "y.bil.hdr", "y.bil",       "z.hdr",
          "z.cube", "alone.raw", "alone.dat", "noheader.hdr" };
  static const char *const listed[] = { "x.raw", "y.bil", "z.hdr" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gboolean header = g_str_has_suffix (files[i], ".hdr");
      g_autofree char *path = test_folder_add (
          folder, files[i],
          header ? SMALL "band names = {a, b}\nbbl = {1, 0}\nfwhm={1,2}\n"
                         "wavelength={500,600}\n"
                         "reflectance scale factor = 0.5\ndata ignore value = 9\n"
                 : "12345678",
          header ? -1 : 8);
    }

  for (int again = 0; again < 2; again++) /* from the files, then from the catalogue */
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoCollection) collection
          = pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (collection->records->len, ==, G_N_ELEMENTS (listed));
      g_assert_cmpuint (collection->problems->len, ==, 3);
      for (guint i = 0; i < collection->records->len; i++)
        {
          const PhenoRecord *record = collection->records->pdata[i];

          g_assert_cmpstr (record->file, ==, listed[i]);
          g_assert_cmpuint (record->bytes, >, 8 + strlen (SMALL));
          g_assert_cmpstr (record->band_names[1], ==, "b");
          g_assert_true (record->bad_bands[1] && !record->bad_bands[0]);
          g_assert_cmpfloat (record->widths_nm[1], ==, 2);
          g_assert_cmpfloat (record->wavelengths_nm[0], ==, 500);
          g_assert_cmpfloat (record->scale_factor, ==, 0.5);
          g_assert_true (record->has_ignored && record->ignored_value == 9);
          g_assert_cmpint (record->default_bands[0], ==, -1);
        }
    }
  test_folder_remove (folder);
}

/* A program that cuts the file short while it is read ends neither us nor in silence. */
static void
test_a_file_that_shrinks (void)
{
  g_autofree char *folder = test_folder_new (), *data = NULL;
  g_autofree char *path = add_pair (
      folder, "ENVI\nsamples=64\nlines=64\nbands=8\ndata type=1\ninterleave=bsq\n",
      32768);
  g_autoptr (PhenoSource) source = pheno_source_open (path, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (source);
  data = g_build_filename (folder, "x.raw", NULL);
  g_assert_cmpint (truncate (data, 4096), ==, 0);
  g_assert_null (pheno_source_read (source, NULL, NULL, 0, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "cut short"));
  test_folder_remove (folder);
}

/* Means over squares, weighted at the edges: 4 × 2 pixels of values 0 to 7 at half. */
static void
test_smaller_by_area (void)
{
  g_autofree char *folder = test_folder_new (), *path = NULL, *header = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image = NULL;
  const guint16 values[] = { 0, 1, 2, 3, 4, 5, 6, 9999 };

  path = test_folder_add (folder, "x.raw", values, sizeof values);
  header = test_folder_add (folder, "x.hdr",
                            "ENVI\nsamples=4\nlines=2\nbands=1\ndata type=12\n"
                            "data ignore value = 9999\n",
                            -1);
  image = pheno_reader_read (path, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->width, ==, 2);
  g_assert_cmpint (image->height, ==, 1);
  g_assert_cmpint (((guint16 *) image->pixels)[0], ==, 2); /* 10 / 4, to even */
  g_assert_cmpint (((guint16 *) image->pixels)[1], ==, 4); /* (2 + 3 + 6) / 3 */
  test_folder_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/envi/every-type-order-and-interleave",
                   test_every_type_order_and_interleave);
  g_test_add_func ("/envi/either-file-opens-the-cube", test_either_file_opens_the_cube);
  g_test_add_func ("/envi/bands-are-described", test_bands_are_described);
  g_test_add_func ("/envi/headers-that-people-write", test_headers_that_people_write);
  g_test_add_func ("/envi/units-of-wavelengths", test_units_of_wavelengths);
  g_test_add_func ("/envi/headers-that-lie", test_headers_that_lie);
  g_test_add_func ("/envi/order-of-wavelengths", test_order_of_wavelengths);
  g_test_add_func ("/envi/a-file-alone", test_a_file_alone);
  g_test_add_func ("/envi/a-scan-lists-pairs-once", test_a_scan_lists_pairs_once);
  g_test_add_func ("/envi/a-file-that-shrinks", test_a_file_that_shrinks);
  g_test_add_func ("/envi/smaller-by-area", test_smaller_by_area);

  return g_test_run ();
}
