/* synthesis.h - the built-in specimens, drawn from first principles
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/**
 * PhenoSynthesisOptions:
 * @species: number of species, 2 to 40
 * @specimens: number of specimens in all
 * @size: side of a photograph in pixels
 * @seed: the same seed gives the same bytes
 * @threads: 0: one per core
 */
typedef struct
{
  int species, specimens, size;
  guint64 seed;
  int threads;
} PhenoSynthesisOptions;

/**
 * pheno_synthesise:
 * @directory: made when absent; must be empty or hold built-in specimens
 *
 * Writes rgb/GENUS_SPECIES/....png, metadata.csv (filename, species, sex, view, specimen
 * ...) and truth.csv (what was drawn: pigments, pattern, pose, light), and spectra.csv
 * (reflectance of each pigment).
 */
gboolean pheno_synthesise (const char *directory, const PhenoSynthesisOptions *options,
                           PhenoProgressFunc progress, gpointer user_data,
                           GCancellable *cancellable, GError **error);

G_END_DECLS
