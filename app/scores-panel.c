/* scores-panel.c - how well near specimens share a label, in numbers and in words
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The background alone is measured beside it, with the same labels and rows: what it can
 * tell is the studio's merit. Rows that are filtered out take part in neither.
 */
#include "app/scores-panel.h"

#include "app/embedding-sources.h"
#include "app/main-task.h"

#define AT_LEAST 2 /* individuals of a group, or none could be right */
#define SEED 1
#define CONTROL "background"

/* More of the embeddings than this and the silhouette takes minutes. */
#define MANY_ROWS 30000

struct _PhenoScoresPanel
{
  AdwBin parent_instance;

  /* template children */
  GtkDropDown *column_choice;
  GtkSpinButton *count_button;
  GtkCheckButton *whitened_button, *exclude_button;
  GtkWidget *measure_button, *stop_button, *result_box, *control_button;
  GtkProgressBar *progress_bar;
  GtkLabel *error_label, *words_label, *warning_label, *control_label;
  GtkListBox *result_list;

  /* owned */
  PhenoMapModel *model;
  GPtrArray *columns; /* of the choice */
  GCancellable *measuring;
  guint pulse_source;

  /* of the last measurement */
  char *column;
  PhenoEvaluation result;
};

G_DEFINE_FINAL_TYPE (PhenoScoresPanel, pheno_scores_panel, ADW_TYPE_BIN)

enum
{
  EMBED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- the measurement, on a thread ---- */

typedef struct
{
  PhenoEmbedding *embedding;
  PhenoMeasure *measure;
  gboolean whitened;
  int *groups;
  int *unit; /* (nullable): which images are of one animal */
  gboolean exclude_same;
  int k;
  char *control_path; /* NULL: the embedding itself; else what is measured in its place */
  PhenoEvaluation result;
} Job;

static void
job_free (gpointer data)
{
  Job *self = data;

  pheno_embedding_free (self->embedding);
  pheno_measure_unref (self->measure);
  g_free (self->groups);
  g_free (self->unit);
  g_free (self->control_path);
  g_free (self);
}

static gboolean
evaluate (Job *job, const PhenoMatrix *matrix, const int *groups, const int *unit,
          GCancellable *cancellable, GError **error)
{
  PhenoEvaluateOptions options = {
    .groups = groups,
    .exclude = job->exclude_same ? unit : NULL,
    .unit = unit,
    .k = (gsize) job->k,
    .metric = PHENO_METRIC_COSINE,
    .at_least = AT_LEAST,
    .seed = SEED,
  };

  return pheno_evaluate (matrix, &options, &job->result, NULL, NULL, cancellable, error);
}

/* The same labels for the rows of another table, by the names of its files. */
static gboolean
evaluate_control (Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoEmbedding) control = pheno_embedding_load (job->control_path, error);
  g_autoptr (GHashTable) row_of = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree int *groups = NULL, *unit = NULL;

  if (control == NULL)
    return FALSE;
  for (guint row = 0; row < job->embedding->files->len; row++)
    g_hash_table_insert (row_of, job->embedding->files->pdata[row],
                         GUINT_TO_POINTER (row + 1));
  groups = g_new (int, control->matrix->rows);
  unit = g_new (int, control->matrix->rows);
  for (gsize row = 0; row < control->matrix->rows; row++)
    {
      guint found
          = GPOINTER_TO_UINT (g_hash_table_lookup (row_of, control->files->pdata[row]));

      groups[row] = found > 0 ? job->groups[found - 1] : -1;
      unit[row] = found > 0 && job->unit != NULL ? job->unit[found - 1] : -1;
    }
  return evaluate (job, control->matrix, groups, job->unit != NULL ? unit : NULL,
                   cancellable, error);
}

static gboolean
evaluate_own (Job *job, GCancellable *cancellable, GError **error)
{
  const PhenoMatrix *matrix
      = pheno_measure_get_matrix (job->measure, job->whitened, error);

  return matrix != NULL
         && evaluate (job, matrix, job->groups, job->unit, cancellable, error);
}

