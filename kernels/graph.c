/* graph.c - the model as data: nodes, their shapes and their parameters
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A node has one value, and its number is the value's: inputs always have lower numbers
 * than what is made of them, so the order of the nodes is an order of computing.
 */
#include "kernels/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

/* No dimension of a picture, a layer or a batch comes near; what is larger is a mistake,
 * and products of three stay inside 64 bits. */
#define LARGEST_SIZE (1 << 20)

int64_t
pk_shape_count (pk_shape shape)
{
  int64_t count = 1;

  for (int i = 0; i < shape.rank; i++)
    count *= shape.size[i];

  return shape.rank == 0 ? 0 : count;
}

pk_graph *
pk_graph_new (void)
{
  return calloc (1, sizeof (pk_graph));
}

void
pk_graph_free (pk_graph *graph)
{
  if (graph == NULL)
    return;

  for (int i = 0; i < graph->node_count; i++)
    free (graph->nodes[i].name);
  for (int i = 0; i < graph->parameter_count; i++)
    free (graph->parameters[i].name);
  for (int i = 0; i < graph->output_count; i++)
    free (graph->outputs[i].name);
  free (graph->nodes);
  free (graph->parameters);
  free (graph->outputs);
  free (graph);
}

/* Makes room for one more element; false when there is no memory. */
static bool
grow (void **array, int count, int *capacity, size_t element)
{
  void *larger;
  int wanted = *capacity == 0 ? 32 : *capacity * 2;

  if (count < *capacity)
    return true;
  if ((larger = realloc (*array, (size_t) wanted * element)) == NULL)
    return false;

  *array = larger;
  *capacity = wanted;
  return true;
}

pk_value
pk_graph_add_node (pk_graph *graph, pk_node node)
{
  if (!grow ((void **) &graph->nodes, graph->node_count, &graph->node_capacity,
             sizeof (pk_node)))
    {
      free (node.name);
      pk_fail (PK_OUT_OF_MEMORY, "no memory for one more node of the graph");
      return -1;
    }

  graph->nodes[graph->node_count] = node;
  return graph->node_count++;
}

/* The index of the new parameter, or -1. */
int
pk_graph_add_parameter (pk_graph *graph, const char *prefix, const char *suffix,
                        pk_role role, pk_shape shape)
{
  size_t length = strlen (prefix) + strlen (suffix) + 2;
  char *name = malloc (length);
  pk_parameter *parameter;

  if (name == NULL
      || !grow ((void **) &graph->parameters, graph->parameter_count,
                &graph->parameter_capacity, sizeof (pk_parameter)))
    {
      free (name);
      pk_fail (PK_OUT_OF_MEMORY, "no memory for one more parameter of the graph");
      return -1;
    }

  snprintf (name, length, "%s%s%s", prefix,
            *suffix == '\0' || prefix[strlen (prefix) - 1] == '_' ? "" : ".", suffix);
  if (pk_graph_find_parameter (graph, name) >= 0)
    {
      pk_fail (PK_BAD_ARGUMENT, "the graph has two parameters named %s", name);
      free (name);
      return -1;
    }

  parameter = &graph->parameters[graph->parameter_count];
  parameter->name = name;
  parameter->info = (pk_parameter_info){ .name = name,
                                         .role = role,
                                         .shape = shape,
                                         .trained = role != PK_ROLE_RUNNING_MEAN
                                                    && role != PK_ROLE_RUNNING_VARIANCE };
  return graph->parameter_count++;
}

const pk_node *
pk_graph_node (const pk_graph *graph, pk_value value)
{
  return value >= 0 && value < graph->node_count ? &graph->nodes[value] : NULL;
}

/* Refuses a value that is not of @rank; silent for values that failed before. */
bool
pk_graph_has_rank (const pk_graph *graph, pk_value value, int rank, const char *operation)
{
  const pk_node *node = pk_graph_node (graph, value);

  if (value < 0)
    return false;
  if (node == NULL || node->shape.rank != rank)
    {
      pk_fail (PK_BAD_ARGUMENT, "%s needs a value of %d dimensions", operation, rank);
      return false;
    }

  return true;
}

bool
pk_graph_size_is_sane (int64_t size)
{
  return size >= 1 && size <= LARGEST_SIZE;
}

