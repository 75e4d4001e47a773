/* attention.c - softmax (Q K^T / sqrt (d)) V in strips of queries
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A strip's weights over all keys stay in the cache and are forgotten; saved is the
 * logarithm of each query's sum, from which backward makes them again (Dao et al. 2022,
 * arXiv:2205.14135). With P a strip's weights and dP = dO V^T
 *
 *     dV += P^T dO,  dS = P (dP - rows' sums of P dP) / sqrt (d),  dQ = dS K,  dK += dS^T
 * Q
 *
 * Each head of each image is the work of one thread, so sums have one order.
 */
#include "kernels/cpu/cpu.h"

#include <math.h>
#include <string.h>

#include "kernels/status.h"

#define STRIP 64

typedef struct
{
  pk_step *step;
  const pk_passes *passes;
  int64_t batch, queries, keys, heads, width, all;
  int64_t query_stride, key_stride;
  const float *q, *k, *v, *g;
  float *y, *dq, *dk, *dv, *logs;
  float factor;
  pk_status status;
} attention_pass;

static attention_pass
pass_of (pk_step *step, const pk_tensor *q, const pk_tensor *kv)
{
  const int64_t *out = step->output->shape.size;
  int64_t all = out[2];
  attention_pass p = { .step = step,
                       .passes = pk_cpu_of (step->device)->passes,
                       .batch = out[0],
                       .queries = out[1],
                       .keys = kv != NULL ? kv->shape.size[1] : out[1],
                       .heads = step->node.heads,
                       .width = all / step->node.heads,
                       .all = all,
                       .query_stride = kv != NULL ? all : 3 * all,
                       .key_stride = kv != NULL ? 2 * all : 3 * all,
                       .q = (const float *) q->data,
                       .y = (float *) step->output->data,
                       .logs = (float *) step->saved->data };

  p.factor = 1 / sqrtf ((float) p.width);
  p.k = kv != NULL ? (const float *) kv->data : p.q + all;
  p.v = p.k + all;
  if (step->input_gradient != NULL)
    p.dq = (float *) step->input_gradient->data;
  if (kv == NULL && p.dq != NULL)
    p.dk = p.dq + all;
  else if (step->skip_gradient != NULL)
    p.dk = (float *) step->skip_gradient->data;
  if (p.dk != NULL)
    p.dv = p.dk + all;
  return p;
}

pk_status
pk_cpu_attention_prepare (pk_step *step)
{
  const int64_t *out = step->output->shape.size;
  int64_t keys = step->skip != NULL ? step->skip->shape.size[1] : out[1];

  step->saved_bytes = (size_t) (out[0] * step->node.heads * out[1]) * sizeof (float);
  step->scratch_bytes
      = (size_t) step->device->threads * 2 * STRIP * (size_t) keys * sizeof (float);
  return PK_OK;
}

static void
multiply (attention_pass *p, bool ta, bool tb, int64_t m, int64_t n, int64_t k,
          float alpha, const float *a, int64_t a_stride, const float *b, int64_t b_stride,
          float beta, float *c, int64_t c_stride)
{
  pk_status status = pk_onednn_matrix_product (ta, tb, m, n, k, alpha, a, a_stride, b,
                                               b_stride, beta, c, c_stride);

  if (status != PK_OK)
    p->status = status;
}

static void
head_forward (attention_pass *p, int64_t n, int64_t h, float *strip)
{
  const float *k = p->k + n * p->keys * p->key_stride + h * p->width;
  const float *v = p->v + n * p->keys * p->key_stride + h * p->width;

  for (int64_t from = 0; from < p->queries; from += STRIP)
    {
      int64_t count = p->queries - from < STRIP ? p->queries - from : STRIP;
      int64_t row = n * p->queries + from;
      float *logs = p->logs + (n * p->heads + h) * p->queries + from;

      multiply (p, false, true, count, p->keys, p->width, p->factor,
                p->q + row * p->query_stride + h * p->width, p->query_stride, k,
                p->key_stride, 0, strip, p->keys);
      for (int64_t i = 0; i < count; i++)
        {
          float *weights = strip + i * p->keys, largest;
          float sum = p->passes->exp_row (weights, p->keys, &largest);

          logs[i] = largest + logf (sum);
          for (int64_t s = 0; s < p->keys; s++)
            weights[s] /= sum;
        }
      multiply (p, false, false, count, p->width, p->keys, 1, strip, p->keys, v,
                p->key_stride, 0, p->y + row * p->all + h * p->width, p->all);
    }
}

static void
head_backward (attention_pass *p, int64_t n, int64_t h, float *strip, float *slopes)
{
  int64_t key = n * p->keys * p->key_stride + h * p->width;

  for (int64_t from = 0; from < p->queries; from += STRIP)
    {
      int64_t count = p->queries - from < STRIP ? p->queries - from : STRIP;
      int64_t row = n * p->queries + from;
      const float *q = p->q + row * p->query_stride + h * p->width;
      const float *g = p->g + row * p->all + h * p->width;
      const float *logs = p->logs + (n * p->heads + h) * p->queries + from;
      float sum = from == 0 ? 0 : 1;

      multiply (p, false, true, count, p->keys, p->width, p->factor, q, p->query_stride,
                p->k + key, p->key_stride, 0, strip, p->keys);
      multiply (p, false, true, count, p->keys, p->width, 1, g, p->all, p->v + key,
                p->key_stride, 0, slopes, p->keys);
      for (int64_t i = 0; i < count; i++)
        p->passes->softmax_gradient (strip + i * p->keys, slopes + i * p->keys, p->keys,
                                     logs[i], p->factor);
      if (p->dv != NULL)
        {
          multiply (p, true, false, p->keys, p->width, count, 1, strip, p->keys, g,
                    p->all, sum, p->dv + key, p->key_stride);
          multiply (p, true, false, p->keys, p->width, count, 1, slopes, p->keys, q,
                    p->query_stride, sum, p->dk + key, p->key_stride);
        }
      if (p->dq != NULL)
        multiply (p, false, false, count, p->width, p->keys, 1, slopes, p->keys,
                  p->k + key, p->key_stride, 0,
                  p->dq + row * p->query_stride + h * p->width, p->query_stride);
    }
}

/* One thread's heads: every so many of them. */
static void
heads_cb (int item, void *user_data)
{
  attention_pass *p = user_data;
  float *strip = (float *) p->step->scratch + (int64_t) item * 2 * STRIP * p->keys;

  for (int64_t i = item; i < p->batch * p->heads; i += p->step->device->threads)
    if (p->g == NULL)
      head_forward (p, i / p->heads, i % p->heads, strip);
    else
      head_backward (p, i / p->heads, i % p->heads, strip, strip + STRIP * p->keys);
}

pk_status
pk_cpu_attention_forward (pk_step *step)
{
  attention_pass p = pass_of (step, step->input, step->skip);

  pk_parallel_limit (step->device->threads);
  pk_parallel (step->device->threads, step->device->threads, heads_cb, &p);
  return p.status;
}

pk_status
pk_cpu_attention_backward (pk_step *step)
{
  attention_pass p = pass_of (step, step->input_again, step->skip_again);

  p.g = (const float *) step->gradient[0]->data;
  pk_parallel_limit (step->device->threads);
  pk_parallel (step->device->threads, step->device->threads, heads_cb, &p);
  return p.status;
}
