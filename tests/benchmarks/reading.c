/* reading.c - how long parts of cubes and stacks of bands take to read
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     benchmark-reading FILE TEST [SECONDS]
 *
 * TEST is one of
 *
 *     window           224 × 224 pixels from (150, 100) on, all bands, as planes of
 * floats bands            the same of every 25th band, 16 at the most copy what window
 * reads, only copied (float32 planes from memory) interleaved      the whole image, as it
 * is in the file planes           the whole image as planes of floats
 *
 * The file is opened anew each time, as of many; planes of floats go into one buffer
 * again and again, as in a loader. The file is in the system's cache. Prints the best
 * time in milliseconds and the sum of all samples, by which reading_peer.py sees that
 * both sides read the same.
 */
#include "engine/reader/reader.h"

#include <string.h>

static const PhenoRegion window = { 150, 100, 224, 224 };

static void
stop_at (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static double
sum_of (const float *values, gsize count)
{
  double sum = 0;

  for (gsize i = 0; i < count; i++)
    sum += values[i];
  return sum;
}

/* One reading; its seconds, without the sum. */
static double
read_once (const char *path, const char *test, double *sum)
{
  gint64 started = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoSource) source = pheno_source_open (path, &error);
  const PhenoImageHeader *header;
  gboolean whole = strcmp (test, "planes") == 0;
  gsize pixels, count;
  static float *values;
  int bands[16], n_bands = 0;
  double seconds;

  stop_at (error);
  header = pheno_source_header (source);
  if (strcmp (test, "interleaved") == 0)
    {
      g_autoptr (PhenoImage) image = pheno_source_read (source, NULL, NULL, 0, &error);

      stop_at (error);
      seconds = (g_get_monotonic_time () - started) / 1e6;
      count = (gsize) image->width * image->height * image->bands;
      *sum = 0;
      for (gsize i = 0; i < count; i++)
        *sum += pheno_image_sample (image, i);
      return seconds;
    }

  pixels = whole ? (gsize) header->width * header->height
                 : (gsize) window.width * window.height;
  for (int band = 0; band < header->bands && n_bands < 16; band += 25)
    bands[n_bands++] = band;
  if (strcmp (test, "bands") != 0)
    n_bands = header->bands;
  count = pixels * n_bands;
  if (values == NULL)
    {
      values = g_malloc (count * sizeof (float));
      pheno_use_large_pages (values, count * sizeof (float));
    }
  pheno_source_read_planes (source, whole ? NULL : &window,
                            strcmp (test, "bands") == 0 ? bands : NULL, n_bands, values,
                            &error);
  stop_at (error);
  seconds = (g_get_monotonic_time () - started) / 1e6;
  *sum = sum_of (values, count);

  return seconds;
}

int
main (int argc, char *argv[])
{
  gint64 end;
  double best = INFINITY, sum = 0, limit;

  if (argc < 3)
    {
      g_printerr ("%s FILE TEST [SECONDS]\n", argv[0]);
      return 2;
    }
  limit = argc > 3 ? g_ascii_strtod (argv[3], NULL) : 1;
  end = g_get_monotonic_time () + (gint64) (limit * 1e6);
  for (int round = 0; round < 5 || g_get_monotonic_time () < end; round++)
    best = MIN (best, read_once (argv[1], argv[2], &sum));
  g_print ("%.4f %.17g\n", best * 1000, sum);

  return 0;
}
