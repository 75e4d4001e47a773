/* tokens.c - the places of a blocked map as tokens, and back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/cpu/cpu.h"

#include <string.h>

typedef struct
{
  const pk_tensor *map;
  float *tokens;
  bool back;
} token_pass;

static float
number_at (const pk_tensor *map, int64_t at)
{
  uint32_t word;
  float value;

  if (map->format.type == PK_FLOAT32)
    return ((const float *) map->data)[at];
  word = (uint32_t) ((const uint16_t *) map->data)[at] << 16;
  memcpy (&value, &word, sizeof value);
  return value;
}

/* Rounded to the nearest, to even where two are as near; NAN stays one. */
static void
set_number (const pk_tensor *map, int64_t at, float value)
{
  uint32_t word;

  if (map->format.type == PK_FLOAT32)
    {
      ((float *) map->data)[at] = value;
      return;
    }
  memcpy (&word, &value, sizeof word);
  word = value != value ? word | 0x400000 : word + 0x7FFF + (word >> 16 & 1);
  ((uint16_t *) map->data)[at] = (uint16_t) (word >> 16);
}

static void
image_cb (int n, void *user_data)
{
  token_pass *p = user_data;
  const int64_t *size = p->map->shape.size;
  int64_t pixels = size[2] * size[3], channels = size[1];
  int64_t block = p->map->format.block > 0 ? p->map->format.block : 1;

  for (int64_t i = 0; i < pixels; i++)
    for (int64_t c = 0; c < channels; c++)
      {
        int64_t at
            = n * channels * pixels + c / block * block * pixels + i * block + c % block;
        float *token = p->tokens + (n * pixels + i) * channels + c;

        if (p->back)
          set_number (p->map, at, *token);
        else
          *token = number_at (p->map, at);
      }
}

pk_status
pk_cpu_tokens_forward (pk_step *step)
{
  token_pass p = { step->input, (float *) step->output->data, false };

  pk_parallel (step->device->threads, (int) step->input->shape.size[0], image_cb, &p);
  return PK_OK;
}

pk_status
pk_cpu_tokens_backward (pk_step *step)
{
  token_pass p = { step->input_gradient, (float *) step->gradient[0]->data, true };

  if (step->input_gradient != NULL)
    pk_parallel (step->device->threads, (int) step->input->shape.size[0], image_cb, &p);
  return PK_OK;
}
