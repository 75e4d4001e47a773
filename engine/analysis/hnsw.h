/* hnsw.h - nearly all nearest rows of large sets
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PHENO_HNSW_H
#define PHENO_HNSW_H

#include <stddef.h>

#ifdef __cplusplus
extern "C"
{
#endif

  /**
   * pheno_hnsw_search:
   * @rows: (n, columns)
   * @index, @square: (n, k): nearest first, never the row itself, -1 where there are
   * fewer; squared Euclidean distances
   * @is_cancelled: (nullable): looked at now and then
   *
   * Hierarchical navigable small worlds: Malkov and Yashunin 2018, arXiv:1603.09320, of
   * hnswlib. The graph is built on one thread in the order of the rows, so that it is the
   * same each time; queries run on all threads.
   *
   * Returns: 0; 1 without memory; 2 cancelled
   */
  int pheno_hnsw_search (const float *rows, size_t n, size_t columns, size_t k,
                         int threads, int *index, float *square,
                         int (*is_cancelled) (void *data), void *data);

#ifdef __cplusplus
}
#endif

#endif /* PHENO_HNSW_H */
