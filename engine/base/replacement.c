/* replacement.c - files that are either the old one or the new one
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     .NAME~k3XpQ2.h5   written, flushed to the disk
 *     NAME.h5           renamed over; then the folder is flushed, or a power cut could
 *                       still bring the old file back
 *
 * The temporary file has the extension of the final one, as libvips chooses its format by
 * it, and begins with a dot, so that no scan ever takes it for a photograph.
 */
#include "engine/base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A temporary file that nobody has touched for a day was left by a program that was
 * killed. */
#define ABANDONED_SECONDS (24 * 60 * 60)

struct _PhenoReplacement
{
  char *path;      /* what is replaced, links resolved */
  char *temporary; /* %NULL once renamed */
  char *folder;
};

static gboolean
fail (GError **error, const char *path, int errno_value)
{
  pheno_set_file_error (error, path, errno_value);
  return FALSE;
}

/* ".NAME~": what all temporary files of @path begin with. */
static char *
temporary_prefix (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  /* 255 bytes are what a name may have; the suffix and a long extension need some. */
  if (strlen (name) > 200)
    name[200] = '\0';

  return g_strdup_printf (".%s~", name);
}

static void
remove_abandoned (const char *folder, const char *prefix)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = NULL;
      GStatBuf status;

      if (!g_str_has_prefix (name, prefix))
        continue;

      path = g_build_filename (folder, name, NULL);
      if (g_lstat (path, &status) == 0 && S_ISREG (status.st_mode)
          && now - status.st_mtime > ABANDONED_SECONDS)
        g_unlink (path);
    }
}

static char *
random_suffix (void)
{
  static const char letters[]
      = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  char suffix[7] = { 0 };

  for (guint i = 0; i < 6; i++)
    suffix[i] = letters[g_random_int_range (0, sizeof letters - 1)];

  return g_strdup (suffix);
}

/* An empty file that nobody else has; with the permissions of the one that it replaces.
 */
static gboolean
create_temporary (PhenoReplacement *self, const char *prefix, GError **error)
{
  g_autofree char *base = g_path_get_basename (self->path);
  const char *dot = strrchr (base, '.');
  GStatBuf old;
  int file;

  if (dot == base || dot == NULL || strlen (dot) > 16)
    dot = "";

  for (guint attempt = 0; attempt < 100; attempt++)
    {
      g_autofree char *suffix = random_suffix ();
      g_autofree char *name = g_strconcat (prefix, suffix, dot, NULL);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      file = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (file < 0 && errno == EEXIST)
        continue;
      if (file < 0)
        return fail (error, self->path, errno);

      if (g_stat (self->path, &old) == 0 && fchmod (file, old.st_mode & 07777) != 0)
        g_debug ("%s: permissions cannot be kept", path);
      close (file);
      self->temporary = g_steal_pointer (&path);
      return TRUE;
    }

  return fail (error, self->path, EEXIST);
}

PhenoReplacement *
pheno_replacement_new (const char *path, GError **error)
{
  g_autoptr (PhenoReplacement) self = NULL;
  g_autofree char *prefix = NULL;
  char *resolved;

  g_return_val_if_fail (path != NULL, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      pheno_set_file_error (error, path, EISDIR);
      return NULL;
    }

  /* A link stays a link: what it points at is replaced. */
  resolved = realpath (path, NULL);
  self = g_new0 (PhenoReplacement, 1);
  self->path = g_strdup (resolved != NULL ? resolved : path);
  self->folder = g_path_get_dirname (self->path);
  free (resolved);

  prefix = temporary_prefix (self->path);
  remove_abandoned (self->folder, prefix);
  if (!create_temporary (self, prefix, error))
    return NULL;

  return g_steal_pointer (&self);
}

const char *
pheno_replacement_path (const PhenoReplacement *replacement)
{
  g_return_val_if_fail (replacement != NULL, NULL);

  return replacement->temporary;
}

static gboolean
flush_file (const char *path, const char *shown, GError **error)
{
  int file = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  int status, reason;

  if (file < 0)
    return fail (error, shown, errno);

  status = fsync (file);
  reason = errno;
  close (file);

  return status == 0 || fail (error, shown, reason);
}

/* Network and FUSE disks may refuse this; the file itself is safe by then. */
static void
flush_folder (const char *folder)
{
  int file = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (file < 0)
    return;
  if (fsync (file) != 0)
    g_debug ("%s: the folder cannot be flushed: %s", folder, g_strerror (errno));
  close (file);
}

gboolean
pheno_replacement_commit (PhenoReplacement *replacement, GError **error)
{
  g_return_val_if_fail (replacement != NULL && replacement->temporary != NULL, FALSE);

  if (!flush_file (replacement->temporary, replacement->path, error))
    return FALSE;
  if (g_rename (replacement->temporary, replacement->path) != 0)
    return fail (error, replacement->path, errno);

  g_clear_pointer (&replacement->temporary, g_free);
  flush_folder (replacement->folder);

  return TRUE;
}

void
pheno_replacement_free (PhenoReplacement *replacement)
{
  if (replacement == NULL)
    return;

  if (replacement->temporary != NULL)
    g_unlink (replacement->temporary);
  g_free (replacement->temporary);
  g_free (replacement->path);
  g_free (replacement->folder);
  g_free (replacement);
}

static gboolean
write_all (int file, const guint8 *bytes, gsize length)
{
  while (length > 0)
    {
      gssize written = write (file, bytes, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      bytes += written;
      length -= written;
    }

  return TRUE;
}

gboolean
pheno_write_file (const char *path, const void *contents, gsize length, GError **error)
{
  g_autoptr (PhenoReplacement) replacement = NULL;
  int file;

  g_return_val_if_fail (path != NULL && (contents != NULL || length == 0), FALSE);

  if ((replacement = pheno_replacement_new (path, error)) == NULL)
    return FALSE;
  if ((file = g_open (replacement->temporary, O_WRONLY | O_CLOEXEC, 0)) < 0)
    return fail (error, path, errno);
  if (!write_all (file, contents, length))
    {
      int reason = errno;

      close (file);
      return fail (error, path, reason);
    }
  if (close (file) != 0)
    return fail (error, path, errno);

  return pheno_replacement_commit (replacement, error);
}
