/* about.c - what this program is, and what it runs on
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/about.h"

#include "app/application.h"
#include "engine/base/base.h"
#include "kernels/pk.h"

static void
add_devices (GString *text)
{
  for (int i = 0; i < pk_device_count (); i++)
    {
      pk_device_info info;
      g_autofree char *memory = NULL;

      if (pk_device_describe (i, &info) != PK_OK)
        continue;
      memory = g_format_size_full (info.memory, G_FORMAT_SIZE_IEC_UNITS);
      g_string_append_printf (text, "\n%s: %s\n", info.name, info.description);
      g_string_append_printf (text, "  instructions: %s\n", info.instructions);
      g_string_append_printf (text, "  library: %s\n", info.library);
      g_string_append_printf (text, "  threads: %d\n", info.threads);
      if (info.memory > 0)
        g_string_append_printf (text, "  memory: %s\n", memory);
      g_string_append_printf (text, "  bfloat16: %s\n",
                              !info.bfloat16            ? "no"
                              : info.bfloat16_is_faster ? "yes, used"
                                                        : "yes, slower than float32");
    }
}

char *
pheno_describe_system (void)
{
  GString *text = g_string_new (NULL);
  GdkDisplay *display = gdk_display_get_default ();
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  /* Not translated: who reads it may not read the user's language. */
  g_string_append_printf (text, "Phenoscape %s\n", PHENO_VERSION);
  g_string_append_printf (text, "System: %s\n", system != NULL ? system : "unknown");
  g_string_append_printf (text, "GTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\n",
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (),
                          glib_major_version, glib_minor_version, glib_micro_version);
  if (display != NULL)
    g_string_append_printf (text, "Display: %s\n", G_OBJECT_TYPE_NAME (display));
  add_devices (text);
  return g_string_free (text, FALSE);
}

void
pheno_show_about (GtkWindow *parent)
{
  static const char *const developers[] = { "The Phenoscape authors", NULL };
  g_autofree char *system = pheno_describe_system ();
  GtkWidget *window = g_object_new (
      ADW_TYPE_ABOUT_WINDOW, "transient-for", parent, "modal", TRUE, "application-icon",
      PHENO_APPLICATION_ID, "application-name", _ ("Phenoscape"), "version",
      PHENO_VERSION, "developer-name", _ ("The Phenoscape authors"), "developers",
      developers, "license-type", GTK_LICENSE_APACHE_2_0, "debug-info", system,
      "debug-info-filename", "phenoscape-system.txt", NULL);

  adw_about_window_set_comments (
      ADW_ABOUT_WINDOW (window),
      _ ("Which specimens look alike? Phenoscape learns it from photographs of specimens "
         "alone, without labels and without features that you choose.\n\n"
         "It works without the network: nothing leaves this computer, and nothing is "
         "fetched.\n\n"
         "<b>How to cite</b>\n"
         "Name the program, its version and the settings, which stand in “run.ini” of "
         "each "
         "run and in every embedding and figure. The method is SimCLR: Chen, T., "
         "Kornblith, S., Norouzi, M. and Hinton, G. (2020): A Simple Framework for "
         "Contrastive Learning of Visual Representations. Proceedings of ICML 37."));
  adw_about_window_set_translator_credits (ADW_ABOUT_WINDOW (window),
                                           /* Translators: your name, one a line */
                                           _ ("translator-credits"));
  adw_about_window_set_release_notes_version (ADW_ABOUT_WINDOW (window), "0.1");
  adw_about_window_set_release_notes (
      ADW_ABOUT_WINDOW (window),
      _ ("<p>The whole work by point and click:</p>"
         "<ul>"
         "<li>Collections of photographs, their metadata and their problems</li>"
         "<li>Augmentations, tuned while their views are looked at</li>"
         "<li>Training that can be paused, goes on without the window and survives a "
         "power cut</li>"
         "<li>Maps of look-alikes, selections, figures and tables to export</li>"
         "</ul>"));
  gtk_window_present (GTK_WINDOW (window));
}
