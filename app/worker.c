/* worker.c - phenoscape-cli at work beside the window
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Its standard output is one JSON object a line: {"phase","done","total",...}, the last
 * one {"phase":"result","result":{...}}; its standard error is sentences for people, of
 * which the last says why it failed.
 */
#include "app/worker.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Half of the scale: any other program goes first, an idle machine is used in full. */
#define WORKER_NICENESS 10

struct _PhenoWorker
{
  GObject parent_instance;

  GSubprocess *process;
  GCancellable *reading;
  GDataInputStream *output, *errors;
  guint n_open; /* what has not ended yet: two streams and the process */

  PhenoOutcome outcome;
  gboolean asked_to_stop;
  char *last_error, *message;
  JsonObject *result;
};

G_DEFINE_FINAL_TYPE (PhenoWorker, pheno_worker, G_TYPE_OBJECT)

enum
{
  PROP_RUNNING = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  PROGRESS,
  ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

PhenoWorker *
pheno_worker_new (void)
{
  return g_object_new (PHENO_TYPE_WORKER, NULL);
}

char *
pheno_worker_program (void)
{
  const char *given = g_getenv ("PHENOSCAPE_CLI");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *built = g_build_filename (folder, "cli", "phenoscape-cli", NULL);
  g_autofree char *installed = g_build_filename (folder, "phenoscape-cli", NULL);

  if (given != NULL)
    return g_strdup (given);
  if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&built);
  if (g_file_test (installed, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&installed);
  return g_find_program_in_path ("phenoscape-cli");
}

/* ---- the end ---- */

/* The words for an end without words. */
static char *
describe_loss (GSubprocess *process)
{
  int number;

  if (!g_subprocess_get_if_signaled (process))
    return g_strdup_printf (
        _ ("The worker ended with status %d and did not say why. What it had saved is "
           "kept; resume, or look into its run folder."),
        g_subprocess_get_exit_status (process));

  number = g_subprocess_get_term_sig (process);
  if (number == SIGKILL)
    return g_strdup (_ ("The worker was killed by the system, most likely because the "
                        "memory was full. Everything up to its last checkpoint is kept: "
                        "choose a smaller batch or input size for a run anew, or close "
                        "other programs and resume."));
  return g_strdup_printf (_ ("The worker crashed (%s). Everything up to its last "
                             "checkpoint is kept: resume to go on from there."),
                          g_strsignal (number));
}

static void
judge_end (PhenoWorker *self)
{
  int status;

  if (!g_subprocess_get_if_exited (self->process))
    {
      self->outcome = PHENO_OUTCOME_LOST;
      self->message = describe_loss (self->process);
      return;
    }

  status = g_subprocess_get_exit_status (self->process);
  if (status == 0)
    self->outcome = PHENO_OUTCOME_DONE;
  else if (status == 3)
    self->outcome = PHENO_OUTCOME_STOPPED;
  else if (self->last_error != NULL)
    {
      self->outcome = PHENO_OUTCOME_FAILED;
      self->message = g_strdup (self->last_error);
    }
  else
    {
      self->outcome = PHENO_OUTCOME_LOST;
      self->message = describe_loss (self->process);
    }
}

/* All that it said is read before anybody is told that it ended. */
static void
close_one (PhenoWorker *self)
{
  if (--self->n_open > 0)
    return;

  judge_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
waited_cb (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWorker) self = user_data;

  if (g_subprocess_wait_finish (self->process, result, NULL))
    close_one (self);
}

/* ---- what it says ---- */

static double
number_of (JsonObject *object, const char *name, double otherwise)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node)
                                                      : otherwise;
}

static void
take_progress (PhenoWorker *self, JsonObject *object, const char *phase)
{
  PhenoProgress progress = PHENO_PROGRESS_INIT;

  progress.phase = phase;
  progress.done = (guint64) number_of (object, "done", 0);
  progress.total = (guint64) number_of (object, "total", 0);
  progress.seconds_left = number_of (object, "seconds_left", -1);
  progress.rate = number_of (object, "rate", 0);
  progress.epoch = (int) number_of (object, "epoch", 0);
  progress.epochs = (int) number_of (object, "epochs", 0);
  progress.loss = number_of (object, "loss", NAN);
  progress.learning_rate = number_of (object, "learning_rate", NAN);
  progress.knn_accuracy = number_of (object, "knn_accuracy", NAN);
  progress.message = json_object_get_string_member_with_default (object, "message", NULL);
  g_signal_emit (self, signals[PROGRESS], 0, &progress);
}

static void
take_line (PhenoWorker *self, const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;
  JsonObject *object;
  const char *phase;

  if (!json_parser_load_from_data (parser, line, -1, NULL))
    return;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;

  object = json_node_get_object (root);
  phase = json_object_get_string_member_with_default (object, "phase", "");
  if (!g_str_equal (phase, "result"))
    take_progress (self, object, phase);
  else if (json_object_has_member (object, "result")
           && JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "result")))
    {
      g_clear_pointer (&self->result, json_object_unref);
      self->result = json_object_ref (json_object_get_object_member (object, "result"));
    }
}

