/* recipe.c - what may happen to a view, as text and in memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One group for each operation, one key for each parameter of the table (operation.c):
 *
 *     [augment.colour-jitter]
 *     enabled=true         a group switches its operation on, unless this says false
 *     probability=0.8      of the operations that are random
 *     place=10             order among the operations of its stage
 *     brightness=0.4       and so on
 */
#include "engine/augment/recipe.h"

#include <math.h>
#include <string.h>

#include "engine/augment/recipe-texts.h"

#define GROUP "augment."
#define MAX_PLACE 1000

/* ---- Life ---- */

void
pheno_recipe_sort (PhenoRecipe *recipe)
{
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      guint k = i;

      /* Insertion keeps the table's order where stage and place are the same. */
      for (; k > 0; k--)
        {
          const PhenoOperation *before = pheno_operation_get (recipe->order[k - 1]);
          const PhenoOperation *self = pheno_operation_get (i);
          int place = recipe->setting[recipe->order[k - 1]].place;

          if (before->stage < self->stage
              || (before->stage == self->stage && place <= recipe->setting[i].place))
            break;
          recipe->order[k] = recipe->order[k - 1];
        }
      recipe->order[k] = i;
    }
}

PhenoRecipe *
pheno_recipe_new (void)
{
  PhenoRecipe *recipe = g_new0 (PhenoRecipe, 1);

  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);

      recipe->setting[i].probability = operation->probability;
      recipe->setting[i].place = operation->place;
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        if (!pheno_value_parse (&recipe->setting[i].value[k], operation,
                                &operation->parameters[k],
                                operation->parameters[k].standard, NULL))
          g_assert_not_reached (); /* the table's own default */
    }
  pheno_recipe_sort (recipe);
  return recipe;
}

PhenoRecipe *
pheno_recipe_copy (const PhenoRecipe *recipe)
{
  PhenoRecipe *copy = g_new0 (PhenoRecipe, 1);

  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      copy->setting[i].enabled = recipe->setting[i].enabled;
      copy->setting[i].probability = recipe->setting[i].probability;
      copy->setting[i].place = recipe->setting[i].place;
      for (guint k = 0; k < PHENO_MAX_PARAMETERS; k++)
        pheno_value_copy (&copy->setting[i].value[k], &recipe->setting[i].value[k]);
    }
  memcpy (copy->order, recipe->order, sizeof copy->order);
  if (recipe->backgrounds != NULL)
    copy->backgrounds = pheno_backgrounds_ref (recipe->backgrounds);
  return copy;
}

gboolean
pheno_recipe_equal (const PhenoRecipe *a, const PhenoRecipe *b)
{
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      const PhenoSetting *one = &a->setting[i], *other = &b->setting[i];

      if (one->enabled != other->enabled || one->probability != other->probability
          || one->place != other->place)
        return FALSE;
      for (guint k = 0; k < PHENO_MAX_PARAMETERS; k++)
        if (!pheno_value_equal (&one->value[k], &other->value[k]))
          return FALSE;
    }
  return TRUE;
}

void
pheno_recipe_free (PhenoRecipe *recipe)
{
  if (recipe == NULL)
    return;
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    for (guint k = 0; k < PHENO_MAX_PARAMETERS; k++)
      g_free (recipe->setting[i].value[k].list);
  pheno_backgrounds_unref (recipe->backgrounds);
  g_free (recipe);
}

void
pheno_recipe_set_backgrounds (PhenoRecipe *recipe, PhenoBackgrounds *backgrounds)
{
  PhenoBackgrounds *before = recipe->backgrounds;

  recipe->backgrounds = backgrounds != NULL ? pheno_backgrounds_ref (backgrounds) : NULL;
  pheno_backgrounds_unref (before);
}

/* ---- Keys ---- */

static int
find_operation (const char *name, GError **error)
{
  const char *known[PHENO_N_OPERATIONS + 1] = { NULL };
  g_autofree char *shown = pheno_display_name (name);
  g_autofree char *all = NULL;
  const char *nearest;
  int found = pheno_operation_find (name);

  if (found >= 0)
    return found;
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    known[i] = pheno_operation_get (i)->name;
  all = g_strjoinv (", ", (char **) known);
  if ((nearest = pheno_nearest_word (name, known)) != NULL)
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("There is no operation “%s” for a group [augment.%s]. Did you mean “%s”?"),
        shown, shown, nearest);
  else
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_SETTING,
        _ ("There is no operation “%s” for a group [augment.%s]. The operations are: "
           "%s."),
        shown, shown, all);
  return -1;
}