static void
measure_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;

  if (job->control_path != NULL ? evaluate_control (job, cancellable, &error)
                                : evaluate_own (job, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Job *
job_new (PhenoScoresPanel *self, const char *column)
{
  const char *individuals = pheno_map_model_get_individuals (self->model);
  const guint8 *shown = pheno_map_model_get_shown (self->model);
  Job *job = g_new0 (Job, 1);

  job->embedding = pheno_embedding_ref (pheno_map_model_get_embedding (self->model));
  job->measure = pheno_measure_ref (pheno_map_model_get_measure (self->model));
  job->whitened = pheno_map_model_get_whitened (self->model);
  job->groups = pheno_map_model_make_groups (self->model, column, NULL);
  for (gsize row = 0; row < pheno_map_model_get_n_rows (self->model); row++)
    if (!shown[row])
      job->groups[row] = -1;
  if (individuals != NULL)
    job->unit = pheno_map_model_make_groups (self->model, individuals, NULL);
  job->exclude_same = gtk_check_button_get_active (self->exclude_button);
  job->k = gtk_spin_button_get_value_as_int (self->count_button);
  return job;
}

/* ---- results ---- */

static void
add_result (PhenoScoresPanel *self, const char *title, const char *value,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (value);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "heading");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_list_box_append (self->result_list, row);
}

static void
clear_results (PhenoScoresPanel *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->result_list))) != NULL)
    gtk_list_box_remove (self->result_list, child);
  gtk_widget_set_visible (self->result_box, FALSE);
}

static char *
in_words (const PhenoEvaluation *result, const char *column)
{
  const PhenoAccuracy *accuracy = &result->accuracy;

  if (accuracy->interval_low <= accuracy->chance)
    return g_strdup_printf (
        /* Translators: a column of the metadata */
        _ ("This is no better than chance: these embeddings do not tell “%s”."), column);
  return g_strdup_printf (
      /* Translators: a column of the metadata */
      _ ("Better than chance: near specimens share “%s” more often than drawing lots "
         "would have it. That is not yet why: look at the look-alikes, and at the "
         "background below."),
      column);
}

static char *
warn (PhenoScoresPanel *self, const PhenoEvaluation *result)
{
  const char *individuals = pheno_map_model_get_individuals (self->model);
  GString *words = g_string_new (NULL);

  if (result->left_out > 0)
    g_string_append_printf (
        words,
        ngettext ("%u image was left out: hidden, without a label, or alone in its "
                  "group. ",
                  "%u images were left out: hidden, without a label, or alone in their "
                  "group. ",
                  result->left_out),
        result->left_out);
  if (individuals != NULL && !gtk_check_button_get_active (self->exclude_button))
    g_string_append (
        words, _ ("Images of one animal may be each other's nearest, which proves "
                  "little: tick “Not of the same specimen” for the honest number. "));
  g_string_append (words,
                   _ ("Whoever tries many settings and reports the best has chosen "
                      "with the labels: say so."));
  return g_string_free (words, FALSE);
}

static void
show_result (PhenoScoresPanel *self)
{
  const PhenoAccuracy *accuracy = &self->result.accuracy;
  g_autofree char *balanced
      = g_strdup_printf ("%.1f %%", 100 * accuracy->balanced_accuracy);
  g_autofree char *plain = g_strdup_printf ("%.1f %%", 100 * accuracy->accuracy);
  g_autofree char *silhouette = g_strdup_printf ("%.3f", self->result.silhouette);
  g_autofree char *interval = g_strdup_printf (
      /* Translators: percentages: an interval, and what guessing would give */
      _ ("95 %% interval %.1f to %.1f; chance %.1f"), 100 * accuracy->interval_low,
      100 * accuracy->interval_high, 100 * accuracy->chance);
  g_autofree char *rows = g_strdup_printf (_ ("%zu images in %zu groups"), accuracy->rows,
                                           accuracy->groups);
  g_autofree char *words = in_words (&self->result, self->column);
  g_autofree char *warning = warn (self, &self->result);

  clear_results (self);
  add_result (self, _ ("Balanced accuracy"), balanced, interval);
  add_result (self, _ ("Accuracy"), plain, rows);
  if (isfinite (self->result.silhouette))
    add_result (self, _ ("Silhouette"), silhouette,
                _ ("−1 to 1; above 0: groups hold together"));
  gtk_label_set_label (self->words_label, words);
  gtk_label_set_label (self->warning_label, warning);
  gtk_label_set_label (
      self->control_label,
      _ ("What would the background alone tell? One species is often one drawer and one "
         "day, and then its card or light gives it away."));
  gtk_widget_set_visible (self->control_button, TRUE);
  gtk_widget_set_visible (self->result_box, TRUE);
}

