/* batch.c - many views at once
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Helpers wait on a condition between calls, so that a call costs two wake-ups and not
 * the making of threads. Each thread, the caller too, takes the next view until none is
 * left; a view depends on its key alone, so who makes it does not matter.
 *
 * These are POSIX threads and not GLib's: the thread sanitizer sees into the former only.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "engine/augment/scratch.h"

#define MAX_HELPERS 255

typedef struct
{
  const PhenoRecipe *recipe;
  const PhenoImage *const *images;
  const PhenoViewKey *keys;
  guint n;
  int size;
  float *views;
  atomic_uint next, bad; /* the first view with a value that is no number; n: none */
} Batch;

static struct
{
  pthread_mutex_t busy; /* held by the one call that has the helpers */
  pthread_mutex_t lock; /* of all that follows */
  pthread_cond_t start, done;
  Batch *batch;
  unsigned wanted;  /* helpers that may still join the batch */
  unsigned working; /* helpers that have joined and not finished */
  unsigned helpers;
  PhenoAugmentScratch *scratch; /* of the callers that hold busy */
} pool = { .busy = PTHREAD_MUTEX_INITIALIZER,
           .lock = PTHREAD_MUTEX_INITIALIZER,
           .start = PTHREAD_COND_INITIALIZER,
           .done = PTHREAD_COND_INITIALIZER };

/* Whole numbers know no NaN; no operation makes one of numbers. */
static gboolean
may_be_broken (const PhenoImage *image)
{
  return image->type == PHENO_SAMPLE_FLOAT32 || image->type == PHENO_SAMPLE_FLOAT16
         || image->type == PHENO_SAMPLE_FLOAT64;
}

static void
note_bad (Batch *batch, guint i)
{
  unsigned first = atomic_load (&batch->bad);

  while (i < first && !atomic_compare_exchange_weak (&batch->bad, &first, i))
    ;
}

static void
work_on (Batch *batch, PhenoAugmentScratch *scratch)
{
  guint i;

  while ((i = atomic_fetch_add_explicit (&batch->next, 1, memory_order_relaxed))
         < batch->n)
    {
      const PhenoImage *image = batch->images[i];
      gsize count = (gsize) image->bands * (gsize) batch->size * (gsize) batch->size;
      float *view = batch->views + (gsize) i * count;

      if (batch->keys != NULL)
        pheno_augment (batch->recipe, image, batch->keys[i], batch->size, scratch, view);
      else
        pheno_augment_plain (batch->recipe, image, batch->size, scratch, view);
      if (may_be_broken (image) && !scratch->passes->finite (view, count))
        note_bad (batch, i);
    }
}

static void *
help (void *unused)
{
  PhenoAugmentScratch *scratch = pheno_augment_scratch_new_for (pk_isa_detect ());

  pthread_mutex_lock (&pool.lock);
  for (;;)
    {
      Batch *batch;

      while (pool.wanted == 0)
        pthread_cond_wait (&pool.start, &pool.lock);
      pool.wanted--;
      pool.working++;
      batch = pool.batch;
      pthread_mutex_unlock (&pool.lock);

      work_on (batch, scratch);

      pthread_mutex_lock (&pool.lock);
      if (--pool.working == 0)
        pthread_cond_signal (&pool.done);
    }
  return NULL;
}

/* Makes helpers until there are @wanted; fewer when the system gives no more. */
static void
ensure_helpers (unsigned wanted)
{
  while (pool.helpers < wanted)
    {
      pthread_t thread;

      if (pthread_create (&thread, NULL, help, NULL) != 0)
        return;
      pthread_detach (thread);
      pool.helpers++;
    }
}

static void
share (Batch *batch, unsigned helpers)
{
  pthread_mutex_lock (&pool.lock);
  ensure_helpers (helpers);
  pool.batch = batch;
  pool.wanted = MIN (helpers, pool.helpers);
  pthread_cond_broadcast (&pool.start);
  pthread_mutex_unlock (&pool.lock);

  if (pool.scratch == NULL)
    pool.scratch = pheno_augment_scratch_new_for (pk_isa_detect ());
  work_on (batch, pool.scratch);

  pthread_mutex_lock (&pool.lock);
  pool.wanted = 0; /* who has not woken up yet is too late */
  while (pool.working > 0)
    pthread_cond_wait (&pool.done, &pool.lock);
  pthread_mutex_unlock (&pool.lock);
}

int
pheno_augment_batch (const PhenoRecipe *recipe, const PhenoImage *const *images,
                     const PhenoViewKey *keys, guint n, int size, int threads,
                     float *views)
{
  Batch batch = { .recipe = recipe,
                  .images = images,
                  .keys = keys,
                  .n = n,
                  .size = size,
                  .views = views,
                  .bad = n };
  unsigned wanted = threads > 0 ? (unsigned) threads : g_get_num_processors ();

  wanted = MIN (MIN (wanted, MAX (n, 1)), MAX_HELPERS + 1);
  if (pthread_mutex_trylock (&pool.busy) == 0)
    {
      share (&batch, wanted - 1);
      pthread_mutex_unlock (&pool.busy);
    }
  else
    {
      g_autoptr (PhenoAugmentScratch) scratch
          = pheno_augment_scratch_new_for (pk_isa_detect ());

      work_on (&batch, scratch);
    }
  return atomic_load (&batch.bad) < n ? (int) atomic_load (&batch.bad) : -1;
}
