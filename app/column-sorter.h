/* column-sorter.h - the order of specimens by one column
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/specimen.h"

G_BEGIN_DECLS

/**
 * pheno_column_sorter_new:
 * @column: "file", "size", "bands", "excluded", or a metadata column
 *
 * Numbers come by size, before words; in words, too, 9 comes before 10. Specimens without
 * a value come last.
 */
GtkSorter *pheno_column_sorter_new (const char *column);

/* Values of the column were edited. */
void pheno_column_sorter_forget (GtkSorter *sorter);

G_END_DECLS
