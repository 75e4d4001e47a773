/* recent-studies.c - the studies that were open, the newest first
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One key file in the user's data folder, one group a study.
 */
#include "app/recent-studies.h"

#include <glib/gstdio.h>

#include "engine/base/base.h"

#define MOST_STUDIES 20

struct _PhenoRecentStudy
{
  GObject parent_instance;

  char *path, *title, *picture;
  GDateTime *opened;
};

G_DEFINE_FINAL_TYPE (PhenoRecentStudy, pheno_recent_study, G_TYPE_OBJECT)

const char *
pheno_recent_study_get_path (PhenoRecentStudy *self)
{
  return self->path;
}

const char *
pheno_recent_study_get_title (PhenoRecentStudy *self)
{
  return self->title;
}

GDateTime *
pheno_recent_study_get_opened (PhenoRecentStudy *self)
{
  return self->opened;
}

const char *
pheno_recent_study_get_picture (PhenoRecentStudy *self)
{
  return self->picture;
}

static char *
file_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "phenoscape", "recent-studies.ini",
                           NULL);
}

static GKeyFile *
load_file (void)
{
  g_autofree char *path = file_path ();
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

/* A list that cannot be kept costs a click next time, and is no reason to stop. */
static void
save_file (GKeyFile *file)
{
  g_autofree char *path = file_path (), *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  text = g_key_file_to_data (file, &length, NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0
      || !pheno_write_file (path, text, length, &error))
    g_debug ("%s: %s", path, error != NULL ? error->message : g_strerror (errno));
}

/* Group names of key files are printable text: paths are escaped as in a URI. */
static char *
group_of (const char *path)
{
  return g_filename_to_uri (path, NULL, NULL);
}

static int
newest_first (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return -g_date_time_compare (((PhenoRecentStudy *) a)->opened,
                               ((PhenoRecentStudy *) b)->opened);
}

static PhenoRecentStudy *
read_study (GKeyFile *file, const char *group)
{
  g_autofree char *path = g_filename_from_uri (group, NULL, NULL);
  g_autoptr (GDateTime) opened = g_date_time_new_from_unix_local (
      g_key_file_get_int64 (file, group, "opened", NULL));
  PhenoRecentStudy *study;

  if (path == NULL || opened == NULL)
    return NULL;
  study = g_object_new (PHENO_TYPE_RECENT_STUDY, NULL);
  study->path = g_steal_pointer (&path);
  study->title = g_key_file_get_string (file, group, "title", NULL);
  study->picture = g_key_file_get_string (file, group, "picture", NULL);
  study->opened = g_steal_pointer (&opened);
  if (study->title == NULL)
    study->title = g_filename_display_basename (study->path);
  return study;
}

GListStore *
pheno_recent_studies_load (void)
{
  GListStore *list = g_list_store_new (PHENO_TYPE_RECENT_STUDY);
  g_autoptr (GKeyFile) file = load_file ();
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (PhenoRecentStudy) study = read_study (file, groups[i]);

      if (study != NULL)
        g_list_store_insert_sorted (list, study, newest_first, NULL);
    }
  return list;
}

static void
drop_oldest (GKeyFile *file)
{
  g_autoptr (GListStore) list = pheno_recent_studies_load ();

  for (guint i = MOST_STUDIES - 1; i < g_list_model_get_n_items (G_LIST_MODEL (list));
       i++)
    {
      g_autoptr (PhenoRecentStudy) study = g_list_model_get_item (G_LIST_MODEL (list), i);
      g_autofree char *group = group_of (study->path);

      g_key_file_remove_group (file, group, NULL);
    }
}

void
pheno_recent_studies_add (const char *path, const char *title, const char *picture)
{
  g_autoptr (GKeyFile) file = load_file ();
  g_autofree char *group = group_of (path);

  drop_oldest (file);
  g_key_file_set_string (file, group, "title", title);
  g_key_file_set_int64 (file, group, "opened", g_get_real_time () / G_USEC_PER_SEC);
  if (picture != NULL)
    g_key_file_set_string (file, group, "picture", picture);
  save_file (file);
}

void
pheno_recent_studies_remove (const char *path)
{
  g_autoptr (GKeyFile) file = load_file ();
  g_autofree char *group = group_of (path);

  g_key_file_remove_group (file, group, NULL);
  save_file (file);
}

void
pheno_recent_studies_put_back (PhenoRecentStudy *study)
{
  g_autoptr (GKeyFile) file = load_file ();
  g_autofree char *group = group_of (study->path);

  g_key_file_set_string (file, group, "title", study->title);
  g_key_file_set_int64 (file, group, "opened", g_date_time_to_unix (study->opened));
  if (study->picture != NULL)
    g_key_file_set_string (file, group, "picture", study->picture);
  save_file (file);
}

void
pheno_recent_studies_move (const char *from, const char *to)
{
  g_autoptr (GKeyFile) file = load_file ();
  g_autofree char *old = group_of (from), *moved = group_of (to);
  g_auto (GStrv) keys = g_key_file_get_keys (file, old, NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_value (file, old, keys[i], NULL);

      g_key_file_set_value (file, moved, keys[i], value);
    }
  g_key_file_remove_group (file, old, NULL);
  save_file (file);
}

static void
pheno_recent_study_finalize (GObject *object)
{
  PhenoRecentStudy *self = PHENO_RECENT_STUDY (object);

  g_free (self->path);
  g_free (self->title);
  g_free (self->picture);
  g_clear_pointer (&self->opened, g_date_time_unref);
  G_OBJECT_CLASS (pheno_recent_study_parent_class)->finalize (object);
}

static void
pheno_recent_study_class_init (PhenoRecentStudyClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pheno_recent_study_finalize;
}

static void
pheno_recent_study_init (PhenoRecentStudy *self)
{
}