static void
set_key_error (GError **error, const PhenoOperation *operation, const char *key)
{
  const char *known[PHENO_MAX_PARAMETERS + 4] = { "enabled", "place" };
  guint n = 2;
  g_autofree char *shown = pheno_display_name (key);
  g_autofree char *all = NULL;
  const char *nearest;

  if (operation->random)
    known[n++] = "probability";
  for (guint i = 0; operation->parameters[i].name != NULL; i++)
    known[n++] = operation->parameters[i].name;
  all = g_strjoinv (", ", (char **) known);
  if ((nearest = pheno_nearest_word (key, known)) != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("[augment.%s] has no key “%s”. Did you mean “%s”?"), operation->name,
                 shown, nearest);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("[augment.%s] has no key “%s”. Its keys are: %s."), operation->name,
                 shown, all);
}

/* The keys that every operation has, as parameters, so that one check serves all. */
static const PhenoParameterInfo probability_info
    = { "probability",
        PHENO_PARAMETER_NUMBER,
        0,
        1,
        "1",
        NULL,
        N_ ("How often it happens: 0 never, 1 in every view"),
        .title = N_ ("Probability") };
static const PhenoParameterInfo place_info
    = { "place", PHENO_PARAMETER_INTEGER, 0, MAX_PLACE, "0" };

const PhenoParameterInfo *
pheno_operation_probability (void)
{
  return &probability_info;
}

static const PhenoParameterInfo *
find_parameter (const PhenoOperation *operation, const char *key, guint *index)
{
  for (*index = 0; operation->parameters[*index].name != NULL; ++*index)
    if (strcmp (operation->parameters[*index].name, key) == 0)
      return &operation->parameters[*index];
  return NULL;
}

gboolean
pheno_recipe_set (PhenoRecipe *recipe, const char *operation_name, const char *key,
                  const char *text, GError **error)
{
  int found = find_operation (operation_name, error);
  const PhenoOperation *operation;
  const PhenoParameterInfo *info;
  PhenoSetting *setting;
  PhenoValue number = { 0 };
  guint index;

  if (found < 0)
    return FALSE;
  operation = pheno_operation_get ((guint) found);
  setting = &recipe->setting[found];

  if ((info = find_parameter (operation, key, &index)) != NULL)
    return pheno_value_parse (&setting->value[index], operation, info, text, error);
  if (strcmp (key, "enabled") == 0)
    return pheno_switch_parse (operation->name, key, text, &setting->enabled, error);
  if (strcmp (key, "probability") == 0 && operation->random)
    {
      if (!pheno_value_parse (&number, operation, &probability_info, text, error))
        return FALSE;
      setting->probability = number.number[0];
      return TRUE;
    }
  if (strcmp (key, "place") == 0)
    {
      if (!pheno_value_parse (&number, operation, &place_info, text, error))
        return FALSE;
      setting->place = (int) number.number[0];
      pheno_recipe_sort (recipe);
      return TRUE;
    }
  set_key_error (error, operation, key);
  return FALSE;
}

char *
pheno_recipe_get (const PhenoRecipe *recipe, const char *operation_name, const char *key)
{
  int found = pheno_operation_find (operation_name);
  const PhenoOperation *operation;
  const PhenoParameterInfo *info;
  const PhenoSetting *setting;
  PhenoValue number = { 0 };
  guint index;

  if (found < 0)
    return NULL;
  operation = pheno_operation_get ((guint) found);
  setting = &recipe->setting[found];

  if ((info = find_parameter (operation, key, &index)) != NULL)
    return pheno_value_to_text (&setting->value[index], info);
  if (strcmp (key, "enabled") == 0)
    return g_strdup (setting->enabled ? "true" : "false");
  if (strcmp (key, "place") == 0)
    return g_strdup_printf ("%d", setting->place);
  if (strcmp (key, "probability") != 0 || !operation->random)
    return NULL;
  number.number[0] = setting->probability;
  return pheno_value_to_text (&number, &probability_info);
}

