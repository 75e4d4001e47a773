/* run-item.c - one run of the study
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/run-item.h"

#include <string.h>

struct _PhenoRunItem
{
  GObject parent_instance;

  PhenoRunFacts *facts;
  char *name, *title, *subtitle;
  gboolean compared;
};

G_DEFINE_FINAL_TYPE (PhenoRunItem, pheno_run_item, G_TYPE_OBJECT)

enum
{
  PROP_TITLE = 1,
  PROP_SUBTITLE,
  PROP_COMPARED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];
static guint changed_signal;

/* ---- what the folder says ---- */

static gboolean
has_file (const char *path, const char *name)
{
  g_autofree char *file = g_build_filename (path, name, NULL);

  return g_file_test (file, G_FILE_TEST_IS_REGULAR);
}

PhenoRunFacts *
pheno_run_facts_read (const char *path)
{
  PhenoRunFacts *facts = g_new0 (PhenoRunFacts, 1);
  g_autofree char *ini = g_build_filename (path, "run.ini", NULL);
  g_autoptr (GError) error = NULL;

  facts->path = g_strdup (path);
  facts->holder = pheno_run_folder_holder (path);
  facts->state = pheno_run_folder_state (path, &facts->message);
  facts->history = pheno_history_load (path);
  facts->has_weights
      = has_file (path, "best.safetensors") || has_file (path, "last.safetensors");
  facts->has_embedding = has_file (path, PHENO_EMBEDDINGS_NAME);
  facts->untrained = pheno_run_folder_untrained (path);
  facts->run = pheno_run_load (ini, &error);
  if (facts->run == NULL && facts->message == NULL)
    facts->message = g_strdup (error->message);

  return facts;
}

void
pheno_run_facts_free (PhenoRunFacts *facts)
{
  if (facts == NULL)
    return;

  g_free (facts->path);
  g_clear_pointer (&facts->run, pheno_run_free);
  g_array_unref (facts->history);
  g_free (facts->message);
  g_free (facts);
}

static gboolean
same_facts (const PhenoRunFacts *a, const PhenoRunFacts *b)
{
  gboolean same_start
      = a->untrained == b->untrained || (isnan (a->untrained) && isnan (b->untrained));

  return same_start && a->state == b->state && a->holder == b->holder
         && a->history->len == b->history->len && a->has_weights == b->has_weights
         && a->has_embedding == b->has_embedding && (a->run != NULL) == (b->run != NULL)
         && (a->run == NULL || a->run->epochs == b->run->epochs)
         && g_strcmp0 (a->message, b->message) == 0;
}

/* ---- words ---- */

static const char *
state_word (PhenoRunState state)
{
  switch (state)
    {
    case PHENO_RUN_RUNNING:
      return _ ("Training");
    case PHENO_RUN_PAUSED:
      return _ ("Paused");
    case PHENO_RUN_INTERRUPTED:
      return _ ("Interrupted");
    case PHENO_RUN_FAILED:
      return _ ("Failed");
    case PHENO_RUN_KEPT:
      return _ ("Stopped and kept");
    case PHENO_RUN_DONE:
      return _ ("Done");
    case PHENO_RUN_PREPARED:
    default:
      return _ ("Not begun");
    }
}

/* Translators, of all these: epochs done, and epochs planned. */
static const char *
state_sentence (PhenoRunState state, gboolean all)
{
  switch (state)
    {
    case PHENO_RUN_RUNNING:
      return _ ("Training: %u of %u epochs done");
    case PHENO_RUN_PAUSED:
      return _ ("Paused after %u of %u epochs");
    case PHENO_RUN_INTERRUPTED:
      return all ? _ ("Interrupted at the very end: %u of %u epochs are done")
                 : _ ("Interrupted after %u of %u epochs");
    case PHENO_RUN_FAILED:
      return all ? _ ("Failed at the very end: %u of %u epochs are done")
                 : _ ("Failed after %u of %u epochs");
    case PHENO_RUN_KEPT:
      return _ ("Stopped and kept after %u of %u epochs");
    case PHENO_RUN_DONE:
      return all ? _ ("Done · %u of %u epochs")
                 : _ ("Done early, as it got no better: %u of %u epochs");
    case PHENO_RUN_PREPARED:
    default:
      return NULL;
    }
}

char *
pheno_run_state_in_words (PhenoRunState state, guint epochs, guint planned)
{
  const char *sentence = planned > 0 ? state_sentence (state, epochs >= planned) : NULL;

  return sentence != NULL ? g_strdup_printf (sentence, epochs, planned)
                          : g_strdup (state_word (state));
}

char *
pheno_encoder_label (const char *encoder)
{
  if (g_str_has_prefix (encoder, "resnet"))
    return g_strconcat ("ResNet-", encoder + strlen ("resnet"), NULL);
  if (strlen (encoder) > 6 && g_str_has_prefix (encoder, "vit-")) /* "vit-b-16" */
    return g_strdup_printf ("ViT-%c/%s", g_ascii_toupper (encoder[4]), encoder + 6);
  if (g_str_equal (encoder, "efficientnet-lite0"))
    return g_strdup ("EfficientNet-Lite0");
  return g_strdup (encoder);
}

