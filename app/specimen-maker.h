/* specimen-maker.h - the built-in specimens, drawn when somebody wants to try the program
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PhenoSpecimenMaker:
 *
 * Draws them once into the user's data folder. Properties: "running", "fraction".
 */
#define PHENO_TYPE_SPECIMEN_MAKER (pheno_specimen_maker_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimenMaker, pheno_specimen_maker, PHENO, SPECIMEN_MAKER,
                      GObject)

PhenoSpecimenMaker *pheno_specimen_maker_new (void);

void pheno_specimen_maker_make_async (PhenoSpecimenMaker *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);

/* (transfer full) (type filename): the folder with the specimens. */
char *pheno_specimen_maker_make_finish (PhenoSpecimenMaker *self, GAsyncResult *result,
                                        GError **error);

G_END_DECLS
