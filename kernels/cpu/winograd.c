/* winograd.c - convolutions of 3 x 3 with a quarter of the products
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * In early layers tiles are many and kernels small: all kernels are transformed first,
 * then each thread takes a group of tiles through all steps. In late layers kernels are
 * large, 38 MB for 512 channels: all tiles are transformed first, then each thread takes
 * the kernels of two vectors of outputs through all steps, and forgets them.
 */
#include "kernels/cpu/winograd.h"

#include <stdatomic.h>

#include "kernels/cpu/parallel.h"

#define PLACES PK_WINOGRAD_PLACES

/* Matrices of neighbouring places must not fall on the same lines of the first-level
 * cache. */
#define PAD 16

/* Measured for 64 to 512 channels with a second-level cache of 1 MiB. */
#define TILES_IN_GROUP 48

#define ALIGNED(bytes) (((bytes) + 63) / 64 * 64)

pk_winograd_picture
pk_winograd_picture_of (const pk_winograd_shape *s, int tiles_y, int tiles_x, bool out)
{
  pk_winograd_picture picture = { .type = s->type,
                                  .block = out ? s->out_block : s->in_block,
                                  .height = out ? s->out_height : s->height,
                                  .width = out ? s->out_width : s->width,
                                  .border = out ? 0 : s->padding,
                                  .tiles_y = tiles_y,
                                  .tiles_x = tiles_x };

  picture.image = (size_t) (out ? s->out_channels : s->in_channels)
                  * (size_t) picture.height * (size_t) picture.width;
  return picture;
}

size_t
pk_winograd_channel (const pk_winograd_picture *p, int channel)
{
  return (size_t) (channel / p->block * p->block) * (size_t) p->height * (size_t) p->width
         + (size_t) (channel % p->block);
}

static int
up_to (int count, int step)
{
  return (count + step - 1) / step * step;
}

static int
panels_of (const pk_winograd *w) /* of two vectors of outputs */
{
  return (w->shape.out_channels / w->passes->width + 1) / 2;
}

static size_t
tile_stride (const pk_winograd *w)
{
  return (size_t) w->group * (size_t) w->shape.in_channels + PAD;
}

static size_t
kernel_stride (const pk_winograd *w)
{
  return (size_t) w->shape.in_channels * 2 * (size_t) w->passes->width + PAD;
}

static size_t
result_stride (const pk_winograd *w)
{
  return (size_t) w->group * 2 * (size_t) w->passes->width + PAD;
}

void
pk_winograd_plan (pk_winograd *w, const pk_winograd_passes *passes,
                  const pk_winograd_shape *shape, bool turned, int threads)
{
  *w = (pk_winograd){
    .passes = passes,
    .shape = *shape,
    .threads = threads > 1 ? threads : 1,
    .tiles_y = (shape->out_height + PK_WINOGRAD_TILE - 1) / PK_WINOGRAD_TILE,
    .tiles_x = (shape->out_width + PK_WINOGRAD_TILE - 1) / PK_WINOGRAD_TILE,
    .turned = turned,
  };
  w->tiles = shape->images * w->tiles_y * w->tiles_x;
  w->groups = (w->tiles + TILES_IN_GROUP - 1) / TILES_IN_GROUP;
  w->group = up_to ((w->tiles + w->groups - 1) / w->groups, passes->rows);
  w->groups = (w->tiles + w->group - 1) / w->group;
  w->tile_floats = PLACES * tile_stride (w);
  w->kernel_floats = PLACES * kernel_stride (w);
  w->result_floats = PLACES * result_stride (w);
  w->by_kernels
      = (size_t) panels_of (w) * w->kernel_floats > (size_t) w->groups * w->tile_floats;
}

/* Shared memory, then each thread's own. */
static size_t
shared_floats (const pk_winograd *w)
{
  return w->by_kernels ? (size_t) w->groups * w->tile_floats
                       : (size_t) panels_of (w) * w->kernel_floats;
}

static size_t
own_floats (const pk_winograd *w)
{
  return (w->by_kernels ? w->kernel_floats : w->tile_floats) + w->result_floats;
}

size_t
pk_winograd_scratch (const pk_winograd *w)
{
  return (shared_floats (w) + (size_t) w->threads * own_floats (w)) * sizeof (float);
}

typedef struct
{
  const pk_winograd *winograd;
  pk_winograd_picture in, out;
  const char *x;
  char *y;
  const float *weights;
  const pk_winograd_ending *ending;
  float *shared, *own;
  atomic_int next;
} run_pass;

static int
tiles_in (const pk_winograd *w, int group)
{
  int left = w->tiles - group * w->group;

  return left < w->group ? left : w->group;
}

/* A vector of channels of a group to its places. */
static void
gather (const run_pass *run, int group, int vector, float *tiles)
{
  const pk_winograd *w = run->winograd;
  int width = w->passes->width;
  size_t size = w->shape.type == PK_BFLOAT16 ? 2 : 4;

  w->passes->gather (
      &run->in, run->x + pk_winograd_channel (&run->in, vector * width) * size,
      group * w->group, tiles_in (w, group),
      tiles + (size_t) vector * (size_t) w->group * (size_t) width, tile_stride (w));
}

