/* specimen-cell.c - a specimen in a grid: its picture, name and species
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/specimen-cell.h"

#include "app/thumbnails.h"

struct _PhenoSpecimenCell
{
  AdwBin parent_instance;

  /* template children */
  GtkPicture *picture;
  GtkImage *failed_image, *excluded_image;
  GtkInscription *name_label, *species_label;

  /* owned */
  PhenoSpecimen *specimen;
  GSignalGroup *specimen_signals;
  GCancellable *loading;
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenCell, pheno_specimen_cell, ADW_TYPE_BIN)

GtkWidget *
pheno_specimen_cell_new (void)
{
  return g_object_new (PHENO_TYPE_SPECIMEN_CELL, NULL);
}

PhenoSpecimen *
pheno_specimen_cell_get_specimen (PhenoSpecimenCell *self)
{
  return self->specimen;
}

static void
show_words (PhenoSpecimenCell *self)
{
  const char *name = pheno_specimen_get_name (self->specimen);
  const char *species = pheno_specimen_get_species (self->specimen);
  gboolean excluded = pheno_specimen_get_excluded (self->specimen);
  g_autofree char *words = NULL;

  if (species == NULL)
    species = "";
  gtk_inscription_set_text (self->name_label, name);
  gtk_inscription_set_text (self->species_label, species);
  gtk_widget_set_visible (GTK_WIDGET (self->excluded_image), excluded);
  if (excluded)
    gtk_widget_add_css_class (GTK_WIDGET (self), "excluded");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "excluded");

  /* Translators: name and species of a specimen, as a screen reader says them. */
  words = g_strdup_printf (excluded ? _ ("%s, %s, excluded") : _ ("%s, %s"), name,
                           *species != '\0' ? species : _ ("no species"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), NULL);
}

static void
loaded_cb (GObject *thumbnails, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoSpecimenCell) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture
      = pheno_thumbnails_load_finish (PHENO_THUMBNAILS (thumbnails), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  gtk_widget_set_visible (GTK_WIDGET (self->failed_image), texture == NULL);
  if (error != NULL)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), error->message);
}

static void
load (PhenoSpecimenCell *self)
{
  PhenoThumbnails *thumbnails = pheno_thumbnails_get_default ();
  g_autoptr (GdkTexture) texture = pheno_thumbnails_peek (thumbnails, self->specimen);

  gtk_widget_set_visible (GTK_WIDGET (self->failed_image), FALSE);
  gtk_picture_set_paintable (self->picture, GDK_PAINTABLE (texture));
  if (texture != NULL)
    return;

  self->loading = g_cancellable_new ();
  pheno_thumbnails_load_async (thumbnails, self->specimen, self->loading, loaded_cb,
                               g_object_ref (self));
}

void
pheno_specimen_cell_set_specimen (PhenoSpecimenCell *self, PhenoSpecimen *specimen)
{
  if (self->specimen == specimen)
    return;

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_set_object (&self->specimen, specimen);
  g_signal_group_set_target (self->specimen_signals, specimen);
  if (specimen == NULL)
    {
      gtk_picture_set_paintable (self->picture, NULL);
      return;
    }
  show_words (self);
  load (self);
}

void
pheno_specimen_cell_set_side (PhenoSpecimenCell *self, int side)
{
  gtk_widget_set_size_request (GTK_WIDGET (self->picture), side, side);
}

static void
pheno_specimen_cell_dispose (GObject *object)
{
  PhenoSpecimenCell *self = PHENO_SPECIMEN_CELL (object);

  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_SPECIMEN_CELL);
  g_clear_object (&self->specimen_signals);
  g_clear_object (&self->specimen);
  G_OBJECT_CLASS (pheno_specimen_cell_parent_class)->dispose (object);
}

static void
pheno_specimen_cell_class_init (PhenoSpecimenCellClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_specimen_cell_dispose;
  gtk_widget_class_set_css_name (widget_class, "specimencell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/specimen-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenCell, picture);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenCell, failed_image);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenCell, excluded_image);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenCell, name_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenCell, species_label);
}

static void
pheno_specimen_cell_init (PhenoSpecimenCell *self)
{
  self->specimen_signals = g_signal_group_new (PHENO_TYPE_SPECIMEN);
  g_signal_group_connect_swapped (self->specimen_signals, "notify::excluded",
                                  G_CALLBACK (show_words), self);
  g_signal_group_connect_swapped (self->specimen_signals, "notify::species",
                                  G_CALLBACK (show_words), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}
