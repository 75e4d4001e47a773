/* map-raster.c - the points of a map as one picture
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/map-raster.h"

#include <math.h>
#include <string.h>

#include "engine/figure/figure.h"

#define DARKEST 0.22 /* luminance that is still seen on a dark ground */
#define GREY 0.6
#define EDGE 0.14 /* of the radius: a white line keeps neighbours apart */
#define RING 1.6  /* pixels of the selection's ring */
#define STEPPED_BACK 0.5
#define FAINT 0.22
#define STRIDE 7919 /* a prime */

void
pheno_map_colour (int group, guint n_groups, gboolean dark, GdkRGBA *colour)
{
  double rgb[3] = { GREY, GREY, GREY };
  double luminance;

  if (group >= 0)
    pheno_palette_colour ((guint) group, n_groups, rgb);
  luminance = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  if (dark && luminance < DARKEST)
    for (int i = 0; i < 3; i++)
      rgb[i] = luminance < 0.01 ? 0.95 : rgb[i] + (1 - rgb[i]) * 0.5;
  *colour = (GdkRGBA){ (float) rgb[0], (float) rgb[1], (float) rgb[2], 1 };
}

/* @ring: (nullable) */
static void
draw_marker (cairo_t *cairo, int group, guint n_groups, gboolean dark, double x, double y,
             double radius, double alpha, const GdkRGBA *ring)
{
  guint shape = group >= 0 ? pheno_palette_shape ((guint) group, n_groups) : 0;
  GdkRGBA colour;

  pheno_map_colour (group, n_groups, dark, &colour);
  pheno_marker_trace (cairo, shape, x, y, radius);
  cairo_set_source_rgba (cairo, colour.red, colour.green, colour.blue, alpha);
  cairo_fill_preserve (cairo);
  if (ring != NULL)
    {
      gdk_cairo_set_source_rgba (cairo, ring);
      cairo_set_line_width (cairo, RING);
    }
  else
    {
      double edge = dark ? 0 : 1;

      cairo_set_source_rgba (cairo, edge, edge, edge, 0.8 * alpha);
      cairo_set_line_width (cairo, radius * EDGE);
    }
  cairo_stroke (cairo);
}

void
pheno_map_draw_marker (cairo_t *cairo, int group, guint n_groups, gboolean dark, double x,
                       double y, double radius)
{
  draw_marker (cairo, group, n_groups, dark, x, y, radius, 1, NULL);
}

/* ---- stamps ---- */

typedef enum
{
  PLAIN,
  BACK, /* not selected, while others are */
  SELECTED,
  HIDDEN, /* by the filter, but faint */
  N_STATES
} State;

/* A point ready to be put down: of each line only the pixels that are not empty. */
typedef struct
{
  guint32 *pixels; /* (side, side) */
  guint16 *from, *to;
  int top, bottom;
} Stamp;

typedef struct
{
  Stamp *stamp; /* (groups + 1, N_STATES), made when needed */
  int side;
} Stamps;

static double
alpha_of (const PhenoMapRaster *raster, State state)
{
  double alpha = raster->n <= 1500    ? 0.9
                 : raster->n <= 6000  ? 0.8
                 : raster->n <= 30000 ? 0.65
                                      : 0.5;

  return state == SELECTED ? 1
         : state == BACK   ? alpha * STEPPED_BACK
         : state == HIDDEN ? FAINT
                           : alpha;
}

static void
find_spans (Stamp *stamp, int side)
{
  stamp->from = g_new0 (guint16, side);
  stamp->to = g_new0 (guint16, side);
  stamp->top = side;
  for (int y = 0; y < side; y++)
    {
      int from = 0, to = side;

      while (from < side && stamp->pixels[y * side + from] == 0)
        from++;
      while (to > from && stamp->pixels[y * side + to - 1] == 0)
        to--;
      stamp->from[y] = (guint16) from;
      stamp->to[y] = (guint16) to;
      if (from == to)
        continue;
      stamp->top = MIN (stamp->top, y);
      stamp->bottom = y + 1;
    }
}

static void
make_stamp (const PhenoMapRaster *raster, Stamp *stamp, int side, int group, State state)
{
  cairo_surface_t *surface;
  cairo_t *cairo;
  double radius = state == SELECTED && group < 0 ? raster->radius
                  : state == SELECTED            ? raster->radius * 1.1
                  : group < 0                    ? raster->radius * 0.8
                                                 : raster->radius;

  stamp->pixels = g_new0 (guint32, (gsize) side * side);
  surface = cairo_image_surface_create_for_data (
      (guchar *) stamp->pixels, CAIRO_FORMAT_ARGB32, side, side, side * 4);
  cairo = cairo_create (surface);
  draw_marker (cairo, state == HIDDEN ? -1 : group, raster->n_groups, raster->dark,
               side / 2.0, side / 2.0, radius, alpha_of (raster, state),
               state == SELECTED ? &raster->ring : NULL);
  cairo_destroy (cairo);
  cairo_surface_destroy (surface);
  find_spans (stamp, side);
}

