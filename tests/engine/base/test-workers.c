/* test-workers.c - each item once, on any number of threads, told on the caller's thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#define COUNT 5000

typedef struct
{
  int visits[COUNT]; /* each is written by the thread that has that index */
  GThread *caller;
  guint reports;
  guint64 done;
  GCancellable *cancellable;
} Visits;

static void
visit_cb (gsize index, gpointer user_data)
{
  Visits *visits = user_data;

  visits->visits[index]++;
}

static void
report_cb (const PhenoProgress *progress, gpointer user_data)
{
  Visits *visits = user_data;

  g_assert_true (g_thread_self () == visits->caller);
  g_assert_cmpstr (progress->phase, ==, "test");
  g_assert_cmpuint (progress->total, ==, COUNT);
  g_assert_cmpuint (progress->done, >=, visits->done);
  visits->done = progress->done;
  visits->reports++;
}

static void
test_each_index_once (void)
{
  for (int threads = 0; threads <= 9; threads += 3)
    {
      g_autofree Visits *visits = g_new0 (Visits, 1);
      g_autoptr (GError) error = NULL;

      visits->caller = g_thread_self ();
      g_assert_true (pheno_for_each_index (COUNT, threads, visit_cb, visits, "test",
                                           report_cb, visits, NULL, &error));
      g_assert_no_error (error);
      for (gsize i = 0; i < COUNT; i++)
        g_assert_cmpint (visits->visits[i], ==, 1);
      g_assert_cmpuint (visits->reports, >=, 1);
      g_assert_cmpuint (visits->done, ==, COUNT);
    }
}

static void
test_nothing_to_do (void)
{
  g_assert_true (
      pheno_for_each_index (0, 4, visit_cb, NULL, "test", NULL, NULL, NULL, NULL));
}

static void
visit_and_cancel_cb (gsize index, gpointer user_data)
{
  Visits *visits = user_data;

  visits->visits[index]++;
  if (index == 10)
    g_cancellable_cancel (visits->cancellable);
}

static void
test_cancelled_in_the_middle (void)
{
  g_autofree Visits *visits = g_new0 (Visits, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  visits->cancellable = cancellable;
  g_assert_false (pheno_for_each_index (COUNT, 1, visit_and_cancel_cb, visits, "test",
                                        NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (visits->visits[10], ==, 1);
  g_assert_cmpint (visits->visits[11], ==, 0);
}

/* 30 of 120 in 10 seconds: 3 a second, and 30 seconds are left. */
static void
test_time_left (void)
{
  PhenoProgress progress = PHENO_PROGRESS_INIT;

  progress.done = 30;
  progress.total = 120;
  pheno_progress_estimate (&progress, g_get_monotonic_time () - 10 * G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (progress.rate, 3, 0.05);
  g_assert_cmpfloat_with_epsilon (progress.seconds_left, 30, 0.5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/workers/each-index-once", test_each_index_once);
  g_test_add_func ("/workers/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/workers/cancelled-in-the-middle", test_cancelled_in_the_middle);
  g_test_add_func ("/workers/time-left", test_time_left);

  return g_test_run ();
}
