/* embed.c - from folders of images to the table of embeddings
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Images are read batch by batch, so a collection of any size fits into memory. A file
 * that cannot be read becomes a problem and has no row.
 */
#include <string.h>

#include "engine/collection/collection.h"
#include "engine/embedding/extractor.h"
#include "kernels/random.h"

typedef struct
{
  const PhenoEmbedOptions *options;
  PhenoEmbedSource *source;
  PhenoCollection *collection;
  GPtrArray *usable; /* PhenoRecord */
  GPtrArray *read;   /* those of them that have a row */
  PhenoExtractor *extractor;
  GHashTable *provenance;
  PhenoMatrix *matrix;
  GPtrArray *problems; /* (nullable) */
  PhenoProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  gint64 started_us;
} Job;

static void
job_clear (Job *job)
{
  g_clear_pointer (&job->source, pheno_embed_source_free);
  g_clear_pointer (&job->usable, g_ptr_array_unref);
  g_clear_pointer (&job->read, g_ptr_array_unref);
  g_clear_pointer (&job->collection, pheno_collection_free);
  g_clear_pointer (&job->extractor, pheno_extractor_free);
  g_clear_pointer (&job->provenance, g_hash_table_unref);
  g_clear_pointer (&job->matrix, pheno_matrix_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

static void
add_problem (Job *job, const char *file, const char *reason)
{
  if (job->problems != NULL)
    g_ptr_array_add (job->problems, pheno_problem_new (file, reason));
}

static void
report (const Job *job, guint done, const char *message)
{
  PhenoProgress progress = PHENO_PROGRESS_INIT;
  double seconds = (double) (g_get_monotonic_time () - job->started_us) / G_USEC_PER_SEC;

  if (job->progress == NULL)
    return;
  progress.phase = "embed";
  progress.done = done;
  progress.total = job->usable->len;
  progress.rate = seconds > 0 ? done / seconds : 0;
  if (done > 0)
    progress.seconds_left = (job->usable->len - done) * seconds / done;
  progress.message = message;
  job->progress (&progress, job->user_data);
}

static gboolean
scan (Job *job, GError **error)
{
  const char *const *roots = job->options->collections != NULL
                                 ? job->options->collections
                                 : (const char *const *) job->source->roots;
  PhenoScanOptions scan
      = { .species
          = job->options->species != NULL ? job->options->species : job->source->species,
          .metadata = job->options->collections == NULL ? job->source->metadata : NULL,
          .catalogue = job->options->collections == NULL ? job->source->catalogue : NULL,
          .threads = job->options->threads };

  if (scan.species == NULL)
    scan.species = "auto";
  if (roots == NULL || roots[0] == NULL)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("“%s” does not say which images to embed. Name a folder with --collection."),
          job->options->source);
      return FALSE;
    }
  job->collection = pheno_collection_scan (roots, &scan, job->progress, job->user_data,
                                           job->cancellable, error);
  if (job->collection == NULL)
    return FALSE;

  for (guint i = 0; i < job->collection->problems->len; i++)
    {
      const PhenoProblem *problem = job->collection->problems->pdata[i];

      add_problem (job, problem->file, problem->reason);
    }
  /* Names of the run's own folders mean nothing in others. */
  if (job->options->collections == NULL)
    pheno_collection_exclude (job->collection,
                              (const char *const *) job->source->excluded);
  job->usable = pheno_run_choose_images (job->source->run, job->collection, NULL,
                                         job->cancellable, error);
  return job->usable != NULL
         && pheno_run_find_levels (job->source->run, NULL, job->usable, job->cancellable,
                                   error);
}

static gboolean
check_count (const GPtrArray *records, GError **error)
{
  if (records->len > 0)
    return TRUE;
  g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_DATA,
                       _ ("There is no photograph that could be embedded. See the list "
                          "of problems, or choose another "
                          "folder."));
  return FALSE;
}

/* Reads the records @from ... and appends the rows of those that can be read. */
static gboolean
embed_batch (Job *job, guint from, guint n, GError **error)
{
  g_autofree const char **paths = g_new (const char *, n);
  g_autofree PhenoImage **images = g_new0 (PhenoImage *, n);
  g_autofree GError **errors = g_new0 (GError *, n);
  guint first = job->read->len, there = 0;
  gboolean done = TRUE;

  for (guint i = 0; i < n; i++)
    paths[i] = ((const PhenoRecord *) job->usable->pdata[from + i])->path;
  pheno_decode (paths, n, job->extractor, job->options->threads, images, errors);
  for (guint i = 0; i < n; i++)
    {
      PhenoRecord *record = job->usable->pdata[from + i];

      if (images[i] == NULL)
        {
          add_problem (job, record->file, errors[i]->message);
          g_error_free (errors[i]);
          continue;
        }
      if (images[i]->bands != job->source->bands)
        {
          add_problem (job, record->file,
                       _ ("It has another number of bands than the others. Choose bands "
                          "that all have, by name or wavelength."));
          pheno_image_free (images[i]);
          continue;
        }
      g_ptr_array_add (job->read, record);
      images[there++] = images[i];
    }

  if (there > 0)
    done = job->extractor->extract (job->extractor, (const PhenoImage *const *) images,
                                    there, pheno_matrix_row (job->matrix, first), error);
  for (guint i = 0; i < there; i++)
    pheno_image_free (images[i]);
  return done;
}

