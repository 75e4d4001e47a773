/* choose-images.c - which images and which pixels of them a run learns from
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What "auto" stands for depends on the collection. It is found here, and written into
 * the run, so that embedding and repeating it come to the same pixels.
 */
#include "engine/analysis/analysis.h"
#include "engine/training/training.h"

#include <string.h>

/* Images, evenly taken, that stand for a collection where all would take too long. */
#define SAMPLED_IMAGES 64
#define SAMPLED_SIDE 32
#define SAMPLED_ROWS 16384
/* Components that hold this share of the variance say which bands matter. */
#define EXPLAINED 0.99
#define MOST_COMPONENTS 16
/* Images in which the last band has to be a mask to be taken for one. */
#define MASK_IMAGES 3

static void
set (char **text, const char *value)
{
  char *copy = g_strdup (value);

  g_free (*text);
  *text = copy;
}

PhenoPreparation *
pheno_run_preparation (const PhenoRun *run, GError **error)
{
  const PhenoPreparationOptions options = {
    run->bands, run->radiometry,      run->mask,           run->fill,
    run->crop,  run->white_reference, run->dark_reference, run->reference_reflectance
  };
  g_autoptr (PhenoPreparation) preparation = pheno_preparation_new (&options, error);
  g_autoptr (PhenoLevels) levels = NULL;

  if (preparation == NULL || g_str_equal (run->levels, "auto"))
    return g_steal_pointer (&preparation);
  if ((levels = pheno_levels_from_text (run->levels, error)) == NULL)
    return NULL;
  if (pheno_preparation_percentile (preparation) >= 0)
    pheno_preparation_set_levels (preparation, levels);
  return g_steal_pointer (&preparation);
}

int
pheno_run_input_bands (const PhenoRun *run, int bands)
{
  g_autoptr (PhenoBandSelection) selection = pheno_band_selection_new (run->bands, NULL);
  int drawn = selection != NULL ? pheno_band_selection_drawn (selection) : 0;

  return drawn > 0 ? MIN (drawn, bands) : bands;
}

/* The only modality; %NULL with @error when there are several. */
static const char *
only_modality (const PhenoCollection *collection, GError **error)
{
  guint counts[3] = { 0 }, kinds = 0;
  int found = PHENO_MODALITY_RGB;

  for (guint i = 0; i < collection->records->len; i++)
    {
      const PhenoRecord *record = collection->records->pdata[i];

      counts[record->modality] += !record->excluded;
    }
  for (int i = 0; i < 3; i++)
    if (counts[i] > 0)
      {
        found = i;
        kinds++;
      }
  if (kinds <= 1)
    return pheno_modality_name (found);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("There are %u photographs, %u multispectral and %u hyperspectral images, "
         "and a run learns from one kind. Say which with modality=rgb, "
         "multispectral or hyperspectral under [collection], or modality=all with "
         "bands that all have."),
      counts[0], counts[1], counts[2]);
  return NULL;
}

static gboolean
is_of (const PhenoRun *run, const PhenoRecord *record)
{
  return g_str_equal (run->modality, "all")
         || g_str_equal (run->modality, pheno_modality_name (record->modality));
}

static void
leave_out (GPtrArray *left_out, const PhenoRecord *record, const char *reason)
{
  if (left_out != NULL)
    g_ptr_array_add (left_out, pheno_problem_new (record->file, reason));
}

static GPtrArray *
find_usable (const PhenoRun *run, const PhenoCollection *collection,
             const PhenoPreparation *preparation, GPtrArray *left_out)
{
  GPtrArray *usable = g_ptr_array_new ();

  for (guint i = 0; i < collection->records->len; i++)
    {
      PhenoRecord *record = collection->records->pdata[i];

      if (record->excluded)
        leave_out (left_out, record, _ ("Excluded by the user."));
      else if (pheno_preparation_is_reference (preparation, record->path))
        leave_out (left_out, record,
                   _ ("It is a reference of the calibration, and no specimen."));
      else if (!is_of (run, record))
        leave_out (left_out, record,
                   _ ("It is of another modality than this run; train it in a run of its "
                      "own, with modality= under [collection]."));
      else
        g_ptr_array_add (usable, record);
    }
  return usable;
}

/* Two values and no others. */
static gboolean
is_two_valued (const float *values, gsize count)
{
  float other = 0;

  for (gsize i = 0; i < count; i++)
    {
      if (values[i] == 0)
        continue;
      if (other == 0 && values[i] > 0)
        other = values[i];
      if (values[i] != other)
        return FALSE;
    }
  return other > 0;
}

