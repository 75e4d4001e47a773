/* manova.c - whether groups differ in all columns together
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * From the eigenvalues of W^-1 B, sums of squares and products within and between groups;
 * the F of Wilks' lambda is Rao's, those of the others are the usual approximations
 * (Rencher and Christensen 2012, chapter 6).
 */
#include "engine/analysis/distributions.h"
#include "engine/analysis/statistics.h"

#include <lapacke.h>
#include <math.h>

static void
fill_products (const PhenoMatrix *rows, const int *groups, gsize n_groups, double *within,
               double *between)
{
  gsize columns = rows->columns;
  g_autofree double *middle = g_new0 (double, (n_groups + 1) * columns);
  g_autofree double *size = g_new0 (double, n_groups);
  double *mean = middle + n_groups * columns;

  for (gsize row = 0; row < rows->rows; row++)
    {
      size[groups[row]]++;
      for (gsize d = 0; d < columns; d++)
        {
          middle[(gsize) groups[row] * columns + d] += pheno_matrix_row (rows, row)[d];
          mean[d] += (double) pheno_matrix_row (rows, row)[d] / (double) rows->rows;
        }
    }
  for (gsize g = 0; g < n_groups; g++)
    for (gsize d = 0; d < columns; d++)
      middle[g * columns + d] /= size[g];
  for (gsize row = 0; row < rows->rows; row++)
    {
      const double *own = middle + (gsize) groups[row] * columns;

      for (gsize i = 0; i < columns; i++)
        for (gsize j = 0; j <= i; j++)
          {
            const float *values = pheno_matrix_row (rows, row);

            within[i * columns + j] += (values[i] - own[i]) * (values[j] - own[j]);
            between[i * columns + j] += (own[i] - mean[i]) * (own[j] - mean[j]);
          }
    }
}

static void
fill_statistics (const double *root, gsize columns, double q, double residual,
                 PhenoManova *manova)
{
  double p = (double) columns, s = MIN (p, q), m = (fabs (p - q) - 1) / 2;
  double n = (residual - p - 1) / 2, wilks = 1, pillai = 0, hotelling = 0, roy = 0;
  double b, t, r, d;

  for (gsize i = 0; i < columns; i++)
    {
      double value = MAX (root[i], 0);

      wilks /= 1 + value;
      pillai += value / (1 + value);
      hotelling += value;
      roy = MAX (roy, value);
    }
  r = residual - (p - q + 1) / 2;
  d = p * p + q * q - 5;
  t = d > 0 ? sqrt ((p * p * q * q - 4) / d) : 1;
  b = pow (wilks, 1 / t);
  manova->value[0] = wilks;
  manova->degrees[0] = p * q;
  manova->residual_degrees[0] = r * t - (p * q - 2) / 2;
  manova->f[0] = (1 - b) / b * manova->residual_degrees[0] / (p * q);
  manova->value[1] = pillai;
  manova->degrees[1] = s * (2 * m + s + 1);
  manova->residual_degrees[1] = s * (2 * n + s + 1);
  manova->f[1] = manova->residual_degrees[1] / manova->degrees[1] * pillai / (s - pillai);
  manova->value[2] = hotelling;
  if (n > 0)
    {
      double big = (p + 2 * n) * (q + 2 * n) / (2 * (2 * n + 1) * (n - 1));

      manova->degrees[2] = p * q;
      manova->residual_degrees[2] = 4 + (p * q + 2) / (big - 1);
      manova->f[2] = hotelling / ((manova->residual_degrees[2] - 2) / (2 * n))
                     * (manova->residual_degrees[2] / (p * q));
    }
  else
    {
      manova->degrees[2] = s * (2 * m + s + 1);
      manova->residual_degrees[2] = 2 * (s * n + 1);
      manova->f[2] = manova->residual_degrees[2] / (s * manova->degrees[2]) * hotelling;
    }
  manova->value[3] = roy;
  manova->degrees[3] = MAX (p, q);
  manova->residual_degrees[3] = residual - manova->degrees[3] + q;
  manova->f[3] = manova->residual_degrees[3] / manova->degrees[3] * roy;
  for (int i = 0; i < 4; i++)
    manova->p[i]
        = pheno_f_tail (manova->f[i], manova->degrees[i], manova->residual_degrees[i]);
}

gboolean
pheno_manova (const PhenoMatrix *matrix, const int *groups, PhenoManova *manova,
              GError **error)
{
  gsize n_groups, counted, columns = matrix->columns;
  g_autofree int *compact
      = pheno_groups_compact (groups, matrix->rows, &n_groups, &counted, error);
  g_autofree int *taken = g_new (int, matrix->rows + 1);
  g_autofree double *within = g_new0 (double, columns *columns);
  g_autofree double *between = g_new0 (double, columns *columns);
  g_autofree double *root = g_new (double, columns);
  g_autoptr (PhenoMatrix) rows = NULL;

  if (compact == NULL || !pheno_analysis_check (matrix, error))
    return FALSE;
  pheno_analysis_use_one_blas_thread ();
  rows = pheno_groups_take (matrix, compact, counted, taken);
  if (counted > n_groups + columns)
    fill_products (rows, taken, n_groups, within, between);
  if (counted <= n_groups + columns
      || LAPACKE_dsygv (LAPACK_ROW_MAJOR, 1, 'N', 'L', (lapack_int) columns, between,
                        (lapack_int) columns, within, (lapack_int) columns, root)
             != 0)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("A MANOVA of %zu columns needs more than %zu images with a label, and "
             "columns that do not tell each other. Take fewer principal "
             "components."),
          columns, n_groups + columns);
      return FALSE;
    }
  fill_statistics (root, columns, (double) (n_groups - 1), (double) (counted - n_groups),
                   manova);
  return TRUE;
}
