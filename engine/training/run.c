/* run.c - run.ini: everything that determines a result
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/run.h"
#include "engine/training/run-keys.h"

#define OVERRIDES "augment." /* groups [augment.OPERATION] */

PhenoRun *
pheno_run_new (void)
{
  PhenoRun *run = g_new0 (PhenoRun, 1);

  run->roots = g_new0 (char *, 1);
  run->species = g_strdup ("auto");
  run->metadata = g_strdup ("auto");
  run->excluded = g_new0 (char *, 1);
  run->modality = g_strdup ("auto");
  run->bands = g_strdup ("all");
  run->radiometry = g_strdup ("auto");
  run->levels = g_strdup ("auto");
  run->mask = g_strdup ("auto");
  run->fill = g_strdup ("keep");
  run->crop = g_strdup ("none");
  run->white_reference = g_strdup ("none");
  run->dark_reference = g_strdup ("none");
  run->reference_reflectance = 1;
  run->recipe_name = g_strdup ("simclr");
  run->recipe = pheno_recipe_load (run->recipe_name, NULL);
  run->encoder = g_strdup ("resnet18");
  run->size = 128;
  run->weights = g_strdup ("random");
  run->projection = 128;
  run->adapter = g_strdup ("none");
  run->attention = g_strdup ("none");
  run->loss = g_strdup ("nt-xent");
  run->temperature = 0.2;
  run->temperature_rule = g_strdup ("fixed");
  run->temperature_end = 0.1;
  run->epochs = 100;
  run->batch = 32;
  run->accumulate = 1;
  run->optimiser = g_strdup ("lars");
  run->positives = g_strdup ("image");
  run->positive_column = g_strdup ("auto");
  run->weight_decay = 1e-6;
  run->momentum = 0.9;
  run->warm_up = 10;
  run->schedule = g_strdup ("cosine");
  run->layer_decay = 1;
  run->checkpointing = g_strdup ("none");
  run->seed = 1;
  run->precision = g_strdup ("auto");
  run->device = g_strdup ("auto");

  return run;
}

void
pheno_run_free (PhenoRun *run)
{
  if (run == NULL)
    return;

  g_strfreev (run->roots);
  g_free (run->species);
  g_free (run->metadata);
  g_strfreev (run->excluded);
  g_free (run->modality);
  g_free (run->bands);
  g_free (run->radiometry);
  g_free (run->levels);
  g_free (run->mask);
  g_free (run->fill);
  g_free (run->crop);
  g_free (run->white_reference);
  g_free (run->dark_reference);
  g_free (run->recipe_name);
  g_clear_pointer (&run->recipe, pheno_recipe_free);
  g_free (run->encoder);
  g_free (run->weights);
  g_free (run->adapter);
  g_free (run->attention);
  g_free (run->loss);
  g_free (run->temperature_rule);
  g_free (run->schedule);
  g_free (run->checkpointing);
  g_free (run->optimiser);
  g_free (run->positives);
  g_free (run->positive_column);
  g_free (run->precision);
  g_free (run->device);
  g_free (run);
}

PhenoRun *
pheno_run_copy (const PhenoRun *run)
{
  PhenoRun *copy = g_memdup2 (run, sizeof *run);
  g_autoptr (GKeyFile) nothing = g_key_file_new ();

  for (guint i = 0; i < pheno_n_run_keys; i++)
    {
      const PhenoKey *key = &pheno_run_keys[i];

      if (pheno_key_is_list (key))
        *PHENO_KEY_FIELD (copy, key, char **)
            = g_strdupv (*PHENO_KEY_FIELD (run, key, char **));
      else if (key->kind <= PHENO_KEY_FILE)
        *PHENO_KEY_FIELD (copy, key, char *)
            = g_strdup (*PHENO_KEY_FIELD (run, key, char *));
    }
  copy->recipe = pheno_recipe_new_from_key_file (run->recipe, nothing, NULL);

  return copy;
}

static GStrv
known_keys (void)
{
  GStrv names = g_new0 (char *, pheno_n_run_keys + 1);

  for (guint i = 0; i < pheno_n_run_keys; i++)
    names[i] = pheno_key_full_name (&pheno_run_keys[i]);

  return names;
}

