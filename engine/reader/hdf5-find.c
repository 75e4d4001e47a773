/* hdf5-find.c - which datasets of a file are cubes, and which may be their wavelengths
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * There is no rule where a cube lies in an HDF5 file, so all datasets are looked at and
 * known by their shape. MATLAB keeps its own things below "#refs#" and the like.
 */
#include "engine/reader/hdf5.h"

#include <string.h>

/* More objects than any file of cubes has. */
#define MOST_OBJECTS 100000

typedef struct
{
  PhenoHdf5Content *content;
  guint seen;
} Visit;

static void
array_clear (gpointer array)
{
  g_free (((PhenoArray *) array)->name);
}

/* Axes that are longer than one. */
static int
long_axes (const PhenoArray *array)
{
  int count = 0;

  for (int i = 0; i < array->rank; i++)
    count += array->shape[i] > 1;
  return count;
}

static gboolean
look_at_shape (hid_t set, PhenoArray *array)
{
  AutoHid space = H5Dget_space (set);

  array->rank = space >= 0 ? H5Sget_simple_extent_ndims (space) : -1;
  if (array->rank < 1 || array->rank > PHENO_MOST_AXES
      || H5Sget_simple_extent_dims (space, array->shape, NULL) != array->rank)
    return FALSE;

  array->samples = 1;
  for (int i = 0; i < array->rank; i++)
    {
      if (array->shape[i] < 1 || array->shape[i] > G_MAXINT32)
        return FALSE;
      array->samples *= (double) array->shape[i];
    }
  return TRUE;
}

static gboolean
is_number (hid_t type)
{
  H5T_class_t class = H5Tget_class (type);
  gsize size = H5Tget_size (type);

  return (class == H5T_INTEGER || (class == H5T_FLOAT && size > 1))
         && (size == 1 || size == 2 || size == 4 || size == 8);
}

/* An array of three axes, also where others of length 1 stand beside them; an image of
 * one line or one band keeps its three. */
static gboolean
is_cube (const PhenoArray *array)
{
  return array->rank == 3 || (array->rank > 3 && long_axes (array) == 3);
}

static gboolean
is_vector (const PhenoArray *array)
{
  return array->rank == 1 || (array->rank == 2 && long_axes (array) == 1);
}

static herr_t
visit_cb (hid_t file, const char *name, const H5O_info_t *info, void *data)
{
  Visit *visit = data;
  PhenoArray array = { 0 };
  AutoHid set = -1;
  AutoHid type = -1;

  if (++visit->seen > MOST_OBJECTS)
    return 1;
  if (info->type != H5O_TYPE_DATASET || strchr (name, '#') != NULL)
    return 0;
  if ((set = H5Dopen2 (file, name, H5P_DEFAULT)) < 0)
    {
      if (visit->content->unknown == NULL)
        visit->content->unknown = g_utf8_make_valid (name, -1);
      return 0;
    }
  if ((type = H5Dget_type (set)) < 0 || !look_at_shape (set, &array))
    {
      visit->content->n_others++;
      return 0;
    }

  array.name = g_strdup (name); /* as the library needs it */
  if (is_number (type) && is_cube (&array))
    g_array_append_val (visit->content->cubes, array);
  else if (is_number (type) && is_vector (&array))
    g_array_append_val (visit->content->vectors, array);
  else if (H5Tget_class (type) == H5T_STRING && is_vector (&array))
    g_array_append_val (visit->content->texts, array);
  else
    {
      visit->content->n_others++;
      g_free (array.name);
    }

  return 0;
}

static int
compare_size (gconstpointer a, gconstpointer b)
{
  const PhenoArray *first = a, *second = b;

  return first->samples != second->samples ? (first->samples < second->samples ? 1 : -1)
                                           : strcmp (first->name, second->name);
}

static GArray *
new_list (void)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (PhenoArray));

  g_array_set_clear_func (list, array_clear);
  return list;
}

void
pheno_hdf5_find (hid_t file, PhenoHdf5Content *content)
{
  Visit visit = { content, 0 };

  content->cubes = new_list ();
  content->vectors = new_list ();
  content->texts = new_list ();
  content->n_others = 0;
  H5Ovisit2 (file, H5_INDEX_NAME, H5_ITER_INC, visit_cb, &visit, H5O_INFO_BASIC);
  g_array_sort (content->cubes, compare_size);
}

void
pheno_hdf5_content_clear (PhenoHdf5Content *content)
{
  g_clear_pointer (&content->cubes, g_array_unref);
  g_clear_pointer (&content->vectors, g_array_unref);
  g_clear_pointer (&content->texts, g_array_unref);
  g_clear_pointer (&content->unknown, g_free);
}
