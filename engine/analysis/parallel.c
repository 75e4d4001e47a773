/* parallel.c - loops of the analyses on several threads, and checks of their input
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/parallel.h"

#include <cblas.h>
#include <math.h>

typedef struct
{
  gsize n_tasks, next; /* next is atomic */
  PhenoTaskFunc func;
  gpointer data;
  GCancellable *cancellable;
} Work;

static gpointer
work (gpointer data)
{
  Work *self = data;

  while (!g_cancellable_is_cancelled (self->cancellable))
    {
      gsize task = __atomic_fetch_add (&self->next, 1, __ATOMIC_RELAXED);

      if (task >= self->n_tasks)
        break;
      self->func (task, self->data);
    }

  return NULL;
}

void
pheno_analysis_use_one_blas_thread (void)
{
  static gsize is_set = 0;

  if (g_once_init_enter (&is_set))
    {
      openblas_set_num_threads (1);
      g_once_init_leave (&is_set, 1);
    }
}

gboolean
pheno_analysis_run (gsize n_tasks, int threads, PhenoTaskFunc func, gpointer data,
                    GCancellable *cancellable, GError **error)
{
  Work self = { n_tasks, 0, func, data, cancellable };
  g_autofree GThread **others = NULL;
  gsize n_threads = threads > 0 ? (gsize) threads : g_get_num_processors ();

  pheno_analysis_use_one_blas_thread ();
  n_threads = CLAMP (n_threads, 1, MAX (n_tasks, 1));
  others = g_new0 (GThread *, n_threads);
  for (gsize i = 1; i < n_threads; i++)
    others[i]
        = g_thread_try_new ("analysis", work, &self, NULL); /* fewer threads will do */
  work (&self);
  for (gsize i = 1; i < n_threads; i++)
    if (others[i] != NULL)
      g_thread_join (others[i]);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

gboolean
pheno_analysis_check (const PhenoMatrix *matrix, GError **error)
{
  if (matrix->rows < 2 || matrix->columns == 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("The embeddings have %zu rows of %zu numbers. At least two rows of "
                      "one number are needed."),
                   matrix->rows, matrix->columns);
      return FALSE;
    }

  for (gsize i = 0; i < matrix->rows; i++)
    {
      const float *row = pheno_matrix_row (matrix, i);

      for (gsize j = 0; j < matrix->columns; j++)
        if (!isfinite (row[j]))
          {
            g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                         _ ("Row %zu of the embeddings has a value that is no finite "
                            "number (column %zu). Take the row out, or make the "
                            "embeddings again."),
                         i + 1, j + 1);
            return FALSE;
          }
    }

  return TRUE;
}

gpointer
pheno_analysis_allocate (gsize count, gsize size, GError **error)
{
  gpointer memory = g_try_malloc0_n (MAX (count, 1), size);

  if (memory == NULL)
    {
      g_autofree char *needs = g_format_size ((guint64) count * size);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("The analysis needs %s of memory, which is more than there is. Use "
                      "fewer images, or "
                      "fewer dimensions."),
                   needs);
    }

  return memory;
}

/* Four sums run side by side, as one sum would wait for itself; the compiler may not do
 * this by itself, because it changes the order. */
double
pheno_analysis_dot (const float *a, const float *b, gsize length)
{
  double sum[4] = { 0, 0, 0, 0 };
  gsize i = 0;

  for (; i + 4 <= length; i += 4)
    for (int j = 0; j < 4; j++)
      sum[j] += (double) a[i + j] * b[i + j];
  for (; i < length; i++)
    sum[0] += (double) a[i] * b[i];

  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double
pheno_analysis_squared_distance (const float *a, const float *b, gsize length)
{
  double sum[4] = { 0, 0, 0, 0 };
  gsize i = 0;

  for (; i + 4 <= length; i += 4)
    for (int j = 0; j < 4; j++)
      {
        double difference = (double) a[i + j] - b[i + j];
        sum[j] += difference * difference;
      }
  for (; i < length; i++)
    {
      double difference = (double) a[i] - b[i];
      sum[0] += difference * difference;
    }

  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}
