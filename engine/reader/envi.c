/* envi.c - cubes of ENVI: a text header, and samples as they lie in memory
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The data are mapped, so a part costs what it touches. Either file of the pair opens it.
 */
#include "engine/reader/envi.h"
#include "engine/reader/mapped.h"

#include <string.h>

typedef struct
{
  char *path; /* of the data */
  PhenoMapped *mapped;
  PhenoStrided layout;
} Cube;

static void
close_cube (gpointer file)
{
  Cube *cube = file;

  g_clear_pointer (&cube->mapped, pheno_mapped_close);
  g_free (cube->path);
  g_free (cube);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cube, close_cube)

static gboolean
begins_as_header (const guint8 *bytes, gsize length)
{
  if (length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    bytes += 3, length -= 3;
  return length >= 5 && memcmp (bytes, "ENVI", 4) == 0 && g_ascii_isspace (bytes[4]);
}

static PhenoProbe
probe (const char *path, const guint8 *bytes, gsize length)
{
  g_autofree char *header = NULL;
  guint8 first[8];
  gssize found;

  if (begins_as_header (bytes, length))
    return PHENO_PROBE_SURE;
  if (pheno_envi_is_header (path))
    return PHENO_PROBE_NAME;

  /* Data have no mark. Any file may be some; pictures of other formats keep what they
   * are, also beside a .hdr, which may be one of Radiance. */
  if (!pheno_envi_is_data (path) && pheno_reader_knows (path))
    return PHENO_PROBE_NO;
  header = pheno_envi_find_header (path);
  if (header != NULL && !pheno_envi_is_header (path))
    {
      found = pheno_reader_first_bytes (header, first, sizeof first, NULL);
      if (found > 0 && begins_as_header (first, found))
        return PHENO_PROBE_SURE;
    }

  return pheno_envi_is_data (path) ? PHENO_PROBE_NAME : PHENO_PROBE_NO;
}

static gboolean
find_pair (const char *path, gboolean is_header, char **header, char **data,
           GError **error)
{
  *header = is_header ? g_strdup (path) : pheno_envi_find_header (path);
  *data = is_header ? pheno_envi_find_data (path) : g_strdup (path);
  if (*header == NULL)
    return pheno_reader_fail (
        error, path,
        _ ("there is no header beside it that says what its numbers are. Put the .hdr "
           "file of the same name beside it, or take it out of the folder."));
  if (*data == NULL)
    return pheno_reader_fail (
        error, path,
        _ ("the data that this header describes are not beside it. Put the .bil, .bip, "
           ".bsq, .raw, .img or .dat file of the same name there."));
  return TRUE;
}

/* A few bytes more are what some programs fill a block up with; a line more means that
 * the header counts otherwise than the file. */
static gboolean
check_size (const char *path, const PhenoEnviHeader *header, gsize length, GError **error)
{
  guint64 line = header->bytes / header->image.height;
  g_autofree char *has = NULL, *needs = NULL;

  if (length >= header->bytes && length - header->bytes < MAX (line, 512))
    return TRUE;

  has = g_strdup_printf ("%" G_GSIZE_FORMAT, length);
  needs = g_strdup_printf ("%" G_GUINT64_FORMAT, header->bytes);

  return pheno_reader_fail (
      error, path,
      _ ("it has %s bytes, but its header describes %s (%s). Copy the file again, or "
         "correct “samples”, “lines”, “bands”, “data type” and “header offset”."),
      has, needs, header->sizes);
}

static gpointer
open_cube (const char *path, PhenoImageHeader *image, GError **error)
{
  g_autoptr (PhenoEnviHeader) header = NULL;
  g_autofree char *header_path = NULL, *data_path = NULL;
  g_autoptr (Cube) cube = g_new0 (Cube, 1);
  guint8 first[8];
  gssize found = pheno_reader_first_bytes (path, first, sizeof first, error);
  gboolean is_header
      = pheno_envi_is_header (path) || (found > 0 && begins_as_header (first, found));

  if (found < 0 || !find_pair (path, is_header, &header_path, &data_path, error)
      || (header = pheno_envi_header_read (header_path, error)) == NULL
      || (cube->mapped = pheno_mapped_open (data_path, error)) == NULL
      || !check_size (path, header, cube->mapped->length, error))
    return NULL;

  cube->path = g_steal_pointer (&data_path);
  cube->layout = header->layout;
  cube->layout.samples = cube->mapped->bytes + header->offset;
  *image = header->image;
  header->image = (PhenoImageHeader){ 0 };

  return g_steal_pointer (&cube);
}

static gboolean
read_part (gpointer file, const PhenoPart *part, PhenoImage *image, GError **error)
{
  Cube *cube = file;

  pheno_strided_interleave (&cube->layout, part, image->pixels);

  return pheno_mapped_whole (cube->mapped, cube->path, error);
}

static gboolean
read_planes (gpointer file, const PhenoPart *part, float *values, GError **error)
{
  Cube *cube = file;

  pheno_strided_planes (&cube->layout, part, values);

  return pheno_mapped_whole (cube->mapped, cube->path, error);
}

/* The data stand for both where a scan knows their name. */
static char *
companion (const char *path, gboolean *listed)
{
  char *other = NULL;

  if (pheno_envi_is_header (path))
    {
      other = pheno_envi_find_data (path);
      *listed = other == NULL || !pheno_envi_is_data (other);
    }
  else if (pheno_envi_is_data (path))
    other = pheno_envi_find_header (path);

  return other;
}

const PhenoReaderClass pheno_envi_reader = {
  .name = "envi",
  .extensions = pheno_envi_extensions,
  .probe = probe,
  .open = open_cube,
  .read_part = read_part,
  .read_planes = read_planes,
  .close = close_cube,
  .companion = companion,
};