/* Lowest loss and newest accuracy; NAN where there is none. */
static void
sum_up (const PhenoRunFacts *facts, double *loss, double *accuracy)
{
  *loss = *accuracy = NAN;
  for (guint i = 0; i < facts->history->len; i++)
    {
      const PhenoHistoryRow *row = &g_array_index (facts->history, PhenoHistoryRow, i);

      if (isnan (*loss) || row->loss < *loss)
        *loss = row->loss;
      if (!isnan (row->knn_accuracy))
        *accuracy = row->knn_accuracy;
    }
}

static char *
make_title (const PhenoRunFacts *facts, const char *name)
{
  g_autofree char *encoder = NULL;

  if (facts->run == NULL)
    return g_strdup (name);
  encoder = pheno_encoder_label (facts->run->encoder);
  /* Translators: a run in the list: its name (a date and a letter), the encoder, the side
   * of its input in pixels and the recipe of its augmentations. */
  return g_strdup_printf (_ ("%s · %s, %d px, %s"), name, encoder, facts->run->size,
                          facts->run->recipe_name);
}

static char *
make_subtitle (PhenoRunItem *self)
{
  const PhenoRunFacts *facts = self->facts;
  guint epoch = pheno_run_item_get_epoch (self);
  g_autofree char *state = pheno_run_state_in_words (
      facts->state, epoch, facts->run != NULL ? (guint) facts->run->epochs : 0);
  GString *text = g_string_new (state);
  double loss, accuracy;

  sum_up (facts, &loss, &accuracy);
  if (!isnan (loss))
    g_string_append_printf (text, _ (" · lowest loss %.3f"), loss);
  if (!isnan (accuracy))
    g_string_append_printf (text, _ (" · %.0f %% of neighbours of the same species"),
                            100 * accuracy);

  return g_string_free (text, FALSE);
}

static void
describe (PhenoRunItem *self)
{
  g_free (self->title);
  self->title = make_title (self->facts, self->name);
  g_free (self->subtitle);
  self->subtitle = make_subtitle (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUBTITLE]);
}

/* ---- the item ---- */

PhenoRunItem *
pheno_run_item_new (PhenoRunFacts *facts)
{
  PhenoRunItem *self = g_object_new (PHENO_TYPE_RUN_ITEM, NULL);
  g_autofree char *base = g_path_get_basename (facts->path);

  self->facts = facts;
  self->name = pheno_display_name (base);
  describe (self);
  return self;
}

void
pheno_run_item_take (PhenoRunItem *self, PhenoRunFacts *facts)
{
  gboolean same = same_facts (self->facts, facts);

  pheno_run_facts_free (self->facts);
  self->facts = facts;
  if (same)
    return;

  describe (self);
  g_signal_emit (self, changed_signal, 0);
}

const PhenoRunFacts *
pheno_run_item_get_facts (PhenoRunItem *self)
{
  return self->facts;
}

const char *
pheno_run_item_get_path (PhenoRunItem *self)
{
  return self->facts->path;
}

const char *
pheno_run_item_get_name (PhenoRunItem *self)
{
  return self->name;
}

PhenoRunState
pheno_run_item_get_state (PhenoRunItem *self)
{
  return self->facts->state;
}

gboolean
pheno_run_item_get_compared (PhenoRunItem *self)
{
  return self->compared;
}

guint
pheno_run_item_get_epoch (PhenoRunItem *self)
{
  const GArray *history = self->facts->history;

  return history->len > 0
             ? g_array_index (history, PhenoHistoryRow, history->len - 1).epoch
             : 0;
}

static void
pheno_run_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoRunItem *self = PHENO_RUN_ITEM (object);

  if (id == PROP_TITLE)
    g_value_set_string (value, self->title);
  else if (id == PROP_SUBTITLE)
    g_value_set_string (value, self->subtitle);
  else if (id == PROP_COMPARED)
    g_value_set_boolean (value, self->compared);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_run_item_set_property (GObject *object, guint id, const GValue *value,
                             GParamSpec *pspec)
{
  PhenoRunItem *self = PHENO_RUN_ITEM (object);

  if (id == PROP_COMPARED)
    self->compared = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_run_item_finalize (GObject *object)
{
  PhenoRunItem *self = PHENO_RUN_ITEM (object);

  g_clear_pointer (&self->facts, pheno_run_facts_free);
  g_free (self->name);
  g_free (self->title);
  g_free (self->subtitle);

  G_OBJECT_CLASS (pheno_run_item_parent_class)->finalize (object);
}

static void
pheno_run_item_class_init (PhenoRunItemClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_run_item_get_property;
  object_class->set_property = pheno_run_item_set_property;
  object_class->finalize = pheno_run_item_finalize;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  props[PROP_COMPARED] = g_param_spec_boolean (
      "compared", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pheno_run_item_init (PhenoRunItem *self)
{
}
