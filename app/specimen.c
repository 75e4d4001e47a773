/* specimen.c - one image of the collection, as lists and views hold it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/specimen.h"

struct _PhenoSpecimen
{
  GObject parent_instance;

  char *path, *file, *name;
  char *relative; /* as on disk; NULL where it is @file */
  char *folded;   /* what words are looked for in; NULL after an edit */
  char *species;
  GHashTable *values; /* interned column name to value */
  gboolean excluded;
  guint64 bytes;
  gint64 modified_us;
  PhenoModality modality;
  PhenoSampleType sample_type;
  int width, height, bands;
};

G_DEFINE_FINAL_TYPE (PhenoSpecimen, pheno_specimen, G_TYPE_OBJECT)

enum
{
  PROP_FILE = 1,
  PROP_NAME,
  PROP_SPECIES,
  PROP_EXCLUDED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  VALUE_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static char *
fold (PhenoSpecimen *self)
{
  g_autoptr (GString) text = g_string_new (self->file);
  GHashTableIter iter;
  gpointer value;

  /* A newline, which no words have, keeps what stands in two columns apart. */
  if (self->species != NULL)
    g_string_append_printf (text, "\n%s", self->species);
  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_string_append_c (text, '\n');
      g_string_append (text, value);
    }
  return g_utf8_casefold (text->str, text->len);
}

PhenoSpecimen *
pheno_specimen_new (const PhenoCollection *collection, const PhenoRecord *record,
                    GPtrArray *columns)
{
  PhenoSpecimen *self = g_object_new (PHENO_TYPE_SPECIMEN, NULL);
  g_autofree char *last = g_path_get_basename (record->file);

  self->path = g_strdup (record->path);
  self->file = pheno_display_name (record->file);
  self->name = pheno_display_name (last);
  if (!g_str_equal (self->file, record->file))
    self->relative = g_strdup (record->file);
  self->species = g_strdup (record->species);
  self->excluded = record->excluded;
  self->bytes = record->bytes;
  self->modified_us = record->modified_us;
  self->modality = record->modality;
  self->sample_type = record->type;
  self->width = record->width;
  self->height = record->height;
  self->bands = record->bands;

  for (guint i = 0; i < columns->len; i++)
    {
      const char *column = columns->pdata[i];
      const char *value = pheno_record_value (collection, record, column);

      if (value != NULL && *value != '\0' && !g_str_equal (column, "species"))
        g_hash_table_insert (self->values, (gpointer) g_intern_string (column),
                             g_strdup (value));
    }
  self->folded = fold (self);

  return self;
}

void
pheno_specimen_take (PhenoSpecimen *self, PhenoSpecimen *found, gboolean with_values)
{
  GHashTableIter iter;
  gpointer column, value;
  g_autoptr (GPtrArray) changed = NULL;

  self->bytes = found->bytes;
  self->modified_us = found->modified_us;
  self->modality = found->modality;
  self->sample_type = found->sample_type;
  self->width = found->width;
  self->height = found->height;
  self->bands = found->bands;
  if (!with_values)
    return;

  if (g_strcmp0 (self->species, found->species) != 0)
    pheno_specimen_set_value (self, "species", found->species);
  g_hash_table_iter_init (&iter, found->values);
  while (g_hash_table_iter_next (&iter, &column, &value))
    if (g_strcmp0 (g_hash_table_lookup (self->values, column), value) != 0)
      pheno_specimen_set_value (self, column, value);

  changed = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &column, NULL))
    if (!g_hash_table_contains (found->values, column))
      g_ptr_array_add (changed, column);
  for (guint i = 0; i < changed->len; i++)
    pheno_specimen_set_value (self, changed->pdata[i], NULL);
}

const char *
pheno_specimen_get_file (PhenoSpecimen *self)
{
  return self->file;
}

const char *
pheno_specimen_get_relative (PhenoSpecimen *self)
{
  return self->relative != NULL ? self->relative : self->file;
}

const char *
pheno_specimen_get_folded (PhenoSpecimen *self)
{
  if (self->folded == NULL)
    self->folded = fold (self);
  return self->folded;
}

