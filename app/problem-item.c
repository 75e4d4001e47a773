/* problem-item.c - a file that could not be used, as lists hold it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/session.h"

struct _PhenoProblemItem
{
  GObject parent_instance;

  char *file, *reason;
};

G_DEFINE_FINAL_TYPE (PhenoProblemItem, pheno_problem_item, G_TYPE_OBJECT)

enum
{
  PROP_FILE = 1,
  PROP_REASON,
  N_PROPS
};

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
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_problem_item_finalize (GObject *object)
{
  PhenoProblemItem *self = PHENO_PROBLEM_ITEM (object);

  g_free (self->file);
  g_free (self->reason);
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
}

static void
pheno_problem_item_init (PhenoProblemItem *self)
{
}
