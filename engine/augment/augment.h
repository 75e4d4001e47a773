/* augment.h - from an image to a random view of it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A recipe says what may happen, a draw what happens to one view, apply does it. A draw
 * is a function of (seed, epoch, image, view) and of nothing else, so any number of
 * threads, the preview and the training make the same views.
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/**
 * PhenoParameterKind:
 * @PHENO_PARAMETER_NUMBER: one number
 * @PHENO_PARAMETER_INTEGER: one whole number
 * @PHENO_PARAMETER_ODD: one odd whole number, or 0 for "chosen by the program"
 * @PHENO_PARAMETER_RANGE: two numbers "low;high" between which is drawn
 * @PHENO_PARAMETER_LIST: one number for all bands, or one for each
 * @PHENO_PARAMETER_SWITCH: true or false
 * @PHENO_PARAMETER_CHOICE: one of some words
 */
typedef enum
{
  PHENO_PARAMETER_NUMBER,
  PHENO_PARAMETER_INTEGER,
  PHENO_PARAMETER_ODD,
  PHENO_PARAMETER_RANGE,
  PHENO_PARAMETER_LIST,
  PHENO_PARAMETER_SWITCH,
  PHENO_PARAMETER_CHOICE
} PhenoParameterKind;

/**
 * PhenoParameterInfo:
 * @name: the key in a recipe
 * @minimum: smallest number allowed; @maximum the largest
 * @standard: the value where a recipe gives none, as it would stand there
 * @choices: (nullable): NULL-ended words of a choice
 * @doc: one sentence, marked for translation; so is the @title, a word or two
 * @usual: the part of the range in which people try values, which a slider covers; both
 *   0: all of it
 * @choice_titles: (nullable): the choices for people, marked for translation
 * @changes_colour: whether a value other than 0 changes hue or saturation
 */
typedef struct
{
  const char *name;
  PhenoParameterKind kind;
  double minimum, maximum;
  const char *standard;
  const char *const *choices;
  const char *doc, *title;
  double usual[2];
  const char *const *choice_titles;
  gboolean changes_colour;
} PhenoParameterInfo;

/**
 * PhenoStage:
 * @PHENO_STAGE_BASE: which part of the image is seen; the first that happens is the only
 * one
 * @PHENO_STAGE_GEOMETRY: composed with the base into one map and one resampling
 * @PHENO_STAGE_COLOUR: values change, pixels stay (blur stands here, too)
 * @PHENO_STAGE_END: always last
 *
 * Stages follow one another; `place` orders the operations within theirs.
 */
typedef enum
{
  PHENO_STAGE_BASE,
  PHENO_STAGE_GEOMETRY,
  PHENO_STAGE_COLOUR,
  PHENO_STAGE_END
} PhenoStage;

/**
 * PhenoOperation:
 * @name: as in [augment.NAME]
 * @title: for people, marked for translation; @doc one sentence
 * @random: whether it has a probability; the others happen whenever they are enabled
 * @probability: the default
 * @place: the default
 * @parameters: ended by an entry without name
 * @drawn: (nullable): NULL-ended names of the numbers that are drawn
 * @changes_colour: whether it changes hue or saturation whenever it happens, whatever its
 *   parameters are
 *
 * One row of the constant table from which the recipe's form, its checks and the window
 * are made. A later operation is one more row (operation.c).
 */
typedef struct
{
  const char *name, *title, *doc;
  PhenoStage stage;
  gboolean random;
  double probability;
  int place;
  const PhenoParameterInfo *parameters;
  const char *const *drawn;
  gboolean changes_colour;
} PhenoOperation;

guint pheno_operation_count (void);
const PhenoOperation *pheno_operation_get (guint index);
int pheno_operation_find (const char *name); /* -1 when there is none */

/* The key "probability" as a parameter, for whoever shows or checks all alike. */
const PhenoParameterInfo *pheno_operation_probability (void);

typedef struct _PhenoRecipe PhenoRecipe;

/**
 * pheno_recipe_load:
 * @name: a built-in recipe ("simclr", "colour", "shape", "uv-rgb", "hyperspectral",
 *   "none") or a file of the same form
 *
 * Errors: %PHENO_ERROR_SETTING with key, value and range, and the nearest known name
 */
PhenoRecipe *pheno_recipe_load (const char *name, GError **error);

/**
 * pheno_recipe_new_from_key_file:
 * @base: (nullable): recipe whose operations the groups override
 * @key_file: groups [augment.OPERATION]; other groups are left alone
 */
PhenoRecipe *pheno_recipe_new_from_key_file (const PhenoRecipe *base, GKeyFile *key_file,
                                             GError **error);
char *pheno_recipe_to_text (
    const PhenoRecipe *recipe); /* groups [augment.OPERATION], all keys */
void pheno_recipe_free (PhenoRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoRecipe, pheno_recipe_free)

const char *const *pheno_recipe_names (void); /* built-in recipes, NULL-ended */

/* Of a built-in recipe, for people, translated; NULL for any other name. */
const char *pheno_recipe_title (const char *name);
const char *pheno_recipe_doc (const char *name);

