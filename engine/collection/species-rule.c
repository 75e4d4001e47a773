/* species-rule.c - what a file's name and folder say about the specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A pattern is the name without its extension, with fields in braces:
 *
 *     {genus}_{species}_{number}_{sex}_{view}    Morpho_rhetenor_017_male_dorsal.jpg
 *     {species}/{sex}_{number}*                  with folders; * is anything
 *
 * A field ends where the sign after it begins, and never contains it, so that a name with
 * one part too many does not fit, rather than fit wrongly. The species of a pattern with
 * a genus is both together, as two genera may share an epithet.
 */
#include "engine/collection/scan.h"

#include <string.h>

struct _PhenoSpeciesRule
{
  char *text;
  GRegex *regex;
  GPtrArray *fields; /* in their order */
  guint folders;     /* "/" in the pattern: folders above the file that take part */
};

void
pheno_species_rule_free (PhenoSpeciesRule *rule)
{
  if (rule == NULL)
    return;

  g_free (rule->text);
  g_clear_pointer (&rule->regex, g_regex_unref);
  g_ptr_array_unref (rule->fields);
  g_free (rule);
}

static gboolean
fail (GError **error, const char *text, const char *what)
{
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("The species rule “%s” makes no sense: %s. Write “folder”, “metadata”, or a "
         "pattern such as {genus}_{species}_{number}."),
      text, what);
  return FALSE;
}

static void
append_literal (GString *regex, const char *sign, gsize length)
{
  g_autofree char *escaped = g_regex_escape_string (sign, length);

  g_string_append (regex, escaped);
}

/* The first sign of @text as a set that a field may not have: "[^_/]+", or without it. */
static void
append_field (GString *regex, const char *before, const char *after)
{
  const char *stop = *after != '\0' && *after != '*' ? after : before;

  g_string_append (regex, "([^/");
  if (stop != NULL && *stop != '*' && *stop != '/')
    {
      g_autofree char *sign = g_strndup (stop, g_utf8_next_char (stop) - stop);

      if (strchr ("\\]^-", *sign) != NULL)
        g_string_append_c (regex, '\\');
      g_string_append (regex, sign);
    }
  g_string_append (regex, "]+)");
}

/* Takes "{name}" at @open; @before is the sign in front of it. */
static const char *
take_field (PhenoSpeciesRule *rule, GString *regex, const char *open, const char *before,
            GError **error)
{
  const char *close = strchr (open, '}');
  g_autofree char *name = NULL;

  if (close == NULL)
    return fail (error, rule->text, _ ("a brace is not closed")), NULL;
  if (close[1] == '{')
    return fail (error, rule->text, _ ("nothing stands between two fields")), NULL;

  name = g_strndup (open + 1, close - open - 1);
  if (*name == '\0'
      || strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
             != strlen (name))
    return fail (error, rule->text, _ ("a field has no name, or signs in it")), NULL;
  if (g_ptr_array_find_with_equal_func (rule->fields, name, g_str_equal, NULL))
    return fail (error, rule->text, _ ("a field stands in it twice")), NULL;

  g_ptr_array_add (rule->fields, g_steal_pointer (&name));
  append_field (regex, before, close + 1);

  return close + 1;
}

static gboolean
compile (PhenoSpeciesRule *rule, GError **error)
{
  g_autoptr (GString) regex = g_string_new ("^");
  const char *at = rule->text, *before = NULL;

  while (*at != '\0')
    {
      const char *next = g_utf8_next_char (at);

      if (*at == '{')
        {
          if ((at = take_field (rule, regex, at, before, error)) == NULL)
            return FALSE;
          before = NULL;
          continue;
        }
      if (*at == '}')
        return fail (error, rule->text, _ ("a brace is not opened"));
      if (*at == '*')
        g_string_append (regex, "[^/]*");
      else
        append_literal (regex, at, next - at);
      rule->folders += *at == '/';
      before = at;
      at = next;
    }
  if (rule->fields->len == 0)
    return fail (error, rule->text, _ ("it has no field"));

  g_string_append_c (regex, '$');
  rule->regex = g_regex_new (regex->str, G_REGEX_OPTIMIZE, 0, NULL);

  return rule->regex != NULL || fail (error, rule->text, _ ("it cannot be understood"));
}

