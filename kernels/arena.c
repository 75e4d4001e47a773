/* arena.c - where each tensor stands in one block of memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Two tensors may share bytes when their times of use do not meet. The largest are placed
 * first, each at the lowest place that is free throughout its time: Pisarchyk and Lee
 * 2020, "Efficient memory management for deep neural net inference", arXiv:2001.03288,
 * greedy by size. For the ResNets this comes within some per cent of the largest sum of
 * tensors that live at one time, below which no placement can go.
 */
#include "kernels/plan.h"

#include <stdlib.h>

#include "kernels/status.h"

static int
larger_first (const void *a, const void *b)
{
  const pk_tensor *first = *(pk_tensor *const *) a, *second = *(pk_tensor *const *) b;

  if (first->bytes != second->bytes)
    return first->bytes < second->bytes ? 1 : -1;
  return first->first_use - second->first_use;
}

static int
lower_first (const void *a, const void *b)
{
  const pk_tensor *first = *(pk_tensor *const *) a, *second = *(pk_tensor *const *) b;

  return first->offset < second->offset ? -1 : first->offset > second->offset;
}

static bool
meet (const pk_tensor *a, const pk_tensor *b)
{
  return a->first_use <= b->last_use && b->first_use <= a->last_use;
}

static size_t
aligned (size_t bytes)
{
  return (bytes + PK_MEMORY_ALIGNMENT - 1) / PK_MEMORY_ALIGNMENT * PK_MEMORY_ALIGNMENT;
}

/* The lowest offset for @tensor among the @count that are placed, in order of offset. */
static size_t
lowest_gap (const pk_tensor *tensor, pk_tensor *const *placed, int count)
{
  size_t offset = 0;

  for (int i = 0; i < count; i++)
    {
      const pk_tensor *other = placed[i];

      if (!meet (tensor, other))
        continue;
      if (other->offset >= offset + tensor->bytes)
        break;
      if (other->offset + aligned (other->bytes) > offset)
        offset = other->offset + aligned (other->bytes);
    }

  return offset;
}

pk_status
pk_plan_place (pk_plan *plan)
{
  const pk_backend *backend = plan->device->backend;
  pk_tensor **order
      = malloc (((size_t) plan->tensor_count + 1) * 2 * sizeof (pk_tensor *));
  pk_tensor **placed = order + plan->tensor_count;
  int used = 0;

  if (order == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory to plan memory");

  for (int i = 0; i < plan->tensor_count; i++)
    if (plan->tensors[i]->first_use >= 0 && plan->tensors[i]->data == NULL)
      order[used++] = plan->tensors[i];
  qsort (order, (size_t) used, sizeof *order, larger_first);

  for (int i = 0; i < used; i++)
    {
      order[i]->offset = lowest_gap (order[i], placed, i);
      placed[i] = order[i];
      qsort (placed, (size_t) i + 1, sizeof *placed, lower_first);
      if (order[i]->offset + aligned (order[i]->bytes) > plan->arena_bytes)
        plan->arena_bytes = order[i]->offset + aligned (order[i]->bytes);
    }

  for (int i = 0; i < plan->step_count; i++)
    if (plan->steps[i].step.scratch_bytes > plan->scratch_bytes)
      plan->scratch_bytes = plan->steps[i].step.scratch_bytes;

  plan->arena = backend->allocate (plan->device, plan->arena_bytes + PK_MEMORY_ALIGNMENT);
  plan->scratch
      = backend->allocate (plan->device, plan->scratch_bytes + PK_MEMORY_ALIGNMENT);
  if (plan->arena == NULL || plan->scratch == NULL)
    {
      free (order);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for %zu bytes of activations",
                      plan->arena_bytes + plan->scratch_bytes);
    }

  for (int i = 0; i < used; i++)
    order[i]->data = plan->arena + order[i]->offset;
  for (int i = 0; i < plan->step_count; i++)
    plan->steps[i].step.scratch = plan->scratch;
  free (order);

  return PK_OK;
}
