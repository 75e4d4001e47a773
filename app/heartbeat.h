/* heartbeat.h - how long the main loop was held up, for tests
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * pheno_heartbeat_start:
 *
 * Where $PHENOSCAPE_HEARTBEAT names a file, it gains a line each second:
 *
 *     seconds,held_ms,wall_ms
 *
 * the longest that one turn of the main loop took in that second: by the clock, and
 * without what it waited for a processor that others had. The second is ours to answer
 * for; the first is what a user sees on a busy machine.
 */
void pheno_heartbeat_start (void);

G_END_DECLS
