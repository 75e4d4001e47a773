/* pickle.c - the pickle machine without its hands
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values are never freed one by one: lists may hold themselves, so the pickle owns all of
 * them and they point at one another freely. Their number is bounded by the length of the
 * file, as each instruction makes one at most.
 */
#include "engine/model/pickle-stack.h"

/* The instructions that weights are written with, by their letters in pickletools. */
enum
{
  OP_MARK = '(',
  OP_STOP = '.',
  OP_POP = '0',
  OP_POP_MARK = '1',
  OP_DUP = '2',
  OP_FLOAT = 'F',
  OP_INT = 'I',
  OP_BININT = 'J',
  OP_BININT1 = 'K',
  OP_LONG = 'L',
  OP_BININT2 = 'M',
  OP_NONE = 'N',
  OP_BINPERSID = 'Q',
  OP_REDUCE = 'R',
  OP_STRING = 'S',
  OP_BINSTRING = 'T',
  OP_SHORT_BINSTRING = 'U',
  OP_UNICODE = 'V',
  OP_BINUNICODE = 'X',
  OP_APPEND = 'a',
  OP_BUILD = 'b',
  OP_GLOBAL = 'c',
  OP_DICT = 'd',
  OP_APPENDS = 'e',
  OP_GET = 'g',
  OP_BINGET = 'h',
  OP_LONG_BINGET = 'j',
  OP_LIST = 'l',
  OP_PUT = 'p',
  OP_BINPUT = 'q',
  OP_LONG_BINPUT = 'r',
  OP_SETITEM = 's',
  OP_TUPLE = 't',
  OP_SETITEMS = 'u',
  OP_BINBYTES = 'B',
  OP_SHORT_BINBYTES = 'C',
  OP_BINFLOAT = 'G',
  OP_EMPTY_LIST = ']',
  OP_EMPTY_TUPLE = ')',
  OP_EMPTY_DICT = '}',
  OP_PROTO = 0x80,
  OP_NEWOBJ = 0x81,
  OP_TUPLE1 = 0x85,
  OP_TUPLE2 = 0x86,
  OP_TUPLE3 = 0x87,
  OP_NEWTRUE = 0x88,
  OP_NEWFALSE = 0x89,
  OP_LONG1 = 0x8a,
  OP_LONG4 = 0x8b,
  OP_SHORT_BINUNICODE = 0x8c,
  OP_BINUNICODE8 = 0x8d,
  OP_BINBYTES8 = 0x8e,
  OP_EMPTY_SET = 0x8f,
  OP_ADDITEMS = 0x90,
  OP_FROZENSET = 0x91,
  OP_STACK_GLOBAL = 0x93,
  OP_MEMOIZE = 0x94,
  OP_FRAME = 0x95
};

static void
free_value (gpointer data)
{
  PickleValue *value = data;

  if (value->items != NULL)
    g_ptr_array_unref (value->items);
  g_free (value->text);
  g_free (value);
}

void
pickle_free (Pickle *pickle)
{
  if (pickle == NULL)
    return;

  g_ptr_array_unref (pickle->values);
  g_free (pickle);
}

const PickleValue *
pickle_root (const Pickle *pickle)
{
  return pickle->root;
}

const PickleValue *
pickle_item (const PickleValue *value, guint index)
{
  return value->items != NULL && index < value->items->len ? value->items->pdata[index]
                                                           : NULL;
}

static gboolean
memo_by_line (PickleMachine *self, gboolean (*use) (PickleMachine *, guint64))
{
  g_autofree char *line = pickle_take_line (self);
  guint64 number;

  if (line == NULL)
    return FALSE;
  if (!g_ascii_string_to_unsigned (line, 10, 0, G_MAXUINT32, &number, NULL))
    return pickle_fail (self, N_ ("its instructions make no sense"));
  return use (self, number);
}

static gboolean
memo_by_number (PickleMachine *self, guint size,
                gboolean (*use) (PickleMachine *, guint64))
{
  guint64 number;

  return pickle_take_number (self, size, &number) && use (self, number);
}

/* ---- Numbers ---- */

static gboolean
push_signed (PickleMachine *self, guint size)
{
  guint64 number;

  if (!pickle_take_number (self, size, &number))
    return FALSE;
  return pickle_push_integer (self, size == 4 ? (gint64) (gint32) (guint32) number
                                              : (gint64) number);
}

/* A whole number of any length: what does not fit into 64 bits is kept as a text of its
 * bytes, which nobody mistakes for a size. */
static gboolean
push_long (PickleMachine *self, guint size_bytes)
{
  guint64 length, number = 0;
  const guint8 *bytes;
  gsize begin = self->at;

  if (!pickle_take_number (self, size_bytes, &length)
      || (bytes = pickle_take (self, length)) == NULL)
    return FALSE;
  if (length > 8)
    {
      self->at = begin;
      return pickle_push_text (self, size_bytes);
    }

  for (guint64 i = 0; i < length; i++)
    number |= (guint64) bytes[i] << (8 * i);
  if (length > 0 && length < 8 && (bytes[length - 1] & 0x80) != 0)
    number |= G_MAXUINT64 << (8 * length);
  return pickle_push_integer (self, (gint64) number);
}

static gboolean
push_float (PickleMachine *self)
{
  const guint8 *bytes = pickle_take (self, 8);
  guint64 bits = 0;
  double number;

  if (bytes == NULL)
    return FALSE;
  for (int i = 0; i < 8; i++) /* the only number of the format with its high end first */
    bits = bits << 8 | bytes[i];
  memcpy (&number, &bits, sizeof number);
  return pickle_push_number (self, number);
}

