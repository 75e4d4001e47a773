/* test-views.c - views as a whole: the same everywhere, right at the edges
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/augment/draw.h"

static PhenoRecipe *
recipe_from (const char *text)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  PhenoRecipe *recipe;

  g_key_file_load_from_data (key_file, text, strlen (text), 0, &error);
  g_assert_no_error (error);
  recipe = pheno_recipe_new_from_key_file (NULL, key_file, &error);
  g_assert_no_error (error);
  return recipe;
}

/* An 8-bit image of noise on its own exact piece of memory, so that the address sanitizer
 * sees one byte too many. */
static PhenoImage
noise (int width, int height, int bands, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gsize count = (gsize) width * (gsize) height * (gsize) bands;
  guint8 *pixels = g_malloc (count);

  for (gsize i = 0; i < count; i++)
    pixels[i] = (guint8) g_rand_int_range (random, 0, 256);
  return (PhenoImage){ .width = width,
                       .height = height,
                       .bands = bands,
                       .type = PHENO_SAMPLE_UINT8,
                       .pixels = pixels,
                       .white = 255 };
}

/* One by one on this thread, and as batches on 1, 2, 3 and 8 threads: the same bits, also
 * for images of many sizes and twice in a row. */
static void
test_threads (void)
{
  enum
  {
    N = 45,
    SIZE = 40
  };
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("shape", NULL);
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (SIZE, 3);
  gsize each = 3 * SIZE * SIZE;
  g_autofree float *expected = g_new (float, N *each), *found = g_new (float, N *each);
  const PhenoImage *images[N];
  PhenoViewKey keys[N];
  PhenoImage image[5];

  for (guint i = 0; i < 5; i++)
    image[i] = noise (20 + 37 * (int) i, 150 - 29 * (int) i, 3, i);
  for (int plain = 0; plain < 2; plain++)
    {
      for (guint i = 0; i < N; i++)
        {
          images[i] = &image[i % 5];
          keys[i]
              = (PhenoViewKey){ .seed = 3, .epoch = 2, .image = i / 2, .view = i % 2 };
          if (plain)
            pheno_augment_plain (recipe, images[i], SIZE, scratch, expected + i * each);
          else
            pheno_augment (recipe, images[i], keys[i], SIZE, scratch,
                           expected + i * each);
        }
      for (int threads = 0; threads <= 8;
           threads = threads < 3 ? threads + 1 : threads + 5)
        for (int again = 0; again < 2; again++)
          {
            memset (found, 0xff, N * each * sizeof *found);
            pheno_augment_batch (recipe, images, plain ? NULL : keys, N, SIZE, threads,
                                 found);
            g_assert_cmpmem (found, N * each * sizeof *found, expected,
                             N * each * sizeof *expected);
          }
    }
  pheno_augment_batch (recipe, images, keys, 0, SIZE, 2,
                       found); /* nothing to do is allowed */
  for (guint i = 0; i < 5; i++)
    g_free (image[i].pixels);
}

typedef struct
{
  const PhenoRecipe *recipe;
  const PhenoImage *image;
  float view[4][3 * 24 * 24];
} Caller;

static gpointer
call_batches (gpointer data)
{
  Caller *self = data;
  const PhenoImage *images[4] = { self->image, self->image, self->image, self->image };
  PhenoViewKey keys[4]
      = { { 1, 0, 0, 0 }, { 1, 0, 0, 1 }, { 1, 0, 1, 0 }, { 1, 0, 1, 1 } };

  for (int round = 0; round < 50; round++)
    pheno_augment_batch (self->recipe, images, keys, 4, 24, 3, self->view[0]);
  return NULL;
}

