/* walk.c - all image files below some folders
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A folder is entered once, whatever links lead to it: so links in a circle end, and a
 * photograph that can be reached in two ways is not counted twice, also not where one
 * root lies in another. Nothing is opened here but folders.
 */
#include "engine/collection/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So many folders in one another are no collection, and each takes some of the stack. */
#define DEEPEST 500

typedef struct
{
  PhenoCollection *collection;
  GHashTable *folders; /* "device:inode" of those entered */
  GHashTable *paths;   /* of single files, for the same reason */
  guint root;
  GCancellable *cancellable;
} Walk;

static gint64
modified_us (const struct stat *status)
{
  return (gint64) status->st_mtim.tv_sec * G_USEC_PER_SEC
         + status->st_mtim.tv_nsec / 1000;
}

static void
add_problem (Walk *walk, const char *path, const char *file, int reason)
{
  g_autoptr (GError) error = NULL;

  pheno_set_file_error (&error, path, reason);
  pheno_collection_add_problem (walk->collection, file, error->message);
}

/* Of an image of two files (ENVI) one is listed; it changes when either does. @asked: the
 * user named this file, and not a folder that it lies in. */
static void
add_file (Walk *walk, const char *path, const char *file, const struct stat *status,
          gboolean asked)
{
  g_autoptr (PhenoRecord) record = NULL;
  gboolean listed = TRUE;
  g_autofree char *other = pheno_reader_companion (path, &listed), *name = NULL;
  struct stat other_status;

  if (other != NULL && stat (other, &other_status) != 0)
    {
      g_clear_pointer (&other, g_free);
      listed = TRUE;
    }
  if (!listed && !asked)
    return;
  if (!listed)
    name = g_path_get_basename (other); /* a single file is named without a folder */
  if (!g_hash_table_add (walk->paths, g_strdup (listed ? path : other)))
    return;

  record = pheno_record_new ();
  record->path = g_strdup (listed ? path : other);
  record->file = g_strdup (listed ? file : name);
  record->root = walk->root;
  record->bytes = status->st_size;
  record->modified_us = modified_us (status);
  if (other != NULL)
    {
      record->bytes += other_status.st_size;
      record->modified_us = MAX (record->modified_us, modified_us (&other_status));
    }
  g_ptr_array_add (walk->collection->records, g_steal_pointer (&record));
}

static void enter_folder (Walk *walk, int file_descriptor, const char *path,
                          const char *file, guint depth);

/* @file: relative to the root; "" for the root itself. */
static void
open_folder (Walk *walk, const char *path, const char *file, guint depth)
{
  int descriptor = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (descriptor < 0)
    add_problem (walk, path, file, errno);
  else
    enter_folder (walk, descriptor, path, file, depth);
}

static void
look_at_entry (Walk *walk, int folder, const struct dirent *entry,
               const char *parent_path, const char *parent_file, guint depth)
{
  const char *name = entry->d_name;
  gboolean image = pheno_reader_knows (name);
  g_autofree char *path = NULL, *file = NULL;
  struct stat status;

  if (name[0] == '.' || (entry->d_type == DT_REG && !image))
    return;

  path = g_build_filename (parent_path, name, NULL);
  file = *parent_file != '\0' ? g_strconcat (parent_file, "/", name, NULL)
                              : g_strdup (name);
  if (fstatat (folder, name, &status, 0) != 0)
    {
      /* A link to nowhere matters only when it should be an image. */
      if (image || errno == EACCES)
        add_problem (walk, path, file, errno);
      return;
    }

  if (S_ISDIR (status.st_mode))
    {
      if (!g_str_has_suffix (name, ".study"))
        open_folder (walk, path, file, depth + 1);
    }
  else if (image && S_ISREG (status.st_mode))
    add_file (walk, path, file, &status, FALSE);
  else if (image)
    pheno_collection_add_problem (
        walk->collection, file,
        _ ("This is a device or pipe, not a file. Take it out of the "
           "folder."));
}

static void
enter_folder (Walk *walk, int descriptor, const char *path, const char *file, guint depth)
{
  struct stat status;
  struct dirent *entry;
  DIR *folder;

  if (fstat (descriptor, &status) == 0
      && !g_hash_table_add (walk->folders,
                            g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                             (guint64) status.st_dev,
                                             (guint64) status.st_ino)))
    {
      close (descriptor);
      return;
    }
  if (depth > DEEPEST || (folder = fdopendir (descriptor)) == NULL)
    {
      add_problem (walk, path, file, depth > DEEPEST ? ENAMETOOLONG : errno);
      close (descriptor);
      return;
    }

  while (!g_cancellable_is_cancelled (walk->cancellable)
         && (errno = 0, entry = readdir (folder)))
    look_at_entry (walk, dirfd (folder), entry, path, file, depth);
  if (errno != 0 && !g_cancellable_is_cancelled (walk->cancellable))
    add_problem (walk, path, file, errno);
  closedir (folder);
}

/* Index of a root; the same one for all single files of a folder. */
static guint
add_root (Walk *walk, const char *path)
{
  GPtrArray *roots = walk->collection->roots;
  guint index;

  if (g_ptr_array_find_with_equal_func (roots, path, g_str_equal, &index))
    return index;

  g_ptr_array_add (roots, g_strdup (path));
  return roots->len - 1;
}

static gboolean
walk_root (Walk *walk, const char *given, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (given, NULL);
  struct stat status;

  if (stat (path, &status) != 0)
    {
      pheno_set_file_error (error, given, errno);
      return FALSE;
    }

  if (S_ISDIR (status.st_mode))
    {
      int descriptor = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      if (descriptor < 0)
        {
          pheno_set_file_error (error, given, errno);
          return FALSE;
        }
      walk->root = add_root (walk, path);
      enter_folder (walk, descriptor, path, "", 0);
    }
  else
    {
      /* A single file: its folder is the root. It was asked for, so its name may be any.
       */
      g_autofree char *name = g_path_get_basename (path);
      g_autofree char *folder = g_path_get_dirname (path);

      walk->root = add_root (walk, folder);
      add_file (walk, path, name, &status, TRUE);
    }

  return TRUE;
}

/* By root, then by the bytes of the name: the same in every language. */
static int
compare_records (gconstpointer a, gconstpointer b)
{
  const PhenoRecord *first = *(PhenoRecord *const *) a,
                    *second = *(PhenoRecord *const *) b;

  if (first->root != second->root)
    return first->root < second->root ? -1 : 1;

  return strcmp (first->file, second->file);
}

gboolean
pheno_walk (const char *const *roots, PhenoCollection *collection,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) folders
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) paths
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Walk walk = { collection, folders, paths, 0, cancellable };

  for (gsize i = 0; roots[i] != NULL; i++)
    if (!walk_root (&walk, roots[i], error))
      return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  g_ptr_array_sort (collection->records, compare_records);

  return TRUE;
}