PhenoSpeciesRule *
pheno_species_rule_new (const char *text, GError **error)
{
  g_autoptr (PhenoSpeciesRule) rule = g_new0 (PhenoSpeciesRule, 1);

  rule->text = g_utf8_make_valid (text, -1);
  rule->fields = g_ptr_array_new_with_free_func (g_free);
  if (!compile (rule, error))
    return NULL;

  return g_steal_pointer (&rule);
}

/* (transfer full): the file's name with @folders folders above it, without its extension,
 * as valid text. */
static char *
name_to_match (const char *file, guint folders)
{
  const char *start = file + strlen (file);
  char *name, *dot;

  while (start > file && (start[-1] != '/' || folders-- > 0))
    start--;

  name = g_utf8_make_valid (start, -1);
  dot = strrchr (name, '.');
  if (dot != NULL && strchr (dot, '/') == NULL)
    *dot = '\0';

  return name;
}

static gboolean
apply_to_record (const PhenoSpeciesRule *rule, PhenoCollection *collection,
                 PhenoRecord *record)
{
  g_autofree char *name = name_to_match (record->file, rule->folders);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *genus = NULL;
  int species = pheno_collection_find_column (collection, "species");

  if (!g_regex_match (rule->regex, name, 0, &match))
    return FALSE;

  for (guint i = 0; i < rule->fields->len; i++)
    {
      const char *field = rule->fields->pdata[i];
      g_autofree char *value = g_match_info_fetch (match, i + 1);

      pheno_record_set_value (record, collection->columns->len,
                              pheno_collection_find_column (collection, field), value);
      if (strcmp (field, "genus") == 0)
        genus = g_strdup (value);
      if (strcmp (field, "species") == 0)
        record->species = g_strdup (value);
    }
  if (genus != NULL && record->species != NULL)
    {
      g_autofree char *epithet = record->species;

      record->species = g_strconcat (genus, " ", epithet, NULL);
    }
  if (species >= 0)
    pheno_record_set_value (record, collection->columns->len, species, record->species);

  return TRUE;
}

void
pheno_species_rule_apply (const PhenoSpeciesRule *rule, PhenoCollection *collection)
{
  guint misfits = 0;

  for (guint i = 0; i < rule->fields->len; i++)
    pheno_collection_add_column (collection, rule->fields->pdata[i]);

  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];

      if (apply_to_record (rule, collection, record))
        continue;
      misfits++;
      g_ptr_array_add (collection->unmatched_files, g_strdup (record->file));
    }

  if (misfits > 0)
    {
      g_autofree char *reason
          = g_strdup_printf (ngettext ("%u file does not fit the species rule “%s” and "
                                       "has no species. Rename it, or "
                                       "change the rule.",
                                       "%u files do not fit the species rule “%s” and "
                                       "have no species. Rename them, "
                                       "or change the rule.",
                                       misfits),
                             misfits, rule->text);

      pheno_collection_add_problem (collection, rule->text, reason);
    }
}

/* The folder that a file lies in. Right in a root there is none, but where several roots
 * were given each is taken for a species. */
void
pheno_species_by_folder (PhenoCollection *collection)
{
  guint species = pheno_collection_add_column (collection, "species");

  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];
      g_autofree char *folder = g_path_get_dirname (record->file);
      g_autofree char *name = NULL;

      if (strcmp (folder, ".") != 0)
        name = g_path_get_basename (folder);
      else if (collection->roots->len > 1)
        name = g_path_get_basename (collection->roots->pdata[record->root]);
      else
        continue;

      record->species = pheno_display_name (name);
      pheno_record_set_value (record, collection->columns->len, species, record->species);
    }
}
