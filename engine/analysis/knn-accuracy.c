/* knn-accuracy.c - how well the neighbours of a row tell its group
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each row takes the group of the majority of its k nearest allowed rows; of groups with
 * equally many, the one with the larger sum of similarities (1 - distance for cosine,
 * minus the distance for Euclidean), then the one with the lower number. The balanced
 * accuracy is the mean over groups of the share of their rows that are right, so that a
 * common species cannot hide the rare ones.
 */
#include "engine/analysis/statistics.h"

#include <math.h>
#include <string.h>

#include "kernels/pk.h"

/* The ends of a 95 % interval then rest on 50 values each. */
#define RESAMPLES 2000

typedef struct
{
  gsize n_groups;
  const int *group, *unit; /* of the rows counted; units from 0 */
  const gboolean *right;
  gsize count, n_units;
} Votes;

/* The group of the neighbours of @row, -1 without any. @votes and @sums: n_groups, all 0,
 * left so. */
static int
predict (const PhenoNeighbours *neighbours, gsize row, const int *group, int *votes,
         double *sums)
{
  const int *index = neighbours->index + row * neighbours->k;
  const float *distance = neighbours->distance + row * neighbours->k;
  int best = -1;

  for (gsize i = 0; i < neighbours->k && index[i] >= 0; i++)
    {
      votes[group[index[i]]]++;
      sums[group[index[i]]] -= distance[i];
    }
  for (gsize i = 0; i < neighbours->k && index[i] >= 0; i++)
    {
      int g = group[index[i]];

      if (best < 0 || votes[g] > votes[best]
          || (votes[g] == votes[best]
              && (sums[g] > sums[best] || (sums[g] == sums[best] && g < best))))
        best = g;
    }
  for (gsize i = 0; i < neighbours->k && index[i] >= 0; i++)
    {
      votes[group[index[i]]] = 0;
      sums[group[index[i]]] = 0;
    }

  return best;
}

/* Mean over the groups that have a row of the share of right ones; each unit counts
 * @weight times (NULL: once). @right and @all: n_groups. */
