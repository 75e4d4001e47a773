/* parallel.h - loops of the analyses on several threads, and checks of their input
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/analysis/analysis.h"

G_BEGIN_DECLS

typedef void (*PhenoTaskFunc) (gsize task, gpointer data);

/**
 * pheno_analysis_run:
 * @threads: 0: one per core
 * @cancellable: (nullable): looked at before each task
 *
 * Calls @func for tasks 0 to @n_tasks - 1, each once, on any thread and in any order.
 *
 * Results do not depend on the number of threads when a task's arithmetic does not: work
 * is cut into tasks by the data alone, and inside a task OpenBLAS computes on one thread.
 *
 * Returns: %FALSE with %G_IO_ERROR_CANCELLED when it was cancelled
 */
gboolean pheno_analysis_run (gsize n_tasks, int threads, PhenoTaskFunc func,
                             gpointer data, GCancellable *cancellable, GError **error);

/* OpenBLAS cuts a product by its own number of threads, which changes the last bits; and
 * its threads would come on top of ours. To call before BLAS or LAPACK outside of tasks.
 */
void pheno_analysis_use_one_blas_thread (void);

/* %PHENO_ERROR_DATA for fewer than two rows, no columns, or the first value that is no
 * number. */
gboolean pheno_analysis_check (const PhenoMatrix *matrix, GError **error);

/* %PHENO_ERROR_DATA, in words, when @bytes cannot be had. */
gpointer pheno_analysis_allocate (gsize count, gsize size, GError **error);

/* Sum of products in double, always in the same order: equal rows give equal sums. */
double pheno_analysis_dot (const float *a, const float *b, gsize length);
double pheno_analysis_squared_distance (const float *a, const float *b, gsize length);

G_END_DECLS
