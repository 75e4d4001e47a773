/* heat-map.c - which parts of a specimen make others look like it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/heat-map.h"

#include "engine/figure/figure.h"

/* Images of whose features the mean is taken: it no longer moves with more. */
#define SAMPLE 96

static const char *
source_of (const PhenoHeatMap *heat_map, const PhenoEmbedding *embedding, GError **error)
{
  const char *source = heat_map->run != NULL
                           ? heat_map->run
                           : g_hash_table_lookup (embedding->provenance, "source");

  if (source != NULL
      && (g_str_has_prefix (source, "baseline:")
          || g_file_test (source, G_FILE_TEST_EXISTS)))
    return source;
  g_set_error_literal (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("A heat map needs the encoder that made the embeddings, and it "
                          "is not where it was. Add “--run=RUN_DIR”."));
  return NULL;
}

static const char *
path_of (const PhenoEmbedding *embedding, int row, GError **error)
{
  g_autofree char *name = NULL;

  if (embedding->paths != NULL)
    return embedding->paths->pdata[row];
  name = pheno_display_name (embedding->files->pdata[row]);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
               _ ("The table does not tell where “%s” lies, so that nothing can be drawn "
                  "over it. Embed the collection again."),
               name);
  return NULL;
}

/* (transfer container): some of the collection, evenly. */
static const char **
sample_of (const PhenoEmbedding *embedding)
{
  gsize rows = embedding->matrix->rows, n = MIN (rows, SAMPLE);
  const char **sample = g_new0 (const char *, n + 1);

  for (gsize i = 0; i < n; i++)
    sample[i] = embedding->paths->pdata[i * rows / n];
  return sample;
}

static char *
caption_of (const PhenoEmbedding *embedding, int row, double cosine)
{
  char **species = pheno_embedding_column (embedding, "species");
  g_autofree char *base = g_path_get_basename (embedding->files->pdata[row]);
  g_autofree char *name = pheno_display_name (base);
  const char *first = species != NULL && *species[row] != '\0' ? species[row] : name;

  return isfinite (cosine) ? g_strdup_printf (_ ("%s\ncosine %.3f"), first, cosine)
                           : g_strdup_printf ("%s\n%s", first, first != name ? name : "");
}

static gboolean
draw (const PhenoHeatMap *heat_map, const PhenoEmbedding *embedding, int query,
      const int *rows, const GPtrArray *likeness, GError **error)
{
  g_autoptr (GPtrArray) captions = g_ptr_array_new_with_free_func (g_free);
  g_autofree PhenoLikenessPair *pairs = g_new0 (PhenoLikenessPair, likeness->len);
  PhenoFigureFile file
      = { .path = heat_map->output, .provenance = embedding->provenance };

  for (guint i = 0; i < likeness->len; i++)
    {
      const PhenoLikeness *it = likeness->pdata[i];
      char *own = caption_of (embedding, query, NAN);
      char *other = caption_of (embedding, rows[i], it->cosine);

      g_ptr_array_add (captions, own);
      g_ptr_array_add (captions, other);
      pairs[i] = (PhenoLikenessPair){
        .path = { embedding->paths->pdata[query], embedding->paths->pdata[rows[i]] },
        .caption = { own, other },
        .map = { it->first, it->second },
        .rows = it->rows,
        .columns = it->columns,
      };
    }
  return pheno_cli_make_folder_of (heat_map->output, error)
         && pheno_figure_likeness (pairs, likeness->len,
                                   _ ("Which parts make them alike"), &file, error);
}

gboolean
pheno_cli_draw_heat_map (PhenoCli *cli, const PhenoHeatMap *heat_map,
                         const PhenoEmbedding *embedding, int query, const int *rows,
                         guint n, GError **error)
{
  const char *layer = g_hash_table_lookup (embedding->provenance, "layer");
  const char *size = g_hash_table_lookup (embedding->provenance, "size");
  g_autofree const char **others = g_new0 (const char *, n + 1), **sample = NULL;
  g_autoptr (GPtrArray) likeness = NULL;
  PhenoEmbedOptions options
      = { .layer = heat_map->layer != NULL ? heat_map->layer : layer,
          .size = size != NULL ? (int) g_ascii_strtoll (size, NULL, 10) : 0,
          .device = "auto",
          .threads = heat_map->threads };
  const char *path;

  if ((options.source = source_of (heat_map, embedding, error)) == NULL
      || (path = path_of (embedding, query, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    others[i] = path_of (embedding, rows[i], NULL);
  sample = sample_of (embedding);
  likeness = pheno_likeness (&options, path, others, sample, pheno_cli_cancellable (cli),
                             error);
  return likeness != NULL && draw (heat_map, embedding, query, rows, likeness, error);
}
