/* resnet.c - residual networks as graphs, with torchvision's names
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     conv1 7x7/2 - bn1 - relu - max pool 3x3/2      "stem"
 *     layer1 ... layer4                              64, 128, 256, 512 channels (x 4)
 *     mean over the map                              "features"
 *
 * He et al. 2016, arXiv:1512.03385; a bottleneck halves the map in its 3 x 3 convolution
 * and not in its first 1 x 1 ("v1.5"), as torchvision does.
 */
#include "engine/model/resnet.h"

typedef struct
{
  const char *name;
  gboolean bottleneck;
  int blocks[4];
} Depth;

static const Depth depths[] = {
  { "resnet10", FALSE, { 1, 1, 1, 1 } },  { "resnet18", FALSE, { 2, 2, 2, 2 } },
  { "resnet34", FALSE, { 3, 4, 6, 3 } },  { "resnet50", TRUE, { 3, 4, 6, 3 } },
  { "resnet101", TRUE, { 3, 4, 23, 3 } },
};

static pk_value
convolve (pk_graph *graph, pk_value input, const char *block, const char *name,
          int channels, int kernel, int stride)
{
  g_autofree char *full = g_strconcat (block, name, NULL);

  return pk_graph_conv2d (graph, input, full, channels, kernel, stride, kernel / 2);
}

static pk_value
normalise (pk_graph *graph, pk_value input, const char *block, const char *name)
{
  g_autofree char *full = g_strconcat (block, name, NULL);

  return pk_graph_batch_norm (graph, input, full);
}

/* What is added to the block's result: its input, projected where the shape changes. */
static pk_value
shortcut (pk_graph *graph, pk_value input, const char *block, int channels, int stride,
          gboolean project)
{
  pk_value x = input;

  if (!project)
    return input;

  x = convolve (graph, x, block, "downsample.0", channels, 1, stride);
  return normalise (graph, x, block, "downsample.1");
}

static pk_value
basic_block (pk_graph *graph, pk_value input, const char *block, int width, int stride,
             gboolean project)
{
  pk_value x = input;

  x = convolve (graph, x, block, "conv1", width, 3, stride);
  x = pk_graph_relu (graph, normalise (graph, x, block, "bn1"));
  x = convolve (graph, x, block, "conv2", width, 3, 1);
  x = normalise (graph, x, block, "bn2");
  x = pk_graph_add (graph, x, shortcut (graph, input, block, width, stride, project));

  return pk_graph_relu (graph, x);
}

static pk_value
bottleneck_block (pk_graph *graph, pk_value input, const char *block, int width,
                  int stride, gboolean project)
{
  pk_value x = input;

  x = convolve (graph, x, block, "conv1", width, 1, 1);
  x = pk_graph_relu (graph, normalise (graph, x, block, "bn1"));
  x = convolve (graph, x, block, "conv2", width, 3, stride);
  x = pk_graph_relu (graph, normalise (graph, x, block, "bn2"));
  x = convolve (graph, x, block, "conv3", 4 * width, 1, 1);
  x = normalise (graph, x, block, "bn3");
  x = pk_graph_add (graph, x, shortcut (graph, input, block, 4 * width, stride, project));

  return pk_graph_relu (graph, x);
}

static pk_value
layer (pk_graph *graph, pk_value input, const Depth *depth, int number)
{
  int width = 64 << number;
  pk_value x = input;

  for (int i = 0; i < depth->blocks[number]; i++)
    {
      g_autofree char *block = g_strdup_printf ("layer%d.%d.", number + 1, i);
      int stride = i == 0 && number > 0 ? 2 : 1;
      gboolean project = i == 0 && (number > 0 || depth->bottleneck);

      if (depth->bottleneck)
        x = bottleneck_block (graph, x, block, width, stride, project);
      else
        x = basic_block (graph, x, block, width, stride, project);
    }

  return x;
}

pk_value
pheno_resnet_build (pk_graph *graph, const char *name, pk_value input)
{
  static const char *const outputs[]
      = { PHENO_OUTPUT_LAYER1, "layer2", "layer3", "layer4" };
  const Depth *depth = NULL;
  pk_value x;

  for (gsize i = 0; i < G_N_ELEMENTS (depths); i++)
    if (g_str_equal (depths[i].name, name))
      depth = &depths[i];
  g_return_val_if_fail (depth != NULL, -1);

  x = convolve (graph, input, "", "conv1", 64, 7, 2);
  x = pk_graph_relu (graph, normalise (graph, x, "", "bn1"));
  x = pk_graph_max_pool (graph, x, 3, 2, 1);
  pk_graph_output (graph, x, PHENO_OUTPUT_STEM);

  for (int i = 0; i < 4; i++)
    {
      x = layer (graph, x, depth, i);
      pk_graph_output (graph, x, outputs[i]);
    }

  x = pk_graph_global_average_pool (graph, x);
  pk_graph_output (graph, x, PHENO_OUTPUT_FEATURES);

  return x;
}
