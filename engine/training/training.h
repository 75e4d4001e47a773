/* training.h - the run: its settings, its loop, its memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/augment/augment.h"
#include "engine/cache/cache.h"
#include "engine/model/model.h"

G_BEGIN_DECLS

/* Side of a view in pixels: smaller ones have nothing left after the encoder's five
 * halvings, larger ones no use for a photograph. */
#define PHENO_SMALLEST_INPUT 32
#define PHENO_LARGEST_INPUT 1024

/**
 * PhenoRun: everything that determines a result, as in run.ini
 *
 * Strings are owned. Defaults stand in docs/formats.md. "auto" values are resolved when
 * the run starts, and the resolved file is what stands in the run's folder.
 */
typedef struct
{
  char **roots;        /* [collection] roots */
  char *species;       /* species */
  char *metadata;      /* "auto" or a table */
  char **excluded;     /* names or absolute paths of images that are left out */
  char *modality;      /* "auto" */
  char *bands;         /* "all" */
  char *radiometry;    /* "auto" */
  char *levels;        /* "auto", or what the percentiles came to */
  char *mask;          /* "auto" */
  char *fill, *crop;   /* "keep", "none" */
  char *white_reference, *dark_reference; /* "none" */
  double reference_reflectance;
  double cache_limit; /* GB; 0: what the disk has */
  char *recipe_name;   /* [augment] recipe */
  PhenoRecipe *recipe; /* with the overrides of [augment.OPERATION] */
  char *encoder;       /* [model] */
  int size;
  char *weights; /* "random" or a file */
  int projection;
  char *adapter, *attention; /* between the bands and the encoder */
  char *loss;                /* [loss] kind */
  double temperature;
  char *temperature_rule; /* fixed, cosine (to temperature_end) or learned */
  double temperature_end;
  double local_weight;
  int epochs;     /* [training] */
  int batch;      /* images a step; twice as many views */
  int accumulate; /* batches a step of the optimiser */
  char *optimiser;
  char *positives;       /* image, specimen */
  char *positive_column; /* auto, or the column that names the specimen */
  double learning_rate;                /* 0: auto */
  double weight_decay, momentum, clip; /* clip 0: none */
  int warm_up;                         /* epochs */
  char *schedule;                      /* of the rate after it: cosine, step, constant */
  int freeze;                          /* stages of the encoder that stay as they are */
  double layer_decay;                  /* of the rate from a stage to the one before */
  char *checkpointing;                 /* none, blocks */
  int patience; /* epochs without improvement before it stops; 0: never */
  guint64 seed;
  char *precision; /* auto, float32, bfloat16 */
  char *device;
  int threads;
} PhenoRun;

PhenoRun *pheno_run_new (void); /* defaults */
PhenoRun *pheno_run_copy (const PhenoRun *run);

/**
 * pheno_run_load:
 * Folders and files in it are relative to the run file's own folder.
 *
 * Errors: %PHENO_ERROR_FILE; %PHENO_ERROR_FORMAT when it is no key file;
 * %PHENO_ERROR_SETTING naming the key, its value and what is allowed, or the nearest
 * known key
 */
PhenoRun *pheno_run_load (const char *path, GError **error);

/* @text: as pheno_run_to_text() gives it. @name: for messages. */
PhenoRun *pheno_run_parse (const char *text, const char *name, GError **error);

/* With a line of explanation above the keys that need one; pheno_run_load() gives the
 * same run back. */
char *pheno_run_to_text (const PhenoRun *run);
/**
 * pheno_run_set:
 * @assignment: "training.epochs=20", "augment.OPERATION.KEY=VALUE"
 *
 * An unknown key is an error that names the nearest known one. "augment.recipe=NAME"
 * loads the recipe anew, so it stands before what overrides its operations.
 */
gboolean pheno_run_set (PhenoRun *run, const char *assignment, GError **error);
/* (nullable) (array zero-terminated=1): the words that @setting (“training.optimiser”)
 * may be, where it is a choice. */
const char *const *pheno_run_choices (const char *setting);
/* Whether every value is allowed and there is a folder to learn from. */
gboolean pheno_run_check (const PhenoRun *run, GError **error);
void pheno_run_free (PhenoRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoRun, pheno_run_free)

/**
 * PhenoHistoryRow:
 * @epoch: from 1
 * @step: steps of the optimiser since the run began
 * @loss: mean over the epoch
 * @learning_rate: of the last step
 * @knn_accuracy: NAN where it was not measured
 * @gradient_norm: mean over the epoch, before clipping
 * @data_share: of @seconds: loading and augmenting
 * @seconds: in which the epoch's steps were made
 * @note: (nullable): what the monitor had to say
 */
