/* photograph.h - the specimen as an RGB photograph
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/synthesis/specimen.h"

/* @pixels: (out caller-allocates): (size, size, 3), sRGB. The same bytes on any thread.
 */
void pheno_photograph_take (const PhenoSpecimen *specimen, int size, guint8 *pixels);
