/* preview.c - pairs of views of some specimens, drawn as training will draw them
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     specimens ─► sources (decoded once, each on a thread) ─┐
 *     recipe, seed, epoch, size ─────────────────────────────┴─► one job at a time ─►
 * pairs
 *
 * A job draws what has been decoded so far; when a source arrives another one follows.
 */
#include "app/preview.h"

#include "app/main-task.h"

#include <string.h>

#include "engine/figure/figure.h"
#include "engine/training/training.h"

#define MOST_SOURCES                                                                     \
  48                     /* kept beyond those that are shown: 48 x 256 x 384 x 3 = 14 MB \
                          */
#define SHOWN_SIDE 480.0 /* pixels of the longer side of a source on the screen */
#define LINE_WIDTH 3.0

/* What is kept of a file: pixels, or why there are none. Never changed once it is made.
 */
typedef struct
{
  PhenoImage *image;
  char *reason;
} Source;

typedef struct
{
  PhenoRecipe *recipe;
  GPtrArray *pairs;   /* PhenoPair */
  GPtrArray *sources; /* Source for each pair, or NULL while it is decoded */
  guint64 seed;
  guint32 epoch;
  int size;
  gint64 asked, began;
} Job;

struct _PhenoPreview
{
  GObject parent_instance;

  GHashTable *sources; /* key to Source; NULL while it is decoded */
  Job *wanted;         /* the newest one */
  gboolean drawing, dirty;
  GPtrArray *pairs;
  GCancellable *cancellable; /* of all that is under way for the sources */
};

G_DEFINE_FINAL_TYPE (PhenoPreview, pheno_preview, G_TYPE_OBJECT)

static guint drawn_signal;

/* ---- pairs, sources, jobs ---- */

PhenoPair *
pheno_pair_new (PhenoSpecimen *specimen, guint32 number)
{
  PhenoPair *pair = g_new0 (PhenoPair, 1);

  pair->specimen = g_object_ref (specimen);
  pair->number = number;
  return pair;
}

void
pheno_pair_free (PhenoPair *pair)
{
  if (pair == NULL)
    return;

  g_object_unref (pair->specimen);
  g_clear_object (&pair->source);
  for (int i = 0; i < 2; i++)
    {
      g_clear_object (&pair->views[i]);
      g_free (pair->what[i]);
    }
  g_free (pair->reason);
  g_free (pair);
}

static void
source_clear (gpointer data)
{
  Source *self = data;

  pheno_image_free (self->image);
  g_free (self->reason);
}

static void
source_unref (gpointer data)
{
  if (data != NULL)
    g_atomic_rc_box_release_full (data, source_clear);
}

static void
job_free (gpointer data)
{
  Job *self = data;

  pheno_recipe_free (self->recipe);
  g_ptr_array_unref (self->pairs);
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_free (self);
}

static GPtrArray *
copy_pairs (GPtrArray *pairs)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_pair_free);

  for (guint i = 0; i < pairs->len; i++)
    {
      const PhenoPair *pair = pairs->pdata[i];

      g_ptr_array_add (copy, pheno_pair_new (pair->specimen, pair->number));
    }
  return copy;
}

/* ---- drawing, on a thread ---- */

static GdkTexture *
texture_from_surface (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = NULL;

  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), stride * (gsize) height);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

/* The prepared pixels as cairo takes them; one band as grey, of more than three three. */
static cairo_surface_t *
surface_from_image (const PhenoImage *image)
{
  gsize n = (gsize) image->width * (gsize) image->height;
  g_autofree float *values = g_new (float, n *(gsize) image->bands);
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, image->width, image->height);
  guint8 *rows = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  pheno_image_to_float (image, values);
  for (gsize i = 0; i < n; i++)
    {
      guint32 *row
          = (guint32 *) (void *) (rows + (gsize) stride * (i / (gsize) image->width));
      guint32 pixel = 0xff;

      for (gsize band = 0; band < 3; band++)
        {
          float value = values[(image->bands >= 3 ? band : 0) * n + i];

          pixel = pixel << 8 | (guint32) (CLAMP (value, 0.0f, 1.0f) * 255 + 0.5f);
        }
      row[i % (gsize) image->width] = pixel;
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}