/* A recipe in which nothing happens, a copy, and equality of all that determines a view.
 */
PhenoRecipe *pheno_recipe_new (void);
PhenoRecipe *pheno_recipe_copy (const PhenoRecipe *recipe);
gboolean pheno_recipe_equal (const PhenoRecipe *a, const PhenoRecipe *b);

/**
 * pheno_recipe_set:
 * @operation: as in [augment.OPERATION]
 * @key: "enabled", "probability" (0 to 1), "place" or a parameter's name
 * @value: text, as in a recipe
 *
 * Errors: %PHENO_ERROR_SETTING with key, value and range, and the nearest known name
 */
gboolean pheno_recipe_set (PhenoRecipe *recipe, const char *operation, const char *key,
                           const char *value, GError **error);

/* (transfer full) (nullable): the value of a key as text; NULL when there is no such key.
 */
char *pheno_recipe_get (const PhenoRecipe *recipe, const char *operation,
                        const char *key);

/**
 * pheno_recipe_changes_colour:
 * @operation: as in [augment.OPERATION]
 * @parameter: (nullable): one of its parameters; NULL: any, or the operation itself
 *
 * Returns: whether hue or saturation can be changed by it, as the recipe stands. Where
 *   colour is what tells specimens apart, an encoder then learns to look past it.
 */
gboolean pheno_recipe_changes_colour (const PhenoRecipe *recipe, const char *operation,
                                      const char *parameter);

/* Sets what changes hue or saturation to 0, or off; the rest stays. */
void pheno_recipe_keep_colour (PhenoRecipe *recipe);

/**
 * pheno_recipe_check_bands:
 * Whether the recipe makes sense for images of @bands bands: hue needs three or seven,
 * and normalise one mean for all or one for each. Errors: %PHENO_ERROR_SETTING with the
 * key and the way out
 */
gboolean pheno_recipe_check_bands (const PhenoRecipe *recipe, int bands, GError **error);

/* The same for an image, of which only bands, wavelengths and names count: spectra have a
 * hue, and a shift, only by their wavelengths. */
gboolean pheno_recipe_check_image (const PhenoRecipe *recipe, const PhenoImage *image,
                                   GError **error);

/**
 * PhenoBackgrounds:
 * The background colours of the images of a collection, for the operation “background”
 * that puts another image's behind a specimen.
 */
typedef struct _PhenoBackgrounds PhenoBackgrounds;
PhenoBackgrounds *pheno_backgrounds_new (const PhenoImage *const *images, guint n);
PhenoBackgrounds *pheno_backgrounds_ref (PhenoBackgrounds *backgrounds);
void pheno_backgrounds_unref (PhenoBackgrounds *backgrounds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoBackgrounds, pheno_backgrounds_unref)

/* What the recipe takes other backgrounds from; it is no part of its text, nor of its
 * equality. Without one, such a background is a colour drawn at random. */
void pheno_recipe_set_backgrounds (PhenoRecipe *recipe, PhenoBackgrounds *backgrounds);

/* Which view: everything that random numbers depend on. */
typedef struct
{
  guint64 seed;
  guint32 epoch, image, view;
} PhenoViewKey;

/**
 * pheno_augment:
 * @image: its white must differ from its black
 * @size: side of the square view
 * @view: (out caller-allocates): (C, size, size) float32, normalised as the recipe says
 * @scratch: made by pheno_augment_scratch_new(), one for each thread
 *
 * Draws with @key and applies. Allocates nothing, but for the room that the largest image
 * so far needs, which @scratch keeps.
 */
typedef struct _PhenoAugmentScratch PhenoAugmentScratch;
PhenoAugmentScratch *pheno_augment_scratch_new (int size, int bands);
void pheno_augment_scratch_free (PhenoAugmentScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoAugmentScratch, pheno_augment_scratch_free)

void pheno_augment (const PhenoRecipe *recipe, const PhenoImage *image, PhenoViewKey key,
                    int size, PhenoAugmentScratch *scratch, float *view);

/**
 * pheno_augment_plain:
 * The view for embedding: the whole image, longer side scaled to @size, padded
 * (letterbox) on the median colour of its own border, normalised as the recipe says;
 * nothing random.
 */
void pheno_augment_plain (const PhenoRecipe *recipe, const PhenoImage *image, int size,
                          PhenoAugmentScratch *scratch, float *view);

/**
 * pheno_augment_batch:
 * @images: (array length=n)
 * @keys: (array length=n)
 * @views: (out caller-allocates): (n, C, size, size)
 *
 * @threads: 0 for one per core; the caller's own is one of them
 *
 * The same for many views; equal to one by one, to the bit. %NULL @keys: plain views.
 * The other threads are kept for the next call. A call while another is under way on
 * another thread is done by its caller alone.
 *
 * Returns: the first view that holds a value that is no number (NaN or infinite), as its
 *   image then does; -1: there is none
 */
int pheno_augment_batch (const PhenoRecipe *recipe, const PhenoImage *const *images,
                         const PhenoViewKey *keys, guint n, int size, int threads,
                         float *views);

