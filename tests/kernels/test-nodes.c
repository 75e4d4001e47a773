/* test-nodes.c - small graphs of single operations: against finite differences on the
 * reference, and each device against the reference
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/gradients.h"

static const char *const only_loss[] = { "loss", NULL };

/* A head and a loss on rows of any width. */
static void
finish (pk_graph *g, pk_value rows)
{
  pk_value x = pk_graph_l2_normalise (g, pk_graph_linear (g, rows, "head", 8, true));

  pk_graph_output (g, pk_graph_nt_xent (g, x, 0.5f), "loss");
}

/* ---- Bands: attention over them, and down to three ---- */

#define MEMORY 21 /* rows of memory, the last of zeros */
#define BANDS 9
#define SIDE 6

static pk_graph *
bands_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", BANDS, SIDE, SIDE), factors;

  x = pk_graph_pointwise (g, x, "first", BANDS);
  factors = pk_graph_linear (g, pk_graph_global_average_pool (g, x), "squeeze", 4, true);
  factors = pk_graph_linear (g, pk_graph_sigmoid (g, factors), "excite", BANDS, true);
  x = pk_graph_scale (g, x, pk_graph_sigmoid (g, factors));
  x = pk_graph_sigmoid (g, pk_graph_pointwise (g, x, "second", 3));
  x = pk_graph_conv2d (g, x, "conv", 16, 3, 2, 1);
  finish (g, pk_graph_global_average_pool (g, x));

  return g;
}

/* ---- Tokens: a block of a transformer, twice, and all ways to read it ---- */

static pk_value
block (pk_graph *g, pk_value x, const char *name, int width, int heads)
{
  char full[64];
  pk_value y;

#define NAMED(suffix) (snprintf (full, sizeof full, "%s.%s", name, suffix), full)
  y = pk_graph_layer_norm (g, x, NAMED ("ln_1"), 1e-6f);
  y = pk_graph_linear (g, y, NAMED ("in_proj_"), 3 * width, true);
  y = pk_graph_attention (g, y, -1, heads);
  y = pk_graph_linear (g, y, NAMED ("out_proj"), width, true);
  x = pk_graph_add (g, x, y);
  pk_graph_keep (g, x);
  y = pk_graph_layer_norm (g, x, NAMED ("ln_2"), 1e-6f);
  y = pk_graph_gelu (g, pk_graph_linear (g, y, NAMED ("mlp.0"), 2 * width, true));
  y = pk_graph_linear (g, y, NAMED ("mlp.3"), width, true);
#undef NAMED

  return pk_graph_add (g, x, y);
}

#define WIDTH 48

static pk_value
tokens_of (pk_graph *g)
{
  pk_value x = pk_graph_input (g, "pixels", 3, 8, 12);

  x = pk_graph_pointwise (g, x, "adapter", 2);
  x = pk_graph_patches (g, x, "patch", WIDTH, 4);
  x = pk_graph_class_token (g, x, "class", "position");
  x = block (g, x, "block0", WIDTH, 3);
  pk_graph_keep (g, x);
  return block (g, x, "block1", WIDTH, 3);
}

static pk_graph *
tokens_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = tokens_of (g);

  x = pk_graph_concat (g, pk_graph_token (g, x, 0), pk_graph_mean_tokens (g, x, 1));
  finish (g, pk_graph_layer_norm (g, x, "ln", 1e-5f));
  return g;
}

/* Queries of some tokens to others, fused by attention, mean and joining. */
static pk_graph *
cross_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 8, 12), a, b;

  x = pk_graph_relu6 (g, pk_graph_pointwise (g, x, "wide", 10));
  x = pk_graph_tokens (g, x);
  a = pk_graph_slice (g, x, 0, 32);
  b = pk_graph_linear (g, pk_graph_slice (g, x, 32, 40), "keys", 20, true);
  a = pk_graph_mix (g, a, 0.5f, pk_graph_attention (g, a, b, 2), 2);
  finish (g, pk_graph_mean_tokens (g, pk_graph_concat (g, a, x), 0));
  return g;
}

/* ---- Channels by themselves, in blocks and (24) plain ---- */

static pk_graph *
depthwise_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, 10, 10), y;

  x = pk_graph_batch_norm (g, pk_graph_conv2d (g, x, "stem", 16, 3, 1, 1), "bn1");
  x = pk_graph_sigmoid (g, x);
  x = pk_graph_batch_norm (g, pk_graph_depthwise (g, x, "dw1", 5, 2, 2), "bn2");
  x = pk_graph_sigmoid (g, x);
  x = pk_graph_batch_norm (g, pk_graph_conv2d (g, x, "narrow", 24, 1, 1, 0), "bn3");
  y = pk_graph_batch_norm (g, pk_graph_depthwise (g, x, "dw2", 3, 1, 1), "bn4");
  y = pk_graph_conv2d (g, pk_graph_sigmoid (g, y), "wide", 32, 1, 1, 0);
  y = pk_graph_conv2d (g, y, "back", 24, 1, 1, 0);
  x = pk_graph_add (g, pk_graph_batch_norm (g, y, "bn5"), x);
  x = pk_graph_conv2d (g, x, "last", 16, 1, 1, 0);
  finish (g, pk_graph_global_average_pool (g, x));
  return g;
}

