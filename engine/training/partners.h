/* partners.h - which images show one specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PhenoPartners:
 * @n: specimens
 * @first: (n + 1): where the images of each begin in @image
 *
 * Pairs of images of one specimen: photographs of two days, or two sides. A specimen
 * comes once in an epoch, so its other images are never among the negatives.
 */
typedef struct
{
  guint n;
  guint32 *first, *image;
} PhenoPartners;

/* @units: specimen of each image, from 0; -1: unknown, each such image by itself */
PhenoPartners *pheno_partners_new (const int *units, guint n_images);
void pheno_partners_free (PhenoPartners *partners);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoPartners, pheno_partners_free)

/* Two different images of @specimen, every ordered pair equally likely, as a function of
 * (seed, epoch, specimen); the same image twice where there is but one. */
void pheno_partners_pick (const PhenoPartners *partners, guint32 specimen, guint64 seed,
                          guint32 epoch, guint32 picked[2]);

G_END_DECLS
