/* specimen-facts.h - all that is known about a specimen, as a list
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

#include "app/session.h"

G_BEGIN_DECLS

#define PHENO_TYPE_SPECIMEN_FACTS (pheno_specimen_facts_get_type ())
G_DECLARE_FINAL_TYPE (PhenoSpecimenFacts, pheno_specimen_facts, PHENO, SPECIMEN_FACTS,
                      AdwBin)

void pheno_specimen_facts_show (PhenoSpecimenFacts *self, PhenoSession *session,
                                PhenoSpecimen *specimen);

/* (transfer full): “512 × 384”, “3 bands, 8 bits”. */
char *pheno_specimen_describe_size (PhenoSpecimen *specimen);
char *pheno_specimen_describe_bands (PhenoSpecimen *specimen);

G_END_DECLS
