/* monitor.c - whether the training works
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/analysis/analysis.h"
#include "engine/training/monitor.h"

/* The rank of embeddings that lie on one line is 1; a healthy run has tens. */
#define COLLAPSED_RANK 1.5
/* Uniformity of one point is 0, of an even sphere near -4 (t 2): Wang and Isola 2020. */
#define COLLAPSED_UNIFORMITY -0.05
/* A loss within this share of chance counts as chance: batches differ by less. */
#define PLATEAU_SHARE 0.01
#define PLATEAU_EPOCHS 5
/* An improvement is this share of the loss; less is noise between batches. */
#define IMPROVEMENT_SHARE 0.001
#define STILL_EPOCHS 15

void
pheno_monitor_init (PhenoMonitor *monitor, guint epochs, guint batch)
{
  PhenoMonitor empty
      = { .epochs = epochs, .chance = log (2.0 * batch - 1), .best = INFINITY };

  *monitor = empty;
}

void
pheno_monitor_measure (const PhenoMatrix *projections, PhenoHistoryRow *row)
{
  row->alignment = pheno_alignment (projections);
  row->uniformity = pheno_uniformity (projections);
  row->effective_rank = pheno_effective_rank (projections);
}

/* Whether @alarm is to be told: when it comes up, and not again while it stands. */
static gboolean
raise_alarm (PhenoMonitor *monitor, PhenoAlarm alarm, gboolean is_so)
{
  gboolean stood = (monitor->raised & alarm) != 0;

  if (is_so)
    monitor->raised |= alarm;
  else
    monitor->raised &= ~(guint) alarm;

  return is_so && !stood;
}

static void
follow (PhenoMonitor *monitor, const PhenoHistoryRow *row)
{
  if (row->loss < monitor->best * (1 - IMPROVEMENT_SHARE) || monitor->best_epoch == 0)
    {
      monitor->best = row->loss;
      monitor->best_epoch = row->epoch;
    }

  if (fabs (row->loss - monitor->chance) < PLATEAU_SHARE * monitor->chance)
    monitor->plateau++;
  else
    monitor->plateau = 0;
}

char *
pheno_monitor_judge (PhenoMonitor *monitor, const PhenoHistoryRow *row)
{
  gboolean collapse, plateau, still;
  char chance[G_ASCII_DTOSTR_BUF_SIZE], rank[G_ASCII_DTOSTR_BUF_SIZE];

  follow (monitor, row);
  g_ascii_formatd (chance, sizeof chance, "%.2f", monitor->chance);
  g_ascii_formatd (rank, sizeof rank, "%.1f", row->effective_rank);

  collapse = raise_alarm (monitor, PHENO_ALARM_COLLAPSE,
                          row->effective_rank < COLLAPSED_RANK
                              || row->uniformity > COLLAPSED_UNIFORMITY);
  plateau
      = raise_alarm (monitor, PHENO_ALARM_PLATEAU, monitor->plateau >= PLATEAU_EPOCHS);
  still = raise_alarm (monitor, PHENO_ALARM_STILL,
                       row->epoch - monitor->best_epoch
                           >= MAX (STILL_EPOCHS, monitor->epochs / 5));

  if (collapse)
    return g_strdup_printf (
        _ ("Epoch %u: the embeddings have collapsed (effective rank %s): all "
           "images look alike to the model. Lower the learning rate, or raise "
           "the temperature or the batch."),
        row->epoch, rank);
  if (plateau)
    return g_strdup_printf (
        _ ("Epoch %u: the loss has stayed at that of guessing, %s, for %u "
           "epochs. Many runs leave this plateau later; if this one does not, "
           "lower the learning rate or use a milder recipe."),
        row->epoch, chance, monitor->plateau);
  if (still)
    return g_strdup_printf (
        _ ("Epoch %u: the loss has not improved since epoch %u. More epochs "
           "with these settings will hardly help."),
        row->epoch, monitor->best_epoch);

  return NULL;
}

gboolean
pheno_monitor_is_due (guint epoch, guint epochs)
{
  guint every = CLAMP (epochs / 20, 1, 10);

  return epoch == epochs || epoch % every == 0;
}
