/* loader.c - which images make which step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/loader.h"
#include "kernels/random.h"

#define TAG_REST                                                                         \
  0x72657374u                /* "rest": what order the images of an epoch are chosen in  \
                              */
#define TAG_STEP 0x73746570u /* "step": what order the chosen ones come in */

struct _PhenoLoader
{
  guint n_images, per_step, steps;
  guint64 seed;
  guint32 epoch;
  guint32 *order; /* n_images; the first steps * per_step are used */
  guint8 *chosen; /* n_images: whether the image is already in @next */
  guint32 *next;
};

/* Fisher and Yates, with the upper half of a 64-bit product: every order is equally
 * likely. */
static void
shuffle (guint32 *items, guint length, guint64 seed, guint32 epoch, guint32 tag)
{
  for (guint i = length; i > 1; i--)
    {
      pk_random4 counter = { { i, epoch, 0, tag } };
      pk_random4 random = pk_philox (counter, seed);
      guint64 word = (guint64) random.word[0] << 32 | random.word[1];
      guint j = (guint) (((unsigned __int128) word * i) >> 64);
      guint32 item = items[i - 1];

      items[i - 1] = items[j];
      items[j] = item;
    }
}

/* First those that were left over, then all others in a new order. */
static void
make_order (PhenoLoader *self, const guint32 *left_over, guint n_left_over)
{
  guint used = self->steps * self->per_step;
  guint length = 0;

  memset (self->chosen, 0, self->n_images);
  for (guint i = 0; i < n_left_over; i++)
    {
      self->next[length++] = left_over[i];
      self->chosen[left_over[i]] = 1;
    }
  for (guint i = 0; i < self->n_images; i++)
    if (!self->chosen[i])
      self->next[length++] = i;

  shuffle (self->next + n_left_over, length - n_left_over, self->seed, self->epoch,
           TAG_REST);
  shuffle (self->next, used, self->seed, self->epoch, TAG_STEP);
  memcpy (self->order, self->next, sizeof *self->order * self->n_images);
}

PhenoLoader *
pheno_loader_new (guint n_images, guint per_step, guint64 seed)
{
  PhenoLoader *self;

  g_return_val_if_fail (per_step > 0 && per_step <= n_images, NULL);

  self = g_new0 (PhenoLoader, 1);
  self->n_images = n_images;
  self->per_step = per_step;
  self->steps = n_images / per_step;
  self->seed = seed;
  self->order = g_new (guint32, n_images);
  self->next = g_new (guint32, n_images);
  self->chosen = g_new (guint8, n_images);
  make_order (self, NULL, 0);

  return self;
}

void
pheno_loader_free (PhenoLoader *loader)
{
  if (loader == NULL)
    return;

  g_free (loader->order);
  g_free (loader->next);
  g_free (loader->chosen);
  g_free (loader);
}

guint
pheno_loader_steps (const PhenoLoader *loader)
{
  return loader->steps;
}

void
pheno_loader_begin (PhenoLoader *loader, guint32 epoch)
{
  guint used = loader->steps * loader->per_step;

  if (epoch < loader->epoch)
    {
      loader->epoch = 0;
      make_order (loader, NULL, 0);
    }

  while (loader->epoch < epoch)
    {
      loader->epoch++;
      make_order (loader, loader->order + used, loader->n_images - used);
    }
}

const guint32 *
pheno_loader_step (const PhenoLoader *loader, guint step)
{
  g_return_val_if_fail (step < loader->steps, NULL);

  return loader->order + (gsize) step * loader->per_step;
}
