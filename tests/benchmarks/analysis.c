/* analysis.c - one analysis of one table, timed
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     benchmark-analysis WHAT FILE ROWS COLUMNS [OUT [THREADS]]
 *
 * FILE and OUT are float32, row after row. Prints one line of JSON. analysis_peer.py
 * makes the tables, runs this and the peers, and compares what comes out.
 */
#include "engine/analysis/analysis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static PhenoMatrix *
read_table (const char *path, gsize rows, gsize columns)
{
  PhenoMatrix *matrix = pheno_matrix_new (rows, columns);
  g_autofree char *bytes = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL)
      || length < rows * columns * sizeof (float))
    g_error ("%s is no table of %zu x %zu", path, rows, columns);
  memcpy (matrix->values, bytes, rows * columns * sizeof (float));
  return matrix;
}

static void
write_table (const char *path, const float *values, gsize count)
{
  if (!g_file_set_contents (path, (const char *) values,
                            (gssize) (count * sizeof (float)), NULL))
    g_error ("%s cannot be written", path);
}

static void
map (const char *what, const PhenoMatrix *matrix, const char *out, int threads)
{
  PhenoProjectionOptions options = { .n_axes = 2, .seed = 1, .threads = threads };
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoMap) made = pheno_projection_find (what)->project (
      matrix, &options, NULL, NULL, NULL, &error);

  if (made == NULL)
    g_error ("%s", error->message);
  if (out != NULL)
    write_table (out, made->coordinates->values, matrix->rows * 2);
}

static void
neighbours (const PhenoMatrix *matrix, const char *out, int threads)
{
  g_autoptr (PhenoNeighbours) found
      = pheno_neighbours (matrix, 15, PHENO_METRIC_EUCLIDEAN, NULL, threads, NULL, NULL);

  if (out != NULL)
    write_table (out, (const float *) found->index, matrix->rows * 15);
}

/* The rows' place in the table, by fifties, is their group; with 9,999 permutations. */
static void
permanova (const PhenoMatrix *matrix, int threads)
{
  g_autofree int *groups = g_new (int, matrix->rows);
  g_autoptr (PhenoMatrix) distances
      = pheno_distances (matrix, PHENO_METRIC_EUCLIDEAN, threads, NULL, NULL);
  const int *factor = groups;
  gint64 start_us = g_get_monotonic_time ();
  PhenoTerm terms[2];

  for (gsize row = 0; row < matrix->rows; row++)
    groups[row] = (int) (row * 10 / matrix->rows);
  if (!pheno_permanova (distances, &factor, 1, NULL, 9999, 1, threads, terms, NULL, NULL))
    g_error ("no permanova");
  printf ("{\"test\": \"permanova alone\", \"f\": %.6f, \"p\": %.4f, \"s\": %.3f}\n",
          terms[0].f, terms[0].p,
          (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_autoptr (PhenoMatrix) matrix = NULL;
  const char *out = argc > 5 ? argv[5] : NULL;
  int threads = argc > 6 ? atoi (argv[6]) : 0;
  struct rusage usage;
  gint64 start_us;

  if (argc < 5)
    {
      fprintf (stderr, "usage: %s WHAT FILE ROWS COLUMNS [OUT [THREADS]]\n", argv[0]);
      return 2;
    }
  matrix = read_table (argv[2], strtoul (argv[3], NULL, 10), strtoul (argv[4], NULL, 10));
  start_us = g_get_monotonic_time ();
  if (pheno_projection_find (argv[1]) != NULL)
    map (argv[1], matrix, out, threads);
  else if (g_str_equal (argv[1], "neighbours"))
    neighbours (matrix, out, threads);
  else if (g_str_equal (argv[1], "permanova"))
    permanova (matrix, threads);
  else
    g_error ("there is no analysis %s", argv[1]);
  getrusage (RUSAGE_SELF, &usage);
  printf ("{\"test\": \"%s\", \"rows\": %zu, \"columns\": %zu, \"s\": %.3f, \"rss_mb\": "
          "%.0f}\n",
          argv[1], matrix->rows, matrix->columns,
          (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC,
          (double) usage.ru_maxrss / 1024);
  return 0;
}
