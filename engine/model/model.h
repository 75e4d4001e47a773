/* model.h - encoders and heads as graphs, their weights in and out
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"
#include "kernels/pk.h"

G_BEGIN_DECLS

/**
 * PhenoModelOptions:
 * @encoder: one of pheno_model_encoders()
 * @bands: of the input
 * @size: side of the input
 * @projection: width of the projection head's output; 0: no head, no loss
 * @temperature: of NT-Xent
 * @loss: (nullable): one of pheno_model_losses(); "nt-xent"
 * @local_weight: share of the loss of places by themselves, 0 to 1
 * @learned_temperature: @temperature is where a learned one begins
 * @adapter, @attention: (nullable): what stands between the bands and the encoder; none
 */
typedef struct
{
  const char *encoder;
  int bands, size, projection;
  float temperature;
  const char *adapter, *attention;
  const char *loss;
  float local_weight;
  gboolean learned_temperature;
} PhenoModelOptions;

/* Name of the graph's only input, (N, bands, size, size). */
#define PHENO_INPUT "pixels"

/* Name of the input (N, 1) that a loss with labels has: group numbers from 0, -1 where
 * there is none. */
#define PHENO_LABELS "labels"

/* Names of outputs of the graph, and of the read-outs of `embed --layer`. */
#define PHENO_OUTPUT_STEM "stem"     /* after the first max pool */
#define PHENO_OUTPUT_LAYER1 "layer1" /* (N, C, H, W) ... "layer4" */
#define PHENO_OUTPUT_LAST_MAP "layer4"
#define PHENO_OUTPUT_TOKENS "tokens"         /* (N, T, D) of a transformer's last norm */
#define PHENO_OUTPUT_FEATURES "features"     /* (N, D) pooled: the embedding */
#define PHENO_OUTPUT_PROJECTION "projection" /* (N, P) rows of length 1 */
#define PHENO_OUTPUT_LOSS "loss"             /* (1) */

/**
 * pheno_kernel_check:
 * @status: what a function of pk.h returned
 *
 * The one place where a failure of the kernels becomes words for people: call it at once,
 * on the same thread.
 *
 * Returns: %TRUE for %PK_OK
 * Errors: %PHENO_ERROR_DEVICE; %PHENO_ERROR_SETTING for a shape that does not fit
 */
gboolean pheno_kernel_check (pk_status status, GError **error);

/**
 * pheno_model_new_graph:
 * Parameters are named as torchvision names them; the head "projection.0",
 * "projection.2".
 *
 * Returns: (transfer full): free with pk_graph_free()
 * Errors: %PHENO_ERROR_SETTING for an encoder, size or band count that does not exist
 */
pk_graph *pheno_model_new_graph (const PhenoModelOptions *options, GError **error);
const char *const *pheno_model_encoders (void); /* NULL-ended */
/* (nullable) (array zero-terminated=1): names of the outputs of an encoder, from the
 * first to "features"; NULL when there is no such encoder. */
const char *const *pheno_model_layers (const char *encoder);
/* Side of a patch, of which the input must be a multiple; 1 where any size will do. */
int pheno_model_patch (const char *encoder);
const char *const *pheno_model_losses (void); /* NULL-ended */
gboolean pheno_model_loss_needs_labels (const char *loss);

/**
 * pheno_model_depth:
 *
 * Returns: the stage that a parameter belongs to: 0 for what comes first (stem, patches,
 *   positions), 1 ... for layers or blocks, a large number for what stands behind or
 * around
 */
int pheno_model_depth (const char *parameter);

/**
 * pheno_model_set_rates:
 * @freeze: stages from the first that stay as they are; 0: none
 * @decay: of the learning rate from a stage to the one before it; 1: none
 *
 * The last stage has @decay times the rate of the head: Clark et al. 2020,
 * arXiv:2003.10555, section 3.
 */
gboolean pheno_model_set_rates (const pk_graph *graph, pk_parameters *parameters,
                                int freeze, double decay, GError **error);

const char *const *pheno_model_adapters (void);
const char *const *pheno_model_attentions (void);

/* Whether a parameter stands before or behind the encoder (adapter, attention over bands,
 * head): files with weights of other programs never have it. */
gboolean pheno_model_is_surrounding (const char *parameter);

/**
 * pheno_model_initialise:
 * PyTorch's initialisation (Kaiming normal, fan out, for convolutions; 1 and 0 for norms;
 * uniform of 1/sqrt(fan in) for linear layers) from @seed, the same on every machine.
 */
