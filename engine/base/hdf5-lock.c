/* hdf5-lock.c - one thread at a time in the HDF5 library
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <hdf5.h>

static GMutex lock;

/* At the end of a program the library would flush files that could not be written and had to
 * be given up, as on a full disk, and crash. All others are closed by then. */
static gpointer
start_cb (gpointer data)
{
  H5dont_atexit ();
  return NULL;
}

void
pheno_hdf5_lock (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, start_cb, NULL);
  g_mutex_lock (&lock);
}

void
pheno_hdf5_unlock (void)
{
  g_mutex_unlock (&lock);
}
