/* operation.h - what an operation can do: draw, compose, append
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/augment.h"
#include "kernels/pixels.h"
#include "kernels/random.h"

G_BEGIN_DECLS

#define PHENO_MAX_PARAMETERS 8
#define PHENO_MAX_DRAWN 8
#define PHENO_MAX_COLOUR_STEPS 32

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
 * @left: the part of the view that shows the image, when the map is upright: the rest is
 *   what is outside
 * @antialias: where the view is smaller than its part of the image, average areas
 *
 * All geometry of a view in one map. A spline's bend will stand beside @inverse, applied
 * to the view's coordinates before it.
 */
typedef struct
{
  double inverse[9];
  int left, top, width, height;
  gboolean antialias;
  PhenoOutside outside;
} PhenoGeometry;

/* Replaces the map by: first @step, from the new view's pixels to the old one's. */
void pheno_geometry_before (PhenoGeometry *geometry, const double step[9]);

/* Pixels of a view under work: colour steps are gathered, and run before anything else
 * looks at the pixels. */
typedef struct
{
  const pk_pixels *passes;
  float *view; /* (C, size, size) */
  const PhenoFrame *frame;
  pk_colour_step step[PHENO_MAX_COLOUR_STEPS];
  int n_steps;
  float *line, *plane;  /* of the blur */
  float *scale, *shift; /* of normalise, one for each band */
  float *weight;        /* of the blur, PK_BLUR_RADIUS + 1 */
} PhenoWork;

void pheno_work_add (PhenoWork *work, pk_colour_step step);
void pheno_work_flush (PhenoWork *work);

/**
 * PhenoOperationClass:
 * @address: of its random numbers; unique, and never changed, or old runs could not be
 * repeated
 * @draw: (nullable): fills drawn->value; word 0 of the stream is spent on the probability
 * @compose: (nullable): geometry: adds itself to the map
 * @apply: (nullable): colour: appends steps, or flushes and works on the pixels
 * @check_bands: (nullable): whether the setting makes sense for a number of bands
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
  gboolean (*check_bands) (const PhenoSetting *setting, int bands, GError **error);
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
  PHENO_COLOUR_JITTER,
  PHENO_GRAYSCALE,
  PHENO_GAUSSIAN_BLUR,
  PHENO_NORMALISE,
  PHENO_N_OPERATIONS
};

extern const PhenoOperationClass pheno_resized_crop;
extern const PhenoOperationClass pheno_resize_and_pad;
extern const PhenoOperationClass pheno_horizontal_flip;
extern const PhenoOperationClass pheno_vertical_flip;
extern const PhenoOperationClass pheno_rotation;
extern const PhenoOperationClass pheno_colour_jitter;
extern const PhenoOperationClass pheno_grayscale;
extern const PhenoOperationClass pheno_gaussian_blur;
extern const PhenoOperationClass pheno_normalise;

G_END_DECLS
