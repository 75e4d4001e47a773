/* envi-header.c - hostile headers of cubes
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/envi.h"
#include "tests/fuzz/memory-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoEnviHeader) header
      = pheno_envi_header_parse ((const char *) data, size, "fuzz.hdr", &error);

  g_assert_true ((header == NULL) == (error != NULL));
  check_error (error);
  /* The last sample has to lie within the bytes that are asked for. */
  if (header != NULL)
    {
      const PhenoImageHeader *image = &header->image;
      __int128 last = (__int128) (image->width - 1) * header->layout.pixel
                      + (__int128) (image->height - 1) * header->layout.line
                      + (__int128) (image->bands - 1) * header->layout.band
                      + header->offset + pheno_sample_size (image->type);

      g_assert_true (last <= (__int128) header->bytes);
    }

  return 0;
}
