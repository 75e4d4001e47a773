/* pk.h - the whole public interface of the kernels, read from top to bottom
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The kernels know arrays and nothing else: no GLib, no files, no words for
 * people. The road through this header is the road through a training run:
 *
 *     device      where to compute            pk_device_open
 *     graph       the model as data           pk_graph_conv2d, ...
 *     parameters  its weights on a device     pk_parameters_new
 *     plan        graph + device + batch      pk_plan_new, forward, backward, update
 *     random      counter-based numbers       random.h
 *     pixels      what augmentation does      pixels.h
 *
 * Public arrays are float32 in host memory. Shapes are written (N, C, H, W) and
 * stand in memory with the last dimension fastest. A function that can fail
 * returns a pk_status; pk_message then says in words what went wrong on this
 * thread. Objects are used by one thread at a time, different objects by
 * different threads at will.
 */
#ifndef PK_H
#define PK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/pixels.h"
#include "kernels/random.h"

#ifdef __cplusplus
extern "C"
{
#endif

  /* ---- Status ---- */

  typedef enum
  {
    PK_OK = 0,
    PK_BAD_ARGUMENT,  /* a value that the function's description does not allow */
    PK_OUT_OF_MEMORY, /* nothing was changed */
    PK_UNSUPPORTED,   /* the back-end has no such operation, shape or precision */
    PK_NO_DEVICE,     /* no device of that name on this machine */
    PK_FAILED         /* the back-end's library failed; pk_message has its words */
  } pk_status;

  /* What went wrong in the latest call on this thread that did not return PK_OK, in
   * English and without a full stop. Owned by the library, valid until the next call. */
  const char *pk_message (void);

  /* ---- Devices ---- */

  typedef enum
  {
    PK_FLOAT32 = 0,
    PK_BFLOAT16 /* activations in bfloat16, sums and master weights in float32 */
  } pk_precision;

  typedef struct pk_device pk_device;

  typedef struct
  {
    char name[32];           /* what the user types: "cpu", "reference", "cuda:0" */
    char description[160];   /* the processor's or card's own name */
    char instructions[64];   /* instruction set in use, "avx512_core_bf16" for example */
    char library[64];        /* what computes, "oneDNN 2.6.3" for example */
    int threads;             /* threads used when opened with 0 */
    uint64_t memory;         /* bytes of memory of the device */
    bool bfloat16;           /* the device can compute in bfloat16 */
    bool bfloat16_is_faster; /* and gains by it: what precision=auto takes */
  } pk_device_info;

  /* How many devices this machine has; the best one is number 0. */
  int pk_device_count (void);

  /* Describes device @index, from 0 to pk_device_count () - 1. */
  pk_status pk_device_describe (int index, pk_device_info *info);

  /* Opens the device @name: "auto" (the best one), or a name of pk_device_describe.
   * @threads: number of threads, 0 for one per core. Free with pk_device_close, after
   * everything that was made on it. */
  pk_status pk_device_open (const char *name, int threads, pk_device **device);
  void pk_device_close (pk_device *device);
  const pk_device_info *pk_device_get_info (const pk_device *device);

  /* ---- Graph: the model as data ---- */

  typedef struct pk_graph pk_graph;
  typedef int pk_value; /* number of a value in the graph; negative after an error */

  typedef struct
  {
    int rank;
    int64_t size[4];
  } pk_shape;

  int64_t pk_shape_count (pk_shape shape); /* number of elements */

  typedef enum
  {
    PK_ROLE_WEIGHT = 0,   /* of a convolution (O, I, kH, kW) or linear layer (O, I) */
    PK_ROLE_BIAS,         /* (O): no weight decay */
    PK_ROLE_NORM_SCALE,   /* batch norm's weight (C): no weight decay */
    PK_ROLE_NORM_SHIFT,   /* batch norm's bias (C): no weight decay */
    PK_ROLE_RUNNING_MEAN, /* (C): not trained */
    PK_ROLE_RUNNING_VARIANCE,
    PK_ROLE_EMBEDDING,  /* class token and positions of a transformer: no weight decay */
    PK_ROLE_TEMPERATURE /* (1): log (1 / temperature): no weight decay */
  } pk_role;

  typedef struct
  {
    const char *name; /* as torchvision names it: "layer1.0.conv1.weight" */
    pk_role role;
    pk_shape shape;
    bool trained;
  } pk_parameter_info;

  pk_graph *pk_graph_new (void); /* NULL when there is no memory */
  void pk_graph_free (pk_graph *graph);

  /* Each adds one node and returns its value, or a negative number with pk_message when
   * a shape does not fit; a negative value given as input is handed on, so a builder may
   * check once, at the end. Names are copied and must be unique in the graph. The first
   * dimension of each value is the batch, which is chosen with the plan. */

  /* Pixels from outside, (N, C, H, W). */
  pk_value pk_graph_input (pk_graph *graph, const char *name, int channels, int height,
                           int width);

/* Padding so that a convolution's output has ceil (size / stride) pixels, what is odd
 * behind and below, as TensorFlow's "SAME". */
#define PK_PADDING_SAME (-1)

  /* 2-D convolution without bias, square kernel; parameter @name.weight (O, I, k, k). */
  pk_value pk_graph_conv2d (pk_graph *graph, pk_value input, const char *name,
                            int out_channels, int kernel, int stride, int padding);

  /* The same for each channel by itself; parameter @name.weight (C, 1, k, k). */
  pk_value pk_graph_depthwise (pk_graph *graph, pk_value input, const char *name,
                               int kernel, int stride, int padding);

  /* Batch normalisation over (N, H, W) with eps 1e-5 and momentum 0.1; parameters
   * @name.weight, .bias, .running_mean, .running_var. In a training plan the batch's own
   * moments are used and the running ones follow (the variance unbiased, as PyTorch
   * keeps it); otherwise the running ones are used. Ioffe and Szegedy 2015. */
  pk_value pk_graph_batch_norm (pk_graph *graph, pk_value input, const char *name);

  /* 1 x 1 convolution with a bias: a linear layer over the bands of each pixel.
   * Parameters
   * @name.weight (O, I, 1, 1), .bias (O). What it gives is kept plain, in float32: it is
   * for few or odd numbers of channels, such as the bands of a picture. */
  pk_value pk_graph_pointwise (pk_graph *graph, pk_value input, const char *name,
                               int out_channels);

  pk_value pk_graph_relu (pk_graph *graph, pk_value input);
  pk_value pk_graph_sigmoid (pk_graph *graph, pk_value input);

  /* Every channel of (N, C, H, W) times its factor of (N, C). */
  pk_value pk_graph_scale (pk_graph *graph, pk_value input, pk_value factors);

  /* Sum of two values of one shape. */
  pk_value pk_graph_add (pk_graph *graph, pk_value a, pk_value b);

  /* Maximum over square windows; padding never wins. */
  pk_value pk_graph_max_pool (pk_graph *graph, pk_value input, int kernel, int stride,
                              int padding);

  /* (N, C, H, W) to (N, C). */
  pk_value pk_graph_global_average_pool (pk_graph *graph, pk_value input);

  /* y = x W^T + b on (N, I) or on each token of (N, T, I); parameters @name.weight (O, I)
   * and, with @bias, @name.bias (O); without the dot where @name ends in "_". */
  pk_value pk_graph_linear (pk_graph *graph, pk_value input, const char *name,
                            int out_features, bool bias);

  /* Rows of (N, D), or tokens of (N, T, D), divided by their length, at least 1e-12. */
  pk_value pk_graph_l2_normalise (pk_graph *graph, pk_value input);

  /* NT-Xent of rows of length 1, (2N, D), where rows i and i + N are the two views of
   * image i: the mean cross-entropy of finding the other view among all other rows. To
   * (1). Chen et al. 2020, arXiv:2002.05709, equation 1. */
  pk_value pk_graph_nt_xent (pk_graph *graph, pk_value input, float temperature);

  /* min (max (x, 0), 6). Krizhevsky 2010. */
  pk_value pk_graph_relu6 (pk_graph *graph, pk_value input);

  /* x Phi (x), Phi the normal distribution, by the error function. Hendrycks and Gimpel
   * 2016, arXiv:1606.08415. */
  pk_value pk_graph_gelu (pk_graph *graph, pk_value input);

  /* Rows of (N, D), or tokens of (N, T, D), to mean 0 and variance 1, then times a scale
   * and plus a shift; parameters @name.weight, .bias (D). Ba et al. 2016,
   * arXiv:1607.06450. */
  pk_value pk_graph_layer_norm (pk_graph *graph, pk_value input, const char *name,
                                float epsilon);

  /* softmax (Q K^T / sqrt (d)) V for each of @heads of width d = D / heads. @queries: (N,
   * T, D) with @keys (N, S, 2 D), keys and then values; or, with @keys -1, (N, T, 3 D):
   * queries, keys, values. To (N, T, D). Vaswani et al. 2017, arXiv:1706.03762. */
  pk_value pk_graph_attention (pk_graph *graph, pk_value queries, pk_value keys,
                               int heads);

  /* @a, then @b, along the second dimension. */
  pk_value pk_graph_concat (pk_graph *graph, pk_value a, pk_value b);

  /* @count from @from along the second dimension; one token of (N, T, D) as (N, D). */
  pk_value pk_graph_slice (pk_graph *graph, pk_value input, int from, int count);
  pk_value pk_graph_token (pk_graph *graph, pk_value input, int index);

  /* weight_a a + weight_b b, values or losses. */
  pk_value pk_graph_mix (pk_graph *graph, pk_value a, float weight_a, pk_value b,
                         float weight_b);

  /* Mean over the tokens from number @from: (N, T, D) to (N, D). */
  pk_value pk_graph_mean_tokens (pk_graph *graph, pk_value input, int from);

  /* The places of a map as tokens: (N, C, H, W) to (N, H W, C). */
  pk_value pk_graph_tokens (pk_graph *graph, pk_value input);

  /* Square patches side by side, each made @width numbers by a linear layer: (N, C, H, W)
   * to (N, T, width). Parameters @name.weight (O, C, patch, patch), .bias (O).
   * Dosovitskiy et al. 2021, arXiv:2010.11929. */
  pk_value pk_graph_patches (pk_graph *graph, pk_value input, const char *name, int width,
                             int patch);

  /* A learned token before all others, unless @token_name is NULL, and a learned position
   * added to each: (N, T, D) to (N, T + 1, D). Parameters of these names, (1, 1, D) and
   * (1, T + 1, D). */
  pk_value pk_graph_class_token (pk_graph *graph, pk_value input, const char *token_name,
                                 const char *position_name);

  /* Says that @value stays in memory when a plan with checkpoint computes others again.
   */
  void pk_graph_keep (pk_graph *graph, pk_value value);

  /* ---- Losses ---- */

  /* Numbers from outside for each row of the batch, (N, columns); and rows that do not
   * depend on the batch, (rows, columns). Filled by pk_plan_input. */
  pk_value pk_graph_rows (pk_graph *graph, const char *name, int columns);
  pk_value pk_graph_memory (pk_graph *graph, const char *name, int rows, int columns);

  typedef struct
  {
    float temperature;
    const char *learned; /* name of a parameter that takes the place of the temperature:
                          * log (1 / t), at most log 100, as CLIP has it; NULL: none */
    bool decoupled;      /* the positive is not in the denominator: Yeh et al. 2022,
                          * arXiv:2110.06848 */
    bool has_labels, has_keys, has_memory;
    pk_value labels; /* (2N, 1): rows of one label, from 0, are positives of each other;
                      * -1: unknown. Khosla et al. 2020, arXiv:2004.11362, L_out */
    pk_value keys;   /* (2N, D) of a second encoder: what rows are compared with. He et
                      * al. 2020, arXiv:1911.05722 */
    pk_value memory; /* (K, D): more negatives; rows of zeros are passed over */
  } pk_contrast;

  /* Rows of length 1, (2N, D), i and i + N of one image; or tokens (2N, T, D), each place
   * by itself. Of each row i: the mean over its positives p of -s(i, p) / t, plus the log
   * of the sum of exp (s(i, a) / t) over all others a, keys and memory included. The mean
   * over rows and places, to (1). Neither keys nor memory get a gradient. */
  pk_value pk_graph_contrastive (pk_graph *graph, pk_value input,
                                 const pk_contrast *contrast);

  /* (2N, D), of any length: mean square difference of the views, hinge on each column's
   * deviation (1, variance + 1e-4) and square covariances over D, the latter two for each
   * view, the hinge halved. Bardes et al. 2022, arXiv:2105.04906. */
  pk_value pk_graph_vicreg (pk_graph *graph, pk_value input, float invariance,
                            float variance, float covariance);

  /* Names a value that a plan may compute and pk_plan_read may read. */
  pk_status pk_graph_output (pk_graph *graph, pk_value value, const char *name);

  pk_value pk_graph_find_output (const pk_graph *graph,
                                 const char *name); /* -1: absent */

  /* Shape of a value, or of an output by name, for a batch of @batch; rank 0 when there
   * is none. */
  pk_shape pk_graph_shape (const pk_graph *graph, pk_value value, int batch);
  pk_shape pk_graph_output_shape (const pk_graph *graph, const char *name, int batch);

  /* Parameters in the order in which their nodes were added. */
  int pk_graph_parameter_count (const pk_graph *graph);
  const pk_parameter_info *pk_graph_parameter (const pk_graph *graph, int index);
  int pk_graph_find_parameter (const pk_graph *graph,
                               const char *name); /* -1 when absent */

  /* What a node does, for whoever writes a graph down in another form. */
  typedef struct
  {
    const char *operation; /* name of the function that added it: "conv2d", "relu" ... */
    pk_value input[3];     /* -1: none */
    int parameter;         /* index of its first one; those of a node follow each other */
    int kernel, stride, padding, groups, heads;
    int from;         /* first element of a slice, first token of a mean */
    bool bias;        /* of a linear layer */
    bool class_token; /* class_token adds one, and not positions alone */
    float epsilon;    /* of a norm */
    float weight[3];  /* of a mix */
    pk_shape shape;   /* of its value, for a batch of one */
    const char *name; /* of an input, or NULL */
  } pk_node_info;

  int pk_graph_node_count (const pk_graph *graph); /* values are 0 to count - 1 */
  pk_status pk_graph_describe (const pk_graph *graph, pk_value value, pk_node_info *info);
  pk_value pk_graph_output_value (const pk_graph *graph, const char *name); /* -1: none */

  /* Multiplications and additions, each counted as one, that a forward pass of one image
   * takes in convolutions and linear layers up to output @name (NULL: all of the graph).
   */
  double pk_graph_operations (const pk_graph *graph, const char *name);

  /* ---- Parameters: weights, gradients and optimiser state on a device ---- */

  typedef struct pk_parameters pk_parameters;

  /* Room for the parameters of @graph: weights 0, norm scales and running variances 1.
   * @graph must outlive it. Several plans may share it: what one updates, all use. */
  pk_status pk_parameters_new (pk_device *device, const pk_graph *graph,
                               pk_parameters **parameters);
  void pk_parameters_free (pk_parameters *parameters);

  /* Copies parameter @index out of or into the device, pk_shape_count float32. */
  pk_status pk_parameters_read (pk_parameters *parameters, int index, float *values);
  pk_status pk_parameters_write (pk_parameters *parameters, int index,
                                 const float *values);
  pk_status pk_parameters_read_gradient (pk_parameters *parameters, int index,
                                         float *values);

  /* Optimiser state of parameter @index, for checkpoints. Slot 0 is the momentum (SGD,
   * LARS) or first moment (AdamW), slot 1 the second moment (AdamW). Only trained
   * parameters have it. */
  pk_status pk_parameters_read_state (pk_parameters *parameters, int slot, int index,
                                      float *values);
  pk_status pk_parameters_write_state (pk_parameters *parameters, int slot, int index,
                                       const float *values);

  /* Sets all gradients to 0. */
  pk_status pk_parameters_clear_gradients (pk_parameters *parameters);

  /* Length of all gradients taken as one vector; NAN or infinite when one of them is. */
  pk_status pk_parameters_gradient_norm (pk_parameters *parameters, double *norm);

  typedef enum
  {
    PK_SGD
    = 0,     /* momentum as PyTorch: v = m v + g; w -= lr v. Weight decay is added to g */
    PK_LARS, /* You et al. 2017, arXiv:1708.03888; no adaptation where there is no decay
              */
    PK_ADAMW /* Loshchilov and Hutter 2019, arXiv:1711.05101; as torch.optim.AdamW */
  } pk_optimiser_kind;

  typedef struct
  {
    pk_optimiser_kind kind;
    float momentum;     /* SGD, LARS: 0.9 */
    float beta1, beta2; /* AdamW: 0.9, 0.999 */
    float epsilon;      /* AdamW: 1e-8 */
    float weight_decay; /* not for biases and norms */
    float trust;        /* LARS: trust coefficient, 0.001 */
  } pk_optimiser;

  /* By what the learning rate of parameter @index is multiplied, 1 at first; 0 leaves it as
   * it is, and its gradient out of the norm. */
  pk_status pk_parameters_set_rate (pk_parameters *parameters, int index, float rate);

  int pk_optimiser_slots (pk_optimiser_kind kind); /* how many state slots it uses */

  /* One step: weights move against gradients times @gradient_scale (1, or less to clip).
   * @step counts from 1 (AdamW's bias correction). Gradients are left as they are. */
  pk_status pk_parameters_update (pk_parameters *parameters,
                                  const pk_optimiser *optimiser, float learning_rate,
                                  float gradient_scale, int64_t step);

  /* ---- Plan: a graph compiled for one device, batch and precision ---- */

  typedef struct pk_plan pk_plan;

  typedef struct
  {
    int batch;       /* rows; of a SimCLR step both views: 2N */
    bool training;   /* batch moments in norms, and a backward pass */
    bool checkpoint; /* of training: keeps what pk_graph_keep names and computes the rest
                      * again before it is needed. Chen et al. 2016, arXiv:1604.06174 */
    pk_precision precision;
    const char *const *outputs; /* NULL-ended: what to compute; a training plan needs the
                                 * loss, a value of one element, as the first */
  } pk_plan_options;

  /* Prepares everything: fused nodes, memory, schedule. What follows allocates nothing.
   * Frees itself with pk_plan_free, before @parameters. */
  pk_status pk_plan_new (pk_device *device, const pk_graph *graph,
                         pk_parameters *parameters, const pk_plan_options *options,
                         pk_plan **plan);
  void pk_plan_free (pk_plan *plan);

  /* Where to put the pixels of input @name before a forward pass: host memory of the
   * plan, (N, C, H, W) float32; NULL when there is no such input. The plan never changes
   * it. */
  float *pk_plan_input (pk_plan *plan, const char *name);

  /* The temperature of all losses from the next pass on, but of learned ones. */
  void pk_plan_set_temperature (pk_plan *plan, float temperature);

  pk_status pk_plan_forward (pk_plan *plan);

  /* Adds @scale times the gradients of the loss to the gradients of the parameters. With
   * gradient accumulation over k batches @scale is 1 / k. Once after each forward pass:
   * it uses up what the forward pass kept, but for the outputs. */
  pk_status pk_plan_backward (pk_plan *plan, float scale);

  /* Copies an output of the plan, pk_graph_output_shape, to @values as float32. */
  pk_status pk_plan_read (pk_plan *plan, const char *output, float *values);

  /* Bytes of tensors that one forward and, of a training plan, one backward pass read and
   * write, each tensor counted once for each step that touches it: what memory has to
   * carry at the least when no cache helps. Weights are not counted. */
  double pk_plan_traffic (const pk_plan *plan);

  /* Bytes that the plan holds, activations and working memory, without parameters. */
  size_t pk_plan_memory (const pk_plan *plan);

#ifdef __cplusplus
}
#endif

#endif /* PK_H */
