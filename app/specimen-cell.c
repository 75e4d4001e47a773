/* specimen-cell.c - a specimen in a grid: its picture, name and species
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A grid view makes thirty rows of cells at once, and makes them anew whenever the filter
 * changes. So a cell is one widget, which draws all of it: of a picture and two labels
 * that are widgets, three hundred take longer to make than anybody waits for a letter
 * that he types.
 */
#include "app/specimen-cell.h"

#include "app/item-name.h"
#include "app/thumbnails.h"

#define GAP 3
#define CORNER 6
#define ICON_SIDE 16
#define FAILED_SIDE 32

/* Of the size of other text; the theme's captions have it, too. */
#define CAPTION_SCALE 0.82

/* Of what was left out, and of a second line. */
#define DIMMED 0.4
#define SECOND 0.6

struct _PhenoSpecimenCell
{
  GtkWidget parent_instance;

  int side;
  PhenoSpecimen *specimen;
  gulong excluded_handler, species_handler;
  GdkTexture *picture;
  GCancellable *loading;
  char *failure;               /* why there is no picture */
  PangoLayout *name, *species; /* NULL until they are drawn */
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenCell, pheno_specimen_cell, GTK_TYPE_WIDGET)

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

gboolean
pheno_specimen_cell_has_picture (PhenoSpecimenCell *self)
{
  return self->picture != NULL;
}

static void
forget_words (PhenoSpecimenCell *self)
{
  g_clear_object (&self->name);
  g_clear_object (&self->species);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
show_words (PhenoSpecimenCell *self)
{
  g_autofree char *words = pheno_specimen_in_words (self->specimen);
  g_autofree char *name = pheno_accessible_name (words);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  pheno_item_set_name (GTK_WIDGET (self), words);
  forget_words (self);
}

/* ---- the picture ---- */

static void
set_failure (PhenoSpecimenCell *self, const char *reason)
{
  g_free (self->failure);
  self->failure = g_strdup (reason);
}

static void
loaded_cb (GObject *thumbnails, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoSpecimenCell) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) picture
      = pheno_thumbnails_load_finish (PHENO_THUMBNAILS (thumbnails), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  g_set_object (&self->picture, picture);
  set_failure (self, error != NULL ? error->message : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
load (PhenoSpecimenCell *self)
{
  PhenoThumbnails *thumbnails = pheno_thumbnails_get_default ();

  self->picture = pheno_thumbnails_peek (thumbnails, self->specimen);
  if (self->picture != NULL)
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
  g_clear_object (&self->picture);
  set_failure (self, NULL);
  if (self->specimen != NULL)
    {
      g_clear_signal_handler (&self->excluded_handler, self->specimen);
      g_clear_signal_handler (&self->species_handler, self->specimen);
    }
  g_set_object (&self->specimen, specimen);
  if (specimen == NULL)
    {
      forget_words (self);
      return;
    }

  self->excluded_handler = g_signal_connect_swapped (specimen, "notify::excluded",
                                                     G_CALLBACK (show_words), self);
  self->species_handler = g_signal_connect_swapped (specimen, "notify::species",
                                                    G_CALLBACK (show_words), self);
  show_words (self);
  load (self);
}

void
pheno_specimen_cell_set_side (PhenoSpecimenCell *self, int side)
{
  if (self->side == side)
    return;
  self->side = side;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* ---- drawing ---- */

static int
line_height (GtkWidget *widget)
{
  PangoFontMetrics *metrics
      = pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  double height = pango_font_metrics_get_height (metrics);

  pango_font_metrics_unref (metrics);
  return (int) ceil (height * CAPTION_SCALE / PANGO_SCALE);
}

static void
pheno_specimen_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                             int *minimum, int *natural, int *minimum_baseline,
                             int *natural_baseline)
{
  PhenoSpecimenCell *self = PHENO_SPECIMEN_CELL (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL
                            ? self->side
                            : self->side + 2 * (GAP + line_height (widget));
}

static PangoLayout *
layout_new (GtkWidget *widget, const char *text, PangoEllipsizeMode ellipsize)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (CAPTION_SCALE));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, ellipsize);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  return layout;
}

static void
make_words (PhenoSpecimenCell *self)
{
  const char *species = pheno_specimen_get_species (self->specimen);

  self->name = layout_new (GTK_WIDGET (self), pheno_specimen_get_name (self->specimen),
                           PANGO_ELLIPSIZE_MIDDLE);
  self->species = layout_new (GTK_WIDGET (self), species != NULL ? species : "",
                              PANGO_ELLIPSIZE_END);
}

static void
draw_line (GtkSnapshot *snapshot, PangoLayout *layout, int width, int y, GdkRGBA colour,
           double opacity)
{
  colour.alpha *= (float) opacity;
  pango_layout_set_width (layout, width * PANGO_SCALE);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
draw_icon (GtkWidget *widget, GtkSnapshot *snapshot, const char *name, int side, double x,
           double y, const GdkRGBA *colour)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
      theme, name, NULL, side, gtk_widget_get_scale_factor (widget),
      gtk_widget_get_direction (widget), 0);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, side,
                                            side, colour, 1);
  gtk_snapshot_restore (snapshot);
}

