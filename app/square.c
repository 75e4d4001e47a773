/* square.c - a picture in a square that is as wide as there is room
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A GtkPicture takes the picture's own size; here specimens of all shapes and views of
 * all sizes stand in one raster.
 */
#include "app/view-pair.h"

#define SMALLEST 84

struct _PhenoSquare
{
  GtkWidget parent_instance;

  GdkPaintable *paintable;
};

G_DEFINE_FINAL_TYPE (PhenoSquare, pheno_square, GTK_TYPE_WIDGET)

void
pheno_square_set_paintable (PhenoSquare *self, GdkPaintable *paintable)
{
  if (g_set_object (&self->paintable, paintable))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static GtkSizeRequestMode
pheno_square_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
pheno_square_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                      int *minimum, int *natural, int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL && for_size > SMALLEST
                            ? for_size
                            : SMALLEST;
  *minimum_baseline = *natural_baseline = -1;
}

static void
pheno_square_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PhenoSquare *self = PHENO_SQUARE (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double across, down, scale;
  graphene_rect_t bounds;

  if (self->paintable == NULL)
    return;

  across = gdk_paintable_get_intrinsic_width (self->paintable);
  down = gdk_paintable_get_intrinsic_height (self->paintable);
  scale = MIN (width / across, height / down);
  graphene_rect_init (&bounds, (float) ((width - across * scale) / 2),
                      (float) ((height - down * scale) / 2), (float) (across * scale),
                      (float) (down * scale));
  if (GDK_IS_TEXTURE (self->paintable))
    gtk_snapshot_append_texture (snapshot, GDK_TEXTURE (self->paintable), &bounds);
}

static void
pheno_square_dispose (GObject *object)
{
  PhenoSquare *self = PHENO_SQUARE (object);

  g_clear_object (&self->paintable);

  G_OBJECT_CLASS (pheno_square_parent_class)->dispose (object);
}

static void
pheno_square_class_init (PhenoSquareClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_square_dispose;
  widget_class->get_request_mode = pheno_square_get_request_mode;
  widget_class->measure = pheno_square_measure;
  widget_class->snapshot = pheno_square_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pheno_square_init (PhenoSquare *self)
{
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}
