/* nearest-word.c - what somebody probably meant to write
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <string.h>

/* Longer words are not typed by people, and the table below stays on the stack. */
#define LONGEST 64

/* Letters to insert, remove, change or swap with their neighbour: the optimal string
 * alignment distance. Bytes are enough, as keys and values of settings are ASCII. */
static guint
edit_distance (const char *a, const char *b)
{
  guint table[LONGEST + 1][LONGEST + 1];
  guint a_length = strlen (a), b_length = strlen (b);

  for (guint i = 0; i <= a_length; i++)
    table[i][0] = i;
  for (guint j = 0; j <= b_length; j++)
    table[0][j] = j;

  for (guint i = 1; i <= a_length; i++)
    for (guint j = 1; j <= b_length; j++)
      {
        guint change = g_ascii_tolower (a[i - 1]) != g_ascii_tolower (b[j - 1]);
        guint best = table[i - 1][j - 1] + change;

        best = MIN (best, table[i - 1][j] + 1);
        best = MIN (best, table[i][j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          best = MIN (best, table[i - 2][j - 2] + 1);
        table[i][j] = best;
      }

  return table[a_length][b_length];
}

/* "batchsize" for "batch", "temp" for "temperature". */
static gboolean
one_begins_with_the_other (const char *a, const char *b)
{
  gsize shorter = MIN (strlen (a), strlen (b));

  return shorter >= 3 && g_ascii_strncasecmp (a, b, shorter) == 0;
}

const char *
pheno_nearest_word (const char *word, const char *const *known)
{
  const char *nearest = NULL;
  guint smallest = G_MAXUINT;

  g_return_val_if_fail (word != NULL && known != NULL, NULL);

  if (strlen (word) > LONGEST)
    return NULL;

  for (gsize i = 0; known[i] != NULL; i++)
    {
      guint distance, allowed;

      if (strlen (known[i]) > LONGEST)
        continue;

      /* A third of the letters wrong is a slip; more is another word. */
      distance = edit_distance (word, known[i]);
      allowed = MAX (1, MAX (strlen (word), strlen (known[i])) / 3);
      if ((distance <= allowed || one_begins_with_the_other (word, known[i]))
          && distance < smallest)
        {
          smallest = distance;
          nearest = known[i];
        }
    }

  return nearest;
}
