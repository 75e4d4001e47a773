/* pixels-resample.c - from the source to a smaller or larger upright image
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows first: the rows of the source that an output row needs are summed into one line of
 * floats, whatever the source's numbers are; nothing else ever holds the image as floats.
 * The line stays in the nearest cache while each output pixel takes its columns from it.
 */
#include "kernels/body/half.h"
#include "kernels/pixels-variant.h"

/* line[i] (+)= the sum over up to four rows of weight * row[i]. */
#define SUM_ROWS(name, type, value)                                                      \
  static inline void name (float *restrict line, const type *const row[4],               \
                           const float weight[4], int rows, size_t at, size_t count,     \
                           int fresh)                                                    \
  {                                                                                      \
    const type *restrict a = row[0] + at, *restrict b = row[1] + at,                     \
                         *restrict c = row[2] + at, *restrict d = row[3] + at;           \
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
                         int count, int low, int high, float *line)                      \
  {                                                                                      \
    const type *samples = (const type *) source->samples + source->first;                \
    size_t bands = (size_t) source->bands, n = (size_t) source->count;                   \
    size_t stride = (size_t) source->width * bands, left = (size_t) low * bands;         \
                                                                                         \
    for (int done = 0; done < count; done += 4)                                          \
      {                                                                                  \
        const type *row[4];                                                              \
        float share[4] = { 0 };                                                          \
        int rows = count - done < 4 ? count - done : 4;                                  \
                                                                                         \
        for (int i = 0; i < 4; i++)                                                      \
          {                                                                              \
            int used = i < rows ? i : 0;                                                 \
                                                                                         \
            row[i] = samples + (size_t) (start + done + used) * stride + left;           \
            share[i] = i < rows ? weight[done + i] : 0;                                  \
          }                                                                              \
        if (n == bands)                                                                  \
          name (line, row, share, rows, 0, (size_t) (high - low) * bands, done == 0);    \
        else                                                                             \
          for (int x = 0; x < high - low; x++)                                           \
            name (line + (size_t) x * n, row, share, rows, (size_t) x * bands, n,        \
                  done == 0);                                                            \
      }                                                                                  \
  }

#define AS_FLOAT(x) ((float) (x))
SUM_ROWS (sum_uint8, uint8_t, AS_FLOAT)
SUM_ROWS (sum_uint16, uint16_t, AS_FLOAT)
SUM_ROWS (sum_float32, float, AS_FLOAT)
SUM_ROWS (sum_int8, int8_t, AS_FLOAT)
SUM_ROWS (sum_int16, int16_t, AS_FLOAT)
SUM_ROWS (sum_uint32, uint32_t, AS_FLOAT)
SUM_ROWS (sum_int32, int32_t, AS_FLOAT)
SUM_ROWS (sum_uint64, uint64_t, AS_FLOAT)
SUM_ROWS (sum_int64, int64_t, AS_FLOAT)
SUM_ROWS (sum_float16, uint16_t, pk_from_half)
SUM_ROWS (sum_float64, double, AS_FLOAT)

typedef void (*sum_rows) (const pk_source *source, const float *weight, int start,
                          int count, int low, int high, float *line);

static const sum_rows sums[] = {
  [PK_SAMPLE_UINT8] = sum_uint8_of,     [PK_SAMPLE_UINT16] = sum_uint16_of,
  [PK_SAMPLE_FLOAT32] = sum_float32_of, [PK_SAMPLE_INT8] = sum_int8_of,
  [PK_SAMPLE_INT16] = sum_int16_of,     [PK_SAMPLE_UINT32] = sum_uint32_of,
  [PK_SAMPLE_INT32] = sum_int32_of,     [PK_SAMPLE_UINT64] = sum_uint64_of,
  [PK_SAMPLE_INT64] = sum_int64_of,     [PK_SAMPLE_FLOAT16] = sum_float16_of,
  [PK_SAMPLE_FLOAT64] = sum_float64_of,
};

/* What a column needs: where it begins in the line, its weights and how many. */
typedef struct
{
  const float *from, *weight;
  int count;
} column;