/* A white line on a dark one is seen on any picture; view B is dashed. */
static void
stroke_outline (cairo_t *cairo, const double corners[8], int view)
{
  const double dash[] = { 3 * LINE_WIDTH, 2 * LINE_WIDTH };
  double rgb[3];

  for (int i = 0; i < 4; i++)
    cairo_line_to (cairo, corners[2 * i], corners[2 * i + 1]);
  cairo_close_path (cairo);

  /* In pixels of the screen, not of the picture. */
  cairo_save (cairo);
  cairo_identity_matrix (cairo);
  cairo_set_line_join (cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_set_source_rgba (cairo, 0, 0, 0, 0.6);
  cairo_set_line_width (cairo, 1.8 * LINE_WIDTH);
  cairo_stroke_preserve (cairo);
  pheno_palette_colour ((guint) view, 2, rgb);
  cairo_set_source_rgb (cairo, rgb[0], rgb[1], rgb[2]);
  cairo_set_line_width (cairo, LINE_WIDTH);
  cairo_set_dash (cairo, dash, view == 1 ? G_N_ELEMENTS (dash) : 0, 0);
  cairo_stroke (cairo);
  cairo_restore (cairo);
}

static GdkTexture *
draw_source (const Job *job, const PhenoImage *image, guint32 number)
{
  double scale = SHOWN_SIDE / MAX (image->width, image->height);
  int width = MAX (1, (int) (image->width * scale));
  int height = MAX (1, (int) (image->height * scale));
  cairo_surface_t *surface
      = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_surface_t *pixels = surface_from_image (image);
  cairo_t *cairo = cairo_create (surface);
  GdkTexture *texture;

  cairo_scale (cairo, (double) width / image->width, (double) height / image->height);
  cairo_set_source_surface (cairo, pixels, 0, 0);
  cairo_paint (cairo);
  for (int view = 0; view < 2; view++)
    {
      PhenoViewKey key = { job->seed, job->epoch, number, (guint32) view };
      double corners[8];

      pheno_augment_outline (job->recipe, image, key, job->size, corners);
      stroke_outline (cairo, corners, view);
    }
  cairo_destroy (cairo);
  texture = texture_from_surface (surface);
  cairo_surface_destroy (pixels);
  cairo_surface_destroy (surface);
  return texture;
}

static GdkTexture *
draw_view (const Job *job, const float *view, int bands)
{
  gsize stride = 3 * (gsize) job->size;
  guint8 *rgb = g_malloc (stride * (gsize) job->size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (rgb, stride * (gsize) job->size);

  pheno_augment_show (job->recipe, view, bands, job->size, rgb, stride);
  return gdk_memory_texture_new (job->size, job->size, GDK_MEMORY_R8G8B8, bytes, stride);
}

static void
draw_pair (const Job *job, PhenoPair *pair, const PhenoImage *image)
{
  gsize count = (gsize) image->bands * (gsize) job->size * (gsize) job->size;
  g_autofree float *views = NULL;
  g_autoptr (GError) error = NULL;

  if (!pheno_recipe_check_image (job->recipe, image, &error))
    {
      pair->reason = g_strdup (error->message);
      return;
    }

  /* On this thread alone: to wait for a second one, while a training has all cores, takes
   * longer than two views. */
  views = g_new (float, 2 * count);
  pheno_views_draw (job->recipe, &image, &pair->number, 1, job->seed, job->epoch,
                    job->size, image->bands, 1, views);
  pair->source = draw_source (job, image, pair->number);
  for (guint32 i = 0; i < 2; i++)
    {
      PhenoViewKey key = { job->seed, job->epoch, pair->number, i };

      pair->views[i] = draw_view (job, views + i * count, image->bands);
      pair->what[i] = pheno_augment_describe (job->recipe, image, key, job->size);
    }
}

static void
draw_in_thread (GTask *task, gpointer preview, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  for (guint i = 0; i < job->pairs->len; i++)
    {
      PhenoPair *pair = job->pairs->pdata[i];
      const Source *source = job->sources->pdata[i];

      pair->size = job->size;
      if (source != NULL && source->image != NULL)
        draw_pair (job, pair, source->image);
      else if (source != NULL)
        pair->reason = g_strdup (source->reason);
    }
  g_task_return_boolean (task, TRUE);
}

/* ---- jobs, one at a time ---- */

/* One file may lie in memory at two sizes for a moment. */
static char *
key_of (PhenoSpecimen *specimen, int size)
{
  return g_strdup_printf ("%d %" G_GINT64_FORMAT " %s", size,
                          pheno_specimen_get_modified_us (specimen),
                          pheno_specimen_get_path (specimen));
}

static void start (PhenoPreview *self);

static void
drawn_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoPreview *self = PHENO_PREVIEW (object);
  Job *job = g_task_get_task_data (G_TASK (result));
  gint64 now = g_get_monotonic_time ();

  self->drawing = FALSE;
  if (self->wanted == NULL) /* cleared in the meantime */
    return;
  g_clear_pointer (&self->pairs, g_ptr_array_unref);
  self->pairs = g_ptr_array_ref (job->pairs);
  g_debug ("%u pairs of views of %d px drawn in %.1f ms, shown %.1f ms after the change",
           job->pairs->len, job->size, (double) (now - job->began) / 1000,
           (double) (now - job->asked) / 1000);
  g_signal_emit (self, drawn_signal, 0);
  start (self);
}

static void
start (PhenoPreview *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  if (self->drawing || !self->dirty || self->wanted == NULL)
    return;

  job = g_new0 (Job, 1);
  job->recipe = pheno_recipe_copy (self->wanted->recipe);
  job->pairs = copy_pairs (self->wanted->pairs);
  job->sources = g_ptr_array_new_with_free_func (source_unref);
  job->seed = self->wanted->seed;
  job->epoch = self->wanted->epoch;
  job->size = self->wanted->size;
  job->asked = self->wanted->asked;
  job->began = g_get_monotonic_time ();
  for (guint i = 0; i < job->pairs->len; i++)
    {
      const PhenoPair *pair = job->pairs->pdata[i];
      g_autofree char *key = key_of (pair->specimen, job->size);
      Source *source = g_hash_table_lookup (self->sources, key);

      g_ptr_array_add (job->sources,
                       source != NULL ? g_atomic_rc_box_acquire (source) : NULL);
    }

  self->drawing = TRUE;
  self->dirty = FALSE;
  task = g_task_new (self, NULL, drawn_cb, NULL);
  g_task_set_priority (task, G_PRIORITY_DEFAULT);
  g_task_set_task_data (task, job, job_free);
  pheno_task_run (task, draw_in_thread);
}

/* ---- decoding, on threads ---- */

typedef struct
{
  char *key, *path;
  int size;
} Decoding;

static void
decoding_free (gpointer data)
{
  Decoding *self = data;

  g_free (self->key);
  g_free (self->path);
  g_free (self);
}

static void
decode_in_thread (GTask *task, gpointer preview, gpointer data, GCancellable *cancellable)
{
  const Decoding *decoding = data;
  g_autoptr (GError) error = NULL;
  Source *source;

  if (g_task_return_error_if_cancelled (task))
    return;
  source = g_atomic_rc_box_new0 (Source);
  source->image = pheno_views_read (decoding->path, decoding->size, &error);
  if (source->image == NULL)
    source->reason = g_strdup (error->message);
  g_task_return_pointer (task, source, source_unref);
}

static void
decoded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PhenoPreview *self = PHENO_PREVIEW (object);
  const Decoding *decoding = g_task_get_task_data (G_TASK (result));
  Source *source = g_task_propagate_pointer (G_TASK (result), NULL);

  if (source == NULL) /* cancelled: forgotten in the meantime */
    return;
  g_hash_table_replace (self->sources, g_strdup (decoding->key), source);
  self->dirty = TRUE;
  start (self);
}

