/* schedule.c - the learning rate of each step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/training/schedule.h"

double
pheno_schedule_rate (const PhenoSchedule *schedule, guint64 step)
{
  double done;

  if (step < schedule->warm_up)
    return schedule->base * (double) (step + 1) / (double) schedule->warm_up;

  done = (double) (step - schedule->warm_up)
         / (double) (schedule->total - schedule->warm_up);
  return schedule->base * 0.5 * (1 + cos (G_PI * MIN (done, 1.0)));
}

double
pheno_schedule_auto (const char *optimiser, guint images)
{
  if (g_str_equal (optimiser, "adamw"))
    return 3e-4 * sqrt (images / 128.0);
  if (g_str_equal (optimiser, "sgd"))
    return 0.03 * sqrt (images / 256.0);

  return 0.075 * sqrt (images);
}