static gboolean
refuse_key (const char *group, const char *name, GError **error)
{
  g_auto (GStrv) known = known_keys ();
  g_autofree char *full = g_strconcat (group, ".", name, NULL);
  const char *nearest = pheno_nearest_word (full, (const char *const *) known);

  /* A right key in a wrong group is far in letters and near in meaning. */
  for (guint i = 0; nearest == NULL && i < pheno_n_run_keys; i++)
    if (g_str_equal (pheno_run_keys[i].name, name))
      nearest = known[i];

  if (nearest != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no setting “%s”. Did you mean “%s”?"), full, nearest);
  else
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("There is no setting “%s”. docs/formats.md lists the settings of a run."),
        full);

  return FALSE;
}

/* A recipe by name brings its operations with it: earlier overrides are gone. */
static gboolean
load_recipe (PhenoRun *run, GError **error)
{
  PhenoRecipe *recipe = pheno_recipe_load (run->recipe_name, error);

  if (recipe == NULL)
    return FALSE;

  g_clear_pointer (&run->recipe, pheno_recipe_free);
  run->recipe = recipe;
  return TRUE;
}

static gboolean
override_recipe (PhenoRun *run, GKeyFile *file, GError **error)
{
  PhenoRecipe *recipe = pheno_recipe_new_from_key_file (run->recipe, file, error);

  if (recipe == NULL)
    return FALSE;

  g_clear_pointer (&run->recipe, pheno_recipe_free);
  run->recipe = recipe;
  return TRUE;
}

static gboolean
read_group (PhenoRun *run, GKeyFile *file, const char *group, const char *folder,
            GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, group, NULL, error);

  if (names == NULL)
    return FALSE;

  for (char **name = names; *name != NULL; name++)
    {
      const PhenoKey *key = pheno_run_find_key (group, *name);

      if (key == NULL)
        return refuse_key (group, *name, error);
      if (!pheno_key_read (key, file, folder, run, error)
          || !pheno_key_check (key, run, error))
        return FALSE;
      if (key->offset == offsetof (PhenoRun, recipe_name) && !load_recipe (run, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_file (PhenoRun *run, GKeyFile *file, const char *folder, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  gboolean overrides = FALSE;

  for (char **group = groups; *group != NULL; group++)
    {
      if (g_str_has_prefix (*group, OVERRIDES))
        overrides = TRUE;
      else if (!read_group (run, file, *group, folder, error))
        return FALSE;
    }

  return !overrides || override_recipe (run, file, error);
}

static PhenoRun *
run_from_text (const char *text, gsize length, const char *name, const char *folder,
               GError **error)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *shown = pheno_display_name (name);
  g_autoptr (GError) reason = NULL;

  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                   _ ("“%s” is not a run file, as it is no text in UTF-8. Save it as "
                      "such."),
                   shown);
      return NULL;
    }
  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, &reason))
    {
      if (g_error_matches (reason, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_NOT_FOUND)
          || length == 0)
        return g_steal_pointer (&run); /* nothing in it: all defaults */

      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("“%s” is not a run file (%s). A run file has groups such as [training] "
             "with lines such as epochs=100."),
          shown, reason->message);
      return NULL;
    }

  if (!read_file (run, file, folder, &reason))
    {
      if (reason->domain == PHENO_ERROR)
        g_set_error (error, PHENO_ERROR, reason->code, _ ("In “%s”: %s"), shown,
                     reason->message);
      else
        g_set_error (
            error, PHENO_ERROR, PHENO_ERROR_SETTING,
            _ ("“%s” has a line that cannot be read (%s). Correct it or leave it out."),
            shown, reason->message);
      return NULL;
    }

  return g_steal_pointer (&run);
}

PhenoRun *
pheno_run_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autoptr (GError) reason = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &reason))
    {
      pheno_set_file_error (error, path,
                            reason->code == G_FILE_ERROR_NOENT   ? ENOENT
                            : reason->code == G_FILE_ERROR_ACCES ? EACCES
                            : reason->code == G_FILE_ERROR_ISDIR ? EISDIR
                                                                 : EIO);
      return NULL;
    }

  return run_from_text (text, length, path, folder, error);
}

PhenoRun *
pheno_run_parse (const char *text, const char *name, GError **error)
{
  return run_from_text (text, strlen (text), name, NULL, error);
}

char *
pheno_run_to_text (const PhenoRun *run)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *settings = NULL, *recipe = NULL;

  for (guint i = 0; i < pheno_n_run_keys; i++)
    pheno_key_write (&pheno_run_keys[i], run, file);
  settings = g_key_file_to_data (file, NULL, NULL);
  recipe = pheno_recipe_to_text (run->recipe);

  return g_strconcat (settings, "\n", recipe, NULL);
}

