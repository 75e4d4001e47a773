/* small-net.h - a residual network small enough for the reference, with every operation
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A stem of convolution, norm, relu and max pooling; a plain residual block; a block that
 * halves the picture and projects its skip; two more plain blocks, so that an output is
 * written again from a skip; a head of two linear layers; NT-Xent.
 */
#ifndef SMALL_NET_H
#define SMALL_NET_H

#include "tests/support/kernel-test.h"

#define SMALL_NET_SIZE 20

static inline pk_value
small_block (pk_graph *g, pk_value in, const char *name, int channels, int stride)
{
  char prefix[64];
  pk_value skip = in, x;

#define NAMED(suffix) (snprintf (prefix, sizeof prefix, "%s.%s", name, suffix), prefix)
  x = pk_graph_conv2d (g, in, NAMED ("conv1"), channels, 3, stride, 1);
  x = pk_graph_relu (g, pk_graph_batch_norm (g, x, NAMED ("bn1")));
  x = pk_graph_conv2d (g, x, NAMED ("conv2"), channels, 3, 1, 1);
  x = pk_graph_batch_norm (g, x, NAMED ("bn2"));
  if (stride > 1)
    {
      skip = pk_graph_conv2d (g, in, NAMED ("downsample.0"), channels, 1, stride, 0);
      skip = pk_graph_batch_norm (g, skip, NAMED ("downsample.1"));
    }
#undef NAMED

  return pk_graph_relu (g, pk_graph_add (g, x, skip));
}

static inline pk_graph *
small_net (int channels)
{
  pk_graph *g = pk_graph_new ();
  pk_value x = pk_graph_input (g, "pixels", 3, SMALL_NET_SIZE, SMALL_NET_SIZE + 3);

  x = pk_graph_conv2d (g, x, "conv1", channels, 5, 2, 2);
  x = pk_graph_relu (g, pk_graph_batch_norm (g, x, "bn1"));
  x = pk_graph_max_pool (g, x, 3, 2, 1);
  pk_graph_output (g, x, "stem");
  x = small_block (g, x, "layer1.0", channels, 1);
  pk_graph_output (g, x, "layer1.0");
  x = small_block (g, x, "layer2.0", 2 * channels, 2);
  pk_graph_output (g, x, "layer2.0");
  x = small_block (g, x, "layer2.1", 2 * channels, 1);
  pk_graph_output (g, x, "layer2.1");
  x = small_block (g, x, "layer2.2", 2 * channels, 1);
  pk_graph_output (g, x, "map");
  x = pk_graph_global_average_pool (g, x);
  pk_graph_output (g, x, "features");
  x = pk_graph_relu (g, pk_graph_linear (g, x, "projection.0", 24, true));
  x = pk_graph_l2_normalise (g, pk_graph_linear (g, x, "projection.2", 12, true));
  pk_graph_output (g, x, "projection");
  pk_graph_output (g, pk_graph_nt_xent (g, x, 0.3f), "loss");

  return g;
}

/* Weights of a sane size, scales about 1, everything else small. */
static inline void
fill_parameters (const pk_graph *graph, pk_parameters *parameters)
{
  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      int64_t count = pk_shape_count (info->shape);
      float *values = malloc ((size_t) count * sizeof (float));
      float size = info->role == PK_ROLE_WEIGHT
                       ? sqrtf (6.0f * (float) info->shape.size[0] / (float) count)
                       : 0.3f;
      float centre
          = info->role == PK_ROLE_NORM_SCALE || info->role == PK_ROLE_RUNNING_VARIANCE;

      fill_random (values, count, 1000 + (uint32_t) i);
      for (int64_t k = 0; k < count; k++)
        values[k] = centre + size * values[k];
      pk_parameters_write (parameters, i, values);
      free (values);
    }
}

/* The net on a device, with parameters and pixels filled in. */
#define SMALL_NET_BATCH 8

typedef struct
{
  pk_device *device;
  pk_graph *graph;
  pk_parameters *parameters;
  pk_plan *plan;
} net;

/* @graph: becomes the net's. @pixels: numbers of one image. */
static inline pk_status
open_net_of (net *self, pk_graph *graph, int64_t pixels, const char *device, int threads,
             bool training, pk_precision precision, const char *const *outputs)
{
  pk_status status;

  *self = (net){ .graph = graph };
  if ((status = pk_device_open (device, threads, &self->device)) != PK_OK)
    return status;
  if ((status = pk_parameters_new (self->device, self->graph, &self->parameters))
      != PK_OK)
    return status;
  fill_parameters (self->graph, self->parameters);
  status = pk_plan_new (self->device, self->graph, self->parameters,
                        &(pk_plan_options){ .batch = SMALL_NET_BATCH,
                                            .training = training,
                                            .precision = precision,
                                            .outputs = outputs },
                        &self->plan);
  if (status == PK_OK)
    fill_random (pk_plan_input (self->plan, "pixels"), SMALL_NET_BATCH * pixels, 7);
  return status;
}

static inline pk_status
open_net (net *self, const char *device, int threads, bool training,
          pk_precision precision, const char *const *outputs)
{
  return open_net_of (self, small_net (16), 3 * SMALL_NET_SIZE * (SMALL_NET_SIZE + 3),
                      device, threads, training, precision, outputs);
}

static inline void
close_net (net *self)
{
  pk_plan_free (self->plan);
  pk_parameters_free (self->parameters);
  pk_graph_free (self->graph);
  pk_device_close (self->device);
}

#endif /* SMALL_NET_H */
