/* status.c - the words of the latest failure on this thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char latest_message[512];

const char *
pk_message (void)
{
  return latest_message;
}

pk_status
pk_fail (pk_status status, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vsnprintf (latest_message, sizeof latest_message, format, arguments);
  va_end (arguments);

  return status;
}
