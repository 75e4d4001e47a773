/* undo.c - what the user did, and how to take it back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/undo.h"

/* Enough for an afternoon; each step holds what it changed and no more. */
#define MOST_STEPS 200

typedef struct
{
  char *label;
  PhenoUndoFunc undo, redo;
  gpointer data;
  GDestroyNotify free_data;
} Step;

struct _PhenoUndo
{
  GObject parent_instance;

  GQueue done, undone; /* the newest first */
  gboolean busy;       /* a step that is taken back pushes none */
};

G_DEFINE_FINAL_TYPE (PhenoUndo, pheno_undo, G_TYPE_OBJECT)

enum
{
  PROP_UNDO_LABEL = 1,
  PROP_REDO_LABEL,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
step_free (gpointer data)
{
  Step *step = data;

  if (step->free_data != NULL)
    step->free_data (step->data);
  g_free (step->label);
  g_free (step);
}

static void
notify (PhenoUndo *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNDO_LABEL]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_REDO_LABEL]);
}

PhenoUndo *
pheno_undo_new (void)
{
  return g_object_new (PHENO_TYPE_UNDO, NULL);
}

void
pheno_undo_push (PhenoUndo *self, const char *label, PhenoUndoFunc undo,
                 PhenoUndoFunc redo, gpointer data, GDestroyNotify free_data)
{
  Step *step;

  g_return_if_fail (PHENO_IS_UNDO (self));
  g_return_if_fail (!self->busy);

  step = g_new0 (Step, 1);
  step->label = g_strdup (label);
  step->undo = undo;
  step->redo = redo;
  step->data = data;
  step->free_data = free_data;

  g_queue_clear_full (&self->undone, step_free);
  g_queue_push_head (&self->done, step);
  if (self->done.length > MOST_STEPS)
    step_free (g_queue_pop_tail (&self->done));
  notify (self);
}

gboolean
pheno_undo_undo (PhenoUndo *self)
{
  Step *step = g_queue_pop_head (&self->done);

  if (step == NULL)
    return FALSE;

  self->busy = TRUE;
  step->undo (step->data);
  self->busy = FALSE;
  g_queue_push_head (&self->undone, step);
  notify (self);
  return TRUE;
}

gboolean
pheno_undo_redo (PhenoUndo *self)
{
  Step *step = g_queue_pop_head (&self->undone);

  if (step == NULL)
    return FALSE;

  self->busy = TRUE;
  step->redo (step->data);
  self->busy = FALSE;
  g_queue_push_head (&self->done, step);
  notify (self);
  return TRUE;
}

void
pheno_undo_clear (PhenoUndo *self)
{
  g_queue_clear_full (&self->done, step_free);
  g_queue_clear_full (&self->undone, step_free);
  notify (self);
}

const char *
pheno_undo_get_undo_label (PhenoUndo *self)
{
  Step *step = g_queue_peek_head (&self->done);

  return step != NULL ? step->label : NULL;
}

const char *
pheno_undo_get_redo_label (PhenoUndo *self)
{
  Step *step = g_queue_peek_head (&self->undone);

  return step != NULL ? step->label : NULL;
}

static void
pheno_undo_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoUndo *self = PHENO_UNDO (object);

  if (id == PROP_UNDO_LABEL)
    g_value_set_string (value, pheno_undo_get_undo_label (self));
  else if (id == PROP_REDO_LABEL)
    g_value_set_string (value, pheno_undo_get_redo_label (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_undo_finalize (GObject *object)
{
  PhenoUndo *self = PHENO_UNDO (object);

  g_queue_clear_full (&self->done, step_free);
  g_queue_clear_full (&self->undone, step_free);
  G_OBJECT_CLASS (pheno_undo_parent_class)->finalize (object);
}

static void
pheno_undo_class_init (PhenoUndoClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = pheno_undo_get_property;
  object_class->finalize = pheno_undo_finalize;

  props[PROP_UNDO_LABEL] = g_param_spec_string (
      "undo-label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_REDO_LABEL] = g_param_spec_string (
      "redo-label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pheno_undo_init (PhenoUndo *self)
{
  g_queue_init (&self->done);
  g_queue_init (&self->undone);
}