gboolean pheno_model_initialise (const pk_graph *graph, pk_parameters *parameters,
                                 guint64 seed, GError **error);

/**
 * PhenoTensors: named arrays and text metadata of a safetensors file
 *
 * Values are seen as float32, whatever the file holds (F64, F32, F16, BF16 and integers).
 * They are written as F32; integers that were loaded (torchvision's num_batches_tracked)
 * are written as the I64 that they were.
 *
 * Format: github.com/huggingface/safetensors, "Format" of its README.
 */
#define PHENO_TENSOR_MAX_RANK 8
typedef struct _PhenoTensors PhenoTensors;
PhenoTensors *pheno_tensors_new (void);

/**
 * pheno_tensors_load:
 * Reads safetensors, and what torch.save() writes (.pt, .pth; the zip format and the one
 * before): of that the tensors, named by their keys joined with dots. A pickle's calls
 * are never made. The file is mapped; every size, offset and overlap is checked first.
 * Errors: %PHENO_ERROR_FILE; %PHENO_ERROR_FORMAT with the name of the tensor
 */
PhenoTensors *pheno_tensors_load (const char *path, GError **error);

/* Sorted by name, aligned, through a temporary name: never a half-written file. */
gboolean pheno_tensors_save (const PhenoTensors *tensors, const char *path,
                             GError **error);
void pheno_tensors_free (PhenoTensors *tensors);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoTensors, pheno_tensors_free)

/* Copies; takes the place of a tensor of that name. */
void pheno_tensors_add (PhenoTensors *tensors, const char *name, const gint64 *shape,
                        int rank, const float *values);

/* (nullable): borrowed; NULL when absent. @shape: (nullable): room for
 * PHENO_TENSOR_MAX_RANK. */
const float *pheno_tensors_find (const PhenoTensors *tensors, const char *name,
                                 gint64 *shape, int *rank);
void pheno_tensors_set_text (PhenoTensors *tensors, const char *key, const char *value);
const char *pheno_tensors_get_text (const PhenoTensors *tensors, const char *key);
GStrv pheno_tensors_names (const PhenoTensors *tensors); /* sorted */

/**
 * PhenoWeightsReport: which parameters were found, which were not, and why
 *
 * @matched: (and the others): names; of @mismatched with the reason
 * @spread: of those in @matched that were spread over another number of bands, or, of
 *   positions, over another number of patches
 * @prefix: what stood before every name in the file, as "module."; "" mostly
 */
typedef struct
{
  GPtrArray *matched, *spread, *missing, *mismatched, *unused;
  char *prefix;
} PhenoWeightsReport;
void pheno_weights_report_free (PhenoWeightsReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoWeightsReport, pheno_weights_report_free)

/**
 * pheno_model_take_weights:
 * Copies every tensor whose name and shape fit into @parameters. A prefix that the whole
 * encoder has in the file ("module.", "backbone.") is passed over.
 *
 * A first layer that was made for red, green and blue is spread over n bands: the three
 * filters in turn, each times 3 / n, so that a grey image gives what it gave (as timm's
 * adapt_input_conv does for n other than 1 and 3; for 1 it is their sum).
 *
 * Errors: %PHENO_ERROR_FORMAT when not one convolution of the encoder matches
 */
PhenoWeightsReport *pheno_model_take_weights (const pk_graph *graph,
                                              pk_parameters *parameters,
                                              const PhenoTensors *tensors,
                                              GError **error);

/* (nullable): the encoder all of whose parameters @tensors has, the largest where one is
 * part of another; NULL: none that is known. */
const char *pheno_model_guess_encoder (const PhenoTensors *tensors);

/* Adds all parameters, trained and running ones, under torchvision's names. What else
 * @tensors holds stays: weights that were loaded come out with their classifier and
 * counters. */
gboolean pheno_model_add_weights (const pk_graph *graph, pk_parameters *parameters,
                                  PhenoTensors *tensors, GError **error);

/**
 * pheno_model_save_onnx:
 * @output: which of the graph's, PHENO_OUTPUT_FEATURES for example; what leads to it is
 *   written, under the graph's own names of input and output
 * @metadata: (nullable): text by key, kept in the file
 *
 * The network as ONNX (operator set 17), which other programs run. Norms use their
 * running moments; the batch may be of any size.
 *
 * Errors: %PHENO_ERROR_SETTING for what ONNX cannot hold; %PHENO_ERROR_FILE
 */
gboolean pheno_model_save_onnx (const pk_graph *graph, pk_parameters *parameters,
                                const char *output, GHashTable *metadata,
                                const char *path, GError **error);

G_END_DECLS
