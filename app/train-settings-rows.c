/* train-settings-rows.c - the rows of the settings
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row stands for a key of run.ini. What is typed goes through pheno_run_set(), so that
 * the window allows and refuses what the command line does, in the same words.
 */
#include "app/train-settings-private.h"

#include "app/application.h"

#include <string.h>

/* What stands in the row: a word of a list, a whole number, or text. */
typedef enum
{
  CHOICE,
  INTEGER,
  TEXT
} Kind;

typedef struct
{
  const char *setting;
  Kind kind;
  gsize row, widget, field;
} Row;

#define ROW(name, kind, row, widget, field)                                              \
  {                                                                                      \
    name, kind, offsetof (PhenoTrainSettings, row),                                      \
        offsetof (PhenoTrainSettings, widget), offsetof (PhenoRun, field)                \
  }

static const Row rows[] = {
  ROW ("model.encoder", CHOICE, encoder_row, encoder_row, encoder),
  ROW ("model.size", INTEGER, size_row, size_spin, size),
  ROW ("training.batch", INTEGER, batch_row, batch_spin, batch),
  ROW ("training.epochs", INTEGER, epochs_row, epochs_spin, epochs),
  ROW ("loss.kind", CHOICE, loss_row, loss_row, loss),
  ROW ("loss.temperature", TEXT, temperature_row, temperature_entry, temperature),
  ROW ("training.optimiser", CHOICE, optimiser_row, optimiser_row, optimiser),
  ROW ("training.learning-rate", TEXT, rate_row, rate_entry, learning_rate),
  ROW ("training.weight-decay", TEXT, decay_row, decay_entry, weight_decay),
  ROW ("training.warm-up", INTEGER, warm_up_row, warm_up_spin, warm_up),
  ROW ("training.patience", INTEGER, patience_row, patience_spin, patience),
  ROW ("training.accumulate", INTEGER, accumulate_row, accumulate_spin, accumulate),
  ROW ("training.seed", TEXT, seed_row, seed_entry, seed),
  ROW ("training.precision", CHOICE, precision_row, precision_row, precision),
};

#define MEMBER(object, offset, type) (*(type *) (void *) ((char *) (object) + (offset)))

static void
set_error (PhenoTrainSettings *self, const Row *row, const char *sentence)
{
  AdwActionRow *widget = MEMBER (self, row->row, AdwActionRow *);
  const char *usual = g_object_get_data (G_OBJECT (widget), "subtitle");
  gboolean was_valid = pheno_train_settings_get_valid (self);

  if (usual == NULL)
    {
      const char *subtitle = adw_action_row_get_subtitle (widget);

      g_object_set_data_full (G_OBJECT (widget), "subtitle",
                              g_strdup (subtitle != NULL ? subtitle : ""), g_free);
      usual = g_object_get_data (G_OBJECT (widget), "subtitle");
    }

  if (sentence != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (sentence, -1);

      g_hash_table_add (self->errors, (gpointer) row->setting);
      adw_action_row_set_subtitle_lines (widget, 0);
      adw_action_row_set_subtitle (widget, escaped);
      gtk_widget_add_css_class (GTK_WIDGET (widget), "error");
    }
  else if (g_hash_table_remove (self->errors, row->setting))
    {
      adw_action_row_set_subtitle (widget, usual);
      gtk_widget_remove_css_class (GTK_WIDGET (widget), "error");
    }
  gtk_accessible_update_state (
      GTK_ACCESSIBLE (MEMBER (self, row->widget, GtkWidget *)),
      GTK_ACCESSIBLE_STATE_INVALID,
      sentence != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);

  if (was_valid != pheno_train_settings_get_valid (self))
    g_object_notify (G_OBJECT (self), "valid");
}

