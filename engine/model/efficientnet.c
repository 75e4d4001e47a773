/* efficientnet.c - EfficientNet-Lite0 as a graph, with timm's names
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     conv_stem 3x3/2 - bn1 - relu6       "stem"
 *     blocks.0 ... blocks.6               "layer1" ... "layer4" where the map halves next
 *     conv_head 1x1 - bn2 - relu6, mean   "features", 1280
 *
 * A block widens by a 1 x 1 convolution, works on each channel by itself and narrows
 * again, with its input added where the shape allows. Pictures are padded as TensorFlow
 * pads them, in which the known weights were trained (timm's tf_efficientnet_lite0). Tan
 * and Le 2019, arXiv:1905.11946; "Lite" is without squeeze and excitation and with relu6.
 */
#include "engine/model/efficientnet.h"

typedef struct
{
  int blocks, kernel, stride, expand, channels;
  const char *output; /* after its last block */
} Stage;

static const Stage stages[] = {
  { 1, 3, 1, 1, 16, NULL },  { 2, 3, 2, 6, 24, "layer1" },  { 2, 5, 2, 6, 40, "layer2" },
  { 3, 3, 2, 6, 80, NULL },  { 3, 5, 1, 6, 112, "layer3" }, { 4, 5, 2, 6, 192, NULL },
  { 1, 3, 1, 6, 320, NULL },
};

#define STEM_CHANNELS 32
#define HEAD_CHANNELS 1280

/* A convolution (of each channel by itself with @alone) and its norm. */
static pk_value
convolve (pk_graph *graph, pk_value x, const char *stem, const char *name,
          const char *norm, int channels, int kernel, int stride, gboolean alone)
{
  g_autofree char *full = g_strconcat (stem, name, NULL);
  g_autofree char *full_norm = g_strconcat (stem, norm, NULL);

  x = alone ? pk_graph_depthwise (graph, x, full, kernel, stride, PK_PADDING_SAME)
            : pk_graph_conv2d (graph, x, full, channels, kernel, stride, PK_PADDING_SAME);
  return pk_graph_batch_norm (graph, x, full_norm);
}

/* The first stage does not widen: its parts are numbered from one lower. */
static pk_value
block (pk_graph *graph, pk_value input, const Stage *stage, int number, int index)
{
  g_autofree char *stem = g_strdup_printf ("blocks.%d.%d.", number, index);
  int in = (int) pk_graph_shape (graph, input, 1).size[1];
  int stride = index == 0 ? stage->stride : 1;
  gboolean widens = stage->expand > 1;
  pk_value x = input;

  if (widens)
    x = pk_graph_relu6 (graph, convolve (graph, x, stem, "conv_pw", "bn1",
                                         in * stage->expand, 1, 1, FALSE));
  x = pk_graph_relu6 (graph, convolve (graph, x, stem, "conv_dw", widens ? "bn2" : "bn1",
                                       0, stage->kernel, stride, TRUE));
  x = convolve (graph, x, stem, widens ? "conv_pwl" : "conv_pw", widens ? "bn3" : "bn2",
                stage->channels, 1, 1, FALSE);

  return stride == 1 && in == stage->channels ? pk_graph_add (graph, x, input) : x;
}

pk_value
pheno_efficientnet_build (pk_graph *graph, const char *name, pk_value input)
{
  pk_value x;

  x = convolve (graph, input, "", "conv_stem", "bn1", STEM_CHANNELS, 3, 2, FALSE);
  x = pk_graph_relu6 (graph, x);
  pk_graph_output (graph, x, PHENO_OUTPUT_STEM);

  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++)
    {
      for (int k = 0; k < stages[i].blocks; k++)
        x = block (graph, x, &stages[i], (int) i, k);
      if (stages[i].output != NULL)
        pk_graph_output (graph, x, stages[i].output);
    }

  x = convolve (graph, x, "", "conv_head", "bn2", HEAD_CHANNELS, 1, 1, FALSE);
  x = pk_graph_relu6 (graph, x);
  pk_graph_output (graph, x, "layer4");
  x = pk_graph_global_average_pool (graph, x);
  pk_graph_output (graph, x, PHENO_OUTPUT_FEATURES);

  return x;
}
