/* cluster.c - phenoscape-cli cluster: groups that nobody named
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/table.h"

typedef struct
{
  char *method, *by, *metric, *linkage, *output;
  int k, least_size, threads;
  double resolution;
  gint64 seed;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->method);
  g_free (options->by);
  g_free (options->metric);
  g_free (options->linkage);
  g_free (options->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

typedef struct
{
  int *cluster;
  gsize n_clusters, n_outside;
  double silhouette, modularity;
  gboolean has_agreement;
  PhenoAgreement agreement;
} Clusters;

static void
clusters_clear (Clusters *clusters)
{
  g_free (clusters->cluster);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Clusters, clusters_clear)

static const char *const methods[]
    = { "communities", "kmeans", "hdbscan", "agglomerative", NULL };
static const char *const linkages[] = { "average", "ward", "complete", "single", NULL };

static gboolean
check (const Options *options, GError **error)
{
  gboolean needs_k = g_str_equal (options->method, "kmeans")
                     || g_str_equal (options->method, "agglomerative");

  if (!g_strv_contains (methods, options->method))
    pheno_cli_set_choice_error (error, "method", options->method, methods);
  else if (!g_strv_contains (linkages, options->linkage))
    pheno_cli_set_choice_error (error, "linkage", options->linkage, linkages);
  else if (needs_k && options->k < 1)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--method=%s” needs the number of clusters. Add “-k N”."),
                 options->method);
  else if (options->least_size < 2)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--least-size=%d” is out of range: from 2."), options->least_size);
  else
    return TRUE;
  return FALSE;
}

static int *
cut_tree (const PhenoMatrix *matrix, const Options *options, PhenoMetric metric,
          GCancellable *cancellable, GError **error)
{
  g_autoptr (PhenoMatrix) distances
      = pheno_distances (matrix, metric, options->threads, cancellable, error);
  g_autofree PhenoMerge *merges = NULL;
  int linkage = 0;

  while (!g_str_equal (linkages[linkage], options->linkage))
    linkage++;
  if (distances == NULL
      || (merges = pheno_linkage (distances, (PhenoLinkage) linkage, cancellable, error))
             == NULL)
    return NULL;
  return pheno_linkage_cut (merges, matrix->rows, (gsize) options->k);
}

static gboolean
find (PhenoCli *cli, const PhenoMatrix *matrix, const Options *options,
      Clusters *clusters, GError **error)
{
  GCancellable *cancellable = pheno_cli_cancellable (cli);
  guint64 seed = (guint64) options->seed;
  PhenoMetric metric;

  if (!pheno_cli_metric (options->metric, &metric, error))
    return FALSE;
  if (options->k > (int) matrix->rows)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“-k %d” asks for more clusters than there are images, %zu."),
                   options->k, matrix->rows);
      return FALSE;
    }
  clusters->modularity = NAN;
  if (g_str_equal (options->method, "kmeans"))
    clusters->cluster = pheno_kmeans (matrix, (gsize) options->k, 10, seed,
                                      options->threads, NULL, cancellable, error);
  else if (g_str_equal (options->method, "agglomerative"))
    clusters->cluster = cut_tree (matrix, options, metric, cancellable, error);
  else if (g_str_equal (options->method, "hdbscan"))
    clusters->cluster = pheno_hdbscan (matrix, (gsize) options->least_size,
                                       (gsize) options->least_size, options->threads,
                                       &clusters->n_clusters, NULL, cancellable, error);
  else
    clusters->cluster = pheno_communities (
        matrix, options->k > 0 ? (gsize) options->k : 15, metric, options->resolution,
        seed, options->threads, &clusters->n_clusters, &clusters->modularity, cancellable,
        error);
  return clusters->cluster != NULL;
}

static gboolean
judge (const PhenoEmbedding *embedding, const char *by, Clusters *clusters,
       GError **error)
{
  gsize rows = embedding->matrix->rows;
  g_autofree int *labels = NULL;

  clusters->n_clusters = 0;
  for (gsize row = 0; row < rows; row++)
    {
      clusters->n_clusters
          = MAX (clusters->n_clusters, (gsize) (clusters->cluster[row] + 1));
      clusters->n_outside += clusters->cluster[row] < 0;
    }
  clusters->silhouette
      = pheno_silhouette (embedding->matrix, clusters->cluster, NULL, NULL);
  if (by == NULL)
    return TRUE;
  if ((labels = pheno_embedding_groups (embedding, by, NULL, error)) == NULL)
    return FALSE;
  clusters->has_agreement = clusters->n_clusters > 0;
  pheno_agreement (labels, clusters->cluster, rows, &clusters->agreement);
  return TRUE;
}

static gboolean
write_clusters (const PhenoEmbedding *embedding, const Clusters *clusters,
                const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("filename,cluster\n");

  for (gsize row = 0; row < embedding->matrix->rows; row++)
    {
      pheno_append_field (text, embedding->files->pdata[row]);
      if (clusters->cluster[row] < 0)
        g_string_append (text, ",\n");
      else
        g_string_append_printf (text, ",%d\n", clusters->cluster[row] + 1);
    }
  return pheno_cli_write_table (path, text, error);
}

static void
print_result (PhenoCli *cli, const Options *options, const PhenoEmbedding *embedding,
              const Clusters *clusters, const char *by)
{
  JsonBuilder *builder = json_builder_begin_object (json_builder_new ());
  g_autoptr (GString) text = g_string_new (NULL);

  pheno_cli_add_text (builder, "method", options->method);
  pheno_cli_add_count (builder, "images", (gint64) embedding->matrix->rows);
  pheno_cli_add_count (builder, "clusters", (gint64) clusters->n_clusters);
  pheno_cli_add_count (builder, "in_none", (gint64) clusters->n_outside);
  pheno_cli_add_number (builder, "silhouette", clusters->silhouette);
  pheno_cli_add_number (builder, "modularity", clusters->modularity);
  g_string_printf (text, _ ("%zu images in %zu clusters; %zu in none\n"),
                   embedding->matrix->rows, clusters->n_clusters, clusters->n_outside);
  if (isfinite (clusters->silhouette))
    g_string_append_printf (text, _ ("silhouette: %.3f\n"), clusters->silhouette);
  if (clusters->has_agreement)
    {
      const PhenoAgreement *agreement = &clusters->agreement;

      pheno_cli_add_text (builder, "by", by);
      pheno_cli_add_number (builder, "homogeneity", agreement->homogeneity);
      pheno_cli_add_number (builder, "completeness", agreement->completeness);
      pheno_cli_add_number (builder, "v_measure", agreement->v_measure);
      pheno_cli_add_number (builder, "adjusted_rand", agreement->adjusted_rand);
      g_string_append_printf (text,
                              _ ("with %s: homogeneity %.3f, completeness %.3f, adjusted "
                                 "Rand index %.3f\n"),
                              by, agreement->homogeneity, agreement->completeness,
                              agreement->adjusted_rand);
    }
  pheno_cli_add_text (builder, "table", options->output);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text->str);
}

static gboolean
cluster (PhenoCli *cli, const char *path, const Options *options, GError **error)
{
  g_autoptr (PhenoEmbedding) embedding = NULL;
  g_auto (Clusters) clusters = { 0 };
  const char *by = options->by;

  if (!check (options, error) || (embedding = pheno_cli_load_table (path, error)) == NULL)
    return FALSE;
  if (by == NULL && pheno_embedding_column (embedding, "species") != NULL)
    by = "species";
  if (!find (cli, embedding->matrix, options, &clusters, error)
      || !judge (embedding, by, &clusters, error)
      || (options->output != NULL
          && !write_clusters (embedding, &clusters, options->output, error)))
    return FALSE;
  print_result (cli, options, embedding, &clusters, by);
  return TRUE;
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { .least_size = 5, .resolution = 1, .seed = 1 };
  const GOptionEntry entries[] = {
    { "method", 0, 0, G_OPTION_ARG_STRING, &options.method,
      N_ ("communities, kmeans, hdbscan or agglomerative (communities)"), N_ ("NAME") },
    { "k", 'k', 0, G_OPTION_ARG_INT, &options.k,
      N_ ("Number of clusters; of communities, neighbours on the graph (15)"), "N" },
    { "least-size", 0, 0, G_OPTION_ARG_INT, &options.least_size,
      N_ ("Smallest cluster of hdbscan (5)"), "N" },
    { "linkage", 0, 0, G_OPTION_ARG_STRING, &options.linkage,
      N_ ("Of agglomerative: average, ward, complete or single (average)"), N_ ("NAME") },
    { "resolution", 0, 0, G_OPTION_ARG_DOUBLE, &options.resolution,
      N_ ("Of communities: larger gives more of them (1)"), "X" },
    { "metric", 0, 0, G_OPTION_ARG_STRING, &options.metric,
      N_ ("Of communities and agglomerative: cosine or euclidean (cosine)"),
      N_ ("NAME") },
    { "by", 0, 0, G_OPTION_ARG_STRING, &options.by,
      N_ ("Metadata column that the clusters are held against (species)"),
      N_ ("COLUMN") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed, N_ ("Of what is drawn (1)"), "N" },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads,
      N_ ("Threads; 0: one for each core (0)"), "N" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("Table of files and their clusters"), N_ ("FILE.csv") },
    G_OPTION_ENTRY_NULL,
  };

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 1, 1, error))
    return FALSE;
  if (options.method == NULL)
    options.method = g_strdup (methods[0]);
  if (options.linkage == NULL)
    options.linkage = g_strdup (linkages[0]);
  return cluster (cli, argv[1], &options, error);
}

const PhenoCliVerb pheno_cli_cluster = {
  .name = "cluster",
  .arguments = N_ ("EMBEDDINGS"),
  .summary = N_ ("Find groups that nobody named, and hold them against a label"),
  .details = N_ ("Examples:\n"
                 "  phenoscape-cli cluster embeddings.h5\n"
                 "  phenoscape-cli cluster embeddings.h5 --method=kmeans -k 12 -o "
                 "clusters.csv\n"
                 "  phenoscape-cli cluster embeddings.h5 --method=hdbscan --least-size=8 "
                 "--by=subspecies --json\n"),
  .run = run,
};
