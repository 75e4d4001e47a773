/* main-task.h - work on a thread whose object is let go on the main thread
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * pheno_task_run:
 * @task: made on the main thread
 * @function: called on a thread, with @task, its source object and its data; returns the
 *   result with g_task_return_pointer() and its like
 *
 * As g_task_run_in_thread(), but the thread never holds the last reference of @task: a
 * window, a widget or a session that is its source object is finalised on the main
 * thread, even if all others let it go while the thread was at work.
 */
void pheno_task_run (GTask *task, GTaskThreadFunc function);

G_END_DECLS
