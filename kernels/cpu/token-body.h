/* token-body.h - activations and layer norms, for one instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Part of passes.c: sixteen numbers at a time, float32 or bfloat16, sums in float32
 * lanes.
 */

static inline __attribute__ ((always_inline)) lanes
get (const void *x, int64_t i, int64_t count, pk_precision type)
{
  size_t size = type == PK_BFLOAT16 ? 2 : 4;
  float some[LANES] = { 0 };

  if (i + LANES <= count)
    return load_16 (x, i, type);
  memcpy (some, (const char *) x + (size_t) i * size, (size_t) (count - i) * size);
  return load_16 (some, 0, type);
}

static inline __attribute__ ((always_inline)) void
put (void *x, int64_t i, int64_t count, pk_precision type, lanes value)
{
  size_t size = type == PK_BFLOAT16 ? 2 : 4;
  float some[LANES];

  if (i + LANES <= count)
    {
      store_16 (x, i, type, value);
      return;
    }
  store_16 (some, 0, type, value);
  memcpy ((char *) x + (size_t) i * size, some, (size_t) (count - i) * size);
}

static inline __attribute__ ((always_inline)) lanes
choose (lane_words which, lanes yes, lanes no)
{
  return (lanes) ((which & (lane_words) yes) | (~which & (lane_words) no));
}

/* Phi (x) and, in @bell, exp (-x^2 / 2): Abramowitz and Stegun 1964, 7.1.26, to 1.5e-7.
 */
static inline __attribute__ ((always_inline)) lanes
normal_below (lanes x, lanes *bell)
{
  lanes size = choose (x < 0, -x, x) * 0.70710678118654752f;
  lanes t = 1.0f / (1.0f + 0.3275911f * size);
  lanes p
      = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t
         + 0.254829592f)
        * t;
  lanes tail;

  *bell = exp_of (-(size * size));
  tail = 0.5f * p * *bell;
  return choose (x < 0, tail, 1.0f - tail);
}

static inline __attribute__ ((always_inline)) lanes
sigmoid_of (lanes x)
{
  lanes e = exp_of (choose (x < 0, x, -x));

  return choose (x < 0, e, e * 0 + 1.0f) / (1.0f + e);
}

static inline __attribute__ ((always_inline)) lanes
activation_of (pk_activation kind, lanes x)
{
  lanes zero = { 0 }, bell;

  switch (kind)
    {
    case PK_ACTIVATION_RELU:
      return choose (x <= 0, zero, x); /* a NAN goes through */
    case PK_ACTIVATION_RELU6:
      return choose (x <= 0, zero, choose (x >= 6, zero + 6.0f, x));
    case PK_ACTIVATION_SIGMOID:
      return choose (x != x, x, sigmoid_of (x));
    case PK_ACTIVATION_GELU:
    default:
      return choose (x != x, x, x * normal_below (x, &bell));
    }
}

static inline __attribute__ ((always_inline)) lanes
slope_of (pk_activation kind, lanes x)
{
  lanes zero = { 0 }, one = zero + 1.0f, below, bell;

  switch (kind)
    {
    case PK_ACTIVATION_RELU:
      return choose (x > 0, one, zero);
    case PK_ACTIVATION_RELU6:
      return choose ((x > 0) & (x < 6), one, zero);
    case PK_ACTIVATION_SIGMOID:
      below = sigmoid_of (x);
      return below * (1.0f - below);
    case PK_ACTIVATION_GELU:
    default:
      below = normal_below (x, &bell);
      return below + x * 0.39894228040143268f * bell;
    }
}

#define EACH(type, kind, body)                                                           \
  do                                                                                     \
    {                                                                                    \
      for (int64_t i = 0; i < count; i += LANES)                                         \
        body (type, kind);                                                               \
    }                                                                                    \
  while (0)

#define FOR_KIND(type, body)                                                             \
  do                                                                                     \
    {                                                                                    \
      if (kind == PK_ACTIVATION_RELU)                                                    \
        EACH (type, PK_ACTIVATION_RELU, body);                                           \
      else if (kind == PK_ACTIVATION_RELU6)                                              \
        EACH (type, PK_ACTIVATION_RELU6, body);                                          \
      else if (kind == PK_ACTIVATION_SIGMOID)                                            \
        EACH (type, PK_ACTIVATION_SIGMOID, body);                                        \
      else                                                                               \
        EACH (type, PK_ACTIVATION_GELU, body);                                           \
    }                                                                                    \
  while (0)

static void
activate (pk_activation kind, pk_precision type, const void *x, void *y, int64_t count)
{
#define BODY(t, k) put (y, i, count, t, activation_of (k, get (x, i, count, t)))
  if (type == PK_BFLOAT16)
    FOR_KIND (PK_BFLOAT16, BODY);
  else
    FOR_KIND (PK_FLOAT32, BODY);
#undef BODY
}

static void
activate_gradient (pk_activation kind, pk_precision type, const void *x, const void *g,
                   void *d, int64_t count)
{
#define BODY(t, k)                                                                       \
  put (d, i, count, t, get (g, i, count, t) * slope_of (k, get (x, i, count, t)))
  if (type == PK_BFLOAT16)
    FOR_KIND (PK_BFLOAT16, BODY);
  else
    FOR_KIND (PK_FLOAT32, BODY);
#undef BODY
}

