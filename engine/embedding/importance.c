/* importance.c - what each band, or region of wavelengths, of an encoder's input tells
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every image is seen once as it is and, with the bands of a region altered, once flat
 * and a few times with the bands of other images. Images come in a random order, so the
 * batch before is a random sample of the collection from which to take them; of the
 * first batch an image takes them from another of its own.
 *
 *     batch ─► views ─┬─► encoder ─► rows as they are
 *                     ├─► region 1 flat, exchanged ... ─► encoder ─► rows
 *                     └─► region 2 ...
 */
#include <string.h>

#include "engine/collection/collection.h"
#include "engine/embedding/extractor.h"
#include "kernels/random.h"

#define MOST_REGIONS 24

enum
{
  VARIANT_PLAIN = -2,
  VARIANT_FLAT = -1 /* from 0: exchanged, that often */
};

/* The extractor that asks the encoder again and again. */
typedef struct
{
  PhenoExtractor *inner;
  const PhenoImportanceOptions *options;
  GPtrArray *regions; /* PhenoRegionImportance */
  GPtrArray *rows;    /* GArray of float: 1 + @repeats of each region */
  float *views, *before;
  gsize view; /* values of one */
  guint n, n_before;
  double *mean; /* of each band over the first batch; (nullable) until then */
  guint batches;
  /* what alter() is to do */
  int variant;
  const PhenoRegionImportance *region;
} Asker;

static void
region_free (gpointer data)
{
  PhenoRegionImportance *region = data;

  g_free (region->name);
  g_free (region);
}

void
pheno_importance_table_free (PhenoImportanceTable *table)
{
  if (table == NULL)
    return;
  g_clear_pointer (&table->regions, g_ptr_array_unref);
  g_clear_pointer (&table->provenance, g_hash_table_unref);
  g_free (table);
}

static void
asker_free (gpointer data)
{
  Asker *self = data;

  g_clear_pointer (&self->inner, pheno_extractor_free);
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->views);
  g_free (self->before);
  g_free (self->mean);
  g_free (self);
}

/* Region of bands @first to @last. */
static void
add_region (Asker *self, int first, int last)
{
  static const char *const colours[] = { N_ ("red"), N_ ("green"), N_ ("blue") };
  const PhenoExtractor *inner = self->inner;
  PhenoRegionImportance *region = g_new0 (PhenoRegionImportance, 1);

  region->first = first;
  region->count = last - first + 1;
  region->from_nm = region->to_nm = NAN;
  if (inner->wavelengths_nm != NULL)
    {
      region->from_nm = inner->wavelengths_nm[first];
      region->to_nm = inner->wavelengths_nm[last];
    }
  if (inner->band_names != NULL && first == last && *inner->band_names[first] != '\0')
    region->name = pheno_display_name (inner->band_names[first]);
  else if (inner->wavelengths_nm != NULL)
    region->name = first == last ? g_strdup_printf (_ ("%.0f nm"), region->from_nm)
                                 : g_strdup_printf (_ ("%.0f–%.0f nm"), region->from_nm,
                                                    region->to_nm);
  else if (inner->bands == 3)
    region->name = g_strdup (_ (colours[first]));
  else
    region->name = first == last
                       ? g_strdup_printf (_ ("band %d"), first + 1)
                       : g_strdup_printf (_ ("bands %d–%d"), first + 1, last + 1);
  g_ptr_array_add (self->regions, region);
}

/* Bands next to each other, as many as @region_nm holds, or so that there are not too
 * many regions: a network that loses one band of 408 does not notice. */
static void
divide (Asker *self)
{
  const PhenoExtractor *inner = self->inner;
  double width = self->options->region_nm;
  int first = 0;

  for (int band = 1; band <= inner->bands; band++)
    {
      gboolean ends = band == inner->bands;

      if (!ends && width > 0 && inner->wavelengths_nm != NULL)
        ends = fabs (inner->wavelengths_nm[band] - inner->wavelengths_nm[first]) >= width;
      else if (!ends)
        ends = band * MOST_REGIONS / MAX (inner->bands, MOST_REGIONS)
               != (band - 1) * MOST_REGIONS / MAX (inner->bands, MOST_REGIONS);
      if (!ends)
        continue;
      add_region (self, first, band - 1);
      first = band;
    }
}

