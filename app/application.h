/* application.h - the program: windows, preferences, help
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_APPLICATION_ID "io.github.phenoscape.Phenoscape"

#define PHENO_TYPE_APPLICATION (pheno_application_get_type ())
G_DECLARE_FINAL_TYPE (PhenoApplication, pheno_application, PHENO, APPLICATION,
                      AdwApplication)

PhenoApplication *pheno_application_new (void);

/**
 * pheno_settings:
 *
 * Program matters: the window's size, threads, the cache. What belongs to a piece of work
 * stands in its study.
 *
 * Returns: (transfer none): the one object of this program; from the built folder when
 * the program is not installed
 */
GSettings *pheno_settings (void);

G_END_DECLS
