/* neighbour-lists.h - other questions to the graph of neighbours than that of a row
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/cli/table.h"

G_BEGIN_DECLS

/**
 * PhenoListOptions:
 * @lists: "typical,strange,duplicates,mislabels", or some of these
 * @by: (nullable): column of the labels (species)
 * @limit: lines of each list
 * @output: (nullable): table of all rows
 */
typedef struct
{
  const char *lists, *by, *output;
  int k, limit, threads;
  PhenoMetric metric;
} PhenoListOptions;

gboolean pheno_cli_neighbour_lists (PhenoCli *cli, const PhenoEmbedding *embedding,
                                    const PhenoListOptions *options, GError **error);

/* Neighbours of the mean of the rows of "COLUMN:VALUE", or of the rows of another table:
 * one of both is given. */
gboolean pheno_cli_neighbours_of_others (PhenoCli *cli, const PhenoEmbedding *embedding,
                                         const char *centroid, const char *from,
                                         const PhenoListOptions *options, GError **error);

G_END_DECLS
