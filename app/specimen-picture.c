/* specimen-picture.c - a specimen's thumbnail as a widget
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/specimen-picture.h"

#include "app/thumbnails.h"

#define LOADING "pheno-loading"
#define SPECIMEN "pheno-specimen"
#define FAILURE "pheno-failure"

static void
give_up (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
}

static void
loaded_cb (GObject *thumbnails, GAsyncResult *result, gpointer picture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture
      = pheno_thumbnails_load_finish (PHENO_THUMBNAILS (thumbnails), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
      if (error != NULL)
        g_object_set_data_full (G_OBJECT (picture), FAILURE, g_strdup (error->message),
                                g_free);
    }
  g_object_unref (picture);
}

static gboolean
query_tooltip_cb (GtkWidget *picture, int x, int y, gboolean keyboard,
                  GtkTooltip *tooltip, gpointer user_data)
{
  PhenoSpecimen *specimen = g_object_get_data (G_OBJECT (picture), SPECIMEN);
  const char *failure = g_object_get_data (G_OBJECT (picture), FAILURE);
  const char *species = NULL;
  g_autofree char *words = NULL;

  if (specimen == NULL)
    return FALSE;

  species = pheno_specimen_get_species (specimen);
  words = g_strconcat (pheno_specimen_get_name (specimen), species != NULL ? "\n" : NULL,
                       species, NULL);
  gtk_tooltip_set_text (tooltip, failure != NULL ? failure : words);
  return TRUE;
}

GtkWidget *
pheno_specimen_picture_new (int side)
{
  GtkWidget *picture = gtk_picture_new ();

  gtk_widget_set_size_request (picture, side, side);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  /* A text that is set asks the display where the pointer is, and waits for the answer.
   */
  gtk_widget_set_has_tooltip (picture, TRUE);
  g_signal_connect (picture, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
  return picture;
}

void
pheno_specimen_picture_set (GtkWidget *picture, PhenoSpecimen *specimen)
{
  GCancellable *cancellable;

  g_object_set_data (G_OBJECT (picture), LOADING, NULL);
  gtk_picture_set_paintable (GTK_PICTURE (picture), NULL);
  g_object_set_data (G_OBJECT (picture), FAILURE, NULL);
  g_object_set_data_full (G_OBJECT (picture), SPECIMEN,
                          specimen != NULL ? g_object_ref (specimen) : NULL,
                          specimen != NULL ? g_object_unref : NULL);
  if (specimen == NULL)
    return;

  gtk_picture_set_alternative_text (GTK_PICTURE (picture),
                                    pheno_specimen_get_name (specimen));
  cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (picture), LOADING, cancellable, give_up);
  pheno_thumbnails_load_async (pheno_thumbnails_get_default (), specimen, cancellable,
                               loaded_cb, g_object_ref (picture));
}
