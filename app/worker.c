/* worker.c - phenoscape-cli at work beside the window
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Its standard output is one JSON object a line: {"phase","done","total",...}, the last
 * one {"phase":"result","result":{...}}; its standard error is sentences for people, of
 * which the last says why it failed.
 */
#include "app/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Half of the scale: any other program goes first, an idle machine is used in full. */
#define WORKER_NICENESS 10
/* When the memory is full the system ends the worker, whose work is saved, and not the
 * window. Half of the scale again. */
#define WORKER_OOM_SCORE "500"
/* A worker that has ended can have left a process with its pipes open. */
#define LAST_WORDS_MS 2000
#define READ_BYTES 4096
/* A line of progress has some hundred bytes. What is longer is not from phenoscape-cli
 * and must not fill the window's memory. */
#define LONGEST_LINE (1 << 20)

/* One of its two streams, and the line that has not ended yet. */
typedef struct
{
  GInputStream *stream; /* borrowed from the process */
  GString *line;
  gboolean too_long;
} Channel;

struct _PhenoWorker
{
  GObject parent_instance;

  GSubprocess *process;
  GCancellable *reading;
  Channel output, errors;
  guint n_open; /* what has not ended yet: two streams and the process */
  guint last_words_source;

  PhenoOutcome outcome;
  guint n_stops;    /* how often it was asked to stop */
  char *last_error; /* its own last sentence */
  char *last_noise; /* the last line of a library that it uses */
  char *message;
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

static gboolean
ran_out_of_memory (PhenoWorker *self)
{
  static const char *const signs[]
      = { "failed to allocate", "cannot allocate memory", "out of memory", "bad_alloc" };
  g_autofree char *noise
      = self->last_noise != NULL ? g_ascii_strdown (self->last_noise, -1) : NULL;

  for (guint i = 0; noise != NULL && i < G_N_ELEMENTS (signs); i++)
    if (strstr (noise, signs[i]) != NULL)
      return TRUE;
  return g_subprocess_get_if_signaled (self->process)
         && g_subprocess_get_term_sig (self->process) == SIGKILL;
}

/* The words for an end without words. */
static char *
describe_loss (PhenoWorker *self)
{
  if (ran_out_of_memory (self))
    return g_strdup (_ ("The worker was ended by the system, most likely because the "
                        "memory was full. What it had saved is kept. Close other "
                        "programs and go on, or begin anew with a smaller batch or "
                        "input size."));
  if (g_subprocess_get_if_signaled (self->process))
    return g_strdup_printf (
        _ ("The worker crashed (%s). What it had saved is kept: go on from there."),
        g_strsignal (g_subprocess_get_term_sig (self->process)));
  if (self->last_noise != NULL)
    return g_strdup_printf (_ ("The worker ended with status %d. Its last line was: %s"),
                            g_subprocess_get_exit_status (self->process),
                            self->last_noise);
  return g_strdup_printf (
      _ ("The worker ended with status %d and did not say why. What it had saved is "
         "kept: go on from there."),
      g_subprocess_get_exit_status (self->process));
}

static PhenoOutcome
outcome_of (PhenoWorker *self)
{
  int status;

  /* Asked twice, it was ended at once: that is what the user wanted. */
  if (!g_subprocess_get_if_exited (self->process))
    return self->n_stops > 1 ? PHENO_OUTCOME_STOPPED : PHENO_OUTCOME_LOST;

  status = g_subprocess_get_exit_status (self->process);
  if (status == 0)
    return PHENO_OUTCOME_DONE;
  if (status == 3)
    return PHENO_OUTCOME_STOPPED;
  return self->last_error != NULL ? PHENO_OUTCOME_FAILED : PHENO_OUTCOME_LOST;
}

static void
judge_end (PhenoWorker *self)
{
  self->outcome = outcome_of (self);
  if (self->outcome == PHENO_OUTCOME_FAILED)
    self->message = g_strdup (self->last_error);
  else if (self->outcome == PHENO_OUTCOME_LOST)
    self->message = describe_loss (self);
}

/* All that it said is read before anybody is told that it ended. */
static void
close_one (PhenoWorker *self)
{
  g_autoptr (PhenoWorker) alive = g_object_ref (self);

  if (self->n_open == 0 || --self->n_open > 0)
    return;

  g_clear_handle_id (&self->last_words_source, g_source_remove);
  judge_end (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  g_signal_emit (self, signals[ENDED], 0);
}

static gboolean
stop_listening_cb (gpointer user_data)
{
  PhenoWorker *self = user_data;

  self->last_words_source = 0;
  g_cancellable_cancel (self->reading);
  self->n_open = 1;
  close_one (self);
  return G_SOURCE_REMOVE;
}

static void
waited_cb (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWorker) self = user_data;

  if (!g_subprocess_wait_finish (self->process, result, NULL))
    return;

  if (self->n_open > 1)
    self->last_words_source = g_timeout_add (LAST_WORDS_MS, stop_listening_cb, self);
  close_one (self);
}

/* ---- what it says ---- */

static double
number_of (JsonObject *object, const char *name, double otherwise)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) != G_TYPE_STRING
             ? json_node_get_double (node)
             : otherwise;
}

static guint64
count_of (JsonObject *object, const char *name)
{
  return (guint64) CLAMP (number_of (object, name, 0), 0, 1e15);
}