static gboolean
embed_all (Job *job, GError **error)
{
  job->matrix = pheno_matrix_new (job->usable->len, job->extractor->columns);
  job->read = g_ptr_array_new ();
  job->started_us = g_get_monotonic_time ();
  for (guint from = 0; from < job->usable->len; from += job->extractor->batch)
    {
      guint n = MIN (job->extractor->batch, job->usable->len - from);

      if (g_cancellable_set_error_if_cancelled (job->cancellable, error)
          || !embed_batch (job, from, n, error))
        return FALSE;
      report (job, from + n, NULL);
    }
  job->matrix->rows = job->read->len;
  if (!check_count (job->read, error))
    return FALSE;

  if (job->extractor->finish != NULL)
    job->matrix = job->extractor->finish (g_steal_pointer (&job->matrix), error);
  return job->matrix != NULL;
}

static gboolean
whiten (Job *job, GError **error)
{
  PhenoMatrix *whitened;
  gsize kept;

  if (job->options->whiten <= 0)
    return TRUE;
  if ((whitened = pheno_whiten (job->matrix, job->options->whiten, &kept, error)) == NULL)
    return FALSE;
  pheno_matrix_free (job->matrix);
  job->matrix = whitened;
  if (kept < (gsize) job->options->whiten)
    {
      g_autofree char *message
          = g_strdup_printf (_ ("Whitening keeps %zu components: the collection does not "
                                "have %d that differ."),
                             kept, job->options->whiten);

      report (job, job->usable->len, message);
    }
  return TRUE;
}

/* A name for each row that no other row has: with several folders, the folder's name
 * before it. */
static void
name_rows (const Job *job, PhenoEmbedding *embedding)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_roots = job->collection->roots->len;

  embedding->paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < job->read->len; i++)
    {
      const PhenoRecord *record = job->read->pdata[i];
      const char *root = job->collection->roots->pdata[record->root];
      g_autofree char *folder = g_path_get_basename (root);
      char *file = n_roots > 1 && g_file_test (root, G_FILE_TEST_IS_DIR)
                       ? g_build_filename (folder, record->file, NULL)
                       : g_strdup (record->file);

      if (g_hash_table_contains (known, file)) /* two folders of one name */
        {
          g_free (file);
          file = g_strdup (record->path);
        }
      g_hash_table_add (known, file);
      g_ptr_array_add (embedding->files, file);
      g_ptr_array_add (embedding->paths, g_strdup (record->path));
    }
}

static void
add_metadata (const Job *job, PhenoEmbedding *embedding)
{
  g_autofree const char **values = g_new0 (const char *, job->read->len + 1);
  gboolean has_species = FALSE, is_known;

  for (guint i = 0; i < job->read->len; i++)
    has_species |= ((const PhenoRecord *) job->read->pdata[i])->species != NULL;
  is_known = FALSE;
  for (guint c = 0; c < job->collection->columns->len; c++)
    {
      const char *name = job->collection->columns->pdata[c];

      is_known |= strcmp (name, "species") == 0;
      for (guint i = 0; i < job->read->len; i++)
        values[i] = pheno_record_value (job->collection, job->read->pdata[i], name);
      pheno_embedding_add_column (embedding, name, values);
    }
  if (has_species && !is_known)
    {
      for (guint i = 0; i < job->read->len; i++)
        values[i] = ((const PhenoRecord *) job->read->pdata[i])->species;
      pheno_embedding_add_column (embedding, "species", values);
    }
}

