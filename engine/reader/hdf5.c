/* hdf5.c - cubes in HDF5, and in files of MATLAB 7.3, which are HDF5
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The largest dataset of three dimensions is the cube. One that lies in the file in one
 * piece is read from a map, without the library and its lock; one in chunks, compressed
 * or not, by hyperslab. A damaged file can crash the library, so each file is first
 * opened and read in a copy of this process.
 */
#include "engine/reader/hdf5.h"
#include "engine/reader/mapped.h"
#include "engine/reader/strided.h"

#include <glib/gstdio.h>
#include <string.h>

/* What is read through the library at once. */
#define BLOCK_BYTES ((gsize) 32 << 20)
#define CHUNK_CACHE_BYTES ((gsize) 64 << 20)
#define MOST_CHUNK_BYTES ((guint64) 1 << 30)
/* Of a cube, as much is read before as shows whether its chunks can be. */
#define REHEARSED_BYTES ((guint64) 32 << 20)
/* Of processor time: opening and reading so much takes a tenth of that. */
#define REHEARSAL_SECONDS 5
/* What claims more samples for each byte that is stored is no measurement. */
#define MOST_FROM_A_BYTE 8192

static const char *const extensions[] = { "h5", "hdf5", "he5", "mat", NULL };

typedef struct
{
  char *path;
  hid_t file, set, type; /* type: of samples in memory */
  PhenoArray cube;
  PhenoAxes axes;
  PhenoSampleType sample;
  PhenoMapped *mapped; /* NULL: in chunks */
  PhenoStrided layout;
} Cube;

static void
close_ids (Cube *cube)
{
  pheno_hdf5_release (&cube->type);
  pheno_hdf5_release (&cube->set);
  pheno_hdf5_release (&cube->file);
  cube->type = cube->set = cube->file = -1;
}

static void
close_cube (gpointer data)
{
  Cube *cube = data;

  pheno_hdf5_lock ();
  close_ids (cube);
  pheno_hdf5_unlock ();
  g_clear_pointer (&cube->mapped, pheno_mapped_close);
  g_free (cube->cube.name);
  g_free (cube->path);
  g_free (cube);
}

static PhenoProbe
probe (const char *path, const guint8 *bytes, gsize length)
{
  const char *dot = strrchr (path, '.');

  if ((length >= 8 && memcmp (bytes, "\x89HDF\r\n\x1a\n", 8) == 0)
      || (length >= 10 && memcmp (bytes, "MATLAB 7.3", 10) == 0))
    return PHENO_PROBE_SURE;
  for (gsize i = 0; dot != NULL && extensions[i] != NULL; i++)
    if (g_ascii_strcasecmp (dot + 1, extensions[i]) == 0)
      return PHENO_PROBE_NAME;

  return PHENO_PROBE_NO;
}

/* ---- Types ---- */

static gboolean
is_half (hid_t type)
{
  gsize sign, exponent, exponent_bits, fraction, fraction_bits;

  return H5Tget_size (type) == 2
         && H5Tget_fields (type, &sign, &exponent, &exponent_bits, &fraction,
                           &fraction_bits)
                >= 0
         && sign == 15 && exponent == 10 && exponent_bits == 5 && fraction == 0
         && fraction_bits == 10 && H5Tget_ebias (type) == 15;
}

