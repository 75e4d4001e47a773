/* golden.h - expected values from tests/golden
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/base.h"

static inline char *
golden_path (const char *folder, const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", folder, name, NULL);
}

/* Values of a .npy of version 1, C order, float32 or int32 as numpy writes them on a
 * little-endian machine; @columns is the last dimension. */
static inline gpointer
golden_npy (const char *folder, const char *name, const char *type, gsize *rows,
            gsize *columns)
{
  g_autofree char *path = golden_path (folder, name), *text = NULL;
  gsize length = 0, header, first = 0, second = 0;
  const char *shape;

  if (!g_file_get_contents (path, &text, &length, NULL))
    g_error ("%s is missing: run the script beside it", path);
  header = 10 + ((guint8) text[8] | (gsize) (guint8) text[9] << 8);
  g_assert_nonnull (strstr (text + 10, type));
  shape = strstr (text + 10, "'shape': (");
  g_assert_nonnull (shape);
  sscanf (shape, "'shape': (%" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT, &first, &second);
  *rows = first;
  *columns = MAX (second, 1);
  g_assert_cmpuint (length - header, ==, *rows * *columns * 4);

  return g_memdup2 (text + header, length - header);
}

static inline PhenoMatrix *
golden_matrix (const char *folder, const char *name)
{
  PhenoMatrix *matrix = g_new0 (PhenoMatrix, 1);

  matrix->values = golden_npy (folder, name, "'<f4'", &matrix->rows, &matrix->columns);
  return matrix;
}

static inline int *
golden_ints (const char *folder, const char *name)
{
  gsize rows, columns;

  return golden_npy (folder, name, "'<i4'", &rows, &columns);
}

/* A number of values.csv: lines of name,value. */
static inline double
golden_value (const char *folder, const char *name)
{
  g_autofree char *path = golden_path (folder, "values.csv"), *text = NULL;
  g_autofree char *key = g_strdup_printf ("\n%s,", name);
  const char *found;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("%s is missing: run the script beside it", path);
  found = strstr (text, key);
  if (found == NULL)
    g_error ("%s has no %s", path, name);
  return g_ascii_strtod (found + strlen (key), NULL);
}

static inline void
assert_values_near (const float *values, const float *expected, gsize count,
                    double tolerance)
{
  for (gsize i = 0; i < count; i++)
    if (!(fabs ((double) values[i] - expected[i]) <= tolerance))
      g_error ("value %" G_GSIZE_FORMAT " is %g, not %g", i, values[i], expected[i]);
}