static void
add_provenance (Job *job, PhenoEmbedding *embedding)
{
  const PhenoEmbedOptions *options = job->options;
  const char *layer = options->layer != NULL ? options->layer : "features";
  GHashTable *table = embedding->provenance;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, job->provenance);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (table, g_strdup (key), g_strdup (value));
  g_hash_table_insert (table, g_strdup ("version"), g_strdup (PHENO_VERSION));
  g_hash_table_insert (table, g_strdup ("created"), g_date_time_format_iso8601 (now));
  g_hash_table_insert (table, g_strdup ("source"), pheno_display_name (options->source));
  g_hash_table_insert (table, g_strdup ("collection"),
                       pheno_collection_digest (job->collection));
  g_hash_table_insert (table, g_strdup ("whiten"),
                       options->whiten > 0 ? g_strdup_printf ("%" G_GSIZE_FORMAT,
                                                              embedding->matrix->columns)
                                           : g_strdup ("none"));
  g_hash_table_insert (table, g_strdup ("bands"), g_strdup (job->source->run->bands));
  g_hash_table_insert (table, g_strdup ("radiometry"),
                       g_strdup (job->source->run->radiometry));
  g_hash_table_insert (table, g_strdup ("mask"), g_strdup (job->source->run->mask));
  if (job->source->run_text != NULL)
    g_hash_table_insert (table, g_strdup ("run"), g_strdup (job->source->run_text));
  if (job->source->baseline != NULL && strcmp (job->source->baseline, "untrained") != 0)
    return;
  g_hash_table_insert (table, g_strdup ("encoder"), g_strdup (job->source->encoder));
  g_hash_table_insert (table, g_strdup ("size"),
                       g_strdup_printf ("%d", job->source->size));
  g_hash_table_insert (table, g_strdup ("seed"),
                       g_strdup_printf ("%" G_GUINT64_FORMAT, job->source->seed));
  g_hash_table_insert (table, g_strdup ("layer"), g_strdup (layer));
  g_hash_table_insert (table, g_strdup ("pool"),
                       options->tokens != NULL
                           ? g_strdup (options->tokens)
                           : g_strdup_printf ("%dx%d", MAX (options->pool_rows, 1),
                                              MAX (options->pool_columns, 1)));
  if (options->normalise)
    g_hash_table_insert (table, g_strdup ("normalise"), g_strdup ("true"));
}

/* The bands of the first file that can be looked at. */
static gboolean
look (Job *job, GError **error)
{
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < job->usable->len; i++)
    {
      g_autoptr (GError) reason = NULL;

      if (pheno_embed_source_look (
              job->source, ((PhenoRecord *) job->usable->pdata[i])->path, &reason))
        return TRUE;
      if (first == NULL)
        first = g_steal_pointer (&reason);
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

static gboolean
open_extractor (Job *job, GError **error)
{
  const char *baseline = job->source->baseline;

  if (!look (job, error))
    return FALSE;
  job->provenance = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  job->extractor
      = baseline != NULL && strcmp (baseline, "untrained") != 0
            ? pheno_extractor_new_baseline (job->source, job->options->threads, error)
            : pheno_extractor_new_encoder (job->source, job->options, job->provenance,
                                           error);
  return job->extractor != NULL;
}

/* Fisher and Yates: each order is as likely. */
static void
shuffle (GPtrArray *records, guint64 seed)
{
  for (guint i = records->len; i > 1; i--)
    {
      pk_random4 counter = { { i, 0, 0, 0x6f726465u /* "orde" */ } };
      guint j = (guint) (((guint64) pk_philox (counter, seed).word[0] * i) >> 32);
      gpointer record = records->pdata[i - 1];

      records->pdata[i - 1] = records->pdata[j];
      records->pdata[j] = record;
    }
}

static gboolean
wrap_extractor (Job *job, PhenoExtractorWrap wrap, gpointer data, GError **error)
{
  if (wrap != NULL)
    job->extractor = wrap (g_steal_pointer (&job->extractor), data, error);
  return job->extractor != NULL;
}

PhenoEmbedding *
pheno_embed_wrapped (const PhenoEmbedOptions *options, PhenoExtractorWrap wrap,
                     gpointer wrap_data, guint64 seed, GPtrArray *problems,
                     PhenoProgressFunc progress, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  g_auto (Job) job = { .options = options,
                       .problems = problems,
                       .progress = progress,
                       .user_data = user_data,
                       .cancellable = cancellable };
  PhenoEmbedding *embedding;

  if ((job.source = pheno_embed_source_new (options, error)) == NULL
      || !scan (&job, error) || !check_count (job.usable, error)
      || !open_extractor (&job, error) || !wrap_extractor (&job, wrap, wrap_data, error))
    return NULL;
  if (wrap != NULL)
    shuffle (job.usable, seed);
  if (!embed_all (&job, error) || !whiten (&job, error))
    return NULL;

  embedding = pheno_embedding_new (0, 0);
  pheno_matrix_free (embedding->matrix);
  embedding->matrix = g_steal_pointer (&job.matrix);
  name_rows (&job, embedding);
  add_metadata (&job, embedding);
  add_provenance (&job, embedding);
  return embedding;
}

PhenoEmbedding *
pheno_embed (const PhenoEmbedOptions *options, GPtrArray *problems,
             PhenoProgressFunc progress, gpointer user_data, GCancellable *cancellable,
             GError **error)
{
  return pheno_embed_wrapped (options, NULL, NULL, 0, problems, progress, user_data,
                              cancellable, error);
}
