/* plan.h - the inside of a plan: steps, tensors and the order in which they are run
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Built in four passes, one file each:
 *
 *     fuse.c      nodes  -> steps of the forward pass
 *     schedule.c  steps  -> tensors and the list of what is run, backward included
 *     arena.c     tensors -> places in one block of memory, shared over time
 *     plan.c      the public functions
 */
#ifndef PK_PLAN_H
#define PK_PLAN_H

#include "kernels/backend.h"

typedef enum
{
  PK_RUN_FORWARD,
  PK_RUN_AGAIN, /* writes an output a second time, for backward */
  PK_RUN_SUM,   /* adds two parts of a gradient */
  PK_RUN_BACKWARD
} pk_run;

typedef struct
{
  pk_run run;
  pk_step *step;          /* NULL for a sum */
  pk_tensor *a, *b, *out; /* of a sum; of AGAIN, a is the skip and b the input */
} pk_entry;

typedef struct
{
  pk_step step;
  int root;        /* node whose value it gives */
  int input_value; /* of the graph */
  int skip_value;  /* -1: none */
  int extra_value; /* -1: none */
} pk_planned_step;

struct pk_plan
{
  pk_device *device;
  const pk_graph *graph;
  pk_parameters *parameters;
  int batch;
  bool training, checkpoint;
  pk_precision precision;
  int loss_value; /* of a training plan: the node whose gradients are asked for */

  bool *needed; /* for each node: some output needs it */
  bool *pinned; /* for each node: it is an output */
  int *uses;    /* for each node: how many needed nodes read it, and 1 for an output */

  pk_planned_step *steps;
  int step_count;

  pk_tensor **tensors; /* all, owned */
  int tensor_count, tensor_capacity;
  pk_tensor **value_tensor; /* for each node, or NULL */

  pk_entry *entries;
  int entry_count, entry_capacity;
  int forward_count; /* the first entries are the forward pass */

  char *arena;
  size_t arena_bytes;
  char *scratch;
  size_t scratch_bytes;
  float **staging; /* for each node that is an input: host memory */
};

/* fuse.c: fills in needed, pinned, uses and steps. */
pk_status pk_plan_fuse (pk_plan *plan, const char *const *outputs);

/* schedule.c: prepares the steps, makes tensors and entries. */
pk_status pk_plan_schedule (pk_plan *plan);
pk_status pk_plan_add_tensor (pk_plan *plan, pk_shape shape, pk_format format,
                              pk_tensor **tensor);

/* arena.c: gives each tensor its place and the plan its memory. */
pk_status pk_plan_place (pk_plan *plan);

#endif /* PK_PLAN_H */
