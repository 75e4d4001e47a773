/* loader.h - which images make which step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PhenoLoader: the order of the images, epoch after epoch
 *
 * A step has a fixed number of images, so the last images of an epoch may not fill one.
 * They are carried into the next epoch, where they surely have a place. So no image comes
 * twice in one epoch (a twin of itself among the negatives would be a wrong answer), and
 * none waits longer than one epoch.
 *
 * The order is a function of (seed, epoch, number of images, images a step).
 */
typedef struct _PhenoLoader PhenoLoader;

/* @per_step: at most @n_images. */
PhenoLoader *pheno_loader_new (guint n_images, guint per_step, guint64 seed);
void pheno_loader_free (PhenoLoader *loader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoLoader, pheno_loader_free)

guint pheno_loader_steps (const PhenoLoader *loader); /* of an epoch */

/* Goes to epoch @epoch, from 0; any order of calls gives the same images. */
void pheno_loader_begin (PhenoLoader *loader, guint32 epoch);

/* (transfer none): the images of a step, as many as @per_step. */
const guint32 *pheno_loader_step (const PhenoLoader *loader, guint step);

G_END_DECLS
