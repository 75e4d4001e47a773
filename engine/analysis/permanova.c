/* permanova.c - whether groups differ, from distances alone
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Anderson 2001: the squared distances inside of groups, divided by the size of each,
 * against those of all. With one factor each permutation looks at every pair once, many
 * permutations for one row of the table while that is in the cache:
 *
 *     within = sum over groups of 1 / n_g sum_{i < j in g} d_ij^2
 *
 * With several factors the share of each is that of the columns of the design which those
 * before it do not tell (McArdle and Anderson 2001), q of length 1 and at right angles:
 *
 *     SS = sum over q of q^T G q       G: -1/2 d^2, rows and columns centred (Gower)
 *
 * and permutations change the order of q's rows.
 */
#include "engine/analysis/statistics.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "engine/analysis/map-forces.h"

#define BATCH 32       /* permutations of one task: their labels stay in the cache */
#define DEPENDENT 1e-9 /* squared length of what is left of a column */

typedef struct
{
  gsize rows, n_factors;
  float *square;       /* (N, N) of the rows that count */
  int *const *factors; /* each (N), without gaps */
  const gsize *n_groups;
  const int *strata;
  guint permutations;
  guint64 seed;

  /* one factor */
  const int *size;
  const pheno_map_forces *forces;
  double *within; /* (permutations + 1): the first is not permuted */

  /* several */
  double *gower;  /* (N, N) */
  double *design; /* (N, columns) */
  gsize columns;
  const gsize *term_of; /* (columns) */
  double *sums;         /* (permutations + 1, n_factors) */
} Permanova;

/* Labels of permutation @which; 0 is the order as it is. */
static void
permuted_labels (const Permanova *self, guint which, int *order, int *labels)
{
  if (which == 0)
    {
      memcpy (labels, self->factors[0], self->rows * sizeof (int));
      return;
    }
  pheno_permutation (order, self->rows, self->strata, which, self->seed);
  for (gsize row = 0; row < self->rows; row++)
    labels[row] = self->factors[0][order[row]];
}

static void
within_batch (gsize task, gpointer data)
{
  Permanova *self = data;
  guint from = (guint) task * BATCH, to = MIN (from + BATCH, self->permutations + 1);
  gsize rows = self->rows;
  g_autofree int *labels = g_new (int, BATCH *rows), *order = g_new (int, rows);

  for (guint which = from; which < to; which++)
    {
      permuted_labels (self, which, order, labels + (which - from) * rows);
      self->within[which] = 0;
    }
  for (gsize row = 0; row + 1 < rows; row++)
    for (guint which = from; which < to; which++)
      {
        const int *own = labels + (which - from) * rows + row;

        self->within[which]
            += self->forces->sum_of_group (self->square + row * rows + row + 1, own + 1,
                                           *own, rows - row - 1)
               / (double) self->size[*own];
      }
}

static gboolean
check_whole (double all, GError **error)
{
  if (all > 0)
    return TRUE;
  g_set_error_literal (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      _ ("All distances between the images are 0, so there is nothing to "
         "test. With “cosine” only directions count: try “euclidean”."));
  return FALSE;
}

static gboolean
one_factor (Permanova *self, int threads, PhenoTerm *terms, GCancellable *cancellable,
            GError **error)
{
  gsize groups = self->n_groups[0], rows = self->rows;
  g_autofree int *size = g_new0 (int, groups);
  g_autofree double *within = g_new (double, self->permutations + 1);
  g_autofree double *f = g_new (double, self->permutations + 1);
  double all = 0, degrees = (double) (groups - 1), residual = (double) (rows - groups);

  for (gsize row = 0; row < rows; row++)
    {
      double sum = 0;

      size[self->factors[0][row]]++;
      for (gsize other = row + 1; other < rows; other++)
        sum += self->square[row * rows + other];
      all += sum / (double) rows;
    }
  if (!check_whole (all, error))
    return FALSE;
  self->size = size;
  self->within = within;
  self->forces = pheno_map_forces_get ();
  if (!pheno_analysis_run ((self->permutations + BATCH) / BATCH, threads, within_batch,
                           self, cancellable, error))
    return FALSE;
  for (guint which = 0; which <= self->permutations; which++)
    f[which] = (all - within[which]) / degrees / (within[which] / residual);
  terms[0] = (PhenoTerm){ degrees, all - within[0], (all - within[0]) / all, f[0],
                          pheno_permutation_p (f + 1, self->permutations, f[0]) };
  terms[1] = (PhenoTerm){ residual, within[0], within[0] / all, NAN, NAN };
  return TRUE;
}

