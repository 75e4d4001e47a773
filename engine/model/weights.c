/* weights.c - from a file's tensors to a graph's parameters and back
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/model/encoders.h"
#include "engine/model/foreign-names.h"
#include "engine/model/tensors.h"
#include "engine/model/vit.h"

#define TENSORFLOW_EPSILON 1e-3f
#define USUAL_EPSILON 1e-5f
#define COLOURS 3 /* bands that foreign encoders were made for */

void
pheno_weights_report_free (PhenoWeightsReport *report)
{
  if (report == NULL)
    return;

  g_ptr_array_unref (report->matched);
  g_ptr_array_unref (report->spread);
  g_ptr_array_unref (report->missing);
  g_ptr_array_unref (report->mismatched);
  g_ptr_array_unref (report->unused);
  g_free (report->prefix);
  g_free (report);
}

static PhenoWeightsReport *
report_new (char *prefix)
{
  PhenoWeightsReport *report = g_new0 (PhenoWeightsReport, 1);

  report->matched = g_ptr_array_new_with_free_func (g_free);
  report->spread = g_ptr_array_new_with_free_func (g_free);
  report->missing = g_ptr_array_new_with_free_func (g_free);
  report->mismatched = g_ptr_array_new_with_free_func (g_free);
  report->unused = g_ptr_array_new_with_free_func (g_free);
  report->prefix = prefix;

  return report;
}

/* The file's name of a parameter, without the prefix of all names; NULL: not there. */
static char *
find_name (const PhenoTensors *tensors, const char *prefix, const char *parameter)
{
  g_auto (GStrv) others = pheno_foreign_names (parameter);
  g_autofree char *own = g_strconcat (prefix, parameter, NULL);

  if (pheno_tensors_find (tensors, own, NULL, NULL) != NULL)
    return g_steal_pointer (&own);

  for (char **other = others; *other != NULL; other++)
    {
      g_autofree char *name = g_strconcat (prefix, *other, NULL);

      if (pheno_tensors_find (tensors, name, NULL, NULL) != NULL)
        return g_steal_pointer (&name);
    }

  return NULL;
}

/* (nullable): what stands in the file before @wanted. */
static char *
prefix_of (char *const *names, const char *wanted)
{
  for (; *names != NULL; names++)
    if (g_str_has_suffix (*names, wanted)
        && (strlen (*names) == strlen (wanted)
            || (*names)[strlen (*names) - strlen (wanted) - 1] == '.'))
      return g_strndup (*names, strlen (*names) - strlen (wanted));

  return NULL;
}

/* What other programs put before the names of the encoder: the last weight of the graph
 * that is the encoder's own, under any of its names, tells. */
static char *
find_prefix (const pk_graph *graph, const PhenoTensors *tensors)
{
  g_auto (GStrv) names = pheno_tensors_names (tensors);

  for (int i = pk_graph_parameter_count (graph) - 1; i >= 0; i--)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      g_auto (GStrv) others = pheno_foreign_names (info->name);
      char *prefix;

      if (info->role != PK_ROLE_WEIGHT || pheno_model_is_surrounding (info->name))
        continue;
      if ((prefix = prefix_of (names, info->name)) != NULL)
        return prefix;
      for (char **other = others; *other != NULL; other++)
        if ((prefix = prefix_of (names, *other)) != NULL)
          return prefix;
    }

  return g_strdup ("");
}

static char *
shape_text (const gint64 *size, int rank)
{
  GString *text = g_string_new ("(");

  for (int i = 0; i < rank; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ", ", size[i]);

  return g_string_free (g_string_append_c (text, ')'), FALSE);
}

static gboolean
same_shape (pk_shape shape, const gint64 *size, int rank)
{
  if (shape.rank != rank)
    return FALSE;

  for (int i = 0; i < rank; i++)
    if (shape.size[i] != size[i])
      return FALSE;

  return TRUE;
}

