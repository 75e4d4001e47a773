/* onednn.c - all that the CPU back-end asks of oneDNN (version 2)
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Activations keep the format that the plan gave them, so that the passes can read them.
 * Weights are left to oneDNN (Winograd keeps them transformed), and so is the input of
 * the first layer, whose three bands fit no block: both are packed into scratch memory.
 */
#include "kernels/cpu/onednn.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/status.h"

struct pk_onednn
{
  dnnl_engine_t engine;
  dnnl_stream_t stream;
};

struct pk_convolution
{
  pk_onednn *onednn;
  pk_convolution_kind kind;
  dnnl_primitive_t primitive;
  dnnl_memory_t input, weights, output, bias, work; /* handles are set for each run */
  dnnl_memory_t given_input, given_output, plain_weights; /* or NULL */
  dnnl_primitive_t pack_input, pack_weights, unpack_input;
  dnnl_primitive_t pack_output, unpack_output;  /* where the formats differ */
  dnnl_primitive_t unpack_weights, add_weights; /* of the weight gradient */
  size_t input_bytes, output_bytes, weight_bytes, work_bytes;
  bool slow; /* oneDNN's plain reference */
};

#define ALIGNED(bytes) (((bytes) + 63) / 64 * 64)

static pk_status
failed (dnnl_status_t status, const char *what)
{
  if (status == dnnl_unimplemented)
    return pk_fail (PK_UNSUPPORTED, "oneDNN has no %s of this shape for this processor",
                    what);
  if (status == dnnl_out_of_memory)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a %s", what);
  return pk_fail (PK_FAILED, "oneDNN failed at a %s (status %d)", what, (int) status);
}

#define TRY(call, what)                                                                  \
  do                                                                                     \
    {                                                                                    \
      dnnl_status_t try_status = (call);                                                 \
                                                                                         \
      if (try_status != dnnl_success)                                                    \
        return failed (try_status, what);                                                \
    }                                                                                    \
  while (0)

