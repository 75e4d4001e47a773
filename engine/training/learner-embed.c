/* learner-embed.c - the model that learns, asked what it sees
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/learner.h"

/* Rows of the plan: enough to keep all cores busy, few enough to need little memory. */
#define MOST_ROWS 64

static guint
count_rows (const PhenoLearner *learner)
{
  return MIN (2 * (guint) learner->batch, MOST_ROWS);
}

/* A plan of its own on the same weights: no gradients, running moments in the norms. */
static gboolean
make_embedder (PhenoLearner *learner, GError **error)
{
  static const char *const outputs[] = { PHENO_OUTPUT_FEATURES, NULL };
  pk_plan_options options = {
    .batch = (int) count_rows (learner),
    .precision = learner->precision,
    .outputs = outputs,
  };

  return pheno_kernel_check (pk_plan_new (learner->device, learner->graph,
                                          learner->parameters, &options,
                                          &learner->embedder),
                             error);
}

/* Of images with more bands than the encoder, evenly spread ones. */
static void
make_views (PhenoLearner *learner, const PhenoRecipe *recipe,
            const PhenoImage *const *images, guint n)
{
  g_autoptr (GPtrArray) picked
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_image_free);
  g_autofree int *bands = g_new (int, learner->bands);

  for (guint i = 0; i < n && images[0]->bands > learner->bands; i++)
    {
      pheno_bands_spread (images[i]->bands, bands, learner->bands);
      g_ptr_array_add (picked, pheno_image_pick (images[i], bands, learner->bands));
    }
  pheno_augment_batch (recipe,
                       picked->len > 0 ? (const PhenoImage *const *) picked->pdata
                                       : images,
                       NULL, n, learner->size, learner->threads,
                       pk_plan_input (learner->embedder, PHENO_INPUT));
}

PhenoMatrix *
pheno_learner_embed (PhenoLearner *learner, const PhenoRecipe *recipe,
                     const PhenoImage *const *images, guint n, GCancellable *cancellable,
                     GError **error)
{
  guint rows = count_rows (learner);
  pk_shape shape
      = pk_graph_output_shape (learner->graph, PHENO_OUTPUT_FEATURES, (int) rows);
  g_autoptr (PhenoMatrix) matrix = pheno_matrix_new (n, (gsize) shape.size[1]);
  g_autoptr (PhenoMatrix) part = pheno_matrix_new (rows, (gsize) shape.size[1]);

  if (learner->embedder == NULL && !make_embedder (learner, error))
    return NULL;

  for (guint begin = 0; begin < n; begin += rows)
    {
      guint count = MIN (rows, n - begin);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;

      /* Rows of a last, smaller part are what the part before left; they are not read. */
      make_views (learner, recipe, images + begin, count);
      if (!pheno_kernel_check (pk_plan_forward (learner->embedder), error)
          || !pheno_kernel_check (
              pk_plan_read (learner->embedder, PHENO_OUTPUT_FEATURES, part->values),
              error))
        return NULL;
      memcpy (pheno_matrix_row (matrix, begin), part->values,
              sizeof (float) * count * matrix->columns);
    }

  return g_steal_pointer (&matrix);
}
