/* hidden-pages.h - screen readers are told of what is seen, and of nothing else
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Once, before the first window. */
void pheno_hidden_pages_watch (void);

G_END_DECLS