gboolean
pheno_recipe_check_image (const PhenoRecipe *recipe, const PhenoImage *image,
                          GError **error)
{
  PhenoBandsRoom room = { 0 };
  gboolean fits = TRUE;
  PhenoBands bands;

  pheno_bands_find (&bands, image, &room);
  for (guint i = 0; i < PHENO_N_OPERATIONS && fits; i++)
    {
      const PhenoOperationClass *operation = pheno_operation_classes[i];

      fits = !recipe->setting[i].enabled || operation->check_bands == NULL
             || operation->check_bands (&recipe->setting[i], &bands, error);
    }
  pheno_bands_room_clear (&room);
  return fits;
}

gboolean
pheno_recipe_check_bands (const PhenoRecipe *recipe, int bands, GError **error)
{
  PhenoImage image = { .bands = bands };

  return pheno_recipe_check_image (recipe, &image, error);
}

/* ---- Colour ---- */

/* Whether 0 is a value of it, which changes nothing. A gamma or a temperature has none.
 */
static gboolean
has_zero (const PhenoParameterInfo *info)
{
  return info->kind == PHENO_PARAMETER_NUMBER && info->minimum <= 0;
}

gboolean
pheno_recipe_changes_colour (const PhenoRecipe *recipe, const char *operation_name,
                             const char *parameter)
{
  int found = pheno_operation_find (operation_name);
  const PhenoOperation *operation;
  const PhenoSetting *setting;

  g_return_val_if_fail (found >= 0, FALSE);
  operation = pheno_operation_get ((guint) found);
  setting = &recipe->setting[found];
  if (!setting->enabled || (operation->random && setting->probability <= 0))
    return FALSE;

  for (guint i = 0; operation->parameters[i].name != NULL; i++)
    if (operation->parameters[i].changes_colour
        && (!has_zero (&operation->parameters[i]) || setting->value[i].number[0] != 0)
        && (parameter == NULL || strcmp (parameter, operation->parameters[i].name) == 0))
      return TRUE;
  return operation->changes_colour && parameter == NULL;
}

void
pheno_recipe_keep_colour (PhenoRecipe *recipe)
{
  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);

      if (operation->changes_colour)
        recipe->setting[i].enabled = FALSE;
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        if (operation->parameters[k].changes_colour
            && has_zero (&operation->parameters[k]))
          recipe->setting[i].value[k].number[0] = 0;
        else if (operation->parameters[k].changes_colour)
          recipe->setting[i].enabled = FALSE;
    }
}

/* ---- Text ---- */

static gboolean
take_group (PhenoRecipe *recipe, GKeyFile *key_file, const char *group, GError **error)
{
  const char *operation = group + strlen (GROUP);
  g_auto (GStrv) keys = NULL;

  if (!pheno_recipe_set (recipe, operation, "enabled", "true", error))
    return FALSE;
  if ((keys = g_key_file_get_keys (key_file, group, NULL, error)) == NULL)
    return FALSE;
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *text = g_key_file_get_value (key_file, group, keys[i], error);

      if (text == NULL || !pheno_recipe_set (recipe, operation, keys[i], text, error))
        return FALSE;
    }
  return TRUE;
}

PhenoRecipe *
pheno_recipe_new_from_key_file (const PhenoRecipe *base, GKeyFile *key_file,
                                GError **error)
{
  g_autoptr (PhenoRecipe) recipe
      = base != NULL ? pheno_recipe_copy (base) : pheno_recipe_new ();
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_str_has_prefix (groups[i], GROUP)
        && !take_group (recipe, key_file, groups[i], error))
      return NULL;
  return g_steal_pointer (&recipe);
}

