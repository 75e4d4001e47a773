/* undo.h - what the user did, and how to take it back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHENO_TYPE_UNDO (pheno_undo_get_type ())
G_DECLARE_FINAL_TYPE (PhenoUndo, pheno_undo, PHENO, UNDO, GObject)

/* Does something, or takes it back. */
typedef void (*PhenoUndoFunc) (gpointer data);

/**
 * PhenoUndo:
 *
 * One stack for the whole window, so that Ctrl+Z takes back what was done last, on
 * whichever page. Properties: "undo-label" and "redo-label", NULL where there is nothing.
 */
PhenoUndo *pheno_undo_new (void);

/**
 * pheno_undo_push:
 * @label: what was done, as a sentence for people: “3 images excluded”
 * @undo: takes it back
 * @redo: does it again
 * @data: (transfer full): for both; freed with @free_data
 *
 * The thing itself has been done already. What was taken back before is forgotten.
 */
void pheno_undo_push (PhenoUndo *undo_stack, const char *label, PhenoUndoFunc undo,
                      PhenoUndoFunc redo, gpointer data, GDestroyNotify free_data);

gboolean pheno_undo_undo (PhenoUndo *self);
gboolean pheno_undo_redo (PhenoUndo *self);
void pheno_undo_clear (PhenoUndo *self);
const char *pheno_undo_get_undo_label (PhenoUndo *self);
const char *pheno_undo_get_redo_label (PhenoUndo *self);

G_END_DECLS
