/* checkpoint.c - all that a run needs to go on, in one safetensors file
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     conv1.weight ...                  weights, as torchvision names them
 *     optimiser.0.conv1.weight ...      state of the optimiser, slot 0 and, for AdamW, 1
 *     __metadata__
 *         phenoscape   version of the program
 *         checkpoint   version of this layout
 *         run          the resolved run.ini
 *         position     a key file: numbers, float64 as their 64 bits, so that none is
 * rounded collection   digest of the collection
 */
#include <math.h>

#include "engine/training/checkpoint.h"

#define LAYOUT "1"
#define GROUP "position"

static void
set_double (GKeyFile *file, const char *name, double value)
{
  char text[17];
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  g_snprintf (text, sizeof text, "%016" G_GINT64_MODIFIER "x", bits);
  g_key_file_set_string (file, GROUP, name, text);
}

static gboolean
get_double (GKeyFile *file, const char *name, double *value)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, name, NULL);
  guint64 bits;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 16, 0, G_MAXUINT64, &bits, NULL))
    return FALSE;

  memcpy (value, &bits, sizeof bits);
  return TRUE;
}

static gboolean
get_count (GKeyFile *file, const char *name, guint *value)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, name, NULL);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL))
    return FALSE;

  *value = (guint) number;
  return TRUE;
}

static char *
position_to_text (const PhenoPosition *position)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_uint64 (file, GROUP, "step", position->step);
  g_key_file_set_uint64 (file, GROUP, "epoch", position->epoch);
  g_key_file_set_uint64 (file, GROUP, "step-in-epoch", position->step_in_epoch);
  g_key_file_set_uint64 (file, GROUP, "best-epoch", position->best_epoch);
  set_double (file, "best-loss", position->best_loss);
  set_double (file, "loss-sum", position->loss_sum);
  set_double (file, "norm-sum", position->norm_sum);
  set_double (file, "seconds", position->seconds);
  set_double (file, "data-seconds", position->data_seconds);
  for (int i = 0; i < PHENO_N_BEST; i++)
    {
      g_autofree char *epoch = g_strdup_printf ("best-%d-epoch", i + 1);
      g_autofree char *loss = g_strdup_printf ("best-%d-loss", i + 1);

      g_key_file_set_uint64 (file, GROUP, epoch, position->best[i].epoch);
      set_double (file, loss, position->best[i].loss);
    }

  return g_key_file_to_data (file, NULL, NULL);
}

static gboolean
position_from_text (const char *text, PhenoPosition *position)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;

  if (text == NULL || !g_key_file_load_from_data (file, text, strlen (text), 0, NULL))
    return FALSE;

  position->step = g_key_file_get_uint64 (file, GROUP, "step", &reason);
  if (reason != NULL || !get_count (file, "epoch", &position->epoch)
      || !get_count (file, "step-in-epoch", &position->step_in_epoch)
      || !get_count (file, "best-epoch", &position->best_epoch)
      || !get_double (file, "best-loss", &position->best_loss)
      || !get_double (file, "loss-sum", &position->loss_sum)
      || !get_double (file, "norm-sum", &position->norm_sum)
      || !get_double (file, "seconds", &position->seconds)
      || !get_double (file, "data-seconds", &position->data_seconds))
    return FALSE;

  for (int i = 0; i < PHENO_N_BEST; i++)
    {
      g_autofree char *epoch = g_strdup_printf ("best-%d-epoch", i + 1);
      g_autofree char *loss = g_strdup_printf ("best-%d-loss", i + 1);

      if (!get_count (file, epoch, &position->best[i].epoch)
          || !get_double (file, loss, &position->best[i].loss))
        return FALSE;
    }

  return TRUE;
}

static gboolean
all_are_numbers (const float *values, gint64 count)
{
  for (gint64 i = 0; i < count; i++)
    if (!isfinite (values[i]))
      return FALSE;

  return TRUE;
}