pk_value
pk_graph_input (pk_graph *graph, const char *name, int channels, int height, int width)
{
  if (!pk_graph_size_is_sane (channels) || !pk_graph_size_is_sane (height)
      || !pk_graph_size_is_sane (width))
    {
      pk_fail (PK_BAD_ARGUMENT, "an input of %d bands and %d x %d pixels is not possible",
               channels, width, height);
      return -1;
    }

  return pk_graph_add_node (graph,
                            (pk_node){ .kind = PK_NODE_INPUT,
                                       .input = { -1, -1, -1 },
                                       .parameter = -1,
                                       .shape = { 4, { 1, channels, height, width } },
                                       .name = strdup (name) });
}

static int64_t
window_count (int64_t size, int kernel, int stride, int padding)
{
  return (size + 2 * padding - kernel) / stride + 1;
}

/* What PK_PADDING_SAME comes to before the first pixel; -1 where height and width differ
 * in it. */
static int
same_padding (pk_shape in, int kernel, int stride)
{
  int64_t before[2];

  for (int i = 0; i < 2; i++)
    {
      int64_t out = (in.size[2 + i] + stride - 1) / stride;
      int64_t all = (out - 1) * stride + kernel - in.size[2 + i];

      before[i] = all > 0 ? all / 2 : 0;
    }

  return before[0] == before[1] ? (int) before[0] : -1;
}

/* The node of a sliding window over @input; its shape's channels are set by the caller.
 */
static bool
window_node (const pk_graph *graph, pk_value input, int kernel, int stride, int padding,
             const char *operation, pk_node *node)
{
  bool same = false;
  pk_shape in;

  if (!pk_graph_has_rank (graph, input, 4, operation))
    return false;

  in = graph->nodes[input].shape;
  if (padding == PK_PADDING_SAME && kernel >= 1 && stride >= 1)
    {
      same = true;
      padding = same_padding (in, kernel, stride);
    }
  if (kernel < 1 || stride < 1 || padding < 0 || padding >= kernel
      || (!same
          && (in.size[2] + 2 * padding < kernel || in.size[3] + 2 * padding < kernel)))
    {
      pk_fail (PK_BAD_ARGUMENT,
               "%s with a kernel of %d, a stride of %d and a padding of %d does not fit "
               "%d x %d pixels",
               operation, kernel, stride, padding, (int) in.size[3], (int) in.size[2]);
      return false;
    }

  *node = (pk_node){
    .input = { input, -1, -1 },
    .parameter = -1,
    .kernel = kernel,
    .stride = stride,
    .padding = padding,
    .shape = { 4,
               { 1, in.size[1], window_count (in.size[2], kernel, stride, padding),
                 window_count (in.size[3], kernel, stride, padding) } }
  };
  if (same)
    for (int i = 2; i < 4; i++)
      node->shape.size[i] = (in.size[i] + stride - 1) / stride;
  return true;
}

pk_value
pk_graph_conv2d (pk_graph *graph, pk_value input, const char *name, int out_channels,
                 int kernel, int stride, int padding)
{
  pk_node node;
  pk_shape weight;

  if (!window_node (graph, input, kernel, stride, padding, "a convolution", &node))
    return -1;
  if (!pk_graph_size_is_sane (out_channels))
    {
      pk_fail (PK_BAD_ARGUMENT, "a convolution cannot have %d channels", out_channels);
      return -1;
    }

  weight = (pk_shape){ 4, { out_channels, node.shape.size[1], kernel, kernel } };
  node.kind = PK_NODE_CONV2D;
  node.shape.size[1] = out_channels;
  node.parameter = pk_graph_add_parameter (graph, name, "weight", PK_ROLE_WEIGHT, weight);

  return node.parameter < 0 ? -1 : pk_graph_add_node (graph, node);
}

pk_value
pk_graph_depthwise (pk_graph *graph, pk_value input, const char *name, int kernel,
                    int stride, int padding)
{
  pk_node node;

  if (!window_node (graph, input, kernel, stride, padding, "a convolution", &node))
    return -1;

  node.kind = PK_NODE_DEPTHWISE;
  node.parameter = pk_graph_add_parameter (
      graph, name, "weight", PK_ROLE_WEIGHT,
      (pk_shape){ 4, { node.shape.size[1], 1, kernel, kernel } });
  return node.parameter < 0 ? -1 : pk_graph_add_node (graph, node);
}

