/* scatter.c - the map: a point for each image, its colour the group
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/figure/axes.h"
#include "engine/figure/legend.h"
#include "engine/figure/marker.h"

/* Height of the plot, of the figure's width: as the points lie, but no strip and no
 * tower. */
#define FLATTEST_PLOT 0.45
#define TALLEST_PLOT 0.8
#define LEGEND_GAP 12.0

/* A file of more points than that is slow to open: they become a picture inside it, finer
 * than print. */
#define MOST_VECTOR_POINTS 20000
#define PICTURE_PIXELS_A_POINT (600 / 72.0)

static gboolean
is_there (const PhenoScatter *scatter, gsize row)
{
  const float *at = pheno_matrix_row (scatter->coordinates, row);

  return isfinite (at[0]) && isfinite (at[1]);
}

static int
group_of (const PhenoScatter *scatter, gsize row)
{
  return scatter->groups != NULL ? scatter->groups[row] : 0;
}

static guint
count_groups (const PhenoScatter *scatter)
{
  guint count = scatter->group_names != NULL ? scatter->group_names->len : 0;

  for (gsize i = 0; scatter->groups != NULL && i < scatter->coordinates->rows; i++)
    count = MAX (count, (guint) (scatter->groups[i] + 1));
  return MAX (count, 1);
}

/* The groups that have points, with how many; those without a group last. */
static void
fill_legend (const PhenoScatter *scatter, guint n_groups, PhenoLegend *legend)
{
  g_autofree guint *count = g_new0 (guint, n_groups + 1);

  legend->n_groups = n_groups;
  legend->names = g_new0 (char *, n_groups + 2);
  legend->groups = g_new (int, n_groups + 1);
  if (scatter->groups == NULL || scatter->group_names == NULL)
    return;

  for (gsize i = 0; i < scatter->coordinates->rows; i++)
    if (is_there (scatter, i))
      count[group_of (scatter, i) < 0 ? n_groups : (guint) group_of (scatter, i)]++;
  for (guint g = 0; g <= n_groups; g++)
    {
      g_autofree char *name = NULL;

      if (count[g] == 0 || (g < n_groups && g >= scatter->group_names->len))
        continue;
      name = g < n_groups ? pheno_display_name (scatter->group_names->pdata[g])
                          : g_strdup (_ ("not known"));
      legend->names[legend->n] = g_strdup_printf ("%s (%u)", name, count[g]);
      legend->groups[legend->n++] = g < n_groups ? (int) g : -1;
    }
}

static gboolean
has_limits (const PhenoScatter *scatter)
{
  return scatter->high[0] > scatter->low[0] && scatter->high[1] > scatter->low[1];
}

static gboolean
is_selected (const PhenoScatter *scatter, gsize row)
{
  return scatter->selected != NULL && scatter->selected[row];
}

/* Every row once, far apart from the last one: groups that come one after the other in
 * the table would otherwise cover one another. */
static gsize
shuffled (gsize i, gsize rows)
{
  static const gsize strides[]
      = { 7919, 7927, 7933, 7937 }; /* primes: one of them does not divide rows */

  for (gsize s = 0; s < G_N_ELEMENTS (strides); s++)
    if (rows % strides[s] != 0)
      return i * strides[s] % rows;
  return i;
}

static int
pass_of (const PhenoScatter *scatter, gsize row)
{
  return is_selected (scatter, row) ? 2 : group_of (scatter, row) >= 0 ? 1 : 0;
}

/* @zoom: points of the paper that one of the canvas is */
static void
draw_points (cairo_t *cairo, const PhenoScatter *scatter, const PhenoAxes *axes,
             guint n_groups, gsize shown, double zoom)
{
  gsize rows = scatter->coordinates->rows;
  double radius = shown <= 300     ? 2.6
                  : shown <= 1500  ? 2.1
                  : shown <= 6000  ? 1.6
                  : shown <= 30000 ? 1.1
                                   : 0.7;
  double extent = MIN (axes->right - axes->left, axes->bottom - axes->top);
  double alpha = shown <= 1500    ? 0.9
                 : shown <= 6000  ? 0.75
                 : shown <= 30000 ? 0.55
                                  : 0.35;

  /* Sizes are those of two columns of a journal. */
  radius *= CLAMP (sqrt (extent / 300), 0.6, 1.2);
  if (scatter->point_size > 0)
    radius = scatter->point_size / 2 / zoom;

  /* Those without a group lie below all others, the selected above them. */
  for (int pass = 0; pass < 3; pass++)
    for (gsize i = 0; i < rows; i++)
      {
        gsize row = shuffled (i, rows);
        const float *at = pheno_matrix_row (scatter->coordinates, row);

        if (!is_there (scatter, row) || pass_of (scatter, row) != pass)
          continue;
        if (pass == 2)
          pheno_marker_draw_selected (cairo, group_of (scatter, row), n_groups,
                                      pheno_axes_x (axes, at[0]),
                                      pheno_axes_y (axes, at[1]), radius);
        else
          pheno_marker_draw (cairo, group_of (scatter, row), n_groups,
                             pheno_axes_x (axes, at[0]), pheno_axes_y (axes, at[1]),
                             radius, alpha);
      }
}

