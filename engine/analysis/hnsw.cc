/* hnsw.cc - nearly all nearest rows of large sets, by hnswlib
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The only C++ of the house, because the library is nothing but templates.
 */
#include "engine/analysis/hnsw.h"

#include <atomic>
#include <hnswlib/hnswlib.h>
#include <new>
#include <thread>
#include <vector>

namespace
{
const size_t LINKS = 16;   /* of a row on each level */
const size_t BUILT = 200;  /* candidates while it is built */
const size_t CHUNK = 1024; /* rows between two looks at the cancellation */

void
fill_row (const hnswlib::HierarchicalNSW<float> &graph, const float *row, size_t self,
          size_t k, int *index, float *square)
{
  auto found = graph.searchKnn (row, k + 1);
  std::vector<std::pair<float, hnswlib::labeltype>> sorted;
  size_t at = 0;

  for (; !found.empty (); found.pop ())
    sorted.push_back (found.top ());
  for (auto one = sorted.rbegin (); one != sorted.rend () && at < k; ++one)
    if (one->second != self)
      {
        index[at] = (int) one->second;
        square[at++] = one->first < 0 ? 0 : one->first;
      }
  for (; at < k; at++)
    {
      index[at] = -1;
      square[at] = -1;
    }
}
}

extern "C" int
pheno_hnsw_search (const float *rows, size_t n, size_t columns, size_t k, int threads,
                   int *index, float *square, int (*is_cancelled) (void *data), void *data)
try
  {
    hnswlib::L2Space space (columns);
    /* Room for one row more: the search looks ahead one link behind the last. */
    hnswlib::HierarchicalNSW<float> graph (&space, n + 1, LINKS, BUILT, 1);
    std::atomic<size_t> next (0);
    std::atomic<int> status (0);
    std::vector<std::thread> team;

    for (size_t row = 0; row < n; row++)
      {
        if (row % CHUNK == 0 && is_cancelled != nullptr && is_cancelled (data))
          return 2;
        graph.addPoint (rows + row * columns, row);
      }
    graph.setEf (2 * k + 64);

    auto work = [&] {
      try
        {
          for (size_t from; status == 0 && (from = next.fetch_add (CHUNK)) < n;)
            {
              if (is_cancelled != nullptr && is_cancelled (data))
                status = 2;
              for (size_t row = from; row < n && row < from + CHUNK; row++)
                fill_row (graph, rows + row * columns, row, k, index + row * k,
                          square + row * k);
            }
        }
      catch (...)
        {
          status = 1;
        }
    };
    for (int t = 1; t < threads; t++)
      team.emplace_back (work);
    work ();
    for (auto &one : team)
      one.join ();
    return status;
  }
catch (...)
  {
    return 1;
  }
