/* search-axis.c - what a search varies, and the combinations that come of it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A value that is drawn is a function of (seed, trial, axis), so that a search which goes
 * on finds the trials that it had begun.
 */
#include "engine/training/search.h"

#include "kernels/random.h"

void
pheno_search_axis_free (PhenoSearchAxis *axis)
{
  if (axis == NULL)
    return;

  g_free (axis->setting);
  g_strfreev (axis->values);
  g_free (axis);
}

static gboolean
refuse (const char *text, GError **error)
{
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” does not say what to vary. Write SETTING=VALUE,VALUE,… or "
                  "SETTING=LOW..HIGH, with “:log” behind it where factors count, as in "
                  "“training.learning-rate=1e-4..1e-1:log”."),
               text);
  return FALSE;
}

static gboolean
is_whole (const char *text)
{
  return strpbrk (text, ".eE") == NULL;
}

/* LOW..HIGH or LOW..HIGH:log */
static gboolean
parse_range (PhenoSearchAxis *axis, const char *range, const char *whole, GError **error)
{
  g_auto (GStrv) ends = g_strsplit (range, "..", 2);
  char *colon = strchr (ends[1], ':');
  char *end;

  if (colon != NULL)
    {
      if (!g_str_equal (colon, ":log"))
        return refuse (whole, error);
      *colon = '\0';
      axis->logarithmic = TRUE;
    }
  axis->low = g_ascii_strtod (ends[0], &end);
  if (end == ends[0] || *end != '\0')
    return refuse (whole, error);
  axis->high = g_ascii_strtod (ends[1], &end);
  if (end == ends[1] || *end != '\0' || !isfinite (axis->low) || !isfinite (axis->high)
      || axis->low >= axis->high || (axis->logarithmic && axis->low <= 0))
    return refuse (whole, error);

  axis->whole = is_whole (ends[0]) && is_whole (ends[1]);
  return TRUE;
}

PhenoSearchAxis *
pheno_search_axis_parse (const char *text, GError **error)
{
  g_autoptr (PhenoSearchAxis) axis = g_new0 (PhenoSearchAxis, 1);
  const char *equals = strchr (text, '=');

  if (equals == NULL || equals == text || equals[1] == '\0')
    {
      refuse (text, error);
      return NULL;
    }

  axis->setting = g_strndup (text, (gsize) (equals - text));
  if (strstr (equals, "..") != NULL && strchr (equals, '/') == NULL)
    {
      if (!parse_range (axis, equals + 1, text, error))
        return NULL;
      return g_steal_pointer (&axis);
    }

  axis->values = g_strsplit (equals + 1, ",", -1);
  for (gsize i = 0; axis->values[i] != NULL; i++)
    if (*g_strstrip (axis->values[i]) == '\0')
      {
        refuse (text, error);
        return NULL;
      }
  return g_steal_pointer (&axis);
}

/* @share of the way along the axis, 0 to 1, as it stands in a run file. */
static char *
value_at (const PhenoSearchAxis *axis, double share)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  double value = axis->logarithmic ? axis->low * pow (axis->high / axis->low, share)
                                   : axis->low + (axis->high - axis->low) * share;

  if (axis->whole)
    return g_strdup_printf ("%.0f", value);
  return g_strdup (g_ascii_formatd (number, sizeof number, "%.4g", value));
}

static guint
steps_of (const PhenoSearchAxis *axis, guint steps)
{
  return axis->values != NULL ? g_strv_length (axis->values) : steps;
}

/* Combination @index of a grid, the last axis fastest. */
static char **
grid_values (GPtrArray *axes, guint steps, gsize index)
{
  char **values = g_new0 (char *, axes->len + 1);

  for (guint i = axes->len; i > 0; i--)
    {
      const PhenoSearchAxis *axis = axes->pdata[i - 1];
      guint n = steps_of (axis, steps), at = (guint) (index % n);

      index /= n;
      values[i - 1] = axis->values != NULL
                          ? g_strdup (axis->values[at])
                          : value_at (axis, n > 1 ? (double) at / (n - 1) : 0.5);
    }
  return values;
}

static char **
drawn_values (GPtrArray *axes, guint64 seed, guint32 trial)
{
  char **values = g_new0 (char *, axes->len + 1);

  for (guint i = 0; i < axes->len; i++)
    {
      const PhenoSearchAxis *axis = axes->pdata[i];
      double share
          = pk_uniform (pk_philox ((pk_random4){ { trial, i, 0, 0 } }, seed).word[0]);

      values[i]
          = axis->values != NULL
                ? g_strdup (axis->values[(gsize) (share * g_strv_length (axis->values))])
                : value_at (axis, share);
    }
  return values;
}

gboolean
pheno_search_plan (GPtrArray *axes, const PhenoSearchOptions *options, GPtrArray *plan,
                   GError **error)
{
  gsize count = 1;

  for (guint i = 0; i < axes->len && options->method == PHENO_SEARCH_GRID; i++)
    if (!g_size_checked_mul (&count, count, steps_of (axes->pdata[i], options->steps)))
      count = G_MAXSIZE;
  if (options->method != PHENO_SEARCH_GRID)
    count = options->trials;
  if (axes->len == 0 || count == 0 || count > PHENO_MOST_TRIALS)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("This search has no or more than %d runs. Vary one setting or more, "
             "with fewer values, or draw some of them: --method=random."),
          PHENO_MOST_TRIALS);
      return FALSE;
    }

  for (gsize i = 0; i < count; i++)
    g_ptr_array_add (plan, options->method == PHENO_SEARCH_GRID
                               ? grid_values (axes, options->steps, i)
                               : drawn_values (axes, options->seed, (guint32) i));
  return TRUE;
}