typedef struct
{
  guint epoch;
  guint64 step;
  double loss, learning_rate;
  double knn_accuracy, knn_balanced_accuracy;
  double alignment, uniformity, effective_rank, gradient_norm;
  double views_per_second, data_share, seconds;
  char *note;
} PhenoHistoryRow;

/* (transfer full) (element-type PhenoHistoryRow): the rows of a run's history.csv; none
 * where there is no epoch yet. Any process may be writing it. */
GArray *pheno_history_load (const char *directory);

/**
 * PhenoRunState: what a run's folder is in
 * @PHENO_RUN_PREPARED: it has its settings; nothing was trained
 * @PHENO_RUN_RUNNING: a process trains in it
 * @PHENO_RUN_PAUSED: asked to stop; all is saved
 * @PHENO_RUN_INTERRUPTED: the process ended without a word: killed, crashed, a power cut
 * @PHENO_RUN_FAILED: it ended with an error, which is kept
 * @PHENO_RUN_KEPT: stopped before its last epoch and taken as it is
 * @PHENO_RUN_DONE: all epochs, or out of patience
 */
typedef enum
{
  PHENO_RUN_PREPARED,
  PHENO_RUN_RUNNING,
  PHENO_RUN_PAUSED,
  PHENO_RUN_INTERRUPTED,
  PHENO_RUN_FAILED,
  PHENO_RUN_KEPT,
  PHENO_RUN_DONE
} PhenoRunState;

/**
 * pheno_run_folder_state:
 * @message: (out) (optional) (nullable) (transfer full): why it failed, or why it ended
 *   before its last epoch, in words
 *
 * From state.ini and whether the folder is locked; of a folder without state.ini, which
 * an older program wrote, from its files.
 */
PhenoRunState pheno_run_folder_state (const char *directory, char **message);

/**
 * pheno_run_folder_set_state:
 *
 * Writes state.ini. For the trainer, and for the window where the user decides that a run
 * that stopped is to be kept as it is.
 */
gboolean pheno_run_folder_set_state (const char *directory, PhenoRunState state,
                                     const char *message, GError **error);

/* kNN accuracy of the encoder before its first step, which training has to beat; NAN
 * where it was not measured. */
double pheno_run_folder_untrained (const char *directory);
gboolean pheno_run_folder_set_untrained (const char *directory, double accuracy,
                                         GError **error);

/**
 * pheno_run_folder_holder:
 *
 * Returns: the process that trains in the folder; 0 when there is none; -1 when there is
 *   one that has not said its number
 */
int pheno_run_folder_holder (const char *directory);

/**
 * pheno_run_folder_move_root:
 * @from: (type filename): a folder that photographs of the run were in
 * @to: (type filename): where that folder is now
 *
 * Writes run.ini anew, so that the run can be resumed and embedded with its photographs
 * where they are. A run of other photographs is left as it is.
 *
 * Errors: as of pheno_run_load(); %PHENO_ERROR_FILE when run.ini cannot be written
 */
gboolean pheno_run_folder_move_root (const char *directory, const char *from,
                                     const char *to, GError **error);

/* (transfer full) (nullable) (type filename): the *.study folder that a run's folder lies
 * in. */
char *pheno_run_folder_study (const char *directory);

/* (transfer full) (nullable) (type filename): the catalogue that remembers the headers of
 * the run's images, where there is one. */
char *pheno_run_folder_catalogue (const char *directory);

/**
 * PhenoRunEstimate:
 * @memory: bytes that a training needs at most, without pages of the cache that the
 * system can take back
 * @seconds: of all epochs with what is measured after them
 * @views_per_second: on which @seconds rests
 * @steps: of an epoch
 */
typedef struct
{
  guint64 memory;
  double seconds, views_per_second;
  guint steps;
} PhenoRunEstimate;

/**
 * pheno_run_estimate:
 * @images: usable ones
 * @bands: of an image
 * @views_per_second: what an earlier run with the same encoder, size, precision and
 * threads reached; 0: a few steps are timed on the device, which takes some seconds
 *
 * What a run will cost, before it begins. The time is what this machine does now with
 * nothing else at work; it is no promise.
 *
 * Errors: %PHENO_ERROR_DEVICE; %PHENO_ERROR_SETTING
 */
gboolean pheno_run_estimate (const PhenoRun *run, guint images, int bands,
                             double views_per_second, PhenoRunEstimate *estimate,
                             GCancellable *cancellable, GError **error);

/* What [collection] says of pixels; levels included where the run has them. */
PhenoPreparation *pheno_run_preparation (const PhenoRun *run, GError **error);

/**
 * pheno_run_choose_images:
 * @run: its modality, mask, radiometry and pca bands become what "auto" stands for
 * @left_out: (inout) (nullable): records that are not used, as PhenoProblem with the reason
 *
 * Which images of a collection the run uses: not excluded, of its modality, no references.
 *
 * Returns: (transfer full): PhenoRecord without ownership
 * Errors: %PHENO_ERROR_SETTING when there are several modalities and none is chosen;
 * those of pheno_preparation_read() where pixels have to be looked at
 */