/* Rows and columns get the mean 0. */
static double
make_gower (Permanova *self)
{
  gsize rows = self->rows;
  g_autofree double *mean = g_new0 (double, rows);
  double all = 0, trace = 0;

  for (gsize i = 0; i < rows; i++)
    {
      for (gsize j = 0; j < rows; j++)
        {
          self->gower[i * rows + j] = -0.5 * self->square[i * rows + j];
          mean[i] += self->gower[i * rows + j] / (double) rows;
        }
      all += mean[i] / (double) rows;
    }
  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < rows; j++)
      self->gower[i * rows + j] += all - mean[i] - mean[j];
  for (gsize i = 0; i < rows; i++)
    trace += self->gower[i * rows + i];
  return trace;
}

/* Takes from @column what the columns before it, and the constant one, tell. Returns:
 * whether anything is left. */
static gboolean
straighten (double *column, const double *design, gsize rows, gsize columns, gsize stride)
{
  double length = 0, given = 0;

  for (gsize row = 0; row < rows; row++)
    given += column[row] * column[row];
  for (int twice = 0; twice < 2; twice++)
    {
      double mean = 0;

      for (gsize row = 0; row < rows; row++)
        mean += column[row] / (double) rows;
      for (gsize row = 0; row < rows; row++)
        column[row] -= mean;
      for (gsize c = 0; c < columns; c++)
        {
          double along = 0;

          for (gsize row = 0; row < rows; row++)
            along += column[row] * design[row * stride + c];
          for (gsize row = 0; row < rows; row++)
            column[row] -= along * design[row * stride + c];
        }
    }
  for (gsize row = 0; row < rows; row++)
    length += column[row] * column[row];
  if (length < DEPENDENT * given)
    return FALSE;
  for (gsize row = 0; row < rows; row++)
    column[row] /= sqrt (length);
  return TRUE;
}

static gboolean
make_design (Permanova *self, gsize room, gsize *term_of, gsize *degrees, GError **error)
{
  g_autofree double *column = g_new (double, self->rows);

  for (gsize f = 0; f < self->n_factors; f++)
    {
      degrees[f] = 0;
      for (gsize group = 1; group < self->n_groups[f]; group++)
        {
          for (gsize row = 0; row < self->rows; row++)
            column[row] = self->factors[f][row] == (int) group;
          if (!straighten (column, self->design, self->rows, self->columns, room))
            continue;
          for (gsize row = 0; row < self->rows; row++)
            self->design[row * room + self->columns] = column[row];
          term_of[self->columns++] = f;
          degrees[f]++;
        }
      if (degrees[f] == 0)
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                       _ ("Factor %zu tells nothing that those before it do not tell. "
                          "Leave it out, or name it first."),
                       f + 1);
          return FALSE;
        }
    }
  if (self->columns + 1 < self->rows)
    return TRUE;
  g_set_error_literal (
      error, PHENO_ERROR, PHENO_ERROR_DATA,
      _ ("The factors have as many groups as there are images. Leave one "
         "out."));
  return FALSE;
}

static void
sums_of_permutation (gsize task, gpointer data)
{
  Permanova *self = data;
  gsize rows = self->rows, columns = self->columns;
  g_autofree int *order = g_new (int, rows);
  g_autofree double *design = g_new (double, rows *columns);
  g_autofree double *product = g_new (double, rows *columns);
  double *sums = self->sums + task * self->n_factors;

  for (gsize row = 0; row < rows; row++)
    order[row] = (int) row;
  if (task > 0)
    pheno_permutation (order, rows, self->strata, (guint) task, self->seed);
  for (gsize row = 0; row < rows; row++)
    memcpy (design + row * columns, self->design + (gsize) order[row] * columns,
            columns * sizeof (double));
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) rows, (int) columns,
               (int) rows, 1, self->gower, (int) rows, design, (int) columns, 0, product,
               (int) columns);
  memset (sums, 0, self->n_factors * sizeof (double));
  for (gsize row = 0; row < rows; row++)
    for (gsize c = 0; c < columns; c++)
      sums[self->term_of[c]] += design[row * columns + c] * product[row * columns + c];
}