static char *
value_of_row (PhenoTrainSettings *self, const Row *row)
{
  gpointer widget = MEMBER (self, row->widget, gpointer);

  switch (row->kind)
    {
    case CHOICE:
      return g_strdup (pheno_run_choices (
          row->setting)[adw_combo_row_get_selected (ADW_COMBO_ROW (widget))]);
    case INTEGER:
      return g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (widget));
    case TEXT:
    default:
      return g_strstrip (g_strdup (gtk_editable_get_text (widget)));
    }
}

static char *
value_of_run (const Row *row, const PhenoRun *run)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  if (row->field == offsetof (PhenoRun, seed))
    return g_strdup_printf ("%" G_GUINT64_FORMAT, run->seed);
  value = MEMBER (run, row->field, double);
  if (row->field == offsetof (PhenoRun, learning_rate) && value == 0)
    return g_strdup ("auto");
  return g_strdup (g_ascii_formatd (number, sizeof number, "%.6g", value));
}

static guint
index_of (const char *const *words, const char *word)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;
  return 0;
}

static void
fill_row (PhenoTrainSettings *self, const Row *row)
{
  gpointer widget = MEMBER (self, row->widget, gpointer);

  switch (row->kind)
    {
    case CHOICE:
      adw_combo_row_set_selected (widget,
                                  index_of (pheno_run_choices (row->setting),
                                            MEMBER (self->run, row->field, char *)));
      break;
    case INTEGER:
      gtk_spin_button_set_value (widget, MEMBER (self->run, row->field, int));
      break;
    case TEXT:
    default:
      {
        g_autofree char *text = value_of_run (row, self->run);
        g_autofree char *shown = value_of_row (self, row);

        /* What is being typed is left alone where it means the same. */
        if (!g_str_equal (text, shown)
            && !g_hash_table_contains (self->errors, row->setting))
          gtk_editable_set_text (GTK_EDITABLE (widget), text);
      }
    }
}

static const char *
optimiser_words (const char *optimiser)
{
  if (g_str_equal (optimiser, "lars"))
    return _ ("For large batches and long runs");
  if (g_str_equal (optimiser, "adamw"))
    return _ ("Sure to learn in short runs");
  if (g_str_equal (optimiser, "sgd"))
    return _ ("The plainest; slow to begin");
  return "";
}

void
pheno_train_settings_fill_words (PhenoTrainSettings *self)
{
  guint images = pheno_train_settings_count_images (self);
  guint preset = pheno_train_preset_find (images, self->run);
  g_autofree char *rate
      = g_strdup_printf (_ ("“auto” is %.3g here"), pheno_run_learning_rate (self->run));
  g_autofree char *weights = g_str_equal (self->run->weights, "random")
                                 ? g_strdup (_ ("Random"))
                                 : pheno_display_name (self->run->weights);
  g_autofree char *escaped = g_markup_escape_text (weights, -1);
  g_autofree char *recipe
      = g_markup_escape_text (pheno_session_get_recipe_name (self->session), -1);

  adw_combo_row_set_selected (self->preset_row, preset);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->preset_row),
                               pheno_train_preset_words (preset));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->optimiser_row),
                               optimiser_words (self->run->optimiser));
  if (!g_hash_table_contains (self->errors, "training.learning-rate"))
    {
      adw_action_row_set_subtitle (self->rate_row, rate);
      g_object_set_data_full (G_OBJECT (self->rate_row), "subtitle", g_strdup (rate),
                              g_free);
    }
  adw_action_row_set_subtitle (self->weights_row, escaped);
  gtk_widget_set_sensitive (self->weights_clear_button,
                            !g_str_equal (self->run->weights, "random"));
  adw_action_row_set_subtitle (self->recipe_row, recipe);
}

static void
fill_device (PhenoTrainSettings *self)
{
  GListModel *names = adw_combo_row_get_model (self->device_row);

  for (guint i = 0; i < g_list_model_get_n_items (names); i++)
    if (g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (names), i),
                     self->run->device))
      adw_combo_row_set_selected (self->device_row, i);
}

void
pheno_train_settings_fill_rows (PhenoTrainSettings *self)
{
  gboolean before = self->filling;

  self->filling = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    fill_row (self, &rows[i]);
  fill_device (self);
  pheno_train_settings_fill_words (self);
  self->filling = before;
}

