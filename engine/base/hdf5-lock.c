/* hdf5-lock.c - one thread at a time in the HDF5 library
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <hdf5.h>
#include <pthread.h>

/* Of pthreads, as the thread sanitizer cannot look into GLib. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* At the end of a program the library would flush files that could not be written and had
 * to be given up, as on a full disk, and crash. All others are closed by then. */
static void
start_cb (void)
{
  H5dont_atexit ();
}

void
pheno_hdf5_lock (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, start_cb);
  pthread_mutex_lock (&lock);
}

void
pheno_hdf5_unlock (void)
{
  pthread_mutex_unlock (&lock);
}
