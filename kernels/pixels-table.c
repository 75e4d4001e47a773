/* pixels-table.c - the passes of one instruction set, together
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/pixels-variant.h"

const pk_pixels PK_NAMED (pk_pixels) = {
  .resample = PK_NAMED (pk_resample),
  .places = PK_NAMED (pk_places),
  .warp = PK_NAMED (pk_warp),
  .colour = PK_NAMED (pk_colour),
  .colour_of_bands = PK_NAMED (pk_colour_of_bands),
  .blur = PK_NAMED (pk_blur),
  .sharpen = PK_NAMED (pk_sharpen),
  .mix = PK_NAMED (pk_mix),
  .finite = PK_NAMED (pk_finite),
};
