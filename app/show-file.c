/* show-file.c - a file, in the file manager
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/show-file.h"

#define SERVICE "org.freedesktop.FileManager1"
#define OBJECT "/org/freedesktop/FileManager1"
#define LIMIT_MS 5000 /* of a file manager that has to start first */

typedef struct
{
  GtkWindow *window; /* a weak pointer */
  char *path;
} Request;

static void
request_free (Request *self)
{
  g_clear_weak_pointer (&self->window);
  g_free (self->path);
  g_free (self);
}

static void
called_cb (GObject *bus, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, NULL);

  /* Not every desktop has the service; each opens a folder. */
  if (answer == NULL)
    {
      g_autofree char *folder = g_path_get_dirname (request->path);
      g_autofree char *uri = g_filename_to_uri (folder, NULL, NULL);

      if (uri != NULL)
        gtk_show_uri (request->window, uri, GDK_CURRENT_TIME);
    }
  request_free (request);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  g_autofree char *uri = g_filename_to_uri (request->path, NULL, NULL);
  const char *uris[] = { uri, NULL };

  if (bus == NULL || uri == NULL)
    {
      request_free (request);
      return;
    }
  g_dbus_connection_call (bus, SERVICE, OBJECT, SERVICE, "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL,
                          G_DBUS_CALL_FLAGS_NONE, LIMIT_MS, NULL, called_cb, request);
}

void
pheno_show_file (GtkWidget *widget, const char *path)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (path);
  g_set_weak_pointer (&request->window, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL);
  g_bus_get (G_BUS_TYPE_SESSION, NULL, bus_cb, request);
}