static inline column
column_of (const pk_source *source, const float *line, const pk_taps *across, int x)
{
  column found
      = { line + (size_t) (across->start[x] - across->low) * (size_t) source->count,
          across->weight + across->first[x], across->count[x] };

  return found;
}

/* Four bands of one pixel from band @band on; more than there are is thrown away. With a
 * constant number of @taps no jump depends on the place, but zeros are multiplied. */
static inline pk_pixel
sum_columns (column c, int n, int band, int taps, pk_pixel black, pk_pixel gain)
{
  pk_pixel sum = pk_load_pixel (c.from + band) * c.weight[0];
  int count = taps > 0 ? taps : c.count;

  for (int t = 1; t < count; t++)
    sum += pk_load_pixel (c.from + (size_t) t * (size_t) n + band) * c.weight[t];
  return (sum - black) * gain;
}

/* The same for eight bands. */
static inline void
sum_eight (column c, int n, int taps, const pk_eight *black, const pk_eight *gain,
           pk_eight *eight)
{
  pk_eight sum = pk_load_eight (c.from) * c.weight[0];
  int count = taps > 0 ? taps : c.count;

  for (int t = 1; t < count; t++)
    sum += pk_load_eight (c.from + (size_t) t * (size_t) n) * c.weight[t];
  *eight = (sum - *black) * *gain;
}

/* Into planes, four pixels of four bands at a time. @n: the number of bands, which is a
 * constant where it matters. What is read again and again is copied first: a store into
 * the row might change it, as far as a compiler can see. */
static inline void
columns_to_planes (const pk_source *source, const float *line, const pk_taps *across,
                   float *row, size_t band_stride, int n, int taps)
{
  const pk_source from = *source;
  const pk_taps at = *across;

  for (int band = 0; band < n; band += 4)
    {
      pk_pixel black = pk_load_pixel (from.black + band);
      pk_pixel gain = pk_load_pixel (from.gain + band);
      float *to = row + (size_t) band * band_stride;

      for (int x = 0; x < at.length; x += 4)
        {
          int pixels = at.length - x < 4 ? at.length - x : 4;
          pk_pixel pixel[4], plane[4];

          for (int i = 0; i < 4; i++)
            pixel[i] = sum_columns (column_of (&from, line, &at, i < pixels ? x + i : x),
                                    n, band, taps, black, gain);
          pk_turn_four (pixel, plane);
          pk_store_planes (plane, n - band, pixels, to + x, band_stride);
        }
    }
}

/* Side by side. Four floats are stored at a time, and what is too many is overwritten by
 * the next pixel; the target has room for three more after the last. */
static inline void
columns_to_pixels (const pk_source *source, const float *line, const pk_taps *across,
                   float *row, int n, int taps)
{
  const pk_source from = *source;
  const pk_taps at = *across;

  if (n == 7)
    {
      const pk_eight black = pk_load_eight (from.black), gain = pk_load_eight (from.gain);

      for (int x = 0; x < at.length; x++)
        {
          pk_eight eight;

          sum_eight (column_of (&from, line, &at, x), 7, taps, &black, &gain, &eight);
          memcpy (row + (size_t) x * 7, &eight, sizeof eight);
        }
    }
  else if (n == 3)
    {
      const pk_pixel black = pk_load_pixel (from.black), gain = pk_load_pixel (from.gain);

      for (int x = 0; x < at.length; x++)
        {
          pk_pixel pixel
              = sum_columns (column_of (&from, line, &at, x), 3, 0, taps, black, gain);

          memcpy (row + (size_t) x * 3, &pixel, sizeof pixel);
        }
    }
  else
    for (int x = 0; x < at.length; x++)
      for (int band = 0; band < n; band += 4)
        {
          pk_pixel pixel = sum_columns (column_of (&from, line, &at, x), n, band, taps,
                                        pk_load_pixel (from.black + band),
                                        pk_load_pixel (from.gain + band));

          memcpy (row + (size_t) x * (size_t) n + band, &pixel, sizeof pixel);
        }
}

/* One of the two, with a constant number of taps where that is common. */
static inline void
few_columns (const pk_source *source, const float *line, const pk_taps *across,
             float *row, size_t band_stride, int n, int taps)
{
  if (band_stride == 0)
    columns_to_pixels (source, line, across, row, n, taps);
  else
    columns_to_planes (source, line, across, row, band_stride, n, taps);
}

