/* resolve.c - from "auto" to values
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/training/resolve.h"
#include "engine/training/schedule.h"

static void
make_absolute (char **path)
{
  char *absolute = g_canonicalize_filename (*path, NULL);

  g_free (*path);
  *path = absolute;
}

void
pheno_resolve_paths (PhenoRun *run)
{
  for (char **root = run->roots; *root != NULL; root++)
    make_absolute (root);

  if (!g_str_equal (run->metadata, "auto"))
    make_absolute (&run->metadata);
  if (!g_str_equal (run->weights, "random"))
    make_absolute (&run->weights);
  if (!g_strv_contains (pheno_recipe_names (), run->recipe_name))
    make_absolute (&run->recipe_name);
}

static void
take_if_auto (char **value, const char *before)
{
  if (!g_str_equal (*value, "auto"))
    return;

  g_free (*value);
  *value = g_strdup (before);
}

void
pheno_resolve_as_before (PhenoRun *run, const PhenoRun *began)
{
  take_if_auto (&run->modality, began->modality);
  take_if_auto (&run->radiometry, began->radiometry);
  take_if_auto (&run->levels, began->levels);
  take_if_auto (&run->mask, began->mask);
  if (g_str_has_prefix (run->bands, "pca:"))
    {
      g_free (run->bands);
      run->bands = g_strdup (began->bands);
    }
}

pk_device *
pheno_resolve_device (PhenoRun *run, GError **error)
{
  const pk_device_info *info;
  pk_device *device;

  if (!pheno_kernel_check (pk_device_open (run->device, run->threads, &device), error))
    return NULL;

  info = pk_device_get_info (device);
  if (g_str_equal (run->precision, "bfloat16") && !info->bfloat16)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("“training.precision” is “bfloat16”, which the device “%s” cannot compute "
             "in. Use precision=auto or precision=float32."),
          info->name);
      pk_device_close (device);
      return NULL;
    }

  g_free (run->device);
  run->device = g_strdup (info->name);
  if (run->threads == 0)
    run->threads = info->threads;
  if (g_str_equal (run->precision, "auto"))
    {
      g_free (run->precision);
      run->precision = g_strdup (info->bfloat16_is_faster ? "bfloat16" : "float32");
    }

  return device;
}

static void
fit_batch (PhenoRun *run, guint n, PhenoSayFunc say, gpointer user_data)
{
  if ((guint) run->batch > n)
    {
      g_autofree char *sentence = g_strdup_printf (
          ngettext (
              "The collection has %u image, fewer than the batch of %d: the batch is "
              "reduced to it.",
              "The collection has %u images, fewer than the batch of %d: the batch is "
              "reduced to them.",
              n),
          n, run->batch);

      say (sentence, user_data);
      run->batch = (int) n;
    }

  if ((guint64) run->batch * (guint64) run->accumulate > n)
    {
      int fitting = (int) (n / (guint) run->batch);
      g_autofree char *sentence = g_strdup_printf (
          _ ("The collection has too few images for %d batches of %d a step: "
             "accumulate is reduced to %d."),
          run->accumulate, run->batch, fitting);

      say (sentence, user_data);
      run->accumulate = fitting;
    }
}

void
pheno_resolve_sizes (PhenoRun *run, guint n, PhenoSayFunc say, gpointer user_data)
{
  if (n < 50)
    {
      g_autofree char *sentence = g_strdup_printf (
          ngettext (
              "The collection has %u image. Training goes on, but so few say little; a "
              "hundred or more are better.",
              "The collection has %u images. Training goes on, but so few say little; a "
              "hundred or more are better.",
              n),
          n);

      say (sentence, user_data);
    }

  fit_batch (run, n, say, user_data);
  run->warm_up = MIN (run->warm_up, run->epochs / 2);
  if (run->learning_rate <= 0)
    run->learning_rate
        = pheno_schedule_auto (run->optimiser, (guint) (run->batch * run->accumulate));
}
