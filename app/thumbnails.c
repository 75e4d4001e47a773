/* thumbnails.c - small pictures of specimens, made once and kept
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A thumbnail is known by path, size and time of its image, so one that is stale is never
 * found. In memory lie as many as a few screens show.
 */
#include "app/thumbnails.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define KEPT_IN_MEMORY 600 /* 600 x 160 x 160 x 4 bytes: 60 MB at most */
#define THREADS 2          /* the window stays smooth while all cores train */
#define NICENESS 5         /* of these threads; less than a worker's, which trains */

typedef struct
{
  char *key;
  GdkTexture *texture;
} Kept;

struct _PhenoThumbnails
{
  GObject parent_instance;

  char *folder;
  GHashTable *kept; /* key to GList of order */
  GQueue order;     /* Kept, the most recent first */
  GThreadPool *pool;

  GMutex lock;
  GQueue requests; /* GTask, the newest first; under the lock */
};

G_DEFINE_FINAL_TYPE (PhenoThumbnails, pheno_thumbnails, G_TYPE_OBJECT)

typedef struct
{
  char *key, *path, *file; /* file: where it is kept on disk, or NULL */
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  g_free (self->key);
  g_free (self->path);
  g_free (self->file);
  g_free (self);
}

PhenoThumbnails *
pheno_thumbnails_get_default (void)
{
  static PhenoThumbnails *thumbnails;

  if (thumbnails == NULL)
    thumbnails = g_object_new (PHENO_TYPE_THUMBNAILS, NULL);
  return thumbnails;
}

void
pheno_thumbnails_set_folder (PhenoThumbnails *self, const char *folder)
{
  g_free (self->folder);
  self->folder = g_strdup (folder);
}

static char *
key_of (PhenoSpecimen *specimen)
{
  return g_strdup_printf (
      "%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, pheno_specimen_get_path (specimen),
      pheno_specimen_get_bytes (specimen), pheno_specimen_get_modified_us (specimen));
}

/* ---- in memory ---- */

static void
kept_free (gpointer data)
{
  Kept *self = data;

  g_free (self->key);
  g_object_unref (self->texture);
  g_free (self);
}

static void
keep (PhenoThumbnails *self, const char *key, GdkTexture *texture)
{
  Kept *kept;

  if (g_hash_table_contains (self->kept, key))
    return;

  kept = g_new0 (Kept, 1);
  kept->key = g_strdup (key);
  kept->texture = g_object_ref (texture);
  g_queue_push_head (&self->order, kept);
  g_hash_table_insert (self->kept, kept->key, self->order.head);

  while (self->order.length > KEPT_IN_MEMORY)
    {
      Kept *oldest = g_queue_pop_tail (&self->order);

      g_hash_table_remove (self->kept, oldest->key);
      kept_free (oldest);
    }
}

static GdkTexture *
find_kept (PhenoThumbnails *self, const char *key)
{
  GList *link = g_hash_table_lookup (self->kept, key);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->order, link);
  g_queue_push_head_link (&self->order, link);
  return g_object_ref (((Kept *) link->data)->texture);
}

GdkTexture *
pheno_thumbnails_peek (PhenoThumbnails *self, PhenoSpecimen *specimen)
{
  g_autofree char *key = key_of (specimen);

  return find_kept (self, key);
}

/* ---- pixels ---- */

static guint8
to_byte (double value)
{
  return (guint8) CLAMP (value * 255 + 0.5, 0, 255);
}

static double
sample_at (const PhenoImage *image, gsize index)
{
  double value;

  if (image->type == PHENO_SAMPLE_UINT8)
    value = ((const guint8 *) image->pixels)[index];
  else if (image->type == PHENO_SAMPLE_UINT16)
    value = ((const guint16 *) image->pixels)[index];
  else
    value = ((const float *) image->pixels)[index];
  return (value - image->black) / (image->white - image->black);
}

/* Colours in the order and with the alpha that are drawn without being converted each
 * time; GDK_MEMORY_DEFAULT is the format of gdk_texture_download(). */
static GdkTexture *
texture_new (guint8 *pixels, int width, int height)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize) width * height * 4);

  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes,
                                 (gsize) width * 4);
}

