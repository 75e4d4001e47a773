/* display.h - pictures of any image, for screens and figures; part of the reader's door
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A picture is made for eyes, with a stretch that has a name and is said beside it. The
 * data never pass through here.
 */
#pragma once

#include "engine/reader/preparation.h"

G_BEGIN_DECLS

/**
 * PhenoStretch: which values become black and white
 * @PHENO_STRETCH_AUTO: photographs as they are, all else @PHENO_STRETCH_PERCENTILE
 * @PHENO_STRETCH_FULL: what the type holds; of files with a scale factor 0 to 1
 * @PHENO_STRETCH_PERCENTILE: 1 and 99 % of all shown values of this picture
 * @PHENO_STRETCH_BANDS: the same of each colour for itself: more is seen, and colours
 *   mean less
 * @PHENO_STRETCH_ROOT: as @PHENO_STRETCH_PERCENTILE, then the square root: dark parts
 * show
 */
typedef enum
{
  PHENO_STRETCH_AUTO,
  PHENO_STRETCH_FULL,
  PHENO_STRETCH_PERCENTILE,
  PHENO_STRETCH_BANDS,
  PHENO_STRETCH_ROOT
} PhenoStretch;

/* "auto", "full", "percentile", "bands", "root"; NULL-ended. */
const char *const *pheno_stretch_names (void);

/* What to say beside the picture: "1 to 99 % of the values", translated. */
const char *pheno_stretch_describe (PhenoStretch stretch);

/**
 * PhenoDisplayOptions:
 * @bands: (nullable): as in bands.h: "rgb", "uv", "17", "cie", "receptors:bird-uv"; three
 *   or more are shown as red, green and blue, from the longest wavelength to the shortest
 *   of uv and receptors; one or two in grey. %NULL: what there is of rgb, cie, the
 *   header's default bands, the first, middle and last band
 * @mask: (nullable): as in preparation.h; "auto" otherwise
 * @show_mask: background is shown dimmed and bluish
 */
typedef struct
{
  const char *bands, *mask;
  PhenoStretch stretch;
  gboolean show_mask;
} PhenoDisplayOptions;

/**
 * pheno_display_read:
 * @options: (nullable)
 * @shorter_side: 0: full size
 *
 * Returns: (transfer full): uint8, three bands; of photographs without options what
 *   pheno_reader_read() gives, with its mask
 * Errors: those of pheno_preparation_read()
 */
PhenoImage *pheno_display_read (const char *path, const PhenoDisplayOptions *options,
                                int shorter_side, GError **error);

/**
 * pheno_display_render:
 * @shown: which bands are red, green and blue
 * @pixels: (out caller-allocates): (height, width, 3)
 *
 * A picture of an image in memory, with its own levels where the stretch is full.
 */
void pheno_display_render (const PhenoImage *image, const int shown[3],
                           PhenoStretch stretch, gboolean show_mask, guint8 *pixels);

/**
 * PhenoSpectrum: what a pixel or region has in each band
 * @mean, @deviation: (array length=n): in samples of the file; NAN where there is none;
 *   @deviation with N - 1, 0 of one pixel
 * @least, @largest: (array length=n)
 * @pixels: that were looked at
 * @counts: what was found among their samples
 */
typedef struct
{
  int n;
  double *mean, *deviation, *least, *largest;
  guint64 pixels;
  PhenoSampleCounts counts;
} PhenoSpectrum;

void pheno_spectrum_free (PhenoSpectrum *spectrum);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoSpectrum, pheno_spectrum_free)

/**
 * pheno_spectrum_read:
 * @region: (nullable): %NULL: the whole image
 * @only_specimen: pixels alone that the file's own mask calls specimen
 *
 * Mean and standard deviation of all bands, read in strips. Samples that are no number,
 * infinite or to be ignored do not count.
 *
 * Errors: those of pheno_source_read()
 */
PhenoSpectrum *pheno_spectrum_read (PhenoSource *source, const PhenoRegion *region,
                                    gboolean only_specimen, GError **error);

G_END_DECLS
