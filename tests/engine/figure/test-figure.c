/* test-figure.c - figures are whole, say what they were made from, and tell what they
 * cannot draw
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/figure.h"
#include "tests/support/folder.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

typedef struct
{
  PhenoMatrix *coordinates;
  int *groups;
  GPtrArray *names;
  GHashTable *provenance;
  char *folder;
} Fixture;

#define ROWS 240

static void
fixture_set_up (Fixture *fixture, guint n_groups)
{
  static const char *const names[]
      = { "erato", "h\xc3\xa9liconius \xe5\xb1\xb1 \xf0\x9f\xa6\x8b",
          "bad\xff"
          "byte\n",
          "a name that is far too long for any legend of any figure on any paper" };

  fixture->folder = test_folder_new ();
  fixture->coordinates = pheno_matrix_new (ROWS, 2);
  fixture->groups = g_new (int, ROWS);
  fixture->names = g_ptr_array_new_with_free_func (g_free);
  fixture->provenance = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (fixture->provenance, "run",
                       "[model]\nencoder=resnet18 <&> \"\xc3\xa9\"\n\x01");
  g_hash_table_insert (fixture->provenance, "seed", "7");
  for (guint g = 0; g < n_groups; g++)
    g_ptr_array_add (fixture->names, g_strdup_printf ("%s %u", names[g % 4], g));
  for (int i = 0; i < ROWS; i++)
    {
      fixture->groups[i] = n_groups > 0 ? i % (int) (n_groups + 1) - 1 : -1;
      pheno_matrix_row (fixture->coordinates, i)[0] = (float) (i % 16) * 1e3f;
      pheno_matrix_row (fixture->coordinates, i)[1] = (float) (i / 16) * -1e3f;
    }
}

static void
fixture_clear (Fixture *fixture)
{
  test_folder_remove (fixture->folder);
  g_free (fixture->folder);
  pheno_matrix_free (fixture->coordinates);
  g_free (fixture->groups);
  g_ptr_array_unref (fixture->names);
  g_hash_table_unref (fixture->provenance);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static PhenoScatter
map_of (const Fixture *fixture)
{
  return (PhenoScatter){
    fixture->coordinates, fixture->groups, fixture->names, "A map", "PC 1", "PC 2",
    "As it is."
  };
}

static char *
draw_map (const Fixture *fixture, const char *name, double width_mm, double height_mm,
          gsize *length)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  PhenoFigureFile file = { path, width_mm, height_mm, 100, fixture->provenance };
  PhenoScatter scatter = map_of (fixture);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_assert_true (pheno_figure_scatter (&scatter, &file, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &contents, length, NULL));
  return contents;
}

static guint32
number_at (const char *bytes)
{
  guint32 big;

  memcpy (&big, bytes, 4);
  return GUINT32_FROM_BE (big);
}

/* The chunk's data, when there is one of this type that begins with @start. */
static const char *
find_chunk (const char *png, gsize length, const char *type, const char *start,
            gsize start_length, gsize *size)
{
  for (gsize at = 8; at + 12 <= length; at += 12 + number_at (png + at))
    if (memcmp (png + at + 4, type, 4) == 0
        && memcmp (png + at + 8, start, start_length) == 0)
      {
        *size = number_at (png + at);
        return png + at + 8;
      }
  return NULL;
}

static void
test_png (void)
{
  static const char expected[]
      = "phenoscape:run\0\0\0\0\0[model]\nencoder=resnet18 <&> \"\xc3\xa9\"\n\x01";
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *png = NULL, *path = NULL;
  cairo_surface_t *surface;
  const char *chunk;
  gsize length, size;

  fixture_set_up (&fixture, 3);
  png = draw_map (&fixture, "map.png", 100, 80, &length);
  chunk = find_chunk (png, length, "iTXt", "phenoscape:run", 15, &size);
  g_assert_nonnull (chunk);
  g_assert_cmpmem (chunk, size, expected, sizeof expected - 1);
  g_assert_nonnull (find_chunk (png, length, "iTXt", "phenoscape:seed", 16, &size));
  /* 100 dots an inch are 3,937 a metre */
  chunk = find_chunk (png, length, "pHYs", "", 0, &size);
  g_assert_cmpuint (number_at (chunk), ==, 3937);

  /* libpng refuses wrong check sums. 100 mm at 100 dots an inch are 394 pixels. */
  path = g_build_filename (fixture.folder, "map.png", NULL);
  surface = cairo_image_surface_create_from_png (path);
  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 394);
  g_assert_cmpint (cairo_image_surface_get_height (surface), ==, 315);
  cairo_surface_destroy (surface);
}