/* Whether the last band of an image without names is a mask. */
static gboolean
ends_in_mask (const PhenoRecord *record)
{
  g_autoptr (PhenoSource) source = pheno_source_open (record->path, NULL);
  gsize count = (gsize) record->width * record->height;
  g_autofree float *values = g_try_new (float, count);
  int last = record->bands - 1;

  return source != NULL && values != NULL
         && pheno_source_read_planes (source, NULL, &last, 1, values, NULL)
         && is_two_valued (values, count);
}

static gboolean
could_end_in_mask (const PhenoRecord *record)
{
  return record->modality == PHENO_MODALITY_MULTISPECTRAL && record->bands >= 4
         && record->band_names == NULL && record->wavelengths_nm == NULL
         && !record->has_mask;
}

/* A stack of unnamed bands whose last one has two values ends in its mask. */
static void
resolve_mask (PhenoRun *run, const GPtrArray *usable)
{
  guint found = 0;

  for (guint i = 0; i < usable->len; i++)
    if (!could_end_in_mask (usable->pdata[i])
        || ((const PhenoRecord *) usable->pdata[i])->bands
               != ((const PhenoRecord *) usable->pdata[0])->bands)
      return;
  for (guint i = 0; i < MIN (usable->len, MASK_IMAGES); i++)
    found += ends_in_mask (usable->pdata[i]);
  if (found > 0 && found == MIN (usable->len, MASK_IMAGES))
    {
      g_autofree char *text
          = g_strdup_printf ("band:%d", ((const PhenoRecord *) usable->pdata[0])->bands);

      set (&run->mask, text);
    }
}

/* Percentiles where all images have the same numbers, of more than 8 bits. */
static void
resolve_radiometry (PhenoRun *run, const GPtrArray *usable)
{
  const PhenoRecord *first = usable->len > 0 ? usable->pdata[0] : NULL;
  gboolean wide = first != NULL && pheno_sample_size (first->type) > 1;

  for (guint i = 0; i < usable->len; i++)
    wide &= ((const PhenoRecord *) usable->pdata[i])->type == first->type;
  if (!g_str_equal (run->white_reference, "none"))
    set (&run->radiometry, "reflectance");
  else
    set (&run->radiometry, wide ? "percentile" : "type");
}

/* (transfer full): evenly taken records. */
static GPtrArray *
take_sample (const GPtrArray *records)
{
  GPtrArray *sample = g_ptr_array_new ();
  guint n = MIN (records->len, SAMPLED_IMAGES);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (sample, records->pdata[(guint64) i * records->len / n]);
  return sample;
}

/* (transfer full): small images of a sample, in memory. */
static PhenoCache *
prepare_sample (const PhenoRun *run, const PhenoPreparation *preparation,
                const GPtrArray *records, int side, GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GPtrArray) sample = take_sample (records);
  const PhenoCacheOptions options
      = { .shorter_side = side, .threads = run->threads, .preparation = preparation };

  return pheno_cache_open (sample, &options, NULL, NULL, NULL, cancellable, error);
}

/* (transfer full): spectra of the sample, in samples of the files. */
static PhenoMatrix *
collect_spectra (const PhenoCache *cache)
{
  int bands = pheno_cache_image (cache, 0)->bands;
  guint per_image = MAX (SAMPLED_ROWS / pheno_cache_length (cache), 1);
  PhenoMatrix *matrix
      = pheno_matrix_new ((gsize) per_image * pheno_cache_length (cache), (gsize) bands);
  gsize row = 0;

  for (guint i = 0; i < pheno_cache_length (cache); i++)
    {
      const PhenoImage *image = pheno_cache_image (cache, i);
      gsize pixels = (gsize) image->width * image->height;

      for (gsize k = 0; k < MIN (per_image, pixels) && image->bands == bands; k++)
        {
          gsize at = k * pixels / MIN (per_image, pixels);

          if (image->mask != NULL && image->mask[at] < 128)
            continue;
          for (int band = 0; band < bands; band++)
            pheno_matrix_row (matrix, row)[band]
                = (float) (image->origin
                           + (image->step != 0 ? image->step : 1)
                                 * pheno_image_sample (image, at * bands + band));
          row++;
        }
    }
  matrix->rows = row;
  return matrix;
}

typedef struct
{
  double importance;
  int band;
} Rank;

static int
compare_ranks (gconstpointer a, gconstpointer b)
{
  const Rank *x = a, *y = b;

  return x->importance != y->importance ? (x->importance < y->importance) * 2 - 1
                                        : x->band - y->band;
}