static guint32
pack (guint8 red, guint8 green, guint8 blue, guint8 alpha)
{
  return (guint32) alpha << 24 | (guint32) (red * alpha / 255) << 16
         | (guint32) (green * alpha / 255) << 8 | (guint32) (blue * alpha / 255);
}

GdkTexture *
pheno_texture_from_image (const PhenoImage *image)
{
  gsize n = (gsize) image->width * image->height;
  guint32 *pixels = g_new (guint32, n);
  int green = MIN (1, image->bands - 1), blue = MIN (2, image->bands - 1);

  for (gsize i = 0; i < n; i++)
    {
      gsize at = i * image->bands;

      pixels[i] = pack (to_byte (sample_at (image, at)),
                        to_byte (sample_at (image, at + green)),
                        to_byte (sample_at (image, at + blue)),
                        image->mask != NULL ? image->mask[i] : 255);
    }
  return texture_new ((guint8 *) pixels, image->width, image->height);
}

static GdkTexture *
load_texture (const char *path)
{
  g_autoptr (GdkTexture) loaded = gdk_texture_new_from_filename (path, NULL);
  guint8 *pixels;
  int width, height;

  if (loaded == NULL)
    return NULL;
  width = gdk_texture_get_width (loaded);
  height = gdk_texture_get_height (loaded);
  pixels = g_malloc ((gsize) width * height * 4);
  gdk_texture_download (loaded, pixels, (gsize) width * 4);
  return texture_new (pixels, width, height);
}

/* The mean of a part of the image. What the mask leaves out does not shine through. */
static void
average (const PhenoImage *image, int left, int top, int right, int bottom,
         guint8 colours[3], guint8 *mask)
{
  double sums[3] = { 0 }, weights = 0;
  int n = (right - left) * (bottom - top);

  for (int row = top; row < bottom; row++)
    for (int column = left; column < right; column++)
      {
        gsize pixel = (gsize) row * image->width + column;
        double weight = image->mask != NULL ? image->mask[pixel] / 255.0 : 1;

        weights += weight;
        for (int band = 0; band < 3; band++)
          sums[band]
              += weight
                 * sample_at (image, pixel * image->bands + MIN (band, image->bands - 1));
      }
  for (int band = 0; band < 3; band++)
    colours[band] = to_byte (sums[band] / MAX (weights, 1e-6));
  if (mask != NULL)
    *mask = to_byte (weights / n);
}

/* To the thumbnail's size, from an image that is at most some times larger. */
static PhenoImage *
shrink (const PhenoImage *image, GError **error)
{
  double scale
      = (double) PHENO_THUMBNAIL_SIDE / MAX (MAX (image->width, image->height), 1);
  int width = MAX (1, (int) (image->width * scale + 0.5));
  int height = MAX (1, (int) (image->height * scale + 0.5));
  PhenoImage *small = pheno_image_new (width, height, 3, PHENO_SAMPLE_UINT8, error);

  if (small == NULL)
    return NULL;
  if (image->mask != NULL)
    small->mask = g_malloc ((gsize) width * height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gsize pixel = (gsize) y * width + x;
        int top = y * image->height / height, left = x * image->width / width;
        int bottom = MAX (top + 1, (y + 1) * image->height / height);
        int right = MAX (left + 1, (x + 1) * image->width / width);

        average (image, left, top, right, bottom, (guint8 *) small->pixels + pixel * 3,
                 small->mask != NULL ? small->mask + pixel : NULL);
      }
  return small;
}

/* One that cannot be kept is made again the next time; and a crash costs no more than
 * that, so nobody waits for the disk. */
static void
keep_on_disk (GdkTexture *texture, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (texture);
  gsize length;
  const char *contents = g_bytes_get_data (png, &length);

  if (g_mkdir_with_parents (folder, 0777) == 0)
    g_file_set_contents_full (path, contents, (gssize) length,
                              G_FILE_SET_CONTENTS_CONSISTENT, 0666, NULL);
}

