/* test-losses.c - contrastive losses and VICReg against PyTorch
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rows through a linear layer: the loss, the gradient of its weights, and that of a
 * learned temperature. Golden values: tests/golden/kernels/losses.py.
 */
#include "tests/support/gradients.h"

#define ROWS SMALL_NET_BATCH
#define COLUMNS 6
#define MEMORY 5
#define TEMPERATURE 0.4f

typedef struct
{
  const char *name;
  float loss, of_scale;
  float weight[COLUMNS * COLUMNS];
} golden_loss;

#include "tests/golden/kernels/losses.h"

#define LOSSES (sizeof golden_losses / sizeof *golden_losses)

static bool
is (const char *name, const char *wanted)
{
  return strcmp (name, wanted) == 0;
}

static pk_graph *
net_of (const char *name)
{
  pk_graph *g = pk_graph_new ();
  pk_value x
      = pk_graph_linear (g, pk_graph_rows (g, "pixels", COLUMNS), "head", COLUMNS, true);
  pk_contrast contrast = { .temperature = TEMPERATURE,
                           .decoupled = is (name, "decoupled"),
                           .has_labels = is (name, "labels"),
                           .has_keys = is (name, "keys"),
                           .has_memory = is (name, "memory") || is (name, "keys"),
                           .learned = is (name, "learned") ? "temperature" : NULL };

  if (contrast.has_labels)
    contrast.labels = pk_graph_rows (g, "labels", 1);
  if (contrast.has_keys)
    contrast.keys = pk_graph_rows (g, "keys", COLUMNS);
  if (contrast.has_memory)
    contrast.memory = pk_graph_memory (g, "memory", MEMORY, COLUMNS);
  x = is (name, "vicreg")
          ? pk_graph_vicreg (g, x, 25, 25, 1)
          : pk_graph_contrastive (g, pk_graph_l2_normalise (g, x), &contrast);
  pk_graph_output (g, x, "loss");
  return g;
}

static void
fill_unit (float *rows, int count, uint32_t stream)
{
  if (rows == NULL)
    return;

  fill_random (rows, (int64_t) count * COLUMNS, stream);
  for (int r = 0; r < count; r++)
    {
      float length = 0;

      for (int i = 0; i < COLUMNS; i++)
        length += rows[r * COLUMNS + i] * rows[r * COLUMNS + i];
      for (int i = 0; i < COLUMNS; i++)
        rows[r * COLUMNS + i] /= sqrtf (length);
    }
}

static void
check_loss (const char *device, const golden_loss *golden)
{
  static const char *const outputs[] = { "loss", NULL };
  const float labels[ROWS] = { 0, 1, 0, -1, 0, 1, 0, -1 };
  float gradient[COLUMNS * COLUMNS], loss, scale = logf (1 / TEMPERATURE), of_scale = 0;
  net self;
  int learned;

  CHECK_OK (open_net_of (&self, net_of (golden->name), COLUMNS, device, 0, true,
                         PK_FLOAT32, outputs));
  if (pk_plan_input (self.plan, "labels") != NULL)
    memcpy (pk_plan_input (self.plan, "labels"), labels, sizeof labels);
  fill_unit (pk_plan_input (self.plan, "keys"), ROWS, 77);
  fill_unit (pk_plan_input (self.plan, "memory"), MEMORY, 78);
  learned = pk_graph_find_parameter (self.graph, "temperature");
  if (learned >= 0)
    CHECK_OK (pk_parameters_write (self.parameters, learned, &scale));

  loss = loss_of (&self);
  CHECK (fabsf (loss - golden->loss) <= 1e-5f * fabsf (golden->loss),
         "%s: %.8g, PyTorch has %.8g", golden->name, (double) loss,
         (double) golden->loss);
  CHECK_OK (pk_parameters_clear_gradients (self.parameters));
  CHECK_OK (pk_plan_backward (self.plan, 1));
  CHECK_OK (pk_parameters_read_gradient (self.parameters, 0, gradient));
  CHECK (relative_difference (gradient, golden->weight, COLUMNS * COLUMNS) < 1e-4,
         "%s: gradients differ by %g", golden->name,
         relative_difference (gradient, golden->weight, COLUMNS * COLUMNS));
  if (learned >= 0)
    {
      CHECK_OK (pk_parameters_read_gradient (self.parameters, learned, &of_scale));
      CHECK (fabsf (of_scale - golden->of_scale) <= 1e-4f * fabsf (golden->of_scale),
             "%s: of the temperature %g, PyTorch has %g", golden->name, (double) of_scale,
             (double) golden->of_scale);
    }
  close_net (&self);
}

static void
test_losses (const char *device)
{
  for (size_t i = 0; i < LOSSES && !test_failed; i++)
    check_loss (device, &golden_losses[i]);
}

KERNEL_TESTS ({ "losses/equal-pytorch", test_losses, true })
