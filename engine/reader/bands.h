/* bands.h - which bands of a file are used; part of the reader's door
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One text says which, in run.ini, in study.ini, on the command line and in the window:
 *
 *     all                   all but those that the file calls bad, and but the mask
 *     every                 these, too
 *     rgb, uv               by the names of bands, or by their wavelengths
 *     1,4-7,12              numbers, from 1
 *     vR,vG,uB              names
 *     450nm,550nm,650nm     the nearest to each wavelength
 *     400-700nm             all in a region
 *     uniform:16            so many, evenly spread; uniform:16:400-700nm of a region
 *     random:16             others for each view, in the order of the file
 *     pca:16                those that vary most with the first principal components
 *     cie                   red, green and blue by CIE 1931 colour matching
 *     receptors:VIEWER      cone catches; VIEWER@LIGHT, see receptors.h
 */
#pragma once

#include "engine/reader/receptors.h"

G_BEGIN_DECLS

typedef struct _PhenoBandSelection PhenoBandSelection;

/**
 * pheno_band_selection_new:
 *
 * Errors: %PHENO_ERROR_SETTING with the part that cannot be understood; those of
 * pheno_viewer_new()
 */
PhenoBandSelection *pheno_band_selection_new (const char *text, GError **error);
void pheno_band_selection_free (PhenoBandSelection *bands);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoBandSelection, pheno_band_selection_free)
const char *pheno_band_selection_text (const PhenoBandSelection *bands);

gboolean pheno_band_selection_is_all (const PhenoBandSelection *bands);
/* K of random:K; 0 for all other texts. */
int pheno_band_selection_drawn (const PhenoBandSelection *bands);
/* K of pca:K, which has to be found over the collection first; 0 for all other texts. */
int pheno_band_selection_important (const PhenoBandSelection *bands);

/**
 * PhenoBandChoice: what a text comes to for one file
 * @in: (array length=n_in): bands of the file, from 0, that have to be read
 * @mix: (nullable): makes the output bands of them; %NULL: they are the output
 * @names: (array zero-terminated=1): of the @n output bands, never ""
 * @wavelengths_nm: (array length=n) (nullable)
 * @left_out: bands that were left out because the file calls them bad
 */
typedef struct
{
  int n_in, n;
  int *in;
  PhenoMix *mix;
  GStrv names;
  double *wavelengths_nm;
  int left_out;
} PhenoBandChoice;

void pheno_band_choice_clear (PhenoBandChoice *choice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoBandChoice, pheno_band_choice_clear)

/**
 * pheno_band_selection_choose:
 * @path: of the file, for words about it
 * @mask_band: the band that is its mask and no data; -1: none
 *
 * random:K and pca:K give all bands that they may choose from.
 *
 * Errors: %PHENO_ERROR_SETTING when the file does not have such bands, with what it has
 */
gboolean pheno_band_selection_choose (const PhenoBandSelection *bands,
                                      const PhenoImageHeader *header, const char *path,
                                      int mask_band, PhenoBandChoice *choice,
                                      GError **error);

/**
 * pheno_band_name:
 * @band: from 0
 *
 * Returns: (transfer full): its name in the file, its wavelength, or its number from 1
 */
char *pheno_band_name (const PhenoImageHeader *header, int band);

/* The band of that name (whatever its case) or number from 1; -1. */
int pheno_band_find (const PhenoImageHeader *header, const char *name);

G_END_DECLS
