/* test-train.c - whole runs, small ones: what they write, and how they go on
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Photographs are painted here: 12 of two species, 48 pixels, stripes against discs.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "engine/training/run.h"
#include "tests/support/folder.h"

#define PHOTOGRAPHS 12
#define SIDE 48

typedef struct
{
  char *folder;
  char *photographs;
  char *run_folder;
} Fixture;

static void
paint (const char *path, int number, gboolean striped)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) image
      = pheno_image_new (SIDE, SIDE, 3, PHENO_SAMPLE_UINT8, &error);
  guint8 *pixels = image->pixels;

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      for (int band = 0; band < 3; band++)
        {
          double phase = 0.3 * number + band;
          double wave = striped ? sin (0.2 * (number + 2) * x + phase)
                                : cos (0.15 * hypot (x - 20 - number, y - 24) + phase);

          pixels[(y * SIDE + x) * 3 + band] = (guint8) (127.5 + 120 * wave);
        }
  g_assert_true (pheno_image_save (image, path, &error));
  g_assert_no_error (error);
}

static void
add_photographs (const char *folder, int first, int n)
{
  for (int i = first; i < first + n; i++)
    {
      g_autofree char *name
          = g_strdup_printf ("%s/photograph-%02d.png", i % 2 ? "discs" : "stripes", i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *parent = g_path_get_dirname (path);

      g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
      paint (path, i, i % 2 == 0);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = test_folder_new ();
  fixture->photographs = g_build_filename (fixture->folder, "photo graphs é", NULL);
  fixture->run_folder = g_build_filename (fixture->folder, "run", NULL);
  add_photographs (fixture->photographs, 0, PHOTOGRAPHS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->photographs);
  g_free (fixture->run_folder);
}

/* 12 photographs in batches of 4: three steps an epoch. */
static PhenoRun *
make_run (const char *photographs, int epochs)
{
  PhenoRun *run = pheno_run_new ();
  const char *const settings[] = {
    "model.size=32",
    "model.projection=16",
    "training.batch=4",
    "training.optimiser=adamw",
    "training.learning-rate=1e-3",
    "training.precision=float32",
    "training.threads=1",
    "training.warm-up=1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    g_assert_true (pheno_run_set (run, settings[i], NULL));
  run->epochs = epochs;
  g_strfreev (run->roots);
  run->roots = g_new0 (char *, 2);
  run->roots[0] = g_strdup (photographs);

  return run;
}

/* What was reported, and where to stop. */
typedef struct
{
  GString *messages;
  guint64 stop_at_step;
  guint steps;
  double first_loss, last_loss;
  gboolean has_seconds_left;
  GCancellable *cancellable;
} Listener;

static void
listen_cb (const PhenoProgress *progress, gpointer user_data)
{
  Listener *self = user_data;

  if (progress->message != NULL)
    g_string_append_printf (self->messages, "%s\n", progress->message);
  if (!g_str_equal (progress->phase, "train") || progress->message != NULL)
    return;

  if (self->steps++ == 0)
    self->first_loss = progress->loss;
  self->last_loss = progress->loss;
  self->has_seconds_left |= progress->seconds_left > 0 && progress->rate > 0;
  if (self->stop_at_step != 0 && progress->done >= self->stop_at_step)
    g_cancellable_cancel (self->cancellable);
}

static void
listener_clear (Listener *self)
{
  g_string_free (self->messages, TRUE);
  g_clear_object (&self->cancellable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listener, listener_clear)

#define LISTENER_INIT                                                                    \
  {                                                                                      \
    .messages = g_string_new (NULL), .cancellable = g_cancellable_new ()                 \
  }

static void
train (const PhenoRun *run, const char *directory, gboolean resume)
{
  g_autoptr (GError) error = NULL;

  pheno_train (run, directory, resume, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static char *
read_text (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* history.csv without the columns that tell the time: views_per_second, data_share,
 * seconds. */
static char *
read_numbers (const char *directory)
{
  g_autofree char *text = read_text (directory, "history.csv");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *numbers = g_string_new (NULL);

  for (char **line = lines; **line != '\0'; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, ",", 11);

      for (int i = 0; i < 10; i++)
        g_string_append_printf (numbers, "%s,", fields[i]);
      g_string_append_c (numbers, '\n');
    }

  return g_string_free (numbers, FALSE);
}

static guint
count_rows (const char *directory)
{
  g_autofree char *numbers = read_numbers (directory);
  g_auto (GStrv) lines = g_strsplit (numbers, "\n", -1);

  return g_strv_length (lines) - 2; /* the header, and nothing after the last newline */
}

/* Weights, running moments and optimiser state are the same to the bit. */
static void
assert_same_state (const char *directory, const char *other)
{
  g_autofree char *path = g_build_filename (directory, "last.safetensors", NULL);
  g_autofree char *other_path = g_build_filename (other, "last.safetensors", NULL);
  g_autoptr (PhenoTensors) a = pheno_tensors_load (path, NULL);
  g_autoptr (PhenoTensors) b = pheno_tensors_load (other_path, NULL);
  g_auto (GStrv) names = pheno_tensors_names (a);
  g_auto (GStrv) other_names = pheno_tensors_names (b);

  g_assert_cmpuint (g_strv_length (names), >, 200);
  g_assert_true (
      g_strv_equal ((const char *const *) names, (const char *const *) other_names));
  for (char **name = names; *name != NULL; name++)
    {
      gint64 shape[PHENO_TENSOR_MAX_RANK];
      gsize size = sizeof (float);
      int rank;
      const float *values = pheno_tensors_find (a, *name, shape, &rank);

      for (int i = 0; i < rank; i++)
        size *= (gsize) shape[i];
      g_assert_cmpmem (values, size, pheno_tensors_find (b, *name, NULL, NULL), size);
    }
}

static void
assert_same_run (const char *directory, const char *other)
{
  g_autofree char *numbers = read_numbers (directory),
                  *other_numbers = read_numbers (other);

  g_assert_cmpstr (numbers, ==, other_numbers);
  assert_same_state (directory, other);
}

static void
test_a_run_learns_and_writes (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "run.ini", "history.csv", "left-out.csv",
                                       "last.safetensors", "best.safetensors" };
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 8);
  g_autoptr (PhenoRun) resolved = NULL;
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  g_autofree char *path = g_build_filename (fixture->run_folder, "run.ini", NULL);
  g_autofree char *left_out = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n_best = 0;

  g_assert_true (pheno_run_set (run, "training.learning-rate=auto", NULL));
  g_assert_true (pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb,
                              &listener, NULL, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (fixture->run_folder, files[i], NULL);

      g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
    }

  g_assert_cmpint (result.epochs, ==, 8);
  g_assert_cmpuint (result.images, ==, PHOTOGRAPHS);
  g_assert_cmpuint (result.left_out, ==, 0);
  g_assert_null (result.stopped);
  g_assert_cmpfloat (result.knn_accuracy, >=, 0);
  g_assert_cmpfloat (result.knn_accuracy, <=, 1);
  g_assert_cmpfloat (result.views_per_second, >, 0);
  g_assert_cmpfloat (result.data_share, >, 0);
  g_assert_cmpfloat (result.data_share, <, 1);
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 8);

  g_assert_cmpfloat_with_epsilon (listener.first_loss, log (7),
                                  1.5); /* chance: ln (2N - 1) */
  g_assert_cmpfloat (result.loss, <, 0.8 * listener.first_loss);
  g_assert_true (listener.has_seconds_left);
  g_assert_nonnull (
      strstr (listener.messages->str, "chance 50.0 %): this is what training "));

  left_out = read_text (fixture->run_folder, "left-out.csv");
  g_assert_cmpstr (left_out, ==, "file,reason\n");
  resolved = pheno_run_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (resolved->learning_rate, 3e-4 * sqrt (4 / 128.0),
                                  1e-12);
  g_assert_cmpstr (resolved->device, !=, "auto");
  g_assert_cmpstr (resolved->roots[0], ==, fixture->photographs);

  dir = g_dir_open (fixture->run_folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    n_best += g_str_has_prefix (name, "best-epoch-");
  g_assert_cmpuint (n_best, ==, 3);
}

/* run.ini as it stands in the folder gives the same run again. */
static void
test_the_resolved_file_repeats_the_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 2);
  g_autoptr (PhenoRun) resolved = NULL;
  g_autofree char *again = g_build_filename (fixture->folder, "again", NULL);
  g_autofree char *path = g_build_filename (fixture->run_folder, "run.ini", NULL);

  train (run, fixture->run_folder, FALSE);
  resolved = pheno_run_load (path, NULL);
  train (resolved, again, FALSE);
  assert_same_run (fixture->run_folder, again);
}

