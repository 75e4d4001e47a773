/* importance.c - what a change of the images does to what is known of them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the unaltered images are what is known. Each altered image is asked against
 * them as if it were a new one: its own row, and those of its individual, are left out.
 * So the classifier stays what it was, and what it loses is what the altered part told.
 */
#include "engine/analysis/analysis.h"

#include <string.h>

#include "kernels/pk.h"

#define RESAMPLES 1000

/* Rows of length 1, so that a product is a cosine; rows of zeros stay. */
static PhenoMatrix *
unit_rows (const PhenoMatrix *matrix)
{
  PhenoMatrix *unit = pheno_matrix_copy (matrix);

  for (gsize i = 0; i < unit->rows; i++)
    {
      float *row = pheno_matrix_row (unit, i);
      double square = 0;

      for (gsize j = 0; j < unit->columns; j++)
        square += (double) row[j] * row[j];
      for (gsize j = 0; j < unit->columns && square > 0; j++)
        row[j] = (float) (row[j] / sqrt (square));
    }
  return unit;
}

/* Sums of eight lanes, which the compiler makes one vector of, taken together in double.
 */
static double
dot (const float *a, const float *b, gsize n)
{
  double sum = 0;
  gsize j = 0;

  while (j + 8 <= n)
    {
      float lane[8] = { 0 };
      gsize end = MIN (j + 512, n);

      for (; j + 8 <= end; j += 8)
        for (int l = 0; l < 8; l++)
          lane[l] += a[j + l] * b[j + l];
      for (int l = 0; l < 8; l++)
        sum += lane[l];
    }
  for (; j < n; j++)
    sum += (double) a[j] * b[j];
  return sum;
}

typedef struct
{
  const PhenoMatrix *queries, *known;
  const int *groups, *unit;
  gsize k, n_groups;
  int *told;
} Asking;

/* Keeps the k largest cosines, largest first; ties go to the lower row. */
static gsize
insert (double *best, int *row, gsize there, gsize k, double cosine, int number)
{
  gsize at = there < k ? there : k;

  if (there == k && cosine <= best[k - 1])
    return there;
  if (there == k)
    at = k - 1;
  for (; at > 0 && best[at - 1] < cosine; at--)
    {
      best[at] = best[at - 1];
      row[at] = row[at - 1];
    }
  best[at] = cosine;
  row[at] = number;
  return MIN (there + 1, k);
}

/* The majority's group; of equals that with the larger sum of cosines. */
static int
vote (const Asking *self, const double *best, const int *row, gsize there)
{
  g_autofree double *score = g_new0 (double, self->n_groups);
  int winner = -1;

  /* A vote outweighs any sum of k cosines. */
  for (gsize i = 0; i < there; i++)
    score[self->groups[row[i]]] += 4.0 * (double) self->k + best[i];
  for (gsize g = 0; g < self->n_groups; g++)
    if (score[g] > 0 && (winner < 0 || score[g] > score[winner]))
      winner = (int) g;
  return winner;
}

static void
ask (gsize query, gpointer user_data)
{
  const Asking *self = user_data;
  g_autofree double *best = g_new (double, self->k);
  g_autofree int *row = g_new (int, self->k);
  gsize there = 0;

  self->told[query] = -1;
  if (self->groups[query] < 0)
    return;
  for (gsize i = 0; i < self->known->rows; i++)
    {
      if (i == query || self->groups[i] < 0
          || (self->unit != NULL && self->unit[i] >= 0
              && self->unit[i] == self->unit[query]))
        continue;
      there = insert (best, row, there, self->k,
                      dot (pheno_matrix_row (self->queries, query),
                           pheno_matrix_row (self->known, i), self->known->columns),
                      (int) i);
    }
  self->told[query] = vote (self, best, row, there);
}

gboolean
pheno_altered_votes (const PhenoMatrix *known, const PhenoMatrix *altered,
                     const int *groups, const int *unit, gsize k, int threads, int *told,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoMatrix) known_unit = unit_rows (known),
                          altered_unit = unit_rows (altered);
  Asking self = { .queries = altered_unit,
                  .known = known_unit,
                  .groups = groups,
                  .unit = unit,
                  .k = k,
                  .told = told };

  for (gsize i = 0; i < known->rows; i++)
    self.n_groups = MAX (self.n_groups, (gsize) MAX (groups[i] + 1, 0));
  if (self.n_groups < 2)
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                           _ ("What a band tells of groups can be measured with at least "
                              "two groups, and there are fewer. Choose another column."));
      return FALSE;
    }
  return pheno_for_each_index (known->rows, threads, ask, &self, "neighbours", NULL, NULL,
                               cancellable, error);
}

