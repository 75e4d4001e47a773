/* cpu.c - the table of the CPU back-end, its memory and its formats
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Channels stand in blocks: of 16 with AVX-512, of 8 below, and all together (NHWC) for
 * bfloat16 on AMX, which oneDNN serves in that format only.
 */
#include "kernels/cpu/cpu.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "kernels/body/optimiser.h"
#include "kernels/reference/reference.h"
#include "kernels/status.h"

static int
cpu_count (void)
{
  return 1;
}

/* The processor's own name, where the system tells it. */
static void
processor_name (char *name, size_t size)
{
  FILE *file = fopen ("/proc/cpuinfo", "r");
  char line[256];

  snprintf (name, size, "processor");
  while (file != NULL && fgets (line, sizeof line, file) != NULL)
    {
      const char *colon = strchr (line, ':');

      if (strncmp (line, "model name", 10) != 0 || colon == NULL)
        continue;
      line[strcspn (line, "\n")] = '\0';
      snprintf (name, size, "%s", colon + 2);
      break;
    }
  if (file != NULL)
    fclose (file);
}

static uint64_t
memory_bytes (void)
{
  FILE *file = fopen ("/proc/meminfo", "r");
  unsigned long long kibibytes = 0;

  if (file != NULL)
    {
      if (fscanf (file, "MemTotal: %llu", &kibibytes) != 1)
        kibibytes = 0;
      fclose (file);
    }
  return (uint64_t) kibibytes * 1024;
}

static pk_status
cpu_describe (int index, pk_device_info *info)
{
  (void) index;
  snprintf (info->name, sizeof info->name, "cpu");
  processor_name (info->description, sizeof info->description);
  snprintf (info->instructions, sizeof info->instructions, "%s",
            pk_onednn_instructions ());
  snprintf (info->library, sizeof info->library, "%s", pk_onednn_version ());
  info->threads = pk_parallel_cores ();
  info->memory = memory_bytes ();
  info->bfloat16 = pk_onednn_has_bfloat16 ();
  /* Twice the products a cycle with AVX-512, more with AMX, and half the memory: measured
   * against float32 with Winograd in docs/benchmarks.md. */
  info->bfloat16_is_faster = info->bfloat16;
  return PK_OK;
}

