/* graph.h - the inside of a graph: what plans read
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_GRAPH_H
#define PK_GRAPH_H

#include "kernels/pk.h"

typedef enum
{
  PK_NODE_INPUT,
  PK_NODE_CONV2D,
  PK_NODE_BATCH_NORM,
  PK_NODE_RELU,
  PK_NODE_ADD,
  PK_NODE_MAX_POOL,
  PK_NODE_GLOBAL_AVERAGE_POOL,
  PK_NODE_LINEAR,
  PK_NODE_L2_NORMALISE,
  PK_NODE_NT_XENT,
  PK_NODE_POINTWISE,
  PK_NODE_SIGMOID,
  PK_NODE_SCALE,
  PK_NODE_RELU6,
  PK_NODE_GELU,
  PK_NODE_LAYER_NORM,
  PK_NODE_ATTENTION,
  PK_NODE_CONCAT,
  PK_NODE_SLICE,
  PK_NODE_MIX,
  PK_NODE_MEAN_TOKENS,
  PK_NODE_TOKENS,
  PK_NODE_PATCHES,
  PK_NODE_CLASS_TOKEN,
  PK_NODE_CONTRASTIVE,
  PK_NODE_VICREG,
  PK_NODE_DEPTHWISE
} pk_node_kind;

#define PK_MOST_INPUTS 3

typedef struct
{
  pk_node_kind kind;
  pk_value input[PK_MOST_INPUTS]; /* -1: none */
  int parameter;                  /* index of its first parameter, -1: none */
  int kernel, stride, padding, groups;
  bool bias;
  float temperature;
  int heads;       /* of an attention */
  int from;        /* first element of a slice, first token of a mean */
  float epsilon;   /* of a layer norm */
  float weight[3]; /* of a mix, and of the terms of VICReg */
  bool class_token;
  bool kept;                             /* stays in memory with checkpointing */
  bool has_labels, has_keys, has_memory; /* of a contrastive loss */
  bool decoupled, learned;
  pk_shape shape; /* of its value, for a batch of one */
  char *name;     /* of an input */
} pk_node;

typedef struct
{
  pk_parameter_info info;
  char *name;
} pk_parameter;

typedef struct
{
  char *name;
  pk_value value;
} pk_output;

struct pk_graph
{
  pk_node *nodes;
  int node_count, node_capacity;
  pk_parameter *parameters;
  int parameter_count, parameter_capacity;
  pk_output *outputs;
  int output_count, output_capacity;
};

/* What the builders of nodes share. Each refuses with pk_message; values that failed
 * before are passed on in silence. */
pk_value pk_graph_add_node (pk_graph *graph, pk_node node);
int pk_graph_add_parameter (pk_graph *graph, const char *prefix, const char *suffix,
                            pk_role role, pk_shape shape);            /* -1: refused */
const pk_node *pk_graph_node (const pk_graph *graph, pk_value value); /* NULL: none */
bool pk_graph_has_rank (const pk_graph *graph, pk_value value, int rank,
                        const char *operation);
bool pk_graph_size_is_sane (int64_t size);
/* A node without parameters of the shape of @input. */
pk_value pk_graph_add_like (pk_graph *graph, pk_node_kind kind, pk_value input);

/* Offsets of a batch norm's parameters from its first one. */
enum
{
  PK_NORM_SCALE = 0,
  PK_NORM_SHIFT,
  PK_NORM_MEAN,
  PK_NORM_VARIANCE
};

#define PK_NORM_EPSILON 1e-5f
#define PK_NORM_MOMENTUM 0.1f
#define PK_LENGTH_EPSILON 1e-12f

#endif /* PK_GRAPH_H */
