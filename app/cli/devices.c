/* devices.c - phenoscape-cli devices: what this machine can compute with
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/cli/cli.h"
#include "kernels/pk.h"

static void
add_device (JsonBuilder *builder, GString *text, const pk_device_info *info)
{
  g_autofree char *memory = g_format_size_full (info->memory, G_FORMAT_SIZE_IEC_UNITS);

  json_builder_begin_object (builder);
  pheno_cli_add_text (builder, "name", info->name);
  pheno_cli_add_text (builder, "description", info->description);
  pheno_cli_add_text (builder, "instructions", info->instructions);
  pheno_cli_add_text (builder, "library", info->library);
  pheno_cli_add_count (builder, "threads", info->threads);
  pheno_cli_add_count (builder, "memory", (gint64) info->memory);
  json_builder_set_member_name (builder, "bfloat16");
  json_builder_add_boolean_value (builder, info->bfloat16);
  json_builder_set_member_name (builder, "bfloat16_is_faster");
  json_builder_add_boolean_value (builder, info->bfloat16_is_faster);
  json_builder_end_object (builder);

  g_string_append_printf (text, "%-10s %s\n", info->name, info->description);
  g_string_append_printf (text, "%-10s %s", "", info->instructions);
  if (!g_str_equal (info->library, "none"))
    g_string_append_printf (text, ", %s", info->library);
  g_string_append_printf (text, ngettext (", %d thread", ", %d threads", info->threads),
                          info->threads);
  if (info->memory > 0)
    g_string_append_printf (text, ", %s", memory);
  g_string_append_printf (text, "; precision=auto: %s\n",
                          info->bfloat16_is_faster ? "bfloat16" : "float32");
}

static gboolean
run (PhenoCli *cli, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  JsonBuilder *builder = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (!pheno_cli_parse (cli, entries, TRUE, &argc, &argv, 0, 0, error))
    return FALSE;
  builder = json_builder_begin_object (json_builder_new ());
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (int i = 0; i < pk_device_count (); i++)
    {
      pk_device_info info;

      if (pk_device_describe (i, &info) == PK_OK)
        add_device (builder, text, &info);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pheno_cli_result (cli, builder, text->str);
  return TRUE;
}

const PhenoCliVerb pheno_cli_devices = {
  .name = "devices",
  .arguments = "",
  .summary = N_ ("Show what this machine can compute with, the best first"),
  .details = N_ ("Examples:\n"
                 "  phenoscape-cli devices\n"
                 "  phenoscape-cli devices --json\n"),
  .run = run,
};
