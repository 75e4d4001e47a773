/* tiff.h - the parts of the reader of scientific TIFF; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A stack is what a file holds as bands: the samples of one page, or of all pages that
 * are like the first. Band b is sample b % per_page of page b / per_page.
 */
#pragma once

#include "engine/reader/mapped.h"
#include "engine/reader/strided.h"

#include <pthread.h>
#include <tiffio.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TIFF, TIFFClose)

/* ---- tiff-file.c: libtiff on a mapped file, silent ---- */

/**
 * PhenoTiffHandle:
 * @page: at which it stands
 * @words: (nullable): what libtiff said last
 *
 * Of one thread at a time; each thread that decodes has its own on the same map.
 */
typedef struct
{
  TIFF *tiff;
  const PhenoMapped *mapped;
  guint64 position; /* for libtiff's reads */
  int page;
  char *words;
  guint8 *scratch;
  gsize scratch_bytes;
} PhenoTiffHandle;

/* (nullable): %NULL when it is no TIFF that libtiff takes. */
PhenoTiffHandle *pheno_tiff_handle_new (const PhenoMapped *mapped);
void pheno_tiff_handle_free (PhenoTiffHandle *handle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoTiffHandle, pheno_tiff_handle_free)

/* ---- tiff-pages.c: what the tags of a page say ---- */

typedef struct
{
  guint64 offset; /* of its directory */
  guint32 width, height;
  guint16 samples, bits, format, planar, compression, photometric, fill_order;
  gboolean sums; /* each sample is the difference from the one on its left */
  gboolean has_alpha; /* the last sample, and no other, is transparency */
  gboolean tiled;
  guint32 piece_width, piece_height;
} PhenoTiffPage;

/**
 * PhenoTiffLook:
 * @pages: (element-type PhenoTiffPage): all pages of the stack
 * @contiguous: how many images of ImageJ lie behind the first without a directory of
 *   their own; 0: none
 * @cut: the directory of a page should be behind the end of the file
 */
typedef struct
{
  GArray *pages;
  guint contiguous;
  gboolean cut;
} PhenoTiffLook;

/* Returns: whether this is for us; photographs are not. */
gboolean pheno_tiff_look (PhenoTiffHandle *handle, PhenoTiffLook *look);

/* Which type a sample of so many bits becomes; %FALSE: none. */
gboolean pheno_tiff_type (const PhenoTiffPage *page, PhenoSampleType *type);

/* ---- tiff-names.c: names and wavelengths of bands, no data, scale ---- */

gboolean pheno_tiff_describe (PhenoTiffHandle *handle, const GArray *pages,
                              PhenoImageHeader *header, const char *path, GError **error);

/* ---- tiff-pieces.c: strips and tiles to samples ---- */

typedef struct
{
  char *path;
  PhenoMapped *mapped;
  GArray *pages;
  int n_pages, per_page; /* per_page: bands of a page, without alpha */
  PhenoSampleType type;
  gboolean has_alpha;
  gboolean contiguous; /* all images lie behind the first */
  gboolean swapped;
  double filling;  /* of pieces that were never written */
  GPtrArray *idle; /* PhenoTiffHandle */
  pthread_mutex_t lock;
} PhenoTiffStack;

/* @part: bands of the stack, or of each page its alpha when @alpha. */
gboolean pheno_tiff_read (PhenoTiffStack *stack, const PhenoPart *part, gboolean alpha,
                          const PhenoTarget *target, GError **error);

/* Whether what the tags claim can be in a file of this length. */
gboolean pheno_tiff_check_claim (const PhenoTiffStack *stack, PhenoTiffHandle *handle,
                                 GError **error);

G_END_DECLS