static int
vectors_of (const pk_winograd *w, int panel)
{
  int left = w->shape.out_channels / w->passes->width - 2 * panel;

  return left < 2 ? left : 2;
}

static void
transform_kernels (const run_pass *run, int panel, float *kernels)
{
  const pk_winograd *w = run->winograd;
  size_t in = (size_t) w->shape.in_channels, out = (size_t) w->shape.out_channels;
  size_t out_step = w->turned ? 9 : 9 * in, in_step = w->turned ? 9 * out : 9;

  w->passes->kernels (run->weights + (size_t) (panel * 2 * w->passes->width) * out_step,
                      out_step, in_step, w->turned, (int) in, vectors_of (w, panel),
                      kernels, kernel_stride (w));
}

/* The outputs of one panel at the tiles of one group. */
static void
multiply (const run_pass *run, int group, int panel, const float *tiles,
          const float *kernels, float *result)
{
  const pk_winograd *w = run->winograd;
  int width = w->passes->width, count = tiles_in (w, group);
  int vectors = vectors_of (w, panel);
  size_t size = w->shape.type == PK_BFLOAT16 ? 2 : 4;

  for (size_t f = 0; f < PLACES; f++)
    w->passes->product (tiles + f * tile_stride (w), (size_t) (w->group * width),
                        up_to (count, w->passes->rows), kernels + f * kernel_stride (w),
                        w->shape.in_channels, vectors, result + f * result_stride (w));

  for (int k = 0; k < vectors; k++)
    {
      int channel = (2 * panel + k) * width;
      size_t at = pk_winograd_channel (&run->out, channel) * size;
      pk_winograd_ending ending = { 0 };

      if (run->ending != NULL)
        {
          ending = *run->ending;
          ending.scale += ending.scale != NULL ? channel : 0;
          ending.bias += ending.bias != NULL ? channel : 0;
          if (ending.skip != NULL)
            ending.skip = (const char *) ending.skip + at;
        }
      w->passes->finish (&run->out, result + k * width, result_stride (w), 2 * width,
                         group * w->group, count, run->ending != NULL ? &ending : NULL,
                         run->y + at);
    }
}

/* ---- Each thread takes groups of tiles ---- */

static void
kernels_cb (int panel, void *user_data)
{
  run_pass *run = user_data;

  transform_kernels (run, panel,
                     run->shared + (size_t) panel * run->winograd->kernel_floats);
}

static void
groups_cb (int worker, void *user_data)
{
  run_pass *run = user_data;
  const pk_winograd *w = run->winograd;
  float *tiles = run->own + (size_t) worker * own_floats (w);
  float *result = tiles + w->tile_floats;

  for (int group = atomic_fetch_add (&run->next, 1); group < w->groups;
       group = atomic_fetch_add (&run->next, 1))
    {
      for (int vector = 0; vector < w->shape.in_channels / w->passes->width; vector++)
        gather (run, group, vector, tiles);
      for (int panel = 0; panel < panels_of (w); panel++)
        multiply (run, group, panel, tiles,
                  run->shared + (size_t) panel * w->kernel_floats, result);
    }
}

/* ---- Each thread takes panels of kernels ---- */

static void
tiles_cb (int item, void *user_data)
{
  run_pass *run = user_data;
  int group = item % run->winograd->groups;

  gather (run, group, item / run->winograd->groups,
          run->shared + (size_t) group * run->winograd->tile_floats);
}

static void
panels_cb (int worker, void *user_data)
{
  run_pass *run = user_data;
  const pk_winograd *w = run->winograd;
  float *kernels = run->own + (size_t) worker * own_floats (w);
  float *result = kernels + w->kernel_floats;

  for (int panel = atomic_fetch_add (&run->next, 1); panel < panels_of (w);
       panel = atomic_fetch_add (&run->next, 1))
    {
      transform_kernels (run, panel, kernels);
      for (int group = 0; group < w->groups; group++)
        multiply (run, group, panel, run->shared + (size_t) group * w->tile_floats,
                  kernels, result);
    }
}

void
pk_winograd_run (const pk_winograd *w, const void *x, const float *weights,
                 const pk_winograd_ending *ending, void *y, void *scratch)
{
  run_pass run
      = { .winograd = w,
          .in = pk_winograd_picture_of (&w->shape, w->tiles_y, w->tiles_x, false),
          .out = pk_winograd_picture_of (&w->shape, w->tiles_y, w->tiles_x, true),
          .x = x,
          .y = y,
          .weights = weights,
          .ending = ending,
          .shared = scratch };

  run.own = run.shared + shared_floats (w);
  if (w->by_kernels)
    {
      pk_parallel (w->threads, w->groups * (w->shape.in_channels / w->passes->width),
                   tiles_cb, &run);
      pk_parallel (w->threads, w->threads, panels_cb, &run);
    }
  else
    {
      pk_parallel (w->threads, panels_of (w), kernels_cb, &run);
      pk_parallel (w->threads, w->threads, groups_cb, &run);
    }
}
