/* neighbours.c - exact neighbours, components and silhouette, timed
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The same data for every program: 50 clusters of Gaussian points, sigma 1. With a file
 * name it is written as float32, row after row, for neighbours_peer.py.
 *
 *     neighbours [ROWS COLUMNS THREADS [FILE]]
 */
#include "engine/analysis/analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLUSTERS 50
#define K 15
#define ROUNDS 3
#define CHECKED 50

static double
gaussian (GRand *random)
{
  return sqrt (-2 * log (1 - g_rand_double (random)))
         * cos (2 * G_PI * g_rand_double (random));
}

static PhenoMatrix *
clusters (gsize rows, gsize columns, int *groups)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);
  g_autoptr (PhenoMatrix) centres = pheno_matrix_new (CLUSTERS, columns);
  PhenoMatrix *matrix = pheno_matrix_new (rows, columns);

  for (gsize i = 0; i < CLUSTERS * columns; i++)
    centres->values[i] = (float) gaussian (random);
  for (gsize i = 0; i < rows; i++)
    {
      groups[i] = (int) (i % CLUSTERS);
      for (gsize j = 0; j < columns; j++)
        pheno_matrix_row (matrix, i)[j]
            = pheno_matrix_row (centres, groups[i])[j] + (float) gaussian (random);
    }
  return matrix;
}

/* A benchmark of wrong answers is worth nothing: some rows against all others in double.
 */
static void
check (const PhenoMatrix *matrix, const PhenoNeighbours *found)
{
  for (gsize q = 0; q < CHECKED; q++)
    {
      gsize row = q * (matrix->rows / CHECKED), nearer = 0;
      double last = found->distance[row * K + K - 1];

      for (gsize i = 0; i < matrix->rows; i++)
        {
          double sum = 0;

          for (gsize j = 0; j < matrix->columns; j++)
            sum += pow ((double) pheno_matrix_row (matrix, row)[j]
                            - pheno_matrix_row (matrix, i)[j],
                        2);
          nearer += i != row && sqrt (sum) < last * (1 - 1e-6);
        }
      if (nearer >= K)
        g_error ("row %" G_GSIZE_FORMAT " has %" G_GSIZE_FORMAT
                 " rows nearer than its last neighbour",
                 row, nearer);
    }
}

static double
seconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

static void
time_neighbours (const PhenoMatrix *matrix, int threads)
{
  double best = INFINITY,
         operations = 2.0 * matrix->rows * matrix->rows * matrix->columns;

  for (int round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (PhenoNeighbours) found = pheno_neighbours (
          matrix, K, PHENO_METRIC_EUCLIDEAN, NULL, threads, NULL, NULL);

      best = MIN (best, seconds_since (start));
      if (round == 0)
        check (matrix, found);
    }
  printf ("neighbours %zu x %zu k %d threads %d  %.3f s  %.0f GFLOP/s of all pairs\n",
          matrix->rows, matrix->columns, K, threads, best, operations / best * 1e-9);
}

static void
time_components (const PhenoMatrix *matrix)
{
  double best = INFINITY;

  for (int round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (PhenoPca) pca = pheno_pca (matrix, 50, NULL);
      g_autoptr (PhenoMatrix) scores = pheno_pca_project (pca, matrix, FALSE);

      best = MIN (best, seconds_since (start));
    }
  printf ("components %zu x %zu to 50  %.3f s\n", matrix->rows, matrix->columns, best);
}

static void
time_silhouette (const PhenoMatrix *matrix, const int *groups)
{
  gint64 start = g_get_monotonic_time ();
  double mean = pheno_silhouette (matrix, groups, NULL, NULL);

  printf ("silhouette %zu x %zu  %.3f s  mean %.6f\n", matrix->rows, matrix->columns,
          seconds_since (start), mean);
}

int
main (int argc, char **argv)
{
  gsize rows = argc > 2 ? strtoul (argv[1], NULL, 10) : 10000,
        columns = argc > 2 ? strtoul (argv[2], NULL, 10) : 512;
  int threads = argc > 3 ? atoi (argv[3]) : 0;
  g_autofree int *groups = g_new (int, rows);
  g_autoptr (PhenoMatrix) matrix = clusters (rows, columns, groups);

  if (argc > 4
      && !g_file_set_contents (argv[4], (char *) matrix->values,
                               rows * columns * sizeof (float), NULL))
    g_error ("%s cannot be written", argv[4]);
  time_neighbours (matrix, threads);
  time_components (matrix);
  time_silhouette (matrix, groups);
  return 0;
}
