/* hdf5.h - the parts of the HDF5 reader; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * All of these stand within pheno_hdf5_lock().
 */
#pragma once

#include "engine/reader/measured.h"

#define H5_USE_110_API
#include <hdf5.h>

G_BEGIN_DECLS

#define PHENO_MOST_AXES 8

static inline void
pheno_hdf5_release (hid_t *id)
{
  if (*id >= 0)
    H5Idec_ref (*id);
}
/* An identifier of the library that is given back at the end of the block. */
#define AutoHid __attribute__ ((cleanup (pheno_hdf5_release))) hid_t

/**
 * PhenoArray:
 * @name: path within the file
 * @rank, @shape: as in the file
 * @samples: product of @shape
 */
typedef struct
{
  char *name;
  int rank;
  hsize_t shape[PHENO_MOST_AXES];
  double samples;
} PhenoArray;

/**
 * PhenoHdf5Content:
 * @cubes: (element-type PhenoArray): numbers of three dimensions, the largest first
 * @vectors: (element-type PhenoArray): numbers of one dimension
 * @texts: (element-type PhenoArray): strings of one dimension
 * @n_others: other datasets
 * @unknown: (nullable): the name of one that the library cannot open
 */
typedef struct
{
  GArray *cubes, *vectors, *texts;
  guint n_others;
  char *unknown;
} PhenoHdf5Content;

/* What is in a file. Links to other files are not followed. */
void pheno_hdf5_find (hid_t file, PhenoHdf5Content *content);
void pheno_hdf5_content_clear (PhenoHdf5Content *content);

/**
 * PhenoAxes:
 * @band, @y, @x: which axis of the array each is; all others have length 1
 */
typedef struct
{
  int band, y, x;
} PhenoAxes;

/**
 * pheno_hdf5_describe:
 * @matlab: the file is one of MATLAB, whose arrays stand there with their axes turned
 *   round
 * @axes: (out)
 *
 * Finds wavelengths, and by their number the axis of the bands; names, no data and scale
 * go into @header.
 */
gboolean pheno_hdf5_describe (hid_t file, const PhenoHdf5Content *content,
                              const PhenoArray *cube, gboolean matlab, PhenoAxes *axes,
                              PhenoImageHeader *header, const char *path, GError **error);

G_END_DECLS
