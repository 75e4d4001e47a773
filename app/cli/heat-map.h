/* heat-map.h - which parts of a specimen make others look like it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/cli/cli.h"
#include "engine/embedding/embedding.h"

G_BEGIN_DECLS

/**
 * PhenoHeatMap:
 * @output: figure
 * @run: (nullable): run folder or weights; what the table names as its source when absent
 * @layer: (nullable): where the encoder is read; as the table was when absent
 */
typedef struct
{
  char *output, *run, *layer;
  int threads;
} PhenoHeatMap;

/* @rows: (array length=n): of the query's neighbours */
gboolean pheno_cli_draw_heat_map (PhenoCli *cli, const PhenoHeatMap *heat_map,
                                  const PhenoEmbedding *embedding, int query,
                                  const int *rows, guint n, GError **error);

G_END_DECLS
