/* pickle.c - the pickle machine without its hands
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Values are never freed one by one: lists may hold themselves, so the pickle owns all of
 * them and they point at one another freely. Their number is bounded by the length of the
 * file, as each instruction makes one at most.
 */
#include "engine/model/pickle.h"

struct _Pickle
{
  GPtrArray *values; /* all, owned */
  PickleValue *root;
};

typedef struct
{
  Pickle *pickle;
  const guint8 *bytes;
  gsize length, at;
  GPtrArray *stack;
  GArray *marks;    /* guint: heights of the stack */
  GHashTable *memo; /* PickleValue by number */
  guint memo_count;
  const char *reason;
} Machine;

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
fail (Machine *self, const char *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
  return FALSE;
}

/* ---- Reading the program ---- */

static const guint8 *
take (Machine *self, guint64 count)
{
  const guint8 *bytes = self->bytes + self->at;

  if (count > self->length - self->at)
    return fail (self, N_ ("it is cut short")), NULL;

  self->at += count;
  return bytes;
}

static gboolean
take_number (Machine *self, guint size, guint64 *number)
{
  const guint8 *bytes = take (self, size);

  *number = 0;
  for (guint i = 0; bytes != NULL && i < size; i++)
    *number |= (guint64) bytes[i] << (8 * i);

  return bytes != NULL;
}

/* (transfer full) (nullable): up to the end of the line, which is passed over. */
static char *
take_line (Machine *self)
{
  const guint8 *begin = self->bytes + self->at;
  const guint8 *end = memchr (begin, '\n', self->length - self->at);

  if (end == NULL)
    return fail (self, N_ ("it is cut short")), NULL;

  self->at += (gsize) (end - begin) + 1;
  return g_strndup ((const char *) begin, (gsize) (end - begin));
}

/* ---- Values and the stack ---- */

static PickleValue *
new_value (Machine *self, PickleKind kind)
{
  PickleValue *value = g_new0 (PickleValue, 1);

  value->kind = kind;
  if (kind == PICKLE_LIST || kind == PICKLE_DICTIONARY || kind == PICKLE_CALL
      || kind == PICKLE_OUTSIDE)
    value->items = g_ptr_array_new ();
  g_ptr_array_add (self->pickle->values, value);

  return value;
}

static gboolean
push (Machine *self, PickleValue *value)
{
  g_ptr_array_add (self->stack, value);
  return TRUE;
}

static gboolean
push_kind (Machine *self, PickleKind kind)
{
  return push (self, new_value (self, kind));
}

static gboolean
push_integer (Machine *self, gint64 integer)
{
  PickleValue *value = new_value (self, PICKLE_INTEGER);

  value->integer = integer;
  return push (self, value);
}

static gboolean
push_number (Machine *self, double number)
{
  PickleValue *value = new_value (self, PICKLE_NUMBER);

  value->number = number;
  return push (self, value);
}

static gboolean
push_text (Machine *self, guint size_bytes)
{
  guint64 length;
  const guint8 *bytes;
  PickleValue *value;

  if (!take_number (self, size_bytes, &length) || (bytes = take (self, length)) == NULL)
    return FALSE;

  value = new_value (self, PICKLE_TEXT);
  value->text = g_malloc (length + 1);
  memcpy (value->text, bytes, length);
  value->text[length] = '\0';
  value->length = length;

  return push (self, value);
}

static gboolean
push_line (Machine *self)
{
  g_autofree char *line = take_line (self);
  PickleValue *value;

  if (line == NULL)
    return FALSE;

  value = new_value (self, PICKLE_TEXT);
  value->text = g_steal_pointer (&line);
  value->length = strlen (value->text);
  return push (self, value);
}

/* The lowest height that instructions may reach: the last mark. */
static guint
floor_of (const Machine *self)
{
  return self->marks->len > 0 ? g_array_index (self->marks, guint, self->marks->len - 1)
                              : 0;
}

