/* small-weight-gradient.c - the gradient of a convolution's weights on pictures of few
 * pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * On AVX2, oneDNN has fast code for kernels of 3 x 3 only where the picture is at least
 * three pixels wide; below, it takes its plain reference, a second and a half for one
 * layer of ResNet-18. Here each tap of the kernel is one matrix product
 *
 *     d W[tap] (O, I) = g (rows, O)^T x (rows, I)
 *
 * over the pixels of all images whose partner lies inside the picture.
 */
#include "kernels/cpu/small-weight-gradient.h"

#include <string.h>

#include "kernels/cpu/onednn.h"
#include "kernels/cpu/parallel.h"

typedef struct
{
  const float *data;
  int64_t channels, height, width, block;
} picture;

static picture
picture_of (const pk_tensor *tensor)
{
  return (picture){ (const float *) tensor->data, tensor->shape.size[1],
                    tensor->shape.size[2], tensor->shape.size[3], tensor->format.block };
}

/* All channels of one pixel, from their blocks into one row. */
static void
copy_pixel (const picture *p, int64_t image, int64_t y, int64_t x, float *row)
{
  int64_t pixels = p->height * p->width;
  const float *from
      = p->data + (image * p->channels * pixels) + (y * p->width + x) * p->block;

  for (int64_t c = 0; c < p->channels; c += p->block, from += pixels * p->block)
    memcpy (row + c, from, (size_t) p->block * sizeof (float));
}

/* What one run needs; the arrays lie in scratch memory. */
typedef struct
{
  const pk_step *step;
  picture x, g;
  int taps;
  float *rows_x, *rows_g; /* (rows, I), (rows, O) */
  float *products;        /* (taps, O, I) */
  float *gradient;
  bool add;
} gradient_pass;

static gradient_pass
pass_of (const pk_step *step)
{
  gradient_pass pass = { .step = step,
                         .x = picture_of (step->input),
                         .g = picture_of (step->output),
                         .taps = step->kernel * step->kernel };

  return pass;
}

static int64_t
most_rows (const gradient_pass *pass)
{
  return pass->step->output->shape.size[0] * pass->g.height * pass->g.width;
}

size_t
pk_small_weight_gradient_scratch (const pk_step *step)
{
  gradient_pass pass = pass_of (step);

  return (size_t) (most_rows (&pass) * (pass.x.channels + pass.g.channels)
                   + pass.taps * pass.x.channels * pass.g.channels)
         * sizeof (float);
}

/* Fills in the rows of one tap; how many there are. */
static int64_t
gather (gradient_pass *pass, int tap)
{
  const pk_step *step = pass->step;
  int64_t shift_y = tap / step->kernel - step->padding;
  int64_t shift_x = tap % step->kernel - step->padding;
  int64_t rows = 0;

  for (int64_t n = 0; n < step->output->shape.size[0]; n++)
    for (int64_t y = 0; y < pass->g.height; y++)
      for (int64_t x = 0; x < pass->g.width; x++)
        {
          int64_t from_y = y * step->stride + shift_y,
                  from_x = x * step->stride + shift_x;

          if (from_y < 0 || from_y >= pass->x.height || from_x < 0
              || from_x >= pass->x.width)
            continue;
          copy_pixel (&pass->x, n, from_y, from_x,
                      pass->rows_x + rows * pass->x.channels);
          copy_pixel (&pass->g, n, y, x, pass->rows_g + rows * pass->g.channels);
          rows++;
        }

  return rows;
}

/* From the products of all taps to the weights of one output channel. */
static void
scatter_cb (int o, void *user_data)
{
  gradient_pass *pass = user_data;
  int64_t in = pass->x.channels, each = in * pass->g.channels;
  float *to = pass->gradient + (int64_t) o * in * pass->taps;

  for (int64_t i = 0; i < in; i++)
    for (int tap = 0; tap < pass->taps; tap++, to++)
      *to = pass->products[tap * each + o * in + i] + (pass->add ? *to : 0);
}

pk_status
pk_small_weight_gradient (const pk_step *step, float *gradient, bool add)
{
  gradient_pass pass = pass_of (step);
  int64_t in = pass.x.channels, out = pass.g.channels;

  pass.x.data = (const float *) step->input_again->data;
  pass.g.data = (const float *) step->gradient[0]->data;
  pass.gradient = gradient;
  pass.add = add;
  pass.rows_x = (float *) step->scratch;
  pass.rows_g = pass.rows_x + most_rows (&pass) * in;
  pass.products = pass.rows_g + most_rows (&pass) * out;

  for (int tap = 0; tap < pass.taps; tap++)
    {
      float *product = pass.products + tap * out * in;
      int64_t rows = gather (&pass, tap);
      pk_status status = PK_OK;

      if (rows == 0)
        memset (product, 0, (size_t) (out * in) * sizeof (float));
      else
        status = pk_onednn_matrix_product (true, false, out, in, rows, 1, pass.rows_g,
                                           out, pass.rows_x, in, 0, product, in);
      if (status != PK_OK)
        return status;
    }
  pk_parallel (step->device->threads, (int) out, scatter_cb, &pass);

  return PK_OK;
}