/* ---- Losses ---- */

static pk_value
rows_net (pk_graph *g)
{
  pk_value x = pk_graph_input (g, "pixels", 3, 4, 4);

  x = pk_graph_sigmoid (g, pk_graph_pointwise (g, x, "wide", 16));
  return pk_graph_linear (g, pk_graph_global_average_pool (g, x), "head", 8, true);
}

static pk_graph *
loss_net (pk_contrast contrast)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_l2_normalise (g, rows_net (g));

  contrast.temperature = 0.4f;
  if (contrast.has_labels)
    contrast.labels = pk_graph_rows (g, "labels", 1);
  if (contrast.has_keys)
    contrast.keys = pk_graph_rows (g, "keys", 8);
  if (contrast.has_memory)
    contrast.memory = pk_graph_memory (g, "memory", MEMORY, 8);
  pk_graph_output (g, pk_graph_contrastive (g, x, &contrast), "loss");
  return g;
}

static pk_graph *
decoupled_net (void)
{
  return loss_net ((pk_contrast){ .decoupled = true, .learned = "temperature" });
}

static pk_graph *
labels_net (void)
{
  return loss_net ((pk_contrast){ .has_labels = true });
}

static pk_graph *
decoupled_labels_net (void)
{
  return loss_net ((pk_contrast){ .decoupled = true, .has_labels = true });
}

static pk_graph *
memory_net (void)
{
  return loss_net ((pk_contrast){ .has_memory = true, .learned = "temperature" });
}

static pk_graph *
keys_net (void)
{
  return loss_net (
      (pk_contrast){ .has_keys = true, .has_memory = true, .learned = "temperature" });
}

/* A global and a local loss of other weight, and VICReg. */
static pk_graph *
mixed_net (void)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = tokens_of (g), local, global, variance;
  pk_contrast contrast = { .temperature = 0.3f };

  local = pk_graph_l2_normalise (g, pk_graph_linear (g, x, "local", 8, true));
  local = pk_graph_contrastive (g, local, &contrast);
  x = pk_graph_linear (g, pk_graph_mean_tokens (g, x, 1), "head", 8, true);
  variance = pk_graph_vicreg (g, x, 25, 25, 1);
  global = pk_graph_contrastive (g, pk_graph_l2_normalise (g, x), &contrast);
  x = pk_graph_mix (g, global, 0.7f, local, 0.3f);
  pk_graph_output (g, pk_graph_mix (g, x, 1, variance, 0.1f), "loss");
  return g;
}

typedef struct
{
  const char *name;
  pk_graph *(*build) (void);
  int64_t pixels; /* of one image */
} node_case;

static const node_case cases[] = {
  { "bands", bands_net, (int64_t) BANDS *SIDE *SIDE },
  { "tokens", tokens_net, 3 * 8 * 12 },
  { "depthwise", depthwise_net, 3 * 10 * 10 },
  { "cross", cross_net, 3 * 8 * 12 },
  { "decoupled", decoupled_net, 3 * 4 * 4 },
  { "labels", labels_net, 3 * 4 * 4 },
  { "decoupled labels", decoupled_labels_net, 3 * 4 * 4 },
  { "memory", memory_net, 3 * 4 * 4 },
  { "keys", keys_net, 3 * 4 * 4 },
  { "mixed", mixed_net, 3 * 8 * 12 },
};

#define CASES (sizeof cases / sizeof *cases)

/* The net of a case with all its inputs: keys and memory are rows of length 1, but for a
 * last one of zeros. */
static pk_status
open_case (net *self, const node_case *c, const char *device, pk_precision precision,
           bool checkpoint)
{
  pk_status status
      = open_net_of (self, c->build (), c->pixels, device, 0, true, precision, only_loss);
  const float labels[SMALL_NET_BATCH] = { 0, 1, 0, -1, 0, 1, 0, -1 };
  const char *const rows[] = { "keys", "memory" };
  float *values;

  if (status == PK_OK && checkpoint)
    {
      pk_plan_options options = { .batch = SMALL_NET_BATCH,
                                  .training = true,
                                  .checkpoint = true,
                                  .outputs = only_loss };

      pk_plan_free (self->plan);
      status = pk_plan_new (self->device, self->graph, self->parameters, &options,
                            &self->plan);
    }
  if (status != PK_OK)
    return status;

  fill_random (pk_plan_input (self->plan, "pixels"), SMALL_NET_BATCH * c->pixels, 7);
  if ((values = pk_plan_input (self->plan, "labels")) != NULL)
    memcpy (values, labels, sizeof labels);
  for (int k = 0; k < 2; k++)
    if ((values = pk_plan_input (self->plan, rows[k])) != NULL)
      {
        int count = k == 0 ? SMALL_NET_BATCH : MEMORY - 1;

        fill_random (values, count * 8, 77 + (uint32_t) k);
        for (int r = 0; r < count; r++)
          {
            float length = 0;

            for (int i = 0; i < 8; i++)
              length += values[r * 8 + i] * values[r * 8 + i];
            for (int i = 0; i < 8; i++)
              values[r * 8 + i] /= sqrtf (length);
          }
      }
  return PK_OK;
}