/* Which sample a number of the file becomes, and what the library has to make of it. */
static gboolean
take_type (Cube *cube, hid_t own)
{
  static const PhenoSampleType whole[2][4] = {
    { PHENO_SAMPLE_UINT8, PHENO_SAMPLE_UINT16, PHENO_SAMPLE_UINT32, PHENO_SAMPLE_UINT64 },
    { PHENO_SAMPLE_INT8, PHENO_SAMPLE_INT16, PHENO_SAMPLE_INT32, PHENO_SAMPLE_INT64 }
  };
  const hid_t whole_types[2][4]
      = { { H5T_NATIVE_UINT8, H5T_NATIVE_UINT16, H5T_NATIVE_UINT32, H5T_NATIVE_UINT64 },
          { H5T_NATIVE_INT8, H5T_NATIVE_INT16, H5T_NATIVE_INT32, H5T_NATIVE_INT64 } };
  gsize size = H5Tget_size (own);
  int step = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;

  if (H5Tget_class (own) == H5T_INTEGER)
    {
      gboolean is_signed = H5Tget_sign (own) == H5T_SGN_2;

      cube->sample = whole[is_signed][step];
      cube->type = H5Tcopy (whole_types[is_signed][step]);
    }
  else if (is_half (own))
    {
      cube->sample = PHENO_SAMPLE_FLOAT16;
      cube->type = H5Tcopy (own);
      H5Tset_order (cube->type,
                    G_BYTE_ORDER == G_LITTLE_ENDIAN ? H5T_ORDER_LE : H5T_ORDER_BE);
    }
  else
    {
      cube->sample = size == 8 ? PHENO_SAMPLE_FLOAT64 : PHENO_SAMPLE_FLOAT32;
      cube->type = H5Tcopy (size == 8 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT);
    }

  return cube->type >= 0;
}

/* ---- Layout ---- */