/* Which of @n images gives image @i its bands, in repeat @repeat. */
static guint
donor (const Asker *self, guint i, guint n)
{
  gboolean is_own = self->n_before == 0;
  pk_random4 counter
      = { { self->batches, (guint32) self->variant, 0, 0x6578636au /* "exch" */ } };
  guint32 word = pk_philox (counter, self->options->seed).word[0];
  guint most = is_own ? MAX (n - 1, 1) : n;
  guint offset = (guint) (((guint64) word * most) >> 32) + is_own;

  return (i + offset) % n;
}

static void
alter_band (const Asker *self, float *views, guint n, int band)
{
  gsize pixels = self->inner->view_pixels;
  const float *from = self->n_before > 0 ? self->before : self->views;
  guint n_from = self->n_before > 0 ? self->n_before : self->n;

  for (guint i = 0; i < n; i++)
    {
      float *to = views + i * self->view + (gsize) band * pixels;

      if (self->variant == VARIANT_FLAT)
        for (gsize p = 0; p < pixels; p++)
          to[p] = (float) self->mean[band];
      else
        memcpy (to, from + donor (self, i, n_from) * self->view + (gsize) band * pixels,
                pixels * sizeof *to);
    }
}

static void
find_means (Asker *self)
{
  gsize pixels = self->inner->view_pixels;

  if (self->mean != NULL)
    return;
  self->mean = g_new0 (double, self->inner->bands);
  for (int band = 0; band < self->inner->bands; band++)
    {
      for (guint i = 0; i < self->n; i++)
        for (gsize p = 0; p < pixels; p++)
          self->mean[band] += self->views[i * self->view + (gsize) band * pixels + p];
      self->mean[band] /= (double) pixels * self->n;
    }
}

/* Called by the encoder when it has made views. */
static gboolean
alter (float *views, guint n, gpointer user_data)
{
  Asker *self = user_data;

  if (self->variant == VARIANT_PLAIN)
    {
      self->n = n;
      memcpy (self->views, views, n * self->view * sizeof *views);
      find_means (self);
      return TRUE;
    }
  for (int band = 0; band < self->region->count; band++)
    alter_band (self, views, n, self->region->first + band);
  return TRUE;
}