char *
pheno_recipe_to_text (const PhenoRecipe *recipe)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < PHENO_N_OPERATIONS; i++)
    {
      const PhenoOperation *operation = pheno_operation_get (recipe->order[i]);
      static const char *const common[] = { "enabled", "probability", "place" };

      g_string_append_printf (text, "%s[%s%s]\n", i > 0 ? "\n" : "", GROUP,
                              operation->name);
      for (guint k = 0; k < G_N_ELEMENTS (common); k++)
        {
          g_autofree char *value = pheno_recipe_get (recipe, operation->name, common[k]);

          if (value != NULL)
            g_string_append_printf (text, "%s=%s\n", common[k], value);
        }
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        {
          const char *key = operation->parameters[k].name;
          g_autofree char *value = pheno_recipe_get (recipe, operation->name, key);

          g_string_append_printf (text, "%s=%s\n", key, value);
        }
    }
  return g_string_free (text, FALSE);
}

/* ---- Names and files ---- */

const char *const *
pheno_recipe_names (void)
{
  return recipe_names;
}

static const struct
{
  const char *name, *title, *doc;
} recipe_words[] = {
  { "simclr", N_ ("SimCLR"),
    N_ ("The usual views for photographs of things: colour is made unreliable on "
        "purpose, "
        "and crops go down to a twelfth of the image") },
  { "colour", N_ ("Colour matters"),
    N_ ("Hue and saturation are never touched; exposure changes a little") },
  { "shape", N_ ("Shape matters"),
    N_ ("Outline and pattern alone: colours are turned, or go altogether") },
  { "uv-rgb", N_ ("UV and RGB"),
    N_ ("Colour matters in visible and in ultraviolet light; the balance of the lamps "
        "and "
        "the background do not") },
  { "hyperspectral", N_ ("Hyperspectral"),
    N_ ("The spectrum matters; small shifts of wavelength, the lamp and noise do not") },
  { "none", N_ ("None"), N_ ("Nothing at random: the whole image, as it is embedded") },
};

const char *
pheno_recipe_title (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipe_words); i++)
    if (strcmp (recipe_words[i].name, name) == 0)
      return _ (recipe_words[i].title);
  return NULL;
}

const char *
pheno_recipe_doc (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipe_words); i++)
    if (strcmp (recipe_words[i].name, name) == 0)
      return _ (recipe_words[i].doc);
  return NULL;
}

static PhenoRecipe *
parse (const char *text, gsize length, GError **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_auto (GStrv) groups = NULL;
  gboolean found = FALSE;

  /* GKeyFile takes anything, and the words about it would be no text. */
  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
                           _ ("It is no text in UTF-8. Save it as such."));
      return NULL;
    }
  if (!g_key_file_load_from_data (key_file, text, length, G_KEY_FILE_NONE, error))
    return NULL;
  groups = g_key_file_get_groups (key_file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    found = found || g_str_has_prefix (groups[i], GROUP);
  if (!found)
    {
      g_set_error_literal (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("It has no group [augment.OPERATION], as a recipe has. Choose another file, "
             "or “simclr”, “colour”, “shape”, “uv-rgb”, “hyperspectral” or “none”."));
      return NULL;
    }
  return pheno_recipe_new_from_key_file (NULL, key_file, error);
}

static PhenoRecipe *
load_file (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *shown = pheno_display_name (path);
  g_autoptr (GError) reason = NULL;
  PhenoRecipe *recipe;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &reason))
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("The recipe “%s” cannot be read: %s. Check its name and permissions."),
          shown, reason->message);
      return NULL;
    }
  if ((recipe = parse (text, length, &reason)) == NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("The recipe “%s” cannot be used: %s"), shown, reason->message);
  return recipe;
}

PhenoRecipe *
pheno_recipe_load (const char *name, GError **error)
{
  g_autofree char *shown = NULL, *all = NULL;
  const char *nearest;

  for (guint i = 0; recipe_names[i] != NULL; i++)
    if (strcmp (recipe_names[i], name) == 0)
      return parse (recipe_texts[i], strlen (recipe_texts[i]), error);
  if (g_file_test (name, G_FILE_TEST_EXISTS))
    return load_file (name, error);

  shown = pheno_display_name (name);
  all = g_strjoinv (", ", (char **) recipe_names);
  if ((nearest = pheno_nearest_word (name, recipe_names)) != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no recipe or file “%s”. Did you mean “%s”?"), shown,
                 nearest);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("There is no recipe or file “%s”. Give a file, or one of: %s."),
                 shown, all);
  return NULL;
}
