/* rehearsal.c - try what may crash where it does no harm
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define COMPLETED 42 /* a status that no crash handler uses */

static void
perform (guint seconds, void (*work) (gconstpointer data), gconstpointer data)
{
  const struct rlimit no_core = { 0, 0 }, time = { seconds, seconds + 1 };
  int nowhere = open ("/dev/null", O_WRONLY);

  /* Handlers of the program, for Ctrl-C for example, are not for the copy. */
  for (int number = 1; number < NSIG; number++)
    signal (number, SIG_DFL);
  setrlimit (RLIMIT_CORE, &no_core);
  setrlimit (RLIMIT_CPU, &time);
  /* A lock that another thread held at the fork stays locked: then the clock ends the
   * wait. */
  alarm (4 * seconds);
  if (nowhere >= 0)
    {
      dup2 (nowhere, STDOUT_FILENO);
      dup2 (nowhere, STDERR_FILENO);
    }

  work (data);
  _exit (COMPLETED);
}

gboolean
pheno_rehearse (guint seconds, void (*work) (gconstpointer data), gconstpointer data)
{
  pid_t child = fork ();
  int status;

  if (child < 0)
    return TRUE;
  if (child == 0)
    perform (seconds, work, data);

  while (waitpid (child, &status, 0) < 0)
    if (errno != EINTR)
      return TRUE;
  if (WIFSIGNALED (status))
    return WTERMSIG (status) == SIGALRM || WTERMSIG (status) == SIGINT
           || WTERMSIG (status) == SIGTERM || WTERMSIG (status) == SIGHUP;
  return WEXITSTATUS (status) == COMPLETED;
}
