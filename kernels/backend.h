/* backend.h - what a back-end is: one constant table, and the steps that it runs
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * plan.c turns a graph into steps. A step is one or several nodes that are computed
 * together: a convolution; a batch norm with the addition and the relu behind it. In a
 * plan without training a convolution takes the norm, the addition and the relu along.
 *
 * Each step reads and writes tensors. Where a tensor stands in memory is decided once,
 * for the whole plan, after every step was prepared.
 */
#ifndef PK_BACKEND_H
#define PK_BACKEND_H

#include "kernels/graph.h"

#define PK_BACKEND_VERSION 1
#define PK_MEMORY_ALIGNMENT 64

typedef struct pk_backend pk_backend;
typedef struct pk_step pk_step;

struct pk_device
{
  const pk_backend *backend;
  pk_device_info info;
  int threads;
  void *state; /* of the back-end */
};

/* How a value of four dimensions stands in memory: (N, C / block, H, W, block) samples of
 * one type. A block of 0 is plain (N, C, H, W). Blocks divide C. */
typedef struct
{
  pk_precision type;
  int block;
} pk_format;

typedef struct
{
  pk_shape shape;
  pk_format format;
  size_t bytes;
  int first_use, last_use; /* places in the schedule; -1: not used */
  size_t offset;           /* in the plan's arena */
  char *data;              /* on the device */
} pk_tensor;

typedef enum
{
  PK_STEP_CONV2D,
  PK_STEP_NORM,
  PK_STEP_RELU,
  PK_STEP_ADD,
  PK_STEP_MAX_POOL,
  PK_STEP_GLOBAL_AVERAGE_POOL,
  PK_STEP_LINEAR,
  PK_STEP_L2_NORMALISE,
  PK_STEP_NT_XENT,
  PK_STEP_POINTWISE,
  PK_STEP_SIGMOID,
  PK_STEP_SCALE,
  PK_STEP_RELU6,
  PK_STEP_GELU,
  PK_STEP_LAYER_NORM,
  PK_STEP_ATTENTION,
  PK_STEP_CONCAT,
  PK_STEP_SLICE,
  PK_STEP_MIX,
  PK_STEP_MEAN_TOKENS,
  PK_STEP_TOKENS,
  PK_STEP_PATCHES,
  PK_STEP_CLASS_TOKEN,
  PK_STEP_CONTRASTIVE,
  PK_STEP_VICREG,
  PK_STEP_DEPTHWISE,
  PK_STEP_KINDS
} pk_step_kind;

struct pk_step
{
  pk_step_kind kind;
  pk_device *device;
  pk_parameters *parameters;
  bool training;
  pk_precision precision;

  /* What the node says; of several, the first. */
  pk_node node;
  int kernel, stride, padding;
  bool bias;
  float temperature;
  int parameter;      /* its own first parameter */
  int norm_parameter; /* of a norm taken along by a convolution; -1: none */
  bool relu;          /* ends in a relu */

  /* Forward: output = f (input [, skip [, extra]]). What is extra has no gradient and is
   * there all the time. */
  pk_tensor *input, *skip, *extra, *output;

  /* Backward. The values of input and output again, or NULL where prepare said that
   * backward does not look at them. Gradients of the output come in one or two parts that
   * are to be added; the gradients of input and skip are NULL where nobody wants them. */
  pk_tensor *input_again, *skip_again;
  pk_tensor *gradient[2];
  pk_tensor *input_gradient, *skip_gradient;

  /* Filled in by prepare. */
  size_t saved_bytes;   /* lives from forward to backward */
  size_t scratch_bytes; /* lives during one call */
  void *state;

  /* Set before the step is run. */
  pk_tensor *saved;
  char *scratch;
  float loss_gradient; /* of a loss: by which the gradients of all else are scaled */
  float loss_weight;   /* of a loss: its share in the loss of the plan */
  pk_value value;      /* of the graph that the output is */
};

