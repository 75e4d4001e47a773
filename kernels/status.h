/* status.h - how the kernels say what went wrong
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_STATUS_H
#define PK_STATUS_H

#include "kernels/pk.h"

/* Remembers the words for pk_message and returns @status. */
pk_status pk_fail (pk_status status, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

#endif /* PK_STATUS_H */
