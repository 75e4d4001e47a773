/* metadata.c - hostile metadata.csv
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/scan.h"
#include "tests/fuzz/memory-file.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  PhenoTable *table = pheno_table_parse ("fuzz.csv", (const char *) data, size, &error);

  g_assert_true ((table == NULL) == (error != NULL));
  check_error (error);
  if (table != NULL)
    {
      for (guint i = 0; i < table->rows->len; i++)
        g_assert_cmpuint (g_strv_length (table->rows->pdata[i]), ==, table->columns->len);
      pheno_table_free (table);
    }

  return 0;
}
