/* search.c - many runs, one for each combination of settings
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A trial is a run as any other, in the study's runs/. What a search knows lies in the
 * runs themselves: going on after an interruption is reading their histories.
 */
#include "engine/training/search.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Of successive halving: one of so many goes on, with so many times the epochs. */
#define KEEP_ONE_OF 3

typedef struct
{
  const PhenoRun *base;
  GPtrArray *axes;
  const PhenoSearchOptions *options;
  char *runs; /* the study's folder of runs */
  const char *name;
  GPtrArray *trials; /* PhenoTrial, in the order of the plan */
  GCancellable *cancellable;
  PhenoProgressFunc progress;
  gpointer user_data;
  guint done, total; /* runs that were begun, of how many */
} Search;

void
pheno_trial_free (PhenoTrial *trial)
{
  if (trial == NULL)
    return;

  g_free (trial->name);
  g_strfreev (trial->values);
  g_free (trial->message);
  g_free (trial);
}

/* ---- The table ---- */

static void
append_number (GString *text, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (isfinite (value))
    g_string_append (text, g_ascii_formatd (number, sizeof number, "%.6g", value));
}

static gboolean
write_table (const Search *self, GError **error)
{
  g_autofree char *file = g_strconcat (self->name, ".csv", NULL);
  g_autofree char *path = g_build_filename (self->runs, file, NULL);
  g_autoptr (GString) text = g_string_new ("run");

  for (guint i = 0; i < self->axes->len; i++)
    {
      g_string_append_c (text, ',');
      pheno_append_field (text, ((PhenoSearchAxis *) self->axes->pdata[i])->setting);
    }
  g_string_append (
      text, ",epochs,score,loss,knn_accuracy,knn_balanced_accuracy,seconds,message\n");
  for (guint i = 0; i < self->trials->len; i++)
    {
      const PhenoTrial *trial = self->trials->pdata[i];

      pheno_append_field (text, trial->name);
      for (guint k = 0; k < self->axes->len; k++)
        {
          g_string_append_c (text, ',');
          pheno_append_field (text, trial->values[k]);
        }
      g_string_append_printf (text, ",%d", trial->epochs);
      append_number (text, trial->score);
      append_number (text, trial->loss);
      append_number (text, trial->knn_accuracy);
      append_number (text, trial->knn_balanced_accuracy);
      append_number (text, trial->seconds);
      g_string_append_c (text, ',');
      pheno_append_field (text, trial->message);
      g_string_append_c (text, '\n');
    }

  return pheno_write_file (path, text->str, text->len, error);
}

/* ---- One trial ---- */

/* (nullable): the settings of a trial. */
static PhenoRun *
make_run (const Search *self, const PhenoTrial *trial, int epochs, GError **error)
{
  g_autoptr (PhenoRun) run = pheno_run_copy (self->base);

  for (guint i = 0; i < self->axes->len; i++)
    {
      const PhenoSearchAxis *axis = self->axes->pdata[i];
      g_autofree char *assignment
          = g_strconcat (axis->setting, "=", trial->values[i], NULL);

      if (!pheno_run_set (run, assignment, error))
        return NULL;
    }
  if (epochs > 0)
    run->epochs = epochs;
  run->warm_up = MIN (run->warm_up, run->epochs - 1);

  return pheno_run_check (run, error) ? g_steal_pointer (&run) : NULL;
}

/* What the run's history says now. */
static void
read_history (const Search *self, const char *directory, PhenoTrial *trial)
{
  g_autoptr (GArray) rows = pheno_history_load (directory);

  trial->seconds = 0;
  for (guint i = 0; i < rows->len; i++)
    {
      const PhenoHistoryRow *row = &g_array_index (rows, PhenoHistoryRow, i);

      trial->epochs = (int) row->epoch;
      trial->loss = row->loss;
      trial->seconds += row->seconds;
      if (isfinite (row->knn_balanced_accuracy))
        {
          trial->knn_accuracy = row->knn_accuracy;
          trial->knn_balanced_accuracy = row->knn_balanced_accuracy;
        }
    }
  trial->score = self->options->by_loss ? -trial->loss : trial->knn_balanced_accuracy;
}

static void
hand_on (const PhenoProgress *progress, gpointer data)
{
  Search *self = data;
  PhenoProgress report = *progress;

  if (self->progress == NULL)
    return;
  /* The time that is left is that of the whole search, which one run does not know. */
  if (self->total > 1)
    report.seconds_left = -1;
  self->progress (&report, self->user_data);
}

static void
tell (Search *self, const PhenoTrial *trial)
{
  g_autofree char *message
      = g_strdup_printf (_ ("Run %u of %u: %s"), self->done, self->total, trial->name);
  PhenoProgress report = PHENO_PROGRESS_INIT;

  if (self->progress == NULL)
    return;
  report.phase = "search";
  report.done = self->done - 1;
  report.total = self->total;
  report.message = message;
  self->progress (&report, self->user_data);
}

