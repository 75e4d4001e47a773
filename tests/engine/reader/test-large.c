/* test-large.c - a photograph of 30,000 x 30,000 pixels, in little memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/reader.h"
#include "tests/support/folder.h"

#include <sys/resource.h>
#include <vips/vips.h>

#define SIDE 30000

/* Left half 0, right half 200: written by rows, as it is 900 MB of pixels. */
static char *
write_photograph (const char *folder)
{
  char *path = g_build_filename (folder, "drawer.jpg", NULL);
  VipsImage *left = NULL, *right = NULL, *both = NULL;

  g_assert_cmpint (vips_init ("test"), ==, 0);
  g_assert_cmpint (vips_black (&left, SIDE / 2, SIDE, NULL), ==, 0);
  g_assert_cmpint (vips_linear1 (left, &right, 1, 200, "uchar", TRUE, NULL), ==, 0);
  g_assert_cmpint (vips_join (left, right, &both, VIPS_DIRECTION_HORIZONTAL, NULL), ==,
                   0);
  g_assert_cmpint (vips_jpegsave (both, path, "Q", 50, NULL), ==, 0);
  g_object_unref (both);
  g_object_unref (right);
  g_object_unref (left);

  return path;
}

static void
test_thirty_thousand_square (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = write_photograph (folder);
  g_auto (PhenoImageHeader) header = { 0 };
  g_autoptr (PhenoImage) image = NULL;
  g_autoptr (GError) error = NULL;
  struct rusage usage;

  g_assert_true (pheno_reader_read_header (path, &header, &error));
  g_assert_cmpint (header.width, ==, SIDE);
  image = pheno_reader_read (path, 128, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->width, ==, 128);
  g_assert_cmpint (image->height, ==, 128);
  g_assert_cmpint (((guint8 *) image->pixels)[(64 * 128 + 20) * 3], <=, 2);
  g_assert_cmpint (ABS (((guint8 *) image->pixels)[(64 * 128 + 100) * 3] - 200), <=, 2);

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  g_test_message ("at most %ld KiB of memory", usage.ru_maxrss);
#ifndef __SANITIZE_ADDRESS__ /* its shadow counts as well */
  g_assert_cmpint (usage.ru_maxrss, <, 300 * 1024);
#endif

  test_folder_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/large/thirty-thousand-square", test_thirty_thousand_square);

  return g_test_run ();
}