static void
draw_points_as_picture (PhenoCanvas *canvas, const PhenoScatter *scatter,
                        const PhenoAxes *axes, guint n_groups, gsize shown)
{
  double scale = PICTURE_PIXELS_A_POINT;
  cairo_surface_t *picture = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, (int) ceil ((axes->right - axes->left) * scale),
      (int) ceil ((axes->bottom - axes->top) * scale));
  cairo_t *cairo = cairo_create (picture);

  cairo_scale (cairo, scale, scale);
  cairo_translate (cairo, -axes->left, -axes->top);
  draw_points (cairo, scatter, axes, n_groups, shown, canvas->zoom);
  cairo_destroy (cairo);

  cairo_save (canvas->cairo);
  cairo_translate (canvas->cairo, axes->left, axes->top);
  cairo_scale (canvas->cairo, 1 / scale, 1 / scale);
  cairo_set_source_surface (canvas->cairo, picture, 0, 0);
  cairo_paint (canvas->cairo);
  cairo_restore (canvas->cairo);
  cairo_surface_destroy (picture);
}

static char *
complete_caption (const PhenoScatter *scatter, gsize shown)
{
  gsize hidden = scatter->coordinates->rows - shown;
  g_autofree char *count = g_strdup_printf ("%" G_GSIZE_FORMAT, hidden);
  g_autofree char *left_out = NULL;

  if (hidden == 0)
    return g_strdup (scatter->caption);
  left_out
      = g_strdup_printf (ngettext ("%s image without coordinates is left out.",
                                   "%s images without coordinates are left out.", hidden),
                         count);
  return scatter->caption != NULL ? g_strconcat (scatter->caption, " ", left_out, NULL)
                                  : g_steal_pointer (&left_out);
}

static const PhenoTextStyle title_style
    = { .size = PHENO_TEXT_TITLE, .grey = 0.05, .bold = TRUE };
static const PhenoTextStyle caption_style
    = { .size = PHENO_TEXT_SMALL, .grey = 0.35, .lines = 3 };

static double
text_height (const PhenoTextStyle *style, double width, const char *text)
{
  PhenoTextStyle wide = *style;
  double found, height;

  if (text == NULL || text[0] == '\0')
    return 0;
  wide.width = width;
  pheno_text_measure (&wide, text, &found, &height);
  return height + 4;
}

typedef struct
{
  double inner;          /* width without margins */
  double title, caption; /* heights */
  double height;         /* of the figure */
} Page;

static double
below_room (const PhenoLegend *legend)
{
  return legend->beside || legend->n == 0 ? 0 : legend->height + LEGEND_GAP;
}

/* Where everything stands. The plot takes what title, legend and caption leave. */
static void
lay_out (const PhenoScatter *scatter, const PhenoFigureFile *file, const char *caption,
         PhenoLegend *legend, PhenoAxes *axes, Page *page)
{
  double width = pheno_figure_width (file), fixed = pheno_figure_height (file), plot,
         around, shape;

  page->inner = width - 2 * PHENO_MARGIN;
  page->title = text_height (&title_style, page->inner, scatter->title);
  page->caption = text_height (&caption_style, page->inner, caption);
  around = 2 * PHENO_MARGIN + page->title + page->caption;
  shape = (axes->y.high - axes->y.low) / (axes->x.high - axes->x.low);
  plot = fixed > 0 ? fixed - around
                   : CLAMP (shape * 0.75, FLATTEST_PLOT, TALLEST_PLOT) * width;
  pheno_legend_place (legend, width, plot - 30, fixed > 0 ? plot * 0.4 : INFINITY);
  if (!(fixed > 0) && !legend->beside) /* the plot has all the width */
    plot = CLAMP (shape * 0.95, FLATTEST_PLOT, TALLEST_PLOT) * width;
  page->height = fixed > 0 ? fixed : plot + around + below_room (legend);

  axes->top = PHENO_MARGIN + page->title + 2;
  axes->right = width - PHENO_MARGIN
                - (legend->beside && legend->n > 0 ? legend->width + LEGEND_GAP : 4);
  axes->bottom = page->height - PHENO_MARGIN - page->caption - below_room (legend)
                 - pheno_axes_bottom_room (axes);
  axes->left = PHENO_MARGIN + 40;
  /* How wide the numbers of y are hangs on the range, and that on the plot's shape. */
  for (int round = 0; round < 2; round++)
    {
      PhenoAxes equal = *axes;

      pheno_axes_equal_scale (&equal);
      axes->left = PHENO_MARGIN + pheno_axes_left_room (&equal);
    }
  pheno_axes_equal_scale (axes);
}

