/* protobuf.c - writes messages of Protocol Buffers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/protobuf.h"

enum
{
  VARINT = 0,
  LENGTH = 2,
  FIXED32 = 5
};

/* Seven bits a byte, the lowest first; all but the last have their highest bit set. */
static void
add_varint (GByteArray *message, guint64 value)
{
  guint8 bytes[10];
  guint n = 0;

  do
    {
      bytes[n] = (guint8) (value & 0x7f);
      value >>= 7;
      bytes[n++] |= value != 0 ? 0x80 : 0;
    }
  while (value != 0);
  g_byte_array_append (message, bytes, n);
}

static void
add_key (GByteArray *message, guint field, guint kind)
{
  add_varint (message, (guint64) field << 3 | kind);
}

void
protobuf_add_integer (GByteArray *message, guint field, gint64 value)
{
  add_key (message, field, VARINT);
  add_varint (message, (guint64) value);
}

void
protobuf_add_float (GByteArray *message, guint field, float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  add_key (message, field, FIXED32);
  g_byte_array_append (message, (const guint8 *) &bits, sizeof bits);
}

void
protobuf_add_bytes (GByteArray *message, guint field, const void *bytes, gsize length)
{
  add_key (message, field, LENGTH);
  add_varint (message, length);
  g_byte_array_append (message, bytes, (guint) length);
}

void
protobuf_add_text (GByteArray *message, guint field, const char *text)
{
  protobuf_add_bytes (message, field, text, strlen (text));
}

void
protobuf_add_message (GByteArray *message, guint field, GByteArray *inner)
{
  protobuf_add_bytes (message, field, inner->data, inner->len);
  g_byte_array_unref (inner);
}
