/* tensors-torch.c - the tensors of PyTorch's own files
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * torch.save() writes a pickle that says how tensors lie in storages, and the storages
 * beside it: in a zip archive (since 1.6: NAME/data.pkl, NAME/data/0 ...), or, in older
 * files, one after the other:
 *
 *     pickle   the number 0x1950a86a20f9469cfc6c
 *     pickle   1001, the protocol
 *     pickle   sizes and byte order of the machine
 *     pickle   the object; storages are ("storage", type, key, device, elements, ...)
 *     pickle   list of the keys, in the order in which the storages follow
 *     int64, bytes   elements and values of each storage
 */
#include "engine/model/tensors-torch.h"

#include <zip.h>

#include "engine/model/pickle.h"

/* Lists may hold each other a thousand times over: so many values are looked at, so deep
 * and no further. The largest networks have some ten thousand tensors. */
#define MOST_VISITS 4000000
#define DEEPEST 64

static const guint8 zip_magic[] = { 'P', 'K', 3, 4 };
/* PROTO 2, LONG1 of ten bytes: the number above, its low end first. */
static const guint8 old_magic[]
    = { 0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19 };

typedef struct
{
  guint8 *owned; /* of an archive */
  const guint8 *bytes;
  gsize length;
} Storage;

typedef struct
{
  const char *shown;
  PhenoTensors *tensors;
  zip_t *archive;      /* NULL: an old file */
  char *folder;        /* of the archive's entries: "NAME/" */
  GHashTable *storage; /* Storage by key */
  GString *name;       /* of what is being looked at */
  guint visits;
} Torch;

gboolean
pheno_torch_probe (const guint8 *bytes, gsize length)
{
  return (length >= sizeof zip_magic && memcmp (bytes, zip_magic, sizeof zip_magic) == 0)
         || (length >= sizeof old_magic
             && memcmp (bytes, old_magic, sizeof old_magic) == 0);
}

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (const Torch *self, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
               _ ("“%s” is not a usable file of PyTorch weights: %s. Save the weights "
                  "anew with torch.save(model.state_dict(), …), or as safetensors."),
               self->shown, what);
  return FALSE;
}

static void
free_storage (gpointer data)
{
  Storage *storage = data;

  g_free (storage->owned);
  g_free (storage);
}

/* ---- Storages ---- */

static int
find_number (const char *type)
{
  static const struct
  {
    const char *name;
    PhenoNumber number;
  } types[] = {
    { "torch.FloatStorage", PHENO_NUMBER_F32 },
    { "torch.DoubleStorage", PHENO_NUMBER_F64 },
    { "torch.HalfStorage", PHENO_NUMBER_F16 },
    { "torch.BFloat16Storage", PHENO_NUMBER_BF16 },
    { "torch.LongStorage", PHENO_NUMBER_I64 },
    { "torch.IntStorage", PHENO_NUMBER_I32 },
    { "torch.ShortStorage", PHENO_NUMBER_I16 },
    { "torch.CharStorage", PHENO_NUMBER_I8 },
    { "torch.ByteStorage", PHENO_NUMBER_U8 },
    { "torch.BoolStorage", PHENO_NUMBER_BOOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].name, type))
      return (int) types[i].number;
  return -1;
}

/* (nullable): an entry of the archive, unpacked. */
static Storage *
read_entry (Torch *self, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (self->folder, name, NULL);
  guint64 largest = g_mapped_file_get_length (self->tensors->file);
  Storage *storage;
  zip_stat_t status;
  zip_file_t *file;
  gboolean whole;

  if (zip_stat (self->archive, path, 0, &status) != 0
      || (status.valid & ZIP_STAT_SIZE) == 0)
    return refuse (self, error, _ ("“%s” is missing in it"), name), NULL;
  /* PyTorch does not pack its entries, so none is larger than the file. */
  if (status.size > largest)
    return refuse (self, error, _ ("“%s” says to be larger than the file"), name), NULL;

  storage = g_new0 (Storage, 1);
  storage->length = status.size;
  storage->bytes = storage->owned = g_try_malloc (status.size + 1);
  file = storage->owned != NULL ? zip_fopen (self->archive, path, 0) : NULL;
  whole = file != NULL
          && zip_fread (file, storage->owned, status.size) == (zip_int64_t) status.size;
  if (file != NULL)
    zip_fclose (file);
  if (!whole)
    {
      free_storage (storage);
      return refuse (self, error, _ ("“%s” in it cannot be read"), name), NULL;
    }
  return storage;
}

