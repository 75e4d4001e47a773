/* lock.c - one trainer at a time in a run's folder
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/training/lock.h"
#include "engine/training/training.h"

static void
refuse (const char *directory, int lock, GError **error)
{
  g_autofree char *shown = pheno_display_name (directory);
  char holder[16] = "";

  if (pread (lock, holder, sizeof holder - 1, 0) < 0)
    holder[0] = '\0';
  g_strstrip (holder);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FILE,
      _ ("Another training (process %s) is at work in “%s”. Wait until it has ended, or "
         "choose another folder."),
      *holder != '\0' ? holder : "?", shown);
}

/* Who only asks whether a folder is held has it for a moment, so one refusal is none. */
#define TRIES 10
#define TRY_AGAIN_US 20000

static gboolean
is_held (int lock, int tries)
{
  for (int i = 0; i < tries; i++)
    {
      if (flock (lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return FALSE;
      if (i + 1 < tries)
        g_usleep (TRY_AGAIN_US);
    }
  return TRUE;
}

int
pheno_run_folder_holder (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "run.lock", NULL);
  int lock = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  char text[16] = "";
  int holder = 0;

  if (lock < 0)
    return 0;
  if (is_held (lock, 1))
    {
      if (pread (lock, text, sizeof text - 1, 0) < 0)
        text[0] = '\0';
      holder = atoi (text);
      if (holder <= 0)
        holder = -1;
    }
  close (lock);

  return holder;
}

int
pheno_lock_folder (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "run.lock", NULL);
  g_autofree char *holder = g_strdup_printf ("%d\n", (int) getpid ());
  int lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

  if (lock < 0)
    {
      pheno_set_file_error (error, path, errno);
      return -1;
    }

  /* Some network disks have no locks at all; training there is better than not training.
   */
  if (is_held (lock, TRIES))
    {
      refuse (directory, lock, error);
      close (lock);
      return -1;
    }

  if (ftruncate (lock, 0) != 0 || pwrite (lock, holder, strlen (holder), 0) < 0)
    g_debug ("%s: %s", path, g_strerror (errno));

  return lock;
}
