/* run-value.c - one value of a run file: read, written, checked
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <math.h>

#include "engine/training/run-keys.h"

/* Names of files that are not UTF-8 cannot stand in a key file; they stand there as URIs.
 */
static char *
path_to_text (const char *path)
{
  if (g_utf8_validate (path, -1, NULL) || !g_path_is_absolute (path))
    return g_strdup (path);

  return g_filename_to_uri (path, NULL, NULL);
}

static char *
path_from_text (const char *text, const char *folder)
{
  if (g_str_has_prefix (text, "file://"))
    {
      char *path = g_filename_from_uri (text, NULL, NULL);

      if (path != NULL)
        return path;
    }

  if (folder == NULL || g_path_is_absolute (text))
    return g_strdup (text);

  return g_build_filename (folder, text, NULL);
}

static gboolean
is_choice (const PhenoKey *key, const char *text)
{
  return key->choices != NULL && g_strv_contains (key->choices (), text);
}

static gboolean
refuse_number (const PhenoKey *key, const char *value, const char *kind, GError **error)
{
  g_autofree char *name = pheno_key_full_name (key);
  char low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (low, sizeof low, "%.10g", key->low);
  g_ascii_formatd (high, sizeof high, "%.10g", key->high);

  if (g_str_equal (kind, "integer"))
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” is “%s”; it must be a whole number from %s to %s."), name,
                 value, low, high);
  else if (g_str_equal (kind, "rate"))
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” is “%s”; it must be “auto” or a number from %s to %s."), name,
                 value, low, high);
  else if (g_str_equal (kind, "seed"))
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("“%s” is “%s”; it must be a whole number from 0 to 18446744073709551615."),
        name, value);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” is “%s”; it must be a number from %s to %s."), name, value, low,
                 high);

  return FALSE;
}

static gboolean
read_number (const PhenoKey *key, const char *text, double *value, GError **error)
{
  char *end;

  errno = 0;
  *value = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && errno == 0 && isfinite (*value))
    return TRUE;

  return refuse_number (key, text, key->kind == PHENO_KEY_RATE ? "rate" : "number",
                        error);
}

static gboolean
read_integer (const PhenoKey *key, const char *text, int *value, GError **error)
{
  gint64 number;

  if (!g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &number, NULL))
    return refuse_number (key, text, "integer", error);

  *value = (int) number;
  return TRUE;
}

static gboolean
read_list (const PhenoKey *key, GKeyFile *file, const char *folder, char ***value,
           GError **error)
{
  g_auto (GStrv) list
      = g_key_file_get_string_list (file, key->group, key->name, NULL, error);

  if (list == NULL)
    return FALSE;

  for (char **item = list; *item != NULL; item++)
    {
      char *path = path_from_text (*item, key->kind == PHENO_KEY_FOLDERS ? folder : NULL);

      g_free (*item);
      *item = path;
    }

  g_strfreev (*value);
  *value = g_steal_pointer (&list);
  return TRUE;
}

/* References and viewers are files, too. One that does not lie beside the run file is
 * looked for beside each image. */
static char *
pixels_from_text (const PhenoKey *key, const char *text, const char *folder)
{
  gsize prefix = g_str_has_prefix (text, "receptors:") ? strlen ("receptors:") : 0;
  const char *light = prefix > 0 ? strrchr (text, '@') : NULL;
  g_autofree char *file = light != NULL
                              ? g_strndup (text + prefix, light - text - prefix)
                              : g_strdup (text + prefix);
  g_autofree char *path = path_from_text (file, folder);

  if ((prefix == 0 && !g_str_has_suffix (key->name, "-reference"))
      || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_strdup (text);

  {
    g_autofree char *absolute = g_canonicalize_filename (path, NULL);

    return g_strdup_printf ("%s%s%s", prefix > 0 ? "receptors:" : "", absolute,
                            light != NULL ? light : "");
  }
}

static void
read_text (const PhenoKey *key, const char *text, const char *folder, char **value)
{
  g_free (*value);
  *value = key->kind == PHENO_KEY_PIXELS ? pixels_from_text (key, text, folder)
           : key->kind == PHENO_KEY_FILE && !is_choice (key, text)
               ? path_from_text (text, folder)
               : g_strdup (text);
}

gboolean
pheno_key_read (const PhenoKey *key, GKeyFile *file, const char *folder, PhenoRun *run,
                GError **error)
{
  g_autofree char *text = NULL;

  if (pheno_key_is_list (key))
    return read_list (key, file, folder, PHENO_KEY_FIELD (run, key, char **), error);

  if ((text = g_key_file_get_string (file, key->group, key->name, error)) == NULL)
    return FALSE;
  g_strstrip (text);

  switch (key->kind)
    {
    case PHENO_KEY_INTEGER:
      return read_integer (key, text, PHENO_KEY_FIELD (run, key, int), error);
    case PHENO_KEY_SEED:
      if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64,
                                      PHENO_KEY_FIELD (run, key, guint64), NULL))
        return TRUE;
      return refuse_number (key, text, "seed", error);
    case PHENO_KEY_RATE:
      if (g_str_equal (text, "auto"))
        {
          *PHENO_KEY_FIELD (run, key, double) = 0;
          return TRUE;
        }
      return read_number (key, text, PHENO_KEY_FIELD (run, key, double), error);
    case PHENO_KEY_NUMBER:
      return read_number (key, text, PHENO_KEY_FIELD (run, key, double), error);
    default:
      read_text (key, text, folder, PHENO_KEY_FIELD (run, key, char *));
      return TRUE;
    }
}

