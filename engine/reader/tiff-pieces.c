/* tiff-pieces.c - strips and tiles to samples
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A part needs some strips or tiles of some pages. What is not compressed is taken from
 * the map as it lies there; the rest is decoded on all threads, each piece once, and put
 * into its place.
 */
#include "engine/reader/tiff.h"

#include <string.h>

#define MOST_PIECE_BYTES ((guint64) 1 << 30)
/* Up to here a claim does no harm. */
#define SMALL_BYTES ((guint64) 64 << 20)

/* Below this a thread costs more than it saves. */
#define PARALLEL_BYTES ((guint64) 1 << 19)

typedef struct
{
  int page, plane; /* plane: sample, where each has pieces of its own; else 0 */
  guint32 x, y;    /* of its upper left corner */
  int first, n;    /* its bands of the part: those in Reading's lists */
} Piece;

typedef struct
{
  PhenoTiffStack *stack;
  const PhenoPart *part;
  const PhenoTarget *target;
  GArray *pieces;
  int *samples, *places; /* of each band of the part, sorted by page and plane */
  GError *error;         /* the first one; under the stack's lock */
} Reading;

static const PhenoTiffPage *
page_of (const PhenoTiffStack *stack, int page)
{
  return &g_array_index (stack->pages, PhenoTiffPage, stack->contiguous ? 0 : page);
}

static gsize
sample_bytes (const PhenoTiffStack *stack)
{
  return pheno_sample_size (stack->type);
}

/* Samples of one pixel that lie together in a piece. */
static int
chunk_of (const PhenoTiffPage *page)
{
  return page->planar == PLANARCONFIG_SEPARATE ? 1 : page->samples;
}

static guint64
packed_row (const PhenoTiffPage *page)
{
  return ((guint64) page->piece_width * chunk_of (page) * page->bits + 7) / 8;
}

static gboolean
fail_page (const PhenoTiffStack *stack, int page, const char *words, GError **error)
{
  return pheno_reader_fail (error, stack->path,
                            _ ("it is cut short or damaged: page %d cannot be decoded "
                               "(%s). Copy the file again, "
                               "or save it anew."),
                            page + 1, words != NULL ? words : _ ("no reason given"));
}

/* ---- Handles ---- */

static PhenoTiffHandle *
borrow (PhenoTiffStack *stack)
{
  PhenoTiffHandle *handle = NULL;

  pthread_mutex_lock (&stack->lock);
  if (stack->idle->len > 0)
    handle = g_ptr_array_steal_index_fast (stack->idle, stack->idle->len - 1);
  pthread_mutex_unlock (&stack->lock);
  if (handle == NULL && (handle = pheno_tiff_handle_new (stack->mapped)) != NULL)
    handle->page = -1;

  return handle;
}

static void
give_back (PhenoTiffStack *stack, PhenoTiffHandle *handle)
{
  pthread_mutex_lock (&stack->lock);
  g_ptr_array_add (stack->idle, handle);
  pthread_mutex_unlock (&stack->lock);
}

