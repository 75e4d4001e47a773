/* tensors-save.c - safetensors out
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Integers come first, then float32, each sorted by name, without gaps: every array lies
 * aligned, and the same tensors give the same bytes.
 */
#include <errno.h>
#include <stdio.h>

#include <json-glib/json-glib.h>

#include "engine/model/tensors.h"

static gsize
tensor_bytes (const PhenoTensor *tensor)
{
  return tensor->count * (tensor->integers != NULL ? sizeof (gint64) : sizeof (float));
}

/* (transfer container): in the order in which they are written. */
static GPtrArray *
sort_tensors (const PhenoTensors *tensors)
{
  g_auto (GStrv) names = pheno_tensors_names (tensors);
  GPtrArray *sorted = g_ptr_array_new ();

  for (int floats = 0; floats < 2; floats++)
    for (char **name = names; *name != NULL; name++)
      {
        PhenoTensor *tensor = g_hash_table_lookup (tensors->tensors, *name);

        if ((tensor->integers == NULL) == floats)
          g_ptr_array_add (sorted, tensor);
      }

  return sorted;
}

static void
add_tensor (JsonBuilder *builder, const PhenoTensor *tensor, gsize begin)
{
  json_builder_set_member_name (builder, tensor->name);
  json_builder_begin_object (builder);

  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, tensor->integers != NULL ? "I64" : "F32");

  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  for (int i = 0; i < tensor->rank; i++)
    json_builder_add_int_value (builder, tensor->shape[i]);
  json_builder_end_array (builder);

  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64) begin);
  json_builder_add_int_value (builder, (gint64) (begin + tensor_bytes (tensor)));
  json_builder_end_array (builder);

  json_builder_end_object (builder);
}

static void
add_texts (JsonBuilder *builder, GHashTable *texts)
{
  g_autoptr (GList) keys
      = g_list_sort (g_hash_table_get_keys (texts), (GCompareFunc) strcmp);

  if (keys == NULL)
    return;

  json_builder_set_member_name (builder, "__metadata__");
  json_builder_begin_object (builder);
  for (GList *key = keys; key != NULL; key = key->next)
    {
      json_builder_set_member_name (builder, key->data);
      json_builder_add_string_value (builder, g_hash_table_lookup (texts, key->data));
    }
  json_builder_end_object (builder);
}

/* The header with spaces behind it, so that the arrays begin at a multiple of 8. */
static GString *
make_header (const PhenoTensors *tensors, const GPtrArray *sorted)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  GString *header;
  gsize begin = 0;

  json_builder_begin_object (builder);
  add_texts (builder, tensors->texts);
  for (guint i = 0; i < sorted->len; i++)
    {
      add_tensor (builder, sorted->pdata[i], begin);
      begin += tensor_bytes (sorted->pdata[i]);
    }
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  header = g_string_new (text);
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');

  return header;
}

/* Numbers are little-endian in the file, whatever they are here. */
static gboolean
write_numbers (FILE *file, const void *numbers, gsize count, gsize size)
{
  const guint8 *bytes = numbers;

  if (G_BYTE_ORDER == G_LITTLE_ENDIAN || size == 1)
    return fwrite (numbers, size, count, file) == count;

  for (gsize i = 0; i < count; i++)
    for (gsize j = 0; j < size; j++)
      if (putc (bytes[i * size + size - 1 - j], file) == EOF)
        return FALSE;

  return TRUE;
}

static gboolean
write_all (FILE *file, const GString *header, const GPtrArray *sorted)
{
  guint64 length = header->len;

  if (!write_numbers (file, &length, 1, sizeof length)
      || !write_numbers (file, header->str, header->len, 1))
    return FALSE;

  for (guint i = 0; i < sorted->len; i++)
    {
      const PhenoTensor *tensor = sorted->pdata[i];

      if (tensor->integers != NULL
              ? !write_numbers (file, tensor->integers, tensor->count, sizeof (gint64))
              : !write_numbers (file, tensor->values, tensor->count, sizeof (float)))
        return FALSE;
    }

  return TRUE;
}

gboolean
pheno_tensors_save (const PhenoTensors *tensors, const char *path, GError **error)
{
  g_autoptr (PhenoReplacement) replacement = NULL;
  g_autoptr (GPtrArray) sorted = sort_tensors (tensors);
  g_autoptr (GString) header = make_header (tensors, sorted);
  gboolean written;
  int reason;
  FILE *file;

  if ((replacement = pheno_replacement_new (path, error)) == NULL)
    return FALSE;

  if ((file = fopen (pheno_replacement_path (replacement), "wbe")) == NULL)
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }

  errno = 0;
  written = write_all (file, header, sorted);
  reason = errno;
  if (fclose (file) != 0 && written)
    {
      written = FALSE;
      reason = errno;
    }

  if (!written)
    {
      pheno_set_file_error (error, path, reason != 0 ? reason : EIO);
      return FALSE;
    }

  return pheno_replacement_commit (replacement, error);
}
