/* pickle-stack.c - the pickle machine's values, its stack and its memo
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/pickle-stack.h"

gboolean
pickle_fail (PickleMachine *self, const char *reason)
{
  if (self->reason == NULL)
    self->reason = reason;
  return FALSE;
}

/* ---- Reading the program ---- */

const guint8 *
pickle_take (PickleMachine *self, guint64 count)
{
  const guint8 *bytes = self->bytes + self->at;

  if (count > self->length - self->at)
    return pickle_fail (self, N_ ("it is cut short")), NULL;

  self->at += count;
  return bytes;
}

gboolean
pickle_take_number (PickleMachine *self, guint size, guint64 *number)
{
  const guint8 *bytes = pickle_take (self, size);

  *number = 0;
  for (guint i = 0; bytes != NULL && i < size; i++)
    *number |= (guint64) bytes[i] << (8 * i);

  return bytes != NULL;
}

/* (transfer full) (nullable): up to the end of the line, which is passed over. */
char *
pickle_take_line (PickleMachine *self)
{
  const guint8 *begin = self->bytes + self->at;
  const guint8 *end = memchr (begin, '\n', self->length - self->at);

  if (end == NULL)
    return pickle_fail (self, N_ ("it is cut short")), NULL;

  self->at += (gsize) (end - begin) + 1;
  return g_strndup ((const char *) begin, (gsize) (end - begin));
}

/* ---- Values and the stack ---- */

static PickleValue *
pickle_new_value (PickleMachine *self, PickleKind kind)
{
  PickleValue *value = g_new0 (PickleValue, 1);

  value->kind = kind;
  if (kind == PICKLE_LIST || kind == PICKLE_DICTIONARY || kind == PICKLE_CALL
      || kind == PICKLE_OUTSIDE)
    value->items = g_ptr_array_new ();
  g_ptr_array_add (self->pickle->values, value);

  return value;
}

gboolean
pickle_push (PickleMachine *self, PickleValue *value)
{
  g_ptr_array_add (self->stack, value);
  return TRUE;
}

gboolean
pickle_push_kind (PickleMachine *self, PickleKind kind)
{
  return pickle_push (self, pickle_new_value (self, kind));
}

gboolean
pickle_push_integer (PickleMachine *self, gint64 integer)
{
  PickleValue *value = pickle_new_value (self, PICKLE_INTEGER);

  value->integer = integer;
  return pickle_push (self, value);
}

gboolean
pickle_push_number (PickleMachine *self, double number)
{
  PickleValue *value = pickle_new_value (self, PICKLE_NUMBER);

  value->number = number;
  return pickle_push (self, value);
}

gboolean
pickle_push_text (PickleMachine *self, guint size_bytes)
{
  guint64 length;
  const guint8 *bytes;
  PickleValue *value;

  if (!pickle_take_number (self, size_bytes, &length)
      || (bytes = pickle_take (self, length)) == NULL)
    return FALSE;

  value = pickle_new_value (self, PICKLE_TEXT);
  value->text = g_malloc (length + 1);
  memcpy (value->text, bytes, length);
  value->text[length] = '\0';
  value->length = length;

  return pickle_push (self, value);
}

gboolean
pickle_push_line (PickleMachine *self)
{
  g_autofree char *line = pickle_take_line (self);
  PickleValue *value;

  if (line == NULL)
    return FALSE;

  value = pickle_new_value (self, PICKLE_TEXT);
  value->text = g_steal_pointer (&line);
  value->length = strlen (value->text);
  return pickle_push (self, value);
}

/* The lowest height that instructions may reach: the last mark. */
static guint
floor_of (const PickleMachine *self)
{
  return self->marks->len > 0 ? g_array_index (self->marks, guint, self->marks->len - 1)
                              : 0;
}

PickleValue *
pickle_pop (PickleMachine *self)
{
  if (self->stack->len <= floor_of (self))
    return pickle_fail (self, N_ ("its instructions make no sense")), NULL;

  return g_ptr_array_steal_index (self->stack, self->stack->len - 1);
}

PickleValue *
pickle_top (PickleMachine *self)
{
  if (self->stack->len <= floor_of (self))
    return pickle_fail (self, N_ ("its instructions make no sense")), NULL;

  return self->stack->pdata[self->stack->len - 1];
}

/* Moves all above the last mark behind the items of @value, or away when it is NULL. */
gboolean
pickle_take_marked (PickleMachine *self, PickleValue *value)
{
  guint height;

  if (self->marks->len == 0)
    return pickle_fail (self, N_ ("its instructions make no sense"));

  height = floor_of (self);
  g_array_set_size (self->marks, self->marks->len - 1);
  for (guint i = height; value != NULL && i < self->stack->len; i++)
    g_ptr_array_add (value->items, self->stack->pdata[i]);
  g_ptr_array_set_size (self->stack, (int) height);

  return TRUE;
}