/* Mean over groups of the share told right; each row counts @weight times (NULL: once).
 */
static double
balanced (const int *told, const int *groups, gsize rows, const guint *weight,
          double *sum, double *all, gsize n_groups)
{
  double total = 0;
  gsize there = 0;

  memset (sum, 0, n_groups * sizeof *sum);
  memset (all, 0, n_groups * sizeof *all);
  for (gsize i = 0; i < rows; i++)
    if (groups[i] >= 0)
      {
        double times = weight != NULL ? weight[i] : 1;

        sum[groups[i]] += times * (told[i] == groups[i]);
        all[groups[i]] += times;
      }
  for (gsize g = 0; g < n_groups; g++)
    if (all[g] > 0)
      {
        total += sum[g] / all[g];
        there++;
      }
  return there > 0 ? total / (double) there : NAN;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Draws whole individuals with replacement; both shares are of the same draw, so what
 * images have in common falls out of their difference. */
static void
draw_weights (const int *unit, gsize rows, guint sample, guint64 seed, guint *weight)
{
  g_autofree guint *times = g_new0 (guint, rows);

  for (gsize i = 0; i < rows; i++)
    {
      pk_random4 counter = { { (guint32) i, sample, 0, 0x696d706fu /* "impo" */ } };
      guint64 word = pk_philox (counter, seed).word[0];

      times[(word * rows) >> 32]++;
    }
  for (gsize i = 0; i < rows; i++)
    weight[i] = times[unit[i]];
}

/* First row of each row's individual. */
static int *
first_rows (const int *unit, gsize rows)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_direct_hash, g_direct_equal);
  int *first = g_new (int, rows);

  for (gsize i = 0; i < rows; i++)
    {
      gpointer row;

      first[i] = (int) i;
      if (unit == NULL || unit[i] < 0)
        continue;
      if (g_hash_table_lookup_extended (known, GINT_TO_POINTER (unit[i]), NULL, &row))
        first[i] = GPOINTER_TO_INT (row);
      else
        g_hash_table_insert (known, GINT_TO_POINTER (unit[i]), GINT_TO_POINTER (i));
    }
  return first;
}

void
pheno_accuracy_lost (const int *plain, const int *altered, const int *groups,
                     const int *unit, gsize rows, guint64 seed, PhenoImportance *lost)
{
  g_autofree double *drop = g_new (double, RESAMPLES);
  g_autofree guint *weight = g_new (guint, rows);
  g_autofree int *first = first_rows (unit, rows);
  g_autofree double *sum = NULL, *all = NULL;
  gsize n_groups = 0, there = 0;

  for (gsize i = 0; i < rows; i++)
    n_groups = MAX (n_groups, (gsize) MAX (groups[i] + 1, 0));
  sum = g_new (double, n_groups + 1);
  all = g_new (double, n_groups + 1);
  lost->accuracy_lost = balanced (plain, groups, rows, NULL, sum, all, n_groups)
                        - balanced (altered, groups, rows, NULL, sum, all, n_groups);
  for (guint r = 0; r < RESAMPLES; r++)
    {
      double value;

      draw_weights (first, rows, r, seed, weight);
      value = balanced (plain, groups, rows, weight, sum, all, n_groups)
              - balanced (altered, groups, rows, weight, sum, all, n_groups);
      if (isfinite (value))
        drop[there++] = value;
    }
  qsort (drop, there, sizeof *drop, compare_doubles);
  lost->lost_low = there > 0 ? drop[(gsize) (0.025 * (double) (there - 1))] : NAN;
  lost->lost_high = there > 0 ? drop[(gsize) ceil (0.975 * (double) (there - 1))] : NAN;
}

void
pheno_rows_changed (const PhenoMatrix *plain, const PhenoMatrix *altered,
                    PhenoImportance *changed)
{
  double sum = 0, square = 0;
  gsize n = plain->rows;

  for (gsize i = 0; i < n; i++)
    {
      const float *a = pheno_matrix_row (plain, i), *b = pheno_matrix_row (altered, i);
      double lengths = sqrt (dot (a, a, plain->columns) * dot (b, b, plain->columns));
      double change = lengths > 0 ? 1 - dot (a, b, plain->columns) / lengths : 1;

      sum += change;
      square += change * change;
    }
  changed->change = sum / (double) n;
  changed->change_error = n > 1 ? sqrt (MAX (square - sum * sum / (double) n, 0)
                                        / (double) (n - 1) / (double) n)
                                : NAN;
}
