/* embedding-sources.c - what a study has to explore: embeddings of runs and of baselines
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     wings.study/
 *       runs/2026-11-23-a/embeddings.h5
 *       baselines/histogram.h5
 */
#include "app/embedding-sources.h"

#include <glib/gstdio.h>
#include <string.h>

#include "engine/embedding/embedding.h"

static const struct
{
  const char *name, *title;
  gboolean control;
} baseline_titles[] = {
  { "mean-colour", N_ ("Mean colour"), FALSE },
  { "histogram", N_ ("Colour histogram"), FALSE },
  { "pixels", N_ ("Small pictures, pixel by pixel"), FALSE },
  { "background", N_ ("Background alone (a control)"), TRUE },
  { "untrained", N_ ("Untrained network (a control)"), TRUE },
};

const char *
pheno_baseline_title (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (baseline_titles); i++)
    if (g_str_equal (baseline_titles[i].name, name))
      return _ (baseline_titles[i].title);
  return name;
}

char *
pheno_baseline_path (const PhenoStudy *study, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".h5", NULL);

  return g_build_filename (study->path, "baselines", file, NULL);
}

char *
pheno_embedding_source_title (const char *path)
{
  g_autofree char *file = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *parent = g_path_get_basename (folder);

  if (g_str_equal (parent, "baselines") && g_str_has_suffix (file, ".h5"))
    {
      file[strlen (file) - strlen (".h5")] = '\0';
      return g_strdup (pheno_baseline_title (file));
    }
  if (g_str_has_prefix (file, "embeddings."))
    {
      g_autofree char *name = pheno_display_name (parent);

      /* Translators: a training run, by the name of its folder */
      return g_strdup_printf (_ ("Run %s"), name);
    }
  return pheno_display_name (file);
}

static void
source_free (gpointer data)
{
  PhenoEmbeddingSource *self = data;

  g_free (self->title);
  g_free (self->path);
  g_free (self);
}

static gboolean
is_control (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (baseline_titles); i++)
    if (g_str_equal (baseline_titles[i].name, name))
      return baseline_titles[i].control;
  return FALSE;
}

static void
add (GPtrArray *sources, char *path, gboolean control)
{
  PhenoEmbeddingSource *source;
  GStatBuf status;

  if (g_stat (path, &status) != 0)
    {
      g_free (path);
      return;
    }
  source = g_new0 (PhenoEmbeddingSource, 1);
  source->path = path;
  source->title = pheno_embedding_source_title (path);
  source->modified = status.st_mtime;
  source->control = control;
  g_ptr_array_add (sources, source);
}

GPtrArray *
pheno_embedding_sources (const PhenoStudy *study)
{
  GPtrArray *sources = g_ptr_array_new_with_free_func (source_free);
  g_autoptr (GPtrArray) runs = pheno_study_runs (study);
  const char *const *baselines = pheno_embed_baselines ();

  for (guint i = runs->len; i-- > 0;)
    add (sources, g_build_filename (runs->pdata[i], "embeddings.h5", NULL), FALSE);
  for (; *baselines != NULL; baselines++)
    add (sources, pheno_baseline_path (study, *baselines), is_control (*baselines));
  return sources;
}