static PickleValue *
pop (Machine *self)
{
  if (self->stack->len <= floor_of (self))
    return fail (self, N_ ("its instructions make no sense")), NULL;

  return g_ptr_array_steal_index (self->stack, self->stack->len - 1);
}

static PickleValue *
top (Machine *self)
{
  if (self->stack->len <= floor_of (self))
    return fail (self, N_ ("its instructions make no sense")), NULL;

  return self->stack->pdata[self->stack->len - 1];
}

/* Moves all above the last mark behind the items of @value, or away when it is NULL. */
static gboolean
take_marked (Machine *self, PickleValue *value)
{
  guint height;

  if (self->marks->len == 0)
    return fail (self, N_ ("its instructions make no sense"));

  height = floor_of (self);
  g_array_set_size (self->marks, self->marks->len - 1);
  for (guint i = height; value != NULL && i < self->stack->len; i++)
    g_ptr_array_add (value->items, self->stack->pdata[i]);
  g_ptr_array_set_size (self->stack, (int) height);

  return TRUE;
}

/* Adds what stands above the last mark to the value below it. */
static gboolean
extend (Machine *self)
{
  PickleValue *into;
  guint height = floor_of (self);

  if (self->marks->len == 0 || height == 0)
    return fail (self, N_ ("its instructions make no sense"));

  into = self->stack->pdata[height - 1];
  return take_marked (self, into->items != NULL ? into : NULL);
}

static gboolean
push_marked (Machine *self, PickleKind kind)
{
  PickleValue *value = new_value (self, kind);

  return take_marked (self, value) && push (self, value);
}

static gboolean
push_tuple (Machine *self, guint count)
{
  PickleValue *value = new_value (self, PICKLE_LIST);

  for (guint i = 0; i < count; i++)
    {
      PickleValue *item = pop (self);

      if (item == NULL)
        return FALSE;
      g_ptr_array_insert (value->items, 0, item);
    }
  return push (self, value);
}

static gboolean
append (Machine *self, guint count)
{
  PickleValue *item[2] = { NULL, NULL }, *into;

  for (guint i = count; i > 0; i--)
    if ((item[i - 1] = pop (self)) == NULL)
      return FALSE;
  if ((into = top (self)) == NULL)
    return FALSE;

  for (guint i = 0; i < count && into->items != NULL; i++)
    g_ptr_array_add (into->items, item[i]);
  return TRUE;
}

/* ---- Names and calls, of which nothing comes but a value ---- */

static gboolean
push_name (Machine *self, const char *module, const char *name)
{
  PickleValue *value = new_value (self, PICKLE_NAME);

  value->text = g_strconcat (module, ".", name, NULL);
  value->length = strlen (value->text);
  return push (self, value);
}

static gboolean
push_global (Machine *self)
{
  g_autofree char *module = take_line (self);
  g_autofree char *name = module != NULL ? take_line (self) : NULL;

  return name != NULL && push_name (self, module, name);
}

static gboolean
push_stack_global (Machine *self)
{
  PickleValue *name = pop (self), *module = name != NULL ? pop (self) : NULL;

  if (module == NULL)
    return FALSE;
  if (name->kind != PICKLE_TEXT || module->kind != PICKLE_TEXT)
    return fail (self, N_ ("its instructions make no sense"));

  return push_name (self, module->text, name->text);
}

/* An ordered dictionary is a dictionary here; any other call stays one. */
static gboolean
push_call (Machine *self)
{
  PickleValue *arguments = pop (self), *callable = arguments != NULL ? pop (self) : NULL;
  PickleValue *value;

  if (callable == NULL)
    return FALSE;
  if (callable->kind == PICKLE_NAME
      && g_str_equal (callable->text, "collections.OrderedDict"))
    return push_kind (self, PICKLE_DICTIONARY);

  value = new_value (self, PICKLE_CALL);
  g_ptr_array_add (value->items, callable);
  g_ptr_array_add (value->items, arguments);
  return push (self, value);
}

