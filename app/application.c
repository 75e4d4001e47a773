/* application.c - the program: windows, preferences, help
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/application.h"

#include <glib-unix.h>

#include "app/about.h"
#include "app/button-names.h"
#include "app/help-window.h"
#include "app/hidden-pages.h"
#include "app/preferences.h"
#include "app/window.h"
#include "engine/base/base.h"

struct _PhenoApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (PhenoApplication, pheno_application, ADW_TYPE_APPLICATION)

PhenoApplication *
pheno_application_new (void)
{
  return g_object_new (PHENO_TYPE_APPLICATION, "application-id", PHENO_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/phenoscape/Phenoscape", NULL);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GList *windows = g_list_copy (gtk_application_get_windows (application));

  /* Each window may have something to ask. */
  for (GList *window = windows; window != NULL; window = window->next)
    gtk_window_close (window->data);
  g_list_free (windows);
}

static void
new_window_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gtk_window_present (GTK_WINDOW (pheno_window_new (application)));
}

/* (nullable): the window of the work that is in front. */
static PhenoWindow *
active_window (gpointer application)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  while (window != NULL && !PHENO_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return PHENO_WINDOW (window);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gtk_window_present (
      GTK_WINDOW (pheno_preferences_new (GTK_WINDOW (active_window (application)))));
}

/* The chapter of the page that is seen. */
static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  PhenoWindow *window = active_window (application);

  pheno_help_show (application,
                   window != NULL ? pheno_window_get_page (window) : "start");
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  pheno_show_about (GTK_WINDOW (active_window (application)));
}

/* The session of the desktop ends, or somebody stops the program in a terminal: windows
 * save what is open as they go, and nothing is asked. A run goes on. */
static gboolean
signal_cb (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_CONTINUE;
}

static const GActionEntry actions[] = {
  { .name = "quit", .activate = quit_cb },
  { .name = "new-window", .activate = new_window_cb },
  { .name = "preferences", .activate = preferences_cb },
  { .name = "help", .activate = help_cb },
  { .name = "about", .activate = about_cb },
};

typedef struct
{
  const char *action, *keys[3];
} Accelerator;

static const Accelerator accelerators[] = {
  { "app.quit", { "<Control>q" } },
  { "app.new-window", { "<Control>n" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.help", { "F1" } },
  { "window.close", { "<Control>w" } },
  { "win.open", { "<Control>o" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.search", { "<Control>f" } },
  { "win.sidebar", { "F9" } },
  { "win.page::collection", { "<Alt>1" } },
  { "win.page::augment", { "<Alt>2" } },
  { "win.page::train", { "<Alt>3" } },
  { "win.page::explore", { "<Alt>4" } },
  { "win.collection-view::grid", { "<Control>1" } },
  { "win.collection-view::table", { "<Control>2" } },
  { "win.collection-view::problems", { "<Control>3" } },
  { "win.show-help-overlay", { "<Control>question" } },
};

static void
pheno_application_startup (GApplication *application)
{
  const int signals[] = { SIGHUP, SIGINT, SIGTERM };

  G_APPLICATION_CLASS (pheno_application_parent_class)->startup (application);
  pheno_button_names_mend ();

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions,
                                   G_N_ELEMENTS (actions), application);
  for (guint i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application),
                                           accelerators[i].action, accelerators[i].keys);
  pheno_hidden_pages_watch ();
  pheno_preferences_apply ();
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], signal_cb, application);
  gtk_window_set_default_icon_name (PHENO_APPLICATION_ID);
}

static void
pheno_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (pheno_window_new (GTK_APPLICATION (application)));
  gtk_window_present (window);
}

/* A window that shows nothing yet takes the first folder. */
static void
pheno_application_open (GApplication *application, GFile **files, int n_files,
                        const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      GtkWindow *active
          = gtk_application_get_active_window (GTK_APPLICATION (application));
      PhenoWindow *window
          = PHENO_IS_WINDOW (active) && !pheno_window_has_study (PHENO_WINDOW (active))
                ? PHENO_WINDOW (active)
                : pheno_window_new (GTK_APPLICATION (application));

      gtk_window_present (GTK_WINDOW (window));
      pheno_window_open (window, files[i]);
    }
}

static int
pheno_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("Phenoscape %s\n", PHENO_VERSION);
      return 0;
    }
  if (g_variant_dict_contains (options, "new-window"))
    {
      g_autoptr (GError) error = NULL;

      if (!g_application_register (application, NULL, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_action_group_activate_action (G_ACTION_GROUP (application), "new-window", NULL);
      /* This is the first process: the window is open, and nothing else is to be done. */
      if (!g_application_get_is_remote (application))
        return -1;
      return 0;
    }
  return -1;
}

static void
pheno_application_class_init (PhenoApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  application_class->startup = pheno_application_startup;
  application_class->activate = pheno_application_activate;
  application_class->open = pheno_application_open;
  application_class->handle_local_options = pheno_application_handle_local_options;
}

static void
pheno_application_init (PhenoApplication *self)
{
  const GOptionEntry entries[] = {
    { "new-window", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open a new window"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_parameter_string (G_APPLICATION (self),
                                                     _ ("[FOLDER…]"));
}