static inline void
columns_of (const pk_source *source, const float *line, const pk_taps *across, float *row,
            size_t band_stride, int n)
{
  int whole = source->type != PK_SAMPLE_FLOAT16 && source->type != PK_SAMPLE_FLOAT32
              && source->type != PK_SAMPLE_FLOAT64;

  /* 0 times a NaN is a NaN, but whole numbers know none. */
  switch (whole ? across->most : 0)
    {
    case 1:
      few_columns (source, line, across, row, band_stride, n, 1);
      break;
    case 2:
      few_columns (source, line, across, row, band_stride, n, 2);
      break;
    case 3:
      few_columns (source, line, across, row, band_stride, n, 3);
      break;
    case 4:
      few_columns (source, line, across, row, band_stride, n, 4);
      break;
    case 5:
      few_columns (source, line, across, row, band_stride, n, 5);
      break;
    default:
      few_columns (source, line, across, row, band_stride, n, 0);
    }
}

/* Many bands of one pixel, side by side in @out. */
static inline void
sum_many (const pk_source *source, column c, float *restrict out)
{
  const float *restrict black = source->black, *restrict gain = source->gain;
  int n = source->count, band = 0;

  for (; band + PK_LANES <= n; band += PK_LANES)
    {
      pk_lanes sum = pk_load_lanes (c.from + band) * c.weight[0];

      for (int t = 1; t < c.count; t++)
        sum += pk_load_lanes (c.from + (size_t) t * (size_t) n + band) * c.weight[t];
      sum = (sum - pk_load_lanes (black + band)) * pk_load_lanes (gain + band);
      pk_store_lanes (out + band, sum);
    }
  for (; band < n; band++)
    {
      float sum = c.from[band] * c.weight[0];

      for (int t = 1; t < c.count; t++)
        sum += c.from[(size_t) t * (size_t) n + (size_t) band] * c.weight[t];
      out[band] = (sum - black[band]) * gain[band];
    }
}

/* Many bands: as many pixels as fill a line of the cache in each plane, then all planes.
 */
static void
many_to_planes (const pk_source *source, const float *line, const pk_taps *across,
                float *row, size_t band_stride)
{
  float tile[PK_TILE * PK_CHUNK];

  for (int x = 0; x < across->length; x += PK_TILE)
    {
      int pixels = across->length - x < PK_TILE ? across->length - x : PK_TILE;

      for (int i = 0; i < pixels; i++)
        sum_many (source, column_of (source, line, across, x + i), tile + i * PK_CHUNK);
      pk_store_tile (tile, source->count, pixels, row + x, band_stride);
    }
}

static void
take_columns (const pk_source *source, const float *line, const pk_taps *across,
              float *row, size_t band_stride)
{
  int n = source->count;

  if (n == 3)
    columns_of (source, line, across, row, band_stride, 3);
  else if (n == 7)
    columns_of (source, line, across, row, band_stride, 7);
  else if (n <= PK_FEW_BANDS)
    few_columns (source, line, across, row, band_stride, n, 0);
  else if (band_stride != 0)
    many_to_planes (source, line, across, row, band_stride);
  else
    for (int x = 0; x < across->length; x++)
      sum_many (source, column_of (source, line, across, x),
                row + (size_t) x * (size_t) n);
}

void
PK_NAMED (pk_resample) (const pk_source *source, const pk_taps *across,
                        const pk_taps *down, float *line, const pk_target *target)
{
  size_t length = (size_t) (across->high - across->low) * (size_t) source->count;

  /* What is read beyond the last sample is thrown away, or has a weight of 0. */
  memset (line + length, 0,
          ((size_t) across->most * (size_t) source->count + 8) * sizeof (float));
  for (int y = 0; y < down->length; y++)
    {
      sums[source->type](source, down->weight + down->first[y], down->start[y],
                         down->count[y], across->low, across->high, line);
      take_columns (source, line, across,
                    target->values + (size_t) y * target->row_stride,
                    target->band_stride);
    }
}
