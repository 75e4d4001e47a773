/* hdf5-lock.c - one thread at a time in the HDF5 library
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

static GMutex lock;

void
pheno_hdf5_lock (void)
{
  g_mutex_lock (&lock);
}

void
pheno_hdf5_unlock (void)
{
  g_mutex_unlock (&lock);
}
