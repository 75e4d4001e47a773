/* likeness.c - which parts of two images make them alike
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * With a_p what the encoder has at place p of the first image, b_q at place q of the
 * second, P places and m the mean over places of the collection, the means are
 *
 *     a = 1/P sum a_p - m,    b = 1/P sum b_q - m
 *
 * and their cosine is the sum over p of (a_p - m) b / (P |a| |b|): what place p adds to
 * it. Without m all images are alike everywhere, as no feature is ever below 0.
 */
#include <string.h>

#include "engine/embedding/extractor.h"

static void
likeness_free (gpointer data)
{
  PhenoLikeness *likeness = data;

  g_free (likeness->first);
  g_free (likeness->second);
  g_free (likeness);
}

/* Appends the maps of the files to @maps. With @strict a file that cannot be read is an
 * error; otherwise it is left out. */
static gboolean
see (PhenoExtractor *extractor, const char *const *paths, int threads, gboolean strict,
     GArray *maps, GCancellable *cancellable, GError **error)
{
  guint n_paths = g_strv_length ((char **) paths);
  gboolean done = TRUE;

  for (guint from = 0; from < n_paths && done; from += extractor->batch)
    {
      guint n = MIN (extractor->batch, n_paths - from), there = 0, before = maps->len;
      g_autofree PhenoImage **images = g_new0 (PhenoImage *, n);
      g_autofree GError **errors = g_new0 (GError *, n);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      pheno_decode (paths + from, n, extractor, threads, images, errors);
      for (guint i = 0; i < n; i++)
        if (images[i] != NULL)
          images[there++] = images[i];
        else if (strict && done)
          {
            g_propagate_error (error, errors[i]);
            done = FALSE;
          }
        else
          g_error_free (errors[i]);
      if (done && there > 0)
        {
          g_array_set_size (maps, before + (guint) (there * extractor->columns));
          done = extractor->extract (extractor, (const PhenoImage *const *) images, there,
                                     &g_array_index (maps, float, before), error);
        }
      for (guint i = 0; i < there; i++)
        pheno_image_free (images[i]);
    }
  return done;
}

/* Mean over places, and images where there are several, of each channel. */
static void
mean_of (const float *maps, gsize n, gsize channels, gsize places, double *mean)
{
  memset (mean, 0, channels * sizeof *mean);
  for (gsize i = 0; i < n; i++)
    for (gsize c = 0; c < channels; c++)
      for (gsize p = 0; p < places; p++)
        mean[c] += maps[(i * channels + c) * places + p];
  for (gsize c = 0; c < channels; c++)
    mean[c] /= (double) (n * places);
}

static double
dot (const double *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* What each place of @map adds; @other is divided by everything else already. */
static float *
parts_of (const float *map, const double *centre, const double *other, gsize channels,
          gsize places)
{
  g_autofree double *sum = g_new0 (double, places);
  float *parts = g_new (float, places);

  for (gsize c = 0; c < channels; c++)
    for (gsize p = 0; p < places; p++)
      sum[p] += (map[c * places + p] - centre[c]) * other[c];
  for (gsize p = 0; p < places; p++)
    parts[p] = (float) sum[p];
  return parts;
}

static PhenoLikeness *
compare (const float *first, const float *second, const double *centre,
         const PhenoExtractor *extractor)
{
  gsize places = (gsize) extractor->map_rows * extractor->map_columns;
  gsize channels = extractor->columns / places;
  g_autofree double *a = g_new (double, channels), *b = g_new (double, channels);
  PhenoLikeness *likeness = g_new0 (PhenoLikeness, 1);
  double lengths;

  mean_of (first, 1, channels, places, a);
  mean_of (second, 1, channels, places, b);
  for (gsize c = 0; c < channels; c++)
    {
      a[c] -= centre[c];
      b[c] -= centre[c];
    }
  lengths = sqrt (dot (a, a, channels) * dot (b, b, channels));
  likeness->rows = extractor->map_rows;
  likeness->columns = extractor->map_columns;
  likeness->cosine = lengths > 0 ? dot (a, b, channels) / lengths : 0;
  for (gsize c = 0; c < channels; c++)
    {
      a[c] = lengths > 0 ? a[c] / (lengths * (double) places) : 0;
      b[c] = lengths > 0 ? b[c] / (lengths * (double) places) : 0;
    }
  likeness->first = parts_of (first, centre, b, channels, places);
  likeness->second = parts_of (second, centre, a, channels, places);
  return likeness;
}

static PhenoExtractor *
open_encoder (const PhenoEmbedOptions *options, const char *query, GError **error)
{
  PhenoEmbedOptions whole = *options;
  g_autoptr (PhenoEmbedSource) source = NULL;
  g_autoptr (GHashTable) provenance
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  whole.pool_rows = whole.pool_columns = PHENO_POOL_NONE;
  if ((source = pheno_embed_source_new (&whole, error)) == NULL)
    return NULL;
  if (source->baseline != NULL && strcmp (source->baseline, "untrained") != 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” has no places that could be compared. Give the folder of a "
                      "run, or a file of weights."),
                   options->source);
      return NULL;
    }
  return pheno_embed_source_look (source, query, error)
             ? pheno_extractor_new_encoder (source, &whole, provenance, error)
             : NULL;
}

GPtrArray *
pheno_likeness (const PhenoEmbedOptions *options, const char *query,
                const char *const *others, const char *const *sample,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoExtractor) extractor = open_encoder (options, query, error);
  const char *const first[] = { query, NULL };
  g_autoptr (GArray) maps = g_array_new (FALSE, FALSE, sizeof (float)),
                     samples = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (likeness_free);
  g_autofree double *centre = NULL;
  gsize columns, places;

  if (extractor == NULL
      || !see (extractor, first, options->threads, TRUE, maps, cancellable, error)
      || !see (extractor, others, options->threads, TRUE, maps, cancellable, error)
      || !see (extractor, sample, options->threads, FALSE, samples, cancellable, error))
    return NULL;

  columns = extractor->columns;
  places = (gsize) extractor->map_rows * extractor->map_columns;
  centre = g_new0 (double, columns / places);
  if (samples->len > 0)
    mean_of ((const float *) samples->data, samples->len / columns, columns / places,
             places, centre);
  for (gsize i = 1; i < maps->len / columns; i++)
    g_ptr_array_add (found, compare ((const float *) maps->data,
                                     (const float *) maps->data + i * columns, centre,
                                     extractor));
  return g_steal_pointer (&found);
}