pk_status
pk_onednn_open (pk_onednn **onednn)
{
  pk_onednn *self = calloc (1, sizeof *self);

  if (self == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory to open oneDNN");
  if (dnnl_engine_create (&self->engine, dnnl_cpu, 0) != dnnl_success
      || dnnl_stream_create (&self->stream, self->engine, dnnl_stream_default_flags)
             != dnnl_success)
    {
      pk_onednn_close (self);
      return pk_fail (PK_FAILED, "oneDNN does not start on this processor");
    }

  *onednn = self;
  return PK_OK;
}

void
pk_onednn_close (pk_onednn *onednn)
{
  if (onednn == NULL)
    return;

  if (onednn->stream != NULL)
    dnnl_stream_destroy (onednn->stream);
  if (onednn->engine != NULL)
    dnnl_engine_destroy (onednn->engine);
  free (onednn);
}

const char *
pk_onednn_version (void)
{
  static char text[64];
  const dnnl_version_t *version = dnnl_version ();

  snprintf (text, sizeof text, "oneDNN %d.%d.%d", version->major, version->minor,
            version->patch);
  return text;
}

static const struct
{
  dnnl_cpu_isa_t isa;
  const char *name;
} instruction_sets[] = {
  { dnnl_cpu_isa_avx512_core_amx, "AVX-512 with bfloat16 and AMX" },
  { dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with bfloat16" },
  { dnnl_cpu_isa_avx512_core_vnni, "AVX-512" },
  { dnnl_cpu_isa_avx512_core, "AVX-512" },
  { dnnl_cpu_isa_avx2, "AVX2" },
  { dnnl_cpu_isa_avx, "AVX" },
  { dnnl_cpu_isa_sse41, "SSE 4.1" },
};

/* Instruction sets are sets of bits: a larger one holds the smaller. */
static bool
has (dnnl_cpu_isa_t wanted)
{
  return ((unsigned) dnnl_get_effective_cpu_isa () & (unsigned) wanted)
         == (unsigned) wanted;
}

const char *
pk_onednn_instructions (void)
{
  for (size_t i = 0; i < sizeof instruction_sets / sizeof *instruction_sets; i++)
    if (has (instruction_sets[i].isa))
      return instruction_sets[i].name;

  return "generic";
}

bool
pk_onednn_has_avx512 (void)
{
  return has (dnnl_cpu_isa_avx512_core);
}

bool
pk_onednn_has_bfloat16 (void)
{
  return has (dnnl_cpu_isa_avx512_core_bf16);
}

bool
pk_onednn_has_amx (void)
{
  return has (dnnl_cpu_isa_avx512_core_amx);
}

/* ---- Convolutions ---- */

static dnnl_data_type_t
type_of (pk_precision precision)
{
  return precision == PK_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
}

static dnnl_format_tag_t
tag_of (const pk_tensor *tensor)
{
  switch (tensor->format.block)
    {
    case 0:
      return dnnl_nchw;
    case 8:
      return dnnl_nChw8c;
    case 16:
      return dnnl_nChw16c;
    default:
      return dnnl_nhwc;
    }
}

static pk_status
describe (const pk_tensor *tensor, dnnl_memory_desc_t *description)
{
  dnnl_dims_t size;

  for (int i = 0; i < 4; i++)
    size[i] = tensor->shape.size[i];
  TRY (dnnl_memory_desc_init_by_tag (description, 4, size, type_of (tensor->format.type),
                                     tag_of (tensor)),
       "tensor");
  return PK_OK;
}

/* The descriptor of the convolution and the hint that gradients need. */
typedef struct
{
  dnnl_memory_desc_t input, weights, bias, output;
  dnnl_dims_t stride, dilation, before, after;
  dnnl_alg_kind_t algorithm;
} conv_description;

static pk_status
describe_convolution (const pk_convolution_options *o, conv_description *d)
{
  const int64_t *in = o->input->shape.size, *out = o->output->shape.size;
  dnnl_dims_t weight = { out[1], in[1], o->kernel, o->kernel };
  dnnl_dims_t alone = { out[1], 1, 1, o->kernel, o->kernel };
  bool grouped = o->groups > 1;
  dnnl_dims_t channels = { out[1] };
  /* Weight gradients are summed in float32 whatever the activations are. */
  dnnl_data_type_t weight_type
      = o->kind == PK_CONVOLUTION_WEIGHT_GRADIENT ? dnnl_f32 : type_of (o->precision);
  pk_status status;

  if ((status = describe (o->input, &d->input)) != PK_OK
      || (status = describe (o->output, &d->output)) != PK_OK)
    return status;
  if (o->input->format.block == 0) /* the first layer's pixels */
    TRY (dnnl_memory_desc_init_by_tag (&d->input, 4, d->input.dims,
                                       type_of (o->precision), dnnl_format_tag_any),
         "tensor");
  if (o->output->format.block == 0)
    TRY (dnnl_memory_desc_init_by_tag (&d->output, 4, d->output.dims,
                                       type_of (o->precision), dnnl_format_tag_any),
         "tensor");
  TRY (dnnl_memory_desc_init_by_tag (&d->weights, grouped ? 5 : 4,
                                     grouped ? alone : weight, weight_type,
                                     dnnl_format_tag_any),
       "tensor");
  TRY (dnnl_memory_desc_init_by_tag (&d->bias, 1, channels, dnnl_f32, dnnl_x), "tensor");

  /* In float32 oneDNN takes Winograd where it is faster. */
  d->algorithm
      = o->precision == PK_FLOAT32 ? dnnl_convolution_auto : dnnl_convolution_direct;
  for (int i = 0; i < 2; i++)
    {
      d->stride[i] = o->stride;
      d->dilation[i] = 0;
      d->before[i] = o->padding;
      d->after[i] = (out[2 + i] - 1) * o->stride + o->kernel - in[2 + i] - o->padding;
    }
  return PK_OK;
}

static dnnl_status_t
forward_description (const conv_description *d, dnnl_prop_kind_t kind, bool bias,
                     dnnl_convolution_desc_t *description)
{
  return dnnl_dilated_convolution_forward_desc_init (
      description, kind, d->algorithm, &d->input, &d->weights, bias ? &d->bias : NULL,
      &d->output, d->stride, d->dilation, d->before, d->after);
}

/* Scratch memory comes from the plan: it is shared by all convolutions. */
static dnnl_status_t
make_attributes (const pk_convolution_options *o, dnnl_primitive_attr_t *attributes)
{
  dnnl_post_ops_t after = NULL;
  dnnl_status_t status;

  if ((status = dnnl_primitive_attr_create (attributes)) != dnnl_success)
    return status;
  status
      = dnnl_primitive_attr_set_scratchpad_mode (*attributes, dnnl_scratchpad_mode_user);
  if (status != dnnl_success || o->kind != PK_CONVOLUTION_INFERENCE)
    return status;

  if ((status = dnnl_post_ops_create (&after)) != dnnl_success)
    return status;
  if (o->sum)
    status = dnnl_post_ops_append_sum (after, 1);
  if (status == dnnl_success && o->relu)
    status = dnnl_post_ops_append_eltwise (after, 1, dnnl_eltwise_relu, 0, 0);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_post_ops (*attributes, after);
  dnnl_post_ops_destroy (after);
  return status;
}

static dnnl_status_t
make_primitive_description (pk_onednn *onednn, const pk_convolution_options *o,
                            const conv_description *d, dnnl_primitive_attr_t attributes,
                            dnnl_primitive_desc_t *result)
{
  dnnl_convolution_desc_t description;
  conv_description forward = *d;
  dnnl_primitive_desc_t hint = NULL;
  dnnl_status_t status;

  if (o->kind == PK_CONVOLUTION_FORWARD || o->kind == PK_CONVOLUTION_INFERENCE)
    {
      bool bias = o->kind == PK_CONVOLUTION_INFERENCE;

      status = forward_description (
          d, bias ? dnnl_forward_inference : dnnl_forward_training, bias, &description);
      return status != dnnl_success
                 ? status
                 : dnnl_primitive_desc_create (result, &description, attributes,
                                               onednn->engine, NULL);
    }

  forward.weights.data_type = type_of (o->precision);
  status = forward_description (&forward, dnnl_forward_training, false, &description);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (&hint, &description, NULL, onednn->engine, NULL);
  if (status == dnnl_success && o->kind == PK_CONVOLUTION_INPUT_GRADIENT)
    status = dnnl_dilated_convolution_backward_data_desc_init (
        &description, d->algorithm, &d->input, &d->weights, &d->output, d->stride,
        d->dilation, d->before, d->after);
  else if (status == dnnl_success)
    status = dnnl_dilated_convolution_backward_weights_desc_init (
        &description, d->algorithm, &d->input, &d->weights, NULL, &d->output, d->stride,
        d->dilation, d->before, d->after);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (result, &description, attributes, onednn->engine,
                                         hint);
  if (hint != NULL)
    dnnl_primitive_desc_destroy (hint);
  return status;
}

static pk_status
make_reorder (pk_onednn *onednn, const dnnl_memory_desc_t *from,
              const dnnl_memory_desc_t *to, bool add, dnnl_primitive_t *reorder)
{
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create (&attributes);

  if (status == dnnl_success && (status = dnnl_post_ops_create (&after)) == dnnl_success
      && add && (status = dnnl_post_ops_append_sum (after, 1)) == dnnl_success)
    status = dnnl_primitive_attr_set_post_ops (attributes, after);
  if (status == dnnl_success)
    status = dnnl_reorder_primitive_desc_create (&description, from, onednn->engine, to,
                                                 onednn->engine, attributes);
  if (status == dnnl_success)
    status = dnnl_primitive_create (reorder, description);

  if (description != NULL)
    dnnl_primitive_desc_destroy (description);
  if (after != NULL)
    dnnl_post_ops_destroy (after);
  if (attributes != NULL)
    dnnl_primitive_attr_destroy (attributes);
  TRY (status, "change of format");
  return PK_OK;
}

static pk_status
make_memory (pk_onednn *onednn, const dnnl_memory_desc_t *description,
             dnnl_memory_t *memory)
{
  TRY (dnnl_memory_create (memory, description, onednn->engine, DNNL_MEMORY_NONE),
       "tensor");
  return PK_OK;
}

/* Changes of format of the output, or of its gradient, which gradients read. */
static pk_status
surround_output (pk_convolution *self, const pk_convolution_options *o,
                 const dnnl_memory_desc_t *output)
{
  bool reads = self->kind == PK_CONVOLUTION_WEIGHT_GRADIENT
               || self->kind == PK_CONVOLUTION_INPUT_GRADIENT;
  dnnl_memory_desc_t given;
  pk_status status;

  if ((status = describe (o->output, &given)) != PK_OK
      || dnnl_memory_desc_equal (&given, output))
    return status;

  self->output_bytes = dnnl_memory_desc_get_size (output);
  if ((status = make_memory (self->onednn, &given, &self->given_output)) != PK_OK)
    return status;
  if (reads || o->sum)
    status = make_reorder (self->onednn, &given, output, false, &self->pack_output);
  if (status == PK_OK && !reads)
    status = make_reorder (self->onednn, output, &given, false, &self->unpack_output);
  return status;
}

/* Memories and the changes of format around the primitive. */
static pk_status
make_surroundings (pk_convolution *self, const pk_convolution_options *o,
                   dnnl_primitive_desc_t description)
{
  bool weight_gradient = self->kind == PK_CONVOLUTION_WEIGHT_GRADIENT;
  bool input_gradient = self->kind == PK_CONVOLUTION_INPUT_GRADIENT;
  bool gradient = weight_gradient || input_gradient;
  const dnnl_memory_desc_t *input = dnnl_primitive_desc_query_md (
      description, input_gradient ? dnnl_query_diff_src_md : dnnl_query_src_md, 0);
  const dnnl_memory_desc_t *weights = dnnl_primitive_desc_query_md (
      description, weight_gradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md,
      0);
  const dnnl_memory_desc_t *output = dnnl_primitive_desc_query_md (
      description, gradient ? dnnl_query_diff_dst_md : dnnl_query_dst_md, 0);
  const dnnl_memory_desc_t *work
      = dnnl_primitive_desc_query_md (description, dnnl_query_scratchpad_md, 0);
  dnnl_memory_desc_t given, plain, bias;
  dnnl_dims_t channels = { o->output->shape.size[1] };
  const char *code;
  pk_status status;

  if ((status = describe (o->input, &given)) != PK_OK)
    return status;
  TRY (dnnl_memory_desc_init_by_tag (&plain, weights->ndims, weights->dims, dnnl_f32,
                                     o->groups > 1 ? dnnl_goihw : dnnl_oihw),
       "tensor");
  TRY (dnnl_memory_desc_init_by_tag (&bias, 1, channels, dnnl_f32, dnnl_x), "tensor");
  TRY (dnnl_primitive_desc_query (description, dnnl_query_impl_info_str, 0, &code),
       "convolution");
  self->slow = strncmp (code, "ref", 3) == 0;
  self->weight_bytes = dnnl_memory_desc_get_size (weights);
  self->work_bytes = dnnl_memory_desc_get_size (work);

  if ((status = make_memory (self->onednn, input, &self->input)) != PK_OK
      || (status = make_memory (self->onednn, weights, &self->weights)) != PK_OK
      || (status = make_memory (self->onednn, output, &self->output)) != PK_OK
      || (status = make_memory (self->onednn, &bias, &self->bias)) != PK_OK
      || (status = make_memory (self->onednn, work, &self->work)) != PK_OK
      || (status = make_memory (self->onednn, &plain, &self->plain_weights)) != PK_OK)
    return status;
  if (weight_gradient)
    {
      status = make_reorder (self->onednn, weights, &plain, false, &self->unpack_weights);
      if (status == PK_OK)
        status = make_reorder (self->onednn, weights, &plain, true, &self->add_weights);
    }
  else
    status = make_reorder (self->onednn, &plain, weights, false, &self->pack_weights);
  if (status == PK_OK)
    status = surround_output (self, o, output);
  if (status != PK_OK || dnnl_memory_desc_equal (&given, input))
    return status;

  self->input_bytes = dnnl_memory_desc_get_size (input);
  if ((status = make_memory (self->onednn, &given, &self->given_input)) != PK_OK)
    return status;
  if (input_gradient) /* an adapter before the first layer learns from its pixels */
    return make_reorder (self->onednn, input, &given, false, &self->unpack_input);
  return make_reorder (self->onednn, &given, input, false, &self->pack_input);
}

pk_status
pk_convolution_new (pk_onednn *onednn, const pk_convolution_options *options,
                    pk_convolution **convolution)
{
  pk_convolution *self = calloc (1, sizeof *self);
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t description = NULL;
  conv_description d;
  dnnl_status_t status;
  pk_status result;

  *convolution = NULL;
  if (self == NULL)
    return pk_fail (PK_OUT_OF_MEMORY, "no memory for a convolution");

  self->onednn = onednn;
  self->kind = options->kind;
  if ((result = describe_convolution (options, &d)) == PK_OK)
    {
      status = make_attributes (options, &attributes);
      if (status == dnnl_success)
        status
            = make_primitive_description (onednn, options, &d, attributes, &description);
      if (status == dnnl_success)
        status = dnnl_primitive_create (&self->primitive, description);
      result = status == dnnl_success ? make_surroundings (self, options, description)
                                      : failed (status, "convolution");
    }
  if (description != NULL)
    dnnl_primitive_desc_destroy (description);
  if (attributes != NULL)
    dnnl_primitive_attr_destroy (attributes);

  if (result != PK_OK)
    pk_convolution_free (self);
  else
    *convolution = self;
  return result;
}

void
pk_convolution_free (pk_convolution *convolution)
{
  if (convolution == NULL)
    return;

  const dnnl_primitive_t primitives[]
      = { convolution->primitive,    convolution->pack_input,
          convolution->pack_weights, convolution->unpack_weights,
          convolution->add_weights,  convolution->unpack_input,
          convolution->pack_output,  convolution->unpack_output };
  const dnnl_memory_t memories[]
      = { convolution->input,         convolution->weights,     convolution->output,
          convolution->bias,          convolution->work,        convolution->given_input,
          convolution->plain_weights, convolution->given_output };

  for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++)
    if (primitives[i] != NULL)
      dnnl_primitive_destroy (primitives[i]);
  for (size_t i = 0; i < sizeof memories / sizeof *memories; i++)
    if (memories[i] != NULL)
      dnnl_memory_destroy (memories[i]);
  free (convolution);
}

bool
pk_convolution_is_slow (const pk_convolution *convolution)
{
  return convolution->slow;
}

size_t
pk_convolution_weight_bytes (const pk_convolution *convolution)
{
  return convolution->weight_bytes;
}

/* The packed input first, then, of the weight gradient, the gradient as oneDNN writes it,
 * then oneDNN's own. */
size_t
pk_convolution_scratch (const pk_convolution *convolution)
{
  size_t weights = convolution->kind == PK_CONVOLUTION_WEIGHT_GRADIENT
                       ? convolution->weight_bytes
                       : 0;

  return ALIGNED (convolution->input_bytes) + ALIGNED (weights)
         + ALIGNED (convolution->work_bytes) + ALIGNED (convolution->output_bytes);
}

static pk_status
reorder (pk_convolution *self, dnnl_primitive_t primitive, dnnl_memory_t from,
         const void *from_data, dnnl_memory_t to, void *to_data)
{
  const dnnl_exec_arg_t arguments[] = { { DNNL_ARG_FROM, from }, { DNNL_ARG_TO, to } };

  TRY (dnnl_memory_set_data_handle (from, (void *) from_data), "change of format");
  TRY (dnnl_memory_set_data_handle (to, to_data), "change of format");
  TRY (dnnl_primitive_execute (primitive, self->onednn->stream, 2, arguments),
       "change of format");
  return PK_OK;
}

pk_status
pk_convolution_pack_weights (pk_convolution *convolution, const float *plain,
                             void *packed)
{
  return reorder (convolution, convolution->pack_weights, convolution->plain_weights,
                  plain, convolution->weights, packed);
}

/* Runs the primitive on what is packed; @input is packed on the way where it must be. */
static pk_status
run_primitive (pk_convolution *self, void *input, void *weights, const float *bias,
               void *output, char *packed_input, char *work)
{
  bool weight_gradient = self->kind == PK_CONVOLUTION_WEIGHT_GRADIENT;
  bool input_gradient = self->kind == PK_CONVOLUTION_INPUT_GRADIENT;
  const dnnl_exec_arg_t arguments[] = {
    { input_gradient ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, self->input },
    { weight_gradient ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, self->weights },
    { weight_gradient || input_gradient ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST,
      self->output },
    { DNNL_ARG_SCRATCHPAD, self->work },
    { DNNL_ARG_BIAS, self->bias },
  };
  int count = self->kind == PK_CONVOLUTION_INFERENCE ? 5 : 4;
  void *packed_output = work + ALIGNED (self->work_bytes);

  if (self->pack_input != NULL)
    {
      pk_status status = reorder (self, self->pack_input, self->given_input, input,
                                  self->input, packed_input);

      if (status != PK_OK)
        return status;
    }
  else
    TRY (dnnl_memory_set_data_handle (self->input,
                                      self->unpack_input != NULL ? packed_input : input),
         "convolution");
  TRY (dnnl_memory_set_data_handle (self->weights, weights), "convolution");
  if (self->pack_output != NULL)
    {
      pk_status status = reorder (self, self->pack_output, self->given_output, output,
                                  self->output, packed_output);

      if (status != PK_OK)
        return status;
    }
  TRY (dnnl_memory_set_data_handle (self->output,
                                    self->output_bytes > 0 ? packed_output : output),
       "convolution");
  TRY (dnnl_memory_set_data_handle (self->work, work), "convolution");
  TRY (dnnl_memory_set_data_handle (self->bias, (void *) bias), "convolution");
  TRY (dnnl_primitive_execute (self->primitive, self->onednn->stream, count, arguments),
       "convolution");
  if (self->unpack_output != NULL)
    return reorder (self, self->unpack_output, self->output, packed_output,
                    self->given_output, output);
  return self->unpack_input == NULL ? PK_OK
                                    : reorder (self, self->unpack_input, self->input,
                                               packed_input, self->given_input, input);
}

pk_status
pk_convolution_run (pk_convolution *self, void *input, void *weights, const float *bias,
                    void *output, void *scratch)
{
  char *packed_input = scratch;

  return run_primitive (self, input, weights, bias, output, packed_input,
                        packed_input + ALIGNED (self->input_bytes));
}

pk_status
pk_convolution_run_weight_gradient (pk_convolution *self, void *input, float *plain,
                                    bool add, void *output, void *scratch)
{
  char *packed_input = scratch, *packed = packed_input + ALIGNED (self->input_bytes);
  pk_status status = run_primitive (self, input, packed, NULL, output, packed_input,
                                    packed + ALIGNED (self->weight_bytes));

  return status != PK_OK ? status
                         : reorder (self, add ? self->add_weights : self->unpack_weights,
                                    self->weights, packed, self->plain_weights, plain);
}

pk_status
pk_onednn_matrix_product (bool transpose_a, bool transpose_b, int64_t m, int64_t n,
                          int64_t k, float alpha, const float *a, int64_t a_stride,
                          const float *b, int64_t b_stride, float beta, float *c,
                          int64_t c_stride)
{
  TRY (dnnl_sgemm (transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, alpha, a,
                   a_stride, b, b_stride, beta, c, c_stride),
       "matrix product");
  return PK_OK;
}
