/* onednn.h - all that the CPU back-end asks of oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only onednn.c includes oneDNN's header: the C interfaces of oneDNN 2 and 3 differ, and
 * this is the seam.
 */
#ifndef PK_ONEDNN_H
#define PK_ONEDNN_H

#include "kernels/backend.h"

typedef struct pk_onednn pk_onednn;           /* engine and stream */
typedef struct pk_convolution pk_convolution; /* one direction of one convolution */

pk_status pk_onednn_open (pk_onednn **onednn);
void pk_onednn_close (pk_onednn *onednn);

/* "oneDNN 2.6.3", and the instruction set that it uses, in its own words. */
const char *pk_onednn_version (void);
const char *pk_onednn_instructions (void);
bool pk_onednn_has_avx512 (void);
bool pk_onednn_has_bfloat16 (void); /* AVX-512 with bfloat16, or AMX */
bool pk_onednn_has_amx (void);

typedef enum
{
  PK_CONVOLUTION_FORWARD,
  PK_CONVOLUTION_INFERENCE, /* with a bias and, as asked, a sum and a relu behind it */
  PK_CONVOLUTION_INPUT_GRADIENT,
  PK_CONVOLUTION_WEIGHT_GRADIENT
} pk_convolution_kind;

typedef struct
{
  pk_convolution_kind kind;
  pk_precision precision;
  int kernel, stride, padding;
  int groups; /* 0 or 1: none; else as many as there are channels */
  bool sum, relu;
  const pk_tensor *input, *output; /* shapes and formats; their data is not touched */
} pk_convolution_options;

/* PK_UNSUPPORTED when oneDNN has nothing for it. */
pk_status pk_convolution_new (pk_onednn *onednn, const pk_convolution_options *options,
                              pk_convolution **convolution);
void pk_convolution_free (pk_convolution *convolution);

/* oneDNN has no fast code for it and takes its plain reference, hundreds of times slower.
 */
bool pk_convolution_is_slow (const pk_convolution *convolution);

/* Memory that a run needs besides its tensors. */
size_t pk_convolution_scratch (const pk_convolution *convolution);

/* Bytes of the weights as this convolution wants them, and from plain float32 to them. */
size_t pk_convolution_weight_bytes (const pk_convolution *convolution);
pk_status pk_convolution_pack_weights (pk_convolution *convolution, const float *plain,
                                       void *packed);

/* Forward, inference and the input's gradient. @input: read, or, of its gradient,
 * written.
 * @weights: packed. @bias: of inference, float32. @output: written, or, of the gradient,
 * read. */
pk_status pk_convolution_run (pk_convolution *convolution, void *input, void *weights,
                              const float *bias, void *output, void *scratch);

/* Writes, or adds with @add, the gradient of the weights, plain float32. */
pk_status pk_convolution_run_weight_gradient (pk_convolution *convolution, void *input,
                                              float *plain, bool add, void *output,
                                              void *scratch);

/* c = alpha a b + beta c, row after row; @transpose_a: a is stored (k, m). */
pk_status pk_onednn_matrix_product (bool transpose_a, bool transpose_b, int64_t m,
                                    int64_t n, int64_t k, float alpha, const float *a,
                                    int64_t a_stride, const float *b, int64_t b_stride,
                                    float beta, float *c, int64_t c_stride);

#endif /* PK_ONEDNN_H */
