/* rehearsal.h - try what may crash where it does no harm
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * pheno_rehearse:
 * @seconds: of processor time that the work may take
 * @work: called in a copy of this process, whose memory is lost afterwards
 *
 * A damaged HDF5 file can crash libhdf5 or send it into an endless loop, and a window or
 * a queue of jobs must outlive that.
 *
 * Returns: %FALSE when the copy crashed or took too long; %TRUE when it came to an end,
 *   or could not be made
 */
gboolean pheno_rehearse (guint seconds, void (*work) (gconstpointer data),
                         gconstpointer data);

G_END_DECLS
