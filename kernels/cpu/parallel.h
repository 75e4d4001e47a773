/* parallel.h - one loop on several threads
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_PARALLEL_H
#define PK_PARALLEL_H

typedef void (*pk_task) (int item, void *user_data);

/* Calls @task for each item from 0 to @count - 1, on at most @threads threads, and comes
 * back when all are done. Which thread does what is not fixed, so a task writes only what
 * belongs to its item. */
void pk_parallel (int threads, int count, pk_task task, void *user_data);

/* Tells the thread library of oneDNN how many threads it may use from this thread. */
void pk_parallel_limit (int threads);

/* Cores that this process may use. */
int pk_parallel_cores (void);

#endif /* PK_PARALLEL_H */