/* Trains a trial up to @epochs. FALSE only where the search must stop. */
static gboolean
run_trial (Search *self, PhenoTrial *trial, int epochs, GError **error)
{
  g_autofree char *directory = g_build_filename (self->runs, trial->name, NULL);
  g_autofree char *began = g_build_filename (directory, "run.ini", NULL);
  g_autoptr (PhenoRun) run = make_run (self, trial, epochs, error);
  g_autoptr (GError) reason = NULL;
  gboolean done;

  if (run == NULL)
    return FALSE;

  self->done++;
  tell (self, trial);
  read_history (self, directory, trial);
  if (trial->epochs >= run->epochs
      && pheno_run_folder_state (directory, NULL) == PHENO_RUN_DONE)
    return TRUE;

  done = pheno_train (run, directory, g_file_test (began, G_FILE_TEST_EXISTS), NULL,
                      hand_on, self, self->cancellable, &reason);
  read_history (self, directory, trial);
  g_clear_pointer (&trial->message, g_free);
  if (!done && g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      write_table (self, NULL);
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (!done)
    {
      trial->message = g_strdup (reason->message);
      trial->score = NAN;
    }
  return write_table (self, error);
}

/* ---- The search ---- */

static int
compare_scores (gconstpointer a, gconstpointer b)
{
  const PhenoTrial *x = *(PhenoTrial *const *) a, *y = *(PhenoTrial *const *) b;
  double s = isfinite (x->score) ? x->score : -INFINITY;
  double t = isfinite (y->score) ? y->score : -INFINITY;

  if (s != t)
    return s > t ? -1 : 1;
  return strcmp (x->name, y->name);
}

static gboolean
run_all (Search *self, GPtrArray *trials, int epochs, GError **error)
{
  for (guint i = 0; i < trials->len; i++)
    if (!run_trial (self, trials->pdata[i], epochs, error))
      return FALSE;
  return TRUE;
}

/* Epochs of the first rung, such that the last one has those of the settings. */
static int
first_epochs (int epochs, guint trials)
{
  for (; trials >= KEEP_ONE_OF && epochs >= KEEP_ONE_OF; trials /= KEEP_ONE_OF)
    epochs /= KEEP_ONE_OF;
  return MAX (epochs, 1);
}

static guint
count_rungs (int epochs, int last, guint trials)
{
  guint total = trials;

  while (epochs < last && trials >= KEEP_ONE_OF)
    {
      epochs = MIN (epochs * KEEP_ONE_OF, last);
      trials /= KEEP_ONE_OF;
      total += trials;
    }
  return total;
}

static gboolean
run_halving (Search *self, GError **error)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  int epochs = first_epochs (self->base->epochs, self->trials->len);

  self->total = count_rungs (epochs, self->base->epochs, self->trials->len);
  for (guint i = 0; i < self->trials->len; i++)
    g_ptr_array_add (left, self->trials->pdata[i]);
  while (TRUE)
    {
      if (!run_all (self, left, epochs, error))
        return FALSE;
      if (epochs >= self->base->epochs || left->len < KEEP_ONE_OF)
        return TRUE;
      g_ptr_array_sort (left, compare_scores);
      g_ptr_array_set_size (left, (int) (left->len / KEEP_ONE_OF));
      epochs = MIN (epochs * KEEP_ONE_OF, self->base->epochs);
    }
}

static void
add_trials (Search *self, GPtrArray *plan)
{
  for (guint i = 0; i < plan->len; i++)
    {
      PhenoTrial *trial = g_new0 (PhenoTrial, 1);

      trial->name = g_strdup_printf ("%s-%03u", self->name, i + 1);
      trial->values = g_strdupv (plan->pdata[i]);
      trial->score = trial->loss = trial->knn_accuracy = trial->knn_balanced_accuracy
          = NAN;
      g_ptr_array_add (self->trials, trial);
    }
}

/* Every combination is looked at before the first is trained. */
static gboolean
check_all (const Search *self, GError **error)
{
  for (guint i = 0; i < self->trials->len; i++)
    {
      g_autoptr (PhenoRun) run = make_run (self, self->trials->pdata[i], 0, error);

      if (run == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_folder (Search *self, const char *study, GError **error)
{
  g_autofree char *name = g_path_get_basename (study);

  if (!g_str_has_suffix (name, ".study") || strchr (self->name, '/') != NULL
      || *self->name == '\0')
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("A search is kept in a study, a folder whose name ends in “.study”, "
             "under a name of its own; “%s” and “%s” are not these."),
          study, self->name);
      return FALSE;
    }

  self->runs = g_build_filename (study, "runs", NULL);
  if (g_mkdir_with_parents (self->runs, 0777) != 0)
    {
      pheno_set_file_error (error, self->runs, errno);
      return FALSE;
    }
  return TRUE;
}

/* The best first; an error where there is none. */
static gboolean
order (Search *self, GError **error)
{
  const PhenoTrial *best;

  g_ptr_array_sort (self->trials, compare_scores);
  best = self->trials->pdata[0];
  if (isfinite (best->score))
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA, "%s",
               best->message != NULL
                   ? best->message
                   : _ ("No run of the search has a kNN accuracy, as there are no labels "
                        "with two images each. Search by the loss."));
  return FALSE;
}

GPtrArray *
pheno_search (const PhenoRun *base, GPtrArray *axes, const PhenoSearchOptions *options,
              const char *study, const char *name, PhenoProgressFunc progress,
              gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) plan
      = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GPtrArray) trials
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_trial_free);
  Search search = { .base = base,
                    .axes = axes,
                    .options = options,
                    .name = name,
                    .trials = trials,
                    .cancellable = cancellable,
                    .progress = progress,
                    .user_data = user_data };
  gboolean done = FALSE;

  if (pheno_search_plan (axes, options, plan, error)
      && make_folder (&search, study, error))
    {
      add_trials (&search, plan);
      search.total = trials->len;
      done = check_all (&search, error)
             && (options->method == PHENO_SEARCH_HALVING
                     ? run_halving (&search, error)
                     : run_all (&search, trials, 0, error))
             && order (&search, error) && write_table (&search, error);
    }
  g_free (search.runs);

  return done ? g_steal_pointer (&trials) : NULL;
}
