/* run-figures.h - the curves of a run, from its history
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

/* Reads history.csv of a run's folder and draws figures/curves.svg. A run without an
 * epoch draws nothing. */
gboolean pheno_run_figures_draw (const char *directory, GError **error);
