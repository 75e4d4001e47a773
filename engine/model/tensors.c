/* tensors.c - named arrays and text, in memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/model/tensors.h"

void
pheno_tensor_free (PhenoTensor *tensor)
{
  if (tensor == NULL)
    return;

  g_free (tensor->name);
  g_free (tensor->owned);
  g_free (tensor->integers);
  g_free (tensor);
}

PhenoTensors *
pheno_tensors_new (void)
{
  PhenoTensors *tensors = g_new0 (PhenoTensors, 1);

  tensors->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                            (GDestroyNotify) pheno_tensor_free);
  tensors->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return tensors;
}

void
pheno_tensors_free (PhenoTensors *tensors)
{
  if (tensors == NULL)
    return;

  g_hash_table_unref (tensors->tensors);
  g_hash_table_unref (tensors->texts);
  g_clear_pointer (&tensors->file, g_mapped_file_unref);
  g_free (tensors);
}

void
pheno_tensors_take (PhenoTensors *tensors, PhenoTensor *tensor)
{
  g_hash_table_replace (tensors->tensors, tensor->name, tensor);
}

void
pheno_tensors_add (PhenoTensors *tensors, const char *name, const gint64 *shape, int rank,
                   const float *values)
{
  PhenoTensor *tensor;

  g_return_if_fail (rank >= 0 && rank <= PHENO_TENSOR_MAX_RANK);

  tensor = g_new0 (PhenoTensor, 1);
  tensor->name = g_strdup (name);
  tensor->rank = rank;
  tensor->count = 1;
  for (int i = 0; i < rank; i++)
    {
      tensor->shape[i] = shape[i];
      tensor->count *= (gsize) shape[i];
    }
  tensor->owned = g_memdup2 (values, tensor->count * sizeof *values);
  tensor->values = tensor->owned;

  pheno_tensors_take (tensors, tensor);
}

const float *
pheno_tensors_find (const PhenoTensors *tensors, const char *name, gint64 *shape,
                    int *rank)
{
  static const float nothing; /* where an array without elements points */
  const PhenoTensor *tensor = g_hash_table_lookup (tensors->tensors, name);

  if (tensor == NULL)
    return NULL;

  if (shape != NULL)
    memcpy (shape, tensor->shape, sizeof *shape * (gsize) tensor->rank);
  if (rank != NULL)
    *rank = tensor->rank;

  return tensor->values != NULL ? tensor->values : &nothing;
}

void
pheno_tensors_set_text (PhenoTensors *tensors, const char *key, const char *value)
{
  g_hash_table_replace (tensors->texts, g_strdup (key), g_strdup (value));
}

const char *
pheno_tensors_get_text (const PhenoTensors *tensors, const char *key)
{
  return g_hash_table_lookup (tensors->texts, key);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

GStrv
pheno_tensors_names (const PhenoTensors *tensors)
{
  guint length;
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (tensors->tensors, &length);
  GStrv names = g_new0 (char *, length + 1);

  for (guint i = 0; i < length; i++)
    names[i] = g_strdup (keys[i]);
  qsort (names, length, sizeof *names, compare_names);

  return names;
}