static void
fill_terms (const Permanova *self, double all, const gsize *degrees, PhenoTerm *terms)
{
  gsize n = self->n_factors, residual = self->rows - 1 - self->columns;
  g_autofree double *f = g_new (double, (gsize) self->permutations + 1);
  double rest = all;

  for (gsize t = 0; t < n; t++)
    rest -= self->sums[t];
  for (gsize t = 0; t < n; t++)
    {
      for (guint which = 0; which <= self->permutations; which++)
        {
          const double *sums = self->sums + which * n;
          double left = all;

          for (gsize other = 0; other < n; other++)
            left -= sums[other];
          f[which] = sums[t] / (double) degrees[t] / (left / (double) residual);
        }
      terms[t]
          = (PhenoTerm){ (double) degrees[t], self->sums[t], self->sums[t] / all, f[0],
                         pheno_permutation_p (f + 1, self->permutations, f[0]) };
    }
  terms[n] = (PhenoTerm){ (double) residual, rest, rest / all, NAN, NAN };
}

static gboolean
several_factors (Permanova *self, int threads, PhenoTerm *terms,
                 GCancellable *cancellable, GError **error)
{
  gsize rows = self->rows, room = 0;
  g_autofree double *gower
      = pheno_analysis_allocate (rows * rows, sizeof (double), error);
  g_autofree double *design = NULL, *sums = NULL;
  g_autofree gsize *term_of = NULL, *degrees = g_new (gsize, self->n_factors);
  double all;

  for (gsize f = 0; f < self->n_factors; f++)
    room += self->n_groups[f] - 1;
  if (gower == NULL
      || (design = pheno_analysis_allocate (rows * room, sizeof (double), error)) == NULL)
    return FALSE;
  term_of = g_new (gsize, room);
  sums = g_new (double, ((gsize) self->permutations + 1) * self->n_factors);
  self->gower = gower;
  self->design = design;
  self->term_of = term_of;
  self->sums = sums;
  all = make_gower (self);
  if (!check_whole (all, error) || !make_design (self, room, term_of, degrees, error))
    return FALSE;
  for (gsize row = 1; row < rows && self->columns < room; row++)
    memmove (design + row * self->columns, design + row * room,
             self->columns * sizeof (double));
  if (!pheno_analysis_run ((gsize) self->permutations + 1, threads, sums_of_permutation,
                           self, cancellable, error))
    return FALSE;
  fill_terms (self, all, degrees, terms);
  return TRUE;
}

/* Rows that have a group of each factor. */
static int *
rows_that_count (const int *const *factors, gsize n_factors, gsize rows, gsize *count)
{
  int *kept = g_new (int, rows + 1);

  *count = 0;
  for (gsize row = 0; row < rows; row++)
    {
      gboolean has_all = TRUE;

      for (gsize f = 0; f < n_factors; f++)
        has_all = has_all && factors[f][row] >= 0;
      if (has_all)
        kept[(*count)++] = (int) row;
    }
  return kept;
}

static int *
pick (const int *values, const int *kept, gsize count)
{
  int *picked = g_new (int, count + 1);

  for (gsize i = 0; i < count; i++)
    picked[i] = values[kept[i]];
  return picked;
}

gboolean
pheno_permanova (const PhenoMatrix *distances, const int *const *factors, gsize n_factors,
                 const int *strata, guint permutations, guint64 seed, int threads,
                 PhenoTerm *terms, GCancellable *cancellable, GError **error)
{
  gsize count, counted;
  g_autofree int *kept = rows_that_count (factors, n_factors, distances->rows, &count);
  g_autoptr (GPtrArray) compact = g_ptr_array_new_with_free_func (g_free);
  g_autofree gsize *n_groups = g_new (gsize, n_factors);
  g_autofree int *blocks = strata != NULL ? pick (strata, kept, count) : NULL;
  g_autofree float *square = NULL;
  Permanova self = { .rows = count,
                     .n_factors = n_factors,
                     .n_groups = n_groups,
                     .strata = blocks,
                     .permutations = permutations,
                     .seed = seed };

  for (gsize f = 0; f < n_factors; f++)
    {
      g_autofree int *picked = pick (factors[f], kept, count);
      int *groups = pheno_groups_compact (picked, count, &n_groups[f], &counted, error);

      if (groups == NULL)
        return FALSE;
      g_ptr_array_add (compact, groups);
    }
  if ((square = pheno_analysis_allocate (count * count, sizeof (float), error)) == NULL)
    return FALSE;
  for (gsize i = 0; i < count; i++)
    for (gsize j = 0; j < count; j++)
      {
        float d = pheno_matrix_row (distances, (gsize) kept[i])[kept[j]];

        square[i * count + j] = d * d;
      }
  self.square = square;
  self.factors = (int *const *) compact->pdata;
  return n_factors == 1 ? one_factor (&self, threads, terms, cancellable, error)
                        : several_factors (&self, threads, terms, cancellable, error);
}
