/* bookmark.c - where the user was in a study: page, filter, selection
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     [session]
 *     process=4711            0 once the study was closed
 *     page=explore
 *     search=yellow
 *     selected=rgb/a.png;rgb/b.png;
 *
 *     [filter]
 *     species=Vanessa picta;
 *
 * The process tells a later program whether the window was closed or killed.
 */
#include "app/bookmark.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

/* A lasso lies still for that long before it is written. */
#define WRITE_DELAY_MS 1000
/* A selection of more is written as none: it is one key to make again (Ctrl+A), and the
 * file stays small. */
#define MOST_SELECTED 5000

struct _PhenoBookmark
{
  GObject parent_instance;

  /* borrowed from the window, which outlives it */
  PhenoSession *session;
  AdwViewStack *pages;

  /* owned */
  char *study_path;
  GKeyFile *file; /* as it stands, or soon will */
  gboolean putting_back;
  guint write_source;
};

G_DEFINE_FINAL_TYPE (PhenoBookmark, pheno_bookmark, G_TYPE_OBJECT)

static GKeyFile *
load_file (const char *study_path)
{
  g_autofree char *path = g_build_filename (study_path, "session.ini", NULL);
  GKeyFile *file = g_key_file_new ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

/* A bookmark that cannot be kept, as the disk is full or may not be written, costs some
 * clicks next time and is no reason to stop. */
static void
save_file (GKeyFile *file, const char *study_path)
{
  g_autofree char *path = g_build_filename (study_path, "session.ini", NULL);
  gsize length;
  g_autofree char *text = g_key_file_to_data (file, &length, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0666,
                                 &error))
    g_debug ("%s: %s", path, error->message);
}

/* ---- what was left open ---- */

/* Numbers of processes come round again, so its name is looked at, too. */
static gboolean
is_our_program (gint64 process)
{
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *link = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/exe", process);
  g_autofree char *its = g_file_read_link (link, NULL);

  if (kill ((pid_t) process, 0) != 0 && errno == ESRCH)
    return FALSE;
  return own == NULL || its == NULL || g_str_equal (own, its);
}

gboolean
pheno_bookmark_was_left_open (const char *study_path)
{
  g_autoptr (GKeyFile) file = load_file (study_path);
  gint64 process = g_key_file_get_int64 (file, "session", "process", NULL);

  return process > 0 && process != getpid () && !is_our_program (process);
}

void
pheno_bookmark_dismiss (const char *study_path)
{
  g_autoptr (GKeyFile) file = load_file (study_path);

  g_key_file_set_int64 (file, "session", "process", 0);
  save_file (file, study_path);
}

/* ---- writing ---- */

static void
take_selection (PhenoBookmark *self)
{
  GtkSelectionModel *model
      = GTK_SELECTION_MODEL (pheno_session_get_selection (self->session));
  g_autoptr (GtkBitset) set = gtk_selection_model_get_selection (model);
  g_autoptr (GPtrArray) files = g_ptr_array_new ();

  if (gtk_bitset_get_size (set) <= MOST_SELECTED)
    {
      g_autoptr (GPtrArray) selected = pheno_session_selected (self->session);

      for (guint i = 0; i < selected->len; i++)
        g_ptr_array_add (files, (gpointer) pheno_specimen_get_file (selected->pdata[i]));
    }
  g_key_file_set_string_list (self->file, "session", "selected",
                              (const char *const *) files->pdata, files->len);
}

static void
take_filter (PhenoBookmark *self)
{
  const char *search = pheno_session_get_search (self->session);
  const char *const *columns = pheno_session_get_columns (self->session);

  g_key_file_set_string (self->file, "session", "search", search != NULL ? search : "");
  g_key_file_remove_group (self->file, "filter", NULL);
  for (; *columns != NULL; columns++)
    {
      g_auto (GStrv) values = pheno_session_get_values_shown (self->session, *columns);
      /* A name of a column may hold what no key may. */
      g_autofree char *key = g_uri_escape_string (*columns, " ", TRUE);

      if (*values != NULL)
        g_key_file_set_string_list (self->file, "filter", key,
                                    (const char *const *) values, g_strv_length (values));
    }
}

static gboolean
write_cb (gpointer user_data)
{
  PhenoBookmark *self = user_data;

  self->write_source = 0;
  save_file (self->file, self->study_path);

  return G_SOURCE_REMOVE;
}

