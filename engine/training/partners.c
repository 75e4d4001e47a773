/* partners.c - which images show one specimen
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/partners.h"
#include "kernels/random.h"

#define TAG_PAIR 0x70616972u /* "pair": which two images of a specimen an epoch has */

PhenoPartners *
pheno_partners_new (const int *units, guint n_images)
{
  PhenoPartners *self = g_new0 (PhenoPartners, 1);
  g_autofree guint32 *specimen = g_new (guint32, n_images);
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < n_images; i++)
    {
      gpointer number, unit = GINT_TO_POINTER (units[i]);

      if (units[i] < 0 || !g_hash_table_lookup_extended (numbers, unit, NULL, &number))
        {
          number = GUINT_TO_POINTER (self->n++);
          if (units[i] >= 0)
            g_hash_table_insert (numbers, unit, number);
        }
      specimen[i] = GPOINTER_TO_UINT (number);
    }

  self->first = g_new0 (guint32, self->n + 1);
  self->image = g_new (guint32, n_images);
  for (guint i = 0; i < n_images; i++)
    self->first[specimen[i] + 1]++;
  for (guint i = 0; i < self->n; i++)
    self->first[i + 1] += self->first[i];
  {
    g_autofree guint32 *next = g_memdup2 (self->first, self->n * sizeof *self->first);

    for (guint i = 0; i < n_images; i++)
      self->image[next[specimen[i]]++] = i;
  }
  return self;
}

void
pheno_partners_free (PhenoPartners *partners)
{
  if (partners == NULL)
    return;
  g_free (partners->first);
  g_free (partners->image);
  g_free (partners);
}

void
pheno_partners_pick (const PhenoPartners *partners, guint32 specimen, guint64 seed,
                     guint32 epoch, guint32 picked[2])
{
  const guint32 *image = partners->image + partners->first[specimen];
  guint32 n = partners->first[specimen + 1] - partners->first[specimen];
  pk_random4 counter = { { specimen, epoch, 0, TAG_PAIR } };
  pk_random4 random = pk_philox (counter, seed);
  guint32 one = (guint32) ((guint64) random.word[0] * n >> 32), other = one;

  if (n > 1)
    {
      other = (guint32) ((guint64) random.word[1] * (n - 1) >> 32);
      other += other >= one;
    }
  picked[0] = image[one];
  picked[1] = image[other];
}