#undef EACH
#undef FOR_KIND

static inline __attribute__ ((always_inline)) float
total_of (lanes x)
{
  float sum = 0;

  for (int i = 0; i < LANES; i++)
    sum += x[i];
  return sum;
}

/* Lanes of numbers @i ... that are there. */
static inline __attribute__ ((always_inline)) lanes
only_some (lanes x, int64_t i, int64_t count)
{
  for (int64_t k = count - i; k < LANES; k++)
    x[k] = 0;
  return x;
}

/* The distances to the first number are summed: far from 0 nothing is lost. */
static void
row_moments (const float *x, int64_t count, float epsilon, float *saved)
{
  lanes sum = { 0 }, squares = { 0 };
  float mean, variance, n = (float) count;

  for (int64_t i = 0; i < count; i += LANES)
    {
      lanes v = only_some (get (x, i, count, PK_FLOAT32) - x[0], i, count);

      sum += v;
      squares += v * v;
    }
  mean = total_of (sum) / n;
  variance = total_of (squares) / n - mean * mean;
  saved[0] = x[0] + mean;
  saved[1] = 1 / sqrtf ((variance < 0 ? 0 : variance) + epsilon);
}

static void
row_norm (const float *x, const float *scale, const float *shift, const float *saved,
          float *y, int64_t count)
{
  for (int64_t i = 0; i < count; i += LANES)
    put (y, i, count, PK_FLOAT32,
         (get (x, i, count, PK_FLOAT32) - saved[0]) * saved[1]
                 * get (scale, i, count, PK_FLOAT32)
             + get (shift, i, count, PK_FLOAT32));
}

/* Adds to the gradients of scale and shift; @d: NULL, or the row's own gradient. */
static void
row_norm_gradient (const float *x, const float *g, const float *scale, const float *saved,
                   float *scale_gradient, float *shift_gradient, float *d, int64_t count)
{
  lanes sum = { 0 }, sum_u = { 0 };
  float mean, mean_u;

  for (int64_t i = 0; i < count; i += LANES)
    {
      lanes gradient = get (g, i, count, PK_FLOAT32);
      lanes u = (get (x, i, count, PK_FLOAT32) - saved[0]) * saved[1];
      lanes h = gradient * get (scale, i, count, PK_FLOAT32); /* 0 beyond the end */

      put (scale_gradient, i, count, PK_FLOAT32,
           get (scale_gradient, i, count, PK_FLOAT32) + gradient * u);
      put (shift_gradient, i, count, PK_FLOAT32,
           get (shift_gradient, i, count, PK_FLOAT32) + gradient);
      sum += h;
      sum_u += h * u;
    }
  if (d == NULL)
    return;

  mean = total_of (sum) / (float) count;
  mean_u = total_of (sum_u) / (float) count;
  for (int64_t i = 0; i < count; i += LANES)
    {
      lanes u = (get (x, i, count, PK_FLOAT32) - saved[0]) * saved[1];
      lanes h = get (g, i, count, PK_FLOAT32) * get (scale, i, count, PK_FLOAT32);

      put (d, i, count, PK_FLOAT32, saved[1] * (h - mean - u * mean_u));
    }
}

/* x = exp (x - largest) of a row, whose sum it gives, and the largest in @largest. */
static float
exp_row (float *x, int64_t count, float *largest)
{
  lanes most = { 0 }, sum = { 0 };
  float best = -INFINITY;

  most += best;
  for (int64_t i = 0; i + LANES <= count; i += LANES)
    {
      lanes v = get (x, i, count, PK_FLOAT32);

      most = choose (v > most, v, most);
    }
  for (int k = 0; k < LANES; k++)
    best = most[k] > best ? most[k] : best;
  for (int64_t i = count / LANES * LANES; i < count; i++)
    best = x[i] > best ? x[i] : best;
  for (int64_t i = 0; i < count; i += LANES)
    {
      lanes v = get (x, i, count, PK_FLOAT32), e = exp_of (v - best);

      e = choose (v != v, v, e); /* a NAN is not hidden */
      put (x, i, count, PK_FLOAT32, e);
      sum += only_some (e, i, count);
    }
  *largest = best;
  return total_of (sum);
}

/* Of a row: p = exp (s - log), then d = p (d - sum of p d) factor; s becomes p. */
static void
softmax_gradient (float *s, float *d, int64_t count, float log, float factor)
{
  lanes sum = { 0 };
  float mean;

  for (int64_t i = 0; i < count; i += LANES)
    {
      lanes v = get (s, i, count, PK_FLOAT32) - log;
      lanes p = exp_of (choose (v > 0, v * 0, v));

      put (s, i, count, PK_FLOAT32, p);
      sum += only_some (p * get (d, i, count, PK_FLOAT32), i, count);
    }
  mean = total_of (sum);
  for (int64_t i = 0; i < count; i += LANES)
    put (d, i, count, PK_FLOAT32,
         get (s, i, count, PK_FLOAT32) * (get (d, i, count, PK_FLOAT32) - mean) * factor);
}