static void
decode_missing (PhenoPreview *self)
{
  for (guint i = 0; i < self->wanted->pairs->len; i++)
    {
      const PhenoPair *pair = self->wanted->pairs->pdata[i];
      g_autofree char *key = key_of (pair->specimen, self->wanted->size);
      g_autoptr (GTask) task = NULL;
      Decoding *decoding;

      if (g_hash_table_contains (self->sources, key))
        continue;
      g_hash_table_insert (self->sources, g_strdup (key), NULL);
      decoding = g_new0 (Decoding, 1);
      decoding->key = g_steal_pointer (&key);
      decoding->path = g_strdup (pheno_specimen_get_path (pair->specimen));
      decoding->size = self->wanted->size;
      task = g_task_new (self, self->cancellable, decoded_cb, NULL);
      g_task_set_task_data (task, decoding, decoding_free);
      pheno_task_run (task, decode_in_thread);
    }
}

/* What is not shown now may soon be shown again, so some of it is kept. */
static void
forget_old (PhenoPreview *self)
{
  g_autoptr (GHashTable) shown = NULL;
  GHashTableIter iter;
  gpointer key, source;

  if (g_hash_table_size (self->sources) <= MOST_SOURCES + self->wanted->pairs->len)
    return;

  shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->wanted->pairs->len; i++)
    g_hash_table_add (shown,
                      key_of (((PhenoPair *) self->wanted->pairs->pdata[i])->specimen,
                              self->wanted->size));
  g_hash_table_iter_init (&iter, self->sources);
  while (g_hash_table_iter_next (&iter, &key, &source))
    if (source != NULL && !g_hash_table_contains (shown, key))
      g_hash_table_iter_remove (&iter);
}

