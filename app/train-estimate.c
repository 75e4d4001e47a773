/* train-estimate.c - what the next run would cost, told before it begins
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory comes from the plan of the network, time from the speed of an earlier run of the
 * same kind in this study, or from a few steps that are timed. All of this is done by the
 * worker, so that neither its memory nor a crash is the window's.
 */
#include "app/train-settings-private.h"

#include <stdio.h>
#include <string.h>

/* Long enough for somebody who turns a spin button. */
#define DELAY_MS 700

/* Bytes that programs can still have without swapping; 0: not known. */
static guint64
free_memory (void)
{
  g_autofree char *text = NULL;
  const char *line;
  guint64 kilobytes;

  if (!g_file_get_contents ("/proc/meminfo", &text, NULL, NULL)
      || (line = strstr (text, "MemAvailable:")) == NULL
      || sscanf (line, "MemAvailable: %" G_GUINT64_FORMAT, &kilobytes) != 1)
    return 0;
  return kilobytes * 1024;
}

/* Views a second of the newest run of the same kind; 0 where there is none. */
static double
earlier_speed (PhenoTrainSettings *self)
{
  GListModel *runs = pheno_training_get_runs (self->training);
  guint n = g_list_model_get_n_items (runs);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoRunItem) item = g_list_model_get_item (runs, i);
      const PhenoRunFacts *facts = pheno_run_item_get_facts (item);
      const PhenoRun *run = facts->run;

      if (run != NULL && facts->history->len > 0
          && g_str_equal (run->encoder, self->run->encoder)
          && run->size == self->run->size && run->batch == self->run->batch
          && pheno_thread_count (run->threads) == pheno_thread_count (self->run->threads)
          && (g_str_equal (self->run->precision, "auto")
              || g_str_equal (run->precision, self->run->precision))
          && (g_str_equal (self->run->device, "auto")
              || g_str_equal (run->device, self->run->device)))
        return g_array_index (facts->history, PhenoHistoryRow, facts->history->len - 1)
            .views_per_second;
    }
  return 0;
}

static void
show (PhenoTrainSettings *self, const char *text, const char *style)
{
  static const char *const styles[] = { "dim-label", "warning", "error" };

  gtk_label_set_label (self->estimate_label, text);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->estimate_label), styles[i]);
  gtk_widget_add_css_class (GTK_WIDGET (self->estimate_label), style);
}

static void
show_result (PhenoTrainSettings *self, JsonObject *result)
{
  guint64 needs = (guint64) json_object_get_int_member_with_default (result, "memory", 0);
  double seconds = json_object_get_double_member_with_default (result, "seconds", 0);
  guint64 has = free_memory ();
  g_autofree char *memory = g_format_size (needs);
  g_autofree char *available = g_format_size (has);
  g_autofree char *time = pheno_duration_words (seconds);
  g_autofree char *text = NULL;

  if (has > 0 && needs > has)
    {
      text = g_strdup_printf (
          _ ("This would need about %s of memory, of which %s are free. Choose a smaller "
             "batch or input size, or close other programs."),
          memory, available);
      show (self, text, "warning");
      return;
    }

  text = g_strdup_printf (
      self->from_earlier
          ? _ ("Time: %s. Memory: %s. An estimate, from the speed of an earlier run.")
          : _ ("Time: %s. Memory: %s. An estimate: a few steps were timed on this "
               "computer."),
      time, memory);
  show (self, text, "dim-label");
}

static void
set_busy (PhenoTrainSettings *self, gboolean busy)
{
  gtk_widget_set_visible (self->estimate_spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->estimate_spinner), busy);
}

static void
ended_cb (PhenoWorker *worker, PhenoTrainSettings *self)
{
  g_autoptr (PhenoWorker) ended = g_steal_pointer (&self->estimator);
  JsonObject *result = pheno_worker_get_result (ended);
  const char *message = pheno_worker_get_message (ended);

  set_busy (self, FALSE);
  if (pheno_worker_get_outcome (ended) == PHENO_OUTCOME_DONE && result != NULL)
    show_result (self, result);
  else
    {
      g_clear_pointer (&self->estimated, g_free);
      show (self, message != NULL ? message : "", "error");
    }
}

void
pheno_train_settings_stop_estimate (PhenoTrainSettings *self)
{
  g_clear_handle_id (&self->estimate_source, g_source_remove);
  if (self->estimator == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->estimator, self);
  pheno_worker_stop (self->estimator);
  pheno_worker_stop (self->estimator); /* there is nothing to save */
  g_clear_object (&self->estimator);
  g_clear_pointer (&self->estimated, g_free);
  set_busy (self, FALSE);
}

static GPtrArray *
make_arguments (PhenoTrainSettings *self, guint images, double speed)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  const PhenoRun *run = self->run;
  char rate[G_ASCII_DTOSTR_BUF_SIZE];

#define ADD(...) g_ptr_array_add (arguments, g_strdup_printf (__VA_ARGS__))
  ADD ("estimate");
  ADD ("--images=%u", images);
  ADD ("--device=%s", run->device);
  ADD ("--set=model.encoder=%s", run->encoder);
  ADD ("--set=model.size=%d", run->size);
  ADD ("--set=training.epochs=%d", run->epochs);
  ADD ("--set=training.batch=%d", run->batch);
  ADD ("--set=training.accumulate=%d", run->accumulate);
  ADD ("--set=training.optimiser=%s", run->optimiser);
  ADD ("--set=training.precision=%s", run->precision);
  ADD ("--set=training.threads=%d", run->threads);
  if (speed > 0)
    ADD ("--rate=%s", g_ascii_formatd (rate, sizeof rate, "%.3f", speed));
#undef ADD
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static void
estimate (PhenoTrainSettings *self)
{
  guint images = pheno_train_settings_count_images (self);
  double speed = earlier_speed (self);
  g_autoptr (GPtrArray) arguments = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr (GError) error = NULL;

  if (images < 2 || g_hash_table_size (self->errors) > 0)
    {
      show (self, "", "dim-label");
      return;
    }
  if (speed <= 0 && pheno_training_get_current (self->training) != NULL)
    {
      show (self, _ ("What this would cost is told when no training is under way."),
            "dim-label");
      return;
    }

  arguments = make_arguments (self, images, speed);
  wanted = g_strjoinv (" ", (char **) arguments->pdata);
  if (g_strcmp0 (wanted, self->estimated) == 0)
    return;

  pheno_train_settings_stop_estimate (self);
  self->estimated = g_steal_pointer (&wanted);
  self->from_earlier = speed > 0;
  self->estimator = pheno_worker_new ();
  g_signal_connect (self->estimator, "ended", G_CALLBACK (ended_cb), self);
  if (pheno_worker_start (self->estimator, (const char *const *) arguments->pdata,
                          &error))
    {
      set_busy (self, TRUE);
      show (self, _ ("Estimating time and memory…"), "dim-label");
      return;
    }
  g_clear_object (&self->estimator);
  show (self, error->message, "error");
}

static gboolean
estimate_cb (gpointer user_data)
{
  PhenoTrainSettings *self = user_data;

  self->estimate_source = 0;
  /* Nobody sees it: it is made when the page is shown. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    estimate (self);
  return G_SOURCE_REMOVE;
}

void
pheno_train_settings_estimate_later (PhenoTrainSettings *self)
{
  g_clear_handle_id (&self->estimate_source, g_source_remove);
  self->estimate_source = g_timeout_add (DELAY_MS, estimate_cb, self);
}