static gboolean
check_weights (const PhenoLearner *learner, const PhenoTensors *tensors, GError **error)
{
  for (int i = 0; i < pk_graph_parameter_count (learner->graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (learner->graph, i);
      const float *values = pheno_tensors_find (tensors, info->name, NULL, NULL);

      if (!all_are_numbers (values, pk_shape_count (info->shape)))
        {
          g_set_error (
              error, PHENO_ERROR, PHENO_ERROR_DIVERGED,
              _ ("The training has diverged: “%s” holds values that are no numbers, and "
                 "was not saved. The last checkpoint is as it was. Train again with a "
                 "lower learning-rate or with clip=1."),
              info->name);
          return FALSE;
        }
    }

  return TRUE;
}

static char *
state_name (int slot, const pk_parameter_info *info)
{
  return g_strdup_printf ("optimiser.%d.%s", slot, info->name);
}

static gboolean
add_state (PhenoLearner *learner, int slot, PhenoTensors *tensors, GError **error)
{
  for (int i = 0; i < pk_graph_parameter_count (learner->graph); i++)
    {
      const pk_parameter_info *info = pk_graph_parameter (learner->graph, i);
      g_autofree char *name = state_name (slot, info);
      g_autofree float *values = NULL;

      if (!info->trained)
        continue;

      values = g_new (float, pk_shape_count (info->shape));
      if (!pheno_kernel_check (
              pk_parameters_read_state (learner->parameters, slot, i, values), error))
        return FALSE;
      pheno_tensors_add (tensors, name, (const gint64 *) info->shape.size,
                         info->shape.rank, values);
    }

  return TRUE;
}

PhenoTensors *
pheno_checkpoint_new (PhenoLearner *learner, const PhenoPosition *position,
                      const char *run_text, const char *digest, GError **error)
{
  g_autoptr (PhenoTensors) tensors = pheno_tensors_new ();
  g_autofree char *text = position_to_text (position);

  if (!pheno_model_add_weights (learner->graph, learner->parameters, tensors, error)
      || !check_weights (learner, tensors, error))
    return NULL;

  for (int slot = 0; slot < pk_optimiser_slots (learner->optimiser.kind); slot++)
    if (!add_state (learner, slot, tensors, error))
      return NULL;

  pheno_tensors_set_text (tensors, "phenoscape", PHENO_VERSION);
  pheno_tensors_set_text (tensors, "checkpoint", LAYOUT);
  pheno_tensors_set_text (tensors, "run", run_text);
  pheno_tensors_set_text (tensors, "position", text);
  pheno_tensors_set_text (tensors, "collection", digest);

  return g_steal_pointer (&tensors);
}

static gboolean
refuse (const char *path, const char *what, GError **error)
{
  g_autofree char *shown = pheno_display_name (path);

  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_FORMAT,
      _ ("“%s” is not a checkpoint that this run can go on from: “%s” is missing or does "
         "not fit. Put one of the best-epoch files in its place, or begin another run."),
      shown, what);
  return FALSE;
}

/* (nullable): the values of @name, when they have the parameter's shape. */
static const float *
find_fitting (const PhenoTensors *tensors, const char *name,
              const pk_parameter_info *info)
{
  gint64 shape[PHENO_TENSOR_MAX_RANK];
  const float *values;
  int rank;

  values = pheno_tensors_find (tensors, name, shape, &rank);
  if (values == NULL || rank != info->shape.rank)
    return NULL;

  for (int i = 0; i < rank; i++)
    if (shape[i] != info->shape.size[i])
      return NULL;

  return values;
}

static gboolean
restore_parameter (PhenoLearner *learner, int index, const PhenoTensors *tensors,
                   const char *path, GError **error)
{
  const pk_parameter_info *info = pk_graph_parameter (learner->graph, index);
  const float *values = find_fitting (tensors, info->name, info);
  int slots = info->trained ? pk_optimiser_slots (learner->optimiser.kind) : 0;

  if (values == NULL)
    return refuse (path, info->name, error);
  if (!pheno_kernel_check (pk_parameters_write (learner->parameters, index, values),
                           error))
    return FALSE;

  for (int slot = 0; slot < slots; slot++)
    {
      g_autofree char *name = state_name (slot, info);

      if ((values = find_fitting (tensors, name, info)) == NULL)
        return refuse (path, name, error);
      if (!pheno_kernel_check (
              pk_parameters_write_state (learner->parameters, slot, index, values),
              error))
        return FALSE;
    }

  return TRUE;
}

gboolean
pheno_checkpoint_restore (PhenoLearner *learner, const PhenoTensors *tensors,
                          const char *path, PhenoPosition *position, GError **error)
{
  if (!position_from_text (pheno_tensors_get_text (tensors, "position"), position))
    return refuse (path, "position", error);

  for (int i = 0; i < pk_graph_parameter_count (learner->graph); i++)
    if (!restore_parameter (learner, i, tensors, path, error))
      return FALSE;

  return TRUE;
}

const char *
pheno_checkpoint_run (const PhenoTensors *tensors)
{
  return pheno_tensors_get_text (tensors, "run");
}

const char *
pheno_checkpoint_digest (const PhenoTensors *tensors)
{
  return pheno_tensors_get_text (tensors, "collection");
}
