/* pixels-resample.c - from the source to a smaller or larger upright image
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows first: the rows of the source that an output row needs are summed into one line of
 * floats, which is read without a gap, whatever the bands. The line stays in the nearest
 * cache while each output pixel takes its columns from it.
 */
#include "kernels/body/half.h"
#include "kernels/pixels-variant.h"

/* line[i] (+)= the sum over up to four rows of weight * row[i]. */
#define SUM_ROWS(name, type, value)                                                      \
  static void name (float *restrict line, const type *const row[4],                      \
                    const float weight[4], int rows, int start, size_t count, int fresh) \
  {                                                                                      \
    const type *restrict a = row[0], *restrict b = row[1], *restrict c = row[2],         \
                         *restrict d = row[3];                                           \
    float p = weight[0], q = weight[1], r = weight[2], s = weight[3];                    \
                                                                                         \
    if (rows == 4 && fresh)                                                              \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i]                                                                          \
            = p * value (a[i]) + q * value (b[i]) + r * value (c[i]) + s * value (d[i]); \
    else if (rows == 4)                                                                  \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] += p * value (a[i]) + q * value (b[i]) + r * value (c[i])                \
                   + s * value (d[i]);                                                   \
    else if (rows == 3 && fresh)                                                         \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] = p * value (a[i]) + q * value (b[i]) + r * value (c[i]);                \
    else if (rows == 3)                                                                  \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] += p * value (a[i]) + q * value (b[i]) + r * value (c[i]);               \
    else if (rows == 2 && fresh)                                                         \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] = p * value (a[i]) + q * value (b[i]);                                   \
    else if (rows == 2)                                                                  \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] += p * value (a[i]) + q * value (b[i]);                                  \
    else if (fresh)                                                                      \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] = p * value (a[i]);                                                      \
    else                                                                                 \
      for (size_t i = 0; i < count; i++)                                                 \
        line[i] += p * value (a[i]);                                                     \
  }                                                                                      \
                                                                                         \
  static void name##_of (const pk_source *source, const float *weight, int start,        \
                         int count, size_t left, size_t length, float *line)             \
  {                                                                                      \
    const type *samples = source->samples;                                               \
    size_t stride = (size_t) source->width * (size_t) source->bands;                     \
                                                                                         \
    for (int done = 0; done < count; done += 4)                                          \
      {                                                                                  \
        const type *row[4] = { NULL };                                                   \
        float share[4] = { 0 };                                                          \
        int rows = count - done < 4 ? count - done : 4;                                  \
                                                                                         \
        for (int i = 0; i < rows; i++)                                                   \
          {                                                                              \
            row[i] = samples + (size_t) (start + done + i) * stride + left;              \
            share[i] = weight[done + i];                                                 \
          }                                                                              \
        name (line, row, share, rows, start, length, done == 0);                         \
      }                                                                                  \
  }

#define AS_IT_IS(sample) (float) (sample)

SUM_ROWS (sum_uint8, uint8_t, AS_IT_IS)
SUM_ROWS (sum_uint16, uint16_t, AS_IT_IS)
SUM_ROWS (sum_float32, float, AS_IT_IS)
SUM_ROWS (sum_float16, uint16_t, pk_from_half)

/* Three bands' levels; the fourth lane is never used. */
static inline void
levels_of_colour (const pk_source *source, pk_pixel *black, pk_pixel *gain)
{
  for (int band = 0; band < 4; band++)
    {
      int there = source->band_black != NULL && band < 3;

      (*black)[band] = there ? source->band_black[band] : source->black;
      (*gain)[band] = there ? source->band_gain[band] : source->gain;
    }
}

static inline pk_pixel
sum_columns (const float *line, const float *weight, int count)
{
  pk_pixel sum = pk_load_pixel (line) * weight[0];

  for (int t = 1; t < count; t++)
    sum += pk_load_pixel (line + 3 * t) * weight[t];
  return sum;
}

