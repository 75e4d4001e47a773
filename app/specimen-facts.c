/* specimen-facts.c - all that is known about a specimen, as a list
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/specimen-facts.h"

#include "app/filter-group.h"
#include "app/item-name.h"

struct _PhenoSpecimenFacts
{
  AdwBin parent_instance;

  /* template children */
  GtkBox *file_facts, *value_facts;
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenFacts, pheno_specimen_facts, ADW_TYPE_BIN)

char *
pheno_specimen_describe_size (PhenoSpecimen *specimen)
{
  int width, height;

  pheno_specimen_get_size (specimen, &width, &height, NULL);
  /* Translators: width and height of an image, in pixels. */
  return g_strdup_printf (_ ("%d × %d"), width, height);
}

char *
pheno_specimen_describe_bands (PhenoSpecimen *specimen)
{
  int bands;

  pheno_specimen_get_size (specimen, NULL, NULL, &bands);
  switch (pheno_specimen_get_sample_type (specimen))
    {
    case PHENO_SAMPLE_UINT8:
      return g_strdup_printf (ngettext ("%d band, 8 bits", "%d bands, 8 bits", bands),
                              bands);
    case PHENO_SAMPLE_UINT16:
      return g_strdup_printf (ngettext ("%d band, 16 bits", "%d bands, 16 bits", bands),
                              bands);
    case PHENO_SAMPLE_FLOAT32:
    default:
      return g_strdup_printf (
          ngettext ("%d band, floating point", "%d bands, floating point", bands), bands);
    }
}

static void
clear (GtkBox *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static void
add_fact (GtkBox *box, const char *title, const char *value)
{
  GtkWidget *fact = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (title), *text = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (name, "caption");
  gtk_widget_add_css_class (name, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  pheno_label_forbid_hyphens (GTK_LABEL (text));
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_box_append (GTK_BOX (fact), name);
  gtk_box_append (GTK_BOX (fact), text);
  gtk_box_append (box, fact);
}

static void
add_file_facts (PhenoSpecimenFacts *self, PhenoSpecimen *specimen)
{
  g_autofree char *file = pheno_breakable_name (pheno_specimen_get_file (specimen));
  g_autofree char *size = pheno_specimen_describe_size (specimen);
  g_autofree char *bands = pheno_specimen_describe_bands (specimen);
  g_autofree char *bytes = g_format_size (pheno_specimen_get_bytes (specimen));
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (
      pheno_specimen_get_modified_us (specimen) / G_USEC_PER_SEC);
  g_autofree char *changed = time != NULL ? g_date_time_format (time, "%x %X") : NULL;

  add_fact (self->file_facts, _ ("File"), file);
  add_fact (self->file_facts, _ ("Size in Pixels"), size);
  add_fact (self->file_facts, _ ("Bands"), bands);
  add_fact (self->file_facts, _ ("Size on Disk"), bytes);
  if (changed != NULL)
    add_fact (self->file_facts, _ ("Changed"), changed);
}

void
pheno_specimen_facts_show (PhenoSpecimenFacts *self, PhenoSession *session,
                           PhenoSpecimen *specimen)
{
  const char *const *columns = pheno_session_get_columns (session);

  clear (self->file_facts);
  clear (self->value_facts);
  for (; *columns != NULL; columns++)
    {
      const char *value = pheno_specimen_get_value (specimen, *columns);

      if (value != NULL)
        add_fact (self->value_facts, pheno_column_title (*columns), value);
    }
  add_file_facts (self, specimen);
}

static void
pheno_specimen_facts_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHENO_TYPE_SPECIMEN_FACTS);
  G_OBJECT_CLASS (pheno_specimen_facts_parent_class)->dispose (object);
}

static void
pheno_specimen_facts_class_init (PhenoSpecimenFactsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_specimen_facts_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/specimen-facts.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenFacts, file_facts);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenFacts, value_facts);
}

static void
pheno_specimen_facts_init (PhenoSpecimenFacts *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