/* (nullable) (transfer none) */
static const Storage *
find_storage (Torch *self, const char *key, GError **error)
{
  Storage *storage = g_hash_table_lookup (self->storage, key);

  if (storage == NULL && self->archive != NULL)
    {
      g_autofree char *name = g_strconcat ("data/", key, NULL);

      storage = read_entry (self, name, error);
      if (storage != NULL)
        g_hash_table_replace (self->storage, g_strdup (key), storage);
    }
  else if (storage == NULL)
    refuse (self, error, _ ("the values of “%s” are missing"), self->name->str);

  return storage;
}

/* ---- One tensor ---- */

/* A tuple of sizes that are not negative. */
static gboolean
read_sizes (const PickleValue *value, gint64 *sizes, int *count)
{
  if (value == NULL || value->kind != PICKLE_LIST
      || value->items->len > PHENO_TENSOR_MAX_RANK)
    return FALSE;

  *count = (int) value->items->len;
  for (int i = 0; i < *count; i++)
    {
      const PickleValue *size = pickle_item (value, (guint) i);

      if (size->kind != PICKLE_INTEGER || size->integer < 0)
        return FALSE;
      sizes[i] = size->integer;
    }
  return TRUE;
}

/* How many elements, and how far the last of them lies from the first one. */
static gboolean
measure (const PhenoTensor *tensor, const gint64 *strides, guint64 *count, guint64 *reach)
{
  *count = 1;
  *reach = 0;
  for (int i = 0; i < tensor->rank; i++)
    {
      guint64 far;

      if (!g_uint64_checked_mul (count, *count, (guint64) tensor->shape[i])
          || *count > G_MAXINT64 / 8)
        return FALSE;
      if (tensor->shape[i] == 0)
        continue;
      if (!g_uint64_checked_mul (&far, (guint64) strides[i],
                                 (guint64) tensor->shape[i] - 1)
          || !g_uint64_checked_add (reach, *reach, far))
        return FALSE;
    }
  return TRUE;
}

static gboolean
lies_in_order (const PhenoTensor *tensor, const gint64 *strides)
{
  gint64 expected = 1;

  for (int i = tensor->rank - 1; i >= 0; i--)
    {
      if (tensor->shape[i] != 1 && strides[i] != expected)
        return FALSE;
      expected *= tensor->shape[i];
    }
  return TRUE;
}

/* Gathers what does not lie in order, element by element. */
static void
gather (const PhenoTensor *tensor, const gint64 *strides, const guint8 *from, gsize size,
        guint8 *to)
{
  gint64 at[PHENO_TENSOR_MAX_RANK] = { 0 };

  for (gsize i = 0; i < tensor->count; i++)
    {
      gint64 offset = 0;

      for (int d = 0; d < tensor->rank; d++)
        offset += at[d] * strides[d];
      memcpy (to + i * size, from + (gsize) offset * size, size);
      for (int d = tensor->rank - 1; d >= 0 && ++at[d] == tensor->shape[d]; d--)
        at[d] = 0;
    }
}