static const Stamp *
stamp_for (Stamps *stamps, const PhenoMapRaster *raster, int group, State state)
{
  Stamp *stamp = stamps->stamp + (gsize) (group + 1) * N_STATES + state;

  if (stamp->pixels == NULL)
    make_stamp (raster, stamp, stamps->side, group, state);
  return stamp;
}

static void
stamps_clear (Stamps *stamps, guint n_groups)
{
  for (gsize i = 0; i < (gsize) (n_groups + 1) * N_STATES; i++)
    {
      g_free (stamps->stamp[i].pixels);
      g_free (stamps->stamp[i].from);
      g_free (stamps->stamp[i].to);
    }
  g_free (stamps->stamp);
}

/* ---- stamping ---- */

static inline guint32
over (guint32 top, guint32 below)
{
  guint32 rest = 255 - (top >> 24);
  /* Two channels at a time; (x * rest + 128) * 257 >> 16 is x * rest / 255, rounded. */
  guint32 even = (below & 0x00ff00ff) * rest + 0x00800080;
  guint32 odd = ((below >> 8) & 0x00ff00ff) * rest + 0x00800080;

  even = ((even + ((even >> 8) & 0x00ff00ff)) >> 8) & 0x00ff00ff;
  odd = (odd + ((odd >> 8) & 0x00ff00ff)) & 0xff00ff00;
  return top + (even | odd);
}

static void
put (guint32 *pixels, int width, int height, const Stamp *stamp, int side, int left,
     int top)
{
  for (int y = MAX (stamp->top, -top); y < MIN (stamp->bottom, height - top); y++)
    {
      const guint32 *source = stamp->pixels + (gsize) y * side;
      guint32 *target = pixels + (gsize) (top + y) * width;
      int to = MIN (stamp->to[y], width - left);

      for (int x = MAX (stamp->from[y], -left); x < to; x++)
        target[left + x] = over (source[x], target[left + x]);
    }
}

static State
state_of (const PhenoMapRaster *raster, gsize row)
{
  if (!raster->shown[row])
    return HIDDEN;
  if (raster->selected[row])
    return SELECTED;
  return raster->any_selected ? BACK : PLAIN;
}

/* Faint ones lie lowest, then those without a group, then the others, then the selected.
 */
static int
layer_of (State state, int group)
{
  return state == HIDDEN ? 0 : state == SELECTED ? 3 : group < 0 ? 1 : 2;
}

static void
draw_layer (const PhenoMapRaster *raster, Stamps *stamps, guint32 *pixels, int width,
            int height, int layer)
{
  int side = stamps->side;

  for (gsize i = 0; i < raster->n; i++)
    {
      /* Far apart from the last one: groups that come one after the other in the table
       * would otherwise cover one another. */
      gsize row = raster->n % STRIDE != 0 ? i * STRIDE % raster->n : i;
      const float *point = raster->points + 2 * row;
      int group = raster->group != NULL ? raster->group[row] : -1;
      State state = state_of (raster, row);
      double x, y;

      if (layer_of (state, group) != layer || (state == HIDDEN && !raster->faint)
          || (raster->pictured != NULL && raster->pictured[row]) || !isfinite (point[0])
          || !isfinite (point[1]))
        continue;
      x = raster->left + point[0] * raster->scale - side / 2.0;
      y = raster->top - point[1] * raster->scale - side / 2.0;
      if (x <= -side || y <= -side || x >= width || y >= height)
        continue;
      put (pixels, width, height, stamp_for (stamps, raster, group, state), side,
           (int) floor (x + 0.5), (int) floor (y + 0.5));
    }
}

GdkTexture *
pheno_map_raster_draw (const PhenoMapRaster *raster, int width, int height)
{
  gsize length = (gsize) width * height * 4;
  guint32 *pixels = g_malloc0 (length);
  g_autoptr (GBytes) bytes = NULL;
  Stamps stamps = { .side = 2 * (int) ceil (raster->radius * 1.75 + RING) + 2 };

  stamps.stamp = g_new0 (Stamp, (gsize) (raster->n_groups + 1) * N_STATES);
  for (int layer = 0; layer < 4; layer++)
    draw_layer (raster, &stamps, pixels, width, height, layer);
  stamps_clear (&stamps, raster->n_groups);

  bytes = g_bytes_new_take (pixels, length);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes,
                                 (gsize) width * 4);
}
