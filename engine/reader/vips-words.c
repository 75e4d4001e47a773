/* vips-words.c - libvips, started once, and what it says
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/vips-words.h"

#include <pthread.h>
#include <string.h>

/* Of pthreads, as the thread sanitizer cannot look into GLib. */
static pthread_rwlock_t words_lock = PTHREAD_RWLOCK_INITIALIZER;
static gboolean started;

/* libvips warns about each odd tag of each file; what matters comes back as an error. A
 * handler must not log itself. */
static void
quiet_cb (const char *domain, GLogLevelFlags level, const char *message,
          gpointer user_data)
{
}

static void
start_cb (void)
{
  g_log_set_handler ("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO,
                     quiet_cb, NULL);
  if (vips_init ("phenoscape") != 0)
    return;

  vips_concurrency_set (1);
  vips_cache_set_max (0);
  started = TRUE;
}

gboolean
pheno_vips_start (GError **error)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, start_cb);
  if (!started)
    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_FILE,
        _ ("The library for photographs, libvips, does not start. Install Phenoscape "
           "again."));

  return started;
}

void
pheno_vips_listen (gboolean alone)
{
  if (alone)
    {
      pthread_rwlock_wrlock (&words_lock);
      vips_error_clear ();
    }
  else
    pthread_rwlock_rdlock (&words_lock);
}

/* Lines that say no more than that it failed. */
static gboolean
is_empty_phrase (const char *cause)
{
  return *cause == '\0' || strcmp (cause, "read error") == 0
         || strcmp (cause, "unable to open source for input") == 0;
}

/* "VipsJpeg: premature end of JPEG image" without the part before the colon. The last
 * line is what ended the work; warnings may stand before it. */
static char *
last_cause (const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

  for (guint i = g_strv_length (lines); i > 0; i--)
    {
      char *colon = strstr (lines[i - 1], ": ");
      char *cause = g_strstrip (colon != NULL ? colon + 2 : lines[i - 1]);

      if (!is_empty_phrase (cause))
        return pheno_display_name (cause);
    }

  return NULL;
}

char *
pheno_vips_done (gboolean alone)
{
  g_autofree char *words = NULL;

  if (!alone)
    {
      pthread_rwlock_unlock (&words_lock);
      return NULL;
    }

  words = vips_error_buffer_copy ();
  pthread_rwlock_unlock (&words_lock);

  return last_cause (words);
}
