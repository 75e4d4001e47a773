/* workers.c - the same work on many things, on all cores, with progress
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each thread takes the next index; the thread that called waits, and reports ten times a
 * second, so that callbacks never run anywhere else.
 *
 * Locks are pthreads' and not GLib's: the thread sanitizer knows them, and cannot look
 * into those of a library that was built without it.
 */
#include "engine/base/base.h"

#include <pthread.h>
#include <time.h>

#define REPORT_US (G_USEC_PER_SEC / 10)

typedef struct
{
  PhenoIndexFunc work;
  gpointer user_data;
  gsize count;
  GCancellable *cancellable;

  pthread_mutex_t lock;
  pthread_cond_t changed;
  gsize next, done; /* under the lock */
  guint running;    /* threads; under the lock */
} Team;

int
pheno_thread_count (int threads)
{
  return threads > 0 ? threads : (int) g_get_num_processors ();
}

void
pheno_progress_estimate (PhenoProgress *progress, gint64 started_us)
{
  double seconds = (g_get_monotonic_time () - started_us) / (double) G_USEC_PER_SEC;

  if (progress->done == 0 || seconds <= 0)
    return;

  progress->rate = progress->done / seconds;
  if (progress->total >= progress->done)
    progress->seconds_left = (progress->total - progress->done) / progress->rate;
}

struct timespec
pheno_time_after (gint64 duration_us)
{
  gint64 then = g_get_monotonic_time () + duration_us;

  return (struct timespec){ .tv_sec = then / G_USEC_PER_SEC,
                            .tv_nsec = then % G_USEC_PER_SEC * 1000 };
}

static gpointer
team_thread (gpointer data)
{
  Team *team = data;

  pthread_mutex_lock (&team->lock);
  while (team->next < team->count && !g_cancellable_is_cancelled (team->cancellable))
    {
      gsize index = team->next++;

      pthread_mutex_unlock (&team->lock);
      team->work (index, team->user_data);
      pthread_mutex_lock (&team->lock);
      team->done++;
    }
  team->running--;
  pthread_cond_signal (&team->changed);
  pthread_mutex_unlock (&team->lock);

  return NULL;
}

/* Until no thread runs; called without the lock. */
static void
wait_and_report (Team *team, const char *phase, PhenoProgressFunc progress, gpointer data)
{
  gint64 started = g_get_monotonic_time ();
  gboolean running = TRUE;

  while (running)
    {
      PhenoProgress report = PHENO_PROGRESS_INIT;
      struct timespec until = pheno_time_after (REPORT_US);

      pthread_mutex_lock (&team->lock);
      while (
          team->running > 0
          && pthread_cond_clockwait (&team->changed, &team->lock, CLOCK_MONOTONIC, &until)
                 == 0)
        ;
      running = team->running > 0;
      report.done = team->done;
      pthread_mutex_unlock (&team->lock);

      report.phase = phase;
      report.total = team->count;
      pheno_progress_estimate (&report, started);
      if (progress != NULL)
        progress (&report, data);
    }
}

gboolean
pheno_for_each_index (gsize count, int threads, PhenoIndexFunc work, gpointer user_data,
                      const char *phase, PhenoProgressFunc progress,
                      gpointer progress_data, GCancellable *cancellable, GError **error)
{
  Team team = {
    .work = work, .user_data = user_data, .count = count, .cancellable = cancellable
  };
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  guint size = MIN ((gsize) pheno_thread_count (threads), count);

  pthread_mutex_init (&team.lock, NULL);
  pthread_cond_init (&team.changed, NULL);
  team.running = size;

  for (guint i = 0; i < size; i++)
    g_ptr_array_add (members, g_thread_new ("worker", team_thread, &team));
  if (size > 0)
    wait_and_report (&team, phase, progress, progress_data);
  for (guint i = 0; i < size; i++)
    g_thread_join (members->pdata[i]);

  pthread_cond_destroy (&team.changed);
  pthread_mutex_destroy (&team.lock);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