static gboolean
build (Machine *self)
{
  PickleValue *state = pop (self), *object = state != NULL ? top (self) : NULL;

  if (object == NULL)
    return FALSE;
  if (object->kind == PICKLE_CALL)
    g_ptr_array_add (object->items, state);
  return TRUE;
}

static gboolean
push_outside (Machine *self)
{
  PickleValue *what = pop (self), *value;

  if (what == NULL)
    return FALSE;
  value = new_value (self, PICKLE_OUTSIDE);
  g_ptr_array_add (value->items, what);
  return push (self, value);
}

/* ---- The memo ---- */

static gboolean
remember (Machine *self, guint64 number)
{
  PickleValue *value = top (self);

  if (value == NULL)
    return FALSE;
  if (number > G_MAXUINT32)
    return fail (self, N_ ("its instructions make no sense"));

  g_hash_table_replace (self->memo, GUINT_TO_POINTER ((guint) number), value);
  self->memo_count = g_hash_table_size (self->memo);
  return TRUE;
}

static gboolean
recall (Machine *self, guint64 number)
{
  PickleValue *value
      = number <= G_MAXUINT32
            ? g_hash_table_lookup (self->memo, GUINT_TO_POINTER ((guint) number))
            : NULL;

  if (value == NULL)
    return fail (self, N_ ("its instructions make no sense"));
  return push (self, value);
}

static gboolean
memo_by_line (Machine *self, gboolean (*use) (Machine *, guint64))
{
  g_autofree char *line = take_line (self);
  guint64 number;

  if (line == NULL)
    return FALSE;
  if (!g_ascii_string_to_unsigned (line, 10, 0, G_MAXUINT32, &number, NULL))
    return fail (self, N_ ("its instructions make no sense"));
  return use (self, number);
}

static gboolean
memo_by_number (Machine *self, guint size, gboolean (*use) (Machine *, guint64))
{
  guint64 number;

  return take_number (self, size, &number) && use (self, number);
}

/* ---- Numbers ---- */

static gboolean
push_signed (Machine *self, guint size)
{
  guint64 number;

  if (!take_number (self, size, &number))
    return FALSE;
  return push_integer (self,
                       size == 4 ? (gint64) (gint32) (guint32) number : (gint64) number);
}

/* A whole number of any length: what does not fit into 64 bits is kept as a text of its
 * bytes, which nobody mistakes for a size. */
static gboolean
push_long (Machine *self, guint size_bytes)
{
  guint64 length, number = 0;
  const guint8 *bytes;
  gsize begin = self->at;

  if (!take_number (self, size_bytes, &length) || (bytes = take (self, length)) == NULL)
    return FALSE;
  if (length > 8)
    {
      self->at = begin;
      return push_text (self, size_bytes);
    }

  for (guint64 i = 0; i < length; i++)
    number |= (guint64) bytes[i] << (8 * i);
  if (length > 0 && length < 8 && (bytes[length - 1] & 0x80) != 0)
    number |= G_MAXUINT64 << (8 * length);
  return push_integer (self, (gint64) number);
}

static gboolean
push_float (Machine *self)
{
  const guint8 *bytes = take (self, 8);
  guint64 bits = 0;
  double number;

  if (bytes == NULL)
    return FALSE;
  for (int i = 0; i < 8; i++) /* the only number of the format with its high end first */
    bits = bits << 8 | bytes[i];
  memcpy (&number, &bits, sizeof number);
  return push_number (self, number);
}

static gboolean
push_text_number (Machine *self, gboolean whole)
{
  g_autofree char *line = take_line (self);

  if (line == NULL)
    return FALSE;
  return whole ? push_integer (self, g_ascii_strtoll (line, NULL, 10))
               : push_number (self, g_ascii_strtod (line, NULL));
}