static void
add_mismatch (PhenoWeightsReport *report, const pk_parameter_info *info,
              const gint64 *size, int rank)
{
  gint64 wanted[4] = { info->shape.size[0], info->shape.size[1], info->shape.size[2],
                       info->shape.size[3] };
  g_autofree char *has = shape_text (size, rank);
  g_autofree char *needs = shape_text (wanted, info->shape.rank);

  g_ptr_array_add (report->mismatched,
                   g_strdup_printf (_ ("%s: the file has the shape %s, the model %s"),
                                    info->name, has, needs));
}

/* Whether a first layer for red, green and blue, of @size in the file, can be spread over
 * the bands of the model's. */
static gboolean
can_be_spread (const pk_graph *graph, pk_shape shape, const gint64 *size, int rank)
{
  return rank == 4 && shape.rank == 4 && size[1] == COLOURS && size[0] == shape.size[0]
         && size[2] == shape.size[2] && size[3] == shape.size[3]
         && shape.size[1] == pk_graph_shape (graph, 0, 1).size[1];
}

/* (O, 3, k, k) to (O, n, k, k): filter i of band i modulo 3, times 3 / n; for one band
 * the sum of the three. */
static float *
spread (const float *values, pk_shape shape)
{
  gint64 n = shape.size[1], taps = shape.size[2] * shape.size[3];
  float *result = g_new0 (float, pk_shape_count (shape));

  for (gint64 o = 0; o < shape.size[0]; o++)
    for (gint64 i = 0; i < MAX (n, COLOURS); i++)
      {
        const float *from = values + (o * COLOURS + i % COLOURS) * taps;
        float *to = result + (o * n + i % n) * taps;

        if (n == 2 && i == 2) /* blue has no band */
          continue;
        for (gint64 k = 0; k < taps; k++)
          to[k] += n == 1 ? from[k] : from[k] * (float) COLOURS / (float) n;
      }

  return result;
}

static gboolean
is_square (gint64 count)
{
  gint64 side = (gint64) (sqrt ((double) count) + 0.5);

  return count > 0 && side * side == count;
}

/* Positions of a transformer for another number of patches. */
static gboolean
can_be_resized (const pk_parameter_info *info, const gint64 *size, int rank)
{
  const int64_t *wanted = info->shape.size;

  return info->role == PK_ROLE_EMBEDDING && rank == 3 && info->shape.rank == 3
         && size[0] == 1 && size[2] == wanted[2] && size[1] != wanted[1]
         && is_square (size[1] - 1) && is_square (wanted[1] - 1);
}

/* Norms of networks that came from TensorFlow (efficientnet_pytorch's "_bn0") add another
 * number to the variance before the root; here it becomes part of the variance. */
static gboolean
has_larger_epsilon (const char *name)
{
  return g_str_has_prefix (name, "_bn") || strstr (name, "._bn") != NULL;
}

/* Copies parameter @index where the file has it in the same shape. */
static gboolean
take_parameter (const pk_graph *graph, pk_parameters *parameters, int index,
                const PhenoTensors *tensors, PhenoWeightsReport *report, GHashTable *used,
                GError **error)
{
  const pk_parameter_info *info = pk_graph_parameter (graph, index);
  g_autofree char *name = find_name (tensors, report->prefix, info->name);
  gint64 size[PHENO_TENSOR_MAX_RANK];
  gboolean larger_epsilon;
  const float *values;
  int rank;

  values = name != NULL ? pheno_tensors_find (tensors, name, size, &rank) : NULL;
  if (values == NULL)
    {
      g_ptr_array_add (report->missing, g_strdup (info->name));
      return TRUE;
    }

  larger_epsilon = has_larger_epsilon (name);
  g_hash_table_add (used, g_steal_pointer (&name));
  if (can_be_spread (graph, info->shape, size, rank)
      && !same_shape (info->shape, size, rank))
    {
      g_autofree float *all = spread (values, info->shape);

      g_ptr_array_add (report->matched, g_strdup (info->name));
      g_ptr_array_add (report->spread, g_strdup (info->name));
      return pheno_kernel_check (pk_parameters_write (parameters, index, all), error);
    }
  if (info->role == PK_ROLE_RUNNING_VARIANCE && larger_epsilon
      && same_shape (info->shape, size, rank))
    {
      g_autofree float *all = g_memdup2 (values, sizeof (float) * (gsize) size[0]);

      for (gint64 i = 0; i < size[0]; i++)
        all[i] += TENSORFLOW_EPSILON - USUAL_EPSILON;
      g_ptr_array_add (report->matched, g_strdup (info->name));
      return pheno_kernel_check (pk_parameters_write (parameters, index, all), error);
    }
  if (can_be_resized (info, size, rank))
    {
      g_autofree float *all = g_new (float, pk_shape_count (info->shape));

      pheno_vit_resize_positions (values, (gsize) size[1], all,
                                  (gsize) info->shape.size[1], (gsize) size[2]);
      g_ptr_array_add (report->matched, g_strdup (info->name));
      g_ptr_array_add (report->spread, g_strdup (info->name));
      return pheno_kernel_check (pk_parameters_write (parameters, index, all), error);
    }
  if (!same_shape (info->shape, size, rank))
    {
      add_mismatch (report, info, size, rank);
      return TRUE;
    }

  g_ptr_array_add (report->matched, g_strdup (info->name));
  return pheno_kernel_check (pk_parameters_write (parameters, index, values), error);
}

