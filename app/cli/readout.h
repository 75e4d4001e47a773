/* readout.h - options that say which numbers of which source become embeddings
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * embed and evaluate share them.
 */
#pragma once

#include "app/cli/cli.h"
#include "engine/embedding/embedding.h"

G_BEGIN_DECLS

typedef struct
{
  char **collections, **settings;
  char *species, *layer, *pool, *whiten, *device;
  int size, threads;
  gboolean normalise;
} PhenoReadout;

void pheno_readout_clear (PhenoReadout *readout);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoReadout, pheno_readout_clear)

#define PHENO_READOUT_ENTRIES(readout)                                                   \
  { "collection",                                                                        \
    0,                                                                                   \
    0,                                                                                   \
    G_OPTION_ARG_FILENAME_ARRAY,                                                         \
    &(readout)->collections,                                                             \
    N_ ("Folder with the images; may be repeated; a run's own when absent"),             \
    N_ ("DIR") },                                                                        \
      { "set",                                                                           \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_FILENAME_ARRAY,                                                     \
        &(readout)->settings,                                                            \
        N_ ("Which pixels, such as collection.bands=uv; may be repeated"),               \
        N_ ("KEY=VALUE") },                                                              \
      { "species",                                                                       \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_STRING,                                                             \
        &(readout)->species,                                                             \
        N_ ("auto, folder, metadata or a pattern of file names"),                        \
        N_ ("RULE") },                                                                   \
      { "layer",                                                                         \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_STRING,                                                             \
        &(readout)->layer,                                                               \
        N_ ("Where the encoder is read: stem, layer1 ... layer4, block1 ..., features "  \
            "(features)"),                                                               \
        N_ ("NAME") },                                                                   \
      { "pool",                                                                          \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_STRING,                                                             \
        &(readout)->pool,                                                                \
        N_ ("mean, or cells such as 2x2, which keep where things are; of a "             \
            "transformer’s blocks cls, mean or both (mean, cls)"),                       \
        N_ ("mean|RxC|cls|both") },                                                      \
      { "normalise",                                                                     \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_NONE,                                                               \
        &(readout)->normalise,                                                           \
        N_ ("Make each row of length 1"),                                                \
        NULL },                                                                          \
      { "whiten",                                                                        \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_STRING,                                                             \
        &(readout)->whiten,                                                              \
        N_ ("Centre, and keep N principal components of unit variance (none)"),          \
        N_ ("N|none") },                                                                 \
      { "size",                                                                          \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_INT,                                                                \
        &(readout)->size,                                                                \
        N_ ("Side of the view in pixels (as the run)"),                                  \
        "PX" },                                                                          \
      { "device",                                                                        \
        0,                                                                               \
        0,                                                                               \
        G_OPTION_ARG_STRING,                                                             \
        &(readout)->device,                                                              \
        N_ ("auto, or a name that “devices” shows"),                                     \
        N_ ("NAME") },                                                                   \
  {                                                                                      \
    "threads", 0, 0, G_OPTION_ARG_INT, &(readout)->threads,                              \
        N_ ("Threads; 0: one for each core (0)"), "N"                                    \
  }

/* Number of components, 0 for none; -1 with @error. */
int pheno_readout_whiten (const PhenoReadout *readout, GError **error);

/* Whether one of the options that need images was given: its name, or NULL. */
const char *pheno_readout_needs_images (const PhenoReadout *readout);

/* @options: (out caller-allocates): borrows from @readout. Errors: %PHENO_ERROR_SETTING
 */
gboolean pheno_readout_options (const PhenoReadout *readout, const char *source,
                                PhenoEmbedOptions *options, GError **error);

/* Embeds; files that were left out are named on standard error and counted in @left_out.
 */
PhenoEmbedding *pheno_readout_embed (const PhenoReadout *readout, const char *source,
                                     PhenoCli *cli, guint *left_out, GError **error);

G_END_DECLS
