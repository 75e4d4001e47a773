/* rows.h - what runs over rows of plain numbers, one row at a time
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows are float32 and of any length. Sums are kept in 16 lanes, each in float32, and
 * added in double at the end: rows of some thousands lose nothing.
 */
#ifndef PK_ROWS_H
#define PK_ROWS_H

#include "kernels/isa.h"
#include "kernels/pk.h"

typedef struct
{
  double (*sum) (const float *x, int64_t count);
  double (*dot) (const float *x, const float *y, int64_t count);
  void (*add_constant) (float *x, float value, int64_t count); /* x += value */
  void (*times) (const float *x, float factor, float *y,
                 int64_t count);                          /* y = factor x */
  void (*relu) (const float *x, float *y, int64_t count); /* a NAN goes through */
  /* d = g where x > 0 */
  void (*relu_gradient) (const float *x, const float *g, float *d, int64_t count);
} pk_rows;

extern const pk_rows pk_rows_generic;
#ifdef PK_HAVE_VARIANTS
extern const pk_rows pk_rows_v3, pk_rows_v4;
#endif

#endif /* PK_ROWS_H */
