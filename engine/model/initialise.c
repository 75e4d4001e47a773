/* initialise.c - the weights before the first step
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each weight is a function of (seed, parameter's name, position) and of nothing else, so
 * an encoder starts the same with and without a head, on any device.
 */
#include <math.h>

#include "engine/model/model.h"

#define TRANSFORMER_DEVIATION 0.02
#define TAG 0x696E6974u /* "init": no other use of the seed shares these numbers */

/* FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static guint32
hash_name (const char *name)
{
  guint32 hash = 2166136261u;

  for (const char *p = name; *p != '\0'; p++)
    hash = (hash ^ (guint8) *p) * 16777619u;

  return hash;
}

static pk_random4
random_at (guint64 seed, guint32 hash, guint64 block)
{
  pk_random4 counter = { { (guint32) block, (guint32) (block >> 32), hash, TAG } };

  return pk_philox (counter, seed);
}

/* Box and Muller 1958, in double and rounded once at the end, so that the last bit of a
 * machine's own logarithm does not show. */
static void
fill_normal (float *values, gsize count, guint64 seed, guint32 hash, double deviation)
{
  for (gsize i = 0; i < count; i += 4)
    {
      pk_random4 random = random_at (seed, hash, i / 4);

      for (gsize j = 0; j < 4 && i + j < count; j += 2)
        {
          double u = (random.word[j] + 1.0) / 4294967296.0; /* never 0 */
          double v = random.word[j + 1] / 4294967296.0;
          double length = deviation * sqrt (-2 * log (u));

          values[i + j] = (float) (length * cos (2 * G_PI * v));
          if (i + j + 1 < count)
            values[i + j + 1] = (float) (length * sin (2 * G_PI * v));
        }
    }
}

static void
fill_uniform (float *values, gsize count, guint64 seed, guint32 hash, double bound)
{
  for (gsize i = 0; i < count; i += 4)
    {
      pk_random4 random = random_at (seed, hash, i / 4);

      for (gsize j = 0; j < 4 && i + j < count; j++)
        values[i + j] = (float) (bound * (2.0 * pk_uniform (random.word[j]) - 1));
    }
}

/* The number of inputs of the linear layer to which the bias @name belongs. */
static gint64
fan_in_of_bias (const pk_graph *graph, const char *name)
{
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen ("bias"));
  g_autofree char *weight = g_strconcat (stem, "weight", NULL);
  int index = pk_graph_find_parameter (graph, weight);

  return index < 0 ? 1 : pk_graph_parameter (graph, index)->shape.size[1];
}

static void
fill (const pk_graph *graph, const pk_parameter_info *info, float *values, guint64 seed)
{
  gsize count = (gsize) pk_shape_count (info->shape);
  guint32 hash = hash_name (info->name);
  const gint64 *size = info->shape.size;

  switch (info->role)
    {
    case PK_ROLE_WEIGHT:
      if (g_str_has_prefix (info->name, "encoder.")) /* a transformer's: timm's 0.02 */
        fill_normal (values, count, seed, hash, TRANSFORMER_DEVIATION);
      else if (g_str_has_prefix (info->name, "conv_proj.")) /* LeCun's */
        fill_normal (values, count, seed, hash,
                     1 / sqrt ((double) (size[1] * size[2] * size[3])));
      else if (info->shape.rank == 4 && size[2] * size[3] > 1 && size[1] == 1)
        /* a channel by itself reaches one channel */
        fill_normal (values, count, seed, hash, sqrt (2.0 / (size[2] * size[3])));
      else if (info->shape.rank == 4 && !g_str_has_prefix (info->name, "adapter."))
        /* Kaiming normal, fan out: He et al. 2015, arXiv:1502.01852 */
        fill_normal (values, count, seed, hash,
                     sqrt (2.0 / (size[0] * size[2] * size[3])));
      else
        fill_uniform (values, count, seed, hash, 1 / sqrt ((double) size[1]));
      return;
    case PK_ROLE_EMBEDDING:
      fill_normal (values, count, seed, hash, TRANSFORMER_DEVIATION);
      return;
    case PK_ROLE_BIAS:
      if (g_str_has_prefix (info->name, "encoder.")
          || g_str_has_prefix (info->name, "conv_proj."))
        memset (values, 0, count * sizeof *values);
      else
        fill_uniform (values, count, seed, hash,
                      1 / sqrt ((double) fan_in_of_bias (graph, info->name)));
      return;
    case PK_ROLE_NORM_SCALE:
    case PK_ROLE_RUNNING_VARIANCE:
      for (gsize i = 0; i < count; i++)
        values[i] = 1;
      return;
    case PK_ROLE_NORM_SHIFT:
    case PK_ROLE_RUNNING_MEAN:
    default:
      memset (values, 0, count * sizeof *values);
      return;
    }
}

gboolean
pheno_model_initialise (const pk_graph *graph, pk_parameters *parameters, guint64 seed,
                        GError **error)
{
  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      g_autofree float *values = g_new (float, pk_shape_count (info->shape));

      if (info->role == PK_ROLE_TEMPERATURE) /* as the loss gave it */
        continue;
      fill (graph, info, values, seed);
      if (!pheno_kernel_check (pk_parameters_write (parameters, i, values), error))
        return FALSE;
    }

  return TRUE;
}
