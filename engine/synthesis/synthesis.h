/* synthesis.h - the built-in specimens, drawn from first principles
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

#define PHENO_N_MODALITIES (PHENO_MODALITY_HYPERSPECTRAL + 1)

/**
 * PhenoSynthesisOptions:
 * @species: number of species, 2 to 44
 * @specimens: number of specimens in all
 * @size: side of a photograph and of a stack in pixels
 * @seed: the same seed gives the same bytes
 * @threads: 0: one per core
 * @modalities: what is written, bits 1 << %PHENO_MODALITY_RGB ...; 0: photographs
 * @chosen: (array length=species) (nullable): which species; %NULL: the first
 * @cube_size: side of a cube in pixels; 0: a quarter of @size, at least 16
 * @cubes: how many specimens have one, the first; 0: as many as fit into 512 MiB, the
 *   same number of each species
 */
typedef struct
{
  int species, specimens, size;
  guint64 seed;
  int threads;
  guint modalities;
  const int *chosen;
  int cube_size, cubes;
} PhenoSynthesisOptions;

/**
 * PhenoSynthesisPlan:
 * @count: files of each modality
 * @side: their side in pixels
 * @bytes: about what they take on the disk, in all
 */
typedef struct
{
  int count[PHENO_N_MODALITIES], side[PHENO_N_MODALITIES];
  guint64 bytes;
} PhenoSynthesisPlan;

/* What pheno_synthesise() will write. Errors: %PHENO_ERROR_SETTING */
gboolean pheno_synthesis_plan (const PhenoSynthesisOptions *options,
                               PhenoSynthesisPlan *plan, GError **error);

/**
 * pheno_synthesis_find_species:
 * @names: names of species or genera with commas between them, in any case
 * @count: (out)
 *
 * Returns: (transfer full) (array length=count) (nullable): their indices, as for
 *   @chosen
 * Errors: %PHENO_ERROR_SETTING with the nearest name
 */
int *pheno_synthesis_find_species (const char *names, int *count, GError **error);

/**
 * pheno_synthesise:
 * @directory: made when absent; must be empty or hold built-in specimens
 *
 * Writes the same specimens as rgb/GENUS_SPECIES/....png, multispectral/....tif and
 * hyperspectral/....bil with .hdr, with metadata.csv (filename, species, sex, view,
 * specimen), truth.csv (what was drawn: pigments, pattern, pose, light), pairs.csv
 * (species that differ in one respect alone) and spectra.csv (reflectance of each
 * pigment). Files of an earlier set are replaced.
 *
 * Errors: %PHENO_ERROR_FILE, also when the disk has too little room
 */
gboolean pheno_synthesise (const char *directory, const PhenoSynthesisOptions *options,
                           PhenoProgressFunc progress, gpointer user_data,
                           GCancellable *cancellable, GError **error);

G_END_DECLS
