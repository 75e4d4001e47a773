/* prepare.c - decodes many files on all threads
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Locks are pthreads' and not GLib's: the thread sanitizer knows them, and cannot look
 * into those of a library that was built without it.
 */
#include "engine/cache/prepare.h"

#include <pthread.h>

#define REPORT_US (G_USEC_PER_SEC / 10)

/* Decoded and not yet taken, for each thread: enough to never wait for the writer. */
#define WAITING 2

/* What all images that are being made or waiting may take. */
#define MEMORY_BYTES ((guint64) 1 << 30)

typedef struct
{
  guint index;
  PhenoImage *image;
  PhenoSampleCounts counts;
  char *reason; /* %NULL where there is an image */
} Result;

typedef struct
{
  GPtrArray *records;
  const PhenoPreparation *preparation;
  int shorter_side;
  GCancellable *cancellable;

  pthread_mutex_t lock;
  pthread_cond_t came, went; /* a result; room for one */
  GQueue results;            /* all under the lock */
  guint next, running, room;
  gboolean stop;
} Team;

/* Waits for its turn. FALSE: nothing is left to do. */
static gboolean
take_index (Team *team, guint *index)
{
  gboolean more;

  pthread_mutex_lock (&team->lock);
  while (!team->stop && team->room == 0)
    pthread_cond_wait (&team->went, &team->lock);
  more = !team->stop && team->next < team->records->len
         && !g_cancellable_is_cancelled (team->cancellable);
  if (more)
    {
      *index = team->next++;
      team->room--;
    }
  pthread_mutex_unlock (&team->lock);

  return more;
}

static gpointer
decode_thread (gpointer data)
{
  Team *team = data;
  guint index;

  while (take_index (team, &index))
    {
      const PhenoRecord *record = team->records->pdata[index];
      Result *result = g_new0 (Result, 1);
      g_autoptr (GError) error = NULL;

      result->index = index;
      result->image = pheno_preparation_read (
          team->preparation, record->path, team->shorter_side, &result->counts, &error);
      if (result->image == NULL)
        result->reason = g_strdup (error->message);

      pthread_mutex_lock (&team->lock);
      g_queue_push_tail (&team->results, result);
      pthread_cond_signal (&team->came);
      pthread_mutex_unlock (&team->lock);
    }

  pthread_mutex_lock (&team->lock);
  team->running--;
  pthread_cond_signal (&team->came);
  pthread_mutex_unlock (&team->lock);

  return NULL;
}

/* (transfer full) (nullable): the next result; %NULL after a while without one, or at the
 * end, which @ended tells. */
static Result *
wait_for_result (Team *team, gboolean *ended)
{
  struct timespec until = pheno_time_after (REPORT_US);
  Result *result;

  pthread_mutex_lock (&team->lock);
  while (g_queue_is_empty (&team->results) && team->running > 0
         && pthread_cond_clockwait (&team->came, &team->lock, CLOCK_MONOTONIC, &until)
                == 0)
    ;
  result = g_queue_pop_head (&team->results);
  *ended = result == NULL && team->running == 0;
  if (result != NULL)
    {
      team->room++;
      pthread_cond_signal (&team->went);
    }
  pthread_mutex_unlock (&team->lock);

  return result;
}

static void
stop (Team *team)
{
  pthread_mutex_lock (&team->lock);
  team->stop = TRUE;
  pthread_cond_broadcast (&team->went);
  pthread_mutex_unlock (&team->lock);
}

static void
result_free (gpointer data)
{
  Result *result = data;

  pheno_image_free (result->image);
  g_free (result->reason);
  g_free (result);
}

/* On the thread that called: until all results are taken. */
static gboolean
take_results (Team *team, PhenoTakeFunc take, gpointer take_data, char **reasons,
              PhenoProgressFunc progress, gpointer user_data, GError **error)
{
  PhenoProgress report = PHENO_PROGRESS_INIT;
  gint64 started = g_get_monotonic_time (), reported = 0;
  gboolean ended = FALSE, done = TRUE;

  report.phase = "prepare";
  report.total = team->records->len;
  while (!ended)
    {
      Result *result = wait_for_result (team, &ended);
      gint64 now = g_get_monotonic_time ();

      if (result != NULL)
        {
          report.done++;
          if (result->image == NULL)
            reasons[result->index] = g_steal_pointer (&result->reason);
          else if (done
                   && !take (result->index, g_steal_pointer (&result->image),
                             &result->counts, take_data, error))
            done = FALSE;
          result_free (result);
        }
      if (!done || g_cancellable_is_cancelled (team->cancellable))
        stop (team);
      if (progress != NULL && (ended || now - reported > REPORT_US))
        {
          pheno_progress_estimate (&report, started);
          progress (&report, user_data);
          reported = now;
        }
    }

  return done;
}

gboolean
pheno_prepare_choose (const PhenoPreparation *preparation, const PhenoRecord *record,
                      PhenoBandChoice *choice)
{
  const PhenoImageHeader header = pheno_record_header (record);

  return pheno_preparation_choose (preparation, &header, record->path, choice, NULL);
}

guint64
pheno_prepare_bytes (const PhenoPreparation *preparation, const PhenoRecord *record,
                     int shorter_side)
{
  g_auto (PhenoBandChoice) choice = { 0 };
  guint64 pixels = (guint64) record->width * record->height;
  int shorter = MIN (record->width, record->height), bands = record->bands;

  if (shorter_side > 0 && shorter > shorter_side)
    pixels = pixels * shorter_side / shorter * shorter_side / shorter;
  if (pheno_prepare_choose (preparation, record, &choice))
    bands = choice.n;
  /* One more for a mask. */
  return pixels * ((guint64) bands * (record->type == PHENO_SAMPLE_UINT8 ? 1 : 2) + 1);
}

/* As many as fit into the memory: an image on its way is there as sums, weights and
 * pixels, which is six times what it comes to. */
static void
find_places (Team *team, int threads)
{
  guint64 largest = 1, each;

  for (guint i = 0; i < team->records->len; i++)
    largest
        = MAX (largest, pheno_prepare_bytes (team->preparation, team->records->pdata[i],
                                             team->shorter_side));
  each = largest * (6 + WAITING);
  team->running = MIN ((guint) pheno_thread_count (threads), team->records->len);
  team->running = (guint) MIN (team->running, MAX (MEMORY_BYTES / each, 1));
  team->room = team->running * (1 + WAITING);
}

gboolean
pheno_prepare (GPtrArray *records, const PhenoPreparation *preparation, int shorter_side,
               int threads, PhenoTakeFunc take, gpointer take_data, char **reasons,
               PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
               GError **error)
{
  Team team = { .records = records,
                .preparation = preparation,
                .shorter_side = shorter_side,
                .cancellable = cancellable };
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  gboolean done;

  pthread_mutex_init (&team.lock, NULL);
  pthread_cond_init (&team.came, NULL);
  pthread_cond_init (&team.went, NULL);
  g_queue_init (&team.results);
  find_places (&team, threads);

  for (guint i = team.running; i > 0; i--)
    g_ptr_array_add (members, g_thread_new ("decode", decode_thread, &team));
  done = take_results (&team, take, take_data, reasons, progress, user_data, error);
  for (guint i = 0; i < members->len; i++)
    g_thread_join (members->pdata[i]);

  g_queue_clear_full (&team.results, result_free);
  pthread_cond_destroy (&team.went);
  pthread_cond_destroy (&team.came);
  pthread_mutex_destroy (&team.lock);

  return done && !g_cancellable_set_error_if_cancelled (cancellable, error);
}
