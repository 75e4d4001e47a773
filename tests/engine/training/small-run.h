/* small-run.h - photographs, a run over them, and what it left
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Photographs are painted here: 12 of two species, 48 pixels, stripes against discs.
 */
#pragma once

#include <math.h>

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

static inline void
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

static inline void
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

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = test_folder_new ();
  fixture->photographs = g_build_filename (fixture->folder, "photo graphs é", NULL);
  fixture->run_folder = g_build_filename (fixture->folder, "run", NULL);
  add_photographs (fixture->photographs, 0, PHOTOGRAPHS);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->photographs);
  g_free (fixture->run_folder);
}

/* 12 photographs in batches of 4: three steps an epoch. */
static inline PhenoRun *
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

static inline void
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
  if (self->stop_at_step == 0)
    return;
  if (progress->done >= self->stop_at_step)
    g_cancellable_cancel (self->cancellable);
  /* Reports come twenty times a second at most: a fast machine's step is held up until the
   * next one is due, so that none is passed over. */
  g_usleep (G_USEC_PER_SEC / 16);
}

static inline void
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

static inline void
train (const PhenoRun *run, const char *directory, gboolean resume)
{
  g_autoptr (GError) error = NULL;

  pheno_train (run, directory, resume, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static inline char *
read_text (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* history.csv without the columns that tell the time: views_per_second, data_share,
 * seconds. */
static inline char *
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

static inline guint
count_rows (const char *directory)
{
  g_autofree char *numbers = read_numbers (directory);
  g_auto (GStrv) lines = g_strsplit (numbers, "\n", -1);

  return g_strv_length (lines) - 2; /* the header, and nothing after the last newline */
}

/* Weights, running moments and optimiser state are the same to the bit. */
static inline void
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

static inline void
assert_same_run (const char *directory, const char *other)
{
  g_autofree char *numbers = read_numbers (directory),
                  *other_numbers = read_numbers (other);

  g_assert_cmpstr (numbers, ==, other_numbers);
  assert_same_state (directory, other);
}
