/* operation.h - what an operation can do: draw, compose, append
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/bands.h"
#include "kernels/pixels.h"
#include "kernels/random.h"

G_BEGIN_DECLS

typedef struct _PhenoWork PhenoWork;

#define PHENO_MAX_PARAMETERS 8
#define PHENO_MAX_DRAWN 10

/**
 * PhenoStream:
 * The random numbers of one operation on one view: word i is a function of the view's
 * key, the operation's address and i, so what one operation draws never moves another's
 * numbers.
 */
typedef struct
{
  PhenoViewKey key;
  guint32 address;
  guint32 block; /* of the words held; G_MAXUINT32: none */
  pk_random4 words;
} PhenoStream;

guint32 pheno_stream_word (PhenoStream *stream, guint index);
/* Uniform, @low <= x < @high. */
double pheno_stream_uniform (PhenoStream *stream, guint index, double low, double high);

/* A parameter's value. A number, switch or choice stands in number[0], a range in both.
 */
typedef struct
{
  double number[2];
  double *list; /* of a list: n_list values */
  guint n_list;
} PhenoValue;

/* What a recipe says about one operation. */
typedef struct
{
  gboolean enabled;
  double probability;
  int place;
  PhenoValue value[PHENO_MAX_PARAMETERS];
} PhenoSetting;

/* What happens to one view by one operation. */
typedef struct
{
  guint operation;
  const PhenoSetting *setting;
  gboolean happens;
  double value[PHENO_MAX_DRAWN];
} PhenoDrawn;

/* The view's size, and that of the image it is taken from. */
typedef struct
{
  int size, width, height, bands;
} PhenoFrame;

typedef enum
{
  PHENO_OUTSIDE_ZEROS,
  PHENO_OUTSIDE_EDGE,
  PHENO_OUTSIDE_BACKGROUND /* the median colour of the image's border */
} PhenoOutside;

/**
 * PhenoGeometry:
 * @inverse: homography from the view's pixels to the image's
 * @after, @spline: where @bent, what stands between the view's pixels and @inverse: first
 * the homography, then the spline
 * @moved: an upright map may reach beyond the image
 * @left: the part of the view that shows the image, when the map is upright: the rest is
 *   what is outside
 * @antialias: where the view is smaller than its part of the image, average areas
 *
 * All geometry of a view in one map.
 */
typedef struct
{
  double inverse[9], after[9];
  gboolean bent, moved;
  pk_spline spline;
  int left, top, width, height;
  gboolean antialias;
  PhenoOutside outside;
} PhenoGeometry;

/* Replaces the map by: first @step, from the new view's pixels to the old one's. */
void pheno_geometry_before (PhenoGeometry *geometry, const double step[9]);

/* What is seen where a map that is no longer upright reaches beyond the image. */
void pheno_geometry_set_outside (PhenoGeometry *geometry, const PhenoFrame *frame,
                                 PhenoOutside outside);

/* The words of a parameter “outside”. */
extern const char *const pheno_outside_words[], *const pheno_outside_titles[];

/**
 * PhenoOperationClass:
 * @address: of its random numbers; unique, and never changed, or old runs could not be
 * repeated
 * @draw: (nullable): fills drawn->value; word 0 of the stream is spent on the probability
 * @compose: (nullable): geometry: adds itself to the map
 * @apply: (nullable): colour: adds steps, or jobs, to the work (work.h)
 * @check_bands: (nullable): whether the setting makes sense for such bands
 */
typedef struct
{
  PhenoOperation info;
  guint32 address;
  void (*draw) (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
                double *value);
  void (*compose) (const PhenoDrawn *drawn, const PhenoFrame *frame,
                   PhenoGeometry *geometry);
  void (*apply) (const PhenoDrawn *drawn, PhenoWork *work);
  gboolean (*check_bands) (const PhenoSetting *setting, const PhenoBands *bands,
                           GError **error);
} PhenoOperationClass;

/* Every operation there is; pheno_operation_get() gives the public part. */
extern const PhenoOperationClass *const pheno_operation_classes[];
enum
{
  PHENO_RESIZED_CROP,
  PHENO_RESIZE_AND_PAD,
  PHENO_HORIZONTAL_FLIP,
  PHENO_VERTICAL_FLIP,
  PHENO_ROTATION,
  PHENO_AFFINE,
  PHENO_PERSPECTIVE,
  PHENO_THIN_PLATE_SPLINE,
  PHENO_BACKGROUND,
  PHENO_SPECTRAL_SHIFT,
  PHENO_SPECTRAL_SMOOTHING,
  PHENO_ILLUMINANT,
  PHENO_UV_INTENSITY,
  PHENO_VIGNETTING,
  PHENO_COLOUR_JITTER,
  PHENO_GAMMA,
  PHENO_GRAYSCALE,
  PHENO_POSTERISE,
  PHENO_SOLARISE,
  PHENO_SHARPNESS,
  PHENO_GAUSSIAN_BLUR,
  PHENO_GAUSSIAN_NOISE,
  PHENO_SENSOR_NOISE,
  PHENO_CHANNEL_DROPOUT,
  PHENO_BAND_DROPOUT,
  PHENO_ERASING,
  PHENO_NORMALISE,
  PHENO_N_OPERATIONS
};

extern const PhenoOperationClass pheno_resized_crop;
extern const PhenoOperationClass pheno_resize_and_pad;
extern const PhenoOperationClass pheno_horizontal_flip;
extern const PhenoOperationClass pheno_vertical_flip;
extern const PhenoOperationClass pheno_rotation;
extern const PhenoOperationClass pheno_affine;
extern const PhenoOperationClass pheno_perspective;
extern const PhenoOperationClass pheno_thin_plate_spline;
extern const PhenoOperationClass pheno_background;
extern const PhenoOperationClass pheno_spectral_shift;
extern const PhenoOperationClass pheno_spectral_smoothing;
extern const PhenoOperationClass pheno_illuminant;
extern const PhenoOperationClass pheno_uv_intensity;
extern const PhenoOperationClass pheno_vignetting;
extern const PhenoOperationClass pheno_colour_jitter;
extern const PhenoOperationClass pheno_gamma;
extern const PhenoOperationClass pheno_grayscale;
extern const PhenoOperationClass pheno_posterise;
extern const PhenoOperationClass pheno_solarise;
extern const PhenoOperationClass pheno_sharpness;
extern const PhenoOperationClass pheno_gaussian_blur;
extern const PhenoOperationClass pheno_gaussian_noise;
extern const PhenoOperationClass pheno_sensor_noise;
extern const PhenoOperationClass pheno_channel_dropout;
extern const PhenoOperationClass pheno_band_dropout;
extern const PhenoOperationClass pheno_erasing;
extern const PhenoOperationClass pheno_normalise;

G_END_DECLS