static gboolean
ask_region (Asker *self, const PhenoImage *const *images, guint n, guint number,
            GError **error)
{
  gsize columns = self->inner->columns;

  self->region = self->regions->pdata[number];
  for (int variant = VARIANT_FLAT; variant < self->options->repeats; variant++)
    {
      GArray *rows
          = self->rows->pdata[number * (1 + self->options->repeats) + variant + 1];
      guint there = rows->len;

      g_array_set_size (rows, there + n * columns);
      self->variant = variant;
      if (!self->inner->extract (self->inner, images, n,
                                 &g_array_index (rows, float, there), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
extract (PhenoExtractor *extractor, const PhenoImage *const *images, guint n, float *rows,
         GError **error)
{
  Asker *self = extractor->extra;
  float *views;

  self->variant = VARIANT_PLAIN;
  if (!self->inner->extract (self->inner, images, n, rows, error))
    return FALSE;
  for (guint r = 0; r < self->regions->len; r++)
    if (!ask_region (self, images, n, r, error))
      return FALSE;

  views = self->before;
  self->before = self->views;
  self->views = views;
  self->n_before = self->n;
  self->batches++;
  return TRUE;
}

static PhenoExtractor *
wrap (PhenoExtractor *inner, gpointer data, GError **error)
{
  Asker *self = data;
  PhenoExtractor *extractor;

  self->inner = inner;
  if (inner->bands == 0)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” has no bands that could be left out. Give the folder of a "
                      "run, or a file of weights."),
                   self->options->embed.source);
      return NULL;
    }
  divide (self);
  for (guint i = 0; i < self->regions->len * (1 + self->options->repeats); i++)
    g_ptr_array_add (self->rows, g_array_new (FALSE, TRUE, sizeof (float)));
  self->view = inner->view_pixels * (gsize) inner->bands;
  self->views = g_new (float, self->view * inner->batch);
  self->before = g_new (float, self->view * inner->batch);
  inner->alter = alter;
  inner->alter_data = self;

  extractor = g_new0 (PhenoExtractor, 1);
  extractor->columns = inner->columns;
  extractor->batch = inner->batch;
  extractor->shorter_side = inner->shorter_side;
  extractor->preparation = g_steal_pointer (&inner->preparation);
  extractor->extract = extract;
  extractor->extra = self;
  return extractor;
}

/* The rows as they are read out, for all variants alike: the components of the plain
 * ones. */
typedef struct
{
  const PhenoMatrix *raw;
  PhenoPca *pca; /* (nullable) */
  PhenoMatrix *plain;
  int *groups, *unit; /* (nullable) */
  int *told;          /* (nullable): of the plain rows */
} Known;

static void
known_clear (Known *known)
{
  g_clear_pointer (&known->pca, pheno_pca_free);
  g_clear_pointer (&known->plain, pheno_matrix_free);
  g_free (known->groups);
  g_free (known->unit);
  g_free (known->told);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Known, known_clear)

static PhenoMatrix *
read_out (const Known *known, const PhenoMatrix *raw)
{
  return known->pca != NULL ? pheno_pca_project (known->pca, raw, TRUE)
                            : pheno_matrix_copy (raw);
}

static int
count_groups (const int *groups, gsize rows)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (gsize i = 0; i < rows; i++)
    if (groups[i] >= 0)
      g_hash_table_add (seen, GINT_TO_POINTER (groups[i]));
  return (int) g_hash_table_size (seen);
}

/* Groups only where they can tell something; a column that was asked for must be there.
 */
static gboolean
find_groups (const PhenoEmbedding *embedding, const PhenoImportanceOptions *options,
             Known *known, PhenoImportanceTable *table, GError **error)
{
  const char *by = options->by != NULL ? options->by : "species";

  table->accuracy = table->chance = NAN;
  if (options->exclude_same != NULL
      && (known->unit
          = pheno_embedding_groups (embedding, options->exclude_same, NULL, error))
             == NULL)
    return FALSE;
  known->groups
      = pheno_embedding_groups (embedding, by, NULL, options->by != NULL ? error : NULL);
  if (known->groups == NULL)
    return options->by == NULL;
  table->n_groups = (gsize) count_groups (known->groups, embedding->matrix->rows);
  if (table->n_groups < 2)
    g_clear_pointer (&known->groups, g_free);
  return TRUE;
}

static gboolean
know (const PhenoEmbedding *embedding, const PhenoImportanceOptions *options,
      Known *known, PhenoImportanceTable *table, GCancellable *cancellable,
      GError **error)
{
  PhenoAccuracy accuracy;

  known->raw = embedding->matrix;
  if (options->embed.whiten > 0
      && (known->pca
          = pheno_pca (embedding->matrix, (gsize) options->embed.whiten, error))
             == NULL)
    return FALSE;
  known->plain = read_out (known, embedding->matrix);
  if (!find_groups (embedding, options, known, table, error))
    return FALSE;
  if (known->groups == NULL)
    return TRUE;
  known->told = g_new0 (int, known->plain->rows);
  if (!pheno_altered_votes (known->plain, known->plain, known->groups, known->unit,
                            options->k, options->embed.threads, known->told, cancellable,
                            error)
      || !pheno_knn_accuracy (known->plain, known->groups, known->unit, options->k,
                              PHENO_METRIC_COSINE, NULL, options->seed, &accuracy, error))
    return FALSE;
  table->accuracy = accuracy.balanced_accuracy;
  table->chance = accuracy.chance;
  return TRUE;
}

