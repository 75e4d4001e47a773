/* vector-body.h - vectors of WIDTH channels, their loads and stores; included once for
 * each WIDTH
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Vectors are GCC's, so one source serves every instruction set. The includer has
 * <immintrin.h> where the processor is an x86-64. W (load) is load_16 for a WIDTH of 16;
 * W and INLINE stay defined for what the includer adds.
 */

#define W(name) PK_PASTE (name, WIDTH)
#define INLINE static inline __attribute__ ((always_inline))

typedef float W (vec) __attribute__ ((vector_size (WIDTH * 4)));
typedef float W (vec_in_memory) __attribute__ ((vector_size (WIDTH * 4), aligned (4)));
typedef uint32_t W (words) __attribute__ ((vector_size (WIDTH * 4)));
typedef int32_t W (flags) __attribute__ ((vector_size (WIDTH * 4)));
typedef uint16_t W (halves) __attribute__ ((vector_size (WIDTH * 2)));
typedef uint16_t W (halves_in_memory)
    __attribute__ ((vector_size (WIDTH * 2), aligned (2)));

INLINE
W (vec) W (load) (const void *x, int64_t at, pk_precision type)
{
#if WIDTH == 16 && defined __AVX512F__ /* GCC 12 makes two halves of it */
  if (type == PK_BFLOAT16)
    return (W (vec)) _mm512_slli_epi32 (_mm512_cvtepu16_epi32 (_mm256_loadu_si256 (
                                            (const void *) ((const uint16_t *) x + at))),
                                        16);
#endif
  if (type == PK_BFLOAT16)
    {
      W (halves) half = *(const W (halves_in_memory) *) ((const uint16_t *) x + at);

      return (W (vec)) (__builtin_convertvector(half, W (words)) << 16);
    }

  return *(const W (vec_in_memory) *) ((const float *) x + at);
}

/* bfloat16 is the upper half of a float, rounded to nearest, ties to even. A NAN stays
 * one: rounding could carry it into an infinity. */
INLINE void
W (store) (void *x, int64_t at, pk_precision type, W (vec) value)
{
#if WIDTH == 16 && defined __AVX512BF16__
  if (type == PK_BFLOAT16)
    {
      _mm256_storeu_si256 ((void *) ((uint16_t *) x + at),
                           (__m256i) _mm512_cvtneps_pbh ((__m512) value));
      return;
    }
#endif
  if (type == PK_BFLOAT16)
    {
      W (words) word = (W (words)) value;
      W (words) rounded = word + 0x7FFF + ((word >> 16) & 1);
      W (flags) is_number = value == value;
      W (words)
      kept = ((W (words)) is_number & rounded) | (~(W (words)) is_number & 0x7FC00000);

      *(W (halves_in_memory) *) ((uint16_t *) x + at)
          = __builtin_convertvector(kept >> 16, W (halves));
      return;
    }

  *(W (vec_in_memory) *) ((float *) x + at) = value;
}