pk_value
pk_graph_batch_norm (pk_graph *graph, pk_value input, const char *name)
{
  static const struct
  {
    const char *suffix;
    pk_role role;
  } parts[] = { [PK_NORM_SCALE] = { "weight", PK_ROLE_NORM_SCALE },
                [PK_NORM_SHIFT] = { "bias", PK_ROLE_NORM_SHIFT },
                [PK_NORM_MEAN] = { "running_mean", PK_ROLE_RUNNING_MEAN },
                [PK_NORM_VARIANCE] = { "running_var", PK_ROLE_RUNNING_VARIANCE } };
  pk_shape shape, channels;
  int first = graph->parameter_count;

  if (!pk_graph_has_rank (graph, input, 4, "a batch normalisation"))
    return -1;

  shape = graph->nodes[input].shape;
  channels = (pk_shape){ 1, { shape.size[1] } };
  for (int i = 0; i < 4; i++)
    if (pk_graph_add_parameter (graph, name, parts[i].suffix, parts[i].role, channels)
        < 0)
      return -1;

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_BATCH_NORM,
                                              .input = { input, -1, -1 },
                                              .parameter = first,
                                              .shape = shape });
}

pk_value
pk_graph_add_like (pk_graph *graph, pk_node_kind kind, pk_value input)
{
  if (pk_graph_node (graph, input) == NULL)
    return -1;

  return pk_graph_add_node (graph, (pk_node){ .kind = kind,
                                              .input = { input, -1, -1 },
                                              .parameter = -1,
                                              .shape = graph->nodes[input].shape });
}

pk_value
pk_graph_relu (pk_graph *graph, pk_value input)
{
  return pk_graph_add_like (graph, PK_NODE_RELU, input);
}

pk_value
pk_graph_add (pk_graph *graph, pk_value a, pk_value b)
{
  const pk_node *first = pk_graph_node (graph, a), *second = pk_graph_node (graph, b);

  if (first == NULL || second == NULL)
    return -1;
  if (memcmp (&first->shape, &second->shape, sizeof (pk_shape)) != 0)
    {
      pk_fail (PK_BAD_ARGUMENT, "only values of one shape can be added");
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_ADD,
                                              .input = { a, b, -1 },
                                              .parameter = -1,
                                              .shape = first->shape });
}

pk_value
pk_graph_max_pool (pk_graph *graph, pk_value input, int kernel, int stride, int padding)
{
  pk_node node;

  /* A place in the window is remembered in one byte. */
  if (kernel > 15)
    {
      pk_fail (PK_BAD_ARGUMENT, "max pooling has windows of at most 15, not %d", kernel);
      return -1;
    }
  if (!window_node (graph, input, kernel, stride, padding, "max pooling", &node))
    return -1;

  node.kind = PK_NODE_MAX_POOL;
  return pk_graph_add_node (graph, node);
}

pk_value
pk_graph_global_average_pool (pk_graph *graph, pk_value input)
{
  if (!pk_graph_has_rank (graph, input, 4, "average pooling"))
    return -1;

  return pk_graph_add_node (
      graph, (pk_node){ .kind = PK_NODE_GLOBAL_AVERAGE_POOL,
                        .input = { input, -1, -1 },
                        .parameter = -1,
                        .shape = { 2, { 1, graph->nodes[input].shape.size[1] } } });
}

pk_value
pk_graph_linear (pk_graph *graph, pk_value input, const char *name, int out_features,
                 bool bias)
{
  const pk_node *in = pk_graph_node (graph, input);
  int first = graph->parameter_count;
  int64_t in_features;
  pk_shape shape;

  if (in == NULL)
    return -1;
  if (in->shape.rank != 2 && in->shape.rank != 3)
    {
      pk_fail (PK_BAD_ARGUMENT, "a linear layer needs a value of 2 or 3 dimensions");
      return -1;
    }
  if (!pk_graph_size_is_sane (out_features))
    {
      pk_fail (PK_BAD_ARGUMENT, "a linear layer cannot have %d outputs", out_features);
      return -1;
    }

  shape = in->shape;
  in_features = shape.size[shape.rank - 1];
  shape.size[shape.rank - 1] = out_features;
  if (pk_graph_add_parameter (graph, name, "weight", PK_ROLE_WEIGHT,
                              (pk_shape){ 2, { out_features, in_features } })
      < 0)
    return -1;
  if (bias
      && pk_graph_add_parameter (graph, name, "bias", PK_ROLE_BIAS,
                                 (pk_shape){ 1, { out_features } })
             < 0)
    return -1;

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_LINEAR,
                                              .input = { input, -1, -1 },
                                              .parameter = first,
                                              .bias = bias,
                                              .shape = shape });
}