/* Interrupted in the middle of an epoch, at its end and at once: three ways to the same
 * end. */
static void
test_an_interrupted_run_goes_on_exactly (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 4);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);
  const guint64 stops[] = { 1, 5, 6, 11 };

  g_assert_true (pheno_run_set (run, "training.accumulate=1", NULL));
  train (run, whole, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_auto (Listener) listener = LISTENER_INIT;
      g_auto (PhenoTrainingResult) result = { 0 };
      g_autoptr (GError) error = NULL;

      listener.stop_at_step = stops[i];
      g_assert_false (pheno_train (run, fixture->run_folder, i > 0, &result, listen_cb,
                                   &listener, listener.cancellable, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_nonnull (strstr (error->message, "With --resume it goes on from there."));
    }

  train (run, fixture->run_folder, TRUE);
  assert_same_run (whole, fixture->run_folder);
}

/* This program, called with "--train PHOTOGRAPHS DIRECTORY", to be killed. */
static int
train_as_victim (const char *photographs, const char *directory)
{
  g_autoptr (PhenoRun) run = make_run (photographs, 6);
  g_autoptr (GError) error = NULL;

  if (pheno_train (run, directory, TRUE, NULL, NULL, NULL, NULL, &error))
    return 0;

  g_printerr ("%s\n", error->message);
  return 1;
}

static void
wait_for_rows (const char *directory, guint rows)
{
  g_autofree char *path = g_build_filename (directory, "last.safetensors", NULL);

  for (int i = 0; i < 6000; i++)
    {
      if (g_file_test (path, G_FILE_TEST_EXISTS) && count_rows (directory) >= rows)
        return;
      g_usleep (10000);
    }
  g_assert_not_reached ();
}

static void
test_a_killed_run_goes_on_exactly (Fixture *fixture, gconstpointer program)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 6);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);

  train (run, whole, FALSE);

  /* After the second, third and fourth epoch, at three places of what follows: in the
   * next step, and while the checkpoint may be half written. */
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) victim
          = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--train",
                              fixture->photographs, fixture->run_folder, NULL);

      g_assert_no_error (error);
      wait_for_rows (fixture->run_folder, 2 + i);
      g_usleep (7000 * i);
      g_subprocess_force_exit (victim); /* SIGKILL */
      g_assert_true (g_subprocess_wait (victim, NULL, &error));
    }

  train (run, fixture->run_folder, TRUE);
  assert_same_run (whole, fixture->run_folder);
  g_assert_cmpuint (test_folder_count (whole), ==,
                    test_folder_count (fixture->run_folder));
}