static const char *
filter_name (H5Z_filter_t filter, const char *own)
{
  static const struct
  {
    H5Z_filter_t filter;
    const char *name;
  } known[] = {
    { H5Z_FILTER_SZIP, "SZIP" },
    { 32000, "LZF" },
    { 32001, "Blosc" },
    { 32004, "LZ4" },
    { 32008, "bitshuffle" },
    { 32015, "Zstandard" },
    { 307, "bzip2" },
    { 32013, "ZFP" },
    { 32026, "Blosc2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].filter == filter)
      return known[i].name;
  return *own != '\0' ? own : "?";
}

static gboolean
check_filters (const Cube *cube, hid_t creation, GError **error)
{
  int count = H5Pget_nfilters (creation);

  for (int i = 0; i < count; i++)
    {
      char name[64] = "";
      unsigned flags, config;
      size_t n_values = 0;
      H5Z_filter_t filter = H5Pget_filter2 (creation, i, &flags, &n_values, NULL,
                                            sizeof name - 1, name, &config);
      g_autofree char *shown = NULL;

      if (filter >= 0 && H5Zfilter_avail (filter) > 0)
        continue;
      shown = g_utf8_make_valid (filter_name (filter, name), -1);
      return pheno_reader_fail (
          error, cube->path,
          _ ("its dataset “%s” is packed by the filter %s (%d), which is not installed. "
             "Install the plugin for HDF5, or save the file with gzip."),
          cube->cube.name, shown, (int) filter);
    }

  return TRUE;
}

static gboolean
check_chunks (const Cube *cube, hid_t creation, gsize size, GError **error)
{
  hsize_t shape[PHENO_MOST_AXES];
  double bytes = (double) size;

  if (H5Pget_chunk (creation, PHENO_MOST_AXES, shape) != cube->cube.rank)
    return pheno_reader_fail (error, cube->path,
                              _ ("its chunks are damaged. Copy the file again."));
  for (int i = 0; i < cube->cube.rank; i++)
    bytes *= (double) shape[i];
  if (bytes <= (double) MOST_CHUNK_BYTES)
    return TRUE;

  return pheno_reader_fail (
      error, cube->path,
      _ ("its dataset “%s” has chunks of over 1 GB, which cannot be "
         "read one by one. Save it with smaller chunks."),
      cube->cube.name);
}

static gboolean
check_claim (const Cube *cube, GError **error)
{
  double claim = cube->cube.samples * (double) pheno_sample_size (cube->sample);
  double stored = (double) H5Dget_storage_size (cube->set);
  g_autofree char *samples = NULL, *has = NULL;

  if (claim <= (double) REHEARSED_BYTES || claim <= stored * MOST_FROM_A_BYTE)
    return TRUE;

  samples = g_strdup_printf ("%.0f", cube->cube.samples);
  has = g_format_size_full ((guint64) stored, G_FORMAT_SIZE_LONG_FORMAT);
  return pheno_reader_fail (error, cube->path,
                            _ ("its dataset “%s” says that it has %s samples, which do "
                               "not fit into its %s. Copy the file again."),
                            cube->cube.name, samples, has);
}

/* Samples that lie in one piece, and as the processor reads them or turned round, are
 * taken from a map. */
static gboolean
map_samples (Cube *cube, hid_t own, H5D_layout_t layout, GError **error)
{
  haddr_t offset = layout == H5D_CONTIGUOUS ? H5Dget_offset (cube->set) : HADDR_UNDEF;
  gsize size = pheno_sample_size (cube->sample);
  AutoHid turned = H5Tcopy (cube->type);
  gint64 steps[PHENO_MOST_AXES], step = (gint64) size;

  H5Tset_order (turned, H5Tget_order (own));
  if (offset == HADDR_UNDEF || H5Tequal (turned, own) <= 0)
    return TRUE;
  if ((cube->mapped = pheno_mapped_open (cube->path, error)) == NULL)
    return FALSE;
  if (offset > cube->mapped->length
      || cube->cube.samples * (double) size > (double) (cube->mapped->length - offset))
    return pheno_reader_fail (error, cube->path,
                              _ ("it is cut short: the samples of “%s” lie behind its "
                                 "end. Copy the file again."),
                              cube->cube.name);

  for (int i = cube->cube.rank - 1; i >= 0; i--)
    {
      steps[i] = step;
      step *= (gint64) cube->cube.shape[i];
    }
  cube->layout = (PhenoStrided){ .samples = cube->mapped->bytes + offset,
                                 .pixel = steps[cube->axes.x],
                                 .line = steps[cube->axes.y],
                                 .band = steps[cube->axes.band],
                                 .type = cube->sample,
                                 .swapped = H5Tequal (cube->type, own) <= 0 };
  close_ids (cube); /* the library is not needed any more */

  return TRUE;
}

static gboolean
look_at_layout (Cube *cube, hid_t own, GError **error)
{
  AutoHid creation = H5Dget_create_plist (cube->set);
  H5D_layout_t layout = creation >= 0 ? H5Pget_layout (creation) : H5D_LAYOUT_ERROR;

  if (layout == H5D_LAYOUT_ERROR)
    return pheno_reader_fail (error, cube->path,
                              _ ("its dataset “%s” is damaged. Copy the file again."),
                              cube->cube.name);
  if (layout == H5D_VIRTUAL || H5Pget_external_count (creation) > 0)
    return pheno_reader_fail (
        error, cube->path,
        _ ("the samples of its dataset “%s” lie in other files. Save them into one "
           "file."),
        cube->cube.name);
  if (!check_filters (cube, creation, error)
      || (layout == H5D_CHUNKED
          && !check_chunks (cube, creation, H5Tget_size (own), error))
      || !check_claim (cube, error))
    return FALSE;

  return map_samples (cube, own, layout, error);
}

/* ---- Opening ---- */

static gboolean
fail_to_open (const char *path, GError **error)
{
  char first[20] = "";

  pheno_reader_first_bytes (path, (guint8 *) first, sizeof first - 1, NULL);
  if (g_str_has_prefix (first, "MATLAB 5.0"))
    return pheno_reader_fail (error, path,
                              _ ("this is a file of an older MATLAB. Save it there with "
                                 "the option -v7.3."));
  return pheno_reader_fail (
      error, path,
      _ ("this is no HDF5 file, or damaged. Copy the file again, or "
         "take it out of the folder."));
}

static gboolean
choose_cube (Cube *cube, const PhenoHdf5Content *content, GError **error)
{
  guint n_other = content->vectors->len + content->texts->len + content->n_others;

  /* It might have been the cube, and the largest of the others would be a wrong one. */
  if (content->unknown != NULL)
    return pheno_reader_fail (
        error, cube->path,
        _ ("its dataset “%s” cannot be opened by HDF5 %d.%d: it is damaged, or was "
           "written by a newer one. Save it for that version (in h5py: "
           "libver=\"v110\")."),
        content->unknown, H5_VERS_MAJOR, H5_VERS_MINOR);
  if (content->cubes->len == 0)
    return pheno_reader_fail (
        error, cube->path,
        ngettext (
            "there is no cube in it, that is no dataset of numbers with three "
            "dimensions, but %u dataset of another kind. Take it out of the folder.",
            "there is no cube in it, that is no dataset of numbers with three "
            "dimensions, but %u datasets of other kinds. Take it out of the folder.",
            n_other),
        n_other);

  cube->cube = g_array_index (content->cubes, PhenoArray, 0);
  cube->cube.name = g_strdup (cube->cube.name);

  return TRUE;
}

static gboolean
open_dataset (Cube *cube, PhenoHdf5Content *content, gboolean matlab,
              PhenoImageHeader *header, GError **error)
{
  AutoHid access = H5Pcreate (H5P_FILE_ACCESS);
  AutoHid caching = H5Pcreate (H5P_DATASET_ACCESS);
  AutoHid own = -1;

  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL);    /* errors are told in our words */
  H5Pset_file_locking (access, FALSE, TRUE); /* some network disks know no locks */
  H5Pset_chunk_cache (caching, 10007, CHUNK_CACHE_BYTES, 1);
  if ((cube->file = H5Fopen (cube->path, H5F_ACC_RDONLY, access)) < 0)
    return fail_to_open (cube->path, error);

  pheno_hdf5_find (cube->file, content);
  if (!choose_cube (cube, content, error)
      || !pheno_hdf5_describe (cube->file, content, &cube->cube, matlab, &cube->axes,
                               header, cube->path, error))
    return FALSE;
  if (header->bands > PHENO_MOST_BANDS)
    return pheno_reader_fail (error, cube->path,
                              _ ("its dataset “%s” would have %d bands, more than any "
                                 "camera. Save it with wavelengths, by which the axis of "
                                 "the bands is known."),
                              cube->cube.name, header->bands);
  if ((cube->set = H5Dopen2 (cube->file, cube->cube.name, caching)) < 0
      || (own = H5Dget_type (cube->set)) < 0 || !take_type (cube, own))
    return fail_to_open (cube->path, error);

  header->format = "hdf5";
  header->type = cube->sample;
  header->dataset = g_strdup (cube->cube.name);

  return look_at_layout (cube, own, error);
}

/* Within the lock. */
static Cube *
open_locked (const char *path, PhenoImageHeader *header, GError **error)
{
  Cube *cube = g_new0 (Cube, 1);
  PhenoHdf5Content content = { 0 };
  char first[16] = "";
  gboolean done;

  cube->path = g_strdup (path);
  cube->file = cube->set = cube->type = -1;
  pheno_reader_first_bytes (path, (guint8 *) first, sizeof first - 1, NULL);
  done = open_dataset (cube, &content, g_str_has_prefix (first, "MATLAB"), header, error);
  pheno_hdf5_content_clear (&content);
  if (done)
    return cube;

  close_ids (cube);
  g_clear_pointer (&cube->mapped, pheno_mapped_close);
  g_free (cube->cube.name);
  g_free (cube->path);
  g_free (cube);
  return NULL;
}

/* ---- Reading ---- */

/* @first_y and @n_y lines, of @run bands from @first_band on. */
static gboolean
read_slab (const Cube *cube, const PhenoRegion *region, int first_y, int n_y,
           int first_band, int run, void *samples)
{
  hsize_t start[PHENO_MOST_AXES] = { 0 }, count[PHENO_MOST_AXES];
  AutoHid space = H5Dget_space (cube->set);
  AutoHid memory = -1;

  for (int i = 0; i < cube->cube.rank; i++)
    count[i] = 1;
  start[cube->axes.x] = region->x;
  count[cube->axes.x] = region->width;
  start[cube->axes.y] = first_y;
  count[cube->axes.y] = n_y;
  start[cube->axes.band] = first_band;
  count[cube->axes.band] = run;
  memory = H5Screate_simple (cube->cube.rank, count, NULL);

  return space >= 0 && memory >= 0
         && H5Sselect_hyperslab (space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0
         && H5Dread (cube->set, cube->type, memory, space, H5P_DEFAULT, samples) >= 0;
}

/* How the samples of a slab lie. */
static PhenoStrided
slab_layout (const Cube *cube, int width, int n_y, int run, const void *samples)
{
  gint64 size = (gint64) pheno_sample_size (cube->sample), step = size;
  PhenoStrided layout = { .samples = samples, .type = cube->sample };

  for (int i = cube->cube.rank - 1; i >= 0; i--)
    if (i == cube->axes.x)
      {
        layout.pixel = step;
        step *= width;
      }
    else if (i == cube->axes.y)
      {
        layout.line = step;
        step *= n_y;
      }
    else if (i == cube->axes.band)
      {
        layout.band = step;
        step *= run;
      }

  return layout;
}

static int
compare_bands (gconstpointer a, gconstpointer b, gpointer bands)
{
  int first = ((const int *) bands)[*(const int *) a];
  int second = ((const int *) bands)[*(const int *) b];

  return (first > second) - (first < second);
}

typedef struct
{
  const Cube *cube;
  const PhenoPart *part;
  const PhenoTarget *target;
  const int *places; /* of the part, in the order of their bands */
  guint8 *samples;   /* BLOCK_BYTES, or one line of one band */
  gsize room;
} Reading;

/* The bands at @places[first] to @places[end - 1] follow one another in the file. */
static gboolean
read_run (const Reading *reading, int first, int end)
{
  const PhenoRegion *region = &reading->part->region;
  const int *bands = reading->part->bands;
  int band = bands[reading->places[first]],
      run = bands[reading->places[end - 1]] - band + 1;
  gsize line = (gsize) region->width * run * pheno_sample_size (reading->cube->sample);
  int lines = (int) CLAMP (reading->room / line, 1, (gsize) region->height);
  g_autofree int *numbers = g_new (int, end - first);

  for (int i = first; i < end; i++)
    numbers[i - first] = bands[reading->places[i]] - band;
  for (int y = 0; y < region->height; y += lines)
    {
      int n_y = MIN (lines, region->height - y);
      PhenoStrided layout
          = slab_layout (reading->cube, region->width, n_y, run, reading->samples);
      PhenoPart part = { { 0, 0, region->width, n_y }, numbers, end - first };
      PhenoTarget target = *reading->target;

      if (!read_slab (reading->cube, region, region->y + y, n_y, band, run,
                      reading->samples))
        return FALSE;
      target.first = (guint8 *) target.first + y * target.line;
      target.bands = reading->places + first;
      pheno_strided_copy (&layout, &part, &target);
    }

  return TRUE;
}

/* Within the lock. */
static gboolean
read_locked (const Cube *cube, const PhenoPart *part, const PhenoTarget *target)
{
  g_autofree int *places = g_new (int, part->n_bands);
  g_autofree guint8 *samples = NULL;
  gsize size = pheno_sample_size (cube->sample);
  gsize most_run = MAX (1, BLOCK_BYTES / (part->region.width * size));
  Reading reading = { .cube = cube, .part = part, .target = target, .places = places };

  for (int i = 0; i < part->n_bands; i++)
    places[i] = i;
  g_qsort_with_data (places, part->n_bands, sizeof *places, compare_bands,
                     (gpointer) part->bands);
  reading.room = MAX (BLOCK_BYTES, part->region.width * size);
  reading.samples = samples = g_try_malloc (reading.room);
  if (samples == NULL)
    return FALSE;

  for (int first = 0, end; first < part->n_bands; first = end)
    {
      int band = part->bands[places[first]];

      for (end = first + 1;
           end < part->n_bands
           && part->bands[places[end]] - part->bands[places[end - 1]] <= 1
           && (gsize) (part->bands[places[end]] - band) < most_run;)
        end++;
      if (!read_run (&reading, first, end))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_to (Cube *cube, const PhenoPart *part, const PhenoTarget *target, GError **error)
{
  gboolean done;

  pheno_hdf5_lock ();
  done = read_locked (cube, part, target);
  pheno_hdf5_unlock ();

  return done
         || pheno_reader_fail (error, cube->path,
                               _ ("its dataset “%s” cannot be read; it is cut short or "
                                  "damaged. Copy the file again."),
                               cube->cube.name);
}

static gboolean
read_part (gpointer file, const PhenoPart *part, PhenoImage *image, GError **error)
{
  Cube *cube = file;
  PhenoTarget target = pheno_target_interleaved (&part->region, part->n_bands,
                                                 cube->sample, image->pixels);

  if (cube->mapped == NULL)
    return read_to (cube, part, &target, error);

  pheno_strided_interleave (&cube->layout, part, image->pixels);
  return pheno_mapped_whole (cube->mapped, cube->path, error);
}

static gboolean
read_planes (gpointer file, const PhenoPart *part, float *values, GError **error)
{
  Cube *cube = file;
  PhenoTarget target = pheno_target_planes (&part->region, values);

  if (cube->mapped == NULL)
    return read_to (cube, part, &target, error);

  pheno_strided_planes (&cube->layout, part, values);
  return pheno_mapped_whole (cube->mapped, cube->path, error);
}

/* ---- Rehearsal ---- */

/* Files that came through once, by what changes when they do. */
static GHashTable *rehearsed;

static char *
identity_of (const char *path)
{
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    return g_strdup (path);
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT
                          ":%" G_GINT64_FORMAT ".%09ld",
                          (guint64) status.st_dev, (guint64) status.st_ino,
                          (guint64) status.st_size, (gint64) status.st_mtim.tv_sec,
                          status.st_mtim.tv_nsec);
}

static void
rehearse_cb (gconstpointer path)
{
  PhenoImageHeader header = { 0 };
  Cube *cube = open_locked (path, &header, NULL);

  if (cube != NULL && cube->mapped == NULL)
    {
      gsize line = (gsize) header.width * header.bands * sizeof (float);
      int lines = (int) CLAMP (REHEARSED_BYTES / line, 1, (gsize) header.height);
      int all
          = (int) MIN ((gsize) header.bands, MAX (1, REHEARSED_BYTES / 4 / header.width));
      int *bands = g_new (int, all);
      PhenoPart part = { { 0, 0, header.width, lines }, bands, all };
      float *values = g_try_malloc_n ((gsize) lines * header.width, all * sizeof (float));
      PhenoTarget target = pheno_target_planes (&part.region, values);

      for (int i = 0; i < all; i++)
        bands[i] = i;
      if (values != NULL)
        read_locked (cube, &part, &target);
    }
  if (cube != NULL)
    close_ids (cube);
  H5close (); /* what a damaged file leaves behind can crash there */
}

/* Within the lock. */
static gboolean
rehearse (const char *path, GError **error)
{
  g_autofree char *identity = identity_of (path);

  if (rehearsed == NULL)
    rehearsed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_hash_table_contains (rehearsed, identity))
    return TRUE;
  if (!pheno_rehearse (REHEARSAL_SECONDS, rehearse_cb, path))
    return pheno_reader_fail (error, path,
                              _ ("it is damaged so badly that the HDF5 library fails on "
                                 "it. Copy the file again, or take it out of the "
                                 "folder."));

  g_hash_table_add (rehearsed, g_steal_pointer (&identity));
  return TRUE;
}

static gpointer
open_cube (const char *path, PhenoImageHeader *header, GError **error)
{
  Cube *cube = NULL;

  pheno_hdf5_lock ();
  if (rehearse (path, error))
    cube = open_locked (path, header, error);
  pheno_hdf5_unlock ();
  if (cube == NULL)
    pheno_image_header_clear (header);

  return cube;
}

const PhenoReaderClass pheno_hdf5_reader = {
  .name = "hdf5",
  .extensions = extensions,
  .probe = probe,
  .open = open_cube,
  .read_part = read_part,
  .read_planes = read_planes,
  .close = close_cube,
};
