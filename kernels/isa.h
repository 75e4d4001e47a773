/* isa.h - which instructions this processor has
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Passes that run over many pixels are compiled several times from one source, with
 * PK_VARIANT the word at the end of their names, and chosen once, at run time. Levels are
 * those of the x86-64 psABI; other processors have the generic one.
 */
#ifndef PK_ISA_H
#define PK_ISA_H

typedef enum
{
  PK_ISA_GENERIC = 0,
  PK_ISA_V3, /* AVX2, FMA */
  PK_ISA_V4, /* AVX-512 F, BW, CD, DQ, VL */
  PK_ISA_COUNT
} pk_isa;

/* The best level of this processor that was compiled in. The environment variable
 * DNNL_MAX_CPU_ISA, which oneDNN reads, caps it as well: SSE41 and AVX give the generic
 * passes, AVX2 and AVX2_VNNI give v3. */
pk_isa pk_isa_detect (void);

/* PK_NAMED (blur) is blur_v3 in the file that is compiled for v3. */
#define PK_PASTE_AGAIN(name, variant) name##_##variant
#define PK_PASTE(name, variant) PK_PASTE_AGAIN (name, variant)
#ifdef PK_VARIANT
#define PK_NAMED(name) PK_PASTE (name, PK_VARIANT)
#endif

#endif /* PK_ISA_H */
