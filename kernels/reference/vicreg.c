/* vicreg.c - variance, invariance and covariance of two views
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bardes et al. 2022, arXiv:2105.04906, as its authors' code has it: of views A and B
 * with N rows and D columns
 *
 *     l mean (A - B)^2 + m / 2 (hinge A + hinge B) + n (cov A + cov B),
 *     hinge = mean over columns of max (0, 1 - sqrt (var + 1e-4)),
 *     cov = sum of the squares of covariances off the diagonal, over D
 */
#include "kernels/reference/reference.h"

#include <math.h>
#include <stdlib.h>

#include "kernels/status.h"

#define VARIANCE_EPSILON 1e-4

typedef struct
{
  int64_t rows, columns; /* of one view */
  double *centred;       /* (rows, columns) */
  double *covariance;    /* (columns, columns) */
} view;

static bool
view_new (view *v, int64_t rows, int64_t columns)
{
  *v = (view){ rows, columns, malloc ((size_t) (rows * columns) * sizeof (double)),
               malloc ((size_t) (columns * columns) * sizeof (double)) };
  return v->centred != NULL && v->covariance != NULL;
}

static void
view_clear (view *v)
{
  free (v->centred);
  free (v->covariance);
}

static void
measure (view *v, const float *x)
{
  for (int64_t c = 0; c < v->columns; c++)
    {
      double mean = 0;

      for (int64_t r = 0; r < v->rows; r++)
        mean += x[r * v->columns + c];
      mean /= (double) v->rows;
      for (int64_t r = 0; r < v->rows; r++)
        v->centred[r * v->columns + c] = x[r * v->columns + c] - mean;
    }
  for (int64_t a = 0; a < v->columns; a++)
    for (int64_t b = 0; b < v->columns; b++)
      {
        double sum = 0;

        for (int64_t r = 0; r < v->rows; r++)
          sum += v->centred[r * v->columns + a] * v->centred[r * v->columns + b];
        v->covariance[a * v->columns + b] = sum / (double) (v->rows - 1);
      }
}

static double
deviation (const view *v, int64_t column)
{
  return sqrt (v->covariance[column * v->columns + column] + VARIANCE_EPSILON);
}

pk_status
pk_reference_vicreg_prepare (pk_step *step)
{
  int64_t rows = step->input->shape.size[0];

  return rows >= 4 && rows % 2 == 0
             ? PK_OK
             : pk_fail (PK_BAD_ARGUMENT,
                        "VICReg needs two views each of two or more images, not %d rows",
                        (int) rows);
}

pk_status
pk_reference_vicreg_forward (pk_step *step)
{
  int64_t rows = step->input->shape.size[0] / 2, columns = step->input->shape.size[1];
  const float *x = (const float *) step->input->data, *weight = step->node.weight;
  double loss = 0;
  view v;

  if (!view_new (&v, rows, columns))
    {
      view_clear (&v);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for VICReg");
    }

  for (int64_t i = 0; i < rows * columns; i++)
    loss += weight[0] * pow ((double) x[i] - x[i + rows * columns], 2)
            / (double) (rows * columns);
  for (int which = 0; which < 2; which++)
    {
      measure (&v, x + which * rows * columns);
      for (int64_t a = 0; a < columns; a++)
        {
          loss += weight[1] / 2 * fmax (0, 1 - deviation (&v, a)) / (double) columns;
          for (int64_t b = 0; b < columns; b++)
            if (a != b)
              loss += weight[2] * pow (v.covariance[a * columns + b], 2)
                      / (double) columns;
        }
      if (isnan (v.covariance[0])) /* fmax would hide it */
        loss = NAN;
    }
  view_clear (&v);

  *(float *) step->output->data = (float) loss;
  return PK_OK;
}

pk_status
pk_reference_vicreg_backward (pk_step *step)
{
  int64_t rows = step->input->shape.size[0] / 2, columns = step->input->shape.size[1];
  const float *x = (const float *) step->input_again->data, *weight = step->node.weight;
  double scale = step->loss_gradient;
  view v;

  if (!view_new (&v, rows, columns))
    {
      view_clear (&v);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for VICReg");
    }

  for (int which = 0; which < 2; which++)
    {
      const float *other = x + (1 - which) * rows * columns;
      const float *own = x + which * rows * columns;
      float *d = (float *) step->input_gradient->data + which * rows * columns;

      measure (&v, own);
      for (int64_t r = 0; r < rows; r++)
        for (int64_t a = 0; a < columns; a++)
          {
            double of_covariance = 0, of_variance = 0;
            int64_t at = r * columns + a;

            for (int64_t b = 0; b < columns; b++)
              if (b != a)
                of_covariance
                    += v.covariance[a * columns + b] * v.centred[r * columns + b];
            if (deviation (&v, a) < 1)
              of_variance = -v.centred[at] / deviation (&v, a);
            d[at] = (float) (scale
                             * (weight[0] * 2 * ((double) own[at] - other[at])
                                    / (double) (rows * columns)
                                + weight[1] / 2 * of_variance
                                      / (double) ((rows - 1) * columns)
                                + weight[2] * 4 * of_covariance
                                      / (double) ((rows - 1) * columns)));
          }
    }
  view_clear (&v);

  return PK_OK;
}