/* Splits "group.key=value" at the first "=" and at the last "." before it. */
static gboolean
split_assignment (const char *assignment, char **group, char **name, char **value,
                  GError **error)
{
  const char *equals = strchr (assignment, '=');
  const char *dot
      = equals != NULL ? g_strrstr_len (assignment, equals - assignment, ".") : NULL;

  if (dot == NULL || dot == assignment || dot + 1 == equals)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("“%s” is not a setting. Write GROUP.KEY=VALUE, as training.epochs=20."),
          assignment);
      return FALSE;
    }

  *group = g_strndup (assignment, (gsize) (dot - assignment));
  *name = g_strndup (dot + 1, (gsize) (equals - dot - 1));
  *value = g_strdup (equals + 1);
  return TRUE;
}

gboolean
pheno_run_set (PhenoRun *run, const char *assignment, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *group = NULL, *name = NULL, *value = NULL;
  g_autoptr (GError) reason = NULL;
  const PhenoKey *key;

  if (!split_assignment (assignment, &group, &name, &value, error))
    return FALSE;

  key = pheno_run_find_key (group, name);
  if (key != NULL && pheno_key_is_list (key))
    g_key_file_set_value (file, group, name, value); /* with its ";" */
  else if (g_str_has_prefix (group, OVERRIDES))
    g_key_file_set_value (file, group, name, value);
  else
    g_key_file_set_string (file, group, name, value);

  if (read_file (run, file, NULL, &reason))
    return TRUE;

  g_set_error_literal (error, PHENO_ERROR,
                       reason->domain == PHENO_ERROR ? reason->code : PHENO_ERROR_SETTING,
                       reason->message);
  return FALSE;
}

const char *const *
pheno_run_choices (const char *setting)
{
  for (guint i = 0; i < pheno_n_run_keys; i++)
    {
      const PhenoKey *key = &pheno_run_keys[i];
      g_autofree char *name = pheno_key_full_name (key);

      if (g_str_equal (name, setting) && key->choices != NULL)
        return key->choices ();
    }

  return NULL;
}

gboolean
pheno_run_check (const PhenoRun *run, GError **error)
{
  if (run->roots == NULL || run->roots[0] == NULL)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("No folder of photographs is given. Name one with --collection=FOLDER, or "
             "with roots= under [collection] in the run file."));
      return FALSE;
    }

  for (guint i = 0; i < pheno_n_run_keys; i++)
    if (!pheno_key_check (&pheno_run_keys[i], run, error))
      return FALSE;

  return TRUE;
}

/* Whole paths of images are those of a folder that may be elsewhere by now. */
static char *
value_to_compare (const PhenoKey *key, const PhenoRun *run)
{
  g_autofree char *value = pheno_key_value (key, run);

  for (guint i = 0;
       key->kind == PHENO_KEY_NAMES && run->roots != NULL && run->roots[i] != NULL; i++)
    {
      g_autofree char *begin = g_strconcat (run->roots[i], "/", NULL);
      g_autofree char *number = g_strdup_printf ("<%u>/", i);
      g_autoptr (GString) text = g_string_new (value);

      g_string_replace (text, begin, number, 0);
      g_free (value);
      value = g_strdup (text->str);
    }
  return g_steal_pointer (&value);
}

gboolean
pheno_run_check_resume (const PhenoRun *began, const PhenoRun *now, GError **error)
{
  g_autofree char *recipe_began = pheno_recipe_to_text (began->recipe);
  g_autofree char *recipe_now = pheno_recipe_to_text (now->recipe);

  for (guint i = 0; i < pheno_n_run_keys; i++)
    {
      const PhenoKey *key = &pheno_run_keys[i];
      g_autofree char *a = value_to_compare (key, began);
      g_autofree char *b = value_to_compare (key, now);

      if (!key->changes && !g_str_equal (a, b))
        {
          g_autofree char *name = pheno_key_full_name (key);

          g_set_error (
              error, PHENO_ERROR, PHENO_ERROR_SETTING,
              _ ("The run began with %s=%s and cannot go on with %s=%s. Leave the "
                 "setting as it was, or begin another run in another folder."),
              name, a, name, b);
          return FALSE;
        }
    }

  if (!g_str_equal (recipe_began, recipe_now))
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The run began with other augmentations and cannot go on with these. Leave "
             "the recipe as it was, or begin another run in another folder."));
      return FALSE;
    }

  return TRUE;
}