static gsize
measure (const PhenoScatter *scatter, PhenoAxes *axes)
{
  gsize shown = 0;

  for (gsize i = 0; i < scatter->coordinates->rows; i++)
    if (is_there (scatter, i))
      {
        pheno_range_add (&axes->x, pheno_matrix_row (scatter->coordinates, i)[0]);
        pheno_range_add (&axes->y, pheno_matrix_row (scatter->coordinates, i)[1]);
        shown++;
      }
  pheno_range_widen (&axes->x, 0.04);
  pheno_range_widen (&axes->y, 0.04);
  if (has_limits (scatter))
    {
      axes->x = (PhenoRange){ scatter->low[0], scatter->high[0] };
      axes->y = (PhenoRange){ scatter->low[1], scatter->high[1] };
    }
  return shown;
}

static void
draw (PhenoCanvas *canvas, const PhenoScatter *scatter, const PhenoAxes *axes,
      const PhenoLegend *legend, const Page *page, const char *caption, gsize shown)
{
  PhenoTextStyle style;

  pheno_axes_draw (canvas, axes);
  cairo_save (canvas->cairo);
  if (has_limits (scatter))
    {
      cairo_rectangle (canvas->cairo, axes->left, axes->top, axes->right - axes->left,
                       axes->bottom - axes->top);
      cairo_clip (canvas->cairo);
    }
  if (shown > MOST_VECTOR_POINTS && canvas->format != PHENO_FIGURE_PNG)
    draw_points_as_picture (canvas, scatter, axes, legend->n_groups, shown);
  else
    draw_points (canvas->cairo, scatter, axes, legend->n_groups, shown, canvas->zoom);
  cairo_restore (canvas->cairo);
  if (legend->beside)
    pheno_legend_draw (canvas, legend, axes->right + LEGEND_GAP, axes->top);
  else
    pheno_legend_draw (canvas, legend, PHENO_MARGIN,
                       axes->bottom + pheno_axes_bottom_room (axes) + LEGEND_GAP);

  style = title_style;
  style.width = page->inner;
  if (page->title > 0)
    pheno_text_draw (canvas, &style, PHENO_MARGIN, PHENO_MARGIN, scatter->title);
  style = caption_style;
  style.width = page->inner;
  if (page->caption > 0)
    pheno_text_draw (canvas, &style, PHENO_MARGIN,
                     page->height - PHENO_MARGIN - page->caption + 4, caption);
}

static PhenoCanvas *
draw_scatter (const PhenoScatter *scatter, const PhenoFigureFile *file, GError **error)
{
  PhenoAxes axes = { .x = PHENO_RANGE_EMPTY,
                     .y = PHENO_RANGE_EMPTY,
                     .x_label = scatter->x_label,
                     .y_label = scatter->y_label };
  g_auto (PhenoLegend) legend = { .place = scatter->legend };
  g_autoptr (PhenoCanvas) canvas = NULL;
  g_autofree char *caption = NULL;
  gsize shown = 0;
  Page page;

  if ((shown = measure (scatter, &axes)) == 0)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("There is no point to draw: no image has coordinates. Make "
                              "the embeddings again."));
      return NULL;
    }
  caption = complete_caption (scatter, shown);
  fill_legend (scatter, count_groups (scatter), &legend);
  lay_out (scatter, file, caption, &legend, &axes, &page);
  if ((canvas = pheno_canvas_new (file, page.height, scatter->title, error)) == NULL)
    return NULL;
  if (axes.right - axes.left < 20 || axes.bottom - axes.top < 20)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                           _ ("The figure is too small for its map, legend and captions. "
                              "Choose a larger width or "
                              "height."));
      return NULL;
    }

  draw (canvas, scatter, &axes, &legend, &page, caption, shown);
  return g_steal_pointer (&canvas);
}

GBytes *
pheno_figure_scatter_bytes (const PhenoScatter *scatter, const PhenoFigureFile *file,
                            GError **error)
{
  g_autoptr (PhenoCanvas) canvas = NULL;

  g_return_val_if_fail (scatter->coordinates->columns == 2, NULL);

  canvas = draw_scatter (scatter, file, error);
  return canvas != NULL ? pheno_canvas_finish (canvas, error) : NULL;
}

gboolean
pheno_figure_scatter (const PhenoScatter *scatter, const PhenoFigureFile *file,
                      GError **error)
{
  g_autoptr (PhenoCanvas) canvas = NULL;

  g_return_val_if_fail (scatter->coordinates->columns == 2, FALSE);

  canvas = draw_scatter (scatter, file, error);
  return canvas != NULL && pheno_canvas_save (canvas, error);
}