void
pheno_preview_draw (PhenoPreview *self, const PhenoRecipe *recipe, GPtrArray *pairs,
                    guint64 seed, guint32 epoch, int size)
{
  Job *wanted = g_new0 (Job, 1);

  wanted->recipe = pheno_recipe_copy (recipe);
  wanted->pairs = copy_pairs (pairs);
  wanted->seed = seed;
  wanted->epoch = epoch;
  wanted->size = size;
  wanted->asked = g_get_monotonic_time ();
  g_clear_pointer (&self->wanted, job_free);
  self->wanted = wanted;
  self->dirty = TRUE;

  forget_old (self);
  decode_missing (self);
  start (self);
}

GPtrArray *
pheno_preview_get_pairs (PhenoPreview *self)
{
  return self->pairs;
}

void
pheno_preview_clear (PhenoPreview *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_pointer (&self->wanted, job_free);
  g_clear_pointer (&self->pairs, g_ptr_array_unref);
  g_hash_table_remove_all (self->sources);
  self->dirty = FALSE;
}

/* ---- the object ---- */

PhenoPreview *
pheno_preview_new (void)
{
  return g_object_new (PHENO_TYPE_PREVIEW, NULL);
}

static void
pheno_preview_finalize (GObject *object)
{
  PhenoPreview *self = PHENO_PREVIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->wanted, job_free);
  g_clear_pointer (&self->pairs, g_ptr_array_unref);
  g_hash_table_unref (self->sources);

  G_OBJECT_CLASS (pheno_preview_parent_class)->finalize (object);
}

static void
pheno_preview_class_init (PhenoPreviewClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pheno_preview_finalize;
  drawn_signal = g_signal_new ("drawn", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                               NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pheno_preview_init (PhenoPreview *self)
{
  self->sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, source_unref);
  self->cancellable = g_cancellable_new ();
}
