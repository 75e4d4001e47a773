/* test-mask-border.c - the specimen on a card, found from the border
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/mask-border.h"
#include "tests/support/folder.h"

#define SIDE 64

/* A card with grain and shading, and a disc in its middle with a hole of the card's
 * colour; @pale: how near the disc is to the card. */
static PhenoImage *
photograph (int card, int pale)
{
  PhenoImage *image = pheno_image_new (SIDE, SIDE, 3, PHENO_SAMPLE_UINT8, NULL);
  guint8 *pixels = image->pixels;

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      {
        double radius = hypot (x - 31.5, y - 31.5);
        int grain = (x * 7 + y * 13) % 9 - 4, shade = x / 16;

        for (int band = 0; band < 3; band++)
          pixels[(y * SIDE + x) * 3 + band]
              = (guint8) (radius < 20 && radius > 6 ? card - pale - 10 * band
                                                    : card + grain + shade - 2);
      }
  return image;
}

static gsize
count_inside (const guint8 *mask)
{
  gsize inside = 0;

  for (int i = 0; i < SIDE * SIDE; i++)
    {
      g_assert_true (mask[i] == 0 || mask[i] == 255);
      inside += mask[i] == 255;
    }
  return inside;
}

/* Whatever the card's shade: the disc, with its hole, which the border does not reach. */
static void
test_disc_is_found (void)
{
  for (int card = 90; card <= 240; card += 50)
    {
      g_autoptr (PhenoImage) image = photograph (card, 60);
      guint8 mask[SIDE * SIDE];

      g_assert_true (pheno_mask_from_border (image, mask));
      g_assert_cmpuint (count_inside (mask), >, (gsize) (0.97 * G_PI * 400));
      g_assert_cmpuint (count_inside (mask), <, (gsize) (1.03 * G_PI * 400));
      g_assert_cmpint (mask[32 * SIDE + 32], ==, 255);
      g_assert_cmpint (mask[0], ==, 0);
    }
}

/* A speck of dust is no specimen; 16 bits and floats find the same. */
static void
test_dust_and_types (void)
{
  g_autoptr (PhenoImage) image = photograph (200, 80);
  g_autoptr (PhenoImage) words
      = pheno_image_new (SIDE, SIDE, 3, PHENO_SAMPLE_UINT16, NULL);
  guint8 mask[SIDE * SIDE], wide[SIDE * SIDE];

  for (int band = 0; band < 3; band++)
    ((guint8 *) image->pixels)[(3 * SIDE + 60) * 3 + band] = 0;
  for (int i = 0; i < SIDE * SIDE * 3; i++)
    ((guint16 *) words->pixels)[i] = (guint16) (((guint8 *) image->pixels)[i] * 257);
  g_assert_true (pheno_mask_from_border (image, mask));
  g_assert_cmpint (mask[3 * SIDE + 60], ==, 0);
  g_assert_true (pheno_mask_from_border (words, wide));
  g_assert_cmpmem (mask, sizeof mask, wide, sizeof wide);
}

/* A meadow has no card; an empty card has no specimen. */
static void
test_no_mask_is_better_than_a_wrong_one (void)
{
  g_autoptr (PhenoImage) image = photograph (200, 0);
  guint8 mask[SIDE * SIDE];

  g_assert_false (pheno_mask_from_border (image, mask));
  for (int i = 0; i < SIDE * SIDE * 3; i++)
    ((guint8 *) image->pixels)[i] = (guint8) (i * 37 % 251);
  g_assert_false (pheno_mask_from_border (image, mask));
}

/* Museum photographs: wings take about half of each picture. */
static void
test_wings (void)
{
  g_autofree char *folder = test_data ("heliconius_wings_rgb/images");
  g_autoptr (GDir) files = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;
  guint seen = 0;

  while (files != NULL && seen < 50 && (name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (PhenoImage) image = pheno_reader_read (path, 0, NULL);
      g_autofree guint8 *mask = NULL;
      gsize inside = 0, count;

      g_assert_nonnull (image);
      count = (gsize) image->width * image->height;
      mask = g_malloc (count);
      g_assert_true (pheno_mask_from_border (image, mask));
      for (gsize i = 0; i < count; i++)
        inside += mask[i] == 255;
      g_assert_cmpfloat ((double) inside / (double) count, >, 0.3);
      g_assert_cmpfloat ((double) inside / (double) count, <, 0.8);
      seen++;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask-border/disc-is-found", test_disc_is_found);
  g_test_add_func ("/mask-border/dust-and-types", test_dust_and_types);
  g_test_add_func ("/mask-border/no-mask-is-better-than-a-wrong-one",
                   test_no_mask_is_better_than_a_wrong_one);
  g_test_add_func ("/mask-border/wings", test_wings);
  return g_test_run ();
}
