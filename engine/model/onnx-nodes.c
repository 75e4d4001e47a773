/* onnx-nodes.c - each node of a graph as nodes of ONNX
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What ONNX has no operator for (attention, GELU before set 20, patches) is written as
 * the operators that it is made of. Operators: onnx.ai/onnx/operators, set 17.
 */
#include "engine/model/onnx.h"

typedef struct
{
  const pk_node_info *info;
  char *input[3]; /* names; NULL: none */
  char *output;
} Node;

static void
node_clear (Node *node)
{
  for (int i = 0; i < 3; i++)
    g_free (node->input[i]);
  g_free (node->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Node, node_clear)

/* A name for a step between. */
static char *
between (const Node *node, const char *what)
{
  return g_strconcat (node->output, "_", what, NULL);
}

/* @operator of two inputs. */
static void
combine (OnnxGraph *self, const char *operator, const char * a, const char *b,
         const char *output)
{
  g_autofree char *inputs = g_strconcat (a, " ", b, NULL);

  onnx_node (self, operator, inputs, output, NULL);
}

static gboolean
write_plain (OnnxGraph *self, const Node *node, const char *operator)
{
  onnx_node (self, operator, node->input[0], node->output, NULL);
  return TRUE;
}

/* Behind the last pixel: as before the first, but with PK_PADDING_SAME whatever the last
 * place needs. */
static gint64
padding_behind (const OnnxGraph *self, const pk_node_info *info, int dimension)
{
  gint64 side = MAX (info->kernel, 1), step = MAX (info->stride, 1);
  pk_node_info input;

  if (info->shape.rank != 4) /* patches fit side by side */
    return info->padding;
  pk_graph_describe (self->graph, info->input[0], &input);
  return MAX (info->padding, (info->shape.size[dimension] - 1) * step + side
                                 - input.shape.size[dimension] - info->padding);
}

static GByteArray *
window (const OnnxGraph *self, const pk_node_info *info)
{
  /* A pointwise layer says neither. */
  gint64 side = MAX (info->kernel, 1), step = MAX (info->stride, 1);
  const gint64 kernel[] = { side, side }, stride[] = { step, step },
               padding[] = { info->padding, info->padding, padding_behind (self, info, 2),
                             padding_behind (self, info, 3) };
  GByteArray *attributes = onnx_attributes_new ();

  onnx_attribute_integers (attributes, "kernel_shape", kernel, 2);
  onnx_attribute_integers (attributes, "strides", stride, 2);
  onnx_attribute_integers (attributes, "pads", padding, 4);
  return attributes;
}

static gboolean
write_convolution (OnnxGraph *self, const Node *node, gint64 groups, gboolean bias,
                   const char *output)
{
  const char *weight = onnx_parameter (self, node->info->parameter, FALSE);
  const char *shift = bias ? onnx_parameter (self, node->info->parameter + 1, FALSE) : "";
  g_autofree char *inputs = NULL;
  GByteArray *attributes;

  if (weight == NULL || shift == NULL)
    return FALSE;

  inputs = g_strjoin (" ", node->input[0], weight, bias ? shift : NULL, NULL);
  attributes = window (self, node->info);
  onnx_attribute_integer (attributes, "group", groups);
  onnx_node (self, "Conv", inputs, output, attributes);
  return TRUE;
}

static gboolean
write_conv2d (OnnxGraph *self, const Node *node)
{
  return write_convolution (self, node, 1, FALSE, node->output);
}

/* Each channel is a group of its own. */
static gboolean
write_depthwise (OnnxGraph *self, const Node *node)
{
  return write_convolution (self, node, node->info->shape.size[1], FALSE, node->output);
}

static gboolean
write_pointwise (OnnxGraph *self, const Node *node)
{
  return write_convolution (self, node, 1, TRUE, node->output);
}

static gboolean
write_batch_norm (OnnxGraph *self, const Node *node)
{
  g_autoptr (GString) inputs = g_string_new (node->input[0]);
  GByteArray *attributes;

  for (int i = 0; i < 4; i++)
    {
      const char *name = onnx_parameter (self, node->info->parameter + i, FALSE);

      if (name == NULL)
        return FALSE;
      g_string_append_printf (inputs, " %s", name);
    }
  attributes = onnx_attributes_new ();
  onnx_attribute_float (attributes, "epsilon", node->info->epsilon);
  onnx_node (self, "BatchNormalization", inputs->str, node->output, attributes);
  return TRUE;
}

static gboolean
write_max_pool (OnnxGraph *self, const Node *node)
{
  onnx_node (self, "MaxPool", node->input[0], node->output, window (self, node->info));
  return TRUE;
}

static gboolean
write_average_pool (OnnxGraph *self, const Node *node)
{
  g_autofree char *pooled = between (node, "pooled");

  onnx_node (self, "GlobalAveragePool", node->input[0], pooled, NULL);
  onnx_node (self, "Flatten", pooled, node->output, NULL);
  return TRUE;
}

static gboolean
write_linear (OnnxGraph *self, const Node *node)
{
  const char *weight = onnx_parameter (self, node->info->parameter, TRUE);
  const char *bias = "";
  g_autofree char *product
      = node->info->bias ? between (node, "product") : g_strdup (node->output);

  if (node->info->bias)
    bias = onnx_parameter (self, node->info->parameter + 1, FALSE);
  if (weight == NULL || bias == NULL)
    return FALSE;

  combine (self, "MatMul", node->input[0], weight, product);
  if (node->info->bias)
    combine (self, "Add", product, bias, node->output);
  return TRUE;
}

/* LpNormalization has no least length, and 0 divided by 0 is no number. */
static gboolean
write_l2_normalise (OnnxGraph *self, const Node *node)
{
  const gint64 last[] = { -1 };
  g_autofree char *length = between (node, "length");
  g_autofree char *bounded = between (node, "bounded");
  g_autofree char *least = onnx_constant_number (self, 1e-12f);
  GByteArray *attributes = onnx_attributes_new ();

  onnx_attribute_integers (attributes, "axes", last, 1);
  onnx_node (self, "ReduceL2", node->input[0], length, attributes);
  combine (self, "Max", length, least, bounded);
  combine (self, "Div", node->input[0], bounded, node->output);
  return TRUE;
}

static gboolean
write_relu6 (OnnxGraph *self, const Node *node)
{
  g_autofree char *low = onnx_constant_number (self, 0);
  g_autofree char *high = onnx_constant_number (self, 6);
  g_autofree char *inputs = g_strjoin (" ", node->input[0], low, high, NULL);

  onnx_node (self, "Clip", inputs, node->output, NULL);
  return TRUE;
}

/* x / 2 (1 + erf (x / sqrt (2))) */
static gboolean
write_gelu (OnnxGraph *self, const Node *node)
{
  g_autofree char *root = onnx_constant_number (self, (float) M_SQRT1_2);
  g_autofree char *one = onnx_constant_number (self, 1);
  g_autofree char *half = onnx_constant_number (self, 0.5f);
  g_autofree char *scaled = between (node, "scaled");
  g_autofree char *error = between (node, "erf");
  g_autofree char *sum = between (node, "sum");
  g_autofree char *product = between (node, "product");

  combine (self, "Mul", node->input[0], root, scaled);
  onnx_node (self, "Erf", scaled, error, NULL);
  combine (self, "Add", error, one, sum);
  combine (self, "Mul", node->input[0], sum, product);
  combine (self, "Mul", product, half, node->output);
  return TRUE;
}

static gboolean
write_add (OnnxGraph *self, const Node *node)
{
  combine (self, "Add", node->input[0], node->input[1], node->output);
  return TRUE;
}

/* (N, C, H, W) times (N, C) */
static gboolean
write_scale (OnnxGraph *self, const Node *node)
{
  const gint64 axes[] = { 2, 3 };
  g_autofree char *where = onnx_constant_integers (self, axes, 2);
  g_autofree char *wide = between (node, "factors");

  combine (self, "Unsqueeze", node->input[1], where, wide);
  combine (self, "Mul", node->input[0], wide, node->output);
  return TRUE;
}

static gboolean
write_mix (OnnxGraph *self, const Node *node)
{
  g_autofree char *a = onnx_constant_number (self, node->info->weight[0]);
  g_autofree char *b = onnx_constant_number (self, node->info->weight[1]);
  g_autofree char *first = between (node, "first");
  g_autofree char *second = between (node, "second");

  combine (self, "Mul", node->input[0], a, first);
  combine (self, "Mul", node->input[1], b, second);
  combine (self, "Add", first, second, node->output);
  return TRUE;
}

static gboolean
write_layer_norm (OnnxGraph *self, const Node *node)
{
  const char *scale = onnx_parameter (self, node->info->parameter, FALSE);
  const char *shift
      = scale != NULL ? onnx_parameter (self, node->info->parameter + 1, FALSE) : NULL;
  g_autofree char *inputs = NULL;
  GByteArray *attributes;

  if (shift == NULL)
    return FALSE;
  inputs = g_strjoin (" ", node->input[0], scale, shift, NULL);
  attributes = onnx_attributes_new ();
  onnx_attribute_integer (attributes, "axis", -1);
  onnx_attribute_float (attributes, "epsilon", node->info->epsilon);
  onnx_node (self, "LayerNormalization", inputs, node->output, attributes);
  return TRUE;
}

static gboolean
write_concat (OnnxGraph *self, const Node *node)
{
  g_autofree char *inputs = g_strjoin (" ", node->input[0], node->input[1], NULL);
  GByteArray *attributes = onnx_attributes_new ();

  onnx_attribute_integer (attributes, "axis", 1);
  onnx_node (self, "Concat", inputs, node->output, attributes);
  return TRUE;
}

/* @count from @from of dimension @axis of @input; to the end where @count is negative. */
static void
slice (OnnxGraph *self, const char *input, gint64 axis, gint64 from, gint64 count,
       const char *output)
{
  const gint64 begin[] = { from }, end[] = { count < 0 ? G_MAXINT32 : from + count },
               axes[] = { axis };
  g_autofree char *first = onnx_constant_integers (self, begin, 1);
  g_autofree char *last = onnx_constant_integers (self, end, 1);
  g_autofree char *where = onnx_constant_integers (self, axes, 1);
  g_autofree char *inputs = g_strjoin (" ", input, first, last, where, NULL);

  onnx_node (self, "Slice", inputs, output, NULL);
}

/* One token of (N, T, D) comes as (N, D): the shape of the value tells. */
static gboolean
write_slice (OnnxGraph *self, const Node *node)
{
  pk_node_info input;
  g_autofree char *part = between (node, "part");
  gboolean token;

  pk_graph_describe (self->graph, node->info->input[0], &input);
  token = input.shape.rank == 3 && node->info->shape.rank == 2;
  slice (self, node->input[0], 1, node->info->from, token ? 1 : node->info->shape.size[1],
         token ? part : node->output);
  if (token)
    {
      const gint64 axes[] = { 1 };
      g_autofree char *where = onnx_constant_integers (self, axes, 1);

      combine (self, "Squeeze", part, where, node->output);
    }
  return TRUE;
}

static gboolean
write_mean_tokens (OnnxGraph *self, const Node *node)
{
  const gint64 axes[] = { 1 };
  g_autofree char *part = between (node, "part");
  GByteArray *attributes = onnx_attributes_new ();

  slice (self, node->input[0], 1, node->info->from, -1, part);
  onnx_attribute_integers (attributes, "axes", axes, 1);
  onnx_attribute_integer (attributes, "keepdims", 0);
  onnx_node (self, "ReduceMean", part, node->output, attributes);
  return TRUE;
}

static void
transpose (OnnxGraph *self, const char *input, const gint64 *order, guint n,
           const char *output)
{
  GByteArray *attributes = onnx_attributes_new ();

  onnx_attribute_integers (attributes, "perm", order, n);
  onnx_node (self, "Transpose", input, output, attributes);
}

static void
reshape (OnnxGraph *self, const char *input, const gint64 *shape, guint n,
         const char *output)
{
  g_autofree char *name = onnx_constant_integers (self, shape, n);

  combine (self, "Reshape", input, name, output);
}

/* (N, C, H, W) to (N, H W, C); a 0 takes a size over. */
static void
to_tokens (OnnxGraph *self, const Node *node, const char *input)
{
  const gint64 flat[] = { 0, 0, -1 }, order[] = { 0, 2, 1 };
  g_autofree char *rows = between (node, "rows");

  reshape (self, input, flat, 3, rows);
  transpose (self, rows, order, 3, node->output);
}

static gboolean
write_tokens (OnnxGraph *self, const Node *node)
{
  to_tokens (self, node, node->input[0]);
  return TRUE;
}

static gboolean
write_patches (OnnxGraph *self, const Node *node)
{
  g_autofree char *map = between (node, "map");

  if (!write_convolution (self, node, 1, TRUE, map))
    return FALSE;
  to_tokens (self, node, map);
  return TRUE;
}

/* The one token is repeated for each image: a slice of the batch times 0, plus the token,
 * has the batch's length. */
static gboolean
write_class_token (OnnxGraph *self, const Node *node)
{
  int first = node->info->parameter;
  const char *token = node->info->class_token ? onnx_parameter (self, first, FALSE) : "";
  const char *position = onnx_parameter (self, first + node->info->class_token, FALSE);
  g_autofree char *all
      = node->info->class_token ? between (node, "all") : g_strdup (node->input[0]);

  if (token == NULL || position == NULL)
    return FALSE;
  if (node->info->class_token)
    {
      g_autofree char *one = between (node, "one");
      g_autofree char *zero = between (node, "zero");
      g_autofree char *repeated = between (node, "token");
      g_autofree char *nothing = onnx_constant_number (self, 0);
      g_autofree char *inputs = g_strjoin (" ", repeated, node->input[0], NULL);
      GByteArray *attributes = onnx_attributes_new ();

      slice (self, node->input[0], 1, 0, 1, one);
      combine (self, "Mul", one, nothing, zero);
      combine (self, "Add", zero, token, repeated);
      onnx_attribute_integer (attributes, "axis", 1);
      onnx_node (self, "Concat", inputs, all, attributes);
    }
  combine (self, "Add", all, position, node->output);
  return TRUE;
}

/* (N, T, D) as (N, heads, T, d), or for keys as (N, heads, d, T). */
static void
to_heads (OnnxGraph *self, const Node *node, const char *input, gint64 from, gint64 width,
          gboolean keys, const char *output)
{
  const gint64 shape[] = { 0, 0, node->info->heads, -1 };
  const gint64 plain[] = { 0, 2, 1, 3 }, turned[] = { 0, 2, 3, 1 };
  g_autofree char *part = g_strconcat (output, "_part", NULL);
  g_autofree char *split = g_strconcat (output, "_split", NULL);

  slice (self, input, 2, from, width, part);
  reshape (self, part, shape, 4, split);
  transpose (self, split, keys ? turned : plain, 4, output);
}

static gboolean
write_attention (OnnxGraph *self, const Node *node)
{
  gint64 width = node->info->shape.size[2];
  const gint64 back[] = { 0, 2, 1, 3 }, joined[] = { 0, 0, width };
  gboolean crossed = node->input[1] != NULL;
  const char *others = crossed ? node->input[1] : node->input[0];
  g_autofree char *scale = onnx_constant_number (
      self, (float) (1 / sqrt ((double) width / node->info->heads)));
  g_autofree char *queries = between (node, "queries");
  g_autofree char *keys = between (node, "keys");
  g_autofree char *values = between (node, "values");
  g_autofree char *products = between (node, "products");
  g_autofree char *scaled = between (node, "scaled");
  g_autofree char *shares = between (node, "shares");
  g_autofree char *sums = between (node, "sums");
  g_autofree char *turned = between (node, "turned");
  GByteArray *attributes = onnx_attributes_new ();

  to_heads (self, node, node->input[0], 0, width, FALSE, queries);
  to_heads (self, node, others, crossed ? 0 : width, width, TRUE, keys);
  to_heads (self, node, others, crossed ? width : 2 * width, width, FALSE, values);
  combine (self, "MatMul", queries, keys, products);
  combine (self, "Mul", products, scale, scaled);
  onnx_attribute_integer (attributes, "axis", -1);
  onnx_node (self, "Softmax", scaled, shares, attributes);
  combine (self, "MatMul", shares, values, sums);
  transpose (self, sums, back, 4, turned);
  reshape (self, turned, joined, 3, node->output);
  return TRUE;
}

static gboolean
write_relu (OnnxGraph *self, const Node *node)
{
  return write_plain (self, node, "Relu");
}

static gboolean
write_sigmoid (OnnxGraph *self, const Node *node)
{
  return write_plain (self, node, "Sigmoid");
}

static const struct
{
  const char *operation;
  gboolean (*write) (OnnxGraph *self, const Node *node);
} writers[] = {
  { "conv2d", write_conv2d },
  { "depthwise", write_depthwise },
  { "batch_norm", write_batch_norm },
  { "relu", write_relu },
  { "add", write_add },
  { "max_pool", write_max_pool },
  { "global_average_pool", write_average_pool },
  { "linear", write_linear },
  { "l2_normalise", write_l2_normalise },
  { "pointwise", write_pointwise },
  { "sigmoid", write_sigmoid },
  { "scale", write_scale },
  { "relu6", write_relu6 },
  { "gelu", write_gelu },
  { "layer_norm", write_layer_norm },
  { "attention", write_attention },
  { "concat", write_concat },
  { "slice", write_slice },
  { "mix", write_mix },
  { "mean_tokens", write_mean_tokens },
  { "tokens", write_tokens },
  { "patches", write_patches },
  { "class_token", write_class_token },
};

gboolean
onnx_write_node (OnnxGraph *self, pk_value value)
{
  pk_node_info info;
  g_auto (Node) node = { .info = &info };

  pk_graph_describe (self->graph, value, &info);
  node.output = onnx_value_name (value);
  for (int i = 0; i < 3; i++)
    if (info.input[i] >= 0)
      node.input[i] = onnx_value_name (info.input[i]);

  for (gsize i = 0; i < G_N_ELEMENTS (writers); i++)
    if (g_str_equal (writers[i].operation, info.operation))
      return writers[i].write (self, &node);

  g_set_error (self->error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("The operation “%s” has no counterpart in ONNX. Export the encoder as "
                  "safetensors."),
               info.operation);
  return FALSE;
}
