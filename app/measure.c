/* measure.c - the numbers in which look-alikes and scores are measured
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/measure.h"

/* 128 did best on a thousand photographs. With nearly as many components as rows, all
 * rows of a whitened table are equally far from each other, so a quarter is the limit. */
#define MOST_COMPONENTS 128
#define ROWS_FOR_EACH 4
#define FEWEST_COMPONENTS 2

struct _PhenoMeasure
{
  gatomicrefcount owners;
  PhenoEmbedding *embedding;
  gsize components; /* 0: not whitened */
  GMutex lock;
  PhenoMatrix *whitened; /* under the lock; made once */
};

static gboolean
is_white (const PhenoEmbedding *embedding)
{
  const char *kept = g_hash_table_lookup (embedding->provenance, "whiten");

  return kept != NULL && g_ascii_strtoull (kept, NULL, 10) > 0;
}

PhenoMeasure *
pheno_measure_new (const PhenoEmbedding *embedding)
{
  PhenoMeasure *self = g_new0 (PhenoMeasure, 1);
  gsize components = MIN (embedding->matrix->rows / ROWS_FOR_EACH, MOST_COMPONENTS);

  g_atomic_ref_count_init (&self->owners);
  g_mutex_init (&self->lock);
  self->embedding = pheno_embedding_ref (embedding);
  components = MIN (components, embedding->matrix->columns);
  if (components >= FEWEST_COMPONENTS && !is_white (embedding))
    self->components = components;
  return self;
}

PhenoMeasure *
pheno_measure_ref (PhenoMeasure *self)
{
  g_atomic_ref_count_inc (&self->owners);
  return self;
}

void
pheno_measure_unref (PhenoMeasure *self)
{
  if (!g_atomic_ref_count_dec (&self->owners))
    return;

  pheno_embedding_free (self->embedding);
  pheno_matrix_free (self->whitened);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gboolean
pheno_measure_can_whiten (PhenoMeasure *self)
{
  return self->components > 0;
}

const PhenoMatrix *
pheno_measure_get_matrix (PhenoMeasure *self, gboolean whitened, GError **error)
{
  const PhenoMatrix *matrix;
  gsize kept;

  if (!whitened || self->components == 0)
    return self->embedding->matrix;

  g_mutex_lock (&self->lock);
  if (self->whitened == NULL)
    self->whitened
        = pheno_whiten (self->embedding->matrix, self->components, &kept, error);
  matrix = self->whitened;
  g_mutex_unlock (&self->lock);
  return matrix;
}