pk_value
pk_graph_l2_normalise (pk_graph *graph, pk_value input)
{
  const pk_node *in = pk_graph_node (graph, input);

  if (in == NULL)
    return -1;
  if (in->shape.rank != 2 && in->shape.rank != 3)
    {
      pk_fail (PK_BAD_ARGUMENT, "normalising rows needs a value of 2 or 3 dimensions");
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_L2_NORMALISE,
                                              .input = { input, -1, -1 },
                                              .parameter = -1,
                                              .shape = graph->nodes[input].shape });
}

pk_value
pk_graph_nt_xent (pk_graph *graph, pk_value input, float temperature)
{
  if (!pk_graph_has_rank (graph, input, 2, "NT-Xent"))
    return -1;
  if (!(temperature > 0))
    {
      pk_fail (PK_BAD_ARGUMENT, "the temperature of NT-Xent must be above 0, not %g",
               (double) temperature);
      return -1;
    }

  return pk_graph_add_node (graph, (pk_node){ .kind = PK_NODE_NT_XENT,
                                              .input = { input, -1, -1 },
                                              .parameter = -1,
                                              .temperature = temperature,
                                              .shape = { 1, { 1 } } });
}

pk_status
pk_graph_output (pk_graph *graph, pk_value value, const char *name)
{
  char *copy;

  if (pk_graph_node (graph, value) == NULL)
    return pk_fail (PK_BAD_ARGUMENT, "the output %s has no value", name);
  if (pk_graph_find_output (graph, name) >= 0)
    return pk_fail (PK_BAD_ARGUMENT, "the graph has two outputs named %s", name);
  if ((copy = strdup (name)) == NULL
      || !grow ((void **) &graph->outputs, graph->output_count, &graph->output_capacity,
                sizeof (pk_output)))
    {
      free (copy);
      return pk_fail (PK_OUT_OF_MEMORY, "no memory for the output %s", name);
    }

  graph->outputs[graph->output_count++] = (pk_output){ copy, value };
  return PK_OK;
}

pk_value
pk_graph_find_output (const pk_graph *graph, const char *name)
{
  for (int i = 0; i < graph->output_count; i++)
    if (strcmp (graph->outputs[i].name, name) == 0)
      return graph->outputs[i].value;

  return -1;
}

pk_shape
pk_graph_shape (const pk_graph *graph, pk_value value, int batch)
{
  const pk_node *node = pk_graph_node (graph, value);
  pk_shape shape = { 0 };

  if (node == NULL)
    return shape;

  shape = node->shape;
  if (shape.rank > 1) /* a loss is one number whatever the batch */
    shape.size[0] = batch;
  return shape;
}

pk_shape
pk_graph_output_shape (const pk_graph *graph, const char *name, int batch)
{
  return pk_graph_shape (graph, pk_graph_find_output (graph, name), batch);
}

int
pk_graph_parameter_count (const pk_graph *graph)
{
  return graph->parameter_count;
}

const pk_parameter_info *
pk_graph_parameter (const pk_graph *graph, int index)
{
  return index >= 0 && index < graph->parameter_count ? &graph->parameters[index].info
                                                      : NULL;
}

int
pk_graph_find_parameter (const pk_graph *graph, const char *name)
{
  for (int i = 0; i < graph->parameter_count; i++)
    if (strcmp (graph->parameters[i].name, name) == 0)
      return i;

  return -1;
}

/* How often the weights of a node are used for one image: at each place or token. */
static double
uses_of (const pk_node *node)
{
  switch (node->kind)
    {
    case PK_NODE_CONV2D:
    case PK_NODE_DEPTHWISE:
    case PK_NODE_POINTWISE:
      return (double) node->shape.size[2] * (double) node->shape.size[3];
    case PK_NODE_LINEAR:
      return node->shape.rank == 3 ? (double) node->shape.size[1] : 1;
    case PK_NODE_PATCHES:
      return (double) node->shape.size[1];
    default:
      return 0;
    }
}

double
pk_graph_operations (const pk_graph *graph, const char *name)
{
  int last = name == NULL ? graph->node_count - 1 : pk_graph_find_output (graph, name);
  double operations = 0;

  for (int i = 0; i <= last; i++)
    {
      const pk_node *node = &graph->nodes[i];

      if (uses_of (node) > 0)
        operations
            += 2.0 * uses_of (node)
               * (double) pk_shape_count (graph->parameters[node->parameter].info.shape);
      if (node->kind == PK_NODE_ATTENTION) /* Q K^T and P V */
        {
          const pk_node *keys = &graph->nodes[node->input[node->input[1] >= 0]];

          operations += 4.0 * (double) node->shape.size[1] * (double) keys->shape.size[1]
                        * (double) node->shape.size[2];
        }
    }

  return operations;
}
