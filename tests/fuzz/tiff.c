/* tiff.c - hostile stacks of bands
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Photographs in TIFF are left out: they are libvips' and are held against broken files
 * in tests/engine/reader.
 */
#include "engine/reader/reader.h"
#include "tests/fuzz/memory-file.h"

#include "engine/reader/reader-class.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const int bands[] = { 0 };
  const char *path = memory_file (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoSource) source = NULL;
  const PhenoImageHeader *header;
  PhenoRegion region;

  if (size < 8 || pheno_tiff_reader.probe (path, data, size) != PHENO_PROBE_SURE)
    return 0;
  source = pheno_source_open (path, &error);
  check_error (error);
  g_assert_true ((source == NULL) == (error != NULL));
  if (source == NULL)
    return 0;

  header = pheno_source_header (source);
  region = (PhenoRegion){ header->width / 2, header->height / 2,
                          MIN (64, header->width - header->width / 2),
                          MIN (64, header->height - header->height / 2) };
  for (int whole = 0; whole < 2; whole++)
    {
      g_autoptr (GError) read_error = NULL;
      g_autoptr (PhenoImage) image = NULL;
      gboolean small
          = (gint64) header->width * header->height < (1 << 20) / header->bands;

      if (whole && !small)
        break;
      image = pheno_source_read (source, whole ? NULL : &region, whole ? NULL : bands, 1,
                                 &read_error);
      g_assert_true ((image == NULL) == (read_error != NULL));
      check_error (read_error);
    }

  return 0;
}