/* (nullable): borrowed. */
static const char *
text_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static void
take_progress (PhenoWorker *self, JsonObject *object, const char *phase)
{
  PhenoProgress progress = PHENO_PROGRESS_INIT;

  progress.phase = phase;
  progress.done = count_of (object, "done");
  progress.total = count_of (object, "total");
  progress.seconds_left = number_of (object, "seconds_left", -1);
  progress.rate = number_of (object, "rate", 0);
  progress.epoch = (int) MIN (count_of (object, "epoch"), G_MAXINT);
  progress.epochs = (int) MIN (count_of (object, "epochs"), G_MAXINT);
  progress.loss = number_of (object, "loss", NAN);
  progress.learning_rate = number_of (object, "learning_rate", NAN);
  progress.knn_accuracy = number_of (object, "knn_accuracy", NAN);
  progress.message = text_of (object, "message");
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
  phase = text_of (object, "phase");
  if (phase == NULL)
    return;
  if (!g_str_equal (phase, "result"))
    take_progress (self, object, phase);
  else if (json_object_has_member (object, "result")
           && JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "result")))
    {
      g_clear_pointer (&self->result, json_object_unref);
      self->result = json_object_ref (json_object_get_object_member (object, "result"));
    }
}

/* "phenoscape-cli train: sentence" is its own; all else comes from libraries. */
static void
take_error (PhenoWorker *self, const char *line)
{
  const char *colon = strstr (line, ": ");

  if (*line == '\0')
    return;
  if (g_str_has_prefix (line, "phenoscape-cli") && colon != NULL)
    {
      g_free (self->last_error);
      self->last_error = g_strdup (colon + 2);
    }
  else
    {
      g_free (self->last_noise);
      self->last_noise = g_strdup (line);
    }
}

static void
end_line (PhenoWorker *self, Channel *channel)
{
  g_autofree char *line = g_utf8_make_valid (channel->line->str, channel->line->len);

  if (channel->too_long)
    channel->too_long = FALSE;
  else if (channel == &self->output)
    take_line (self, line);
  else
    take_error (self, line);
  g_string_truncate (channel->line, 0);
}

static void
take_bytes (PhenoWorker *self, Channel *channel, const char *bytes, gsize length)
{
  const char *end = bytes + length;

  while (bytes < end)
    {
      const char *newline = memchr (bytes, '\n', (gsize) (end - bytes));
      const char *stop = newline != NULL ? newline : end;

      if (channel->line->len < LONGEST_LINE)
        g_string_append_len (channel->line, bytes, stop - bytes);
      else
        channel->too_long = TRUE;
      if (newline != NULL)
        end_line (self, channel);
      bytes = stop + 1;
    }
}

static void read_on (PhenoWorker *self, Channel *channel);

static void
read_cb (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoWorker) self = user_data;
  Channel *channel
      = G_INPUT_STREAM (stream) == self->output.stream ? &self->output : &self->errors;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0) /* a broken pipe, or the end */
    {
      if (channel->line->len > 0)
        end_line (self, channel);
      close_one (self);
      return;
    }

  take_bytes (self, channel, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!g_cancellable_is_cancelled (self->reading))
    read_on (self, channel);
}

static void
read_on (PhenoWorker *self, Channel *channel)
{
  g_input_stream_read_bytes_async (channel->stream, READ_BYTES, G_PRIORITY_DEFAULT_IDLE,
                                   self->reading, read_cb, g_object_ref (self));
}

/* ---- the beginning ---- */

/* In the child, between fork and exec: only what is safe there. */
static void
prepare_child (gpointer user_data)
{
  int score = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  setsid ();
  setpriority (PRIO_PROCESS, 0, WORKER_NICENESS);
  if (score >= 0)
    {
      if (write (score, WORKER_OOM_SCORE, strlen (WORKER_OOM_SCORE)) < 0)
        errno = 0; /* a system without it ends whom it likes */
      close (score);
    }
}

gboolean
pheno_worker_start (PhenoWorker *self, const char *const *arguments, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *cache = pheno_get_cache_place ();
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

  if (cache != NULL)
    g_subprocess_launcher_setenv (launcher, "PHENOSCAPE_CACHE", cache, TRUE);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child, NULL, NULL);
  self->process
      = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, error);
  if (self->process == NULL)
    return FALSE;

  self->output.stream = g_subprocess_get_stdout_pipe (self->process);
  self->errors.stream = g_subprocess_get_stderr_pipe (self->process);
  self->n_open = 3;
  read_on (self, &self->output);
  read_on (self, &self->errors);
  g_subprocess_wait_async (self->process, self->reading, waited_cb, g_object_ref (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  return TRUE;
}

void
pheno_worker_stop (PhenoWorker *self)
{
  if (!pheno_worker_is_running (self))
    return;

  if (self->n_stops++ == 0)
    g_subprocess_send_signal (self->process, SIGTERM);
  else
    g_subprocess_force_exit (self->process);
}

void
pheno_worker_leave (PhenoWorker *self)
{
  if (!pheno_worker_is_running (self))
    return;

  g_cancellable_cancel (self->reading);
  g_clear_handle_id (&self->last_words_source, g_source_remove);
  self->n_open = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
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

  g_clear_handle_id (&self->last_words_source, g_source_remove);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_string_free (self->output.line, TRUE);
  g_string_free (self->errors.line, TRUE);
  g_clear_object (&self->process);
  g_clear_pointer (&self->result, json_object_unref);
  g_free (self->last_error);
  g_free (self->last_noise);
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
  self->output.line = g_string_new (NULL);
  self->errors.line = g_string_new (NULL);
  self->outcome = PHENO_OUTCOME_RUNNING;
}
