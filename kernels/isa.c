/* isa.c - which instructions this processor has
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "kernels/isa.h"

#include <stdlib.h>
#include <string.h>

static pk_isa
cap (void)
{
  const char *name = getenv ("DNNL_MAX_CPU_ISA");

  if (name == NULL || strncmp (name, "AVX512", 6) == 0 || strcmp (name, "ALL") == 0
      || strcmp (name, "DEFAULT") == 0)
    return PK_ISA_V4;
  return strncmp (name, "AVX2", 4) == 0 ? PK_ISA_V3 : PK_ISA_GENERIC;
}

pk_isa
pk_isa_detect (void)
{
  pk_isa best = PK_ISA_GENERIC;

#if defined PK_HAVE_VARIANTS
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
      && __builtin_cpu_supports ("bmi2"))
    best = PK_ISA_V3;
  if (best == PK_ISA_V3 && __builtin_cpu_supports ("avx512f")
      && __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512cd")
      && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
    best = PK_ISA_V4;
#endif

  return best < cap () ? best : cap ();
}
