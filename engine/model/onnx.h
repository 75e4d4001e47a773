/* onnx.h - the parts of an ONNX graph; the model room's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/model/model.h"
#include "engine/model/protobuf.h"

G_BEGIN_DECLS

/* Version of the operators' set: the first that has LayerNormalization. */
#define ONNX_OPERATORS 17

typedef struct
{
  const pk_graph *graph;
  pk_parameters *parameters;
  GByteArray *message; /* GraphProto, as far as it is written */
  guint constants;     /* that were named so far */
  GError **error;
} OnnxGraph;

/**
 * onnx_node:
 * @inputs: names with blanks between, in their order
 * @attributes: (transfer full) (nullable): of onnx_attributes_new()
 */
void onnx_node (OnnxGraph *self, const char *operator, const char * inputs,
                const char *output, GByteArray *attributes);

/* The fields of a NodeProto that hold its attributes. */
GByteArray *onnx_attributes_new (void);
void onnx_attribute_integer (GByteArray *attributes, const char *name, gint64 value);
void onnx_attribute_float (GByteArray *attributes, const char *name, float value);
void onnx_attribute_integers (GByteArray *attributes, const char *name,
                              const gint64 *values, guint n);

/* (transfer full): names of constants that were added to the graph. */
char *onnx_constant_integers (OnnxGraph *self, const gint64 *values, guint n);
char *onnx_constant_number (OnnxGraph *self, float value);

/* Adds parameter @index under its own name, which is returned; NULL with @error. With
 * @transposed a matrix (O, I) as (I, O). */
const char *onnx_parameter (OnnxGraph *self, int index, gboolean transposed);

/* Writes node @value of the graph as one or more of ONNX, giving @output; FALSE with
 * @error for one that has no counterpart. */
gboolean onnx_write_node (OnnxGraph *self, pk_value value);

/* (transfer full): the name of a value. */
char *onnx_value_name (pk_value value);

G_END_DECLS
