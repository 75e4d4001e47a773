/* study-row.c - a recent study on the start page
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/study-row.h"

#include <string.h>

#include "app/study-summary.h"

struct _PhenoStudyRow
{
  AdwActionRow parent_instance;

  /* template children */
  GtkPicture *picture;
  GtkStack *picture_stack;

  /* owned */
  PhenoRecentStudy *study;
  PhenoStudySummary *summary;
  GCancellable *loading;
};

G_DEFINE_FINAL_TYPE (PhenoStudyRow, pheno_study_row, ADW_TYPE_ACTION_ROW)

enum
{
  PROP_STUDY = 1,
  PROP_STATE,
  PROP_RESUMABLE,
  PROP_MISSING,
  PROP_LEFT_OPEN,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const char *const verbs[] = { "resume", "discard", "locate", "remove" };

GtkWidget *
pheno_study_row_new (PhenoRecentStudy *study)
{
  return g_object_new (PHENO_TYPE_STUDY_ROW, "study", study, NULL);
}

PhenoRecentStudy *
pheno_study_row_get_study (PhenoStudyRow *self)
{
  return self->study;
}

static gboolean
is_resumable (PhenoStudyRow *self)
{
  return self->summary != NULL && self->summary->run != NULL
         && (self->summary->state == PHENO_RUN_INTERRUPTED
             || self->summary->state == PHENO_RUN_PAUSED
             || self->summary->state == PHENO_RUN_FAILED);
}

const char *
pheno_study_row_get_run (PhenoStudyRow *self)
{
  return is_resumable (self) ? self->summary->run : NULL;
}

gboolean
pheno_study_row_is_training (PhenoStudyRow *self)
{
  return self->summary != NULL && self->summary->run != NULL
         && self->summary->state == PHENO_RUN_RUNNING;
}

/* ---- words ---- */

static char *
describe_time (GDateTime *then)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight
      = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                               g_date_time_get_day_of_month (now), 0, 0, 0);
  double days = (double) g_date_time_difference (midnight, then) / G_TIME_SPAN_DAY;

  if (days <= 0)
    /* Translators: a time of today; %R is like 14:05, see the manual of strftime */
    return g_date_time_format (then, _ ("Today, %R"));
  if (days <= 1)
    return g_date_time_format (then, _ ("Yesterday, %R"));
  if (days <= 6)
    /* Translators: %A is the name of a day of the week */
    return g_date_time_format (then, _ ("%A, %R"));
  /* Translators: a date, like 23 November 2026 */
  return g_date_time_format (then, _ ("%-d %B %Y"));
}

static char *
describe_folder (const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  const char *home = g_get_home_dir ();
  g_autofree char *text = g_filename_display_name (parent);

  if (g_str_has_prefix (parent, home)
      && (parent[strlen (home)] == '/' || parent[strlen (home)] == '\0'))
    {
      g_autofree char *below = g_filename_display_name (parent + strlen (home));

      return g_strconcat ("~", below, NULL);
    }
  return g_steal_pointer (&text);
}

static void
show_study (PhenoStudyRow *self)
{
  g_autofree char *time = describe_time (pheno_recent_study_get_opened (self->study));
  g_autofree char *folder = describe_folder (pheno_recent_study_get_path (self->study));
  g_autofree char *state
      = self->summary != NULL ? pheno_study_summary_describe (self->summary) : NULL;
  /* Translators: when a study was opened, and in which folder it lies; below it, in a
   * line of its own, the state of its last run */
  g_autofree char *subtitle
      = g_strdup_printf (_ ("%s · %s\n%s"), time, folder, state != NULL ? state : "");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 pheno_recent_study_get_title (self->study));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
}

/* ---- what a thread found ---- */

static void
show_summary (PhenoStudyRow *self)
{
  if (self->summary->picture != NULL)
    {
      gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (self->summary->picture));
      gtk_stack_set_visible_child_name (self->picture_stack, "picture");
    }
  show_study (self);
  for (guint i = PROP_STATE; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoStudyRow) self = user_data;
  g_autoptr (PhenoStudySummary) summary = pheno_study_summary_load_finish (result, NULL);

  if (summary == NULL)
    return;
  g_clear_pointer (&self->summary, pheno_study_summary_free);
  self->summary = g_steal_pointer (&summary);
  show_summary (self);
}

void
pheno_study_row_refresh (PhenoStudyRow *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  pheno_study_summary_load_async (
      pheno_recent_study_get_path (self->study),
      self->summary == NULL ? pheno_recent_study_get_picture (self->study) : NULL,
      self->loading, loaded_cb, g_object_ref (self));
}

static void
set_study (PhenoStudyRow *self, PhenoRecentStudy *study)
{
  if (!g_set_object (&self->study, study) || study == NULL)
    return;
  show_study (self);
  pheno_study_row_refresh (self);
}

/* The page decides what is done: “study.resume” is the signal “resume”. */
static void
verb_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit_by_name (widget, strchr (name, '.') + 1);
}

static void
pheno_study_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoStudyRow *self = PHENO_STUDY_ROW (object);

  switch (id)
    {
    case PROP_STUDY:
      g_value_set_object (value, self->study);
      break;
    case PROP_STATE:
      g_value_take_string (value, self->summary != NULL
                                      ? pheno_study_summary_describe (self->summary)
                                      : g_strdup (""));
      break;
    case PROP_RESUMABLE:
      g_value_set_boolean (value, is_resumable (self));
      break;
    case PROP_MISSING:
      g_value_set_boolean (value, self->summary != NULL && !self->summary->there);
      break;
    case PROP_LEFT_OPEN:
      g_value_set_boolean (value, self->summary != NULL && self->summary->left_open);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_study_row_set_property (GObject *object, guint id, const GValue *value,
                              GParamSpec *pspec)
{
  if (id == PROP_STUDY)
    set_study (PHENO_STUDY_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_study_row_dispose (GObject *object)
{
  PhenoStudyRow *self = PHENO_STUDY_ROW (object);

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_STUDY_ROW);
  g_clear_object (&self->study);
  g_clear_pointer (&self->summary, pheno_study_summary_free);

  G_OBJECT_CLASS (pheno_study_row_parent_class)->dispose (object);
}

static void
pheno_study_row_class_init (PhenoStudyRowClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_study_row_get_property;
  object_class->set_property = pheno_study_row_set_property;
  object_class->dispose = pheno_study_row_dispose;
  props[PROP_STUDY] = g_param_spec_object ("study", NULL, NULL, PHENO_TYPE_RECENT_STUDY,
                                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                               | G_PARAM_STATIC_STRINGS);
  props[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  props[PROP_RESUMABLE] = g_param_spec_boolean ("resumable", NULL, NULL, FALSE, flags);
  props[PROP_MISSING] = g_param_spec_boolean ("missing", NULL, NULL, FALSE, flags);
  props[PROP_LEFT_OPEN] = g_param_spec_boolean ("left-open", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_signal_new (verbs[i], G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/study-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoStudyRow, picture);
  gtk_widget_class_bind_template_child (widget_class, PhenoStudyRow, picture_stack);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *name = g_strconcat ("study.", verbs[i], NULL);

      gtk_widget_class_install_action (widget_class, name, NULL, verb_action);
    }
}

static void
pheno_study_row_init (PhenoStudyRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
