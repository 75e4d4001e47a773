/* value.c - the values of a recipe's keys: text, checked, and back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/augment/recipe.h"

#include <math.h>
#include <string.h>

/* A list is as long as a hyperspectral camera has bands, with room to spare. */
#define MAX_LIST 4096

/* The shortest text that reads back as the same number: 0.1, not 0.10000000000000001. */
static char *
number_to_text (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (int digits = 6; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (text, sizeof text, format, number);
      if (g_ascii_strtod (text, NULL) == number)
        break;
    }
  return g_strdup (text);
}

static void
set_range_error (GError **error, const PhenoOperation *operation,
                 const PhenoParameterInfo *info, const char *text)
{
  g_autofree char *low = number_to_text (info->minimum);
  g_autofree char *high = number_to_text (info->maximum);

  switch (info->kind)
    {
    case PHENO_PARAMETER_RANGE:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The key “%s” of [augment.%s] is “%s”; it must be two numbers from %s to "
             "%s, the smaller one first, as in “%s”."),
          info->name, operation->name, text, low, high, info->standard);
      break;
    case PHENO_PARAMETER_LIST:
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("The key “%s” of [augment.%s] is “%s”; it must be numbers from %s "
                      "to %s with "
                      "“;” between them, as in “%s”."),
                   info->name, operation->name, text, low, high, info->standard);
      break;
    case PHENO_PARAMETER_INTEGER:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The key “%s” of [augment.%s] is “%s”; it must be a whole number from %s to "
             "%s."),
          info->name, operation->name, text, low, high);
      break;
    case PHENO_PARAMETER_ODD:
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("The key “%s” of [augment.%s] is “%s”; it must be an odd number up "
                      "to %s, or "
                      "0 to let the size of the view decide."),
                   info->name, operation->name, text, high);
      break;
    default:
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The key “%s” of [augment.%s] is “%s”; it must be a number from %s to %s."),
          info->name, operation->name, text, low, high);
    }
}

static gboolean
parse_number (const char *text, const PhenoParameterInfo *info, double *number)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  char *end;

  *number = g_ascii_strtod (trimmed, &end);
  return end != trimmed && *end == '\0' && isfinite (*number) && *number >= info->minimum
         && *number <= info->maximum;
}

/* Numbers with ";" between them; one ";" at the end is allowed, as GKeyFile writes it. */
static GArray *
parse_numbers (const char *text, const PhenoParameterInfo *info)
{
  g_auto (GStrv) words = g_strsplit (text, ";", MAX_LIST + 2);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; words[i] != NULL; i++)
    {
      double number;

      if (i > 0 && words[i + 1] == NULL && *g_strstrip (words[i]) == '\0')
        break;
      if (!parse_number (words[i], info, &number))
        return NULL;
      g_array_append_val (numbers, number);
    }
  return numbers->len > 0 && numbers->len <= MAX_LIST ? g_steal_pointer (&numbers) : NULL;
}

gboolean
pheno_switch_parse (const char *operation, const char *key, const char *text,
                    gboolean *value, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  if (strcmp (trimmed, "true") == 0 || strcmp (trimmed, "false") == 0)
    {
      *value = trimmed[0] == 't';
      return TRUE;
    }
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("The key “%s” of [augment.%s] is “%s”; it must be “true” or “false”."),
               key, operation, text);
  return FALSE;
}

static gboolean
parse_choice (PhenoValue *value, const PhenoOperation *operation,
              const PhenoParameterInfo *info, const char *text, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autofree char *all = NULL;
  const char *nearest;

  for (guint i = 0; info->choices[i] != NULL; i++)
    if (strcmp (info->choices[i], trimmed) == 0)
      {
        value->number[0] = i;
        return TRUE;
      }

  all = g_strjoinv (", ", (char **) info->choices);
  if ((nearest = pheno_nearest_word (trimmed, info->choices)) != NULL)
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("The key “%s” of [augment.%s] is “%s”; it must be one of: %s. Did you mean "
           "“%s”?"),
        info->name, operation->name, text, all, nearest);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("The key “%s” of [augment.%s] is “%s”; it must be one of: %s."),
                 info->name, operation->name, text, all);
  return FALSE;
}

/* The numbers of all other kinds; FALSE when they do not fit. */
static gboolean
take_numbers (PhenoValue *value, const PhenoParameterInfo *info, const double *number,
              guint n)
{
  if (info->kind == PHENO_PARAMETER_LIST)
    {
      g_free (value->list);
      value->list = g_memdup2 (number, n * sizeof *number);
      value->n_list = n;
      return TRUE;
    }
  if (info->kind == PHENO_PARAMETER_RANGE)
    {
      if (n != 2 || number[0] > number[1])
        return FALSE;
      value->number[1] = number[1];
    }
  else if (n != 1)
    return FALSE;
  else if (info->kind != PHENO_PARAMETER_NUMBER && number[0] != rint (number[0]))
    return FALSE;
  else if (info->kind == PHENO_PARAMETER_ODD && number[0] != 0
           && fmod (number[0], 2) != 1)
    return FALSE;

  value->number[0] = number[0];
  return TRUE;
}

gboolean
pheno_value_parse (PhenoValue *value, const PhenoOperation *operation,
                   const PhenoParameterInfo *info, const char *text, GError **error)
{
  g_autoptr (GArray) numbers = NULL;
  gboolean on;

  if (info->kind == PHENO_PARAMETER_CHOICE)
    return parse_choice (value, operation, info, text, error);
  if (info->kind == PHENO_PARAMETER_SWITCH)
    {
      if (!pheno_switch_parse (operation->name, info->name, text, &on, error))
        return FALSE;
      value->number[0] = on;
      return TRUE;
    }

  if ((numbers = parse_numbers (text, info)) == NULL
      || !take_numbers (value, info, (const double *) numbers->data, numbers->len))
    {
      set_range_error (error, operation, info, text);
      return FALSE;
    }
  return TRUE;
}

char *
pheno_value_to_text (const PhenoValue *value, const PhenoParameterInfo *info)
{
  const double *number = info->kind == PHENO_PARAMETER_LIST ? value->list : value->number;
  guint n = 1;
  GString *text;

  if (info->kind == PHENO_PARAMETER_SWITCH)
    return g_strdup (value->number[0] != 0 ? "true" : "false");
  if (info->kind == PHENO_PARAMETER_CHOICE)
    return g_strdup (info->choices[(int) value->number[0]]);

  if (info->kind == PHENO_PARAMETER_LIST)
    n = value->n_list;
  else if (info->kind == PHENO_PARAMETER_RANGE)
    n = 2;
  text = g_string_new (NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *word = number_to_text (number[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? ";" : "", word);
    }
  return g_string_free (text, FALSE);
}

void
pheno_value_copy (PhenoValue *to, const PhenoValue *from)
{
  g_free (to->list);
  *to = *from;
  to->list = g_memdup2 (from->list, from->n_list * sizeof *from->list);
}

gboolean
pheno_value_equal (const PhenoValue *a, const PhenoValue *b)
{
  if (a->number[0] != b->number[0] || a->number[1] != b->number[1]
      || a->n_list != b->n_list)
    return FALSE;
  for (guint i = 0; i < a->n_list; i++)
    if (a->list[i] != b->list[i])
      return FALSE;
  return TRUE;
}