char *
pheno_key_value (const PhenoKey *key, const PhenoRun *run)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  switch (key->kind)
    {
    case PHENO_KEY_FOLDERS:
    case PHENO_KEY_NAMES:
      return g_strjoinv (";", *PHENO_KEY_FIELD (run, key, char **));
    case PHENO_KEY_INTEGER:
      return g_strdup_printf ("%d", *PHENO_KEY_FIELD (run, key, int));
    case PHENO_KEY_SEED:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, *PHENO_KEY_FIELD (run, key, guint64));
    case PHENO_KEY_RATE:
    case PHENO_KEY_NUMBER:
      value = *PHENO_KEY_FIELD (run, key, double);
      if (key->kind == PHENO_KEY_RATE && value == 0)
        return g_strdup ("auto");
      /* The shortest text that is read as the same number. */
      for (int digits = 6; digits <= 17; digits++)
        {
          g_autofree char *format = g_strdup_printf ("%%.%dg", digits);

          g_ascii_formatd (number, sizeof number, format, value);
          if (g_ascii_strtod (number, NULL) == value)
            break;
        }
      return g_strdup (number);
    default:
      return path_to_text (*PHENO_KEY_FIELD (run, key, char *));
    }
}

void
pheno_key_write (const PhenoKey *key, const PhenoRun *run, GKeyFile *file)
{
  if (pheno_key_is_list (key))
    {
      char **paths = *PHENO_KEY_FIELD (run, key, char **);
      guint length = g_strv_length (paths);
      g_auto (GStrv) list = g_new0 (char *, length + 1);

      for (guint i = 0; i < length; i++)
        list[i] = path_to_text (paths[i]);
      g_key_file_set_string_list (file, key->group, key->name, (const char *const *) list,
                                  length);
    }
  else
    {
      g_autofree char *value = pheno_key_value (key, run);

      g_key_file_set_string (file, key->group, key->name, value);
    }

  if (key->comment != NULL)
    {
      g_autofree char *comment = g_strconcat (" ", key->comment, NULL);

      g_key_file_set_comment (file, key->group, key->name, comment, NULL);
    }
}

static gboolean
check_choice (const PhenoKey *key, const char *text, GError **error)
{
  g_autofree char *name = pheno_key_full_name (key);
  g_autofree char *known = NULL;
  const char *nearest;

  if (is_choice (key, text))
    return TRUE;

  if ((nearest = pheno_nearest_word (text, key->choices ())) != NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” is “%s”, which does not exist. Did you mean “%s”?"), name,
                   text, nearest);
      return FALSE;
    }

  known = g_strjoinv (", ", (char **) key->choices ());
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is “%s”, which does not exist. Choose one of: %s."), name, text,
               known);
  return FALSE;
}

static gboolean
check_text (const PhenoKey *key, const char *text, GError **error)
{
  g_autofree char *name = NULL;

  if (text != NULL && *text != '\0')
    return TRUE;

  name = pheno_key_full_name (key);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is empty. Give it a value, or leave the line out."), name);
  return FALSE;
}

static gboolean
check_pixels (const PhenoKey *key, const char *text, GError **error)
{
  return check_text (key, text, error) && pheno_preparation_check (key->name, text, error);
}

static gboolean
check_levels (const char *text, GError **error)
{
  g_autoptr (PhenoLevels) levels = NULL;

  if (g_str_equal (text, "auto"))
    return TRUE;
  levels = pheno_levels_from_text (text, error);
  return levels != NULL;
}

gboolean
pheno_key_check (const PhenoKey *key, const PhenoRun *run, GError **error)
{
  g_autofree char *value = NULL;
  double number;

  switch (key->kind)
    {
    case PHENO_KEY_CHOICE:
      return check_choice (key, *PHENO_KEY_FIELD (run, key, char *), error);
    case PHENO_KEY_PIXELS:
      return check_pixels (key, *PHENO_KEY_FIELD (run, key, char *), error);
    case PHENO_KEY_LEVELS:
      return check_levels (*PHENO_KEY_FIELD (run, key, char *), error);
    case PHENO_KEY_TEXT:
    case PHENO_KEY_FILE:
      return check_text (key, *PHENO_KEY_FIELD (run, key, char *), error);
    case PHENO_KEY_INTEGER:
      number = *PHENO_KEY_FIELD (run, key, int);
      break;
    case PHENO_KEY_NUMBER:
    case PHENO_KEY_RATE:
      number = *PHENO_KEY_FIELD (run, key, double);
      if (key->kind == PHENO_KEY_RATE && number == 0)
        return TRUE;
      break;
    default:
      return TRUE;
    }

  if (number >= key->low && number <= key->high)
    return TRUE;

  value = pheno_key_value (key, run);
  return refuse_number (key, value,
                        key->kind == PHENO_KEY_INTEGER ? "integer"
                        : key->kind == PHENO_KEY_RATE  ? "rate"
                                                       : "number",
                        error);
}
