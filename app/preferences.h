/* preferences.h - program matters: device, threads, light or dark, cache
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PHENO_TYPE_PREFERENCES (pheno_preferences_get_type ())
G_DECLARE_FINAL_TYPE (PhenoPreferences, pheno_preferences, PHENO, PREFERENCES,
                      AdwPreferencesWindow)

GtkWidget *pheno_preferences_new (GtkWindow *parent);

/* As the preferences say: where caches lie, for this program and what it starts, and
 * whether it is light or dark. */
void pheno_preferences_apply (void);

G_END_DECLS