typedef struct
{
  /* Chooses and builds what running needs, and says how many bytes to save and to
   * scratch. */
  pk_status (*prepare) (pk_step *step);
  pk_status (*forward) (pk_step *step);
  /* Adds to the parameters' gradients, and writes those of input and skip. */
  pk_status (*backward) (pk_step *step);
  /* Optional: writes the output once more from what is saved, for backward. @skip: what
   * step->skip was, which may stand elsewhere now. */
  pk_status (*again) (pk_step *step, const pk_tensor *skip, pk_tensor *output);
  /* Optional: frees state. */
  void (*release) (pk_step *step);
  /* Forward may be called once more, for a plan with checkpointing, and changes nothing
   * but the output and what is saved. */
  bool repeatable;
  /* What backward reads and takes. */
  bool backward_reads_input, backward_reads_skip;
  int gradient_parts; /* 1 or 2 */
  /* How the output stands in memory: as the device has it for such a shape, or plain in
   * float32, or as the input does. */
  enum
  {
    PK_OUTPUT_OF_DEVICE = 0,
    PK_OUTPUT_PLAIN,
    PK_OUTPUT_LIKE_INPUT
  } output;
} pk_operation;

struct pk_backend
{
  int version;      /* PK_BACKEND_VERSION: a module built for another is refused */
  const char *name; /* what users type and logs show */

  int (*count) (void); /* devices on this machine */
  pk_status (*describe) (int index, pk_device_info *info);
  pk_status (*open) (pk_device *device); /* fills in state */
  void (*close) (pk_device *device);

  bool host_memory; /* the device computes where the host's arrays are */

  /* Memory of the device, aligned to PK_MEMORY_ALIGNMENT and 0 at first. */
  void *(*allocate) (pk_device *device, size_t bytes);
  void (*release) (pk_device *device, void *memory, size_t bytes);
  void (*upload) (pk_device *device, void *to, const void *from, size_t bytes);
  void (*download) (pk_device *device, void *to, const void *from, size_t bytes);
  void (*clear) (pk_device *device, void *memory, size_t bytes);

  /* How a value of @shape is kept inside a plan. */
  pk_format (*format) (const pk_device *device, pk_shape shape, pk_precision precision);
  /* Plain float32 on the host from a tensor. */
  pk_status (*unpack) (pk_device *device, const pk_tensor *tensor, float *values);
  /* out = a + b, tensors of one format. */
  pk_status (*sum) (pk_device *device, const pk_tensor *a, const pk_tensor *b,
                    pk_tensor *out);

  /* Over @count gradients: the sum of squares. */
  double (*sum_of_squares) (pk_device *device, const float *values, int64_t count);
  /* One parameter's step. State slots may be NULL where the optimiser has none. */
  void (*update) (pk_device *device, const pk_optimiser *optimiser, float *value,
                  const float *gradient, float *state0, float *state1, int64_t count,
                  bool decay, float learning_rate, float gradient_scale, int64_t step);

  /* A convolution without training takes norm, addition and relu along. */
  bool fuses_inference;

  pk_operation operations[PK_STEP_KINDS];
};

extern const pk_backend pk_reference_backend;
#ifdef PK_HAVE_ONEDNN
extern const pk_backend pk_cpu_backend;
#endif

/* Parameters as steps see them: float32 on the device, plain (O, I, kH, kW). */
float *pk_parameter_value (pk_parameters *parameters, int index);
float *pk_parameter_gradient (pk_parameters *parameters, int index);
/* The same for a step that can write as well as add: @fresh says that nothing stands
 * there yet, and the step must write. Saves one pass to clear and one to add. */
float *pk_parameter_gradient_take (pk_parameters *parameters, int index, bool *fresh);
/* Grows with every change of any value: what was derived from them is then stale. */
uint64_t pk_parameters_version (const pk_parameters *parameters);
void pk_parameters_touch (pk_parameters *parameters);
const pk_graph *pk_parameters_graph (const pk_parameters *parameters);

size_t pk_tensor_bytes (pk_shape shape, pk_format format);

#endif /* PK_BACKEND_H */
