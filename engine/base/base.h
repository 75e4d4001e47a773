/* base.h - what every room of the engine uses: errors, progress, matrices, safe files
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <time.h>

G_BEGIN_DECLS

/**
 * PhenoError:
 * @PHENO_ERROR_FILE: a file or folder cannot be opened, read or written
 * @PHENO_ERROR_FORMAT: the content of a file is broken, or not what its name says
 * @PHENO_ERROR_DATA: nothing usable: too few images, no groups, nothing but constants
 * @PHENO_ERROR_SETTING: a key, value or argument that is not allowed
 * @PHENO_ERROR_DEVICE: the device is missing, or failed
 * @PHENO_ERROR_DIVERGED: training gave a loss that is no number
 *
 * An interruption is %G_IO_ERROR_CANCELLED of %G_IO_ERROR.
 */
typedef enum
{
  PHENO_ERROR_FILE,
  PHENO_ERROR_FORMAT,
  PHENO_ERROR_DATA,
  PHENO_ERROR_SETTING,
  PHENO_ERROR_DEVICE,
  PHENO_ERROR_DIVERGED
} PhenoError;

#define PHENO_ERROR (pheno_error_quark ())
GQuark pheno_error_quark (void);

/**
 * PhenoProgress:
 * @phase: what is being done, as a stable English key: "scan", "prepare", "train",
 * "embed" ...
 * @done: steps done, of @total (0: not known)
 * @seconds_left: estimate; negative: not known
 * @rate: steps a second; of training, views a second; 0: not known
 * @epoch: from 1, of @epochs; 0 outside training
 * @loss: NAN outside training; so are the others where they are not known
 * @message: (nullable): a sentence for people: the monitor's alarm, a file left out
 *
 * One report of a long call. It lives only during the callback.
 */
typedef struct
{
  const char *phase;
  guint64 done, total;
  double seconds_left;
  double rate;
  int epoch, epochs;
  double loss;
  double learning_rate;
  double knn_accuracy;
  const char *message;
} PhenoProgress;

#define PHENO_PROGRESS_INIT                                                              \
  {                                                                                      \
    .seconds_left = -1, .loss = NAN, .learning_rate = NAN, .knn_accuracy = NAN           \
  }

/* Called on the thread that does the work, at most some tens of times a second. */
typedef void (*PhenoProgressFunc) (const PhenoProgress *progress, gpointer user_data);

/**
 * PhenoMatrix:
 * @rows: N
 * @columns: D
 * @values: (N, D) float32, row after row
 */
typedef struct
{
  gsize rows, columns;
  float *values;
} PhenoMatrix;

PhenoMatrix *pheno_matrix_new (gsize rows, gsize columns); /* all 0 */
PhenoMatrix *pheno_matrix_copy (const PhenoMatrix *matrix);
void pheno_matrix_free (PhenoMatrix *matrix);
static inline float *
pheno_matrix_row (const PhenoMatrix *matrix, gsize row)
{
  return matrix->values + row * matrix->columns;
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMatrix, pheno_matrix_free)

/**
 * pheno_display_name:
 * @path: (type filename): any file name: not UTF-8, with newlines, anything
 *
 * The name as it can be shown on one line of a terminal or a log: valid UTF-8, control
 * characters escaped.
 *
 * Returns: (transfer full): text to free with g_free()
 */
char *pheno_display_name (const char *path);

/**
 * pheno_cache_folder:
 * @home: (type filename): a study, or a run that lies in none
 *
 * Where its prepared pixels and thumbnails lie: HOME/cache; where $PHENOSCAPE_CACHE names
 * a folder, as for studies on a slow disk, a folder of its own in there.
 *
 * Returns: (transfer full) (type filename): a folder that may not be there yet
 */
char *pheno_cache_folder (const char *home);

/* @folder: (nullable): in place of what $PHENOSCAPE_CACHE says. */
void pheno_set_cache_place (const char *folder);
/* (transfer full) (nullable): the folder of all caches; NULL: each lies in its study. */
char *pheno_get_cache_place (void);

