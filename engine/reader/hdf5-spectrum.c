/* hdf5-spectrum.c - the axis of the bands, their wavelengths and names
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The axis of the bands is the one as long as the list of wavelengths. Where none is
 * there: what an attribute "interleave" says; else the odd one out where two axes are of
 * one length; else the shorter one of the first and the last, as images are larger than
 * spectra are long.
 */
#include "engine/reader/hdf5.h"

#include <string.h>

typedef struct
{
  const PhenoHdf5Content *content;
  const PhenoArray *cube;
  hid_t file, set;
  int axes[3]; /* the three of the cube, in the file's order */
} Search;

/* Lower case, letters and digits only: "Data_Ignore_Value" is "dataignorevalue". */
static char *
plain_word (const char *name)
{
  const char *slash = strrchr (name, '/');
  char *word = g_ascii_strdown (slash != NULL ? slash + 1 : name, -1), *end = word;

  for (const char *c = word; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      *end++ = *c;
  *end = '\0';

  return word;
}

static gboolean
is_one_of (const char *name, const char *const *words)
{
  g_autofree char *word = plain_word (name);

  return g_strv_contains (words, word);
}

static const char *const wavelength_words[] = { "wavelength",
                                                "wavelengths",
                                                "wavelengthsnm",
                                                "wavelengthnm",
                                                "wavelengthum",
                                                "lambda",
                                                "lambdas",
                                                "wl",
                                                "wls",
                                                "wvl",
                                                "wvls",
                                                "wave",
                                                "waves",
                                                "bandcenters",
                                                "bandcentres",
                                                "centers",
                                                "centres",
                                                "bandcenter",
                                                "wavelist",
                                                "centerwavelength",
                                                "wavenumber",
                                                "wavenumbers",
                                                NULL };
static const char *const width_words[]
    = { "fwhm", "fwhms", "bandwidth", "bandwidths", "bandwidthnm", NULL };
static const char *const name_words[]
    = { "bandnames", "bandname", "channelnames", "bands", "channels", NULL };
static const char *const unit_words[]
    = { "units", "unit", "wavelengthunits", "wavelengthunit", NULL };
static const char *const scale_words[]
    = { "scalefactor", "reflectancescalefactor", NULL };
static const char *const ignored_words[]
    = { "dataignorevalue", "fillvalue", "missingvalue", "nodata", "nodatavalue", NULL };

/* ---- Attributes ---- */

typedef struct
{
  const char *const *words;
  char *name;
} NameSearch;

static herr_t
match_cb (hid_t object, const char *name, const H5A_info_t *info, void *data)
{
  NameSearch *search = data;

  if (!is_one_of (name, search->words))
    return 0;
  search->name = g_strdup (name);
  return 1;
}

/* An open attribute, -1: the object has none of these. */
static hid_t
find_attribute (hid_t object, const char *const *words)
{
  NameSearch search = { words, NULL };
  g_autofree char *name = NULL;

  H5Aiterate2 (object, H5_INDEX_NAME, H5_ITER_INC, NULL, match_cb, &search);
  name = search.name;

  return name != NULL ? H5Aopen (object, name, H5P_DEFAULT) : -1;
}

/* (transfer full) (nullable): its numbers, when it has @count of them, or any number up
 * to the bands there may be where @count is 0. */
static double *
attribute_numbers (hid_t attribute, gsize count)
{
  AutoHid type = attribute >= 0 ? H5Aget_type (attribute) : -1;
  AutoHid space = attribute >= 0 ? H5Aget_space (attribute) : -1;
  hssize_t points = space >= 0 ? H5Sget_simple_extent_npoints (space) : -1;
  g_autofree double *values = NULL;

  if (type < 0 || (H5Tget_class (type) != H5T_INTEGER && H5Tget_class (type) != H5T_FLOAT)
      || points < 1 || points > PHENO_MOST_BANDS || (gsize) points != count)
    return NULL;

  values = g_new0 (double, points);

  return H5Aread (attribute, H5T_NATIVE_DOUBLE, values) >= 0 ? g_steal_pointer (&values)
                                                             : NULL;
}

/* (transfer full) (nullable) */
static char *
attribute_text (hid_t attribute)
{
  AutoHid own = attribute >= 0 ? H5Aget_type (attribute) : -1;
  AutoHid space = attribute >= 0 ? H5Aget_space (attribute) : -1;
  AutoHid type = -1;
  char *value = NULL, *text;

  if (own < 0 || H5Tget_class (own) != H5T_STRING
      || H5Sget_simple_extent_npoints (space) != 1)
    return NULL;
  if (H5Tis_variable_str (own) <= 0)
    {
      gsize size = H5Tget_size (own);
      g_autofree char *fixed = size < 4096 ? g_malloc0 (size + 1) : NULL;

      return fixed != NULL && H5Aread (attribute, own, fixed) >= 0
                 ? g_utf8_make_valid (fixed, -1)
                 : NULL;
    }

  type = H5Tcopy (H5T_C_S1);
  if (H5Tset_size (type, H5T_VARIABLE) < 0 || H5Tset_cset (type, H5Tget_cset (own)) < 0
      || H5Aread (attribute, type, &value) < 0 || value == NULL)
    return NULL;
  text = g_utf8_make_valid (value, -1);
  H5Dvlen_reclaim (type, space, H5P_DEFAULT, &value);

  return text;
}

static gboolean
take_number (hid_t object, const char *const *words, double *number)
{
  AutoHid attribute = find_attribute (object, words);
  g_autofree double *value = attribute_numbers (attribute, 1);

  if (value != NULL)
    *number = *value;
  return value != NULL;
}

/* ---- Lists ---- */

static gsize
axis_length (const Search *search, int i)
{
  return search->cube->shape[search->axes[i]];
}

/* Which of the cube's three axes is so long: the last, the first, the middle one; of
 * MATLAB, whose axes are turned round, the first before the last. -1: none. */
static int
axis_of_length (const Search *search, gsize length, gboolean matlab)
{
  const int order[] = { matlab ? 0 : 2, matlab ? 2 : 0, 1 };

  for (int i = 0; i < 3; i++)
    if (axis_length (search, order[i]) == length)
      return order[i];
  return -1;
}

static gsize
shared_prefix (const char *a, const char *b)
{
  gsize length = 0;

  while (a[length] != '\0' && a[length] == b[length])
    length++;
  return length;
}

/* (nullable): of the lists of these names that are as long as an axis (or as @length),
 * the one nearest to the cube in the tree. */
static const PhenoArray *
find_list (const Search *search, const GArray *lists, const char *const *words,
           gsize length, gboolean matlab)
{
  const PhenoArray *best = NULL;
  gsize nearest = 0;

  for (guint i = 0; i < lists->len; i++)
    {
      const PhenoArray *list = &g_array_index (lists, PhenoArray, i);
      gsize near = shared_prefix (list->name, search->cube->name);

      if ((length > 0 ? list->samples == (double) length
                      : axis_of_length (search, (gsize) list->samples, matlab) >= 0)
          && list->samples <= PHENO_MOST_BANDS && is_one_of (list->name, words)
          && (best == NULL || near > nearest))
        {
          best = list;
          nearest = near;
        }
    }

  return best;
}

/* (transfer full) (nullable) */
static double *
list_numbers (hid_t file, const PhenoArray *list, char **unit)
{
  AutoHid set = list != NULL ? H5Dopen2 (file, list->name, H5P_DEFAULT) : -1;
  g_autofree double *values = NULL;

  if (set < 0)
    return NULL;
  values = g_new0 (double, (gsize) list->samples);
  if (H5Dread (set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
    return NULL;
  if (unit != NULL)
    {
      AutoHid attribute = find_attribute (set, unit_words);

      *unit = attribute_text (attribute);
    }

  return g_steal_pointer (&values);
}

/* (transfer full) (nullable) */
static GStrv
list_texts (hid_t file, const PhenoArray *list)
{
  AutoHid set = list != NULL ? H5Dopen2 (file, list->name, H5P_DEFAULT) : -1;
  AutoHid own = set >= 0 ? H5Dget_type (set) : -1;
  AutoHid space = set >= 0 ? H5Dget_space (set) : -1;
  AutoHid type = -1;
  gsize count = list != NULL ? (gsize) list->samples : 0;
  g_autofree char **raw = NULL;
  GStrv texts = NULL;

  if (own < 0 || H5Tis_variable_str (own) <= 0)
    return NULL;
  raw = g_new0 (char *, count);
  type = H5Tcopy (H5T_C_S1);
  if (H5Tset_size (type, H5T_VARIABLE) >= 0 && H5Tset_cset (type, H5Tget_cset (own)) >= 0
      && H5Dread (set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) >= 0)
    {
      texts = g_new0 (char *, count + 1);
      for (gsize i = 0; i < count; i++)
        texts[i] = g_utf8_make_valid (raw[i] != NULL ? raw[i] : "", -1);
      H5Dvlen_reclaim (type, space, H5P_DEFAULT, raw);
    }

  return texts;
}

/* ---- Which axis ---- */

static int
said_axis (hid_t set)
{
  static const char *const words[] = { "interleave", NULL };
  AutoHid attribute = find_attribute (set, words);
  g_autofree char *text = attribute_text (attribute);

  if (text == NULL)
    return -1;
  return g_ascii_strcasecmp (text, "bsq") == 0   ? 0
         : g_ascii_strcasecmp (text, "bil") == 0 ? 1
         : g_ascii_strcasecmp (text, "bip") == 0 ? 2
                                                 : -1;
}

static int
guess_axis (const Search *search, gboolean matlab)
{
  gsize first = axis_length (search, 0), middle = axis_length (search, 1),
        last = axis_length (search, 2);

  if (first == middle && middle != last)
    return 2;
  if (middle == last && first != middle)
    return 0;
  if (first == last && first != middle)
    return 1;
  if (first == last)
    return matlab ? 0 : 2;
  return first < last ? 0 : 2;
}

/* @numbers: (out) (nullable): of as many as the axis is long, from attributes. */
static int
attribute_axis (const Search *search, gboolean matlab, double **numbers)
{
  const hid_t objects[] = { search->set, search->file };
  const int order[] = { matlab ? 0 : 2, matlab ? 2 : 0, 1 };

  for (gsize k = 0; k < G_N_ELEMENTS (objects); k++)
    {
      AutoHid attribute = find_attribute (objects[k], wavelength_words);

      for (int i = 0; attribute >= 0 && i < 3; i++)
        if ((*numbers = attribute_numbers (attribute, axis_length (search, order[i])))
            != NULL)
          return order[i];
    }

  return -1;
}

static gboolean
take_spectrum (const Search *search, gboolean matlab, PhenoAxes *axes,
               PhenoImageHeader *header, const char *path, GError **error)
{
  const PhenoArray *list
      = find_list (search, search->content->vectors, wavelength_words, 0, matlab);
  g_autofree char *unit = NULL;
  double *numbers = list_numbers (search->file, list, &unit), *widths = NULL;
  int axis
      = numbers != NULL ? axis_of_length (search, (gsize) list->samples, matlab) : -1;
  int others[2], count = 0;

  if (axis < 0)
    axis = attribute_axis (search, matlab, &numbers);
  if (unit == NULL)
    {
      AutoHid attribute = find_attribute (search->set, unit_words + 2);

      unit = attribute_text (attribute);
    }
  if (axis < 0 && (axis = said_axis (search->set)) < 0)
    axis = guess_axis (search, matlab);

  for (int i = 0; i < 3; i++)
    if (i != axis)
      others[count++] = search->axes[i];
  axes->band = search->axes[axis];
  axes->y = matlab ? others[1] : others[0];
  axes->x = matlab ? others[0] : others[1];
  header->bands = (int) axis_length (search, axis);
  if (numbers == NULL)
    return TRUE;
  if (header->bands > PHENO_MOST_BANDS)
    {
      g_free (numbers);
      return TRUE; /* is refused for that */
    }

  list = find_list (search, search->content->vectors, width_words, header->bands, matlab);
  widths = list_numbers (search->file, list, NULL);

  return pheno_measured_set_spectrum (header, numbers, widths, unit, path, error);
}

gboolean
pheno_hdf5_describe (hid_t file, const PhenoHdf5Content *content, const PhenoArray *cube,
                     gboolean matlab, PhenoAxes *axes, PhenoImageHeader *header,
                     const char *path, GError **error)
{
  AutoHid set = H5Dopen2 (file, cube->name, H5P_DEFAULT);
  Search search = { content, cube, file, set, { 0 } };
  const PhenoArray *names;
  int count = 0;

  for (int i = 0; i < cube->rank; i++)
    if (cube->rank == 3 || cube->shape[i] > 1)
      search.axes[count++] = i;
  if (!take_spectrum (&search, matlab, axes, header, path, error))
    return FALSE;

  header->width = (int) cube->shape[axes->x];
  header->height = (int) cube->shape[axes->y];
  names = find_list (&search, content->texts, name_words, header->bands, matlab);
  header->band_names = list_texts (file, names);
  header->has_ignored = take_number (set, ignored_words, &header->ignored_value)
                        && !isnan (header->ignored_value);
  /* Either what a reflectance of 1 is, or what a sample is to be multiplied by. */
  if (take_number (set, scale_words, &header->scale_factor))
    {
      if (!(header->scale_factor > 0) || !isfinite (header->scale_factor))
        header->scale_factor = 0;
      else if (header->scale_factor < 1)
        header->scale_factor = 1 / header->scale_factor;
    }

  return TRUE;
}
