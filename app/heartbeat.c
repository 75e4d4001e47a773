/* heartbeat.c - how long the main loop was held up, for tests
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A turn is what happens between two polls. A timer that is late would tell of other
 * programs as well, as training on all cores takes processors away; the scheduler counts
 * for how long this thread was ready and had none, and that is taken off. What is left
 * is computing and waiting for disks, which is what a main loop must not do.
 */
#include "app/heartbeat.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static struct
{
  FILE *file;
  int schedule; /* of the main thread */
  gint64 started_us, second_us;
  gint64 turn_us, waited_us; /* at the beginning of this turn */
  gint64 longest_us, longest_wall_us;
} heart;

/* How long the main thread has waited for a processor until now. */
static gint64
waited_us (void)
{
  char text[96];
  ssize_t length = pread (heart.schedule, text, sizeof text - 1, 0);
  guint64 ran, waited;

  if (length <= 0)
    return 0;
  text[length] = '\0';
  return sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &ran, &waited) == 2
             ? (gint64) (waited / 1000)
             : 0;
}

static void
end_turn (gint64 now)
{
  gint64 wall = now - heart.turn_us;
  gint64 held = wall - (waited_us () - heart.waited_us);

  heart.longest_us = MAX (heart.longest_us, held);
  heart.longest_wall_us = MAX (heart.longest_wall_us, wall);
  if (now - heart.second_us < G_USEC_PER_SEC)
    return;

  fprintf (heart.file, "%.1f,%.1f,%.1f\n",
           (double) (now - heart.started_us) / G_USEC_PER_SEC,
           (double) heart.longest_us / 1000, (double) heart.longest_wall_us / 1000);
  fflush (heart.file);
  heart.second_us = now;
  heart.longest_us = heart.longest_wall_us = 0;
}

static int
poll_func (GPollFD *descriptors, guint n, int timeout)
{
  int ready;

  end_turn (g_get_monotonic_time ());
  ready = g_poll (descriptors, n, timeout);
  heart.waited_us = waited_us ();
  heart.turn_us = g_get_monotonic_time ();
  return ready;
}

/* Keeps the loop turning, so that each second has its line. */
static gboolean
beat_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
pheno_heartbeat_start (void)
{
  const char *path = g_getenv ("PHENOSCAPE_HEARTBEAT");

  if (path == NULL || (heart.file = fopen (path, "we")) == NULL)
    return;

  heart.schedule = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  heart.started_us = heart.second_us = heart.turn_us = g_get_monotonic_time ();
  heart.waited_us = waited_us ();
  fputs ("seconds,held_ms,wall_ms\n", heart.file);
  g_timeout_add (10, beat_cb, NULL);
  g_main_context_set_poll_func (NULL, poll_func);
}
