/* distances-file.c - all distances, for programs that draw trees
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * By the extension:
 *
 *     .csv   filename,a.jpg,b.jpg ...   a square with names
 *     .phy   PHYLIP, square and relaxed: the number of names, then a name of any length
 *            without blanks and its row
 *     .nex   NEXUS (Maddison, Swofford and Maddison 1997): TAXA and DISTANCES, lower
 *            triangle
 */
#include "engine/analysis/analysis.h"

/* Letters that mean something in these formats become an underscore. */
static char *
plain_name (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  return g_strdelimit (g_steal_pointer (&valid), " \t\r\n()[]{}/\\,;:=*'\"`+-<>", '_');
}

static void
append (GString *text, double distance)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.7g", distance));
}

static void
append_csv (GString *text, const PhenoMatrix *distances, const GPtrArray *names)
{
  g_string_append (text, "filename");
  for (guint i = 0; i < names->len; i++)
    {
      g_string_append_c (text, ',');
      pheno_append_field (text, names->pdata[i]);
    }
  g_string_append_c (text, '\n');
  for (gsize i = 0; i < distances->rows; i++)
    {
      pheno_append_field (text, names->pdata[i]);
      for (gsize j = 0; j < distances->rows; j++)
        {
          g_string_append_c (text, ',');
          append (text, pheno_matrix_row (distances, i)[j]);
        }
      g_string_append_c (text, '\n');
    }
}

/* Rows of numbers behind plain names, up to the diagonal or all of them. */
static void
append_rows (GString *text, const PhenoMatrix *distances, const GPtrArray *names,
             gboolean lower)
{
  for (gsize i = 0; i < distances->rows; i++)
    {
      g_autofree char *name = plain_name (names->pdata[i]);

      g_string_append (text, name);
      for (gsize j = 0; j < (lower ? i + 1 : distances->rows); j++)
        {
          g_string_append_c (text, ' ');
          append (text, pheno_matrix_row (distances, i)[j]);
        }
      g_string_append_c (text, '\n');
    }
}

static void
append_nexus (GString *text, const PhenoMatrix *distances, const GPtrArray *names)
{
  g_string_append_printf (text, "#NEXUS\nBEGIN TAXA;\nDIMENSIONS NTAX=%zu;\nTAXLABELS",
                          distances->rows);
  for (gsize i = 0; i < distances->rows; i++)
    {
      g_autofree char *name = plain_name (names->pdata[i]);

      g_string_append_printf (text, "\n%s", name);
    }
  g_string_append (text, ";\nEND;\nBEGIN DISTANCES;\nFORMAT TRIANGLE=LOWER DIAGONAL "
                         "LABELS;\nMATRIX\n");
  append_rows (text, distances, names, TRUE);
  g_string_append (text, ";\nEND;\n");
}

gboolean
pheno_distances_save (const PhenoMatrix *distances, const GPtrArray *names,
                      const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (g_str_has_suffix (path, ".csv"))
    append_csv (text, distances, names);
  else if (g_str_has_suffix (path, ".phy"))
    {
      g_string_append_printf (text, "%zu\n", distances->rows);
      append_rows (text, distances, names, FALSE);
    }
  else if (g_str_has_suffix (path, ".nex"))
    append_nexus (text, distances, names);
  else
    {
      g_autofree char *name = pheno_display_name (path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                   _ ("“%s” is none of the formats for distances: .csv, .phy or .nex."),
                   name);
      return FALSE;
    }
  return pheno_write_file (path, text->str, text->len, error);
}
