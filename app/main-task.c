/* main-task.c - work on a thread whose object is let go on the main thread
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A thread of GLib keeps a reference of the task that it runs for a moment after it gave
 * the result away. If the main loop was quicker, that is the last one, and what the task
 * was of would be torn down beside the main loop. So the thread runs a task of nobody,
 * which borrows the other one; the reference that keeps that one alive belongs to the
 * main loop.
 */
#include "app/main-task.h"

typedef struct
{
  GTask *task; /* borrowed */
  GTaskThreadFunc function;
} Run;

static void
run_in_thread (GTask *own, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Run *run = data;

  run->function (run->task, g_task_get_source_object (run->task),
                 g_task_get_task_data (run->task), cancellable);
  g_task_return_boolean (own, TRUE);
}

static void
done_cb (GObject *source, GAsyncResult *own, gpointer task)
{
  g_object_unref (task);
}

void
pheno_task_run (GTask *task, GTaskThreadFunc function)
{
  g_autoptr (GTask) own = g_task_new (NULL, g_task_get_cancellable (task), done_cb,
                                      g_object_ref (task));
  Run *run = g_new (Run, 1);

  run->task = task;
  run->function = function;
  g_task_set_source_tag (own, pheno_task_run);
  g_task_set_task_data (own, run, g_free);
  g_task_run_in_thread (own, run_in_thread);
}