static gboolean
score (const Known *known, const GArray *rows, const PhenoImportanceOptions *options,
       PhenoImportance *importance, GCancellable *cancellable, GError **error)
{
  PhenoMatrix raw = { known->raw->rows, known->raw->columns, (float *) rows->data };
  g_autoptr (PhenoMatrix) altered = read_out (known, &raw);
  g_autofree int *told = g_new0 (int, raw.rows);

  importance->accuracy_lost = importance->lost_low = importance->lost_high = NAN;
  pheno_rows_changed (known->plain, altered, importance);
  if (known->groups == NULL)
    return TRUE;
  if (!pheno_altered_votes (known->plain, altered, known->groups, known->unit, options->k,
                            options->embed.threads, told, cancellable, error))
    return FALSE;
  pheno_accuracy_lost (known->told, told, known->groups, known->unit, raw.rows,
                       options->seed, importance);
  return TRUE;
}

/* Means over the repeats; their intervals are much alike, so the mean is theirs, too. */
static void
add_share (PhenoImportance *sum, const PhenoImportance *one, double share)
{
  sum->accuracy_lost += share * one->accuracy_lost;
  sum->lost_low += share * one->lost_low;
  sum->lost_high += share * one->lost_high;
  sum->change += share * one->change;
  sum->change_error += share * one->change_error;
}

static gboolean
score_regions (Asker *asker, const Known *known, GCancellable *cancellable,
               GError **error)
{
  const PhenoImportanceOptions *options = asker->options;
  int each = 1 + options->repeats;

  for (guint r = 0; r < asker->regions->len; r++)
    {
      PhenoRegionImportance *region = asker->regions->pdata[r];

      if (!score (known, asker->rows->pdata[r * each], options, &region->flat,
                  cancellable, error))
        return FALSE;
      for (int repeat = 0; repeat < options->repeats; repeat++)
        {
          PhenoImportance one;

          if (!score (known, asker->rows->pdata[r * each + 1 + repeat], options, &one,
                      cancellable, error))
            return FALSE;
          add_share (&region->exchanged, &one, 1.0 / options->repeats);
        }
    }
  return TRUE;
}

static gboolean
check_options (const PhenoImportanceOptions *options, GError **error)
{
  if (options->repeats >= 1 && options->repeats <= 100)
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("Bands cannot be exchanged %d times. Choose 1 to 100."),
               options->repeats);
  return FALSE;
}

PhenoImportanceTable *
pheno_importance (const PhenoImportanceOptions *options, GPtrArray *problems,
                  PhenoProgressFunc progress, gpointer user_data,
                  GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoImportanceTable) table = g_new0 (PhenoImportanceTable, 1);
  g_autoptr (PhenoEmbedding) embedding = NULL;
  PhenoEmbedOptions embed = options->embed;
  g_auto (Known) known = { 0 };
  Asker *asker;
  gboolean done;

  if (!check_options (options, error))
    return NULL;
  asker = g_new0 (Asker, 1);
  asker->options = options;
  asker->regions = g_ptr_array_new_with_free_func (region_free);
  asker->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  embed.whiten = 0; /* altered rows are turned as the plain ones are, afterwards */
  embedding = pheno_embed_wrapped (&embed, wrap, asker, options->seed, problems, progress,
                                   user_data, cancellable, error);
  done = embedding != NULL && know (embedding, options, &known, table, cancellable, error)
         && score_regions (asker, &known, cancellable, error);
  if (done)
    {
      table->regions = g_ptr_array_ref (asker->regions);
      table->provenance = g_hash_table_ref (embedding->provenance);
      table->images = embedding->matrix->rows;
    }
  asker_free (asker);
  return done ? g_steal_pointer (&table) : NULL;
}