/* Three bands into planes, four pixels at a time: the commonest case by far. */
static void
columns_of_colour (const pk_source *source, const float *line, const pk_taps *across,
                   float *row, size_t band_stride)
{
  pk_pixel pixel[4], black, gain;

  levels_of_colour (source, &black, &gain);
  for (int x = 0; x < across->length; x += 4)
    {
      int n = across->length - x < 4 ? across->length - x : 4;

      for (int i = 0; i < 4; i++)
        {
          int column = i < n ? x + i : x;

          pixel[i] = sum_columns (line + 3 * (across->start[column] - across->low),
                                  across->weight + across->first[column],
                                  across->count[column]);
          pixel[i] = (pixel[i] - black) * gain;
        }
      for (int band = 0; band < 3; band++)
        {
          pk_pixel plane
              = { pixel[0][band], pixel[1][band], pixel[2][band], pixel[3][band] };

          memcpy (row + (size_t) band * band_stride + x, &plane,
                  (size_t) n * sizeof (float));
        }
    }
}

/* Any number of bands: so many at a time, which are neighbours in the line. */
#define BANDS 64

static void
bands_of_pixel (const pk_source *source, int first, const float *from,
                const float *weight, int count, int n, float *to, size_t band_stride)
{
  size_t bands = (size_t) source->bands;
  float sum[BANDS];

  for (int band = 0; band < n; band++)
    sum[band] = from[band] * weight[0];
  for (int t = 1; t < count; t++)
    for (int band = 0; band < n; band++)
      sum[band] += from[(size_t) t * bands + (size_t) band] * weight[t];
  if (source->band_black != NULL)
    for (int band = 0; band < n; band++)
      to[(size_t) band * band_stride] = (sum[band] - source->band_black[first + band])
                                        * source->band_gain[first + band];
  else
    for (int band = 0; band < n; band++)
      to[(size_t) band * band_stride] = (sum[band] - source->black) * source->gain;
}

static void
columns_of_any (const pk_source *source, const float *line, const pk_taps *across,
                const pk_target *target, float *row)
{
  int bands = source->bands;

  for (int x = 0; x < across->length; x++)
    for (int band = 0; band < bands; band += BANDS)
      bands_of_pixel (
          source, band,
          line + (size_t) (across->start[x] - across->low) * (size_t) bands + band,
          across->weight + across->first[x], across->count[x],
          bands - band < BANDS ? bands - band : BANDS,
          row + (size_t) x * target->column_stride + (size_t) band * target->band_stride,
          target->band_stride);
}

/* Three bands, interleaved again. Four floats are stored for each pixel, and the fourth
 * is overwritten by the next one; the target has room for one more after the last. */
static void
columns_of_stage (const pk_source *source, const float *line, const pk_taps *across,
                  float *row)
{
  pk_pixel black, gain;

  levels_of_colour (source, &black, &gain);
  for (int x = 0; x < across->length; x++)
    {
      pk_pixel pixel = sum_columns (line + 3 * (across->start[x] - across->low),
                                    across->weight + across->first[x], across->count[x]);

      pixel = (pixel - black) * gain;
      memcpy (row + 3 * x, &pixel, sizeof pixel);
    }
}

void
PK_NAMED (pk_resample) (const pk_source *source, const pk_taps *across,
                        const pk_taps *down, float *line, const pk_target *target)
{
  size_t bands = (size_t) source->bands;
  size_t left = (size_t) across->low * bands;
  size_t length = (size_t) (across->high - across->low) * bands;

  line[length] = 0; /* read, and thrown away, as the fourth band of the last pixel */
  for (int y = 0; y < down->length; y++)
    {
      const float *weight = down->weight + down->first[y];
      float *row = target->values + (size_t) y * target->row_stride;

      switch (source->type)
        {
        case PK_SAMPLE_UINT8:
          sum_uint8_of (source, weight, down->start[y], down->count[y], left, length,
                        line);
          break;
        case PK_SAMPLE_UINT16:
          sum_uint16_of (source, weight, down->start[y], down->count[y], left, length,
                         line);
          break;
        case PK_SAMPLE_FLOAT32:
          sum_float32_of (source, weight, down->start[y], down->count[y], left, length,
                          line);
          break;
        case PK_SAMPLE_FLOAT16:
          sum_float16_of (source, weight, down->start[y], down->count[y], left, length,
                          line);
          break;
        }

      if (bands == 3 && target->column_stride == 1)
        columns_of_colour (source, line, across, row, target->band_stride);
      else if (bands == 3 && target->column_stride == 3 && target->band_stride == 1)
        columns_of_stage (source, line, across, row);
      else
        columns_of_any (source, line, across, target, row);
    }
}
