/* pixels.h - the passes over pixels that augmentation is made of
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_PIXELS_H
#define PK_PIXELS_H

#endif /* PK_PIXELS_H */
