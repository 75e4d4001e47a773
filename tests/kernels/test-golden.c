/* test-golden.c - every operation, gradient and optimiser against PyTorch
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/small-net.h"

typedef enum
{
  GOLDEN_PLAIN,  /* outputs without training */
  GOLDEN_LOSS,
  GOLDEN_GRADIENT,
  GOLDEN_MOMENT, /* running moments after one step */
  GOLDEN_SGD,    /* parameters after three steps */
  GOLDEN_LARS,
  GOLDEN_ADAMW,
  GOLDEN_LOSS_SGD, /* the losses of these steps */
  GOLDEN_LOSS_LARS,
  GOLDEN_LOSS_ADAMW
} golden_table;

typedef struct
{
  golden_table table;
  const char *name;
  int at;
  float value;
} golden_entry;

#include "tests/golden/kernels/small-net.h"

#define GOLDEN_COUNT ((int) (sizeof golden_entries / sizeof *golden_entries))

static const char *const for_training[] = { "loss", NULL };
static const char *const plain[] = { "features", "projection", NULL };

/* One entry of a parameter, its gradient, or an output. */
static float
entry_of (net *self, const golden_entry *golden, bool gradient)
{
  int index = pk_graph_find_parameter (self->graph, golden->name);
  pk_shape shape = index >= 0 ? pk_graph_parameter (self->graph, index)->shape
                              : pk_graph_output_shape (self->graph, golden->name, SMALL_NET_BATCH);
  float *values = malloc ((size_t) pk_shape_count (shape) * sizeof (float)), value;
  pk_status status = index < 0   ? pk_plan_read (self->plan, golden->name, values)
                     : gradient ? pk_parameters_read_gradient (self->parameters, index, values)
                                : pk_parameters_read (self->parameters, index, values);

  value = status == PK_OK ? values[golden->at] : NAN;
  free (values);
  return value;
}

static void
check_table (net *self, golden_table table, bool gradient, float tolerance)
{
  int checked = 0;

  for (int i = 0; i < GOLDEN_COUNT; i++)
    if (golden_entries[i].table == table)
      {
        const golden_entry *golden = &golden_entries[i];
        float value = entry_of (self, golden, gradient);

        CHECK (fabsf (value - golden->value) <= tolerance * fmaxf (1, fabsf (golden->value)),
               "%s[%d] is %g, PyTorch has %g", golden->name, golden->at, (double) value,
               (double) golden->value);
        checked++;
      }
  CHECK (checked > 0, "table %d is empty", (int) table);
}

static void
test_outputs (const char *device)
{
  net self;

  CHECK_OK (open_net (&self, device, 0, false, PK_FLOAT32, plain));
  CHECK_OK (pk_plan_forward (self.plan));
  check_table (&self, GOLDEN_PLAIN, false, 2e-5f);
  close_net (&self);
}

static void
test_gradients (const char *device)
{
  net self;

  CHECK_OK (open_net (&self, device, 0, true, PK_FLOAT32, for_training));
  CHECK_OK (pk_plan_forward (self.plan));
  check_table (&self, GOLDEN_LOSS, false, 1e-5f);
  check_table (&self, GOLDEN_MOMENT, false, 1e-5f);
  CHECK_OK (pk_parameters_clear_gradients (self.parameters));
  CHECK_OK (pk_plan_backward (self.plan, 1));
  check_table (&self, GOLDEN_GRADIENT, true, 1e-4f);
  close_net (&self);
}

static void
check_optimiser (const char *device, pk_optimiser optimiser, float learning_rate,
                 golden_table parameters, golden_table losses)
{
  net self;
  int step = 0;

  CHECK_OK (open_net (&self, device, 0, true, PK_FLOAT32, for_training));
  for (int i = 0; i < GOLDEN_COUNT; i++)
    if (golden_entries[i].table == losses)
      {
        float loss;

        CHECK_OK (pk_plan_forward (self.plan));
        CHECK_OK (pk_plan_read (self.plan, "loss", &loss));
        CHECK (fabsf (loss - golden_entries[i].value) <= 1e-4f * loss,
               "loss %d is %.7g, PyTorch has %.7g", step, (double) loss,
               (double) golden_entries[i].value);
        CHECK_OK (pk_parameters_clear_gradients (self.parameters));
        CHECK_OK (pk_plan_backward (self.plan, 1));
        CHECK_OK (pk_parameters_update (self.parameters, &optimiser, learning_rate, 1, ++step));
      }
  CHECK (step == 3, "%d steps", step);
  check_table (&self, parameters, false, 4e-4f);
  close_net (&self);
}

static void
test_sgd (const char *device)
{
  check_optimiser (device,
                   (pk_optimiser){ .kind = PK_SGD, .momentum = 0.9f, .weight_decay = 0.01f },
                   0.05f, GOLDEN_SGD, GOLDEN_LOSS_SGD);
}

static void
test_lars (const char *device)
{
  check_optimiser (device,
                   (pk_optimiser){ .kind = PK_LARS,
                                   .momentum = 0.9f,
                                   .weight_decay = 0.01f,
                                   .trust = 0.02f },
                   2, GOLDEN_LARS, GOLDEN_LOSS_LARS);
}

/* AdamW divides by the size of a gradient: where that is near 0 the sign of rounding errors
 * counts, and the third loss says more than single weights. */
static void
test_adamw (const char *device)
{
  check_optimiser (device,
                   (pk_optimiser){ .kind = PK_ADAMW,
                                   .beta1 = 0.9f,
                                   .beta2 = 0.99f,
                                   .epsilon = 1e-8f,
                                   .weight_decay = 0.01f },
                   0.002f, GOLDEN_ADAMW, GOLDEN_LOSS_ADAMW);
}

KERNEL_TESTS ({ "golden/outputs-equal-pytorch", test_outputs, true },
              { "golden/loss-moments-and-gradients-equal-pytorch", test_gradients, true },
              { "golden/sgd-equals-pytorch", test_sgd, true },
              { "golden/lars-equals-its-paper", test_lars, true },
              { "golden/adamw-equals-pytorch", test_adamw, true })