static void
take_values (PhenoTensor *tensor, PhenoNumber number, const gint64 *strides,
             const guint8 *bytes)
{
  gsize size = pheno_number_size (number);
  g_autofree guint8 *gathered = NULL;

  if (!lies_in_order (tensor, strides))
    {
      gathered = g_malloc (tensor->count * size);
      gather (tensor, strides, bytes, size, gathered);
      bytes = gathered;
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

/* In old files a storage may be a part of another: where that part begins. */
static gint64
view_offset (const PickleValue *id)
{
  const PickleValue *view = pickle_item (id, 5),
                    *offset = view != NULL ? pickle_item (view, 1) : NULL;

  return offset != NULL && offset->kind == PICKLE_INTEGER ? offset->integer : 0;
}

/* @arguments: storage, offset, sizes, strides ... of torch._utils._rebuild_tensor_v2 */
static gboolean
read_tensor (Torch *self, const PickleValue *arguments, GError **error)
{
  g_autoptr (PhenoTensor) tensor = g_new0 (PhenoTensor, 1);
  const PickleValue *outside = pickle_item (arguments, 0),
                    *offset = pickle_item (arguments, 1),
                    *id = outside != NULL && outside->kind == PICKLE_OUTSIDE
                              ? pickle_item (outside, 0)
                              : NULL;
  const PickleValue *type = id != NULL ? pickle_item (id, 1) : NULL,
                    *key = id != NULL ? pickle_item (id, 2) : NULL;
  gint64 strides[PHENO_TENSOR_MAX_RANK] = { 0 };
  guint64 count, reach, begin, end;
  const Storage *storage;
  int number, rank;

  if (type == NULL || type->kind != PICKLE_NAME || key == NULL || key->kind != PICKLE_TEXT
      || offset == NULL || offset->kind != PICKLE_INTEGER || offset->integer < 0
      || view_offset (id) < 0
      || !read_sizes (pickle_item (arguments, 2), tensor->shape, &tensor->rank)
      || !read_sizes (pickle_item (arguments, 3), strides, &rank) || rank != tensor->rank
      || !measure (tensor, strides, &count, &reach))
    return refuse (self, error, _ ("the description of “%s” makes no sense"),
                   self->name->str);
  if ((number = find_number (type->text)) < 0)
    return refuse (self, error,
                   _ ("“%s” is of the type “%s”, which Phenoscape does not read"),
                   self->name->str, type->text);
  if ((storage = find_storage (self, key->text, error)) == NULL)
    return FALSE;

  begin = (guint64) offset->integer + (guint64) view_offset (id);
  tensor->name = g_strdup (self->name->str);
  tensor->count = (gsize) count;
  if (count > 0
      && (!g_uint64_checked_add (&end, begin, reach)
          || end >= storage->length / pheno_number_size ((PhenoNumber) number)))
    return refuse (self, error, _ ("“%s” would lie behind the end of its values"),
                   self->name->str);
  /* Strides of 0 could make a thousand elements of each that is there. */
  if (count > storage->length)
    return refuse (self, error, _ ("“%s” has more elements than values"),
                   self->name->str);
  if (count > 0)
    take_values (tensor, (PhenoNumber) number, strides,
                 storage->bytes
                     + (gsize) begin * pheno_number_size ((PhenoNumber) number));

  pheno_tensors_take (self->tensors, g_steal_pointer (&tensor));
  return TRUE;
}

/* ---- All that the file holds ---- */

static gboolean visit (Torch *self, const PickleValue *value, int depth, GError **error);

static gboolean
visit_named (Torch *self, const char *key, const PickleValue *value, int depth,
             GError **error)
{
  gsize length = self->name->len;
  gboolean done;

  if (length > 0)
    g_string_append_c (self->name, '.');
  g_string_append (self->name, key);
  done = visit (self, value, depth + 1, error);
  g_string_truncate (self->name, length);

  return done;
}

static gboolean
visit_items (Torch *self, const PickleValue *value, int depth, GError **error)
{
  guint step = value->kind == PICKLE_DICTIONARY ? 2 : 1;

  for (guint i = 0; i + step <= value->items->len; i += step)
    {
      const PickleValue *key = pickle_item (value, i);
      g_autofree char *number = NULL;
      const char *name;

      if (step == 2 && key->kind == PICKLE_TEXT)
        {
          if (!g_utf8_validate_len (key->text, key->length, NULL))
            return refuse (self, error, _ ("a name in it is no text"));
          name = key->text;
        }
      else
        name = number = g_strdup_printf (
            "%" G_GINT64_FORMAT,
            step == 1 ? (gint64) i : (key->kind == PICKLE_INTEGER ? key->integer : 0));
      if (!visit_named (self, name, pickle_item (value, i + step - 1), depth, error))
        return FALSE;
    }
  return TRUE;
}

/* What training programs write beside weights, and what cannot be mistaken for a tensor.
 */
static gboolean
is_harmless (const char *name)
{
  static const char *const words[] = { "torch.Size",
                                       "torch.device",
                                       "torch.dtype",
                                       "builtins.set",
                                       "builtins.slice",
                                       "collections.Counter",
                                       "argparse.Namespace",
                                       "numpy.dtype",
                                       "_codecs.encode",
                                       "datetime.datetime",
                                       "pathlib.PosixPath",
                                       "collections.defaultdict",
                                       NULL };

  return g_strv_contains (words, name)
         || g_str_has_prefix (name, "numpy.core.multiarray.")
         || g_str_has_prefix (name, "numpy._core.multiarray.")
         || g_str_has_prefix (name, "omegaconf.");
}

static gboolean
visit_call (Torch *self, const PickleValue *call, int depth, GError **error)
{
  const PickleValue *callable = pickle_item (call, 0), *arguments = pickle_item (call, 1);

  if (callable->kind != PICKLE_NAME)
    return refuse (self, error, _ ("the description of “%s” makes no sense"),
                   self->name->str);
  if (g_str_equal (callable->text, "torch._utils._rebuild_tensor_v2")
      || g_str_equal (callable->text, "torch._utils._rebuild_tensor"))
    return read_tensor (self, arguments, error);
  if ((g_str_equal (callable->text, "torch._utils._rebuild_parameter")
       || g_str_equal (callable->text, "torch._utils._rebuild_parameter_with_state"))
      && pickle_item (arguments, 0) != NULL)
    return visit (self, pickle_item (arguments, 0), depth + 1, error);
  if (is_harmless (callable->text))
    return TRUE;

  return refuse (self, error,
                 _ ("it asks to call “%s”, which makes no tensor; nothing was called"),
                 callable->text);
}

static gboolean
visit (Torch *self, const PickleValue *value, int depth, GError **error)
{
  if (depth > DEEPEST || ++self->visits > MOST_VISITS)
    return refuse (self, error, _ ("its lists hold one another without end"));

  switch (value->kind)
    {
    case PICKLE_LIST:
    case PICKLE_DICTIONARY:
      return visit_items (self, value, depth, error);
    case PICKLE_CALL:
      return visit_call (self, value, depth, error);
    case PICKLE_NOTHING:
    case PICKLE_INTEGER:
    case PICKLE_NUMBER:
    case PICKLE_TEXT:
    case PICKLE_NAME:
    case PICKLE_OUTSIDE:
    default:
      return TRUE;
    }
}

static Pickle *
read_pickle (Torch *self, const guint8 *bytes, gsize length, gsize *used, GError **error)
{
  const char *reason;
  Pickle *pickle = pickle_read (bytes, length, used, &reason);

  if (pickle == NULL)
    refuse (self, error, "%s", _ (reason));
  return pickle;
}

static gboolean
take_tensors (Torch *self, const Pickle *pickle, GError **error)
{
  if (!visit (self, pickle_root (pickle), 0, error))
    return FALSE;
  if (g_hash_table_size (self->tensors->tensors) == 0)
    return refuse (self, error, _ ("it holds no tensor"));
  return TRUE;
}

/* ---- The two kinds of file ---- */

/* The folder of the archive's entries: its name is whatever the file was called. */
static gboolean
find_folder (Torch *self, GError **error)
{
  zip_int64_t count = zip_get_num_entries (self->archive, 0);

  for (zip_int64_t i = 0; i < count; i++)
    {
      const char *name = zip_get_name (self->archive, (zip_uint64_t) i, 0);

      if (name != NULL && g_str_has_suffix (name, "data.pkl")
          && (name[strlen (name) - strlen ("data.pkl")] == 'd'))
        {
          gsize length = strlen (name) - strlen ("data.pkl");

          if (length == 0 || name[length - 1] == '/')
            {
              self->folder = g_strndup (name, length);
              return TRUE;
            }
        }
    }
  return refuse (self, error, _ ("it is an archive without “data.pkl”"));
}

static gboolean
read_archive (Torch *self, const char *path, GError **error)
{
  g_autoptr (Pickle) pickle = NULL;
  Storage *program;
  int code;
  gsize used;

  self->archive = zip_open (path, ZIP_RDONLY, &code);
  if (self->archive == NULL)
    return refuse (self, error, _ ("it is a damaged zip archive"));
  if (!find_folder (self, error)
      || (program = read_entry (self, "data.pkl", error)) == NULL)
    return FALSE;

  g_hash_table_replace (self->storage, g_strdup (""), program);
  pickle = read_pickle (self, program->bytes, program->length, &used, error);

  return pickle != NULL && take_tensors (self, pickle, error);
}

/* Bytes of an element of the storage that a pickle describes with @key; 0: not found. */
static gsize
find_element (const PickleValue *value, const char *key, int depth, guint *visits)
{
  if (depth > DEEPEST || ++*visits > MOST_VISITS || value->items == NULL)
    return 0;

  if (value->kind == PICKLE_OUTSIDE)
    {
      const PickleValue *id = pickle_item (value, 0), *type = pickle_item (id, 1),
                        *name = pickle_item (id, 2);
      int number
          = type != NULL && type->kind == PICKLE_NAME ? find_number (type->text) : -1;

      return number >= 0 && name != NULL && name->kind == PICKLE_TEXT
                     && g_str_equal (name->text, key)
                 ? pheno_number_size ((PhenoNumber) number)
                 : 0;
    }
  for (guint i = 0; i < value->items->len; i++)
    {
      gsize size = find_element (value->items->pdata[i], key, depth + 1, visits);

      if (size > 0)
        return size;
    }
  return 0;
}

/* The storages of an old file, behind its pickles. */
static gboolean
find_old_storages (Torch *self, const PickleValue *object, const PickleValue *keys,
                   const guint8 *bytes, gsize length, GError **error)
{
  if (keys->kind != PICKLE_LIST)
    return refuse (self, error, _ ("its list of values makes no sense"));

  for (guint i = 0; i < keys->items->len; i++)
    {
      const PickleValue *key = pickle_item (keys, i);
      guint64 elements = 0, size;
      Storage *storage;

      if (key->kind != PICKLE_TEXT)
        return refuse (self, error, _ ("its list of values makes no sense"));
      size = find_element (object, key->text, 0, &self->visits);
      if (size == 0)
        return refuse (self, error,
                       _ ("its values are of a type that Phenoscape does not read"));
      for (int k = 0; k < 8 && length >= 8; k++)
        elements |= (guint64) bytes[k] << (8 * k);
      if (length < 8 || !g_uint64_checked_mul (&size, size, elements)
          || size > length - 8)
        return refuse (self, error, _ ("it is cut short"));

      storage = g_new0 (Storage, 1);
      storage->bytes = bytes + 8;
      storage->length = (gsize) size;
      g_hash_table_replace (self->storage, g_strdup (key->text), storage);
      bytes += 8 + size;
      length -= 8 + (gsize) size;
    }
  self->visits = 0;
  return TRUE;
}

static gboolean
read_old (Torch *self, GError **error)
{
  const guint8 *bytes = (const guint8 *) g_mapped_file_get_contents (self->tensors->file);
  gsize length = g_mapped_file_get_length (self->tensors->file), used;
  g_autoptr (Pickle) object = NULL;
  g_autoptr (Pickle) keys = NULL;

  /* The number, the protocol, the machine: known, or told by the storages. */
  for (int i = 0; i < 3; i++)
    {
      g_autoptr (Pickle) passed = read_pickle (self, bytes, length, &used, error);

      if (passed == NULL)
        return FALSE;
      bytes += used;
      length -= used;
    }
  if ((object = read_pickle (self, bytes, length, &used, error)) == NULL
      || (keys = read_pickle (self, bytes + used, length - used, &length, error)) == NULL)
    return FALSE;

  bytes += used + length;
  length = (gsize) ((const guint8 *) g_mapped_file_get_contents (self->tensors->file)
                    + g_mapped_file_get_length (self->tensors->file) - bytes);
  return find_old_storages (self, pickle_root (object), pickle_root (keys), bytes, length,
                            error)
         && take_tensors (self, object, error);
}

gboolean
pheno_torch_read (PhenoTensors *tensors, const char *path, GError **error)
{
  const char *bytes = g_mapped_file_get_contents (tensors->file);
  g_autofree char *shown = pheno_display_name (path);
  Torch torch = { .shown = shown, .tensors = tensors };
  gboolean done;

  torch.storage = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_storage);
  torch.name = g_string_new (NULL);
  done = memcmp (bytes, zip_magic, sizeof zip_magic) == 0
             ? read_archive (&torch, path, error)
             : read_old (&torch, error);

  if (torch.archive != NULL)
    zip_discard (torch.archive);
  g_free (torch.folder);
  g_string_free (torch.name, TRUE);
  g_hash_table_unref (torch.storage);

  return done;
}
