/* test-schedule.c - the learning rate of each step
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "engine/training/schedule.h"

/* Four steps of warm-up to 0.8, then eight of a cosine: at its start all, after a quarter
 * (1 + cos 45) / 2 = 0.853553, in the middle a half. */
static void
test_rises_then_falls (void)
{
  PhenoSchedule schedule = { .base = 0.8, .warm_up = 4, .total = 12 };

  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 0), 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 1), 0.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 3), 0.8, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 4), 0.8, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 6), 0.8 * 0.85355339,
                                  1e-8);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 8), 0.4, 1e-12);
  for (guint64 step = 4; step < 11; step++)
    g_assert_cmpfloat (pheno_schedule_rate (&schedule, step), >,
                       pheno_schedule_rate (&schedule, step + 1));
}

static void
test_works_without_warm_up (void)
{
  PhenoSchedule schedule = { .base = 1, .warm_up = 0, .total = 1 };

  g_assert_cmpfloat (pheno_schedule_rate (&schedule, 0), ==, 1);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 5), 0, 1e-12);
}

/* The documented rules at the batches for which they are stated. */
static void
test_auto_follows_the_batch (void)
{
  g_assert_cmpfloat_with_epsilon (pheno_schedule_auto ("lars", 256), 1.2, 1e-9);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_auto ("sgd", 256), 0.03, 1e-9);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_auto ("adamw", 128), 3e-4, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_auto ("adamw", 32), 1.5e-4, 1e-12);
}

/* Of ten steps after two of warm-up: a tenth from the seventh, a hundredth from the
 * ninth. */
static void
test_falls_in_steps (void)
{
  PhenoSchedule schedule
      = { .kind = PHENO_SCHEDULE_STEP, .base = 1, .warm_up = 2, .total = 12 };

  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 0), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 7), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 8), 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 9), 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 10), 0.01, 1e-12);
}

static void
test_may_stay (void)
{
  PhenoSchedule schedule
      = { .kind = PHENO_SCHEDULE_CONSTANT, .base = 0.3, .warm_up = 2, .total = 12 };

  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 0), 0.15, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_rate (&schedule, 11), 0.3, 1e-12);
  g_assert_cmpfloat_with_epsilon (pheno_schedule_between (0.2, 0.1, 0.5), 0.15, 1e-12);
  g_assert_cmpint (pheno_schedule_kind ("step"), ==, PHENO_SCHEDULE_STEP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/rises-then-falls", test_rises_then_falls);
  g_test_add_func ("/schedule/falls-in-steps", test_falls_in_steps);
  g_test_add_func ("/schedule/may-stay", test_may_stay);
  g_test_add_func ("/schedule/works-without-warm-up", test_works_without_warm_up);
  g_test_add_func ("/schedule/auto-follows-the-batch", test_auto_follows_the_batch);
  return g_test_run ();
}