static void
check_differences (const node_case *c)
{
  net self;
  double errors = 0, sizes = 0;

  CHECK_OK (open_case (&self, c, "reference", PK_FLOAT32, false));
  CHECK (loss_of (&self) > 0, "%s: loss", c->name);
  CHECK_OK (pk_parameters_clear_gradients (self.parameters));
  CHECK_OK (pk_plan_backward (self.plan, 1));

  for (int i = 0; i < pk_graph_parameter_count (self.graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (self.graph, i);
      int64_t count = pk_shape_count (info->shape);
      float *values = malloc (2 * (size_t) count * sizeof (float));
      float *gradient = values + count;

      CHECK_OK (pk_parameters_read (self.parameters, i, values));
      CHECK_OK (pk_parameters_read_gradient (self.parameters, i, gradient));
      for (int k = 0; info->trained && k < 4; k++)
        {
          int64_t at = (k * 7919 + i * 31) % count;
          double expected = numeric_gradient (&self, i, values, at);

          errors += fabs (expected - gradient[at]);
          sizes += fabs (expected);
          CHECK (fabs (expected - gradient[at]) < 0.05 * fabs (expected) + 2e-3,
                 "%s: %s[%d]: %g by differences, %g by the backward pass", c->name,
                 info->name, (int) at, expected, (double) gradient[at]);
        }
      free (values);
    }

  CHECK (errors < 0.03 * sizes, "%s: %g of %g", c->name, errors, sizes);
  close_net (&self);
}

static void
test_differences (const char *device)
{
  (void) device;
  for (size_t i = 0; i < CASES && !test_failed; i++)
    check_differences (&cases[i]);
}

static void
test_equal_reference (const char *device)
{
  for (size_t i = 0; i < CASES && !test_failed; i++)
    {
      net a, b;

      CHECK_OK (open_case (&a, &cases[i], device, PK_FLOAT32, false));
      CHECK_OK (open_case (&b, &cases[i], "reference", PK_FLOAT32, false));
      compare (&a, &b, 1e-5, 5e-4);
      if (test_failed)
        printf ("# %s\n", cases[i].name);
      close_net (&a);
      close_net (&b);
    }
}

static void
test_bfloat16 (const char *device)
{
  for (size_t i = 0; i < CASES && !test_failed; i++)
    {
      net a, b;
      pk_status status = open_case (&a, &cases[i], device, PK_BFLOAT16, false);

      if (status == PK_UNSUPPORTED)
        {
          CHECK (strstr (pk_message (), "bfloat16") != NULL, "%s", pk_message ());
          close_net (&a);
          return;
        }
      CHECK (status == PK_OK, "%s: %s", cases[i].name, pk_message ());
      CHECK_OK (open_case (&b, &cases[i], "reference", PK_FLOAT32, false));
      compare_directions (&a, &b);
      if (test_failed)
        printf ("# %s\n", cases[i].name);
      close_net (&a);
      close_net (&b);
    }
}

/* What is computed again is what was there, in less memory. */
static void
test_checkpoint (const char *device)
{
  for (size_t i = 0; i < CASES && !test_failed; i++)
    {
      net a, b;

      CHECK_OK (open_case (&a, &cases[i], device, PK_FLOAT32, true));
      CHECK_OK (open_case (&b, &cases[i], device, PK_FLOAT32, false));
      compare (&a, &b, 1e-6, 1e-4);
      if (strcmp (cases[i].name, "tokens") == 0)
        CHECK (pk_plan_memory (a.plan) < pk_plan_memory (b.plan), "%zu and %zu bytes",
               pk_plan_memory (a.plan), pk_plan_memory (b.plan));
      if (test_failed)
        printf ("# %s\n", cases[i].name);
      close_net (&a);
      close_net (&b);
    }
}

KERNEL_TESTS ({ "nodes/gradients-equal-finite-differences", test_differences, false },
              { "nodes/equal-the-reference", test_equal_reference, true },
              { "nodes/checkpointing-changes-nothing-but-memory", test_checkpoint, true },
              { "nodes/bfloat16-is-near-or-refused", test_bfloat16, true })