GPtrArray *pheno_run_choose_images (PhenoRun *run, const PhenoCollection *collection,
                                    GPtrArray *left_out, GCancellable *cancellable,
                                    GError **error);

/* Sets levels=auto to the percentiles of @cache, or (%NULL) of at most 64 of @records,
 * where the radiometry is one of percentiles. */
gboolean pheno_run_find_levels (PhenoRun *run, PhenoCache *cache, GPtrArray *records,
                                GCancellable *cancellable, GError **error);

/**
 * pheno_recipe_fit:
 * @recipe: (inout): made for three colours, mostly
 * @image: of which only bands, wavelengths and names count
 * @changed: (out): whether another recipe stands in @recipe now
 *
 * Where a recipe does not suit the bands of an image, one that does: normalise with mean
 * 0.5 and standard deviation 0.25 of every band, no change of hue and saturation.
 *
 * Errors: %PHENO_ERROR_SETTING when this does not help, with the key and the way out
 */
gboolean pheno_recipe_fit (PhenoRecipe **recipe, const PhenoImage *image,
                           gboolean *changed, GError **error);

/* Bands that the encoder sees of an image with @bands: fewer with random:K. */
int pheno_run_input_bands (const PhenoRun *run, int bands);

/* What learning-rate=auto comes to. */
double pheno_run_learning_rate (const PhenoRun *run);

typedef struct
{
  int epochs;              /* done */
  double loss;             /* mean of the last epoch */
  double knn_accuracy;     /* NAN without labels */
  double views_per_second; /* of the last epoch */
  double data_share; /* of the last epoch's wall time: loading and augmenting, 0 to 1 */
  guint images, left_out;
  char *stopped; /* why, in words; NULL: all epochs done */
} PhenoTrainingResult;
void pheno_training_result_clear (PhenoTrainingResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoTrainingResult, pheno_training_result_clear)

/**
 * pheno_train:
 * @run: settings; with @resume and without roots, those that the run began with
 * @directory: (type filename): the run's folder, made when absent
 * @resume: go on from last.safetensors where there is one
 * @result: (out caller-allocates) (nullable): filled also when the call fails; clear it
 * with pheno_training_result_clear()
 *
 * Scans, prepares and trains. Writes into the folder:
 *
 *     run.ini                   the settings with every "auto" resolved
 *     left-out.csv              files that were not used, with the reason
 *     history.csv               a line for each epoch
 *     state.ini                 how the training ended, see PhenoRunState
 *     last.safetensors          weights, optimiser state and position, after each epoch
 *     best.safetensors          the same of the epoch with the lowest loss
 *     best-epoch-*.safetensors  and of the best three
 *     cache/                    prepared pixels, unless a *.study folder above has them
 *
 * A run that goes on has the losses of one that was never interrupted, to the bit on the
 * same machine with the same threads. Only epochs, warm-up, patience, device and threads
 * may differ from what it began with, and where the photographs and their table lie. When
 * cancelled it finishes the step, writes a checkpoint and returns %G_IO_ERROR_CANCELLED.
 *
 * Errors: %PHENO_ERROR_DATA when there are fewer than two usable images;
 * %PHENO_ERROR_SETTING, also for a folder that holds a run when @resume is %FALSE;
 * %PHENO_ERROR_FILE, also when another process trains in the folder;
 * %PHENO_ERROR_DIVERGED
 */
gboolean pheno_train (const PhenoRun *run, const char *directory, gboolean resume,
                      PhenoTrainingResult *result, PhenoProgressFunc progress,
                      gpointer user_data, GCancellable *cancellable, GError **error);

/**
 * PhenoSearchAxis: a setting of the run file that a search varies
 * @setting: "training.batch", "augment.colour_jitter.hue", as in pheno_run_set()
 * @values: (array zero-terminated=1) (nullable): those to try; %NULL: all from @low to
 *   @high
 * @whole: whole numbers only
 * @logarithmic: each factor of ten is as likely as any other
 */
typedef struct
{
  char *setting;
  char **values;
  double low, high;
  gboolean whole, logarithmic;
} PhenoSearchAxis;

/**
 * pheno_search_axis_parse:
 * @text: "training.batch=32,64,128", "loss.temperature=0.05..0.5", or with ":log" behind
 *   the range
 *
 * Errors: %PHENO_ERROR_SETTING for an unknown key, with the nearest one, or a range that
 * makes no sense
 */
PhenoSearchAxis *pheno_search_axis_parse (const char *text, GError **error);
void pheno_search_axis_free (PhenoSearchAxis *axis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoSearchAxis, pheno_search_axis_free)

