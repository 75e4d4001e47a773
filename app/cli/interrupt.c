/* interrupt.c - the first SIGINT or SIGTERM asks, the second one ends
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Engine calls are synchronous and there is no main loop, so the handler writes a byte
 * into a pipe and a thread of its own reads it. Blocking the signals and waiting for them
 * would not do: libraries start threads before main (), which do not know of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/cli/cli-private.h"

static int pipe_ends[2] = { -1, -1 };

/* Runs on any thread, between any two instructions: only what is safe there. */
static void
handle_signal (int signal_number)
{
  int saved = errno;
  char byte = (char) signal_number;

  if (write (pipe_ends[1], &byte, 1) != 1)
    _exit (1); /* nobody is there to stop the work */
  errno = saved;
}

static gboolean
read_signal (char *signal_number)
{
  ssize_t n;

  while ((n = read (pipe_ends[0], signal_number, 1)) < 0 && errno == EINTR)
    ;
  return n == 1;
}

static void *
wait_for_signals (void *cancellable)
{
  char signal_number;

  if (!read_signal (&signal_number))
    return NULL;
  if (isatty (STDERR_FILENO))
    g_printerr (_ ("\nStopping as soon as the work is saved. Once more ends at once.\n"));
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);

  if (read_signal (
          &signal_number)) /* the other one of the two: ended by it as if unhandled */
    {
      signal (signal_number, SIG_DFL);
      kill (getpid (), signal_number);
    }
  return NULL;
}

static gboolean
start_waiting (GCancellable *cancellable)
{
  pthread_attr_t attributes;
  pthread_t thread;
  gboolean started;

  if (!g_unix_open_pipe (pipe_ends, FD_CLOEXEC, NULL))
    return FALSE;
  pthread_attr_init (&attributes);
  pthread_attr_setdetachstate (&attributes, PTHREAD_CREATE_DETACHED);
  started = pthread_create (&thread, &attributes, wait_for_signals,
                            g_object_ref (cancellable))
            == 0;
  pthread_attr_destroy (&attributes);
  return started;
}

void
pheno_cli_start (PhenoCli *cli)
{
  /* After the first signal of a kind its default is back, so a second one ends at once.
   */
  struct sigaction action
      = { .sa_handler = handle_signal, .sa_flags = SA_RESTART | SA_RESETHAND };

  cli->cancellable = g_cancellable_new ();
  if (!start_waiting (cli->cancellable))
    return; /* a signal then ends the program, as it does any other */
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

void
pheno_cli_end (PhenoCli *cli)
{
  pheno_cli_clear_line (cli);
  g_clear_object (&cli->cancellable);
}

GCancellable *
pheno_cli_cancellable (PhenoCli *cli)
{
  return cli->cancellable;
}