/* "phenoscape-cli train: sentence" without what stands before the sentence. */
static void
take_error (PhenoWorker *self, const char *line)
{
  const char *colon = strstr (line, ": ");

  if (*line == '\0')
    return;
  g_free (self->last_error);
  self->last_error = g_str_has_prefix (line, "phenoscape-cli") && colon != NULL
                         ? g_strdup (colon + 2)
                         : g_strdup (line);
}

static void read_on (PhenoWorker *self, GDataInputStream *stream);

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWorker) self = user_data;
  GDataInputStream *stream = G_DATA_INPUT_STREAM (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *line
      = g_data_input_stream_read_line_finish_utf8 (stream, result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (line == NULL && error == NULL)
    {
      close_one (self);
      return;
    }
  if (line != NULL && stream == self->output)
    take_line (self, line);
  else if (line != NULL)
    take_error (self, line);
  read_on (self, stream);
}

static void
read_on (PhenoWorker *self, GDataInputStream *stream)
{
  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT_IDLE, self->reading,
                                       line_cb, g_object_ref (self));
}

/* ---- the beginning ---- */

/* In the child, between fork and exec: only what is safe there. */
static void
prepare_child (gpointer user_data)
{
  setsid ();
  setpriority (PRIO_PROCESS, 0, WORKER_NICENESS);
}

static GDataInputStream *
lines_of (GInputStream *stream)
{
  GDataInputStream *lines = g_data_input_stream_new (stream);

  g_data_input_stream_set_newline_type (lines, G_DATA_STREAM_NEWLINE_TYPE_LF);
  return lines;
}

gboolean
pheno_worker_start (PhenoWorker *self, const char *const *arguments, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  char *program = pheno_worker_program ();

  g_return_val_if_fail (PHENO_IS_WORKER (self), FALSE);
  g_return_val_if_fail (self->process == NULL, FALSE);

  if (program == NULL)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FILE,
          _ ("The program “phenoscape-cli”, which does the work, is not where it "
             "was installed. Install Phenoscape again."));
      return FALSE;
    }

  g_ptr_array_add (argv, program);
  for (guint i = 0; arguments[i] != NULL; i++)
    {
      g_ptr_array_add (argv, g_strdup (arguments[i]));
      if (i == 0)
        g_ptr_array_add (argv, g_strdup ("--progress=json"));
    }
  g_ptr_array_add (argv, NULL);

  g_subprocess_launcher_set_child_setup (launcher, prepare_child, NULL, NULL);
  self->process
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);
  if (self->process == NULL)
    return FALSE;

  self->output = lines_of (g_subprocess_get_stdout_pipe (self->process));
  self->errors = lines_of (g_subprocess_get_stderr_pipe (self->process));
  self->n_open = 3;
  read_on (self, self->output);
  read_on (self, self->errors);
  g_subprocess_wait_async (self->process, self->reading, waited_cb, g_object_ref (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  return TRUE;
}

void
pheno_worker_stop (PhenoWorker *self)
{
  if (!pheno_worker_is_running (self))
    return;

  g_subprocess_send_signal (self->process, SIGTERM);
  self->asked_to_stop = TRUE;
}

void
pheno_worker_leave (PhenoWorker *self)
{
  g_cancellable_cancel (self->reading);
}

gboolean
pheno_worker_is_running (PhenoWorker *self)
{
  return self->n_open > 0;
}

PhenoOutcome
pheno_worker_get_outcome (PhenoWorker *self)
{
  return self->outcome;
}

const char *
pheno_worker_get_message (PhenoWorker *self)
{
  return self->message;
}

JsonObject *
pheno_worker_get_result (PhenoWorker *self)
{
  return self->result;
}

static void
pheno_worker_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_RUNNING)
    g_value_set_boolean (value, pheno_worker_is_running (PHENO_WORKER (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_worker_finalize (GObject *object)
{
  PhenoWorker *self = PHENO_WORKER (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->output);
  g_clear_object (&self->errors);
  g_clear_object (&self->process);
  g_clear_pointer (&self->result, json_object_unref);
  g_free (self->last_error);
  g_free (self->message);
  G_OBJECT_CLASS (pheno_worker_parent_class)->finalize (object);
}

static void
pheno_worker_class_init (PhenoWorkerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->get_property = pheno_worker_get_property;
  object_class->finalize = pheno_worker_finalize;

  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[PROGRESS] = g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ENDED] = g_signal_new ("ended", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
pheno_worker_init (PhenoWorker *self)
{
  self->reading = g_cancellable_new ();
  self->outcome = PHENO_OUTCOME_RUNNING;
}
