/* problem-item.c - a file that could not be used, as lists hold it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/session.h"

struct _PhenoProblemItem
{
  GObject parent_instance;

  char *file, *reason, *path;
  gboolean ignored;
};

G_DEFINE_FINAL_TYPE (PhenoProblemItem, pheno_problem_item, G_TYPE_OBJECT)

enum
{
  PROP_FILE = 1,
  PROP_REASON,
  PROP_PATH,
  PROP_IGNORED,
  N_PROPS
};

/* A problem is of a file below a root, of a table, or of the species rule. */
static char *
find_path (const PhenoStudy *study, const char *file)
{
  for (guint i = 0; i < study->roots->len; i++)
    {
      g_autofree char *path = g_build_filename (study->roots->pdata[i], file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

PhenoProblemItem *
pheno_problem_item_new (const PhenoStudy *study, const PhenoProblem *problem)
{
  g_autofree char *path = find_path (study, problem->file);
  PhenoProblemItem *self = g_object_new (PHENO_TYPE_PROBLEM_ITEM, "file", problem->file,
                                         "reason", problem->reason, "path", path, NULL);

  self->ignored = path != NULL && g_hash_table_contains (study->excluded, path);
  return self;
}

gboolean
pheno_problem_item_get_ignored (PhenoProblemItem *self)
{
  return self->ignored;
}

void
pheno_problem_item_set_ignored (PhenoProblemItem *self, gboolean ignored)
{
  if (self->ignored == ignored)
    return;
  self->ignored = ignored;
  g_object_notify (G_OBJECT (self), "ignored");
}

const char *
pheno_problem_item_get_path (PhenoProblemItem *self)
{
  return self->path;
}

const char *
pheno_problem_item_get_file (PhenoProblemItem *self)
{
  return self->file;
}

const char *
pheno_problem_item_get_reason (PhenoProblemItem *self)
{
  return self->reason;
}

static void
pheno_problem_item_get_property (GObject *object, guint id, GValue *value,
                                 GParamSpec *pspec)
{
  PhenoProblemItem *self = PHENO_PROBLEM_ITEM (object);

  if (id == PROP_FILE)
    g_value_set_string (value, self->file);
  else if (id == PROP_REASON)
    g_value_set_string (value, self->reason);
  else if (id == PROP_PATH)
    g_value_set_string (value, self->path);
  else if (id == PROP_IGNORED)
    g_value_set_boolean (value, self->ignored);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_problem_item_set_property (GObject *object, guint id, const GValue *value,
                                 GParamSpec *pspec)
{
  PhenoProblemItem *self = PHENO_PROBLEM_ITEM (object);

  if (id == PROP_FILE)
    self->file = pheno_display_name (g_value_get_string (value));
  else if (id == PROP_REASON)
    self->reason = g_value_dup_string (value);
  else if (id == PROP_PATH)
    self->path = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_problem_item_finalize (GObject *object)
{
  PhenoProblemItem *self = PHENO_PROBLEM_ITEM (object);

  g_free (self->file);
  g_free (self->reason);
  g_free (self->path);
  G_OBJECT_CLASS (pheno_problem_item_parent_class)->finalize (object);
}

static void
pheno_problem_item_class_init (PhenoProblemItemClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags
      = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_problem_item_get_property;
  object_class->set_property = pheno_problem_item_set_property;
  object_class->finalize = pheno_problem_item_finalize;
  g_object_class_install_property (object_class, PROP_FILE,
                                   g_param_spec_string ("file", NULL, NULL, "", flags));
  g_object_class_install_property (object_class, PROP_REASON,
                                   g_param_spec_string ("reason", NULL, NULL, "", flags));
  g_object_class_install_property (object_class, PROP_PATH,
                                   g_param_spec_string ("path", NULL, NULL, NULL, flags));
  g_object_class_install_property (
      object_class, PROP_IGNORED,
      g_param_spec_boolean ("ignored", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
pheno_problem_item_init (PhenoProblemItem *self)
{
}
