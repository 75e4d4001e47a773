/* result.c - what a verb prints when it is done, for people or for programs
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>

#include "app/cli/cli-private.h"
#include "engine/collection/collection.h"

/* More than this many lines about single files hide the result. */
#define PROBLEMS_SHOWN 20

gboolean
pheno_cli_wants_json (const PhenoCli *cli)
{
  return cli->json || cli->progress == PHENO_CLI_PROGRESS_JSON;
}

void
pheno_cli_add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value == NULL)
    json_builder_add_null_value (builder);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (value, -1);

      json_builder_add_string_value (builder, valid);
    }
}

void
pheno_cli_add_number (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
pheno_cli_add_count (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
pheno_cli_result (PhenoCli *cli, JsonBuilder *object, const char *text)
{
  g_autoptr (JsonNode) root = json_builder_get_root (object);

  pheno_cli_clear_line (cli);
  if (cli->progress == PHENO_CLI_PROGRESS_JSON)
    {
      g_autofree char *line = json_to_string (root, FALSE);

      printf ("{\"phase\":\"result\",\"result\":%s}\n", line);
    }
  else if (cli->json)
    {
      g_autofree char *lines = json_to_string (root, TRUE);

      puts (lines);
    }
  else
    fputs (text, stdout);
  g_object_unref (object);
}

void
pheno_cli_print_problems (const GPtrArray *problems)
{
  for (guint i = 0; i < MIN (problems->len, PROBLEMS_SHOWN); i++)
    {
      const PhenoProblem *problem = problems->pdata[i];
      g_autofree char *line = g_strdelimit (g_strdup (problem->reason), "\n\r", ' ');

      g_printerr (_ ("left out: %s\n"), line);
    }
  if (problems->len > PROBLEMS_SHOWN)
    g_printerr (ngettext ("… and %u more file was left out\n",
                          "… and %u more files were left out\n",
                          problems->len - PROBLEMS_SHOWN),
                problems->len - PROBLEMS_SHOWN);
}

gboolean
pheno_cli_make_folder_of (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  pheno_set_file_error (error, folder, errno);
  return FALSE;
}
