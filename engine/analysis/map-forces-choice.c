/* map-forces-choice.c - which instruction set the maps use
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/analysis/map-forces.h"

extern const pheno_map_forces pheno_map_forces_generic;

#ifdef PK_HAVE_VARIANTS
extern const pheno_map_forces pheno_map_forces_v3, pheno_map_forces_v4;
#endif

const pheno_map_forces *
pheno_map_forces_get (void)
{
#ifdef PK_HAVE_VARIANTS
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
      && __builtin_cpu_supports ("avx512cd") && __builtin_cpu_supports ("avx512dq")
      && __builtin_cpu_supports ("avx512vl"))
    return &pheno_map_forces_v4;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
      && __builtin_cpu_supports ("bmi2"))
    return &pheno_map_forces_v3;
#endif
  return &pheno_map_forces_generic;
}
