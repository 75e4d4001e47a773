/* winograd-weight-gradient.c - the gradient of 3 x 3 weights with a quarter of the
 * products
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * At each of the 36 places one matrix product sums over all tiles,
 *
 *     sums (O, I) = g (tiles, O)^T x (tiles, I)
 *
 * and the nine weights come from their 36 sums. Tiles are taken a group at a time, and,
 * where the sums of all outputs would be too large, outputs a part at a time. Sums run in
 * the order of the tiles whatever the number of threads.
 */
#include "kernels/cpu/winograd.h"

#include "kernels/cpu/parallel.h"

#define PLACES PK_WINOGRAD_PLACES
#define PAD 16

/* Bytes of sums, and of tiles of both tensors: with both, the third-level cache of a
 * small machine is not passed. */
#define MOST_SUMS ((size_t) 9 << 20)
#define MOST_TILES ((size_t) 9 << 20)

/* Tiles that are summed in one go: two vectors of x and one of g stay in the first-level
 * cache. */
#define TILES_AT_ONCE 128

static int
outputs_in (const pk_winograd_gradient *w, int first)
{
  int left = w->shape.out_channels - first;

  return left < w->outputs ? left : w->outputs;
}

static int
tiles_in (const pk_winograd_gradient *w, int group)
{
  int left = w->tiles - group * w->group;

  return left < w->group ? left : w->group;
}

void
pk_winograd_gradient_plan (pk_winograd_gradient *w, const pk_winograd_passes *passes,
                           const pk_winograd_shape *shape, int threads)
{
  size_t in = (size_t) shape->in_channels, width = (size_t) passes->width, outputs, tiles;
  size_t each = PLACES * sizeof (float);

  *w = (pk_winograd_gradient){
    .passes = passes,
    .shape = *shape,
    .threads = threads > 1 ? threads : 1,
    .tiles_y = (shape->out_height + PK_WINOGRAD_TILE - 1) / PK_WINOGRAD_TILE,
    .tiles_x = (shape->out_width + PK_WINOGRAD_TILE - 1) / PK_WINOGRAD_TILE,
  };
  w->tiles = shape->images * w->tiles_y * w->tiles_x;

  outputs = MOST_SUMS / (in * each) / width * width;
  if (outputs < width)
    outputs = width;
  w->outputs
      = outputs < (size_t) shape->out_channels ? (int) outputs : shape->out_channels;
  tiles = MOST_TILES / ((in + (size_t) w->outputs) * each);
  if (tiles < TILES_AT_ONCE)
    tiles = TILES_AT_ONCE;
  w->groups = (int) (((size_t) w->tiles + tiles - 1) / tiles);
  w->group = (w->tiles + w->groups - 1) / w->groups;
  w->group = (w->group + passes->rows - 1) / passes->rows * passes->rows;
  w->groups = (w->tiles + w->group - 1) / w->group;
  w->x_stride = (size_t) w->group * in + PAD;
  w->g_stride = (size_t) w->group * (size_t) w->outputs + PAD;
  w->sum_stride = in * (size_t) w->outputs + PAD;
}

size_t
pk_winograd_gradient_scratch (const pk_winograd_gradient *w)
{
  return PLACES * (w->x_stride + w->g_stride + w->sum_stride) * sizeof (float);
}

typedef struct
{
  const pk_winograd_gradient *gradient;
  pk_winograd_picture in, out;
  const char *x, *g;
  float *x_places, *g_places, *sums;
  float *weights;
  bool add;
  int group, first; /* output */
  int parts;        /* of the outputs */
} gradient_pass;

static void
places_cb (int item, void *user_data)
{
  gradient_pass *pass = user_data;
  const pk_winograd_gradient *w = pass->gradient;
  int width = w->passes->width, in = w->shape.in_channels / width;
  size_t size = w->shape.type == PK_BFLOAT16 ? 2 : 4;
  size_t each = (size_t) w->group * (size_t) width;
  int first = pass->group * w->group, count = tiles_in (w, pass->group);

  if (item < in)
    w->passes->gather (&pass->in,
                       pass->x + pk_winograd_channel (&pass->in, item * width) * size,
                       first, count, pass->x_places + (size_t) item * each, w->x_stride);
  else
    w->passes->spread (
        &pass->out,
        pass->g
            + pk_winograd_channel (&pass->out, pass->first + (item - in) * width) * size,
        first, count, pass->g_places + (size_t) (item - in) * each, w->g_stride);
}

/* One place, and a part of the outputs. */
static void
sums_cb (int item, void *user_data)
{
  gradient_pass *pass = user_data;
  const pk_winograd_gradient *w = pass->gradient;
  size_t f = (size_t) (item / pass->parts);
  int part = item % pass->parts, width = w->passes->width;
  int vectors = outputs_in (w, pass->first) / width, in = w->shape.in_channels;
  int from = vectors * part / pass->parts, to = vectors * (part + 1) / pass->parts;
  size_t each = (size_t) w->group * (size_t) width;
  int count = tiles_in (w, pass->group);

  for (int t = 0; t < count; t += TILES_AT_ONCE)
    for (int k = from; k < to; k++)
      w->passes->gradient_product (
          pass->g_places + f * w->g_stride + (size_t) k * each + (size_t) (t * width),
          pass->x_places + f * w->x_stride + (size_t) (t * width), each, in / width,
          count - t < TILES_AT_ONCE ? count - t : TILES_AT_ONCE, pass->group > 0 || t > 0,
          pass->sums + f * w->sum_stride + (size_t) (k * width) * (size_t) in,
          (size_t) in);
}

static void
weights_cb (int output, void *user_data)
{
  gradient_pass *pass = user_data;
  const pk_winograd_gradient *w = pass->gradient;
  size_t in = (size_t) w->shape.in_channels;

  w->passes->weights (pass->sums + (size_t) output * in, w->sum_stride, (int) in,
                      pass->add,
                      pass->weights + (size_t) (pass->first + output) * in * 9);
}

void
pk_winograd_gradient_run (const pk_winograd_gradient *w, const void *x, const void *g,
                          float *weights, bool add, void *scratch)
{
  gradient_pass pass
      = { .gradient = w,
          .in = pk_winograd_picture_of (&w->shape, w->tiles_y, w->tiles_x, false),
          .out = pk_winograd_picture_of (&w->shape, w->tiles_y, w->tiles_x, true),
          .x = x,
          .g = g,
          .x_places = scratch,
          .weights = weights,
          .add = add };
  int width = w->passes->width;

  pass.g_places = pass.x_places + PLACES * w->x_stride;
  pass.sums = pass.g_places + PLACES * w->g_stride;
  for (; pass.first < w->shape.out_channels; pass.first += w->outputs)
    {
      int outputs = outputs_in (w, pass.first);

      pass.parts = w->threads < outputs / width ? w->threads : outputs / width;
      for (pass.group = 0; pass.group < w->groups; pass.group++)
        {
          pk_parallel (w->threads, (w->shape.in_channels + outputs) / width, places_cb,
                       &pass);
          pk_parallel (w->threads, PLACES * pass.parts, sums_cb, &pass);
        }
      pk_parallel (w->threads, outputs, weights_cb, &pass);
    }
}
