/* permutation.c - orders of rows that depend on the seed and their number alone
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/statistics.h"

#include <string.h>

#include "kernels/pk.h"

/* Values that differ by rounding only are as large: sums come in another order. */
#define AS_LARGE 1e-6

typedef struct
{
  guint64 seed;
  guint which;
  guint32 drawn;
  pk_random4 random;
} Stream;

/* 0 to @below - 1 */
static gsize
draw (Stream *self, gsize below)
{
  if (self->drawn % 4 == 0)
    {
      pk_random4 counter
          = { { self->drawn / 4, self->which, 0, 0x7065726d /* "perm" */ } };

      self->random = pk_philox (counter, self->seed);
    }
  return (gsize) ((guint64) self->random.word[self->drawn++ % 4] * below >> 32);
}

static void
shuffle (int *order, const int *places, gsize count, Stream *stream)
{
  for (gsize i = count; i > 1; i--)
    {
      gsize j = draw (stream, i);
      int a = places[i - 1], b = places[j];
      int kept = order[a];

      order[a] = order[b];
      order[b] = kept;
    }
}

void
pheno_permutation (int *order, gsize count, const int *strata, guint which, guint64 seed)
{
  Stream stream = { .seed = seed, .which = which };
  g_autofree int *places = g_new (int, count + 1);
  int most = -1;

  for (gsize i = 0; i < count; i++)
    order[i] = places[i] = (int) i;
  if (strata == NULL)
    {
      shuffle (order, places, count, &stream);
      return;
    }
  for (gsize i = 0; i < count; i++)
    most = MAX (most, strata[i]);
  for (int stratum = 0; stratum <= most; stratum++)
    {
      gsize n = 0;

      for (gsize i = 0; i < count; i++)
        if (strata[i] == stratum)
          places[n++] = (int) i;
      shuffle (order, places, n, &stream);
    }
}

double
pheno_permutation_p (const double *values, guint permutations, double observed)
{
  guint as_large = 0;

  if (permutations == 0 || isnan (observed))
    return NAN;
  for (guint i = 0; i < permutations; i++)
    as_large += values[i] >= observed - AS_LARGE * fabs (observed);
  return (as_large + 1.0) / (permutations + 1.0);
}

PhenoMatrix *
pheno_groups_take (const PhenoMatrix *matrix, const int *groups, gsize counted,
                   int *taken)
{
  PhenoMatrix *rows = pheno_matrix_new (counted, matrix->columns);
  gsize n = 0;

  for (gsize row = 0; row < matrix->rows; row++)
    if (groups[row] >= 0)
      {
        memcpy (pheno_matrix_row (rows, n), pheno_matrix_row (matrix, row),
                matrix->columns * sizeof (float));
        taken[n++] = groups[row];
      }
  return rows;
}
