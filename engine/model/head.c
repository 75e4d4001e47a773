/* head.c - the projection head and the losses
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/head.h"

#define TEMPERATURE_NAME "projection.temperature"

/* Of its authors: Bardes et al. 2022, arXiv:2105.04906, section 4. */
#define INVARIANCE 25
#define VARIANCE 25
#define COVARIANCE 1

static const char *const losses[]
    = { "nt-xent", "decoupled", "supervised", "vicreg", NULL };

const char *const *
pheno_model_losses (void)
{
  return losses;
}

gboolean
pheno_model_loss_needs_labels (const char *loss)
{
  return g_strcmp0 (loss, "supervised") == 0;
}

static gboolean
is_loss (const PhenoModelOptions *options, const char *loss)
{
  return g_strcmp0 (options->loss, loss) == 0;
}

/* NT-Xent and its kin on rows of length 1. */
static pk_value
contrast (pk_graph *graph, pk_value rows, const PhenoModelOptions *options)
{
  pk_contrast contrast
      = { .temperature = options->temperature,
          .decoupled = is_loss (options, "decoupled"),
          .learned = options->learned_temperature ? TEMPERATURE_NAME : NULL };

  if (!contrast.decoupled && !options->learned_temperature
      && !pheno_model_loss_needs_labels (options->loss))
    return pk_graph_nt_xent (graph, rows, options->temperature);

  if (pheno_model_loss_needs_labels (options->loss))
    {
      contrast.has_labels = true;
      contrast.labels = pk_graph_rows (graph, PHENO_LABELS, 1);
    }
  return pk_graph_contrastive (graph, rows, &contrast);
}

/* Each place by itself: the same place of the other view among that of all other images.
 */
static pk_value
local_loss (pk_graph *graph, const PhenoModelOptions *options)
{
  pk_value x = pk_graph_find_output (graph, PHENO_OUTPUT_TOKENS);
  pk_contrast contrast = { .temperature = options->temperature };

  if (x >= 0) /* without the class token, which has no place */
    x = pk_graph_slice (graph, x, 1, (int) pk_graph_shape (graph, x, 1).size[1] - 1);
  else
    x = pk_graph_tokens (graph, pk_graph_find_output (graph, PHENO_OUTPUT_LAST_MAP));
  x = pk_graph_linear (graph, x, "projection.local", options->projection, TRUE);
  return pk_graph_contrastive (graph, pk_graph_l2_normalise (graph, x), &contrast);
}

pk_value
pheno_head_build (pk_graph *graph, pk_value features, const PhenoModelOptions *options)
{
  int hidden = (int) pk_graph_shape (graph, features, 1).size[1];
  pk_value x, rows, loss;

  if (features < 0)
    return features;

  x = pk_graph_relu (graph,
                     pk_graph_linear (graph, features, "projection.0", hidden, TRUE));
  x = pk_graph_linear (graph, x, "projection.2", options->projection, TRUE);
  rows = pk_graph_l2_normalise (graph, x);
  pk_graph_output (graph, rows, PHENO_OUTPUT_PROJECTION);

  loss = is_loss (options, "vicreg")
             ? pk_graph_vicreg (graph, x, INVARIANCE, VARIANCE, COVARIANCE)
             : contrast (graph, rows, options);
  if (options->local_weight > 0)
    loss = pk_graph_mix (graph, loss, 1 - options->local_weight,
                         local_loss (graph, options), options->local_weight);
  pk_graph_output (graph, loss, PHENO_OUTPUT_LOSS);

  return loss;
}
