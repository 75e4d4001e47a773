/* tensors-load.c - safetensors in
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     8 bytes     N, little-endian: length of the header
 *     N bytes     {"name": {"dtype": "F32", "shape": [64, 3, 7, 7],
 *                           "data_offsets": [begin, end]}, ..., "__metadata__": {"key":
 * "text"}} the rest    the arrays; offsets count from here
 *
 * Nothing in the file is believed before it was held against the file's size.
 */
#include <json-glib/json-glib.h>

#include "engine/model/tensors-torch.h"

/* The format's own reader has the same limit: a header is never larger than this. */
#define LARGEST_HEADER (100u * 1000 * 1000)

typedef struct
{
  const char *path;
  const char *shown; /* the name for people */
  const guint8 *data;
  gsize length; /* of data */
  GArray *spans;
} Reader;

/* Where a tensor lies, for the check that none lies on another. */
typedef struct
{
  guint64 begin, end;
  const char *name;
} Span;

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (const Reader *reader, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” is not a usable safetensors file: %s. Copy or export the file again."),
      reader->shown, what);
  return FALSE;
}

/* A JSON integer that is not negative. */
static gboolean
get_size (JsonNode *node, gint64 *value)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  *value = json_node_get_int (node);
  return *value >= 0;
}

static gboolean
read_shape (const Reader *reader, JsonNode *node, PhenoTensor *tensor, GError **error)
{
  JsonArray *array;
  guint64 count = 1;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return refuse (reader, error, _ ("“%s” has no shape"), tensor->name);

  array = json_node_get_array (node);
  if (json_array_get_length (array) > PHENO_TENSOR_MAX_RANK)
    return refuse (reader, error, _ ("“%s” has more than %d dimensions"), tensor->name,
                   PHENO_TENSOR_MAX_RANK);

  tensor->rank = (int) json_array_get_length (array);
  for (int i = 0; i < tensor->rank; i++)
    {
      if (!get_size (json_array_get_element (array, (guint) i), &tensor->shape[i])
          || !g_uint64_checked_mul (&count, count, (guint64) tensor->shape[i])
          || count > G_MAXINT64 / 8)
        return refuse (reader, error, _ ("the shape of “%s” makes no sense"),
                       tensor->name);
    }

  tensor->count = (gsize) count;
  return TRUE;
}

static gboolean
read_span (const Reader *reader, JsonNode *node, const char *name, Span *span,
           GError **error)
{
  gint64 begin, end;
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return refuse (reader, error, _ ("“%s” has no data offsets"), name);

  array = json_node_get_array (node);
  if (json_array_get_length (array) != 2
      || !get_size (json_array_get_element (array, 0), &begin)
      || !get_size (json_array_get_element (array, 1), &end) || begin > end)
    return refuse (reader, error, _ ("the data offsets of “%s” make no sense"), name);

  if ((guint64) end > reader->length)
    return refuse (reader, error, _ ("it is cut short, “%s” would lie behind its end"),
                   name);

  span->begin = (guint64) begin;
  span->end = (guint64) end;
  return TRUE;
}

/* Float32 that lies aligned is borrowed from the map; all else is made float32 once. */
static void
take_values (const Reader *reader, const Span *span, PhenoNumber number,
             PhenoTensor *tensor)
{
  const guint8 *bytes = reader->data + span->begin;

  if (G_BYTE_ORDER == G_LITTLE_ENDIAN && number == PHENO_NUMBER_F32
      && GPOINTER_TO_SIZE (bytes) % sizeof (float) == 0)
    {
      tensor->values = (const float *) (const void *) bytes;
      return;
    }

  tensor->owned = g_new (float, tensor->count);
  tensor->values = tensor->owned;
  pheno_number_to_float (number, bytes, tensor->count, tensor->owned);

  if (pheno_number_is_integer (number))
    {
      tensor->integers = g_new (gint64, tensor->count);
      pheno_number_to_int64 (number, bytes, tensor->count, tensor->integers);
    }
}

static PhenoTensor *
read_tensor (Reader *reader, const char *name, JsonNode *node, GError **error)
{
  g_autoptr (PhenoTensor) tensor = g_new0 (PhenoTensor, 1);
  JsonObject *object;
  JsonNode *type;
  Span span = { .name = name };
  int number;

  tensor->name = g_strdup (name);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (reader, error, _ ("“%s” is not described"), name), NULL;

  object = json_node_get_object (node);
  type = json_object_get_member (object, "dtype");
  if (type == NULL || !JSON_NODE_HOLDS_VALUE (type)
      || json_node_get_value_type (type) != G_TYPE_STRING)
    return refuse (reader, error, _ ("“%s” has no type"), name), NULL;

  if ((number = pheno_number_find (json_node_get_string (type))) < 0)
    {
      refuse (reader, error, _ ("“%s” has the type “%s”, which Phenoscape does not read"),
              name, json_node_get_string (type));
      return NULL;
    }

  if (!read_shape (reader, json_object_get_member (object, "shape"), tensor, error)
      || !read_span (reader, json_object_get_member (object, "data_offsets"), name, &span,
                     error))
    return NULL;

  if (span.end - span.begin != tensor->count * pheno_number_size (number))
    return refuse (reader, error,
                   _ ("the shape and the data offsets of “%s” do not agree"), name),
           NULL;

  g_array_append_val (reader->spans, span);
  take_values (reader, &span, number, tensor);

  return g_steal_pointer (&tensor);
}

