/* pickle-stack.h - what the pickle machine holds; the pickle reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each of these is FALSE or NULL, with a reason, where the program makes no sense.
 */
#pragma once

#include "engine/model/pickle.h"

G_BEGIN_DECLS

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
} PickleMachine;

/* ---- The program ---- */

gboolean pickle_fail (PickleMachine *self, const char *reason);
/* The next bytes, or line, of the program; numbers are little-endian. */
const guint8 *pickle_take (PickleMachine *self, guint64 count);
gboolean pickle_take_number (PickleMachine *self, guint size, guint64 *number);
char *pickle_take_line (PickleMachine *self);

/* ---- The stack ---- */

gboolean pickle_push (PickleMachine *self, PickleValue *value);
gboolean pickle_push_kind (PickleMachine *self, PickleKind kind);
gboolean pickle_push_integer (PickleMachine *self, gint64 integer);
gboolean pickle_push_number (PickleMachine *self, double number);
/* A string with its length before it, in so many bytes; up to the end of the line. */
gboolean pickle_push_text (PickleMachine *self, guint size_bytes);
gboolean pickle_push_line (PickleMachine *self);
/* Of what stands above the last mark. */
PickleValue *pickle_pop (PickleMachine *self);
PickleValue *pickle_top (PickleMachine *self);
/* Moves all above the last mark behind the items of @value, or away when it is NULL. */
gboolean pickle_take_marked (PickleMachine *self, PickleValue *value);
/* Adds what stands above the last mark to the value below it. */
gboolean pickle_extend (PickleMachine *self);
/* A value of what stands above the last mark, or of the last @count values. */
gboolean pickle_push_marked (PickleMachine *self, PickleKind kind);
gboolean pickle_push_tuple (PickleMachine *self, guint count);
/* Adds the last @count values to the one below them. */
gboolean pickle_append (PickleMachine *self, guint count);

/* ---- Names and calls, of which nothing comes but a value ---- */

gboolean pickle_push_global (PickleMachine *self);
gboolean pickle_push_stack_global (PickleMachine *self);
gboolean pickle_push_call (PickleMachine *self);
/* Gives a call the state that its result would get. */
gboolean pickle_build (PickleMachine *self);
gboolean pickle_push_outside (PickleMachine *self);

/* ---- The memo ---- */

gboolean pickle_remember (PickleMachine *self, guint64 number);
gboolean pickle_recall (PickleMachine *self, guint64 number);

G_END_DECLS
