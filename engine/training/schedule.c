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
  switch (schedule->kind)
    {
    case PHENO_SCHEDULE_STEP:
      return schedule->base * (done < 0.6 ? 1 : done < 0.8 ? 0.1 : 0.01);
    case PHENO_SCHEDULE_CONSTANT:
      return schedule->base;
    default:
      return pheno_schedule_between (schedule->base, 0, done);
    }
}

double
pheno_schedule_between (double from, double to, double done)
{
  return to + (from - to) * 0.5 * (1 + cos (G_PI * CLAMP (done, 0.0, 1.0)));
}

PhenoScheduleKind
pheno_schedule_kind (const char *name)
{
  return g_str_equal (name, "step")       ? PHENO_SCHEDULE_STEP
         : g_str_equal (name, "constant") ? PHENO_SCHEDULE_CONSTANT
                                          : PHENO_SCHEDULE_COSINE;
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
