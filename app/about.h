/* about.h - what this program is, and what it runs on
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void pheno_show_about (GtkWindow *parent);

/* (transfer full): program, libraries, devices; for reports of what went wrong. */
char *pheno_describe_system (void);

G_END_DECLS
