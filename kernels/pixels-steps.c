/* pixels-steps.c - what colour steps do to one band of a block of pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/body/noise.h"
#include "kernels/body/photometric.h"
#include "kernels/pixels-variant.h"
#include "kernels/random.h"

/* A normal number for each pixel of the block. Four come from one counter; they are put a
 * quarter of the block apart, so that lanes hold what different counters give. */
static void
find_normals (const pk_noise *noise, const pk_block *block, float *restrict normal)
{
  int quarter = (block->count + 3) / 4;
  uint32_t start
      = (uint32_t) ((size_t) block->band * ((block->pixels + 3) / 4) + block->at / 4);
  uint32_t word[4][PK_BLOCK / 4];

  for (int i = 0; i < quarter; i++)
    {
      pk_random4 counter
          = { { noise->image, noise->view, noise->epoch, start + (uint32_t) i } };
      pk_random4 random = pk_philox (counter, noise->key);

      for (int k = 0; k < 4; k++)
        word[k][i] = random.word[k];
    }
  for (int k = 0; k < 4; k += 2)
    for (int i = 0; i < quarter; i++)
      pk_normal_pair (word[k][i], word[k + 1][i], &normal[k * quarter + i],
                      &normal[(k + 1) * quarter + i]);
}

static void
add_noise (const pk_block *block, const pk_colour_step *step)
{
  float factor = step->factor, other = step->other;
  float normal[PK_BLOCK + 4];
  float *restrict x = block->x;

  find_normals (&step->noise, block, normal);
  if (step->kind == PK_COLOUR_NOISE)
    for (int i = 0; i < block->count; i++)
      x[i] = x[i] + (other + factor * normal[i]);
  else
    for (int i = 0; i < block->count; i++)
      x[i] = pk_sensor (x[i], factor, other, normal[i]);
}

static void
put_behind (const pk_block *block, const pk_colour_step *step)
{
  const float *restrict share = step->plane + block->at;
  float behind = step->scale[block->band], factor = step->factor;
  float normal[PK_BLOCK + 4];
  float *restrict x = block->x;

  if (factor > 0.0f)
    {
      find_normals (&step->noise, block, normal);
      for (int i = 0; i < block->count; i++)
        x[i] = pk_over (x[i], pk_unit (behind + factor * normal[i]), share[i]);
    }
  else
    for (int i = 0; i < block->count; i++)
      x[i] = pk_over (x[i], behind, share[i]);
}

/* Steps that blend with what the bands of a group, or the primaries, have in common. */
static void
with_others (const pk_block *block, const pk_colour_step *step)
{
  const pk_bands *bands = block->bands;
  int group = bands->group[block->band];
  float *restrict x = block->x, factor = step->factor;

  if (step->kind == PK_COLOUR_HUE)
    {
      const float *restrict a = block->grey, *restrict b = a + block->grey_stride,
                            *restrict c = b + block->grey_stride;
      const float *share = bands->share != NULL ? bands->share[block->band] : NULL;

      if (share != NULL && (share[0] != 0 || share[1] != 0 || share[2] != 0))
        for (int i = 0; i < block->count; i++)
          x[i] = pk_unit (x[i] + (share[0] * a[i] + share[1] * b[i] + share[2] * c[i]));
    }
  else if (group == PK_NO_GROUP)
    return;
  else if (step->kind == PK_COLOUR_CONTRAST)
    for (int i = 0; i < block->count; i++)
      x[i] = pk_blend (x[i], step->mean[group], factor);
  else
    {
      const float *restrict grey = block->grey + (size_t) group * block->grey_stride;

      if (step->kind == PK_COLOUR_GREY)
        memcpy (x, grey, (size_t) block->count * sizeof (float));
      else
        for (int i = 0; i < block->count; i++)
          x[i] = pk_blend (x[i], grey[i], factor);
    }
}

/* Steps that need nothing but the value. */
static void
alone (float *restrict x, int count, const pk_colour_step *step)
{
  float factor = step->factor, other = step->other;

  switch (step->kind)
    {
    case PK_COLOUR_CLAMP:
      for (int i = 0; i < count; i++)
        x[i] = pk_unit (x[i]);
      break;
    case PK_COLOUR_BRIGHTNESS:
      for (int i = 0; i < count; i++)
        x[i] = pk_unit (x[i] * factor);
      break;
    case PK_COLOUR_GAMMA:
      for (int i = 0; i < count; i++)
        x[i] = pk_gamma (x[i], factor, other);
      break;
    case PK_COLOUR_POSTERISE:
      for (int i = 0; i < count; i++)
        x[i] = pk_posterise (x[i], factor);
      break;
    case PK_COLOUR_SOLARISE:
      for (int i = 0; i < count; i++)
        x[i] = pk_solarise (x[i], factor, other);
      break;
    default:
      break;
    }
}

static void
with_table (const pk_block *block, const pk_colour_step *step)
{
  float *restrict x = block->x;

  if (step->kind == PK_COLOUR_SCALE)
    {
      float scale = step->scale[block->band], shift = step->shift[block->band];

      for (int i = 0; i < block->count; i++)
        x[i] = x[i] * scale + shift;
    }
  else if (step->kind == PK_COLOUR_TIMES)
    {
      const float *restrict plane = step->plane + block->at;

      for (int i = 0; i < block->count; i++)
        x[i] = x[i] * plane[i];
    }
  else if (step->scale[block->band] != 0.0f)
    for (int i = 0; i < block->count; i++)
      x[i] = step->factor;
}

/* A band of no group, a mask, is no light: it is left out of what changes light. */
static int
is_light (const pk_block *block, pk_colour_kind kind)
{
  return block->bands->group[block->band] != PK_NO_GROUP || kind == PK_COLOUR_SCALE
         || kind == PK_COLOUR_SET;
}

void
PK_NAMED (pk_block_steps) (const pk_block *block, const pk_colour_step *steps,
                           int n_steps)
{
  for (int s = 0; s < n_steps; s++)
    {
      const pk_colour_step *step = &steps[s];

      if (!is_light (block, step->kind))
        continue;
      switch (step->kind)
        {
        case PK_COLOUR_CONTRAST:
        case PK_COLOUR_SATURATION:
        case PK_COLOUR_HUE:
        case PK_COLOUR_GREY:
          with_others (block, step);
          break;
        case PK_COLOUR_SCALE:
        case PK_COLOUR_TIMES:
        case PK_COLOUR_SET:
          with_table (block, step);
          break;
        case PK_COLOUR_NOISE:
        case PK_COLOUR_SENSOR:
          add_noise (block, step);
          break;
        case PK_COLOUR_BEHIND:
          put_behind (block, step);
          break;
        default:
          alone (block->x, block->count, step);
        }
    }
}
