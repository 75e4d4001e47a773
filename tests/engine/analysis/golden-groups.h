/* golden-groups.h - the rows and groups that the analyses are held against references
 * with
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "tests/support/golden.h"

/* Groups 0 to 5: the seventh has one row and no spread. */
static inline PhenoMatrix *
golden_groups (int **groups)
{
  g_autoptr (PhenoMatrix) rows = golden_matrix ("analysis", "rows.npy");
  g_autofree int *all = golden_ints ("analysis", "group.npy");
  gsize n = 0;

  *groups = g_new (int, rows->rows);
  for (gsize row = 0; row < rows->rows; row++)
    if (all[row] < 6)
      {
        memmove (pheno_matrix_row (rows, n), pheno_matrix_row (rows, row),
                 rows->columns * sizeof (float));
        (*groups)[n++] = all[row];
      }
  rows->rows = n;
  return g_steal_pointer (&rows);
}
