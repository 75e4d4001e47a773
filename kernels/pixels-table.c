/* pixels-table.c - the passes of one instruction set, together
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/pixels-variant.h"

const pk_pixels PK_NAMED (pk_pixels) = {
  .resample = PK_NAMED (pk_resample),
  .warp = PK_NAMED (pk_warp),
  .colour = PK_NAMED (pk_colour),
  .blur = PK_NAMED (pk_blur),
};
