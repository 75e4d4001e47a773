/* body.h - the words in which host and device differ
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A body is the arithmetic of one output element: no loop over the image, no memory, no
 * threads. It is valid C and CUDA C++; loops and launches elsewhere only find the index.
 */
#ifndef PK_BODY_H
#define PK_BODY_H

#ifdef __CUDACC__
#define PK_BODY static __host__ __device__ __forceinline__
#else
#define PK_BODY static inline
#endif

#endif /* PK_BODY_H */