static int
compare_bands (gconstpointer a, gconstpointer b)
{
  return ((const Rank *) a)->band - ((const Rank *) b)->band;
}

/* (transfer full): the importance of a band is the sum of its squared loadings, each
 * times the variance of its component. */
static Rank *
rank_bands (const PhenoPca *pca)
{
  gsize bands = pca->components->columns;
  Rank *ranks = g_new0 (Rank, bands);
  double explained = 0;

  for (gsize c = 0;
       c < pca->components->rows && explained < EXPLAINED * pca->total_variance; c++)
    {
      const float *loading = pheno_matrix_row (pca->components, c);

      for (gsize band = 0; band < bands; band++)
        ranks[band].importance
            += pca->variance[c] * (double) loading[band] * (double) loading[band];
      explained += pca->variance[c];
    }
  for (gsize band = 0; band < bands; band++)
    ranks[band].band = (int) band;
  qsort (ranks, bands, sizeof *ranks, compare_ranks);
  return ranks;
}

/* pca:K becomes the numbers of the bands. */
static gboolean
resolve_bands (PhenoRun *run, int k, const PhenoPreparation *preparation,
               const GPtrArray *usable, GCancellable *cancellable, GError **error)
{
  const PhenoRecord *first = usable->pdata[0];
  const PhenoImageHeader header = pheno_record_header (first);
  g_autoptr (PhenoCache) cache
      = prepare_sample (run, preparation, usable, SAMPLED_SIDE, cancellable, error);
  g_autoptr (PhenoMatrix) spectra = cache != NULL ? collect_spectra (cache) : NULL;
  g_autoptr (PhenoPca) pca
      = spectra != NULL ? pheno_pca (spectra, MOST_COMPONENTS, error) : NULL;
  g_auto (PhenoBandChoice) choice = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree Rank *ranks = NULL;

  if (pca == NULL
      || !pheno_preparation_choose (preparation, &header, first->path, &choice, error))
    return FALSE;
  ranks = rank_bands (pca);
  qsort (ranks, (gsize) k, sizeof *ranks, compare_bands);
  for (int i = 0; i < k; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? "," : "", choice.in[ranks[i].band] + 1);
  set (&run->bands, text->str);
  return TRUE;
}

GPtrArray *
pheno_run_choose_images (PhenoRun *run, const PhenoCollection *collection,
                         GPtrArray *left_out, GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoPreparation) preparation = NULL;
  g_autoptr (GPtrArray) usable = NULL;
  int k;

  if (g_str_equal (run->modality, "auto"))
    {
      const char *only = only_modality (collection, error);

      if (only == NULL)
        return NULL;
      set (&run->modality, only);
    }
  if ((preparation = pheno_run_preparation (run, error)) == NULL)
    return NULL;
  usable = find_usable (run, collection, preparation, left_out);
  if (g_str_equal (run->radiometry, "auto"))
    resolve_radiometry (run, usable);
  if (g_str_equal (run->mask, "auto"))
    resolve_mask (run, usable);
  k = pheno_band_selection_important (pheno_preparation_bands (preparation));
  if (k > 0 && usable->len > 0)
    {
      g_clear_pointer (&preparation, pheno_preparation_free);
      if ((preparation = pheno_run_preparation (run, error)) == NULL
          || !resolve_bands (run, k, preparation, usable, cancellable, error))
        return NULL;
    }
  return g_steal_pointer (&usable);
}

gboolean
pheno_run_find_levels (PhenoRun *run, PhenoCache *cache, GPtrArray *records,
                       GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoPreparation) preparation = pheno_run_preparation (run, error);
  g_autoptr (PhenoCache) sample = NULL;
  g_autoptr (PhenoLevels) levels = NULL;
  double share;

  if (preparation == NULL)
    return FALSE;
  share = pheno_preparation_percentile (preparation);
  if (share < 0 || !g_str_equal (run->levels, "auto")
      || (cache == NULL && records->len == 0))
    return TRUE;
  if (cache == NULL
      && (cache = sample = prepare_sample (run, preparation, records, 2 * SAMPLED_SIDE,
                                           cancellable, error))
             == NULL)
    return FALSE;
  if ((levels = pheno_cache_percentiles (cache, share, cancellable, error)) == NULL)
    return FALSE;
  pheno_cache_set_levels (cache, levels);
  g_free (run->levels);
  run->levels = pheno_levels_to_text (levels);
  return TRUE;
}