typedef struct
{
  gboolean inside;
  GString *text;
} SvgReading;

static void
start_cb (GMarkupParseContext *context, const char *element, const char **names,
          const char **values, gpointer data, GError **error)
{
  SvgReading *reading = data;

  reading->inside
      = strcmp (element, "phenoscape:entry") == 0 && strcmp (values[0], "run") == 0;
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer data,
         GError **error)
{
  SvgReading *reading = data;

  if (reading->inside)
    g_string_append_len (reading->text, text, length);
}

static void
end_cb (GMarkupParseContext *context, const char *element, gpointer data, GError **error)
{
  ((SvgReading *) data)->inside = FALSE;
}

static void
test_svg (void)
{
  const GMarkupParser parser = { start_cb, end_cb, text_cb, NULL, NULL };
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  SvgReading reading = { FALSE, text };
  g_autoptr (GMarkupParseContext) context
      = g_markup_parse_context_new (&parser, 0, &reading, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *svg = NULL;
  gsize length;

  fixture_set_up (&fixture, 12);
  svg = draw_map (&fixture, "map.svg", 180, 0, &length);
  g_markup_parse_context_parse (context, svg, length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, "[model]\nencoder=resnet18 <&> \"\xc3\xa9\"\n ");
  g_assert_nonnull (strstr (svg, "width=\"510.23")); /* 180 mm in points */
}

static void
test_pdf (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *pdf = NULL;
  gsize length;

  fixture_set_up (&fixture, 3);
  pdf = draw_map (&fixture, "map.pdf", 85, 0, &length);
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));
  g_assert_nonnull (memmem (pdf, length, "/Title (A map)", strlen ("/Title (A map)")));
  g_assert_nonnull (
      memmem (pdf, length, "/Creator (Phenoscape ", strlen ("/Creator (Phenoscape ")));
  g_assert_nonnull (memmem (pdf, length, "/Subject ", strlen ("/Subject ")));
}

/* Something was drawn, and nothing within @margin pixels of the edge: no legend, number
 * or name is cut off. */
static void
assert_whole (const char *path, int margin)
{
  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);
  int width = cairo_image_surface_get_width (surface),
      height = cairo_image_surface_get_height (surface), ink = 0;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint8 *row = cairo_image_surface_get_data (surface)
                            + (gsize) y * cairo_image_surface_get_stride (surface);
        gboolean is_white
            = (((const guint32 *) (const void *) row)[x] & 0xffffff) == 0xffffff;

        ink += !is_white;
        if (!is_white
            && (x < margin || y < margin || x >= width - margin || y >= height - margin))
          g_error ("%s: there is ink at %d, %d of %d x %d", path, x, y, width, height);
      }
  g_assert_cmpint (ink, >, 500);
  cairo_surface_destroy (surface);
}

static void
test_nothing_is_cut_off (void)
{
  static const guint counts[] = { 0, 1, 8, 10, 25, 71, 200 };
  static const double sizes[][2] = { { 180, 0 }, { 85, 0 }, { 120, 90 }, { 60, 200 } };

  for (gsize c = 0; c < G_N_ELEMENTS (counts); c++)
    for (gsize s = 0; s < G_N_ELEMENTS (sizes); s++)
      {
        g_auto (Fixture) fixture = { 0 };
        g_autofree char *png = NULL, *path = NULL;
        gsize length;

        fixture_set_up (&fixture, counts[c]);
        png = draw_map (&fixture, "map.png", sizes[s][0], sizes[s][1], &length);
        path = g_build_filename (fixture.folder, "map.png", NULL);
        assert_whole (path, 6);
      }
}