/* What there is now is taken at once: when the study closes it is gone. */
static void
changed_cb (PhenoBookmark *self)
{
  if (self->study_path == NULL || self->putting_back
      || pheno_session_get_study (self->session) == NULL)
    return;

  g_key_file_set_string (self->file, "session", "page",
                         adw_view_stack_get_visible_child_name (self->pages));
  take_filter (self);
  take_selection (self);

  g_clear_handle_id (&self->write_source, g_source_remove);
  self->write_source = g_timeout_add (WRITE_DELAY_MS, write_cb, self);
}

/* ---- opening and closing ---- */

static void
put_back_filter (PhenoBookmark *self)
{
  g_autofree char *search = g_key_file_get_string (self->file, "session", "search", NULL);
  g_auto (GStrv) keys = g_key_file_get_keys (self->file, "filter", NULL, NULL);

  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_auto (GStrv) values
          = g_key_file_get_string_list (self->file, "filter", keys[i], NULL, NULL);
      g_autofree char *column = g_uri_unescape_string (keys[i], NULL);

      if (column != NULL
          && g_strv_contains (pheno_session_get_columns (self->session), column))
        pheno_session_set_values_shown (self->session, column,
                                        (const char *const *) values);
    }
  pheno_session_set_search (self->session, search);
}

static void
put_back_selection (PhenoBookmark *self)
{
  g_auto (GStrv) files
      = g_key_file_get_string_list (self->file, "session", "selected", NULL, NULL);
  g_autoptr (GPtrArray) specimens = g_ptr_array_new ();

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      PhenoSpecimen *specimen = pheno_session_find (self->session, files[i]);

      if (specimen != NULL)
        g_ptr_array_add (specimens, specimen);
    }
  if (specimens->len > 0)
    pheno_session_select (self->session, specimens, FALSE);
}

static void
put_back (PhenoBookmark *self)
{
  g_autofree char *page = g_key_file_get_string (self->file, "session", "page", NULL);
  GtkWidget *child
      = page != NULL ? adw_view_stack_get_child_by_name (self->pages, page) : NULL;

  self->putting_back = TRUE;
  put_back_filter (self);
  put_back_selection (self);
  if (child == NULL)
    child = adw_view_stack_get_child_by_name (self->pages, "collection");
  adw_view_stack_set_visible_child (self->pages, child);
  self->putting_back = FALSE;
}

static void
close_file (PhenoBookmark *self)
{
  g_clear_handle_id (&self->write_source, g_source_remove);
  if (self->file != NULL)
    {
      g_key_file_set_int64 (self->file, "session", "process", 0);
      save_file (self->file, self->study_path);
    }
  g_clear_pointer (&self->file, g_key_file_unref);
  g_clear_pointer (&self->study_path, g_free);
}

static void
study_changed_cb (PhenoBookmark *self)
{
  const char *path = pheno_session_get_study_path (self->session);

  if (g_strcmp0 (path, self->study_path) == 0)
    return;

  close_file (self);
  if (path == NULL)
    return;

  self->study_path = g_strdup (path);
  self->file = load_file (path);
  g_key_file_set_int64 (self->file, "session", "process", getpid ());
  put_back (self);
  self->write_source = g_timeout_add (WRITE_DELAY_MS, write_cb, self);
}

PhenoBookmark *
pheno_bookmark_new (PhenoSession *session, AdwViewStack *pages)
{
  PhenoBookmark *self = g_object_new (PHENO_TYPE_BOOKMARK, NULL);

  self->session = session;
  self->pages = pages;
  g_signal_connect_object (session, "notify::study-path", G_CALLBACK (study_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "filter-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pheno_session_get_selection (session), "selection-changed",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pages, "notify::visible-child-name", G_CALLBACK (changed_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}

static void
pheno_bookmark_finalize (GObject *object)
{
  PhenoBookmark *self = PHENO_BOOKMARK (object);

  close_file (self);
  G_OBJECT_CLASS (pheno_bookmark_parent_class)->finalize (object);
}

static void
pheno_bookmark_class_init (PhenoBookmarkClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pheno_bookmark_finalize;
}

static void
pheno_bookmark_init (PhenoBookmark *self)
{
}
