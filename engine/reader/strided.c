/* strided.c - samples at even distances to planes of floats, or interleaved
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where the pixels of a line lie side by side, whole runs are turned at once; elsewhere
 * squares of TILE pixels, which stay in the cache while their bands or lines are
 * gathered. Large parts are shared out among threads by line.
 */
#include "engine/reader/strided.h"

#include <string.h>

#define TILE 32
#define STEP                                                                             \
  16 /* of inner loops of fixed length, which the compiler makes vectors of              \
      */

/* Planes that are written side by side: as many as there are places for in the
 * processor's table of pages, and as are read from one stretch of a BIL line. */
#define BANDS_AT_ONCE 8

/* A thread costs about as much as turning so many samples. */
#define SAMPLES_A_THREAD (1 << 20)

/* IEEE 754 binary16: the exponent is moved by a multiplication, which is right for
 * subnormal numbers, too; infinities and NaN get the largest exponent. */
static inline float
half_to_float (guint16 bits)
{
  guint32 wide = (guint32) (bits & 0x7fff) << 13;
  float value;

  memcpy (&value, &wide, sizeof value);
  value *= 0x1p112f;
  memcpy (&wide, &value, sizeof wide);
  if ((bits & 0x7c00) == 0x7c00)
    wide |= 0x7f800000;
  wide |= (guint32) (bits & 0x8000) << 16;
  memcpy (&value, &wide, sizeof value);

  return value;
}

#define AS_IS(bits) (bits)

/* For each type: what its bits are kept in, how their bytes are turned round, and how
 * they are read. */
#define DEFINE_TYPE(NAME, BITS, SWAP, VALUE)                                             \
  static inline float get_##NAME (const guint8 *from, gboolean swapped)                  \
  {                                                                                      \
    BITS bits;                                                                           \
                                                                                         \
    memcpy (&bits, from, sizeof bits);                                                   \
    if (swapped)                                                                         \
      bits = SWAP (bits);                                                                \
    return VALUE (bits);                                                                 \
  }                                                                                      \
                                                                                         \
  static inline void run_##NAME##_order (const guint8 *restrict from, gsize count,       \
                                         float *restrict to, gboolean swapped)           \
  {                                                                                      \
    for (gsize i = 0; i < count; i++)                                                    \
      to[i] = get_##NAME (from + i * sizeof (BITS), swapped);                            \
  }                                                                                      \
                                                                                         \
  static void run_##NAME (const guint8 *from, gsize count, float *to, gboolean swapped)  \
  {                                                                                      \
    if (swapped)                                                                         \
      run_##NAME##_order (from, count, to, TRUE);                                        \
    else                                                                                 \
      run_##NAME##_order (from, count, to, FALSE);                                       \
  }                                                                                      \
                                                                                         \
  static void gather_##NAME (const guint8 *from, gint64 step, gsize count, float *to,    \
                             gsize to_step, gboolean swapped)                            \
  {                                                                                      \
    for (gsize i = 0; i < count; i++, from += step)                                      \
      to[i * to_step] = get_##NAME (from, swapped);                                      \
  }

static inline float
from_double (guint64 bits)
{
  double value;

  memcpy (&value, &bits, sizeof value);
  return (float) value;
}

