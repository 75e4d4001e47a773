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

/* Viridis of matplotlib (CC0) in eleven even steps: as light as it is high, and read
 * alike by colour-blind eyes. */
static const guint32 viridis[]
    = { 0x440154, 0x482475, 0x414487, 0x355F8D, 0x2A788E, 0x21908C,
        0x22A884, 0x42BE71, 0x7AD151, 0xBDDF26, 0xFDE725 };

static double
channel (guint32 colour, int index)
{
  return (colour >> (16 - 8 * index) & 255) / 255.0;
}

void
pheno_palette_ramp (double share, double rgb[3])
{
  const gsize last = G_N_ELEMENTS (viridis) - 1;
  double at = CLAMP (share, 0, 1) * (double) last;
  gsize below = MIN ((gsize) at, last - 1);

  for (int i = 0; i < 3; i++)
    rgb[i] = channel (viridis[below], i)
             + (at - (double) below)
                   * (channel (viridis[below + 1], i) - channel (viridis[below], i));
}

void
pheno_palette_colour (guint group, guint n_groups, double rgb[3])
{
  guint32 colour = n_groups <= G_N_ELEMENTS (okabe_ito)
                       ? okabe_ito[group % G_N_ELEMENTS (okabe_ito)]
                       : tol_muted[group % G_N_ELEMENTS (tol_muted)];

  for (int i = 0; i < 3; i++)
    rgb[i] = channel (colour, i);
}

guint
pheno_palette_shape (guint group, guint n_groups)
{
  return n_groups <= G_N_ELEMENTS (tol_muted)
             ? 0
             : group / G_N_ELEMENTS (tol_muted) % N_SHAPES;
}