static gboolean
go_to_page (PhenoTiffStack *stack, PhenoTiffHandle *handle, int page)
{
  const PhenoTiffPage *wanted = page_of (stack, page);

  if (handle->page == page || (stack->contiguous && handle->page >= 0))
    return TRUE;
  handle->page = -1;
  if (!TIFFSetSubDirectory (handle->tiff, wanted->offset))
    return FALSE;
  if (wanted->compression == COMPRESSION_JPEG && wanted->photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField (handle->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  /* libtiff adds differences up through memory, which takes a quarter of the time. */
  if (wanted->sums)
    TIFFSetField (handle->tiff, TIFFTAG_PREDICTOR, PREDICTOR_NONE);
  handle->page = page;

  return TRUE;
}

/* ---- A piece in memory ---- */

/* Samples of any number of bits, the first bit the highest, rows at whole bytes; three
 * bytes are a number in the processor's order, as libtiff leaves them. */
static void
unpack (const guint8 *packed, gsize row_bytes, gsize rows, gsize per_row, int bits,
        guint8 *to)
{
  gsize size = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;

  for (gsize row = 0; row < rows; row++, packed += row_bytes)
    for (gsize i = 0; i < per_row; i++, to += size)
      {
        guint32 value = 0;

        if (bits == 24)
          value = packed[3 * i] | (guint32) packed[3 * i + 1] << 8
                  | (guint32) packed[3 * i + 2] << 16;
        else
          for (gsize bit = i * bits; bit < (i + 1) * bits; bit++)
            value = value << 1 | (packed[bit / 8] >> (7 - bit % 8) & 1);
        if (size == 1)
          *to = (guint8) value;
        else if (size == 2)
          memcpy (to, &(guint16){ (guint16) value }, 2);
        else
          memcpy (to, &value, 4);
      }
}

/* Sums from left to right, of each of @chunk samples of a pixel for itself, modulo the
 * range of the type. With one sample the sum stays in a register. */
#define DEFINE_SUM(BITS)                                                                 \
  static void sum_##BITS (guint##BITS *row, gsize pixels, gsize chunk)                   \
  {                                                                                      \
    guint##BITS sum = 0;                                                                 \
                                                                                         \
    if (chunk == 1)                                                                      \
      for (gsize x = 0; x < pixels; x++)                                                 \
        row[x] = sum = (guint##BITS) (sum + row[x]);                                     \
    else                                                                                 \
      for (gsize i = chunk; i < pixels * chunk; i++)                                     \
        row[i] = (guint##BITS) (row[i] + row[i - chunk]);                                \
  }

DEFINE_SUM (8)
DEFINE_SUM (16)
DEFINE_SUM (32)
DEFINE_SUM (64)

static void
add_up (guint8 *bytes, const PhenoTiffPage *page, gsize rows)
{
  gsize chunk = chunk_of (page), row = packed_row (page);

  for (gsize y = 0; y < rows; y++, bytes += row)
    switch (page->bits)
      {
      case 8:
        sum_8 (bytes, page->piece_width, chunk);
        break;
      case 16:
        sum_16 ((guint16 *) bytes, page->piece_width, chunk);
        break;
      case 32:
        sum_32 ((guint32 *) bytes, page->piece_width, chunk);
        break;
      default:
        sum_64 ((guint64 *) bytes, page->piece_width, chunk);
        break;
      }
}

static guint8 *
make_scratch (PhenoTiffHandle *handle, gsize bytes)
{
  if (handle->scratch_bytes < bytes)
    {
      g_free (handle->scratch);
      handle->scratch = g_try_malloc (bytes);
      handle->scratch_bytes = handle->scratch != NULL ? bytes : 0;
    }
  return handle->scratch;
}

static guint32
piece_index (PhenoTiffHandle *handle, const PhenoTiffPage *page, const Piece *piece)
{
  guint16 plane = page->planar == PLANARCONFIG_SEPARATE ? (guint16) piece->plane : 0;

  return page->tiled ? TIFFComputeTile (handle->tiff, piece->x, piece->y, 0, plane)
                     : TIFFComputeStrip (handle->tiff, piece->y, plane);
}

/* Rows of a piece that are there: the last strip may be lower than the others. */
static guint32
rows_of (const PhenoTiffPage *page, const Piece *piece)
{
  return page->tiled ? page->piece_height
                     : MIN (page->piece_height, page->height - piece->y);
}

/* A piece that was never written: GDAL saves empty ones so. */
static gboolean
is_hole (PhenoTiffHandle *handle, guint32 index)
{
  return TIFFGetStrileOffset (handle->tiff, index) == 0
         && TIFFGetStrileByteCount (handle->tiff, index) == 0;
}

/* What is not compressed lies in the map as it is. %NULL: not this piece. */
static const guint8 *
find_mapped (PhenoTiffStack *stack, PhenoTiffHandle *handle, const PhenoTiffPage *page,
             const Piece *piece, GError **error)
{
  guint64 row = packed_row (page), offset;
  guint64 bytes;
  guint32 index = piece_index (handle, page, piece);

  if (is_hole (handle, index) && !stack->contiguous)
    return NULL;
  if (page->compression != COMPRESSION_NONE || page->fill_order != FILLORDER_MSB2LSB
      || page->bits != 8 * sample_bytes (stack))
    return NULL;

  offset = TIFFGetStrileOffset (handle->tiff, index);
  if (stack->contiguous)
    {
      offset = TIFFGetStrileOffset (handle->tiff, 0) + row * piece->y
               + row * page->height * (guint64) piece->page;
    }
  if (__builtin_mul_overflow (row, rows_of (page, piece), &bytes) || offset == 0
      || offset > stack->mapped->length || bytes > stack->mapped->length - offset)
    {
      fail_page (stack, piece->page, _ ("its samples lie behind the end of the file"),
                 error);
      return NULL;
    }

  return stack->mapped->bytes + offset;
}

/* Bytes that a byte of a file can become at the most; beyond 64 MB a file that claims
 * more is not believed. Deflate packs 1032 bytes into one, LZW half a code table into 12
 * bits; the others repeat a value as often as they like, but no measurement does. */
static guint64
most_from_a_byte (guint16 compression)
{
  switch (compression)
    {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 64;
    case COMPRESSION_LZW:
      return 1400;
    case COMPRESSION_DEFLATE:
    case COMPRESSION_ADOBE_DEFLATE:
      return 1040;
    default:
      return 8192;
    }
}

/* Each page has its own strips or tiles, so each is held against its bytes. */
static gboolean
is_believable (PhenoTiffHandle *handle, const PhenoTiffPage *page, guint32 index,
               guint64 bytes)
{
  guint64 stored = TIFFGetStrileByteCount (handle->tiff, index);

  return bytes <= MOST_PIECE_BYTES
         && (bytes <= SMALL_BYTES
             || bytes / most_from_a_byte (page->compression) <= stored);
}

static const guint8 *
decode (PhenoTiffStack *stack, PhenoTiffHandle *handle, const PhenoTiffPage *page,
        const Piece *piece, GError **error)
{
  gsize rows = rows_of (page, piece),
        per_row = (gsize) page->piece_width * chunk_of (page);
  gsize packed = packed_row (page), room;
  gboolean odd = page->bits != 8 * sample_bytes (stack);
  guint32 index = piece_index (handle, page, piece);
  guint8 *bytes;
  tmsize_t got;

  if (__builtin_mul_overflow (packed, rows, &packed)
      || (!is_hole (handle, index) && !is_believable (handle, page, index, packed))
      || packed > MOST_PIECE_BYTES)
    {
      fail_page (stack, piece->page, _ ("it claims more samples than it has"), error);
      return NULL;
    }
  room = packed;
  if (odd) /* behind what is unpacked */
    room += per_row * rows * sample_bytes (stack);
  if ((bytes = make_scratch (handle, room)) == NULL)
    {
      fail_page (stack, piece->page, _ ("there is not enough memory"), error);
      return NULL;
    }

  if (is_hole (handle, index))
    {
      pheno_samples_fill (bytes, stack->type, per_row * rows, stack->filling);
      return bytes;
    }

  g_clear_pointer (&handle->words, g_free);
  got = page->tiled
            ? TIFFReadEncodedTile (handle->tiff, index, bytes, (tmsize_t) packed)
            : TIFFReadEncodedStrip (handle->tiff, index, bytes, (tmsize_t) packed);
  if (got < 0 || (gsize) got < packed)
    {
      fail_page (stack, piece->page, handle->words, error);
      return NULL;
    }
  if (page->sums)
    add_up (bytes, page, rows);
  if (odd)
    {
      unpack (bytes, packed_row (page), rows, per_row, page->bits, bytes + packed);
      bytes += packed;
    }

  return bytes;
}

/* ---- A piece into its place ---- */

static void
put (const Reading *reading, const Piece *piece, const guint8 *bytes, gboolean swapped)
{
  const PhenoTiffPage *page = page_of (reading->stack, piece->page);
  const PhenoRegion *region = &reading->part->region;
  int left = MAX (region->x, (int) piece->x), top = MAX (region->y, (int) piece->y);
  int right = (int) MIN ((gint64) region->x + region->width,
                         (gint64) piece->x + page->piece_width);
  int bottom = (int) MIN ((gint64) region->y + region->height,
                          (gint64) piece->y + page->piece_height);
  gint64 size = (gint64) sample_bytes (reading->stack);
  PhenoStrided strided = { .samples = bytes,
                           .pixel = chunk_of (page) * size,
                           .line = (gint64) page->piece_width * chunk_of (page) * size,
                           .band = size,
                           .type = reading->stack->type,
                           .swapped = swapped };
  PhenoPart part
      = { { left - (int) piece->x, top - (int) piece->y, right - left, bottom - top },
          reading->samples + piece->first,
          piece->n };
  PhenoTarget target = *reading->target;

  target.first = (guint8 *) target.first + (gsize) (top - region->y) * target.line
                 + (gsize) (left - region->x) * target.pixel;
  target.bands = reading->places + piece->first;
  pheno_strided_copy (&strided, &part, &target);
}

static void
read_piece_cb (gsize index, gpointer user_data)
{
  Reading *reading = user_data;
  PhenoTiffStack *stack = reading->stack;
  const Piece *piece = &g_array_index (reading->pieces, Piece, index);
  const PhenoTiffPage *page = page_of (stack, piece->page);
  PhenoTiffHandle *handle = borrow (stack);
  g_autoptr (GError) error = NULL;
  const guint8 *bytes = NULL;
  gboolean mapped = FALSE;

  if (handle == NULL || !go_to_page (stack, handle, piece->page))
    fail_page (stack, piece->page, _ ("its tags are damaged"), &error);
  else
    {
      bytes = find_mapped (stack, handle, page, piece, &error);
      mapped = bytes != NULL;
      if (bytes == NULL && error == NULL)
        bytes = decode (stack, handle, page, piece, &error);
    }
  if (bytes != NULL)
    put (reading, piece, bytes, mapped && stack->swapped);
  if (handle != NULL)
    give_back (stack, handle);

  pthread_mutex_lock (&stack->lock);
  if (reading->error == NULL)
    reading->error = g_steal_pointer (&error);
  pthread_mutex_unlock (&stack->lock);
}

/* ---- Which pieces ---- */

/* The bands of the part that come from the same pieces stand together, as their place in
 * a piece and in the part. */
static void
add_group (Reading *reading, const int *order, int first, int end)
{
  const PhenoTiffStack *stack = reading->stack;
  const PhenoRegion *region = &reading->part->region;
  int page_number = reading->part->bands[order[first]] / stack->per_page;
  const PhenoTiffPage *page = page_of (stack, page_number);
  gboolean separate = page->planar == PLANARCONFIG_SEPARATE;
  guint32 left = region->x / page->piece_width * page->piece_width;
  guint32 top = region->y / page->piece_height * page->piece_height;
  Piece piece = { .page = page_number,
                  .plane = separate ? reading->samples[first] : 0,
                  .first = first,
                  .n = end - first };

  for (int i = first; separate && i < end; i++)
    reading->samples[i] = 0;
  for (guint64 y = top; y < (guint64) region->y + region->height; y += page->piece_height)
    for (guint64 x = left; x < (guint64) region->x + region->width;
         x += page->piece_width)
      {
        piece.x = (guint32) x;
        piece.y = (guint32) y;
        g_array_append_val (reading->pieces, piece);
      }
}

static int
compare_bands (gconstpointer a, gconstpointer b, gpointer bands)
{
  int first = ((const int *) bands)[*(const int *) a];
  int second = ((const int *) bands)[*(const int *) b];

  return (first > second) - (first < second);
}

static void
find_pieces (Reading *reading, gboolean alpha)
{
  const PhenoTiffStack *stack = reading->stack;
  const PhenoPart *part = reading->part;
  g_autofree int *order = g_new (int, part->n_bands);

  for (int i = 0; i < part->n_bands; i++)
    order[i] = i;
  g_qsort_with_data (order, part->n_bands, sizeof *order, compare_bands,
                     (gpointer) part->bands);
  for (int i = 0; i < part->n_bands; i++)
    {
      reading->places[i] = order[i];
      reading->samples[i]
          = alpha ? stack->per_page : part->bands[order[i]] % stack->per_page;
    }
  for (int first = 0, end; first < part->n_bands; first = end)
    {
      int page = part->bands[order[first]] / stack->per_page;
      gboolean separate = page_of (stack, page)->planar == PLANARCONFIG_SEPARATE;

      for (end = first + 1;
           end < part->n_bands && part->bands[order[end]] / stack->per_page == page
           && (!separate || reading->samples[end] == reading->samples[first]);)
        end++;
      add_group (reading, order, first, end);
    }
}

gboolean
pheno_tiff_read (PhenoTiffStack *stack, const PhenoPart *part, gboolean alpha,
                 const PhenoTarget *target, GError **error)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_autofree int *samples = g_new (int, part->n_bands);
  g_autofree int *places = g_new (int, part->n_bands);
  Reading reading = { stack, part, target, pieces, samples, places, NULL };
  guint64 bytes = (guint64) part->region.width * part->region.height * part->n_bands
                  * sample_bytes (stack);

  find_pieces (&reading, alpha);
  if (pieces->len == 1 || bytes < PARALLEL_BYTES)
    for (guint i = 0; i < pieces->len && reading.error == NULL; i++)
      read_piece_cb (i, &reading);
  else
    pheno_for_each_index (pieces->len, 0, read_piece_cb, &reading, NULL, NULL, NULL, NULL,
                          NULL);
  if (reading.error != NULL)
    {
      g_propagate_error (error, reading.error);
      return FALSE;
    }

  return pheno_mapped_whole (stack->mapped, stack->path, error);
}

/* ---- What may be claimed ---- */

gboolean
pheno_tiff_check_claim (const PhenoTiffStack *stack, PhenoTiffHandle *handle,
                        GError **error)
{
  const PhenoTiffPage *page = page_of (stack, 0);
  guint64 row = packed_row (page), piece = row * page->piece_height;
  guint64 pages = stack->n_pages, bytes;
  g_autofree char *claim = NULL, *has = NULL;

  /* The row is below 2^31 × 2^16 × 2^6 / 2^3 bytes. */
  if (piece / page->piece_height != row || piece > MOST_PIECE_BYTES)
    {
      g_autofree char *size = g_format_size (
          row * (piece / page->piece_height == row ? page->piece_height : 1));

      if (page->compression != COMPRESSION_NONE || page->tiled)
        return pheno_reader_fail (
            error, stack->path,
            _ ("it comes in pieces of %s, which cannot be decoded one by one. Save it as "
               "TIFF with tiles of 256 × 256 pixels, or see whether it is damaged."),
            size);
    }
  if (!__builtin_mul_overflow (((guint64) page->width * page->samples * page->bits + 7)
                                   / 8,
                               page->height, &bytes)
      && !__builtin_mul_overflow (bytes, pages, &bytes)
      && (bytes <= SMALL_BYTES || page->compression == COMPRESSION_NONE
              ? bytes / 65536 <= stack->mapped->length
              : bytes / most_from_a_byte (page->compression) <= stack->mapped->length)
      && (page->compression != COMPRESSION_NONE || bytes <= stack->mapped->length))
    return TRUE;

  claim = g_strdup_printf ("%u × %u × %d", page->width, page->height,
                           stack->per_page * stack->n_pages);
  has = g_format_size_full (stack->mapped->length, G_FORMAT_SIZE_LONG_FORMAT);

  return pheno_reader_fail (
      error, stack->path,
      _ ("it says that it has %s samples, which do not fit into its %s. Copy the file "
         "again, or take it out of the folder."),
      claim, has);
}
