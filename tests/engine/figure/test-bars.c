/* test-bars.c - bars say their names, and refuse what does not fit
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/figure.h"
#include "tests/support/folder.h"

static const char *const names[] = { "red <1>", "green", "blue\xff" };
static const double value[] = { 0.5, -0.25, NAN }, low[] = { 0.3, -0.4, NAN },
                    high[] = { 0.75, 0.1, NAN };

static gboolean
draw (const char *path, double height_mm, gsize n, GError **error)
{
  const PhenoBarSeries series[] = { { "flat", value, low, high }, { NULL, value } };
  const PhenoBarPanel panels[] = { { "lost", series, 2 }, { NULL, series, 1 } };
  PhenoFigureFile file = { .path = path, .width_mm = 89, .height_mm = height_mm };

  return pheno_figure_bars (names, n, panels, 2, "Bars", &file, error);
}

static void
test_formats (void)
{
  static const char *const files[] = { "bars.svg", "bars.pdf", "bars.png" };
  g_autofree char *folder = test_folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (folder, files[i], NULL), *text = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      g_assert_true (draw (path, 0, 3, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      g_assert_cmpuint (length, >, 500);
      if (i == 0)
        g_assert_nonnull (strstr (text, "</svg>"));
    }
  test_folder_remove (folder);
}

static void
test_what_does_not_fit (void)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "bars.svg", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (draw (path, 20, 3, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_false (draw (path, 0, 0, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_assert_cmpuint (test_folder_count (folder), ==, 0);
  test_folder_remove (folder);
}

static void
test_likeness (void)
{
  const float map[] = { 0.5f, -0.1f, 0, 0.2f }, flat[4] = { 0 };
  const PhenoLikenessPair pairs[]
      = { { { NULL, "none.png" }, { "query", "other\nb\xff" }, { map, flat }, 2, 2 },
          { { NULL, NULL }, { NULL, NULL }, { flat, flat }, 1, 4 } };
  g_autofree char *folder = test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "alike.svg", NULL), *text = NULL;
  PhenoFigureFile file = { .path = path };
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_figure_likeness (pairs, 2, "Alike", &file, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "</svg>"));
  g_assert_false (pheno_figure_likeness (pairs, 0, NULL, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
  file.height_mm = 30;
  g_assert_false (pheno_figure_likeness (pairs, 2, NULL, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bars/formats", test_formats);
  g_test_add_func ("/bars/what-does-not-fit", test_what_does_not_fit);
  g_test_add_func ("/likeness/pairs", test_likeness);
  return g_test_run ();
}