static void
list_unused (const PhenoTensors *tensors, GHashTable *used, PhenoWeightsReport *report)
{
  g_auto (GStrv) names = pheno_tensors_names (tensors);

  for (char **name = names; *name != NULL; name++)
    if (!g_hash_table_contains (used, *name))
      g_ptr_array_add (report->unused, g_strdup (*name));
}

static gboolean
matched_a_convolution (const pk_graph *graph, const PhenoWeightsReport *report)
{
  for (guint i = 0; i < report->matched->len; i++)
    {
      int index = pk_graph_find_parameter (graph, report->matched->pdata[i]);

      if (pk_graph_parameter (graph, index)->shape.rank == 4
          && !pheno_model_is_surrounding (report->matched->pdata[i]))
        return TRUE;
    }

  return FALSE;
}

int
pheno_weights_count (const pk_graph *graph, const PhenoTensors *tensors)
{
  g_autofree char *prefix = find_prefix (graph, tensors);
  int count = pk_graph_parameter_count (graph);

  for (int i = 0; i < count; i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      g_autofree char *name = find_name (tensors, prefix, info->name);
      gint64 size[PHENO_TENSOR_MAX_RANK];
      int rank;

      if (name == NULL)
        return 0;
      pheno_tensors_find (tensors, name, size, &rank);
      /* A first layer may be for any number of bands, positions for any of patches. */
      if (rank == 4 && info->shape.rank == 4 && info->shape.size[1] == COLOURS)
        size[1] = COLOURS;
      if (!same_shape (info->shape, size, rank) && !can_be_resized (info, size, rank))
        return 0;
    }

  return count;
}

PhenoWeightsReport *
pheno_model_take_weights (const pk_graph *graph, pk_parameters *parameters,
                          const PhenoTensors *tensors, GError **error)
{
  g_autoptr (PhenoWeightsReport) report = report_new (find_prefix (graph, tensors));
  g_autoptr (GHashTable) used
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    if (!take_parameter (graph, parameters, i, tensors, report, used, error))
      return NULL;

  if (!matched_a_convolution (graph, report))
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_FORMAT,
          _ ("The weights do not fit the encoder: not one of its convolutions is among "
             "the %u tensors of the file. Choose the encoder that the weights were made "
             "with, or a file with torchvision's parameter names."),
          g_hash_table_size (tensors->tensors));
      return NULL;
    }

  list_unused (tensors, used, report);
  return g_steal_pointer (&report);
}

gboolean
pheno_model_add_weights (const pk_graph *graph, pk_parameters *parameters,
                         PhenoTensors *tensors, GError **error)
{
  for (int i = 0; i < pk_graph_parameter_count (graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (graph, i);
      g_autofree float *values = g_new (float, pk_shape_count (info->shape));
      gint64 shape[4] = { info->shape.size[0], info->shape.size[1], info->shape.size[2],
                          info->shape.size[3] };

      if (!pheno_kernel_check (pk_parameters_read (parameters, i, values), error))
        return FALSE;
      pheno_tensors_add (tensors, info->name, shape, info->shape.rank, values);
    }

  return TRUE;
}
