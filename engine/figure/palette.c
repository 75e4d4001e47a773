/* palette.c - colours that colour-blind readers can tell apart
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/figure/figure.h"

#define N_SHAPES 7

/* Okabe and Ito's eight. Blue and vermilion first, as they differ most for everyone;
 * yellow last, as it is faint on white paper. */
static const guint32 okabe_ito[]
    = { 0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0xF0E442 };

/* Tol's nine muted colours, and black. */
static const guint32 tol_muted[] = { 0x332288, 0xCC6677, 0x117733, 0xDDCC77, 0x88CCEE,
                                     0x882255, 0x44AA99, 0x999933, 0xAA4499, 0x000000 };

void
pheno_palette_colour (guint group, guint n_groups, double rgb[3])
{
  guint32 colour = n_groups <= G_N_ELEMENTS (okabe_ito)
                       ? okabe_ito[group % G_N_ELEMENTS (okabe_ito)]
                       : tol_muted[group % G_N_ELEMENTS (tol_muted)];

  for (int i = 0; i < 3; i++)
    rgb[i] = (colour >> (16 - 8 * i) & 255) / 255.0;
}

guint
pheno_palette_shape (guint group, guint n_groups)
{
  return n_groups <= G_N_ELEMENTS (tol_muted)
             ? 0
             : group / G_N_ELEMENTS (tol_muted) % N_SHAPES;
}