static void
test_map_errors (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *path = NULL, *other = NULL;
  PhenoScatter scatter;
  PhenoFigureFile file = { 0 };
  GError *error = NULL;

  fixture_set_up (&fixture, 2);
  scatter = map_of (&fixture);
  path = g_build_filename (fixture.folder, "map.png", NULL);
  other = g_build_filename (fixture.folder, "map.jpg", NULL);
  file.path = other;
  g_assert_false (pheno_figure_scatter (&scatter, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, ".svg, .pdf, .png or .tif"));
  g_clear_error (&error);

  file = (PhenoFigureFile){ .path = path, .width_mm = 4000, .dots_per_inch = 1200 };
  g_assert_false (pheno_figure_scatter (&scatter, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "32,767 pixels"));
  g_clear_error (&error);

  file = (PhenoFigureFile){ .path = path, .width_mm = 30, .height_mm = 25 };
  g_assert_false (pheno_figure_scatter (&scatter, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);

  for (int i = 0; i < ROWS * 2; i++)
    fixture.coordinates->values[i] = NAN;
  file = (PhenoFigureFile){ .path = path };
  g_assert_false (pheno_figure_scatter (&scatter, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  g_clear_error (&error);
  g_assert_cmpuint (test_folder_count (fixture.folder), ==, 0);
}

/* One point, and points at one place, have a map too. */
static void
test_map_of_one_place (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *path = NULL, *png = NULL;
  gsize length;

  fixture_set_up (&fixture, 2);
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < 2; j++)
      pheno_matrix_row (fixture.coordinates, i)[j] = i == 3 ? NAN : 5;
  png = draw_map (&fixture, "map.png", 85, 0, &length);
  path = g_build_filename (fixture.folder, "map.png", NULL);
  assert_whole (path, 6);
}

/* More points than a vector file should hold become a picture in it. */
static void
test_map_of_very_many (void)
{
  enum
  {
    MANY = 25000
  };
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (PhenoMatrix) many = pheno_matrix_new (MANY, 2);
  g_autofree char *path = NULL, *svg = NULL;
  PhenoScatter scatter = { .coordinates = many };
  PhenoFigureFile file = { .width_mm = 85 };
  gsize length;

  fixture_set_up (&fixture, 1);
  for (int i = 0; i < MANY; i++)
    {
      pheno_matrix_row (many, i)[0] = (float) sin (i);
      pheno_matrix_row (many, i)[1] = (float) cos (i * 1.1);
    }
  file.path = path = g_build_filename (fixture.folder, "map.svg", NULL);
  g_assert_true (pheno_figure_scatter (&scatter, &file, NULL));
  g_assert_true (g_file_get_contents (path, &svg, &length, NULL));
  g_assert_nonnull (strstr (svg, "<image"));
  g_assert_cmpuint (length, <, 8000000);
}

/* What the bytes are is what stands in the file; a larger font leaves the paper's size.
 */
static void
test_map_as_bytes (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *path = NULL, *contents = NULL;
  PhenoFigureFile file;
  PhenoScatter scatter;
  gsize length;

  fixture_set_up (&fixture, 3);
  path = g_build_filename (fixture.folder, "map.png", NULL);
  file = (PhenoFigureFile){ .path = path,
                            .width_mm = 160,
                            .height_mm = 120,
                            .dots_per_inch = 100,
                            .provenance = fixture.provenance };
  scatter = map_of (&fixture);
  for (double font = 5; font < 11; font += 5)
    {
      g_autoptr (GBytes) bytes = NULL;
      const guint8 *header;

      file.font_size = font;
      g_assert_true (pheno_figure_scatter (&scatter, &file, NULL));
      g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
      bytes = pheno_figure_scatter_bytes (&scatter, &file, NULL);
      g_assert_cmpmem (contents, length, g_bytes_get_data (bytes, NULL),
                       g_bytes_get_size (bytes));
      /* 160 x 120 mm at 100 dots an inch */
      header = g_bytes_get_data (bytes, NULL);
      g_assert_cmpint (header[18] << 8 | header[19], ==, 630);
      g_assert_cmpint (header[22] << 8 | header[23], ==, 473);
      g_clear_pointer (&contents, g_free);
    }
}

/* The choices of the window's dialog, all together, at the sizes that journals ask for.
 */
static void
test_map_with_choices (void)
{
  g_auto (Fixture) fixture = { 0 };
  guint8 selected[ROWS] = { 0 };

  fixture_set_up (&fixture, 12);
  selected[5] = selected[17] = 1;
  for (int place = PHENO_LEGEND_AUTO; place <= PHENO_LEGEND_NONE; place++)
    for (double width = 89; width < 200; width += 94)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) bytes = NULL;
        PhenoScatter scatter = map_of (&fixture);
        PhenoFigureFile file
            = { .path = "map.svg", .width_mm = width, .height_mm = 120, .font_size = 8 };

        scatter.selected = selected;
        scatter.legend = place;
        scatter.point_size = 3;
        scatter.low[0] = 2e3;
        scatter.high[0] = 9e3;
        scatter.low[1] = -9e3;
        scatter.high[1] = -1e3;
        bytes = pheno_figure_scatter_bytes (&scatter, &file, &error);
        g_assert_no_error (error);
        /* The part that is shown is cut out of the map. */
        g_assert_nonnull (g_strstr_len (g_bytes_get_data (bytes, NULL),
                                        (gssize) g_bytes_get_size (bytes), "clip"));
      }
}

