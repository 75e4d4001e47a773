/* reader.c - which reader a file belongs to
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first bytes decide and not the name: a PNG that somebody called .jpg is read, a
 * text called .jpg is refused with a word about what it is.
 */
#include "engine/reader/measured.h"
#include "engine/reader/reader-class.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ENVI first: its cubes have no mark of their own, only the header beside them; then
 * TIFF, which leaves photographs to the last one. */
static const PhenoReaderClass *const readers[] = {
  &pheno_envi_reader,
  &pheno_tiff_reader,
  &pheno_hdf5_reader,
  &pheno_photo_reader,
};

gboolean
pheno_reader_knows (const char *path)
{
  const char *dot;

  g_return_val_if_fail (path != NULL, FALSE);

  dot = strrchr (path, '.');
  if (dot == NULL || strchr (dot, '/') != NULL)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    for (gsize k = 0; readers[i]->extensions[k] != NULL; k++)
      if (g_ascii_strcasecmp (dot + 1, readers[i]->extensions[k]) == 0)
        return TRUE;

  return FALSE;
}

gboolean
pheno_reader_fail (GError **error, const char *path, const char *format, ...)
{
  g_autofree char *name = pheno_display_name (path), *sentence = NULL, *valid = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  /* What is quoted of a file may be cut within a letter. */
  valid = g_utf8_make_valid (sentence, -1);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT, "“%s”: %s", name, valid);
  return FALSE;
}

static gboolean
fail (GError **error, const char *path, const char *sentence)
{
  g_autofree char *name = pheno_display_name (path);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* each has one %s */
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT, sentence, name);
#pragma GCC diagnostic pop
  return FALSE;
}

gssize
pheno_reader_first_bytes (const char *path, guint8 *bytes, gsize length, GError **error)
{
  GStatBuf status;
  gsize filled = 0;
  int file;

  /* A pipe would block for ever, so nothing but a regular file is opened for reading;
   * O_NONBLOCK is for the pipe that takes the place of the file in between. */
  file = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (file < 0 || fstat (file, &status) != 0 || S_ISDIR (status.st_mode))
    {
      pheno_set_file_error (error, path, file < 0 ? errno : EISDIR);
      if (file >= 0)
        close (file);
      return -1;
    }
  if (!S_ISREG (status.st_mode))
    {
      close (file);
      fail (error, path,
            _ ("“%s” is a device or pipe, not a file. Choose an image file."));
      return -1;
    }

  while (filled < length)
    {
      gssize got = read (file, bytes + filled, length - filled);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          pheno_set_file_error (error, path, errno);
          close (file);
          return -1;
        }
      if (got == 0)
        break;
      filled += got;
    }
  close (file);

  return filled;
}

/* Nothing but letters, signs and line ends: a text, whatever its name says. */
static gboolean
is_text (const guint8 *bytes, gsize length)
{
  const char *end;

  for (gsize i = 0; i < length; i++)
    if (bytes[i] < 0x20 && strchr ("\t\r\n\f", bytes[i]) == NULL)
      return FALSE;

  /* A letter may be cut by the end of what was read. */
  return g_utf8_validate ((const char *) bytes, length, &end)
         || end + 4 > (const char *) bytes + length;
}

const PhenoReaderClass *
pheno_reader_find (const char *path, GError **error)
{
  guint8 bytes[PHENO_PROBE_BYTES];
  gssize length = pheno_reader_first_bytes (path, bytes, sizeof bytes, error);
  const PhenoReaderClass *by_name = NULL;

  if (length < 0)
    return NULL;
  if (length == 0)
    {
      fail (error, path,
            _ ("“%s” is empty (0 bytes). Copy the file again, or take it out of the "
               "folder."));
      return NULL;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      PhenoProbe answer = readers[i]->probe (path, bytes, length);

      if (answer == PHENO_PROBE_SURE)
        return readers[i];
      if (answer == PHENO_PROBE_NAME && by_name == NULL)
        by_name = readers[i];
    }
  if (by_name != NULL)
    return by_name;

  if (is_text (bytes, length))
    fail (error, path,
          _ ("“%s” is a text and not an image, whatever its name says. Give it its right "
             "name, "
             "or take it out of the folder."));
  else
    fail (error, path,
          _ ("“%s” is of no image format known here, whatever its name says. Save it as "
             "JPEG, "
             "PNG, TIFF or WebP, or take it out of the folder."));
  return NULL;
}

char *
pheno_reader_companion (const char *path, gboolean *listed)
{
  g_return_val_if_fail (path != NULL, NULL);

  if (listed != NULL)
    *listed = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    if (readers[i]->companion != NULL)
      {
        gboolean first = TRUE;
        char *other = readers[i]->companion (path, &first);

        if (other == NULL)
          continue;
        if (listed != NULL)
          *listed = first;
        return other;
      }

  return NULL;
}

gboolean
pheno_reader_read_header (const char *path, PhenoImageHeader *header, GError **error)
{
  const PhenoReaderClass *reader;
  gpointer file;

  g_return_val_if_fail (path != NULL && header != NULL, FALSE);

  memset (header, 0, sizeof *header);
  for (int i = 0; i < 3; i++)
    header->default_bands[i] = -1;
  reader = pheno_reader_find (path, error);
  if (reader == NULL || reader->open == NULL)
    return reader != NULL && reader->read_header (path, header, error);

  file = reader->open (path, header, error);
  if (file == NULL)
    {
      pheno_image_header_clear (header);
      return FALSE;
    }
  reader->close (file);
  header->modality = pheno_measured_modality (header);

  return TRUE;
}

PhenoImage *
pheno_reader_read (const char *path, int shorter_side, GError **error)
{
  g_autoptr (PhenoSource) source = NULL;
  const PhenoReaderClass *reader;

  g_return_val_if_fail (path != NULL && shorter_side >= 0, NULL);

  reader = pheno_reader_find (path, error);
  if (reader == NULL || reader->open == NULL)
    return reader != NULL ? reader->read (path, shorter_side, error) : NULL;

  source = pheno_source_open (path, error);
  if (source == NULL)
    return NULL;

  return shorter_side > 0 ? pheno_source_shrink (source, shorter_side, error)
                          : pheno_source_read (source, NULL, NULL, 0, error);
}
