/* decode.c - a batch of images, read on several threads
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/embedding/extractor.h"

typedef struct
{
  const char *const *paths;
  guint n, next; /* next is atomic */
  const PhenoExtractor *extractor;
  PhenoImage **images;
  GError **errors;
} Work;

static gpointer
work (gpointer data)
{
  Work *self = data;

  for (;;)
    {
      guint i = __atomic_fetch_add (&self->next, 1, __ATOMIC_RELAXED);

      if (i >= self->n)
        return NULL;
      self->images[i]
          = self->extractor->preparation != NULL
                ? pheno_preparation_read (self->extractor->preparation, self->paths[i],
                                          self->extractor->shorter_side, NULL,
                                          &self->errors[i])
                : pheno_reader_read (self->paths[i], self->extractor->shorter_side,
                                     &self->errors[i]);
    }
}

void
pheno_decode (const char *const *paths, guint n, const PhenoExtractor *extractor,
              int threads, PhenoImage **images, GError **errors)
{
  Work self = { paths, n, 0, extractor, images, errors };
  guint n_threads
      = CLAMP (threads > 0 ? (guint) threads : g_get_num_processors (), 1, MAX (n, 1));
  g_autofree GThread **others = g_new0 (GThread *, n_threads);

  for (guint i = 1; i < n_threads; i++)
    others[i]
        = g_thread_try_new ("decode", work, &self, NULL); /* fewer threads will do */
  work (&self);
  for (guint i = 1; i < n_threads; i++)
    if (others[i] != NULL)
      g_thread_join (others[i]);
}
