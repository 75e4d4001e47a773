/* onnx.c - an encoder as an ONNX file, for every other program that runs networks
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of the fields are those of onnx.proto, github.com/onnx/onnx.
 */
#include "engine/model/onnx.h"

enum
{
  MODEL_IR_VERSION = 1,
  MODEL_PRODUCER = 2,
  MODEL_PRODUCER_VERSION = 3,
  MODEL_GRAPH = 7,
  MODEL_OPERATORS = 8,
  MODEL_METADATA = 14,

  GRAPH_NODE = 1,
  GRAPH_NAME = 2,
  GRAPH_INITIALISER = 5,
  GRAPH_INPUT = 11,
  GRAPH_OUTPUT = 12,

  NODE_INPUT = 1,
  NODE_OUTPUT = 2,
  NODE_NAME = 3,
  NODE_OPERATOR = 4,
  NODE_ATTRIBUTE = 5,

  ATTRIBUTE_NAME = 1,
  ATTRIBUTE_FLOAT = 2,
  ATTRIBUTE_INTEGER = 3,
  ATTRIBUTE_INTEGERS = 8,
  ATTRIBUTE_TYPE = 20,

  TENSOR_SIZE = 1,
  TENSOR_TYPE = 2,
  TENSOR_NAME = 8,
  TENSOR_BYTES = 9
};

enum
{
  TYPE_FLOAT = 1, /* of a tensor */
  TYPE_INT64 = 7,
  KIND_FLOAT = 1, /* of an attribute */
  KIND_INTEGER = 2,
  KIND_INTEGERS = 7
};

#define IR_VERSION 8

/* A message of this format is no larger. */
#define LARGEST_FILE ((gsize) 2 * 1000 * 1000 * 1000)

/* ---- Nodes and their attributes ---- */

GByteArray *
onnx_attributes_new (void)
{
  return g_byte_array_new ();
}

static GByteArray *
attribute_new (const char *name, gint64 kind)
{
  GByteArray *attribute = g_byte_array_new ();

  protobuf_add_text (attribute, ATTRIBUTE_NAME, name);
  protobuf_add_integer (attribute, ATTRIBUTE_TYPE, kind);
  return attribute;
}

void
onnx_attribute_integer (GByteArray *attributes, const char *name, gint64 value)
{
  GByteArray *attribute = attribute_new (name, KIND_INTEGER);

  protobuf_add_integer (attribute, ATTRIBUTE_INTEGER, value);
  protobuf_add_message (attributes, NODE_ATTRIBUTE, attribute);
}

void
onnx_attribute_float (GByteArray *attributes, const char *name, float value)
{
  GByteArray *attribute = attribute_new (name, KIND_FLOAT);

  protobuf_add_float (attribute, ATTRIBUTE_FLOAT, value);
  protobuf_add_message (attributes, NODE_ATTRIBUTE, attribute);
}

void
onnx_attribute_integers (GByteArray *attributes, const char *name, const gint64 *values,
                         guint n)
{
  GByteArray *attribute = attribute_new (name, KIND_INTEGERS);

  for (guint i = 0; i < n; i++)
    protobuf_add_integer (attribute, ATTRIBUTE_INTEGERS, values[i]);
  protobuf_add_message (attributes, NODE_ATTRIBUTE, attribute);
}

void
onnx_node (OnnxGraph *self, const char *operator, const char * inputs, const char *output,
           GByteArray *attributes)
{
  GByteArray *node = g_byte_array_new ();
  g_auto (GStrv) names = g_strsplit (inputs, " ", -1);

  for (char **name = names; *name != NULL; name++)
    protobuf_add_text (node, NODE_INPUT, *name);
  protobuf_add_text (node, NODE_OUTPUT, output);
  protobuf_add_text (node, NODE_NAME, output);
  protobuf_add_text (node, NODE_OPERATOR, operator);
  if (attributes != NULL)
    {
      g_byte_array_append (node, attributes->data, attributes->len);
      g_byte_array_unref (attributes);
    }
  protobuf_add_message (self->message, GRAPH_NODE, node);
}

