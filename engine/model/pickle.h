/* pickle.h - what a pickle describes, as a tree of values; nothing in it is ever run
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Python's pickle is a program for a small stack machine, and two of its instructions
 * call whatever function the file names. Here such a call becomes a value that says what
 * would have been called with what; there is no way from a name in a file to code.
 *
 * Format: Python's Lib/pickletools.py, protocols 0 to 5.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PickleKind:
 * @PICKLE_NOTHING: None, and what carries no data here
 * @PICKLE_INTEGER: also of True and False
 * @PICKLE_TEXT: a string, or bytes; @text ends with a 0 that @length does not count
 * @PICKLE_LIST: of any sequence or set: its items
 * @PICKLE_DICTIONARY: items are key, value, key, value ...
 * @PICKLE_NAME: of a function or class: "module.name" in @text
 * @PICKLE_CALL: items are the callable, its arguments, and the state given to the result
 *   afterwards where there is one
 * @PICKLE_OUTSIDE: something that lies outside of the pickle; its only item says what
 */
typedef enum
{
  PICKLE_NOTHING,
  PICKLE_INTEGER,
  PICKLE_NUMBER,
  PICKLE_TEXT,
  PICKLE_LIST,
  PICKLE_DICTIONARY,
  PICKLE_NAME,
  PICKLE_CALL,
  PICKLE_OUTSIDE
} PickleKind;

typedef struct _PickleValue PickleValue;
struct _PickleValue
{
  PickleKind kind;
  gint64 integer;
  double number;
  char *text;
  gsize length;
  GPtrArray *items; /* PickleValue without ownership; may lead back to this value */
};

/* Every value of one pickle, freed together. */
typedef struct _Pickle Pickle;

/**
 * pickle_read:
 * @bytes: (array length=length): of which the pickle is the beginning
 * @used: (out): how many bytes it took
 * @reason: (out): a static phrase, to be translated, when %NULL is returned
 */
Pickle *pickle_read (const guint8 *bytes, gsize length, gsize *used, const char **reason);
void pickle_free (Pickle *pickle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pickle, pickle_free)

const PickleValue *pickle_root (const Pickle *pickle);

/* (nullable): an item of a value that has items, NULL behind the last one. */
const PickleValue *pickle_item (const PickleValue *value, guint index);

G_END_DECLS
