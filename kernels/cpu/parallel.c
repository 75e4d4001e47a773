/* parallel.c - one loop on several threads
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * OpenMP where it is there, because oneDNN uses the same threads: two pools would wait
 * for each other's cores. The thread sanitizer does not know OpenMP's barriers, so a
 * build for it (-Dthreads=posix) starts plain threads for every loop; oneDNN then keeps
 * to one.
 */
#include "kernels/cpu/parallel.h"

#include <sched.h>
#include <stdatomic.h>

#ifdef PK_OPENMP

#include <omp.h>

void
pk_parallel (int threads, int count, pk_task task, void *user_data)
{
  if (threads > count)
    threads = count;
  if (threads <= 1)
    {
      for (int i = 0; i < count; i++)
        task (i, user_data);
      return;
    }

#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int i = 0; i < count; i++)
    task (i, user_data);
}

void
pk_parallel_limit (int threads)
{
  omp_set_num_threads (threads);
}

#else

#include <pthread.h>
#include <stdlib.h>

#ifdef PK_HAVE_OMP_CONTROL
extern void omp_set_num_threads (int threads);
#endif

typedef struct
{
  pk_task task;
  void *user_data;
  int count;
  atomic_int next;
} loop;

static void *
work (void *data)
{
  loop *self = data;

  for (int i = atomic_fetch_add (&self->next, 1); i < self->count;
       i = atomic_fetch_add (&self->next, 1))
    self->task (i, self->user_data);

  return NULL;
}

void
pk_parallel (int threads, int count, pk_task task, void *user_data)
{
  loop self = { task, user_data, count, 0 };
  pthread_t others[64];
  int started = 0;

  if (threads > count)
    threads = count;
  if (threads > 64)
    threads = 64;
  while (started < threads - 1
         && pthread_create (&others[started], NULL, work, &self) == 0)
    started++;
  work (&self);
  for (int i = 0; i < started; i++)
    pthread_join (others[i], NULL);
}

void
pk_parallel_limit (int threads)
{
  (void) threads;
#ifdef PK_HAVE_OMP_CONTROL
  omp_set_num_threads (1);
#endif
}

#endif

int
pk_parallel_cores (void)
{
  cpu_set_t allowed;

  if (sched_getaffinity (0, sizeof allowed, &allowed) != 0)
    return 1;
  return CPU_COUNT (&allowed);
}
