/* run-keys.h - the keys of a run file, as a table
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

G_BEGIN_DECLS

typedef enum
{
  PHENO_KEY_TEXT,
  PHENO_KEY_CHOICE,  /* one of @choices */
  PHENO_KEY_PIXELS,  /* what pheno_preparation_check() allows */
  PHENO_KEY_LEVELS,  /* "auto", or what pheno_levels_from_text() reads */
  PHENO_KEY_FILE,    /* one of @choices, or a file */
  PHENO_KEY_FOLDERS, /* a list with ";" */
  PHENO_KEY_NAMES,   /* the same, of files as the collection calls them */
  PHENO_KEY_INTEGER, /* @low to @high */
  PHENO_KEY_NUMBER,  /* @low to @high */
  PHENO_KEY_RATE,    /* the same, or "auto", which is 0 */
  PHENO_KEY_SEED     /* any uint64 */
} PhenoKeyKind;

/**
 * PhenoKey:
 * @offset: of the field in PhenoRun
 * @changes: whether a run that goes on may have another value than it began with
 * @comment: what stands above it in run.ini
 */
typedef struct
{
  const char *group, *name;
  PhenoKeyKind kind;
  gsize offset;
  double low, high;
  const char *const *(*choices) (void);
  gboolean changes;
  const char *comment;
} PhenoKey;

extern const PhenoKey pheno_run_keys[];
extern const guint pheno_n_run_keys;

const PhenoKey *pheno_run_find_key (const char *group,
                                    const char *name); /* NULL: unknown */
char *pheno_key_full_name (const PhenoKey *key);       /* "training.epochs" */

static inline gboolean
pheno_key_is_list (const PhenoKey *key)
{
  return key->kind == PHENO_KEY_FOLDERS || key->kind == PHENO_KEY_NAMES;
}

/* The field of @run, as its type. */
#define PHENO_KEY_FIELD(run, key, type)                                                  \
  ((type *) (void *) ((char *) (run) + (key)->offset))

/* From and to the value in a key file. Values are not checked against their range here.
 */
gboolean pheno_key_read (const PhenoKey *key, GKeyFile *file, const char *folder,
                         PhenoRun *run, GError **error);
void pheno_key_write (const PhenoKey *key, const PhenoRun *run, GKeyFile *file);

/* Whether the value of @run is allowed. */
gboolean pheno_key_check (const PhenoKey *key, const PhenoRun *run, GError **error);

/* (transfer full): the value as it stands in a run file. */
char *pheno_key_value (const PhenoKey *key, const PhenoRun *run);

G_END_DECLS
