/* test-ten-thousand.c - a study of ten thousand images opens at once and scrolls smoothly
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole program runs in this process, so that its main loop can be felt: a turn is
 * what happens between two polls. The machine that runs this may be slow, or be doing
 * other things; so how long a turn took, of the clock and of the processor, and how soon
 * a study was open, is asserted of a quiet machine only, where PHENO_TEST_STRICT is set,
 * and is printed everywhere.
 * PHENO_TEN_THOUSAND names a folder of one's own instead of the small images that are
 * made here.
 */
#include <adwaita.h>

#include "app/application.h"
#include "app/collection-page.h"
#include "app/specimen-cell.h"
#include "app/window.h"
#include "engine/reader/reader.h"
#include "tests/support/folder.h"

#define N_IMAGES 10000
#define BEAT_MS 5

/* What is promised. */
#define OPEN_S 1.0
#define BLOCKED_MS 50
#define MEMORY_MB 400

typedef struct
{
  const char *phase;
  gint64 turn_us, longest_us;      /* by the clock */
  gint64 turn_busy_us, busiest_us; /* of the processor */
  guint n_late;
} Heart;

static Heart heart;

static gint64
busy_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
begin_turn (void)
{
  heart.turn_us = g_get_monotonic_time ();
  heart.turn_busy_us = busy_us ();
}

static void
end_turn (void)
{
  gint64 held = g_get_monotonic_time () - heart.turn_us;

  heart.longest_us = MAX (heart.longest_us, held);
  heart.busiest_us = MAX (heart.busiest_us, busy_us () - heart.turn_busy_us);
  heart.n_late += held > BLOCKED_MS * 1000;
}

static int
poll_func (GPollFD *descriptors, guint n, int timeout)
{
  int ready;

  end_turn ();
  ready = g_poll (descriptors, n, timeout);
  begin_turn ();
  return ready;
}

/* Ends the waits of run_for(). */
static gboolean
beat_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static double
memory_mb (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%*d %ld", &pages), ==, 1);
  return (double) pages * (double) sysconf (_SC_PAGESIZE) / 1e6;
}

static void
begin (const char *phase)
{
  heart = (Heart){ .phase = phase };
  begin_turn ();
}

static void
end (void)
{
  double longest, busiest;

  end_turn ();
  longest = (double) heart.longest_us / 1000;
  busiest = (double) heart.busiest_us / 1000;
  g_test_message ("%s: a turn of the main loop took %.0f ms at most, %u took over %d ms, "
                  "and none kept the processor busy for over %.1f ms; %.0f MB",
                  heart.phase, longest, heart.n_late, BLOCKED_MS, busiest, memory_mb ());
  if (g_getenv ("PHENO_TEST_STRICT") != NULL)
    {
      g_assert_cmpfloat (busiest, <=, BLOCKED_MS);
      g_assert_cmpfloat (longest, <=, BLOCKED_MS);
      g_assert_cmpfloat (memory_mb (), <=, MEMORY_MB);
    }
}

/* ---- the images ---- */

static char *
make_images (const char *folder)
{
  g_autoptr (PhenoImage) image = pheno_image_new (48, 36, 3, PHENO_SAMPLE_UINT8, NULL);
  g_autofree char *first = g_build_filename (folder, "first.png", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GString) table = g_string_new ("filename,species,sex,site,number\n");
  char *images = g_build_filename (folder, "wings", NULL);
  gsize length;

  for (int i = 0; i < 48 * 36 * 3; i++)
    ((guint8 *) image->pixels)[i] = (guint8) (i * 7 + i / 48);
  g_assert_true (pheno_image_save (image, first, NULL));
  g_assert_true (g_file_get_contents (first, &contents, &length, NULL));

  for (int i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *name = g_strdup_printf ("species-%02d/%05d.png", i % 60, i);
      g_autofree char *path = test_folder_add (images, name, contents, length);

      g_string_append_printf (table, "%s,Genus species%02d,%s,site %d,%d\n", name, i % 60,
                              i % 2 ? "male" : "female", i % 45, i);
    }
  g_free (test_folder_add (images, "metadata.csv", table->str, table->len));
  return images;
}

/* ---- the program ---- */

typedef struct
{
  PhenoApplication *application;
  PhenoWindow *window;
} Program;