static inline float
from_float (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

#define OF_INT8(bits) ((float) (gint8) (bits))
#define OF_INT16(bits) ((float) (gint16) (bits))
#define OF_INT32(bits) ((float) (gint32) (bits))
#define OF_INT64(bits) ((float) (gint64) (bits))
#define OF_UNSIGNED(bits) ((float) (bits))

DEFINE_TYPE (uint8, guint8, AS_IS, OF_UNSIGNED)
DEFINE_TYPE (uint16, guint16, GUINT16_SWAP_LE_BE, OF_UNSIGNED)
DEFINE_TYPE (float32, guint32, GUINT32_SWAP_LE_BE, from_float)
DEFINE_TYPE (int8, guint8, AS_IS, OF_INT8)
DEFINE_TYPE (int16, guint16, GUINT16_SWAP_LE_BE, OF_INT16)
DEFINE_TYPE (uint32, guint32, GUINT32_SWAP_LE_BE, OF_UNSIGNED)
DEFINE_TYPE (int32, guint32, GUINT32_SWAP_LE_BE, OF_INT32)
DEFINE_TYPE (uint64, guint64, GUINT64_SWAP_LE_BE, OF_UNSIGNED)
DEFINE_TYPE (int64, guint64, GUINT64_SWAP_LE_BE, OF_INT64)
DEFINE_TYPE (float16, guint16, GUINT16_SWAP_LE_BE, half_to_float)
DEFINE_TYPE (float64, guint64, GUINT64_SWAP_LE_BE, from_double)

static const struct
{
  void (*run) (const guint8 *from, gsize count, float *to, gboolean swapped);
  void (*gather) (const guint8 *from, gint64 step, gsize count, float *to, gsize to_step,
                  gboolean swapped);
} turners[] = {
#define TURNER(NAME)                                                                     \
  {                                                                                      \
    run_##NAME, gather_##NAME                                                            \
  }
  [PHENO_SAMPLE_UINT8] = TURNER (uint8),     [PHENO_SAMPLE_UINT16] = TURNER (uint16),
  [PHENO_SAMPLE_FLOAT32] = TURNER (float32), [PHENO_SAMPLE_INT8] = TURNER (int8),
  [PHENO_SAMPLE_INT16] = TURNER (int16),     [PHENO_SAMPLE_UINT32] = TURNER (uint32),
  [PHENO_SAMPLE_INT32] = TURNER (int32),     [PHENO_SAMPLE_UINT64] = TURNER (uint64),
  [PHENO_SAMPLE_INT64] = TURNER (int64),     [PHENO_SAMPLE_FLOAT16] = TURNER (float16),
  [PHENO_SAMPLE_FLOAT64] = TURNER (float64),
};

/* ---- Some lines of a part ---- */

typedef struct
{
  const PhenoStrided *strided;
  const PhenoPart *part;
  const PhenoTarget *target;
} Copy;

static const guint8 *
source_of (const Copy *copy, int x, int y, int i)
{
  const PhenoStrided *strided = copy->strided;
  const PhenoPart *part = copy->part;

  return strided->samples + (part->region.y + y) * strided->line
         + (part->region.x + x) * strided->pixel + part->bands[i] * strided->band;
}

static guint8 *
target_of (const Copy *copy, int x, int y, int i)
{
  const PhenoTarget *target = copy->target;

  return (guint8 *) target->first + y * target->line + x * target->pixel
         + (target->bands != NULL ? target->bands[i] : i) * target->band;
}

/* To planes, where the pixels of a line lie side by side in the source as well. */
static void
floats_by_run (const Copy *copy, int first, int end)
{
  const PhenoStrided *strided = copy->strided;
  gsize width = copy->part->region.width;

  for (int block = 0; block < copy->part->n_bands; block += BANDS_AT_ONCE)
    for (int y = first; y < end; y++)
      for (int i = block; i < MIN (block + BANDS_AT_ONCE, copy->part->n_bands); i++)
        turners[strided->type].run (source_of (copy, 0, y, i), width,
                                    (float *) target_of (copy, 0, y, i),
                                    strided->swapped);
}

/* The bands of a pixel lie together: a strip of pixels is read for one band after the
 * other while it is in the cache. */
static void
floats_by_pixel (const Copy *copy, int first, int end)
{
  const PhenoStrided *strided = copy->strided;
  int width = copy->part->region.width;

  for (int y = first; y < end; y++)
    for (int x = 0; x < width; x += TILE)
      for (int i = 0; i < copy->part->n_bands; i++)
        turners[strided->type].gather (
            source_of (copy, x, y, i), strided->pixel, MIN (TILE, width - x),
            (float *) target_of (copy, x, y, i), copy->target->pixel / sizeof (float),
            strided->swapped);
}

/* The lines of a column lie together, as in files of MATLAB. */
static void
floats_by_column (const Copy *copy, int first, int end)
{
  const PhenoStrided *strided = copy->strided;

  for (int i = 0; i < copy->part->n_bands; i++)
    for (int top = first; top < end; top += TILE)
      for (int x = 0; x < copy->part->region.width; x++)
        turners[strided->type].gather (
            source_of (copy, x, top, i), strided->line, MIN (TILE, end - top),
            (float *) target_of (copy, x, top, i), copy->target->line / sizeof (float),
            strided->swapped);
}

/* @size is a constant wherever this is called, so each memcpy is one move. */
static inline void
move_samples (const guint8 *from, gint64 step, gsize count, guint8 *to, gsize to_step,
              gsize size)
{
  for (gsize k = 0; k < count; k++, from += step, to += to_step)
    memcpy (to, from, size);
}

static void
move (const guint8 *from, gint64 step, gsize count, guint8 *to, gsize to_step, gsize size,
      gboolean swapped)
{
  if (step == (gint64) size && to_step == size)
    memcpy (to, from, count * size);
  else if (size == 1)
    move_samples (from, step, count, to, to_step, 1);
  else if (size == 2)
    move_samples (from, step, count, to, to_step, 2);
  else if (size == 4)
    move_samples (from, step, count, to, to_step, 4);
  else
    move_samples (from, step, count, to, to_step, 8);
  if (!swapped)
    return;

  for (gsize k = 0; k < count; k++, to += to_step)
    for (gsize low = 0, high = size - 1; low < high; low++, high--)
      {
        guint8 byte = to[low];

        to[low] = to[high];
        to[high] = byte;
      }
}

static gboolean
bands_follow (const Copy *copy)
{
  const int *from = copy->part->bands, *to = copy->target->bands;

  for (int i = 1; i < copy->part->n_bands; i++)
    if (from[i] != from[i - 1] + 1 || (to != NULL && to[i] != to[i - 1] + 1))
      return FALSE;

  return TRUE;
}

/* Samples as they are. */
static void
move_lines (const Copy *copy, int first, int end)
{
  const PhenoStrided *strided = copy->strided;
  const PhenoTarget *target = copy->target;
  int width = copy->part->region.width, n_bands = copy->part->n_bands;
  gsize size = pheno_sample_size (strided->type), pixel_bytes = n_bands * size;
  gboolean together
      = strided->band == (gint64) size && target->band == size && bands_follow (copy);
  gboolean solid = together && strided->pixel == (gint64) pixel_bytes
                   && target->pixel == pixel_bytes;

  for (int y = first; y < end; y++)
    if (solid)
      move (source_of (copy, 0, y, 0), size, (gsize) width * n_bands,
            target_of (copy, 0, y, 0), size, size, strided->swapped);
    else if (together)
      for (int x = 0; x < width; x++)
        move (source_of (copy, x, y, 0), size, n_bands, target_of (copy, x, y, 0), size,
              size, strided->swapped);
    else
      for (int x = 0; x < width; x += TILE)
        for (int i = 0; i < n_bands; i++)
          move (source_of (copy, x, y, i), strided->pixel, MIN (TILE, width - x),
                target_of (copy, x, y, i), target->pixel, size, strided->swapped);
}

static void
copy_lines (const Copy *copy, int first, int end)
{
  const PhenoStrided *strided = copy->strided;

  if (!copy->target->floats)
    move_lines (copy, first, end);
  else if (strided->pixel == (gint64) pheno_sample_size (strided->type)
           && copy->target->pixel == sizeof (float))
    floats_by_run (copy, first, end);
  else if (strided->line < strided->pixel && strided->line < strided->band)
    floats_by_column (copy, first, end);
  else
    floats_by_pixel (copy, first, end);
}

void
pheno_strided_copy (const PhenoStrided *strided, const PhenoPart *part,
                    const PhenoTarget *target)
{
  Copy copy = { strided, part, target };

  copy_lines (&copy, 0, part->region.height);
}

/* ---- On all threads ---- */

typedef struct
{
  Copy copy;
  int lines_each;
} Job;

static void
copy_cb (gsize index, gpointer user_data)
{
  const Job *job = user_data;
  int first = (int) index * job->lines_each;

  copy_lines (&job->copy, first,
              MIN (first + job->lines_each, job->copy.part->region.height));
}

static void
share_out (const PhenoStrided *strided, const PhenoPart *part, const PhenoTarget *target)
{
  const PhenoRegion *region = &part->region;
  guint64 samples = (guint64) region->width * region->height * part->n_bands;
  guint64 most = MIN ((guint64) region->height, samples / SAMPLES_A_THREAD);
  int threads = (int) CLAMP (most, 1, (guint64) pheno_thread_count (0));
  Job job = { { strided, part, target }, 0 };

  if (threads == 1)
    {
      pheno_strided_copy (strided, part, target);
      return;
    }

  /* Several shares a thread, as others may want the processor, too. */
  job.lines_each = MAX (1, region->height / (4 * threads));
  pheno_for_each_index ((region->height + job.lines_each - 1) / job.lines_each, threads,
                        copy_cb, &job, NULL, NULL, NULL, NULL, NULL);
}

PhenoTarget
pheno_target_planes (const PhenoRegion *region, float *values)
{
  gsize line = region->width * sizeof (float);

  return (PhenoTarget){ .first = values,
                        .pixel = sizeof (float),
                        .line = line,
                        .band = line * region->height,
                        .floats = TRUE };
}

PhenoTarget
pheno_target_interleaved (const PhenoRegion *region, int n_bands, PhenoSampleType type,
                          void *pixels)
{
  gsize size = pheno_sample_size (type);

  return (PhenoTarget){ .first = pixels,
                        .pixel = n_bands * size,
                        .line = region->width * n_bands * size,
                        .band = size };
}

void
pheno_strided_planes (const PhenoStrided *strided, const PhenoPart *part, float *values)
{
  PhenoTarget target = pheno_target_planes (&part->region, values);

  share_out (strided, part, &target);
}

void
pheno_strided_interleave (const PhenoStrided *strided, const PhenoPart *part,
                          void *pixels)
{
  PhenoTarget target
      = pheno_target_interleaved (&part->region, part->n_bands, strided->type, pixels);

  share_out (strided, part, &target);
}