/* A limit on the size of files stands for a disk that is full: writing fails in the
 * middle. */
static void
test_a_full_disk_keeps_the_checkpoint (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit limit, small;
  guint files;

  train (run, fixture->run_folder, FALSE);
  files = test_folder_count (fixture->run_folder);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = limit;
  small.rlim_cur = 3 << 20; /* the checkpoint has 130 MB */
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  run->epochs = 2;
  g_assert_false (
      pheno_train (run, fixture->run_folder, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);

  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "last.safetensors"));
  g_assert_cmpuint (test_folder_count (fixture->run_folder), ==,
                    files); /* no rest is left */

  /* With room again it goes on from the first epoch. */
  train (run, fixture->run_folder, TRUE);
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 2);
}

/* A disk that loses half a file: the sentence names the way out, and the way works. */
static void
test_a_broken_checkpoint_has_a_way_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 3);
  g_autofree char *whole = g_build_filename (fixture->folder, "whole", NULL);
  g_autofree char *last
      = g_build_filename (fixture->run_folder, "last.safetensors", NULL);
  g_autofree char *best
      = g_build_filename (fixture->run_folder, "best.safetensors", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  train (run, whole, FALSE);
  train (run, fixture->run_folder, FALSE);
  g_assert_true (g_file_get_contents (last, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (last, bytes, (gssize) length / 2, NULL));

  g_assert_false (
      pheno_train (run, fixture->run_folder, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "last.safetensors” is broken. Copy best"));

  g_clear_pointer (&bytes, g_free);
  g_assert_true (g_file_get_contents (best, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (last, bytes, (gssize) length, NULL));
  train (run, fixture->run_folder, TRUE);
  assert_same_run (whole, fixture->run_folder);
}

static void
test_a_run_is_never_overwritten (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  train (run, fixture->run_folder, FALSE);
  g_assert_false (
      pheno_train (run, fixture->run_folder, FALSE, NULL, NULL, NULL, NULL, &error));
  sentence
      = g_strdup_printf ("“%s” already holds a run. Add --resume to go on with it, or "
                         "choose another folder.",
                         fixture->run_folder);
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_cmpstr (error->message, ==, sentence);
  g_clear_error (&error);

  g_assert_true (pheno_run_set (run, "loss.temperature=0.5", NULL));
  g_assert_false (
      pheno_train (run, fixture->run_folder, TRUE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_assert_nonnull (strstr (error->message, "began with loss.temperature=0.2"));
}

/* Without roots a run goes on with what it began with; with more epochs, further. */
static void
test_a_finished_run_can_go_further (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autoptr (PhenoRun) nothing = pheno_run_new ();
  g_auto (PhenoTrainingResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  train (run, fixture->run_folder, FALSE);
  g_assert_true (pheno_train (nothing, fixture->run_folder, TRUE, &result, NULL, NULL,
                              NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.epochs, ==, 1);

  run->epochs = 3;
  train (run, fixture->run_folder, TRUE);
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 3);
}

static void
test_five_images_of_one_species_are_enough (Fixture *fixture, gconstpointer data)
{
  g_autofree char *few = g_build_filename (fixture->folder, "few", NULL);
  g_autofree char *only = g_build_filename (few, "only", NULL);
  g_autoptr (PhenoRun) run = NULL;
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (only, 0755), ==, 0);
  for (int i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.png", i);
      g_autofree char *path = g_build_filename (only, name, NULL);

      paint (path, i, TRUE);
    }

  run = make_run (few, 1);
  run->batch = 32;
  run->accumulate = 2;
  g_assert_true (pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb,
                              &listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.images, ==, 5);
  g_assert_true (isnan (result.knn_accuracy));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "The collection has 5 images. Training goes on, but so few say "
              "little; a hundred or more are better.\n"));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "The collection has 5 images, fewer than the batch of 32: the "
              "batch is reduced to them.\n"));
  g_assert_nonnull (strstr (listener.messages->str, "accumulate is reduced to 1.\n"));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "All images are of one species, so kNN accuracy is not measured."));
}

