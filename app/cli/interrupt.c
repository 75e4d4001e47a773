/* interrupt.c - the first SIGINT or SIGTERM asks, the second one ends
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Engine calls are synchronous, so a thread of its own waits for signals, which all other
 * threads inherit as blocked: nothing runs in a signal handler.
 */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/cli/cli-private.h"

static sigset_t awaited;

static void *
wait_for_signals (void *cancellable)
{
  int signal_number;

  if (sigwait (&awaited, &signal_number) != 0)
    return NULL;
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
  if (isatty (STDERR_FILENO))
    g_printerr (_ ("\nStopping as soon as the work is saved. Once more ends at once.\n"));

  if (sigwait (&awaited, &signal_number) == 0)
    {
      signal (signal_number, SIG_DFL);
      kill (getpid (), signal_number);
      pthread_sigmask (SIG_UNBLOCK, &awaited, NULL);
    }
  return NULL;
}

void
pheno_cli_start (PhenoCli *cli)
{
  pthread_attr_t attributes;
  pthread_t thread;

  cli->cancellable = g_cancellable_new ();
  sigemptyset (&awaited);
  sigaddset (&awaited, SIGINT);
  sigaddset (&awaited, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &awaited, NULL);
  pthread_attr_init (&attributes);
  pthread_attr_setdetachstate (&attributes, PTHREAD_CREATE_DETACHED);
  if (pthread_create (&thread, &attributes, wait_for_signals,
                      g_object_ref (cli->cancellable))
      != 0)
    { /* then a signal ends the program, as it does without us */
      g_object_unref (cli->cancellable);
      pthread_sigmask (SIG_UNBLOCK, &awaited, NULL);
    }
  pthread_attr_destroy (&attributes);
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