/* The whole picture in the middle of its square. */
static void
draw_picture (PhenoSpecimenCell *self, GtkSnapshot *snapshot, int width)
{
  double wide = gdk_texture_get_width (self->picture);
  double high = gdk_texture_get_height (self->picture);
  double scale = MIN (width / wide, self->side / high);

  gtk_snapshot_append_texture (
      snapshot, self->picture,
      &GRAPHENE_RECT_INIT ((float) ((width - wide * scale) / 2),
                           (float) ((self->side - high * scale) / 2),
                           (float) (wide * scale), (float) (high * scale)));
}

static void
draw_ground (PhenoSpecimenCell *self, GtkSnapshot *snapshot, int width, GdkRGBA colour)
{
  GskRoundedRect square;

  colour.alpha *= 0.06f;
  gsk_rounded_rect_init_from_rect (&square, &GRAPHENE_RECT_INIT (0, 0, width, self->side),
                                   CORNER);
  gtk_snapshot_push_rounded_clip (snapshot, &square);
  gtk_snapshot_append_color (snapshot, &colour, &square.bounds);
  if (self->picture != NULL)
    draw_picture (self, snapshot, width);
  gtk_snapshot_pop (snapshot);
}

/* A sign besides the dimming: colour alone says nothing to many. */
static void
draw_badge (PhenoSpecimenCell *self, GtkSnapshot *snapshot, int width)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA ground = { 0.9f, 0.6f, 0, 1 }, sign = { 0, 0, 0, 1 };
  GskRoundedRect disc;
  float side = ICON_SIDE + 2 * GAP;

  gtk_style_context_lookup_color (style, "warning_bg_color", &ground);
  gtk_style_context_lookup_color (style, "warning_fg_color", &sign);
  gsk_rounded_rect_init_from_rect (
      &disc, &GRAPHENE_RECT_INIT ((float) width - side - CORNER, CORNER, side, side),
      side / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &disc);
  gtk_snapshot_append_color (snapshot, &ground, &disc.bounds);
  gtk_snapshot_pop (snapshot);
  draw_icon (GTK_WIDGET (self), snapshot, "action-unavailable-symbolic", ICON_SIDE,
             disc.bounds.origin.x + GAP, disc.bounds.origin.y + GAP, &sign);
}

static void
pheno_specimen_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PhenoSpecimenCell *self = PHENO_SPECIMEN_CELL (widget);
  int width = gtk_widget_get_width (widget), line = line_height (widget);
  gboolean excluded;
  GdkRGBA colour;

  if (self->specimen == NULL)
    return;
  if (self->name == NULL)
    make_words (self);

  excluded = pheno_specimen_get_excluded (self->specimen);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  if (excluded)
    gtk_snapshot_push_opacity (snapshot, DIMMED);
  draw_ground (self, snapshot, width, colour);
  draw_line (snapshot, self->name, width, self->side + GAP, colour, 1);
  draw_line (snapshot, self->species, width, self->side + 2 * GAP + line, colour, SECOND);
  if (excluded)
    gtk_snapshot_pop (snapshot);

  if (self->failure != NULL)
    draw_icon (widget, snapshot, "image-missing-symbolic", FAILED_SIDE,
               (width - FAILED_SIDE) / 2.0, (self->side - FAILED_SIDE) / 2.0, &colour);
  if (excluded)
    draw_badge (self, snapshot, width);
}

/* ---- the object ---- */

static void
pheno_specimen_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (pheno_specimen_cell_parent_class)->css_changed (widget, change);
  forget_words (PHENO_SPECIMEN_CELL (widget));
}

static gboolean
pheno_specimen_cell_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard,
                                   GtkTooltip *tooltip)
{
  PhenoSpecimenCell *self = PHENO_SPECIMEN_CELL (widget);
  const char *text = self->failure;

  if (text == NULL && self->name != NULL && pango_layout_is_ellipsized (self->name))
    text = pheno_specimen_get_name (self->specimen);
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

static void
pheno_specimen_cell_dispose (GObject *object)
{
  PhenoSpecimenCell *self = PHENO_SPECIMEN_CELL (object);

  pheno_specimen_cell_set_specimen (self, NULL);
  G_OBJECT_CLASS (pheno_specimen_cell_parent_class)->dispose (object);
}

static void
pheno_specimen_cell_class_init (PhenoSpecimenCellClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_specimen_cell_dispose;
  widget_class->measure = pheno_specimen_cell_measure;
  widget_class->snapshot = pheno_specimen_cell_snapshot;
  widget_class->css_changed = pheno_specimen_cell_css_changed;
  widget_class->query_tooltip = pheno_specimen_cell_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "specimencell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pheno_specimen_cell_init (PhenoSpecimenCell *self)
{
  self->side = 144;
  /* Not by gtk_widget_set_tooltip_text(), which asks the display where the pointer is,
   * and waits for the answer, for each cell that comes into sight. */
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}