static void
test_one_image_is_too_few (Fixture *fixture, gconstpointer data)
{
  g_autofree char *few = g_build_filename (fixture->folder, "few", NULL);
  g_autoptr (PhenoRun) run = make_run (few, 1);
  g_autofree char *sentence = NULL;
  g_autoptr (GError) error = NULL;

  add_photographs (few, 0, 1);
  g_assert_false (
      pheno_train (run, fixture->run_folder, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_DATA);
  sentence = g_strdup_printf (
      "There is 1 usable image in “%s” (0 left out); training needs "
      "two or more. “phenoscape-cli scan” lists what is there and what "
      "is wrong.",
      few);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_unreadable_files_are_listed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *text
      = test_folder_add (fixture->photographs, "discs/letter.jpg", "Dear reader,", -1);
  g_autofree char *empty
      = test_folder_add (fixture->photographs, "discs/empty.png", "", 0);
  g_autofree char *left_out = NULL;
  g_auto (PhenoTrainingResult) result = { 0 };
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (pheno_train (run, fixture->run_folder, FALSE, &result, listen_cb,
                              &listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.images, ==, PHOTOGRAPHS);
  g_assert_cmpuint (result.left_out, ==, 2);
  left_out = read_text (fixture->run_folder, "left-out.csv");
  g_assert_nonnull (strstr (left_out, "discs/letter.jpg,"));
  g_assert_nonnull (strstr (left_out, "discs/empty.png,"));
  g_assert_nonnull (
      strstr (listener.messages->str,
              "2 files are left out; left-out.csv in the run's folder says why."));
}

static void
test_changed_photographs_are_told (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 2);
  g_auto (Listener) stopped = LISTENER_INIT;
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  stopped.stop_at_step = 4;
  g_assert_false (pheno_train (run, fixture->run_folder, FALSE, NULL, listen_cb, &stopped,
                               stopped.cancellable, &error));
  g_clear_error (&error);
  add_photographs (fixture->photographs, PHOTOGRAPHS, 3);
  g_assert_true (pheno_train (run, fixture->run_folder, TRUE, NULL, listen_cb, &listener,
                              NULL, &error));
  g_assert_nonnull (strstr (listener.messages->str,
                            "The photographs have changed since the run began"));
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, 2);
}