/* ---- Values that stand in the file ---- */

static void
add_tensor (OnnxGraph *self, const char *name, int type, const gint64 *shape, int rank,
            const void *bytes, gsize length)
{
  GByteArray *tensor = g_byte_array_new ();

  for (int i = 0; i < rank; i++)
    protobuf_add_integer (tensor, TENSOR_SIZE, shape[i]);
  protobuf_add_integer (tensor, TENSOR_TYPE, type);
  protobuf_add_text (tensor, TENSOR_NAME, name);
  protobuf_add_bytes (tensor, TENSOR_BYTES, bytes, length);
  protobuf_add_message (self->message, GRAPH_INITIALISER, tensor);
}

static char *
constant_name (OnnxGraph *self)
{
  return g_strdup_printf ("constant_%u", self->constants++);
}

char *
onnx_constant_integers (OnnxGraph *self, const gint64 *values, guint n)
{
  const gint64 shape[] = { n };
  char *name = constant_name (self);
  g_autofree gint64 *little = g_new (gint64, n);

  for (guint i = 0; i < n; i++)
    little[i] = GINT64_TO_LE (values[i]);
  add_tensor (self, name, TYPE_INT64, shape, 1, little, n * sizeof *little);
  return name;
}

static void
add_floats (OnnxGraph *self, const char *name, const gint64 *shape, int rank,
            float *values, gsize count)
{
  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    for (gsize i = 0; i < count; i++)
      {
        guint32 bits;

        memcpy (&bits, values + i, sizeof bits);
        bits = GUINT32_SWAP_LE_BE (bits);
        memcpy (values + i, &bits, sizeof bits);
      }
  add_tensor (self, name, TYPE_FLOAT, shape, rank, values, count * sizeof *values);
}

char *
onnx_constant_number (OnnxGraph *self, float value)
{
  char *name = constant_name (self);

  add_floats (self, name, NULL, 0, &value, 1);
  return name;
}

static void
transpose (const float *from, gsize rows, gsize columns, float *to)
{
  for (gsize i = 0; i < rows; i++)
    for (gsize k = 0; k < columns; k++)
      to[k * rows + i] = from[i * columns + k];
}

const char *
onnx_parameter (OnnxGraph *self, int index, gboolean transposed)
{
  const pk_parameter_info *info = pk_graph_parameter (self->graph, index);
  gsize count = (gsize) pk_shape_count (info->shape);
  g_autofree float *values = g_new (float, count);
  g_autofree float *turned = NULL;
  gint64 shape[4];

  for (int i = 0; i < info->shape.rank; i++)
    shape[i] = info->shape.size[i];
  if (!pheno_kernel_check (pk_parameters_read (self->parameters, index, values),
                           self->error))
    return NULL;
  if (transposed)
    {
      turned = g_new (float, count);
      transpose (values, (gsize) shape[0], (gsize) shape[1], turned);
      shape[0] = info->shape.size[1];
      shape[1] = info->shape.size[0];
    }

  add_floats (self, info->name, shape, info->shape.rank, transposed ? turned : values,
              count);
  return info->name;
}

/* ---- The file ---- */

char *
onnx_value_name (pk_value value)
{
  return g_strdup_printf ("value_%d", value);
}

/* ValueInfoProto: a float tensor whose first size is the batch. */
static GByteArray *
value_info (const char *name, pk_shape shape)
{
  GByteArray *info = g_byte_array_new (), *type = g_byte_array_new (),
             *tensor = g_byte_array_new (), *sizes = g_byte_array_new ();

  for (int i = 0; i < shape.rank; i++)
    {
      GByteArray *size = g_byte_array_new ();

      if (i == 0)
        protobuf_add_text (size, 2, "batch");
      else
        protobuf_add_integer (size, 1, shape.size[i]);
      protobuf_add_message (sizes, 1, size);
    }
  protobuf_add_integer (tensor, 1, TYPE_FLOAT);
  protobuf_add_message (tensor, 2, sizes);
  protobuf_add_message (type, 1, tensor);
  protobuf_add_text (info, 1, name);
  protobuf_add_message (info, 2, type);
  return info;
}

