/* tables.h - what is written beside the built-in specimens
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/synthesis/specimen.h"
#include "engine/synthesis/synthesis.h"

/* Specimen @number of the set, and the species @place of it. */
void pheno_set_draw (const PhenoSynthesisOptions *options, int number,
                     PhenoSpecimen *specimen);
int pheno_set_species (const PhenoSynthesisOptions *options, int place);

/* (transfer full): "Genus_epithet" */
char *pheno_set_folder (const PhenoSpecies *species);

/* (transfer full): relative, with "/" */
char *pheno_set_file (const PhenoSpecimen *specimen, PhenoModality modality);

/* metadata.csv, truth.csv, pairs.csv and, last, spectra.csv. */
gboolean pheno_set_write_tables (const char *directory,
                                 const PhenoSynthesisOptions *options,
                                 const PhenoSynthesisPlan *plan, GError **error);