/**
 * pheno_augment_show:
 * @view: (C, size, size), as the recipe normalised it
 * @rgb: (out caller-allocates): (size, size, 3), rows @stride bytes apart
 *
 * A view as people see it: normalisation undone, cut to 0 to 1. One band is shown as
 * grey; of more than three, the first three.
 */
void pheno_augment_show (const PhenoRecipe *recipe, const float *view, int bands,
                         int size, guint8 *rgb, gsize stride);

/**
 * pheno_augment_outline:
 * @image: of which the size counts
 * @corners: (out caller-allocates): x and y of the view's four corners in the image, in
 *   pixels from its upper left corner: upper left, upper right, lower right, lower left
 *
 * Which part of an image a view shows.
 */
void pheno_augment_outline (const PhenoRecipe *recipe, const PhenoImage *image,
                            PhenoViewKey key, int size, double corners[8]);

/**
 * pheno_augment_sheet:
 * A picture of @n_views views of one image in a grid, with the image itself first, as
 * 8-bit RGB.
 */
PhenoImage *pheno_augment_sheet (const PhenoRecipe *recipe, const PhenoImage *image,
                                 guint64 seed, int n_views, int size, GError **error);

/**
 * pheno_augment_sheet_save:
 * @sheet: as from pheno_augment_sheet() or pheno_augment_strip()
 * @path: .png, .pdf or .svg
 *
 * Errors: %PHENO_ERROR_FILE
 */
gboolean pheno_augment_sheet_save (const PhenoImage *sheet, const char *path,
                                   GError **error);

/**
 * pheno_augment_strip:
 * The views of one image and key in a row of @n, with one parameter of one operation from
 * its lowest to its highest usual strength, and nothing else changed: the same random
 * numbers, stretched.
 *
 * Errors: those of pheno_recipe_at_strength()
 */
PhenoImage *pheno_augment_strip (const PhenoRecipe *recipe, const PhenoImage *image,
                                 PhenoViewKey key, const char *operation,
                                 const char *parameter, int n, int size, GError **error);

/**
 * pheno_recipe_at_strength:
 * @part: 0 lowest to 1 highest of what is usual for the parameter
 *
 * Returns: (transfer full): the recipe with the operation on, in every view, and the
 *   parameter (both ends of a range) set so
 * Errors: %PHENO_ERROR_SETTING for names that are not known, and keys that have no
 * strength
 */
PhenoRecipe *pheno_recipe_at_strength (const PhenoRecipe *recipe, const char *operation,
                                       const char *parameter, double part,
                                       GError **error);

/**
 * pheno_augment_spectrum:
 * @before, @after: (out caller-allocates): (C)
 *
 * The mean of each band over a view: as its geometry leaves it, and after all colour
 * operations, before normalisation.
 */
void pheno_augment_spectrum (const PhenoRecipe *recipe, const PhenoImage *image,
                             PhenoViewKey key, int size, PhenoAugmentScratch *scratch,
                             float *before, float *after);

/**
 * pheno_augment_fewer_bands:
 * The image with neighbouring bands averaged until there are at most @most, as float32
 * values: for previews of cubes. What is drawn for a view does not depend on the number
 * of bands, except for dropouts and the noise of each.
 */
PhenoImage *pheno_augment_fewer_bands (const PhenoImage *image, int most, GError **error);

/**
 * PhenoViewSpread:
 * @within: mean distance between the two views of one image
 * @between: between views of different images; NAN for one image
 * @found: share of first views to which their own second view is nearer than any other
 *   image's: 1 / n is chance, and an augmentation that erases what tells specimens apart
 *   comes near to it; NAN for one image
 */
typedef struct
{
  double within, between, found;
} PhenoViewSpread;

/**
 * pheno_view_spread:
 * @values: (2n, columns): views as pheno_views_draw() makes them, or their embeddings
 * @cosine: by cosine distance, for embeddings; else by the root of the mean square
 *
 * How far views of one specimen lie apart against those of different specimens.
 */
void pheno_view_spread (const float *values, guint n, gsize columns, gboolean cosine,
                        PhenoViewSpread *spread);

/**
 * PhenoRecipeDifference:
 * @key: "enabled", "probability", "place" or a parameter's name
 * @one, @other: the values as they stand in the two recipes
 */
typedef struct
{
  const PhenoOperation *operation;
  const char *key;
  char *one, *other;
} PhenoRecipeDifference;

void pheno_recipe_difference_free (PhenoRecipeDifference *difference);

/* (transfer full): PhenoRecipeDifference of all keys in which the recipes differ, in the
 * order of the work. Operations that are off in both are not compared, nor the parameters
 * of one that is off in either. */
GPtrArray *pheno_recipe_compare (const PhenoRecipe *a, const PhenoRecipe *b);

/* JSON object of what is drawn for a view, operation by operation: for tests and for
 * people. */
char *pheno_augment_describe (const PhenoRecipe *recipe, const PhenoImage *image,
                              PhenoViewKey key, int size);

G_END_DECLS
