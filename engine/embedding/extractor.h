/* extractor.h - from images to rows of numbers: an encoder or a baseline
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/embedding/embedding.h"
#include "engine/reader/reader.h"
#include "engine/training/training.h"

G_BEGIN_DECLS

/**
 * PhenoExtractor:
 * @columns: D of a row
 * @batch: images at a time
 * @shorter_side: pixels at which images are read; 0: full size
 * @preparation: (nullable): how they are read; plain photographs without; owned
 * @extract: @rows: (out caller-allocates): (n, D), n at most @batch
 * @bands: of the views that @alter sees; 0: it is never called
 * @view_pixels: of a band of a view
 * @wavelengths_nm, @band_names: (nullable) (array length=bands): of those bands; borrowed
 * @map_rows, @map_columns: cells of a row, (C, map_rows, map_columns)
 * @alter: (nullable): may change the views, (n, bands, view_pixels), before they are
 *   seen; where it returns %FALSE they are not, and the rows stay as they are
 * @finish: (nullable): what is done with all rows at the end; takes @matrix over and
 * gives it or another back
 * @extra: (nullable): freed with @free_extra
 */
typedef struct _PhenoExtractor PhenoExtractor;
struct _PhenoExtractor
{
  gsize columns;
  guint batch;
  int shorter_side;
  PhenoPreparation *preparation;
  gboolean (*extract) (PhenoExtractor *self, const PhenoImage *const *images, guint n,
                       float *rows, GError **error);
  int bands;
  gsize view_pixels;
  int map_rows, map_columns;
  const double *wavelengths_nm;
  char **band_names;
  gboolean (*alter) (float *views, guint n, gpointer user_data);
  gpointer alter_data;
  PhenoMatrix *(*finish) (PhenoMatrix *matrix, GError **error);
  gpointer extra;
  GDestroyNotify free_extra;
};

void pheno_extractor_free (PhenoExtractor *extractor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoExtractor, pheno_extractor_free)

/**
 * PhenoEmbedSource: what the options come down to
 * @baseline: (nullable): its name, without "baseline:"
 * @roots, @species, @metadata, @excluded: (nullable): where the source says them
 * @weights: (nullable): file; none for the untrained encoder
 * @run_text: (nullable): the run file, whose recipe says how views are normalised
 * @catalogue: (nullable): that remembers the scanned files
 * @precision: "float32" or "bfloat16"
 * @run: which images and pixels
 * @bands, @band_names, @wavelengths_nm: of prepared images; see pheno_embed_source_look()
 */
typedef struct
{
  char *baseline;
  char **roots;
  char *species;
  char *metadata;
  char **excluded;
  char *catalogue;
  char *weights;
  char *run_text;
  char *encoder;
  char *precision;
  char *adapter, *attention;
  int size;
  guint64 seed;
  PhenoRun *run;
  int bands;
  GStrv band_names;
  double *wavelengths_nm;
} PhenoEmbedSource;

PhenoEmbedSource *pheno_embed_source_new (const PhenoEmbedOptions *options,
                                          GError **error);
void pheno_embed_source_free (PhenoEmbedSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoEmbedSource, pheno_embed_source_free)

/* Finds the bands that images come to, from the first of them. Before an extractor is
 * made. */
gboolean pheno_embed_source_look (PhenoEmbedSource *source, const char *path,
                                  GError **error);

PhenoExtractor *pheno_extractor_new_baseline (const PhenoEmbedSource *source, int threads,
                                              GError **error);
PhenoExtractor *pheno_extractor_new_encoder (const PhenoEmbedSource *source,
                                             const PhenoEmbedOptions *options,
                                             GHashTable *provenance, GError **error);

/* (transfer full) (nullable): an extractor that asks @extractor (transfer full). */
typedef PhenoExtractor *(*PhenoExtractorWrap) (PhenoExtractor *extractor, gpointer data,
                                               GError **error);

/* As pheno_embed(), by what @wrap makes of the extractor. Images come in a random order,
 * of @seed, so that each batch is a sample of the collection. */
PhenoEmbedding *pheno_embed_wrapped (const PhenoEmbedOptions *options,
                                     PhenoExtractorWrap wrap, gpointer wrap_data,
                                     guint64 seed, GPtrArray *problems,
                                     PhenoProgressFunc progress, gpointer user_data,
                                     GCancellable *cancellable, GError **error);

/**
 * pheno_average_pool:
 * @map: (C, H, W)
 * @cells: (out caller-allocates): (C, rows, columns)
 *
 * Cell i of n covers the pixels from floor (i H / n) to ceil ((i + 1) H / n), as
 * PyTorch's adaptive_avg_pool2d has it.
 */
void pheno_average_pool (const float *map, gsize channels, gsize height, gsize width,
                         int rows, int columns, float *cells);

/**
 * pheno_decode:
 * @paths: (array length=n)
 * @extractor: says how they are read
 * @images: (out caller-allocates): n; NULL where a file could not be read
 * @errors: (out caller-allocates): n; the reasons
 */
void pheno_decode (const char *const *paths, guint n, const PhenoExtractor *extractor,
                   int threads, PhenoImage **images, GError **errors);

G_END_DECLS