/* At a learning rate of nothing the loss cannot fall by a thousandth for long. */
static void
test_patience_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 60);
  g_auto (PhenoTrainingResult) result = { 0 };
  g_autoptr (GError) error = NULL;

  run->patience = 2;
  run->learning_rate = 1e-9;
  g_assert_true (
      pheno_train (run, fixture->run_folder, FALSE, &result, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.epochs, <, 60);
  g_assert_cmpstr (result.stopped, ==,
                   "The loss has not improved for 2 epochs (patience=2).");
  g_assert_cmpuint (count_rows (fixture->run_folder), ==, (guint) result.epochs);
}

/* What a run has learnt is where the next begins; its head is not taken for a stranger.
 */
static void
test_weights_of_a_run_begin_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
  g_autofree char *again = g_build_filename (fixture->folder, "again", NULL);
  g_auto (Listener) listener = LISTENER_INIT;
  g_autoptr (GError) error = NULL;

  train (run, fixture->run_folder, FALSE);
  g_free (run->weights);
  run->weights = g_build_filename (fixture->run_folder, "best.safetensors", NULL);
  run->learning_rate = 1e-9;
  g_assert_true (
      pheno_train (run, again, FALSE, NULL, listen_cb, &listener, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (strstr (listener.messages->str, "begin at random"));

  g_free (run->weights);
  run->weights
      = g_build_filename (fixture->photographs, "discs", "photograph-01.png", NULL);
  test_folder_remove (again);
  g_assert_false (pheno_train (run, again, FALSE, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "photograph-01.png"));
}

/* The views are the same to the bit; sums over a batch are added in another order, so the
 * losses agree to what float32 keeps over three small steps. AdamW would not do here: its
 * first steps are the signs of gradients, and that of a gradient near 0 is chance. */
static void
test_threads_do_not_change_the_run (Fixture *fixture, gconstpointer data)
{
  g_autofree char *two = g_build_filename (fixture->folder, "two", NULL);
  PhenoTrainingResult results[2] = { 0 };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (PhenoRun) run = make_run (fixture->photographs, 1);
      g_autoptr (GError) error = NULL;

      g_assert_true (pheno_run_set (run, "training.optimiser=sgd", NULL));
      run->threads = i + 1;
      run->learning_rate = 1e-4;
      g_assert_true (pheno_train (run, i == 0 ? fixture->run_folder : two, FALSE,
                                  &results[i], NULL, NULL, NULL, &error));
    }

  g_assert_cmpfloat_with_epsilon (results[0].loss, results[1].loss,
                                  1e-4 * results[0].loss);
  g_assert_cmpfloat (results[0].knn_accuracy, ==, results[1].knn_accuracy);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--train"))
    return train_as_victim (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                              \
  g_test_add ("/train/" path, Fixture, argv[0], set_up, function, tear_down)
  ADD ("a-run-learns-and-writes", test_a_run_learns_and_writes);
  ADD ("the-resolved-file-repeats-the-run", test_the_resolved_file_repeats_the_run);
  ADD ("an-interrupted-run-goes-on-exactly", test_an_interrupted_run_goes_on_exactly);
  ADD ("a-killed-run-goes-on-exactly", test_a_killed_run_goes_on_exactly);
  ADD ("a-full-disk-keeps-the-checkpoint", test_a_full_disk_keeps_the_checkpoint);
  ADD ("a-broken-checkpoint-has-a-way-out", test_a_broken_checkpoint_has_a_way_out);
  ADD ("a-run-is-never-overwritten", test_a_run_is_never_overwritten);
  ADD ("a-finished-run-can-go-further", test_a_finished_run_can_go_further);
  ADD ("five-images-of-one-species-are-enough",
       test_five_images_of_one_species_are_enough);
  ADD ("one-image-is-too-few", test_one_image_is_too_few);
  ADD ("unreadable-files-are-listed", test_unreadable_files_are_listed);
  ADD ("changed-photographs-are-told", test_changed_photographs_are_told);
  ADD ("patience-ends", test_patience_ends);
  ADD ("weights-of-a-run-begin-another", test_weights_of_a_run_begin_another);
  ADD ("threads-do-not-change-the-run", test_threads_do_not_change_the_run);
  return g_test_run ();
}