/* The preview may ask for views while the training does. */
static void
test_callers (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoImage image = noise (60, 50, 3, 1);
  g_autofree Caller *callers = g_new0 (Caller, 3);
  GThread *threads[3];

  for (int i = 0; i < 3; i++)
    {
      callers[i].recipe = recipe;
      callers[i].image = &image;
      threads[i] = g_thread_new ("caller", call_batches, &callers[i]);
    }
  for (int i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  for (int i = 1; i < 3; i++)
    g_assert_cmpmem (callers[i].view, sizeof callers[i].view, callers[0].view,
                     sizeof callers[0].view);
  g_free (image.pixels);
}

/* Whole recipes, on every instruction set: not only the same draws, the same bits. */
static void
test_instruction_sets (void)
{
  PhenoImage image = noise (130, 97, 3, 4);

  for (guint r = 0; pheno_recipe_names ()[r] != NULL; r++)
    {
      g_autoptr (PhenoRecipe) recipe = pheno_recipe_load (pheno_recipe_names ()[r], NULL);

      for (guint32 view = 0; view < 20; view++)
        {
          float expected[3 * 50 * 50], found[3 * 50 * 50];

          for (pk_isa isa = PK_ISA_GENERIC; isa <= pk_isa_detect (); isa++)
            {
              g_autoptr (PhenoAugmentScratch) scratch
                  = pheno_augment_scratch_new_for (isa);
              float *to = isa == PK_ISA_GENERIC ? expected : found;

              pheno_augment (recipe, &image, (PhenoViewKey){ 7, 1, 0, view }, 50, scratch,
                             to);
              if (isa != PK_ISA_GENERIC)
                g_assert_cmpmem (found, sizeof found, expected, sizeof expected);
            }
        }
    }
  g_free (image.pixels);
}

/* The same picture in 8 bits, 16 bits and float, with other ends of the range, gives the
 * same view. */
static void
test_types (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("colour", NULL);
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (32, 3);
  PhenoImage bytes = noise (70, 80, 3, 2), words = bytes, floats = bytes;
  gsize count = 70 * 80 * 3;
  g_autofree guint16 *word = g_new (guint16, count);
  g_autofree float *number = g_new (float, count);
  float view[3][3 * 32 * 32];

  for (gsize i = 0; i < count; i++)
    {
      guint8 value = ((guint8 *) bytes.pixels)[i];

      word[i] = (guint16) (1000 + 200 * value);
      number[i] = -1 + 2 * (value / 255.0f);
    }
  words.type = PHENO_SAMPLE_UINT16;
  words.pixels = word;
  words.black = 1000;
  words.white = 52000;
  floats.type = PHENO_SAMPLE_FLOAT32;
  floats.pixels = number;
  floats.black = -1;
  floats.white = 1;
  for (guint32 key = 0; key < 10; key++)
    {
      PhenoViewKey view_key = { .seed = key };

      pheno_augment (recipe, &bytes, view_key, 32, scratch, view[0]);
      pheno_augment (recipe, &words, view_key, 32, scratch, view[1]);
      pheno_augment (recipe, &floats, view_key, 32, scratch, view[2]);
      for (guint i = 0; i < 3 * 32 * 32; i++)
        {
          g_assert_cmpfloat_with_epsilon (view[1][i], view[0][i], 1e-4);
          g_assert_cmpfloat_with_epsilon (view[2][i], view[0][i], 1e-4);
        }
    }
  g_free (bytes.pixels);
}

/* A chequered board of single pixels, seen at a fifth of its size, is grey: bilinear
 * sampling alone would show squares that are not there. */
static void
test_antialias (void)
{
  static const char *const recipes[] = {
    "[augment.resized-crop]\nscale=1;1\nratio=1;1\n",
    "[augment.resize-and-pad]\n",
    "[augment.resized-crop]\nscale=1;1\nratio=1;1\n[augment.rotation]\nprobability=1\n"
    "degrees=45\noutside=edge\n",
  };
  static guint8 board[200 * 200 * 3];
  PhenoImage image
      = { .width = 200, .height = 200, .bands = 3, .pixels = board, .white = 255 };

  for (int i = 0; i < 200 * 200 * 3; i++)
    board[i] = ((i / 3) % 200 + (i / 3) / 200) % 2 ? 255 : 0;
  for (guint r = 0; r < G_N_ELEMENTS (recipes); r++)
    {
      g_autoptr (PhenoRecipe) recipe = recipe_from (recipes[r]);
      g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (40, 3);
      float view[3 * 40 * 40];

      pheno_augment (recipe, &image, (PhenoViewKey){ 1, 0, 0, 0 }, 40, scratch, view);
      for (int y = 2; y < 38; y++)
        for (int x = 2; x < 38; x++)
          g_assert_cmpfloat_with_epsilon (view[y * 40 + x], 0.5, 0.03);
    }
}

/* Flips and quarter turns that stand in one map: turning by 180 degrees is both flips. */
static void
test_composition (void)
{
  g_autoptr (PhenoRecipe) flips
      = recipe_from ("[augment.resized-crop]\n[augment.horizontal-flip]\nprobability=1\n"
                     "[augment.vertical-flip]\nprobability=1\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (48, 3);
  PhenoImage image = noise (90, 60, 3, 9);
  PhenoFrame frame = { 48, 90, 60, 3 };
  PhenoViewKey key = { 8, 0, 0, 0 };
  float flipped[3 * 48 * 48], turned[3 * 48 * 48], upright[3 * 48 * 48];
  PhenoDraw draw;

  /* a crop of at most 48 pixels, or the turned one would be smoothed twice */
  pheno_recipe_set (flips, "resized-crop", "scale", "0.05;0.2", NULL);
  pheno_augment (flips, &image, key, 48, scratch, flipped);
  pheno_draw (flips, &frame, key, &draw);
  g_assert_cmpfloat (MAX (draw.step[0].value[2], draw.step[0].value[3]), <=, 48);

  draw.n = 1;
  pheno_apply (&draw, &image, 48, scratch, upright);
  draw.step[1] = (PhenoDrawn){ .operation = PHENO_ROTATION,
                               .setting = &flips->setting[PHENO_ROTATION],
                               .happens = TRUE,
                               .value = { 180 } };
  draw.n = 2;
  pheno_apply (&draw, &image, 48, scratch, turned);

  for (int band = 0; band < 3; band++)
    for (int y = 0; y < 48; y++)
      for (int x = 0; x < 48; x++)
        {
          float there = upright[(band * 48 + 47 - y) * 48 + 47 - x];

          g_assert_cmpfloat_with_epsilon (flipped[(band * 48 + y) * 48 + x], there, 1e-6);
          g_assert_cmpfloat_with_epsilon (turned[(band * 48 + y) * 48 + x], there, 1e-5);
        }
  g_free (image.pixels);
}

/* The plain view: a wide image between bars of the colour that most of its border has,
 * whatever lies in the middle or touches the border here and there. */
static void
test_plain (void)
{
  static guint8 pixels[40 * 80 * 3];
  g_autoptr (PhenoRecipe) recipe
      = recipe_from ("[augment.normalise]\nmean=0.5\nstd=0.25\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (20, 3);
  PhenoImage image
      = { .width = 80, .height = 40, .bands = 3, .pixels = pixels, .white = 255 };
  float view[3 * 20 * 20];

  for (int i = 0; i < 40 * 80; i++)
    {
      int x = i % 80, y = i / 80;
      gboolean label = x < 30 && y<8, wing = x> 20 && x < 60 && y > 10 && y < 30;

      pixels[3 * i] = label ? 0 : (wing ? 255 : 204);
      pixels[3 * i + 1] = label ? 0 : (wing ? 10 : 102);
      pixels[3 * i + 2] = label ? 0 : (wing ? 90 : 51);
    }
  pheno_augment_plain (recipe, &image, 20, scratch, view);
  for (int band = 0; band < 3; band++)
    for (int y = 0; y < 20; y++)
      if (y < 5 || y >= 15)
        {
          static const float card[] = { 0.8f, 0.4f, 0.2f };

          for (int x = 0; x < 20; x++)
            g_assert_cmpfloat_with_epsilon (view[(band * 20 + y) * 20 + x],
                                            (card[band] - 0.5f) / 0.25f, 1e-5);
        }
  g_assert_cmpfloat_with_epsilon (view[10 * 20 + 10], (1 - 0.5) / 0.25, 1e-5);
  g_assert_cmpfloat_with_epsilon (view[5 * 20], (0 - 0.5) / 0.25, 1e-5);
}

/* The background of 16-bit and float images, against a sorted border. */
static void
test_background_of_words (void)
{
  static guint16 pixels[9 * 3];
  g_autoptr (PhenoRecipe) recipe = recipe_from ("[augment.resize-and-pad]\n");
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (9, 1);
  PhenoImage image = { .width = 9,
                       .height = 3,
                       .bands = 1,
                       .type = PHENO_SAMPLE_UINT16,
                       .pixels = pixels,
                       .white = 1000 };
  float view[9 * 9];

  for (int i = 0; i < 27; i++)
    pixels[i] = i % 3 == 0 ? 100 : (i % 3 == 1 ? 700 : 250);
  pheno_augment (recipe, &image, (PhenoViewKey){ 0 }, 9, scratch, view);
  /* of 24 border samples, corners twice, 8 are 100, 8 are 250 and 8 are 700 */
  g_assert_cmpfloat_with_epsilon (view[0], 0.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (view[8 * 9 + 4], 0.25, 1e-6);
}

/* Nothing is read or written beyond its place (the sanitizers look), and every pixel of
 * the view is written, however small, large, narrow or banded the image. */
static void
test_edges (void)
{
  static const int shapes[][3]
      = { { 1, 1, 3 }, { 1, 300, 3 },  { 300, 1, 3 },  { 2, 2, 1 },
          { 5, 4, 7 }, { 2000, 3, 3 }, { 33, 47, 12 }, { 16, 16, 3 } };
  static const char *const outsides[] = { "zeros", "edge", "background" };
  static const int sizes[] = { 1, 2, 5, 16, 33 };

  for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
    for (guint o = 0; o < G_N_ELEMENTS (outsides); o++)
      {
        g_autofree char *text = g_strdup_printf (
            "[augment.resized-crop]\nprobability=0.5\n[augment.resize-and-pad]\noutside=%"
            "s\n"
            "[augment.horizontal-flip]\n[augment.vertical-flip]\n[augment.rotation]\n"
            "degrees=180\noutside=%s\n[augment.colour-jitter]\nprobability=0.8\nhue=0.5\n"
            "[augment.grayscale]\n[augment.gaussian-blur]\nkernel-size=23\nsigma=0.1;8\n"
            "[augment.normalise]\nmean=0.5\nstd=0.5\n",
            outsides[o], outsides[o]);
        g_autoptr (PhenoRecipe) recipe = recipe_from (text);
        PhenoImage image = noise (shapes[s][0], shapes[s][1], shapes[s][2], s);

        for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
          {
            gsize count = (gsize) sizes[k] * (gsize) sizes[k] * (gsize) image.bands;
            g_autoptr (PhenoAugmentScratch) scratch
                = pheno_augment_scratch_new (sizes[k], image.bands);
            g_autofree float *view = g_new (float, count);

            for (guint32 key = 0; key < 20; key++)
              {
                memset (view, 0xff, count * sizeof *view);
                pheno_augment (recipe, &image, (PhenoViewKey){ .view = key }, sizes[k],
                               scratch, view);
                for (gsize i = 0; i < count; i++)
                  g_assert_true (view[i] >= -1.0001f && view[i] <= 1.0001f);
              }
          }
        g_free (image.pixels);
      }
}

/* A recipe in which nothing happens gives the image itself. */
static void
test_nothing (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_new ();
  g_autoptr (PhenoAugmentScratch) scratch = pheno_augment_scratch_new (30, 3);
  PhenoImage image = noise (30, 30, 3, 6);
  float view[3 * 30 * 30];

  pheno_augment (recipe, &image, (PhenoViewKey){ 0 }, 30, scratch, view);
  for (int band = 0; band < 3; band++)
    for (int i = 0; i < 900; i++)
      g_assert_cmpfloat_with_epsilon (
          view[band * 900 + i], ((guint8 *) image.pixels)[3 * i + band] / 255.0, 1e-6);
  g_free (image.pixels);
}

static void
test_sheet (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoImage image = noise (64, 64, 3, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImage) sheet = pheno_augment_sheet (recipe, &image, 5, 7, 32, &error);
  g_autoptr (PhenoImage) again = pheno_augment_sheet (recipe, &image, 5, 7, 32, NULL);
  g_autoptr (PhenoImage) other = pheno_augment_sheet (recipe, &image, 6, 7, 32, NULL);
  gsize count;

  g_assert_no_error (error);
  /* eight pictures in three columns, with four pixels around each */
  g_assert_cmpint (sheet->width, ==, 3 * 36 + 4);
  g_assert_cmpint (sheet->height, ==, 3 * 36 + 4);
  g_assert_cmpint (sheet->bands, ==, 3);
  count = (gsize) sheet->width * (gsize) sheet->height * 3;
  g_assert_cmpmem (sheet->pixels, count, again->pixels, count);
  g_assert_true (memcmp (sheet->pixels, other->pixels, count) != 0);
  g_assert_cmpint (((guint8 *) sheet->pixels)[0], ==, 255);
  /* the empty ninth cell is paper */
  g_assert_cmpint (((guint8 *) sheet->pixels)[count - 3 * (5 * 112 + 5)], ==, 255);

  g_assert_null (pheno_augment_sheet (recipe, &image, 5, 0, 32, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_clear_error (&error);
  g_assert_null (pheno_augment_sheet (recipe, &image, 5, -1, 32, NULL));
  g_assert_null (pheno_augment_sheet (recipe, &image, 5, G_MAXINT, G_MAXINT, NULL));
  image.bands = 2; /* hue has no meaning there */
  g_assert_null (pheno_augment_sheet (recipe, &image, 5, 3, 32, &error));
  g_assert_error (error, PHENO_ERROR, PHENO_ERROR_SETTING);
  g_free (image.pixels);
}

static void
test_describe (void)
{
  g_autoptr (PhenoRecipe) recipe = pheno_recipe_load ("simclr", NULL);
  PhenoImage image = { .width = 120, .height = 90, .bands = 3 };
  PhenoFrame frame = { 64, 120, 90, 3 };
  PhenoViewKey key = { 4, 3, 2, 1 };
  g_autofree char *text = pheno_augment_describe (recipe, &image, key, 64);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *operations;
  PhenoDraw draw;

  pheno_draw (recipe, &frame, key, &draw);
  g_assert_nonnull (root);
  operations = json_object_get_array_member (json_node_get_object (root), "operations");
  g_assert_cmpuint (json_array_get_length (operations), ==, draw.n);
  for (guint i = 0; i < draw.n; i++)
    {
      JsonObject *step = json_array_get_object_element (operations, i);

      g_assert_cmpstr (json_object_get_string_member (step, "operation"), ==,
                       pheno_operation_get (draw.step[i].operation)->name);
      g_assert_cmpint (json_object_get_boolean_member (step, "happens"), ==,
                       draw.step[i].happens);
      if (draw.step[i].operation == PHENO_RESIZED_CROP)
        g_assert_cmpfloat (json_object_get_double_member (step, "width"), ==,
                           draw.step[i].value[2]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/augment/views/same-on-any-number-of-threads", test_threads);
  g_test_add_func ("/augment/views/several-callers-at-once", test_callers);
  g_test_add_func ("/augment/views/same-on-every-instruction-set", test_instruction_sets);
  g_test_add_func ("/augment/views/8-and-16-bits-and-float-alike", test_types);
  g_test_add_func ("/augment/views/small-views-do-not-alias", test_antialias);
  g_test_add_func ("/augment/views/half-a-turn-is-both-flips", test_composition);
  g_test_add_func ("/augment/views/plain-stands-on-its-background", test_plain);
  g_test_add_func ("/augment/views/background-of-16-bits", test_background_of_words);
  g_test_add_func ("/augment/views/images-of-any-shape", test_edges);
  g_test_add_func ("/augment/views/nothing-drawn-is-the-image", test_nothing);
  g_test_add_func ("/augment/views/sheet", test_sheet);
  g_test_add_func ("/augment/views/describe", test_describe);
  return g_test_run ();
}
