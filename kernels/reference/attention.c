/* attention.c - softmax (Q K^T / sqrt (d)) V, head by head and row by row
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Vaswani et al. 2017, arXiv:1706.03762. One row of weights is in memory at a time.
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

typedef struct
{
  int64_t batch, queries, keys, heads, width; /* width of a head */
  int64_t query_stride, key_stride;           /* from a token to the next */
  const float *q, *k, *v;
  float *dq, *dk, *dv;
} attention;

static attention
attention_of (const pk_step *step, const pk_tensor *q, const pk_tensor *kv)
{
  const int64_t *out = step->output->shape.size;
  int64_t all = out[2];
  attention a = { .batch = out[0],
                  .queries = out[1],
                  .keys = kv != NULL ? kv->shape.size[1] : out[1],
                  .heads = step->node.heads,
                  .width = all / step->node.heads,
                  .query_stride = kv != NULL ? all : 3 * all,
                  .key_stride = kv != NULL ? 2 * all : 3 * all,
                  .q = (const float *) q->data };

  a.k = kv != NULL ? (const float *) kv->data : a.q + all;
  a.v = a.k + all;
  if (step->input_gradient != NULL)
    a.dq = (float *) step->input_gradient->data;
  if (kv == NULL && a.dq != NULL)
    a.dk = a.dq + all;
  else if (step->skip_gradient != NULL)
    a.dk = (float *) step->skip_gradient->data;
  if (a.dk != NULL)
    a.dv = a.dk + all;
  return a;
}

static double
product (const float *a, const float *b, int64_t count)
{
  double sum = 0;

  for (int64_t i = 0; i < count; i++)
    sum += (double) a[i] * b[i];
  return sum;
}

/* The weights of one query over all keys. */
static void
weigh (const attention *a, const float *q, const float *k, double *weights)
{
  double largest = -INFINITY, sum = 0;

  for (int64_t s = 0; s < a->keys; s++)
    {
      weights[s]
          = product (q, k + s * a->key_stride, a->width) / sqrt ((double) a->width);
      largest = fmax (largest, weights[s]);
    }
  for (int64_t s = 0; s < a->keys; s++)
    sum += weights[s] = exp (weights[s] - largest);
  for (int64_t s = 0; s < a->keys; s++)
    weights[s] /= sum;
}

pk_status
pk_reference_attention_forward (pk_step *step)
{
  attention a = attention_of (step, step->input, step->skip);
  double *weights = malloc ((size_t) a.keys * sizeof (double));

  if (weights == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for attention");

  for (int64_t n = 0; n < a.batch; n++)
    for (int64_t h = 0; h < a.heads; h++)
      for (int64_t t = 0; t < a.queries; t++)
        {
          const float *k = a.k + n * a.keys * a.key_stride + h * a.width;
          const float *v = a.v + n * a.keys * a.key_stride + h * a.width;
          float *y = (float *) step->output->data
                     + (n * a.queries + t) * a.heads * a.width + h * a.width;

          weigh (&a, a.q + (n * a.queries + t) * a.query_stride + h * a.width, k,
                 weights);
          for (int64_t i = 0; i < a.width; i++)
            {
              double sum = 0;

              for (int64_t s = 0; s < a.keys; s++)
                sum += weights[s] * v[s * a.key_stride + i];
              y[i] = (float) sum;
            }
        }
  free (weights);

  return PK_OK;
}

/* With P the weights of a query and dP = g V^T: d logits = P (dP - sum P dP). */
static void
query_backward (const attention *a, const float *g, int64_t n, int64_t h, int64_t t,
                double *weights)
{
  int64_t from = n * a->keys * a->key_stride + h * a->width;
  int64_t query = (n * a->queries + t) * a->query_stride + h * a->width;
  double *slopes = weights + a->keys, mean = 0;

  weigh (a, a->q + query, a->k + from, weights);
  for (int64_t s = 0; s < a->keys; s++)
    {
      slopes[s] = product (g, a->v + from + s * a->key_stride, a->width);
      mean += weights[s] * slopes[s];
    }
  for (int64_t s = 0; s < a->keys; s++)
    {
      double d = weights[s] * (slopes[s] - mean) / sqrt ((double) a->width);
      int64_t key = from + s * a->key_stride;

      for (int64_t i = 0; i < a->width; i++)
        {
          if (a->dq != NULL)
            a->dq[query + i] += (float) (d * a->k[key + i]);
          if (a->dk != NULL)
            {
              a->dk[key + i] += (float) (d * a->q[query + i]);
              a->dv[key + i] += (float) (weights[s] * g[i]);
            }
        }
    }
}

pk_status
pk_reference_attention_backward (pk_step *step)
{
  attention a = attention_of (step, step->input_again, step->skip_again);
  double *weights = malloc (2 * (size_t) a.keys * sizeof (double));

  if (weights == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for attention");

  if (step->input_gradient != NULL)
    memset (step->input_gradient->data, 0, step->input_gradient->bytes);
  if (step->skip_gradient != NULL)
    memset (step->skip_gradient->data, 0, step->skip_gradient->bytes);
  for (int64_t n = 0; n < a.batch; n++)
    for (int64_t h = 0; h < a.heads; h++)
      for (int64_t t = 0; t < a.queries; t++)
        query_backward (&a,
                        (const float *) step->gradient[0]->data
                            + (n * a.queries + t) * a.heads * a.width + h * a.width,
                        n, h, t, weights);
  free (weights);

  return PK_OK;
}
