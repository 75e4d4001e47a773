/* test-malformed.c - broken, hostile and uncommon files: a picture or a plain refusal
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/reader.h"
#include "tests/support/folder.h"

#include <sys/resource.h>

/* A file of some kilobytes may not take longer (seconds, generous for sanitizers) ... */
#define LONGEST_SECONDS 30
/* ... nor more memory: what a photograph of 30 million pixels takes. */
#define MOST_KIB (1 << 20)

typedef struct
{
  guint read, refused;
} Counts;

static void
check_refusal (const char *path, const GError *error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *shown = pheno_display_name (base);

  g_assert_nonnull (error);
  g_assert_true (error->domain == PHENO_ERROR);
  g_assert_nonnull (strstr (error->message, shown));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* What is delivered has to be a picture in all its parts. */
static void
check_picture (const PhenoImageHeader *header, const PhenoImage *image, int side)
{
  g_assert_cmpint (image->bands, ==, header->bands);
  g_assert_cmpint (image->width, >=, 1);
  g_assert_cmpint (image->height, >=, 1);
  g_assert_true (image->type == header->type);
  g_assert_true ((image->mask != NULL) == header->has_mask);
  if (side == 0 || MIN (header->width, header->height) <= side)
    {
      g_assert_cmpint (image->width, ==, header->width);
      g_assert_cmpint (image->height, ==, header->height);
    }
  else
    g_assert_cmpint (MIN (image->width, image->height), ==, side);
}

static void
look_at (const char *path, Counts *counts)
{
  g_auto (PhenoImageHeader) header = { 0 };
  g_autoptr (GError) header_error = NULL;
  gint64 start = g_get_monotonic_time ();
  gboolean known = pheno_reader_read_header (path, &header, &header_error);

  g_test_message ("%s", path);
  if (!known)
    check_refusal (path, header_error);

  for (int side = 16; known && side >= 0; side -= 16)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PhenoImage) image = pheno_reader_read (path, side, &error);

      if (image != NULL)
        check_picture (&header, image, side);
      else
        check_refusal (path, error);
      known = image != NULL;
    }
  if (known)
    counts->read++;
  else
    counts->refused++;

  g_assert_cmpint ((g_get_monotonic_time () - start) / G_USEC_PER_SEC, <,
                   LONGEST_SECONDS);
}

static void
look_at_all (const char *folder, Counts *counts)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        look_at_all (path, counts);
      else
        look_at (path, counts);
    }
}

static void
test_whole_folder (gconstpointer name)
{
  g_autofree char *folder = test_data (name);
  Counts counts = { 0 };
  struct rusage usage;

  if (folder == NULL)
    return;

  look_at_all (folder, &counts);
  g_test_message ("%u read, %u refused", counts.read, counts.refused);
  g_assert_cmpuint (counts.read, >, 10);
  g_assert_cmpuint (counts.refused, >, 10);
  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  g_test_message ("at most %ld KiB of memory", usage.ru_maxrss);
#ifndef __SANITIZE_ADDRESS__ /* its shadow and quarantine count as well */
  g_assert_cmpint (usage.ru_maxrss, <, MOST_KIB);
#endif
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* libvips warns of each odd tag, which g_test would take for a failure. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_data_func ("/malformed/broken-and-hostile", "malformed", test_whole_folder);
  g_test_add_data_func ("/malformed/tiffs-of-many-makers", "tiff_interop",
                        test_whole_folder);

  return g_test_run ();
}