static GdkTexture *
make_thumbnail (const Request *request, GError **error)
{
  g_autoptr (PhenoImage) image = NULL, small = NULL;
  GdkTexture *texture = request->file != NULL ? load_texture (request->file) : NULL;

  if (texture != NULL)
    return texture;

  image = pheno_display_read (request->path, NULL, PHENO_THUMBNAIL_SIDE, error);
  if (image == NULL)
    return NULL;
  if (MAX (image->width, image->height) > PHENO_THUMBNAIL_SIDE)
    small = shrink (image, error);
  else
    small = g_steal_pointer (&image);
  if (small == NULL)
    return NULL;

  texture = pheno_texture_from_image (small);
  if (request->file != NULL)
    keep_on_disk (texture, request->file);
  return texture;
}

/* ---- requests ---- */

/* Pictures come when the window has been drawn: a thread that makes them asks for less of
 * the processor than the main loop. The niceness of Linux is one of threads. */
static void
give_way (void)
{
  static GPrivate done;

  if (g_private_get (&done) != NULL)
    return;
  g_private_set (&done, GINT_TO_POINTER (TRUE));
  setpriority (PRIO_PROCESS, (id_t) gettid (), NICENESS);
}

/* The newest request first: what has just scrolled into sight. A thread is woken for each
 * one, and takes what is on top by then. */
static void
work (gpointer token, gpointer user_data) /* on a thread */
{
  PhenoThumbnails *self = user_data;
  g_autoptr (GTask) task = NULL;
  GdkTexture *texture;
  GError *error = NULL;

  give_way ();
  g_mutex_lock (&self->lock);
  task = g_queue_pop_head (&self->requests);
  g_mutex_unlock (&self->lock);

  if (g_task_return_error_if_cancelled (task))
    return;
  texture = make_thumbnail (g_task_get_task_data (task), &error);
  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
pheno_thumbnails_load_async (PhenoThumbnails *self, PhenoSpecimen *specimen,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);
  GdkTexture *texture;

  request->key = key_of (specimen);
  request->path = g_strdup (pheno_specimen_get_path (specimen));
  g_task_set_task_data (task, request, request_free);

  texture = find_kept (self, request->key);
  if (texture != NULL)
    {
      g_task_return_pointer (task, texture, g_object_unref);
      g_object_unref (task);
      return;
    }

  if (self->folder != NULL)
    {
      g_autofree char *digest
          = g_compute_checksum_for_string (G_CHECKSUM_SHA256, request->key, -1);
      g_autofree char *part = g_strndup (digest, 2);
      g_autofree char *name = g_strdup_printf ("%.32s.png", digest + 2);

      /* In 256 folders: one that holds ten thousand files is slow to look into. */
      request->file = g_build_filename (self->folder, part, name, NULL);
    }
  g_mutex_lock (&self->lock);
  g_queue_push_head (&self->requests, task);
  g_mutex_unlock (&self->lock);
  g_thread_pool_push (self->pool, self, NULL);
}

GdkTexture *
pheno_thumbnails_load_finish (PhenoThumbnails *self, GAsyncResult *result, GError **error)
{
  GdkTexture *texture;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  texture = g_task_propagate_pointer (G_TASK (result), error);
  if (texture != NULL)
    {
      const Request *request = g_task_get_task_data (G_TASK (result));

      keep (self, request->key, texture);
    }
  return texture;
}

static void
pheno_thumbnails_finalize (GObject *object)
{
  PhenoThumbnails *self = PHENO_THUMBNAILS (object);

  g_thread_pool_free (self->pool, TRUE, TRUE);
  g_mutex_clear (&self->lock);
  g_hash_table_unref (self->kept);
  g_queue_clear_full (&self->order, kept_free);
  g_free (self->folder);
  G_OBJECT_CLASS (pheno_thumbnails_parent_class)->finalize (object);
}

static void
pheno_thumbnails_class_init (PhenoThumbnailsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pheno_thumbnails_finalize;
}

static void
pheno_thumbnails_init (PhenoThumbnails *self)
{
  self->kept = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->order);
  g_queue_init (&self->requests);
  g_mutex_init (&self->lock);
  self->pool = g_thread_pool_new (work, self, THREADS, FALSE, NULL);
}