static double
balanced_accuracy (const Votes *self, const guint *weight, double *right, double *all)
{
  double sum = 0;
  gsize there = 0;

  memset (right, 0, self->n_groups * sizeof (double));
  memset (all, 0, self->n_groups * sizeof (double));
  for (gsize i = 0; i < self->count; i++)
    {
      double times = weight != NULL ? weight[self->unit[i]] : 1;

      all[self->group[i]] += times;
      right[self->group[i]] += times * self->right[i];
    }
  for (gsize g = 0; g < self->n_groups; g++)
    if (all[g] > 0)
      {
        sum += right[g] / all[g];
        there++;
      }

  return sum / (double) there;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Quantile with linear interpolation, as numpy's default. */
static double
quantile (const double *sorted, gsize count, double share)
{
  double at = share * (double) (count - 1);
  gsize low = (gsize) at;

  return sorted[low]
         + (at - (double) low) * (sorted[MIN (low + 1, count - 1)] - sorted[low]);
}

/* Percentile bootstrap over units. Efron and Tibshirani 1993, chapter 13. */
static void
bootstrap (const Votes *self, guint64 seed, PhenoAccuracy *accuracy)
{
  g_autofree double *values = g_new (double, RESAMPLES);
  g_autofree double *right = g_new (double, self->n_groups),
                    *all = g_new (double, self->n_groups);
  g_autofree guint *weight = g_new (guint, self->n_units);
  double mean = 0, square = 0;

  for (guint r = 0; r < RESAMPLES; r++)
    {
      memset (weight, 0, self->n_units * sizeof (guint));
      for (gsize i = 0; i < self->n_units; i++)
        {
          pk_random4 counter = { { (guint32) i, r, 0, 0x626f6f74 /* "boot" */ } };
          guint64 word = pk_philox (counter, seed).word[0];

          weight[(word * self->n_units) >> 32]++;
        }
      values[r] = balanced_accuracy (self, weight, right, all);
      mean += values[r] / RESAMPLES;
    }
  for (guint r = 0; r < RESAMPLES; r++)
    square += (values[r] - mean) * (values[r] - mean);

  qsort (values, RESAMPLES, sizeof (double), compare_doubles);
  accuracy->standard_error = sqrt (square / (RESAMPLES - 1));
  accuracy->interval_low = quantile (values, RESAMPLES, 0.025);
  accuracy->interval_high = quantile (values, RESAMPLES, 0.975);
}

/* Numbers from 0 for the values of @unit (-1: a unit of its own), or for the rows. */
static int *
number_units (const int *unit, const int *row, gsize count, gsize *n_units)
{
  int *numbers = g_new (int, count);
  g_autoptr (GHashTable) known = g_hash_table_new (g_direct_hash, g_direct_equal);

  *n_units = 0;
  for (gsize i = 0; i < count; i++)
    {
      gpointer key = GINT_TO_POINTER (unit != NULL ? unit[row[i]] : -1), number;

      if (GPOINTER_TO_INT (key) < 0)
        numbers[i] = (int) (*n_units)++;
      else if (g_hash_table_lookup_extended (known, key, NULL, &number))
        numbers[i] = GPOINTER_TO_INT (number);
      else
        {
          numbers[i] = (int) (*n_units)++;
          g_hash_table_insert (known, key, GINT_TO_POINTER (numbers[i]));
        }
    }

  return numbers;
}

/* The rows with a group, as a matrix of their own: rows without one are no neighbours
 * either. */
static PhenoMatrix *
rows_with_group (const PhenoMatrix *matrix, const int *groups, GArray *row)
{
  PhenoMatrix *counted;

  for (int i = 0; i < (int) matrix->rows; i++)
    if (groups[i] >= 0)
      g_array_append_val (row, i);
  counted = pheno_matrix_new (row->len, matrix->columns);
  for (guint i = 0; i < row->len; i++)
    memcpy (pheno_matrix_row (counted, i),
            pheno_matrix_row (matrix, g_array_index (row, int, i)),
            matrix->columns * sizeof (float));

  return counted;
}

static int *
pick (const int *values, GArray *row)
{
  int *picked = g_new (int, row->len);

  for (guint i = 0; i < row->len; i++)
    picked[i] = values[g_array_index (row, int, i)];
  return picked;
}

static gsize
count_groups (const int *group, gsize count, gsize *n_numbers)
{
  g_autofree gboolean *seen = NULL;
  gsize there = 0;

  *n_numbers = 0;
  for (gsize i = 0; i < count; i++)
    *n_numbers = MAX (*n_numbers, (gsize) group[i] + 1);
  seen = g_new0 (gboolean, *n_numbers + 1);
  for (gsize i = 0; i < count; i++)
    {
      there += !seen[group[i]];
      seen[group[i]] = TRUE;
    }
  return there;
}

static void
vote (const PhenoNeighbours *neighbours, Votes *votes, gboolean *right,
      PhenoAccuracy *accuracy)
{
  g_autofree int *counts = g_new0 (int, votes->n_groups);
  g_autofree double *sums = g_new0 (double, votes->n_groups),
                    *all = g_new (double, votes->n_groups);
  gsize n_right = 0;

  for (gsize i = 0; i < votes->count; i++)
    {
      right[i] = predict (neighbours, i, votes->group, counts, sums) == votes->group[i];
      n_right += right[i];
    }
  accuracy->accuracy = (double) n_right / (double) votes->count;
  accuracy->balanced_accuracy = balanced_accuracy (votes, NULL, sums, all);
}

void
pheno_accuracy_fill (const int *group, const int *unit, const gboolean *right,
                     gsize count, guint64 seed, PhenoAccuracy *accuracy)
{
  g_autofree int *row = g_new (int, count + 1), *units = NULL;
  g_autofree double *sums = NULL, *all = NULL;
  Votes votes = { .group = group, .right = right, .count = count };
  gsize n_right = 0;

  for (gsize i = 0; i < count; i++)
    {
      row[i] = (int) i;
      n_right += right[i] != 0;
    }
  *accuracy = (PhenoAccuracy){ .rows = count,
                               .groups = count_groups (group, count, &votes.n_groups) };
  units = number_units (unit, row, count, &votes.n_units);
  sums = g_new (double, votes.n_groups + 1);
  all = g_new (double, votes.n_groups + 1);
  votes.unit = units;
  accuracy->chance = 1.0 / (double) MAX (accuracy->groups, 1);
  accuracy->accuracy = (double) n_right / (double) MAX (count, 1);
  accuracy->balanced_accuracy = balanced_accuracy (&votes, NULL, sums, all);
  bootstrap (&votes, seed, accuracy);
}

gboolean
pheno_knn_accuracy (const PhenoMatrix *matrix, const int *groups, const int *exclude,
                    gsize k, PhenoMetric metric, const int *unit, guint64 seed,
                    PhenoAccuracy *accuracy, GError **error)
{
  g_autoptr (GArray) row = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (PhenoMatrix) counted = rows_with_group (matrix, groups, row);
  g_autofree int *group = pick (groups, row),
                 *barred = exclude != NULL ? pick (exclude, row) : NULL;
  g_autoptr (PhenoNeighbours) neighbours = NULL;
  g_autofree gboolean *right = NULL;
  g_autofree int *units = NULL;
  Votes votes = { .group = group, .count = row->len };

  *accuracy
      = (PhenoAccuracy){ .rows = row->len,
                         .groups = count_groups (group, row->len, &votes.n_groups) };
  if (accuracy->groups < 2)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_DATA,
          _ ("An accuracy needs at least two groups, and there are fewer. Choose another "
             "column, or add species."));
      return FALSE;
    }
  if ((neighbours = pheno_neighbours (counted, k, metric, barred, 0,
                                      g_cancellable_get_current (), error))
      == NULL)
    return FALSE;

  accuracy->chance = 1.0 / (double) accuracy->groups;
  right = g_new (gboolean, row->len);
  units = number_units (unit, (const int *) row->data, row->len, &votes.n_units);
  votes.unit = units;
  votes.right = right;
  vote (neighbours, &votes, right, accuracy);
  bootstrap (&votes, seed, accuracy);

  return TRUE;
}
