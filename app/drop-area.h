/* drop-area.h - an outline over the window that says what dropping a file will do
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PhenoDropArea:
 *
 * Lies over everything and is seen while files hover over @target. Signal: "dropped"
 * (GFile), for the first of them.
 */
#define PHENO_TYPE_DROP_AREA (pheno_drop_area_get_type ())
G_DECLARE_FINAL_TYPE (PhenoDropArea, pheno_drop_area, PHENO, DROP_AREA, AdwBin)

void pheno_drop_area_watch (PhenoDropArea *self, GtkWidget *target);

G_END_DECLS