static void
run_for (int ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Pictures that are there, of those in sight. */
static guint
count_pictures (GtkWidget *widget)
{
  guint n = PHENO_IS_SPECIMEN_CELL (widget) && gtk_widget_get_mapped (widget)
            && pheno_specimen_cell_has_picture (PHENO_SPECIMEN_CELL (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_pictures (child);
  return n;
}

/* Returns: seconds until pictures were in sight. */
static double
open_folder (Program *program, const char *path)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *grid;
  double listed = 0;

  program->window = pheno_window_new (GTK_APPLICATION (program->application));
  gtk_window_present (GTK_WINDOW (program->window));
  pheno_window_open (program->window, file);
  do
    {
      g_main_context_iteration (NULL, TRUE);
      grid = find (GTK_WIDGET (program->window), GTK_TYPE_GRID_VIEW);
      if (listed == 0
          && pheno_session_get_study (pheno_window_get_session (program->window)))
        listed = (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC;
    }
  while (grid == NULL || !gtk_widget_get_mapped (grid) || count_pictures (grid) < 12);
  g_test_message ("the list was there after %.2f s", listed);
  return (double) (g_get_monotonic_time () - started) / G_USEC_PER_SEC;
}

static void
close_window (Program *program)
{
  begin ("closing the study");
  gtk_widget_activate_action (GTK_WIDGET (program->window), "win.close-study", NULL);
  run_for (500);
  end ();
  gtk_window_destroy (GTK_WINDOW (program->window));
  run_for (200);
}

/* From top to bottom in four seconds: faster than anybody looks. */
static void
scroll_through (GtkWidget *view)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  gint64 started = g_get_monotonic_time ();
  double part;

  do
    {
      part = MIN (1, (double) (g_get_monotonic_time () - started) / (4 * G_USEC_PER_SEC));
      gtk_adjustment_set_value (adjustment,
                                part
                                    * (gtk_adjustment_get_upper (adjustment)
                                       - gtk_adjustment_get_page_size (adjustment)));
      run_for (16);
    }
  while (part < 1);
  run_for (500);
}

static void
use_collection (Program *program)
{
  PhenoSession *session = pheno_window_get_session (program->window);
  GtkWidget *page = find (GTK_WIDGET (program->window), PHENO_TYPE_COLLECTION_PAGE);
  g_autoptr (GPtrArray) all = NULL;

  begin ("scrolling the pictures");
  scroll_through (find (page, GTK_TYPE_GRID_VIEW));
  end ();

  begin ("typing words");
  pheno_session_set_search (session, "s");
  run_for (300);
  pheno_session_set_search (session, "species1");
  run_for (300);
  pheno_session_set_search (session, "no such thing");
  run_for (300);
  pheno_session_clear_filter (session);
  run_for (500);
  end ();

  begin ("the table for the first time");
  pheno_collection_page_show_view (PHENO_COLLECTION_PAGE (page), "table");
  run_for (1500);
  end ();

  begin ("the problems");
  pheno_collection_page_show_view (PHENO_COLLECTION_PAGE (page), "problems");
  run_for (800);
  end ();

  begin ("sorting");
  gtk_widget_activate_action (page, "collection.sort", "s", "file");
  run_for (1000);
  gtk_widget_activate_action (page, "collection.sort", "s", "file");
  run_for (1000);
  end ();

  begin ("selecting all");
  gtk_widget_activate_action (page, "collection.select-all", NULL);
  run_for (300);
  end ();
  all = pheno_session_selected (session);
  g_assert_cmpuint (all->len, ==,
                    g_list_model_get_n_items (pheno_session_get_specimens (session)));

  begin ("editing all");
  pheno_session_edit (session, all, "checked", "yes");
  run_for (1500);
  end ();

  begin ("excluding all");
  pheno_session_exclude (session, all, TRUE);
  run_for (1000);
  end ();

  begin ("taking both back");
  pheno_undo_undo (pheno_session_get_undo (session));
  run_for (1000);
  pheno_undo_undo (pheno_session_get_undo (session));
  run_for (1500);
  end ();
}

static void
test_ten_thousand (gconstpointer given)
{
  g_autofree char *folder = test_folder_new ();
  g_autofree char *images = given != NULL ? g_strdup (given) : make_images (folder);
  Program program = { pheno_application_new (), NULL };
  guint heartbeat;
  double seconds;

  g_assert_true (
      g_application_register (G_APPLICATION (program.application), NULL, NULL));
  g_main_context_set_poll_func (NULL, poll_func);
  heartbeat = g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MS, beat_cb, NULL, NULL);
  run_for (100);

  begin ("opening for the first time");
  g_test_message ("opened for the first time in %.2f s", open_folder (&program, images));
  end ();
  use_collection (&program);
  close_window (&program);

  begin ("opening again");
  seconds = open_folder (&program, images);
  g_test_message ("opened again in %.2f s", seconds);
  end ();
  if (g_getenv ("PHENO_TEST_STRICT") != NULL)
    g_assert_cmpfloat (seconds, <=, OPEN_S);
  close_window (&program);

  g_source_remove (heartbeat);
  g_object_unref (program.application);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* Decoders warn of odd files in a folder of one's own. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  g_test_add_data_func ("/collection/ten-thousand", g_getenv ("PHENO_TEN_THOUSAND"),
                        test_ten_thousand);
  return g_test_run ();
}