static void
show_control (PhenoScoresPanel *self, const PhenoEvaluation *control)
{
  const PhenoAccuracy *accuracy = &control->accuracy;
  double own = self->result.accuracy.balanced_accuracy;
  g_autofree char *balanced
      = g_strdup_printf ("%.1f %%", 100 * accuracy->balanced_accuracy);
  g_autofree char *interval = g_strdup_printf (
      _ ("95 %% interval %.1f to %.1f; chance %.1f"), 100 * accuracy->interval_low,
      100 * accuracy->interval_high, 100 * accuracy->chance);

  add_result (self, _ ("Background alone"), balanced, interval);
  gtk_widget_set_visible (self->control_button, FALSE);
  if (accuracy->interval_low <= accuracy->chance)
    gtk_label_set_label (self->control_label,
                         _ ("The background alone is at chance, as it should be: it does "
                            "not explain the score."));
  else if (accuracy->interval_high >= own)
    gtk_label_set_label (
        self->control_label,
        _ ("The background alone tells the groups as well as these embeddings do. The "
           "score may be the studio's: compare groups that were photographed together, "
           "or take the background out of the images."));
  else
    gtk_label_set_label (
        self->control_label,
        _ ("The background alone tells more than chance: a part of the score may be the "
           "studio's. Report both numbers."));
}

/* ---- running ---- */

static gboolean
pulse_cb (gpointer user_data)
{
  gtk_progress_bar_pulse (((PhenoScoresPanel *) user_data)->progress_bar);
  return G_SOURCE_CONTINUE;
}

