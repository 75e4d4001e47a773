/* explore-page.c - the map of look-alikes, neighbours, groups, figures
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/explore-page.h"

#include "app/session.h"

struct _PhenoExplorePage
{
  AdwBin parent_instance;

  /* owned */
  PhenoSession *session;
};

G_DEFINE_FINAL_TYPE (PhenoExplorePage, pheno_explore_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
set_session (PhenoExplorePage *self, PhenoSession *session)
{
  if (!g_set_object (&self->session, session))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
}

static void
pheno_explore_page_get_property (GObject *object, guint id, GValue *value,
                                 GParamSpec *pspec)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  if (id == PROP_SESSION)
    g_value_set_object (value, self->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_explore_page_set_property (GObject *object, guint id, const GValue *value,
                                 GParamSpec *pspec)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  if (id == PROP_SESSION)
    set_session (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_explore_page_dispose (GObject *object)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_EXPLORE_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pheno_explore_page_parent_class)->dispose (object);
}

static void
pheno_explore_page_class_init (PhenoExplorePageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_explore_page_get_property;
  object_class->set_property = pheno_explore_page_set_property;
  object_class->dispose = pheno_explore_page_dispose;
  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/explore-page.ui");
}

static void
pheno_explore_page_init (PhenoExplorePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