/* ---- The machine ---- */

static gboolean
run_container (Machine *self, guint8 operation)
{
  guint height = self->stack->len;

  switch (operation)
    {
    case OP_MARK:
      g_array_append_val (self->marks, height);
      return TRUE;
    case OP_POP:
      return pop (self) != NULL;
    case OP_POP_MARK:
      return take_marked (self, NULL);
    case OP_DUP:
      return top (self) != NULL && push (self, top (self));
    case OP_EMPTY_LIST:
    case OP_EMPTY_TUPLE:
    case OP_EMPTY_SET:
      return push_kind (self, PICKLE_LIST);
    case OP_EMPTY_DICT:
      return push_kind (self, PICKLE_DICTIONARY);
    case OP_LIST:
    case OP_TUPLE:
    case OP_FROZENSET:
      return push_marked (self, PICKLE_LIST);
    case OP_DICT:
      return push_marked (self, PICKLE_DICTIONARY);
    case OP_TUPLE1:
    case OP_TUPLE2:
    case OP_TUPLE3:
      return push_tuple (self, operation - OP_TUPLE1 + 1u);
    case OP_APPEND:
      return append (self, 1);
    case OP_SETITEM:
      return append (self, 2);
    case OP_APPENDS:
    case OP_SETITEMS:
    case OP_ADDITEMS:
      return extend (self);
    default:
      return fail (self, N_ ("it has an instruction that weights do not need"));
    }
}

static gboolean
run_object (Machine *self, guint8 operation)
{
  switch (operation)
    {
    case OP_GLOBAL:
      return push_global (self);
    case OP_STACK_GLOBAL:
      return push_stack_global (self);
    case OP_REDUCE:
    case OP_NEWOBJ:
      return push_call (self);
    case OP_BUILD:
      return build (self);
    case OP_BINPERSID:
      return push_outside (self);
    case OP_GET:
      return memo_by_line (self, recall);
    case OP_BINGET:
      return memo_by_number (self, 1, recall);
    case OP_LONG_BINGET:
      return memo_by_number (self, 4, recall);
    case OP_PUT:
      return memo_by_line (self, remember);
    case OP_BINPUT:
      return memo_by_number (self, 1, remember);
    case OP_LONG_BINPUT:
      return memo_by_number (self, 4, remember);
    case OP_MEMOIZE:
      return remember (self, self->memo_count);
    default:
      return run_container (self, operation);
    }
}

static gboolean
run (Machine *self, guint8 operation)
{
  switch (operation)
    {
    case OP_PROTO:
      return take (self, 1) != NULL;
    case OP_FRAME:
      return take (self, 8) != NULL;
    case OP_NONE:
      return push_kind (self, PICKLE_NOTHING);
    case OP_NEWTRUE:
    case OP_NEWFALSE:
      return push_integer (self, operation == OP_NEWTRUE);
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
      return push_line (self);
    case OP_SHORT_BINSTRING:
    case OP_SHORT_BINBYTES:
    case OP_SHORT_BINUNICODE:
      return push_text (self, 1);
    case OP_BINSTRING:
    case OP_BINBYTES:
    case OP_BINUNICODE:
      return push_text (self, 4);
    case OP_BINUNICODE8:
    case OP_BINBYTES8:
      return push_text (self, 8);
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
  Machine machine = { .pickle = pickle,
                      .bytes = bytes,
                      .length = length,
                      .stack = stack,
                      .marks = marks,
                      .memo = memo };
  const guint8 *operation;

  pickle->values = g_ptr_array_new_with_free_func (free_value);
  while ((operation = take (&machine, 1)) != NULL && *operation != OP_STOP)
    if (!run (&machine, *operation))
      break;
  if (machine.reason == NULL)
    pickle->root = pop (&machine);

  *used = machine.at;
  *reason = machine.reason;
  return machine.reason == NULL ? g_steal_pointer (&pickle) : NULL;
}