static void
set_running (PhenoScoresPanel *self, const char *words)
{
  g_clear_handle_id (&self->pulse_source, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), words != NULL);
  gtk_widget_set_visible (self->stop_button, words != NULL);
  gtk_widget_set_sensitive (self->measure_button, words == NULL);
  gtk_widget_set_sensitive (self->control_button, words == NULL);
  if (words == NULL)
    return;
  gtk_progress_bar_set_text (self->progress_bar, words);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  self->pulse_source = g_timeout_add (120, pulse_cb, self);
}

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoScoresPanel *self = PHENO_SCORES_PANEL (object);
  const Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->measuring)
    return;
  g_clear_object (&self->measuring);
  set_running (self, NULL);
  if (done && job->control_path != NULL)
    show_control (self, &job->result);
  else if (done)
    {
      self->result = job->result;
      show_result (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      gtk_label_set_label (self->error_label, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
    }
}

static void
start (PhenoScoresPanel *self, Job *job, const char *words)
{
  g_autoptr (GTask) task = NULL;

  self->measuring = g_cancellable_new ();
  task = g_task_new (self, self->measuring, measured_cb, NULL);
  g_task_set_task_data (task, job, job_free);
  pheno_task_run (task, measure_in_thread);
  set_running (self, words);
}

static void
stop (PhenoScoresPanel *self)
{
  if (self->measuring != NULL)
    g_cancellable_cancel (self->measuring);
  g_clear_object (&self->measuring);
  if (self->measure_button != NULL)
    set_running (self, NULL);
}

static void
measure_cb (GtkButton *button, PhenoScoresPanel *self)
{
  guint at = gtk_drop_down_get_selected (self->column_choice);

  if (self->measuring != NULL || at >= self->columns->len)
    return;
  g_free (self->column);
  self->column = g_strdup (self->columns->pdata[at]);
  clear_results (self);
  start (self, job_new (self, self->column),
         pheno_map_model_get_n_rows (self->model) > MANY_ROWS
             ? _ ("Measuring; so many images take some minutes…")
             : _ ("Measuring…"));
}

void
pheno_scores_panel_compare (PhenoScoresPanel *self)
{
  PhenoStudy *study = pheno_session_get_study (pheno_map_model_get_session (self->model));
  g_autofree char *path = study != NULL ? pheno_baseline_path (study, CONTROL) : NULL;
  Job *job;

  if (path == NULL || self->column == NULL || self->measuring != NULL
      || !g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  job = job_new (self, self->column);
  job->control_path = g_steal_pointer (&path);
  start (self, job, _ ("Measuring the background…"));
}

/* What has been made once is measured again at once. */
static void
control_cb (GtkButton *button, PhenoScoresPanel *self)
{
  PhenoStudy *study = pheno_session_get_study (pheno_map_model_get_session (self->model));
  g_autofree char *path = study != NULL ? pheno_baseline_path (study, CONTROL) : NULL;

  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    pheno_scores_panel_compare (self);
  else
    g_signal_emit (self, signals[EMBED], 0, CONTROL);
}

/* ---- the model ---- */

static void
fill_columns (PhenoScoresPanel *self)
{
  g_auto (GStrv) columns = pheno_map_model_get_columns (self->model);
  guint chosen = gtk_drop_down_get_selected (self->column_choice);
  g_autofree char *before
      = chosen < self->columns->len ? g_strdup (self->columns->pdata[chosen]) : NULL;
  GtkStringList *titles = gtk_string_list_new ((const char *const *) columns);
  guint at = 0;

  g_ptr_array_set_size (self->columns, 0);
  for (guint i = 0; columns[i] != NULL; i++)
    {
      g_ptr_array_add (self->columns, g_strdup (columns[i]));
      if (g_strcmp0 (columns[i], before) == 0)
        at = i;
    }
  gtk_drop_down_set_model (self->column_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->column_choice, at);
  g_object_unref (titles);
}

static void
rows_changed_cb (PhenoMapModel *model, PhenoScoresPanel *self)
{
  stop (self);
  clear_results (self);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
  g_clear_pointer (&self->column, g_free);
}

static void
groups_changed_cb (PhenoMapModel *model, PhenoScoresPanel *self)
{
  if (pheno_map_model_get_embedding (model) == NULL)
    return;
  fill_columns (self);
  gtk_widget_set_visible (GTK_WIDGET (self->exclude_button),
                          pheno_map_model_get_individuals (model) != NULL);
}

/* What was measured in other numbers stands there no more. */
static void
whitened_cb (PhenoMapModel *model, GParamSpec *pspec, PhenoScoresPanel *self)
{
  clear_results (self);
}

void
pheno_scores_panel_set_model (PhenoScoresPanel *self, PhenoMapModel *model)
{
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  g_object_bind_property (model, "can-whiten", self->whitened_button, "visible",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (model, "whitened", self->whitened_button, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (model, "notify::whitened", G_CALLBACK (whitened_cb), self, 0);
  g_signal_connect_object (model, "rows-changed", G_CALLBACK (rows_changed_cb), self, 0);
  g_signal_connect_object (model, "groups-changed", G_CALLBACK (groups_changed_cb), self,
                           0);
  groups_changed_cb (model, self);
}

/* ---- the widget ---- */

static void
pheno_scores_panel_dispose (GObject *object)
{
  PhenoScoresPanel *self = PHENO_SCORES_PANEL (object);

  if (self->measuring != NULL)
    g_cancellable_cancel (self->measuring);
  g_clear_object (&self->measuring);
  g_clear_handle_id (&self->pulse_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_SCORES_PANEL);
  g_clear_object (&self->model);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->column, g_free);
  G_OBJECT_CLASS (pheno_scores_panel_parent_class)->dispose (object);
}

#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhenoScoresPanel, name)

static void
pheno_scores_panel_class_init (PhenoScoresPanelClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_scores_panel_dispose;
  signals[EMBED] = g_signal_new ("embed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/scores-panel.ui");
  BIND (column_choice);
  BIND (count_button);
  BIND (whitened_button);
  BIND (exclude_button);
  BIND (measure_button);
  BIND (stop_button);
  BIND (result_box);
  BIND (control_button);
  BIND (progress_bar);
  BIND (error_label);
  BIND (words_label);
  BIND (warning_label);
  BIND (control_label);
  BIND (result_list);
}

static void
pheno_scores_panel_init (PhenoScoresPanel *self)
{
  self->columns = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->measure_button, "clicked", G_CALLBACK (measure_cb), self);
  g_signal_connect_swapped (self->stop_button, "clicked", G_CALLBACK (stop), self);
  g_signal_connect (self->control_button, "clicked", G_CALLBACK (control_cb), self);
}