static void
take_row (PhenoTrainSettings *self, const Row *row)
{
  g_autofree char *value = NULL, *assignment = NULL;
  g_autoptr (PhenoRun) before = NULL;
  g_autoptr (GError) error = NULL;

  if (self->filling)
    return;

  value = value_of_row (self, row);
  assignment = g_strconcat (row->setting, "=", value, NULL);
  before = pheno_run_copy (self->run); /* a refused value may have been written */
  if (!pheno_run_set (self->run, assignment, &error))
    {
      pheno_run_free (self->run);
      self->run = g_steal_pointer (&before);
      set_error (self, row, error->message);
      return;
    }
  set_error (self, row, NULL);
  pheno_train_settings_give_session (self);
  pheno_train_settings_run_changed (self);
}

static void
row_cb (GObject *widget, GParamSpec *pspec, PhenoTrainSettings *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (MEMBER (self, rows[i].widget, GObject *) == widget)
      take_row (self, &rows[i]);
}

void
pheno_train_settings_clear_errors (PhenoTrainSettings *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    set_error (self, &rows[i], NULL);
}

/* ---- lists ---- */

static const struct
{
  const char *name, *title, *words;
} read_outs[] = {
  { "pattern", N_ ("Pattern"),
    N_ ("An early layer on a grid: best where all specimens lie in one pose") },
  { "whole", N_ ("Whole look"),
    N_ ("The last layer, wherever things are: for specimens in any pose") },
};

static void
read_out_cb (GObject *row, GParamSpec *pspec, PhenoTrainSettings *self)
{
  guint chosen = adw_combo_row_get_selected (self->read_out_row);

  if (chosen >= G_N_ELEMENTS (read_outs))
    return;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->read_out_row),
                               _ (read_outs[chosen].words));
  g_settings_set_string (pheno_settings (), "read-out", read_outs[chosen].name);
}

/* The engine's words, the encoder's as people write them. */
static void
offer_choices (AdwComboRow *row, const char *setting)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (const char *const *word = pheno_run_choices (setting); *word != NULL; word++)
    gtk_string_list_take (list, g_str_equal (setting, "model.encoder")
                                    ? pheno_encoder_label (*word)
                                    : g_strdup (*word));
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
}

static void
offer_devices (AdwComboRow *row)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, "auto");
  for (int i = 0; i < pk_device_count (); i++)
    {
      pk_device_info info;

      if (pk_device_describe (i, &info) == PK_OK)
        gtk_string_list_append (list, info.name);
    }
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
}

static void
offer_read_outs (PhenoTrainSettings *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_settings_get_string (pheno_settings (), "read-out");

  for (guint i = 0; i < G_N_ELEMENTS (read_outs); i++)
    gtk_string_list_append (list, _ (read_outs[i].title));
  adw_combo_row_set_model (self->read_out_row, G_LIST_MODEL (list));
  for (guint i = 0; i < G_N_ELEMENTS (read_outs); i++)
    if (g_str_equal (read_outs[i].name, chosen))
      adw_combo_row_set_selected (self->read_out_row, i);
  read_out_cb (NULL, NULL, self);
}

void
pheno_train_settings_connect_rows (PhenoTrainSettings *self)
{
  static const char *const notifies[] = {
    [CHOICE] = "notify::selected",
    [INTEGER] = "notify::value",
    [TEXT] = "notify::text",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].kind == CHOICE)
        offer_choices (MEMBER (self, rows[i].widget, AdwComboRow *), rows[i].setting);
      g_signal_connect (MEMBER (self, rows[i].widget, GObject *), notifies[rows[i].kind],
                        G_CALLBACK (row_cb), self);
    }

  offer_devices (self->device_row);
  offer_read_outs (self);
  g_signal_connect (self->read_out_row, "notify::selected", G_CALLBACK (read_out_cb),
                    self);
}