/**
 * PhenoSearchMethod:
 * @PHENO_SEARCH_GRID: every combination; a range becomes @steps values
 * @PHENO_SEARCH_RANDOM: so many combinations drawn: where few of the settings matter,
 *   better than a grid. Bergstra and Bengio 2012, JMLR 13:281
 * @PHENO_SEARCH_HALVING: drawn ones that begin with few epochs; the best third goes on
 *   with three times as many. Jamieson and Talwalkar 2016, arXiv:1502.07943
 */
typedef enum
{
  PHENO_SEARCH_GRID,
  PHENO_SEARCH_RANDOM,
  PHENO_SEARCH_HALVING
} PhenoSearchMethod;

typedef struct
{
  PhenoSearchMethod method;
  guint trials;     /* of random and halving */
  guint steps;      /* of a range in a grid */
  guint64 seed;     /* of what is drawn */
  gboolean by_loss; /* lower loss is better; else higher balanced kNN accuracy */
} PhenoSearchOptions;

/**
 * PhenoTrial: one run of a search
 * @name: of the run's folder
 * @values: (array zero-terminated=1): of the axes, in their order
 * @epochs: done
 * @score: what the search goes by, higher is better; NAN where the run gave none
 * @message: (nullable): why it gave none
 */
typedef struct
{
  char *name;
  char **values;
  int epochs;
  double score, loss, knn_accuracy, knn_balanced_accuracy, seconds;
  char *message;
} PhenoTrial;
void pheno_trial_free (PhenoTrial *trial);

/**
 * pheno_search:
 * @base: all other settings
 * @axes: (element-type PhenoSearchAxis)
 * @study: (type filename): a *.study folder, made when absent; the trials are runs in it,
 *   and share its prepared pixels
 * @name: of the search: its runs are NAME-001 ..., its table runs/NAME.csv
 *
 * Trains one run for each combination. A run that fails is told in the table and the
 * search goes on. Called again with the same arguments it goes on where it was stopped.
 *
 * Returns: (transfer full) (element-type PhenoTrial): the best first
 * Errors: %PHENO_ERROR_SETTING for a combination that no run could have, before any is
 * trained; %PHENO_ERROR_FILE; %PHENO_ERROR_DATA when every run failed;
 * %G_IO_ERROR_CANCELLED with all saved
 */
GPtrArray *pheno_search (const PhenoRun *base, GPtrArray *axes,
                         const PhenoSearchOptions *options, const char *study,
                         const char *name, PhenoProgressFunc progress, gpointer user_data,
                         GCancellable *cancellable, GError **error);

/**
 * pheno_views_side:
 * @size: side of a view
 *
 * Returns: pixels at which the shorter side of an image is kept for training. Twice the
 *   size of a view: a crop of a quarter of the image is then still at full sharpness, and
 *   a thousand photographs for 224 px take about 0.8 GB.
 */
int pheno_views_side (int size);

/**
 * pheno_bands_spread:
 * @from: bands that there are
 * @bands: (out caller-allocates) (array length=n): evenly spread ones
 */
void pheno_bands_spread (int from, int *bands, int n);

/**
 * pheno_views_read:
 *
 * One image as training prepares it for views of @size: the same pixels that its cache
 * has.
 *
 * Errors: those of pheno_reader_read()
 */
PhenoImage *pheno_views_read (const char *path, int size, GError **error);

/**
 * pheno_views_draw:
 * @images: (array length=n)
 * @numbers: (array length=n): of each image among the usable ones of its collection
 * @epoch: from 0
 * @bands: that a view has: of images with more, others are drawn for each view
 * @threads: 0: one per core
 * @views: (out caller-allocates): (2n, C, size, size)
 *
 * The two views of each image that training draws in an epoch, normalised as the recipe
 * says: the first views, then the second ones, so that rows i and i + n are of one image.
 * Training and previews both call this; so they show the same, to the bit.
 *
 * Returns: the number, 0 to 2n - 1, of the first view with a value that is no number; -1:
 *   there is none
 */
int pheno_views_draw (const PhenoRecipe *recipe, const PhenoImage *const *images,
                       const guint32 *numbers, guint n, guint64 seed, guint32 epoch,
                       int size, int bands, int threads, float *views);

/**
 * pheno_views_draw_pairs:
 * @images: (array length=2n): whose first views, then whose second ones are drawn
 * @numbers: (array length=2n)
 *
 * The same where the two views of a pair may be of different images: two photographs, or
 * sides, of one specimen.
 */
int pheno_views_draw_pairs (const PhenoRecipe *recipe, const PhenoImage *const *images,
                            const guint32 *numbers, guint n, guint64 seed, guint32 epoch,
                            int size, int bands, int threads, float *views);

G_END_DECLS