/* Adds what stands above the last mark to the value below it. */
gboolean
pickle_extend (PickleMachine *self)
{
  PickleValue *into;
  guint height = floor_of (self);

  if (self->marks->len == 0 || height == 0)
    return pickle_fail (self, N_ ("its instructions make no sense"));

  into = self->stack->pdata[height - 1];
  return pickle_take_marked (self, into->items != NULL ? into : NULL);
}

gboolean
pickle_push_marked (PickleMachine *self, PickleKind kind)
{
  PickleValue *value = pickle_new_value (self, kind);

  return pickle_take_marked (self, value) && pickle_push (self, value);
}

gboolean
pickle_push_tuple (PickleMachine *self, guint count)
{
  PickleValue *value = pickle_new_value (self, PICKLE_LIST);

  for (guint i = 0; i < count; i++)
    {
      PickleValue *item = pickle_pop (self);

      if (item == NULL)
        return FALSE;
      g_ptr_array_insert (value->items, 0, item);
    }
  return pickle_push (self, value);
}

gboolean
pickle_append (PickleMachine *self, guint count)
{
  PickleValue *item[2] = { NULL, NULL }, *into;

  for (guint i = count; i > 0; i--)
    if ((item[i - 1] = pickle_pop (self)) == NULL)
      return FALSE;
  if ((into = pickle_top (self)) == NULL)
    return FALSE;

  for (guint i = 0; i < count && into->items != NULL; i++)
    g_ptr_array_add (into->items, item[i]);
  return TRUE;
}

/* ---- Names and calls, of which nothing comes but a value ---- */

static gboolean
push_name (PickleMachine *self, const char *module, const char *name)
{
  PickleValue *value = pickle_new_value (self, PICKLE_NAME);

  value->text = g_strconcat (module, ".", name, NULL);
  value->length = strlen (value->text);
  return pickle_push (self, value);
}

gboolean
pickle_push_global (PickleMachine *self)
{
  g_autofree char *module = pickle_take_line (self);
  g_autofree char *name = module != NULL ? pickle_take_line (self) : NULL;

  return name != NULL && push_name (self, module, name);
}

gboolean
pickle_push_stack_global (PickleMachine *self)
{
  PickleValue *name = pickle_pop (self),
              *module = name != NULL ? pickle_pop (self) : NULL;

  if (module == NULL)
    return FALSE;
  if (name->kind != PICKLE_TEXT || module->kind != PICKLE_TEXT)
    return pickle_fail (self, N_ ("its instructions make no sense"));

  return push_name (self, module->text, name->text);
}

/* An ordered dictionary is a dictionary here; any other call stays one. */
gboolean
pickle_push_call (PickleMachine *self)
{
  PickleValue *arguments = pickle_pop (self),
              *callable = arguments != NULL ? pickle_pop (self) : NULL;
  PickleValue *value;

  if (callable == NULL)
    return FALSE;
  if (callable->kind == PICKLE_NAME
      && g_str_equal (callable->text, "collections.OrderedDict"))
    return pickle_push_kind (self, PICKLE_DICTIONARY);

  value = pickle_new_value (self, PICKLE_CALL);
  g_ptr_array_add (value->items, callable);
  g_ptr_array_add (value->items, arguments);
  return pickle_push (self, value);
}

gboolean
pickle_build (PickleMachine *self)
{
  PickleValue *state = pickle_pop (self),
              *object = state != NULL ? pickle_top (self) : NULL;

  if (object == NULL)
    return FALSE;
  if (object->kind == PICKLE_CALL)
    g_ptr_array_add (object->items, state);
  return TRUE;
}

gboolean
pickle_push_outside (PickleMachine *self)
{
  PickleValue *what = pickle_pop (self), *value;

  if (what == NULL)
    return FALSE;
  value = pickle_new_value (self, PICKLE_OUTSIDE);
  g_ptr_array_add (value->items, what);
  return pickle_push (self, value);
}

/* ---- The memo ---- */

gboolean
pickle_remember (PickleMachine *self, guint64 number)
{
  PickleValue *value = pickle_top (self);

  if (value == NULL)
    return FALSE;
  if (number > G_MAXUINT32)
    return pickle_fail (self, N_ ("its instructions make no sense"));

  g_hash_table_replace (self->memo, GUINT_TO_POINTER ((guint) number), value);
  self->memo_count = g_hash_table_size (self->memo);
  return TRUE;
}

gboolean
pickle_recall (PickleMachine *self, guint64 number)
{
  PickleValue *value
      = number <= G_MAXUINT32
            ? g_hash_table_lookup (self->memo, GUINT_TO_POINTER ((guint) number))
            : NULL;

  if (value == NULL)
    return pickle_fail (self, N_ ("its instructions make no sense"));
  return pickle_push (self, value);
}
