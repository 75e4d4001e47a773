/* protobuf.h - writes messages of Protocol Buffers; the model room's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A message is a row of fields, each with a number:
 * protobuf.dev/programming-guides/encoding. Only what an ONNX file needs; nothing here
 * reads.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

void protobuf_add_integer (GByteArray *message, guint field, gint64 value);
void protobuf_add_float (GByteArray *message, guint field, float value);
void protobuf_add_text (GByteArray *message, guint field, const char *text);
void protobuf_add_bytes (GByteArray *message, guint field, const void *bytes,
                         gsize length);

/* @inner: (transfer full): a message in a message */
void protobuf_add_message (GByteArray *message, guint field, GByteArray *inner);

G_END_DECLS