const char *
pheno_specimen_get_path (PhenoSpecimen *self)
{
  return self->path;
}

const char *
pheno_specimen_get_name (PhenoSpecimen *self)
{
  return self->name;
}

const char *
pheno_specimen_get_species (PhenoSpecimen *self)
{
  return self->species;
}

char *
pheno_specimen_in_words (PhenoSpecimen *self)
{
  const char *species = self->species != NULL ? self->species : _ ("no species");

  /* Translators: name and species of a specimen, as a screen reader says them. */
  return g_strdup_printf (self->excluded ? _ ("%s, %s, excluded") : _ ("%s, %s"),
                          self->name, species);
}

gboolean
pheno_specimen_get_excluded (PhenoSpecimen *self)
{
  return self->excluded;
}

guint64
pheno_specimen_get_bytes (PhenoSpecimen *self)
{
  return self->bytes;
}

gint64
pheno_specimen_get_modified_us (PhenoSpecimen *self)
{
  return self->modified_us;
}

PhenoModality
pheno_specimen_get_modality (PhenoSpecimen *self)
{
  return self->modality;
}

PhenoSampleType
pheno_specimen_get_sample_type (PhenoSpecimen *self)
{
  return self->sample_type;
}

void
pheno_specimen_get_size (PhenoSpecimen *self, int *width, int *height, int *bands)
{
  if (width != NULL)
    *width = self->width;
  if (height != NULL)
    *height = self->height;
  if (bands != NULL)
    *bands = self->bands;
}

const char *
pheno_specimen_get_value (PhenoSpecimen *self, const char *column)
{
  if (g_str_equal (column, "species"))
    return self->species;
  if (g_str_equal (column, "file"))
    return self->file;
  if (g_str_equal (column, "name"))
    return self->name;
  return g_hash_table_lookup (self->values, column);
}

void
pheno_specimen_set_value (PhenoSpecimen *self, const char *column, const char *value)
{
  const char *name = g_intern_string (column);

  if (value != NULL && *value == '\0')
    value = NULL;

  if (g_str_equal (column, "species"))
    {
      g_free (self->species);
      self->species = g_strdup (value);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPECIES]);
    }
  else if (value == NULL)
    g_hash_table_remove (self->values, name);
  else
    g_hash_table_insert (self->values, (gpointer) name, g_strdup (value));

  g_clear_pointer (&self->folded, g_free);
  g_signal_emit (self, signals[VALUE_CHANGED], 0, name);
}

void
pheno_specimen_set_excluded (PhenoSpecimen *self, gboolean excluded)
{
  if (self->excluded == excluded)
    return;

  self->excluded = excluded;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EXCLUDED]);
}

static void
pheno_specimen_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoSpecimen *self = PHENO_SPECIMEN (object);

  switch (id)
    {
    case PROP_FILE:
      g_value_set_string (value, self->file);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_SPECIES:
      g_value_set_string (value, self->species);
      break;
    case PROP_EXCLUDED:
      g_value_set_boolean (value, self->excluded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_specimen_finalize (GObject *object)
{
  PhenoSpecimen *self = PHENO_SPECIMEN (object);

  g_free (self->path);
  g_free (self->file);
  g_free (self->relative);
  g_free (self->folded);
  g_free (self->name);
  g_free (self->species);
  g_hash_table_unref (self->values);
  G_OBJECT_CLASS (pheno_specimen_parent_class)->finalize (object);
}

static void
pheno_specimen_class_init (PhenoSpecimenClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_specimen_get_property;
  object_class->finalize = pheno_specimen_finalize;

  props[PROP_FILE] = g_param_spec_string ("file", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_SPECIES] = g_param_spec_string ("species", NULL, NULL, NULL, flags);
  props[PROP_EXCLUDED] = g_param_spec_boolean ("excluded", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[VALUE_CHANGED]
      = g_signal_new ("value-changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pheno_specimen_init (PhenoSpecimen *self)
{
  /* Keys are interned: a column's name is there once, not once an image. */
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}
