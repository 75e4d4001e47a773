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
#define STEP 16 /* of inner loops of fixed length, which the compiler makes vectors of   \
                 */

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
  static inline void run_##NAME##_order (const guint8 *from, gsize count, float *to,     \
                                         gboolean swapped)                               \
  {                                                                                      \
    gsize i = 0;                                                                         \
                                                                                         \
    for (; i + STEP <= count; i += STEP)                                                 \
      for (gsize k = 0; k < STEP; k++)                                                   \
        to[i + k] = get_##NAME (from + (i + k) * sizeof (BITS), swapped);                \
    for (; i < count; i++)                                                               \
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

void
pheno_samples_to_float (const void *samples, PhenoSampleType type, gboolean swapped,
                        gsize count, float *values)
{
  turners[type].run (samples, count, values, swapped);
}

/* ---- A share of the lines ---- */

typedef struct
{
  const PhenoStrided *strided;
  const PhenoPart *part;
  float *values;
  guint8 *pixels;
  int lines_each;
} Job;

static const guint8 *
place (const Job *job, int x, int y, int i)
{
  const PhenoStrided *strided = job->strided;
  const PhenoPart *part = job->part;

  return strided->samples + (part->region.y + y) * strided->line
         + (part->region.x + x) * strided->pixel + part->bands[i] * strided->band;
}

static float *
plane_row (const Job *job, int y, int i)
{
  const PhenoRegion *region = &job->part->region;

  return job->values + ((gsize) i * region->height + y) * region->width;
}

/* Line after line, in which the pixels lie side by side. */
static void
planes_by_run (const Job *job, int first, int end)
{
  const PhenoStrided *strided = job->strided;
  gsize width = job->part->region.width;

  for (int y = first; y < end; y++)
    for (int i = 0; i < job->part->n_bands; i++)
      turners[strided->type].run (place (job, 0, y, i), width, plane_row (job, y, i),
                                  strided->swapped);
}

/* The bands of a pixel lie together: a strip of pixels is read for one band after the
 * other while it is in the cache. */
static void
planes_by_pixel (const Job *job, int first, int end)
{
  const PhenoStrided *strided = job->strided;
  int width = job->part->region.width;

  for (int y = first; y < end; y++)
    for (int x = 0; x < width; x += TILE)
      for (int i = 0; i < job->part->n_bands; i++)
        turners[strided->type].gather (place (job, x, y, i), strided->pixel,
                                       MIN (TILE, width - x), plane_row (job, y, i) + x,
                                       1, strided->swapped);
}

/* The lines of a column lie together, as in files of MATLAB. */
static void
planes_by_column (const Job *job, int first, int end)
{
  const PhenoStrided *strided = job->strided;
  int width = job->part->region.width;

  for (int i = 0; i < job->part->n_bands; i++)
    for (int top = first; top < end; top += TILE)
      for (int x = 0; x < width; x++)
        turners[strided->type].gather (place (job, x, top, i), strided->line,
                                       MIN (TILE, end - top), plane_row (job, top, i) + x,
                                       width, strided->swapped);
}

static void
planes_cb (gsize index, gpointer user_data)
{
  const Job *job = user_data;
  const PhenoStrided *strided = job->strided;
  int first = (int) index * job->lines_each;
  int end = MIN (first + job->lines_each, job->part->region.height);

  if (strided->pixel == (gint64) pheno_sample_size (strided->type))
    planes_by_run (job, first, end);
  else if (strided->line < strided->pixel && strided->line < strided->band)
    planes_by_column (job, first, end);
  else
    planes_by_pixel (job, first, end);
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
gather_bits (const guint8 *from, gint64 step, gsize count, guint8 *to, gsize to_step,
             gsize size)
{
  switch (size)
    {
    case 1:
      move_samples (from, step, count, to, to_step, 1);
      break;
    case 2:
      move_samples (from, step, count, to, to_step, 2);
      break;
    case 4:
      move_samples (from, step, count, to, to_step, 4);
      break;
    case 8:
    default:
      move_samples (from, step, count, to, to_step, 8);
      break;
    }
}

static void
swap_samples (guint8 *samples, gsize count, gsize size)
{
  for (gsize i = 0; i < count; i++, samples += size)
    for (gsize k = 0; k < size / 2; k++)
      {
        guint8 byte = samples[k];

        samples[k] = samples[size - 1 - k];
        samples[size - 1 - k] = byte;
      }
}

static gboolean
bands_follow (const PhenoPart *part)
{
  for (int i = 1; i < part->n_bands; i++)
    if (part->bands[i] != part->bands[i - 1] + 1)
      return FALSE;

  return TRUE;
}

static void
interleave_cb (gsize index, gpointer user_data)
{
  const Job *job = user_data;
  const PhenoStrided *strided = job->strided;
  const PhenoPart *part = job->part;
  gsize size = pheno_sample_size (strided->type), width = part->region.width;
  gsize pixel_bytes = part->n_bands * size;
  gboolean together = strided->band == (gint64) size && bands_follow (part);
  int first = (int) index * job->lines_each;

  for (int y = first; y < MIN (first + job->lines_each, part->region.height); y++)
    {
      guint8 *row = job->pixels + y * width * pixel_bytes;

      if (together && strided->pixel == (gint64) pixel_bytes)
        memcpy (row, place (job, 0, y, 0), width * pixel_bytes);
      else if (together)
        for (gsize x = 0; x < width; x++)
          memcpy (row + x * pixel_bytes, place (job, (int) x, y, 0), pixel_bytes);
      else
        for (gsize x = 0; x < width; x += TILE)
          for (int i = 0; i < part->n_bands; i++)
            gather_bits (place (job, (int) x, y, i), strided->pixel,
                         MIN (TILE, width - x), row + x * pixel_bytes + i * size,
                         pixel_bytes, size);
      if (strided->swapped)
        swap_samples (row, width * part->n_bands, size);
    }
}

static void
share_out (Job *job, PhenoIndexFunc work)
{
  const PhenoRegion *region = &job->part->region;
  guint64 samples = (guint64) region->width * region->height * job->part->n_bands;
  guint64 most = MIN ((guint64) region->height, samples / SAMPLES_A_THREAD);
  int threads = (int) CLAMP (most, 1, (guint64) pheno_thread_count (0));

  if (threads == 1)
    {
      job->lines_each = region->height;
      work (0, job);
      return;
    }

  /* Several shares a thread, as others may want the processor, too. */
  job->lines_each = MAX (1, region->height / (4 * threads));
  pheno_for_each_index ((region->height + job->lines_each - 1) / job->lines_each, threads,
                        work, job, NULL, NULL, NULL, NULL, NULL);
}

void
pheno_strided_planes (const PhenoStrided *strided, const PhenoPart *part, float *values)
{
  Job job = { strided, part, values, NULL, 0 };

  share_out (&job, planes_cb);
}

void
pheno_strided_interleave (const PhenoStrided *strided, const PhenoPart *part,
                          void *pixels)
{
  Job job = { strided, part, NULL, pixels, 0 };

  share_out (&job, interleave_cb);
}
