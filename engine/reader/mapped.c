/* mapped.c - a file as memory, also where it vanishes meanwhile
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading a page of a map that the file no longer has, or that the disk cannot give,
 * raises SIGBUS, which would end the program. A handler puts empty memory in the place of
 * such a page, if it is one of ours, and makes a mark. Any other SIGBUS goes where it
 * would have gone.
 */
#include "engine/reader/mapped.h"

#include "engine/base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A handler may take no lock, so the maps that are open stand in a list whose links are
 * never freed, only used again. */
typedef struct _Entry Entry;
struct _Entry
{
  PhenoMapped mapped;          /* first: a PhenoMapped is its Entry */
  _Atomic guintptr begin, end; /* end 0: free */
  atomic_int torn;
  Entry *next;
};

static _Atomic (Entry *) entries;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;
static guintptr page_bytes;

static void
pass_on (int number, siginfo_t *info, void *context)
{
  if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction != NULL)
    before.sa_sigaction (number, info, context);
  else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
    before.sa_handler (number);
  else
    signal (number, SIG_DFL); /* and the instruction is tried again, and ends us */
}

static void
bus_cb (int number, siginfo_t *info, void *context)
{
  guintptr address = (guintptr) info->si_addr;
  int saved = errno;

  for (Entry *entry = atomic_load (&entries); entry != NULL; entry = entry->next)
    if (address >= atomic_load (&entry->begin) && address < atomic_load (&entry->end)
        && mmap ((void *) (address / page_bytes * page_bytes), page_bytes, PROT_READ,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
               != MAP_FAILED)
      {
        atomic_store (&entry->torn, 1);
        errno = saved;
        return;
      }

  errno = saved;
  pass_on (number, info, context);
}

static void
listen_once (void)
{
  struct sigaction action = { .sa_sigaction = bus_cb, .sa_flags = SA_SIGINFO };

  page_bytes = (guintptr) sysconf (_SC_PAGESIZE);
  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, &action, &before);
}

static Entry *
take_entry (const void *bytes, gsize length)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  Entry *entry;

  pthread_once (&once, listen_once);
  pthread_mutex_lock (&lock);
  for (entry = atomic_load (&entries); entry != NULL; entry = entry->next)
    if (atomic_load (&entry->end) == 0)
      break;
  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->next = atomic_load (&entries);
      atomic_store (&entries, entry);
    }
  entry->mapped.bytes = bytes;
  entry->mapped.length = length;
  atomic_store (&entry->torn, 0);
  atomic_store (&entry->begin, (guintptr) bytes);
  atomic_store (&entry->end, (guintptr) bytes + length);
  pthread_mutex_unlock (&lock);

  return entry;
}

PhenoMapped *
pheno_mapped_open (const char *path, GError **error)
{
  int file = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  void *bytes = MAP_FAILED;
  struct stat status;

  if (file < 0 || fstat (file, &status) != 0)
    pheno_set_file_error (error, path, errno);
  else if (!S_ISREG (status.st_mode) || status.st_size < 1)
    pheno_set_file_error (error, path, S_ISDIR (status.st_mode) ? EISDIR : EINVAL);
  else if ((bytes = mmap (NULL, status.st_size, PROT_READ, MAP_SHARED, file, 0))
           == MAP_FAILED)
    pheno_set_file_error (error, path, errno);
  if (file >= 0)
    close (file); /* the map keeps the file */

  return bytes != MAP_FAILED ? &take_entry (bytes, status.st_size)->mapped : NULL;
}

void
pheno_mapped_close (PhenoMapped *mapped)
{
  Entry *entry = (Entry *) mapped;

  if (mapped == NULL)
    return;

  pthread_mutex_lock (&lock);
  atomic_store (&entry->end, 0);
  munmap ((void *) mapped->bytes, mapped->length);
  pthread_mutex_unlock (&lock);
}

gboolean
pheno_mapped_whole (const PhenoMapped *mapped, const char *path, GError **error)
{
  g_autofree char *name = NULL;

  if (atomic_load (&((Entry *) mapped)->torn) == 0)
    return TRUE;

  name = pheno_display_name (path);
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FILE,
      _ ("“%s” was cut short while it was read, or its disk is gone. See whether "
         "another program writes it, and try again."),
      name);
  return FALSE;
}
