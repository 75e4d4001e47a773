/* map-model-places.c - where each row lies: a projection, made on a thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/map-model-private.h"

#include "app/main-task.h"

#define SEED 1 /* of projections that draw numbers: the same map each time */

typedef struct
{
  PhenoEmbedding *embedding;
  const PhenoProjection *projection;
} Job;

static void
job_free (gpointer data)
{
  Job *self = data;

  pheno_embedding_free (self->embedding);
  g_free (self);
}

static void
project_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  PhenoProjectionOptions options
      = { .n_axes = job->projection->usual_axes, .seed = SEED };
  PhenoMap *map = job->projection->project (job->embedding->matrix, &options, NULL, NULL,
                                            cancellable, &error);

  if (map != NULL)
    g_task_return_pointer (task, map, (GDestroyNotify) pheno_map_free);
  else
    g_task_return_error (task, error);
}

static void
forget_points (PhenoMapModel *self)
{
  g_clear_pointer (&self->index, pheno_map_index_free);
  g_clear_pointer (&self->points, g_free);
}

void
pheno_map_model_forget_map (PhenoMapModel *self)
{
  if (self->projecting != NULL)
    g_cancellable_cancel (self->projecting);
  g_clear_object (&self->projecting);
  forget_points (self);
  g_clear_pointer (&self->map, pheno_map_free);
  g_clear_pointer (&self->error, g_free);
}

static void
take_points (PhenoMapModel *self)
{
  const PhenoMatrix *places = self->map->coordinates;

  forget_points (self);
  self->points = g_new (float, 2 * self->n + 2);
  for (gsize row = 0; row < self->n; row++)
    {
      const float *at = pheno_matrix_row (places, row);

      self->points[2 * row] = self->x_axis < places->columns ? at[self->x_axis] : 0;
      self->points[2 * row + 1] = self->y_axis < places->columns ? at[self->y_axis] : 0;
    }
  self->index = pheno_map_index_new (self->points, self->n);
}

static void
projected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoMapModel *self = PHENO_MAP_MODEL (object);
  g_autoptr (GError) error = NULL;
  PhenoMap *map = g_task_propagate_pointer (G_TASK (result), &error);

  /* Another one has begun meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->projecting)
    {
      pheno_map_free (map);
      return;
    }

  g_clear_object (&self->projecting);
  if (map == NULL)
    self->error = g_strdup (error->message);
  else
    {
      self->map = map;
      if (MAX (self->x_axis, self->y_axis) >= map->coordinates->columns)
        {
          self->x_axis = 0;
          self->y_axis = 1;
        }
      take_points (self);
    }
  pheno_map_model_notify (self, "busy");
  pheno_map_model_emit (self, "map-changed");
}

void
pheno_map_model_start_projection (PhenoMapModel *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  pheno_map_model_forget_map (self);
  if (self->embedding == NULL)
    return;

  job = g_new0 (Job, 1);
  job->embedding = pheno_embedding_ref (self->embedding);
  job->projection = self->projection;
  self->projecting = g_cancellable_new ();
  task = g_task_new (self, self->projecting, projected_cb, NULL);
  g_task_set_task_data (task, job, job_free);
  pheno_task_run (task, project_in_thread);
  pheno_map_model_notify (self, "busy");
  pheno_map_model_emit (self, "map-changed");
}

const PhenoProjection *
pheno_map_model_get_projection (PhenoMapModel *self)
{
  return self->projection;
}

void
pheno_map_model_set_projection (PhenoMapModel *self, const PhenoProjection *projection)
{
  if (self->projection == projection)
    return;
  self->projection = projection;
  self->x_axis = 0;
  self->y_axis = 1;
  pheno_map_model_start_projection (self);
}

const PhenoMap *
pheno_map_model_get_map (PhenoMapModel *self)
{
  return self->map;
}

const char *
pheno_map_model_get_error (PhenoMapModel *self)
{
  return self->error;
}

void
pheno_map_model_set_axes (PhenoMapModel *self, guint x, guint y)
{
  if (self->x_axis == x && self->y_axis == y)
    return;
  self->x_axis = x;
  self->y_axis = y;
  if (self->map != NULL)
    {
      take_points (self);
      pheno_map_model_emit (self, "map-changed");
    }
}

void
pheno_map_model_get_axes (PhenoMapModel *self, guint *x, guint *y)
{
  *x = self->x_axis;
  *y = self->y_axis;
}

char *
pheno_map_model_axis_label (PhenoMapModel *self, guint axis, gboolean brief)
{
  if (self->map == NULL || self->map->shares == NULL
      || axis >= self->map->coordinates->columns)
    return g_strdup_printf ("%s %u", _ (self->projection->axis), axis + 1);
  if (brief)
    return g_strdup_printf ("%s %u (%.1f %%)", _ (self->projection->axis), axis + 1,
                            100 * self->map->shares[axis]);
  /* Translators: “component 1 (38.2 % of the variance)” */
  return g_strdup_printf (_ ("%s %u (%.1f %% of the variance)"),
                          _ (self->projection->axis), axis + 1,
                          100 * self->map->shares[axis]);
}

const float *
pheno_map_model_get_points (PhenoMapModel *self)
{
  return self->points;
}

const PhenoMapIndex *
pheno_map_model_get_index (PhenoMapModel *self)
{
  return self->index;
}