static gboolean
push_text_number (PickleMachine *self, gboolean whole)
{
  g_autofree char *line = pickle_take_line (self);

  if (line == NULL)
    return FALSE;
  return whole ? pickle_push_integer (self, g_ascii_strtoll (line, NULL, 10))
               : pickle_push_number (self, g_ascii_strtod (line, NULL));
}

/* ---- The machine ---- */

static gboolean
run_container (PickleMachine *self, guint8 operation)
{
  guint height = self->stack->len;

  switch (operation)
    {
    case OP_MARK:
      g_array_append_val (self->marks, height);
      return TRUE;
    case OP_POP:
      return pickle_pop (self) != NULL;
    case OP_POP_MARK:
      return pickle_take_marked (self, NULL);
    case OP_DUP:
      return pickle_top (self) != NULL && pickle_push (self, pickle_top (self));
    case OP_EMPTY_LIST:
    case OP_EMPTY_TUPLE:
    case OP_EMPTY_SET:
      return pickle_push_kind (self, PICKLE_LIST);
    case OP_EMPTY_DICT:
      return pickle_push_kind (self, PICKLE_DICTIONARY);
    case OP_LIST:
    case OP_TUPLE:
    case OP_FROZENSET:
      return pickle_push_marked (self, PICKLE_LIST);
    case OP_DICT:
      return pickle_push_marked (self, PICKLE_DICTIONARY);
    case OP_TUPLE1:
    case OP_TUPLE2:
    case OP_TUPLE3:
      return pickle_push_tuple (self, operation - OP_TUPLE1 + 1u);
    case OP_APPEND:
      return pickle_append (self, 1);
    case OP_SETITEM:
      return pickle_append (self, 2);
    case OP_APPENDS:
    case OP_SETITEMS:
    case OP_ADDITEMS:
      return pickle_extend (self);
    default:
      return pickle_fail (self, N_ ("it has an instruction that weights do not need"));
    }
}

static gboolean
run_object (PickleMachine *self, guint8 operation)
{
  switch (operation)
    {
    case OP_GLOBAL:
      return pickle_push_global (self);
    case OP_STACK_GLOBAL:
      return pickle_push_stack_global (self);
    case OP_REDUCE:
    case OP_NEWOBJ:
      return pickle_push_call (self);
    case OP_BUILD:
      return pickle_build (self);
    case OP_BINPERSID:
      return pickle_push_outside (self);
    case OP_GET:
      return memo_by_line (self, pickle_recall);
    case OP_BINGET:
      return memo_by_number (self, 1, pickle_recall);
    case OP_LONG_BINGET:
      return memo_by_number (self, 4, pickle_recall);
    case OP_PUT:
      return memo_by_line (self, pickle_remember);
    case OP_BINPUT:
      return memo_by_number (self, 1, pickle_remember);
    case OP_LONG_BINPUT:
      return memo_by_number (self, 4, pickle_remember);
    case OP_MEMOIZE:
      return pickle_remember (self, self->memo_count);
    default:
      return run_container (self, operation);
    }
}

static gboolean
run (PickleMachine *self, guint8 operation)
{
  switch (operation)
    {
    case OP_PROTO:
      return pickle_take (self, 1) != NULL;
    case OP_FRAME:
      return pickle_take (self, 8) != NULL;
    case OP_NONE:
      return pickle_push_kind (self, PICKLE_NOTHING);
    case OP_NEWTRUE:
    case OP_NEWFALSE:
      return pickle_push_integer (self, operation == OP_NEWTRUE);
    case OP_BININT:
      return push_signed (self, 4);
    case OP_BININT1:
      return push_signed (self, 1);
    case OP_BININT2:
      return push_signed (self, 2);
    case OP_LONG1:
      return push_long (self, 1);
    case OP_LONG4:
      return push_long (self, 4);
    case OP_INT:
    case OP_LONG:
      return push_text_number (self, TRUE);
    case OP_FLOAT:
      return push_text_number (self, FALSE);
    case OP_BINFLOAT:
      return push_float (self);
    case OP_STRING:
    case OP_UNICODE:
      return pickle_push_line (self);
    case OP_SHORT_BINSTRING:
    case OP_SHORT_BINBYTES:
    case OP_SHORT_BINUNICODE:
      return pickle_push_text (self, 1);
    case OP_BINSTRING:
    case OP_BINBYTES:
    case OP_BINUNICODE:
      return pickle_push_text (self, 4);
    case OP_BINUNICODE8:
    case OP_BINBYTES8:
      return pickle_push_text (self, 8);
    default:
      return run_object (self, operation);
    }
}

Pickle *
pickle_read (const guint8 *bytes, gsize length, gsize *used, const char **reason)
{
  g_autoptr (Pickle) pickle = g_new0 (Pickle, 1);
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) memo = g_hash_table_new (NULL, NULL);
  PickleMachine machine = { .pickle = pickle,
                            .bytes = bytes,
                            .length = length,
                            .stack = stack,
                            .marks = marks,
                            .memo = memo };
  const guint8 *operation;

  pickle->values = g_ptr_array_new_with_free_func (free_value);
  while ((operation = pickle_take (&machine, 1)) != NULL && *operation != OP_STOP)
    if (!run (&machine, *operation))
      break;
  if (machine.reason == NULL)
    pickle->root = pickle_pop (&machine);

  *used = machine.at;
  *reason = machine.reason;
  return machine.reason == NULL ? g_steal_pointer (&pickle) : NULL;
}
