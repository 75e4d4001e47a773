/* device.c - which back-ends and devices this machine has
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/backend.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

/* The best first: its first device is what "auto" opens. */
static const pk_backend *const backends[] = {
#ifdef PK_HAVE_ONEDNN
  &pk_cpu_backend,
#endif
  &pk_reference_backend,
};

#define BACKEND_COUNT (sizeof backends / sizeof *backends)

int
pk_device_count (void)
{
  int count = 0;

  for (size_t i = 0; i < BACKEND_COUNT; i++)
    count += backends[i]->count ();

  return count;
}

/* The back-end of device @index, with the index made its own; NULL when there is none. */
static const pk_backend *
backend_of (int *index)
{
  for (size_t i = 0; i < BACKEND_COUNT; i++)
    {
      int count = backends[i]->count ();

      if (*index >= 0 && *index < count)
        return backends[i];
      *index -= count;
    }

  return NULL;
}

pk_status
pk_device_describe (int index, pk_device_info *info)
{
  int own_index = index;
  const pk_backend *backend = backend_of (&own_index);

  if (backend == NULL)
    return pk_fail (PK_NO_DEVICE, "there is no device number %d", index);

  memset (info, 0, sizeof *info);
  return backend->describe (own_index, info);
}

pk_status
pk_device_open (const char *name, int threads, pk_device **device)
{
  *device = NULL;
  if (threads < 0)
    return pk_fail (PK_BAD_ARGUMENT, "%d threads are not possible", threads);

  for (int i = 0, count = pk_device_count (); i < count; i++)
    {
      int own_index = i;
      pk_device candidate = { .backend = backend_of (&own_index) };
      pk_status status = pk_device_describe (i, &candidate.info);

      if (status != PK_OK
          || (strcmp (name, "auto") != 0 && strcmp (name, candidate.info.name) != 0))
        continue;

      candidate.threads = threads > 0 ? threads : candidate.info.threads;
      if ((*device = malloc (sizeof **device)) == NULL)
        return pk_fail (PK_OUT_OF_MEMORY, "no memory to open the device %s", name);
      **device = candidate;
      if ((status = candidate.backend->open (*device)) != PK_OK)
        {
          free (*device);
          *device = NULL;
        }
      return status;
    }

  return pk_fail (PK_NO_DEVICE, "this machine has no device named %s", name);
}

void
pk_device_close (pk_device *device)
{
  if (device == NULL)
    return;

  device->backend->close (device);
  free (device);
}

const pk_device_info *
pk_device_get_info (const pk_device *device)
{
  return &device->info;
}