static void
test_curves (void)
{
  const double epoch[] = { 1, 2, 3, 4, 5 }, loss[] = { 5.5, 4.1, NAN, 3.9, 3.2 },
               rate[] = { NAN, NAN, NAN, NAN, NAN };
  const PhenoCurve curves[] = { { "loss", epoch, loss, 5 }, { "rate", epoch, rate, 5 } };
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  PhenoFigureFile file = { 0 };

  fixture_set_up (&fixture, 0);
  path = g_build_filename (fixture.folder, "curves.png", NULL);
  file.path = path;
  file.dots_per_inch = 100;
  g_assert_true (
      pheno_figure_curves (curves, 2, "Loss", "epoch", "NT-Xent", &file, &error));
  g_assert_no_error (error);
  assert_whole (path, 6);

  g_assert_false (pheno_figure_curves (curves + 1, 1, NULL, NULL, NULL, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
}

/* A red picture comes out red; one that is not there is a cross; the frame has the
 * group's colour. */
static void
test_sheet (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *red = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 40, 20);
  cairo_t *cairo = cairo_create (surface);
  PhenoFigureFile file = { .dots_per_inch = 72 };
  const guint32 *pixels;
  int stride;

  fixture_set_up (&fixture, 0);
  red = g_build_filename (fixture.folder, "red.png", NULL);
  cairo_set_source_rgb (cairo, 1, 0, 0);
  cairo_paint (cairo);
  g_assert_cmpint (cairo_surface_write_to_png (surface, red), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);

  {
    const PhenoSheetPicture pictures[] = { { red, "query", 0 },
                                           { red, "first\n0.123", 1 },
                                           { "/nowhere.png", "gone", -1 },
                                           { NULL, NULL, -1 },
                                           { red, "h\xc3\xa9", 0 } };

    file.path = path = g_build_filename (fixture.folder, "sheet.png", NULL);
    g_assert_true (
        pheno_figure_neighbours (pictures, 5, 3, 2, "Neighbours", &file, &error));
    g_assert_no_error (error);
    assert_whole (path, 6);
  }

  /* At 72 dots an inch a pixel is a point: margin 8, title 17, pictures of 90 points, 40
   * x 20 in the middle. */
  surface = cairo_image_surface_create_from_png (path);
  pixels = (const guint32 *) (const void *) cairo_image_surface_get_data (surface);
  stride = cairo_image_surface_get_stride (surface) / 4;
  g_assert_cmphex (pixels[(25 + 45) * stride + 8 + 45] & 0xffffff, ==, 0xff0000);
  g_assert_cmphex (pixels[(25 + 10) * stride + 8 + 45] & 0xffffff, ==, 0xf5f5f5);
  g_assert_cmphex (pixels[(25 + 45) * stride + 8] & 0xffffff, ==, 0x0072b2);
  cairo_surface_destroy (surface);

  g_assert_false (pheno_figure_neighbours (NULL, 0, 3, 2, NULL, &file, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
}

/* As people without red or green cones see a colour: Machado, Oliveira and Fernandes
 * 2009, severity 1. */
static const double blindness[3][9]
    = { { 1, 0, 0, 0, 1, 0, 0, 0, 1 },
        { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882,
          -0.048116, 1.051998 },
        { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820,
          0.042940, 0.968881 } };

static void
test_colours_are_told_apart (void)
{
  for (guint n = 2; n <= 8; n++)
    for (int kind = 0; kind < 3; kind++)
      for (guint a = 0; a < n; a++)
        for (guint b = 0; b < a; b++)
          {
            double one[3], two[3], distance = 0;

            pheno_palette_colour (a, n, one);
            pheno_palette_colour (b, n, two);
            for (int i = 0; i < 3; i++)
              {
                double difference = 0;

                for (int j = 0; j < 3; j++)
                  difference += blindness[kind][3 * i + j]
                                * (pow (one[j], 2.2) - pow (two[j], 2.2));
                distance += difference * difference;
              }
            g_assert_cmpfloat (sqrt (distance), >, 0.05);
          }
}

static void
test_groups_are_told_apart (void)
{
  for (guint n = 1; n <= 70; n += 23)
    for (guint a = 0; a < n; a++)
      for (guint b = 0; b < a; b++)
        {
          double one[3], two[3];

          pheno_palette_colour (a, n, one);
          pheno_palette_colour (b, n, two);
          g_assert_true (memcmp (one, two, sizeof one) != 0
                         || pheno_palette_shape (a, n) != pheno_palette_shape (b, n));
        }
}

/* matplotlib's viridis at both ends and in the middle; lighter from step to step. */
static void
test_ramp_is_viridis (void)
{
  static const double known[3][4] = { { 0, 0.267, 0.005, 0.329 },
                                      { 0.5, 0.128, 0.567, 0.551 },
                                      { 1, 0.993, 0.906, 0.144 } };
  double lightness = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      double rgb[3];

      pheno_palette_ramp (known[i][0], rgb);
      for (int c = 0; c < 3; c++)
        g_assert_cmpfloat_with_epsilon (rgb[c], known[i][c + 1], 0.005);
    }
  for (int i = 0; i <= 100; i++)
    {
      double rgb[3], now;

      pheno_palette_ramp (i / 100.0, rgb);
      now = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
      g_assert_cmpfloat (now, >, lightness);
      lightness = now;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/figure/png/holds-its-provenance", test_png);
  g_test_add_func ("/figure/svg/holds-its-provenance", test_svg);
  g_test_add_func ("/figure/pdf/holds-its-provenance", test_pdf);
  g_test_add_func ("/figure/map/nothing-is-cut-off", test_nothing_is_cut_off);
  g_test_add_func ("/figure/map/what-is-wrong-is-said", test_map_errors);
  g_test_add_func ("/figure/map/of-one-place", test_map_of_one_place);
  g_test_add_func ("/figure/map/of-very-many", test_map_of_very_many);
  g_test_add_func ("/figure/map/as-bytes-and-font-size", test_map_as_bytes);
  g_test_add_func ("/figure/map/with-the-choices-of-the-window", test_map_with_choices);
  g_test_add_func ("/figure/curves/gaps-and-errors", test_curves);
  g_test_add_func ("/figure/neighbours/pictures-frames-and-crosses", test_sheet);
  g_test_add_func ("/figure/palette/colours-are-told-apart", test_colours_are_told_apart);
  g_test_add_func ("/figure/palette/ramp-is-viridis", test_ramp_is_viridis);
  g_test_add_func ("/figure/palette/groups-are-told-apart", test_groups_are_told_apart);

  return g_test_run ();
}