/* Which values the output depends on. */
static void
mark (const pk_graph *graph, pk_value value, gboolean *needed)
{
  pk_node_info info;

  if (value < 0 || needed[value] || pk_graph_describe (graph, value, &info) != PK_OK)
    return;

  needed[value] = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (info.input); i++)
    mark (graph, info.input[i], needed);
}

static gboolean
write_graph (OnnxGraph *self, const char *output)
{
  int count = pk_graph_node_count (self->graph);
  pk_value last = pk_graph_output_value (self->graph, output);
  g_autofree gboolean *needed = g_new0 (gboolean, count);
  g_autofree char *name = onnx_value_name (last);
  pk_node_info info;

  protobuf_add_text (self->message, GRAPH_NAME, "encoder");
  mark (self->graph, last, needed);
  for (pk_value value = 0; value < count; value++)
    {
      if (!needed[value])
        continue;
      pk_graph_describe (self->graph, value, &info);
      if (g_str_equal (info.operation, "input"))
        {
          g_autofree char *as = onnx_value_name (value);

          protobuf_add_message (self->message, GRAPH_INPUT,
                                value_info (info.name, info.shape));
          onnx_node (self, "Identity", info.name, as, NULL);
        }
      else if (!onnx_write_node (self, value))
        return FALSE;
    }

  pk_graph_describe (self->graph, last, &info);
  onnx_node (self, "Identity", name, output, NULL);
  protobuf_add_message (self->message, GRAPH_OUTPUT, value_info (output, info.shape));
  return TRUE;
}

static void
add_metadata (GByteArray *model, GHashTable *metadata)
{
  g_autoptr (GList) keys
      = metadata != NULL
            ? g_list_sort (g_hash_table_get_keys (metadata), (GCompareFunc) strcmp)
            : NULL;

  for (GList *key = keys; key != NULL; key = key->next)
    {
      GByteArray *entry = g_byte_array_new ();

      protobuf_add_text (entry, 1, key->data);
      protobuf_add_text (entry, 2, g_hash_table_lookup (metadata, key->data));
      protobuf_add_message (model, MODEL_METADATA, entry);
    }
}

static gboolean
check_size (const pk_graph *graph, const char *path, GError **error)
{
  gsize bytes = 0;

  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    bytes += (gsize) pk_shape_count (pk_graph_parameter (graph, i)->shape) * 4;
  if (bytes <= LARGEST_FILE)
    return TRUE;

  {
    g_autofree char *shown = pheno_display_name (path);
    g_autofree char *size = g_format_size (bytes);

    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“%s” would hold %s of weights, and an ONNX file holds 2 GB at most. "
                    "Export the encoder as safetensors."),
                 shown, size);
  }
  return FALSE;
}

gboolean
pheno_model_save_onnx (const pk_graph *graph, pk_parameters *parameters,
                       const char *output, GHashTable *metadata, const char *path,
                       GError **error)
{
  g_autoptr (GByteArray) model = g_byte_array_new ();
  GByteArray *operators = g_byte_array_new ();
  OnnxGraph onnx = { .graph = graph,
                     .parameters = parameters,
                     .message = g_byte_array_new (),
                     .error = error };
  gboolean done = check_size (graph, path, error) && write_graph (&onnx, output);

  protobuf_add_integer (model, MODEL_IR_VERSION, IR_VERSION);
  protobuf_add_text (model, MODEL_PRODUCER, "Phenoscape");
  protobuf_add_text (model, MODEL_PRODUCER_VERSION, PHENO_VERSION);
  protobuf_add_integer (operators, 2, ONNX_OPERATORS);
  protobuf_add_message (model, MODEL_OPERATORS, operators);
  protobuf_add_message (model, MODEL_GRAPH, onnx.message);
  add_metadata (model, metadata);

  return done && pheno_write_file (path, model->data, model->len, error);
}