static pk_status
cpu_open (pk_device *device)
{
  static const pk_passes *const variants[PK_ISA_COUNT] = {
    [PK_ISA_GENERIC] = &pk_passes_generic,
#ifdef PK_HAVE_VARIANTS
    [PK_ISA_V3] = &pk_passes_v3,
    [PK_ISA_V4] = &pk_passes_v4,
#endif
  };
  static const pk_rows *const rows[PK_ISA_COUNT] = {
    [PK_ISA_GENERIC] = &pk_rows_generic,
#ifdef PK_HAVE_VARIANTS
    [PK_ISA_V3] = &pk_rows_v3,
    [PK_ISA_V4] = &pk_rows_v4,
#endif
  };
  pk_cpu *cpu = calloc (1, sizeof *cpu);
  pk_status status;

  if (cpu == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory to open the processor");
  if ((status = pk_onednn_open (&cpu->onednn)) != PK_OK)
    {
      free (cpu);
      return status;
    }

  cpu->passes = variants[pk_isa_detect ()];
  cpu->rows = rows[pk_isa_detect ()];
#ifdef PK_HAVE_AVX512_BFLOAT16
  if (pk_onednn_has_bfloat16 ())
    cpu->passes = &pk_passes_bfloat16;
#endif
  device->state = cpu;
  return PK_OK;
}

static void
cpu_close (pk_device *device)
{
  pk_cpu *cpu = device->state;

  pk_onednn_close (cpu->onednn);
  free (cpu);
}

/* Large blocks come from the system directly: they are zero without being touched, and in
 * large pages, which halves the time that a first pass takes. */
#define LARGE_BLOCK ((size_t) 4 << 20)

static void *
cpu_allocate (pk_device *device, size_t bytes)
{
  void *memory;

  (void) device;
  if (bytes < LARGE_BLOCK)
    {
      memory = aligned_alloc (PK_MEMORY_ALIGNMENT, (bytes + PK_MEMORY_ALIGNMENT)
                                                       / PK_MEMORY_ALIGNMENT
                                                       * PK_MEMORY_ALIGNMENT);
      return memory != NULL ? memset (memory, 0, bytes) : NULL;
    }

  memory = mmap (NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return NULL;
  madvise (memory, bytes, MADV_HUGEPAGE);
  return memory;
}

static void
cpu_release (pk_device *device, void *memory, size_t bytes)
{
  (void) device;
  if (memory == NULL)
    return;
  if (bytes < LARGE_BLOCK)
    free (memory);
  else
    munmap (memory, bytes);
}

static void
cpu_copy (pk_device *device, void *to, const void *from, size_t bytes)
{
  (void) device;
  memcpy (to, from, bytes);
}

static void
cpu_clear (pk_device *device, void *memory, size_t bytes)
{
  (void) device;
  memset (memory, 0, bytes);
}

static pk_format
cpu_format (const pk_device *device, pk_shape shape, pk_precision precision)
{
  int block = pk_onednn_has_avx512 () ? 16 : 8;

  (void) device;
  if (shape.rank != 4 || shape.size[1] % block != 0)
    return (pk_format){ PK_FLOAT32, 0 };
  if (precision == PK_BFLOAT16 && pk_onednn_has_amx ())
    block = (int) shape.size[1];
  return (pk_format){ precision, block };
}

static pk_status
cpu_unpack (pk_device *device, const pk_tensor *tensor, float *values)
{
  const int64_t *size = tensor->shape.size;
  int64_t pixels, block = tensor->format.block;
  int64_t at = 0;

  (void) device;
  if (block == 0)
    {
      memcpy (values, tensor->data, tensor->bytes);
      return PK_OK;
    }

  pixels = size[2] * size[3];
  for (int64_t outer = 0; outer < size[0] * size[1] / block; outer++)
    for (int64_t p = 0; p < pixels; p++)
      for (int64_t c = 0; c < block; c++, at++)
        {
          float *value = &values[(outer * block + c) * pixels + p];

          if (tensor->format.type == PK_FLOAT32)
            *value = ((const float *) tensor->data)[at];
          else
            {
              uint32_t word = (uint32_t) ((const uint16_t *) tensor->data)[at] << 16;

              memcpy (value, &word, sizeof word);
            }
        }

  return PK_OK;
}

pk_tiling
pk_cpu_tiling (const pk_device *device, const pk_tensor *tensor)
{
  const int64_t *size = tensor->shape.size;
  const pk_passes *passes = pk_cpu_of (device)->passes;
  pk_tiling tiling = { .batch = (int) size[0], .channels = (int) size[1] };
  int block = tensor->format.block;

  tiling.passes = block % 16 == 0 ? &passes->wide : &passes->narrow;
  tiling.tile.type = tensor->format.type;
  tiling.tile.block = block;
  tiling.tile.pixels = (int) (size[2] * size[3]);
  tiling.tile.tiles = block % (4 * tiling.passes->width) == 0 ? 4 : 1;
  tiling.tile_channels = tiling.tile.tiles * tiling.passes->width;
  tiling.tiles = tiling.channels / tiling.tile_channels;
  return tiling;
}

void *
pk_cpu_tile_at (const pk_tiling *tiling, const pk_tensor *tensor, int image, int tile)
{
  size_t block = (size_t) tensor->format.block;
  size_t pixels = (size_t) (tensor->shape.size[2] * tensor->shape.size[3]);
  size_t channel = (size_t) (tile * tiling->tile_channels);
  size_t sample
      = ((size_t) image * (size_t) tiling->channels + channel / block * block) * pixels
        + channel % block;

  return tensor->data + sample * (tensor->format.type == PK_BFLOAT16 ? 2 : 4);
}

/* ---- Optimiser: parameters in blocks on all threads ---- */

#define UPDATE_BLOCK 65536

typedef struct
{
  const pk_passes *passes;
  const pk_optimiser *optimiser;
  float *value, *state0, *state1;
  const float *gradient;
  int64_t count, step;
  float weight_decay, learning_rate, gradient_scale;
} update_pass;

static void
update_cb (int item, void *user_data)
{
  update_pass *u = user_data;
  int64_t from = (int64_t) item * UPDATE_BLOCK;
  int64_t count = u->count - from < UPDATE_BLOCK ? u->count - from : UPDATE_BLOCK;

  u->passes->update (u->optimiser, u->value + from, u->gradient + from, u->state0 + from,
                     u->state1 != NULL ? u->state1 + from : NULL, count, u->weight_decay,
                     u->learning_rate, u->gradient_scale, u->step);
}

double
pk_cpu_sum_of_squares (pk_device *device, const float *values, int64_t count)
{
  return pk_cpu_of (device)->passes->sum_of_squares (values, count);
}

void
pk_cpu_update (pk_device *device, const pk_optimiser *optimiser, float *value,
               const float *gradient, float *state0, float *state1, int64_t count,
               bool decay, float learning_rate, float gradient_scale, int64_t step)
{
  update_pass u = { pk_cpu_of (device)->passes,
                    optimiser,
                    value,
                    state0,
                    state1,
                    gradient,
                    count,
                    step,
                    decay ? optimiser->weight_decay : 0,
                    learning_rate,
                    gradient_scale };

  if (optimiser->kind == PK_LARS && decay)
    u.learning_rate *= pk_lars_rate (
        sqrt (pk_cpu_sum_of_squares (device, value, count)),
        (double) gradient_scale * sqrt (pk_cpu_sum_of_squares (device, gradient, count)),
        u.weight_decay, optimiser->trust);
  pk_parallel (device->threads, (int) ((count + UPDATE_BLOCK - 1) / UPDATE_BLOCK),
               update_cb, &u);
}

const pk_backend pk_cpu_backend = {
  .version = PK_BACKEND_VERSION,
  .name = "cpu",
  .count = cpu_count,
  .describe = cpu_describe,
  .open = cpu_open,
  .close = cpu_close,
  .host_memory = true,
  .allocate = cpu_allocate,
  .release = cpu_release,
  .upload = cpu_copy,
  .download = cpu_copy,
  .clear = cpu_clear,
  .format = cpu_format,
  .unpack = cpu_unpack,
  .sum = pk_cpu_sum,
  .sum_of_squares = pk_cpu_sum_of_squares,
  .update = pk_cpu_update,
  .fuses_inference = true,
  .operations = {
    [PK_STEP_CONV2D] = {
      .prepare = pk_cpu_conv2d_prepare,
      .forward = pk_cpu_conv2d_forward,
      .backward = pk_cpu_conv2d_backward,
      .release = pk_cpu_conv2d_release,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_NORM] = {
      .prepare = pk_cpu_norm_prepare,
      .forward = pk_cpu_norm_forward,
      .backward = pk_cpu_norm_backward,
      .again = pk_cpu_norm_again,
      .backward_reads_input = true,
      .gradient_parts = 2,
    },
    [PK_STEP_RELU] = {
      .forward = pk_cpu_relu_forward,
      .backward = pk_cpu_relu_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_ADD] = {
      .forward = pk_cpu_add_forward,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_MAX_POOL] = {
      .prepare = pk_cpu_max_pool_prepare,
      .forward = pk_cpu_max_pool_forward,
      .backward = pk_cpu_max_pool_backward,
      .gradient_parts = 2,
    },
    [PK_STEP_GLOBAL_AVERAGE_POOL] = {
      .forward = pk_cpu_global_average_pool_forward,
      .backward = pk_cpu_global_average_pool_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_LINEAR] = {
      .forward = pk_cpu_linear_forward,
      .backward = pk_cpu_linear_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_L2_NORMALISE] = {
      .prepare = pk_reference_l2_normalise_prepare,
      .forward = pk_reference_l2_normalise_forward,
      .backward = pk_reference_l2_normalise_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_NT_XENT] = {
      .prepare = pk_cpu_nt_xent_prepare,
      .forward = pk_cpu_nt_xent_forward,
      .backward = pk_cpu_nt_xent_backward,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
    [PK_STEP_POINTWISE] = {
      .prepare = pk_cpu_pointwise_prepare,
      .forward = pk_cpu_pointwise_forward,
      .backward = pk_cpu_pointwise_backward,
      .backward_reads_input = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_PLAIN,
    },
    [PK_STEP_SIGMOID] = {
      .forward = pk_cpu_activation_forward,
      .backward = pk_cpu_activation_backward,
      .again = pk_cpu_activation_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_SCALE] = {
      .prepare = pk_cpu_scale_prepare,
      .forward = pk_cpu_scale_forward,
      .backward = pk_cpu_scale_backward,
      .backward_reads_input = true,
      .backward_reads_skip = true,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_RELU6] = {
      .forward = pk_cpu_activation_forward,
      .backward = pk_cpu_activation_backward,
      .again = pk_cpu_activation_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_GELU] = {
      .forward = pk_cpu_activation_forward,
      .backward = pk_cpu_activation_backward,
      .again = pk_cpu_activation_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_LAYER_NORM] = {
      .prepare = pk_cpu_layer_norm_prepare,
      .forward = pk_cpu_layer_norm_forward,
      .backward = pk_cpu_layer_norm_backward,
      .again = pk_cpu_layer_norm_again,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_ATTENTION] = {
      .prepare = pk_cpu_attention_prepare,
      .forward = pk_cpu_attention_forward,
      .backward = pk_cpu_attention_backward,
      .repeatable = true,
      .backward_reads_input = true,
      .backward_reads_skip = true,
      .gradient_parts = 1,
    },
    [PK_STEP_CONCAT] = {
      .forward = pk_reference_concat_forward,
      .backward = pk_reference_concat_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_SLICE] = {
      .forward = pk_reference_slice_forward,
      .backward = pk_reference_slice_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_MIX] = {
      .forward = pk_reference_mix_forward,
      .backward = pk_reference_mix_backward,
      .repeatable = true,
      .gradient_parts = 1,
      .output = PK_OUTPUT_LIKE_INPUT,
    },
    [PK_STEP_MEAN_TOKENS] = {
      .forward = pk_reference_mean_tokens_forward,
      .backward = pk_reference_mean_tokens_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_TOKENS] = {
      .forward = pk_cpu_tokens_forward,
      .backward = pk_cpu_tokens_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_PATCHES] = {
      .prepare = pk_cpu_patches_prepare,
      .forward = pk_cpu_patches_forward,
      .backward = pk_cpu_patches_backward,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
    [PK_STEP_CLASS_TOKEN] = {
      .forward = pk_reference_class_token_forward,
      .backward = pk_reference_class_token_backward,
      .repeatable = true,
      .gradient_parts = 1,
    },
    [PK_STEP_CONTRASTIVE] = {
      .prepare = pk_reference_contrastive_prepare,
      .forward = pk_reference_contrastive_forward,
      .backward = pk_reference_contrastive_backward,
      .backward_reads_input = true,
      .backward_reads_skip = true,
      .gradient_parts = 1,
    },
    [PK_STEP_VICREG] = {
      .prepare = pk_reference_vicreg_prepare,
      .forward = pk_reference_vicreg_forward,
      .backward = pk_reference_vicreg_backward,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
    [PK_STEP_DEPTHWISE] = {
      .prepare = pk_cpu_depthwise_prepare,
      .forward = pk_cpu_depthwise_forward,
      .backward = pk_cpu_depthwise_backward,
      .release = pk_cpu_depthwise_release,
      .repeatable = true,
      .backward_reads_input = true,
      .gradient_parts = 1,
    },
  },
};
