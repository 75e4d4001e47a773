/* scan.c - how long a collection of 100,000 photographs takes to look through
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Hard links to some photographs, in 100 folders: the first scan reads each header, the
 * second one finds all in the catalogue. Both have to find the same.
 */
#include "engine/collection/collection.h"
#include "tests/support/picture.h"

#define FILES 100000
#define FOLDERS 100

static PhenoCollection *
timed_scan (const char *root, const char *catalogue, const char *name)
{
  const char *const roots[] = { root, NULL };
  PhenoScanOptions options = { .species = "folder", .catalogue = catalogue };
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();
  PhenoCollection *collection
      = pheno_collection_scan (roots, &options, NULL, NULL, NULL, &error);
  double seconds = (g_get_monotonic_time () - started) / (double) G_USEC_PER_SEC;

  g_assert_no_error (error);
  g_assert_cmpuint (collection->records->len, ==, FILES);
  g_assert_cmpuint (collection->problems->len, ==, 0);
  g_print ("%-12s %d files  %.2f s  %.0f files/s\n", name, FILES, seconds,
           FILES / seconds);

  return collection;
}

static void
make_links (const char *folder)
{
  for (guint i = 0; i < FOLDERS; i++)
    {
      g_autofree char *first = g_strdup_printf ("all/species %02u/000000.png", i);
      g_autofree char *picture = test_picture_add (folder, first, 16, 12, i, 2, 3);

      for (guint k = 1; k < FILES / FOLDERS; k++)
        {
          g_autofree char *name
              = g_strdup_printf ("%s/all/species %02u/%06u.png", folder, i, k);

          g_assert_cmpint (link (picture, name), ==, 0);
        }
    }
}

int
main (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *root = g_build_filename (folder, "all", NULL);
  g_autofree char *catalogue = g_build_filename (folder, "catalogue.db", NULL);
  g_autoptr (PhenoCollection) first = NULL, second = NULL;
  g_autofree char *first_json = NULL, *second_json = NULL;

  make_links (folder);
  first = timed_scan (root, catalogue, "scan first");
  second = timed_scan (root, catalogue, "scan again");
  first_json = pheno_collection_to_json (first);
  second_json = pheno_collection_to_json (second);
  g_assert_cmpstr (first_json, ==, second_json);
  test_folder_remove (folder);

  return 0;
}