/* A field of a table of text, in quotes where it needs them (RFC 4180); NULL is empty. */
void pheno_append_field (GString *line, const char *field);

/**
 * pheno_write_file:
 * @path: (type filename): the file to write or replace
 * @contents: (array length=length): bytes
 *
 * Writes to a temporary name in the same folder, flushes it to the disk and renames it: a
 * crash or a full disk leaves the old file or the new one, never a part. The error names
 * the file and says what to do.
 */
gboolean pheno_write_file (const char *path, const void *contents, gsize length,
                           GError **error);

/**
 * PhenoReplacement:
 *
 * The same for writers of other libraries (HDF5, cairo, libvips): write to
 * pheno_replacement_path(), then commit. Freeing without a commit removes the temporary
 * file and leaves the old one.
 */
typedef struct _PhenoReplacement PhenoReplacement;
PhenoReplacement *pheno_replacement_new (const char *path, GError **error);
const char *pheno_replacement_path (const PhenoReplacement *replacement);
gboolean pheno_replacement_commit (PhenoReplacement *replacement, GError **error);
void pheno_replacement_free (PhenoReplacement *replacement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoReplacement, pheno_replacement_free)

/**
 * pheno_set_file_error:
 * @path: (type filename): the file
 * @errno_value: the errno of the call that failed
 *
 * Sets %PHENO_ERROR_FILE with the file's name, the system's reason and the way out: free
 * some space, check the permissions, see whether the disk is still connected ...
 */
void pheno_set_file_error (GError **error, const char *path, int errno_value);

/**
 * pheno_nearest_word:
 * @word: what the user wrote
 * @known: (array zero-terminated=1): what is allowed
 *
 * Returns: (nullable): the one of @known with the smallest edit distance, when it is
 *   near enough to be what was meant
 */
const char *pheno_nearest_word (const char *word, const char *const *known);

/* Work on item @index; runs on any thread, in any order, once for each index. */
typedef void (*PhenoIndexFunc) (gsize index, gpointer user_data);

/**
 * pheno_for_each_index:
 * @threads: 0: one per core
 * @phase: what PhenoProgress says while it runs
 * @progress: (nullable): called on this thread
 *
 * Calls @work for 0 to @count - 1 on all threads, and returns when all are done, or, when
 * cancelled, when those that had begun are done.
 *
 * Returns: FALSE with %G_IO_ERROR_CANCELLED
 */
gboolean pheno_for_each_index (gsize count, int threads, PhenoIndexFunc work,
                               gpointer user_data, const char *phase,
                               PhenoProgressFunc progress, gpointer progress_data,
                               GCancellable *cancellable, GError **error);

/* @threads, or the number of cores that this process may use when it is 0. */
int pheno_thread_count (int threads);

/* Asks the system for large pages, which a buffer of many megabytes fills in a third of
 * the time; to be called before it is filled. */
void pheno_use_large_pages (void *memory, gsize bytes);

/**
 * pheno_rehearse:
 * @seconds: of processor time that the work may take
 * @work: called in a copy of this process, whose memory is lost afterwards
 *
 * A damaged HDF5 file can crash libhdf5 or send it into an endless loop, and a window or
 * a queue of jobs must outlive that. Whoever holds pheno_hdf5_lock() at the call holds it
 * in the copy, too.
 *
 * Returns: %FALSE when the copy crashed or took too long; %TRUE when it came to an end,
 *   or could not be made
 */
gboolean pheno_rehearse (guint seconds, void (*work) (gconstpointer data),
                         gconstpointer data);

/* The HDF5 library is not made for threads: all calls of it, in every room, stand between
 * these two. */
void pheno_hdf5_lock (void);
void pheno_hdf5_unlock (void);

/* The time of the monotonic clock in @duration_us, for pthread_cond_clockwait(). */
struct timespec pheno_time_after (gint64 duration_us);

/* Fills @rate and @seconds_left of a report from the time since @started_us, a
 * g_get_monotonic_time(), and what was done since then. */
void pheno_progress_estimate (PhenoProgress *progress, gint64 started_us);

G_END_DECLS
