/* search.h - the combinations of a search; the training room's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/training/training.h"

G_BEGIN_DECLS

#define PHENO_MOST_TRIALS 10000

/**
 * pheno_search_plan:
 * @plan: (inout) (element-type GStrv): the values of the axes are appended, trial by
 * trial
 */
gboolean pheno_search_plan (GPtrArray *axes, const PhenoSearchOptions *options,
                            GPtrArray *plan, GError **error);

G_END_DECLS
