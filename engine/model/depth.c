/* depth.c - how deep in the encoder a parameter stands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "engine/model/model.h"

/* Behind all stages: the last norm or convolution, and the head. */
#define BEHIND 1000

int
pheno_model_depth (const char *parameter)
{
  int number;

  if (sscanf (parameter, "layer%d.", &number) == 1)
    return number;
  if (sscanf (parameter, "blocks.%d.", &number) == 1
      || sscanf (parameter, "encoder.layers.encoder_layer_%d.", &number) == 1)
    return number + 1;
  if (pheno_model_is_surrounding (parameter)
      || g_str_has_prefix (parameter, "encoder.ln.")
      || g_str_has_prefix (parameter, "conv_head.")
      || g_str_has_prefix (parameter, "bn2."))
    return BEHIND;

  return 0;
}

gboolean
pheno_model_set_rates (const pk_graph *graph, pk_parameters *parameters, int freeze,
                       double decay, GError **error)
{
  int last = 0;

  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      int depth = pheno_model_depth (pk_graph_parameter (graph, i)->name);

      if (depth < BEHIND)
        last = MAX (last, depth);
    }

  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      int depth = pheno_model_depth (pk_graph_parameter (graph, i)->name);
      double rate = 1;

      if (depth < freeze)
        rate = 0;
      else if (depth <= last)
        for (int k = depth; k <= last; k++)
          rate *= decay;
      if (!pheno_kernel_check (pk_parameters_set_rate (parameters, i, (float) rate),
                               error))
        return FALSE;
    }

  return TRUE;
}