static gboolean
read_texts (const Reader *reader, JsonNode *node, GHashTable *texts, GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (reader, error, _ ("its metadata is not an object"));

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    {
      if (!JSON_NODE_HOLDS_VALUE (value)
          || json_node_get_value_type (value) != G_TYPE_STRING)
        return refuse (reader, error, _ ("the metadata “%s” is no text"), key);
      g_hash_table_replace (texts, g_strdup (key),
                            g_strdup (json_node_get_string (value)));
    }

  return TRUE;
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const Span *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

static gboolean
check_overlaps (const Reader *reader, GError **error)
{
  const Span *spans = (const Span *) (void *) reader->spans->data;

  g_array_sort (reader->spans, compare_spans);
  for (guint i = 1; i < reader->spans->len; i++)
    if (spans[i].begin < spans[i - 1].end)
      return refuse (reader, error, _ ("“%s” and “%s” lie on each other"),
                     spans[i - 1].name, spans[i].name);

  return TRUE;
}

static gboolean
read_header (Reader *reader, JsonObject *header, PhenoTensors *tensors, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, header);
  while (json_object_iter_next (&iter, &name, &node))
    {
      PhenoTensor *tensor;

      if (g_str_equal (name, "__metadata__"))
        {
          if (!read_texts (reader, node, tensors->texts, error))
            return FALSE;
          continue;
        }

      if ((tensor = read_tensor (reader, name, node, error)) == NULL)
        return FALSE;
      pheno_tensors_take (tensors, tensor);
    }

  return check_overlaps (reader, error);
}

/* A header is three levels deep. The JSON parser calls itself for each level, so a file
 * of nothing but brackets would overrun the stack. */
static gboolean
is_flat (const guint8 *text, gsize length)
{
  gboolean quoted = FALSE;
  int depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (quoted && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && (text[i] == '{' || text[i] == '['))
        depth++;
      else if (!quoted && (text[i] == '}' || text[i] == ']'))
        depth--;

      if (depth > 8)
        return FALSE;
    }

  return TRUE;
}

/* The header's length, 0 with @error: held against the file and against reason. */
static guint64
header_length (const Reader *reader, const guint8 *bytes, gsize length, GError **error)
{
  guint64 header = 0;

  if (length < 9)
    return refuse (reader, error, _ ("it is too short to have a header"));

  for (int i = 0; i < 8; i++)
    header |= (guint64) bytes[i] << (8 * i);

  if (header == 0 || header > LARGEST_HEADER || bytes[8] != '{')
    return refuse (reader, error, _ ("it does not begin with a header"));
  if (header > length - 8)
    return refuse (reader, error, _ ("it is cut short, within the header"));

  return header;
}

static gboolean
read_file (PhenoTensors *tensors, Reader *reader, GError **error)
{
  const guint8 *bytes = (const guint8 *) g_mapped_file_get_contents (tensors->file);
  gsize length = g_mapped_file_get_length (tensors->file);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) reason = NULL;
  guint64 header;

  if ((header = header_length (reader, bytes, length, error)) == 0)
    return FALSE;

  reader->data = bytes + 8 + header;
  reader->length = length - 8 - header;
  if (!g_utf8_validate_len ((const char *) bytes + 8, header, NULL)
      || !is_flat (bytes + 8, header)
      || !json_parser_load_from_data (parser, (const char *) bytes + 8, (gssize) header,
                                      &reason)
      || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return refuse (reader, error, _ ("its header is not valid JSON"));

  return read_header (reader, json_node_get_object (json_parser_get_root (parser)),
                      tensors, error);
}

PhenoTensors *
pheno_tensors_load (const char *path, GError **error)
{
  g_autoptr (PhenoTensors) tensors = pheno_tensors_new ();
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));
  g_autofree char *shown = pheno_display_name (path);
  Reader reader = { .path = path, .shown = shown, .spans = spans };
  g_autoptr (GError) reason = NULL;

  /* A folder would map as an empty file. */
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      pheno_set_file_error (error, path, EISDIR);
      return NULL;
    }

  if ((tensors->file = g_mapped_file_new (path, FALSE, &reason)) == NULL)
    {
      pheno_set_file_error (error, path,
                            reason->code == G_FILE_ERROR_NOENT   ? ENOENT
                            : reason->code == G_FILE_ERROR_ACCES ? EACCES
                                                                 : EIO);
      return NULL;
    }

  if (pheno_torch_probe ((const guint8 *) g_mapped_file_get_contents (tensors->file),
                         g_mapped_file_get_length (tensors->file)))
    return pheno_torch_read (tensors, path, error) ? g_steal_pointer (&tensors) : NULL;

  if (!read_file (tensors, &reader, error))
    return NULL;

  return g_steal_pointer (&tensors);
}
