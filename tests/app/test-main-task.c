/* test-main-task.c - an object of a task is finalised on the main thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <gio/gio.h>

#include "app/main-task.h"

/* The thread lets its task go some microseconds after the main loop heard of the result:
 * with g_task_run_in_thread() a few of so many were finalised on the thread. */
#define N_TASKS 4000

static GThread *main_thread;
static int n_finalised, n_elsewhere;

static void
finalised_cb (gpointer data, GObject *object)
{
  g_atomic_int_inc (&n_finalised);
  if (g_thread_self () != main_thread)
    g_atomic_int_inc (&n_elsewhere);
}

static void
add_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_assert_true (G_IS_OBJECT (source));
  g_assert_true (g_thread_self () != main_thread);
  g_task_return_int (task, GPOINTER_TO_INT (data) + 1);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (g_thread_self () == main_thread);
  *(gssize *) user_data = g_task_propagate_int (G_TASK (result), NULL);
}

static void
test_last_reference (void)
{
  main_thread = g_thread_self ();
  for (int i = 0; i < N_TASKS; i++)
    {
      GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
      gssize sum = -1;
      GTask *task = g_task_new (object, NULL, added_cb, &sum);

      g_object_weak_ref (object, finalised_cb, NULL);
      g_task_set_task_data (task, GINT_TO_POINTER (i), NULL);
      pheno_task_run (task, add_in_thread);
      g_object_unref (task);
      g_object_unref (object); /* the window closes while the thread is at work */
      while (sum < 0)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (sum, ==, i + 1);
    }
  while (g_atomic_int_get (&n_finalised) < N_TASKS)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (g_atomic_int_get (&n_elsewhere), ==, 0);
}

static void
fail_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "as expected");
}

static void
failed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_task_propagate_boolean (G_TASK (result), user_data);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) failed = NULL, cancelled = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, failed_cb, &failed);
  g_autoptr (GTask) other = g_task_new (NULL, cancellable, failed_cb, &cancelled);

  pheno_task_run (task, fail_in_thread);
  g_cancellable_cancel (cancellable);
  pheno_task_run (other, fail_in_thread);
  while (failed == NULL || cancelled == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (failed, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/main-task/last-reference", test_last_reference);
  g_test_add_func ("/main-task/error-and-cancelled", test_cancelled);
  return g_test_run ();
}
