/* settings.c - program matters, kept by GSettings
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/application.h"

/* (nullable) (transfer full): the schema beside a program that is not installed. */
static GSettingsSchema *
built_schema (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *app = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *folder
      = app != NULL ? g_build_filename (app, "..", "data", NULL) : NULL;
  g_autoptr (GSettingsSchemaSource) source = NULL;

  if (folder == NULL)
    return NULL;
  source = g_settings_schema_source_new_from_directory (
      folder, g_settings_schema_source_get_default (), TRUE, NULL);
  return source != NULL
             ? g_settings_schema_source_lookup (source, PHENO_APPLICATION_ID, TRUE)
             : NULL;
}

GSettings *
pheno_settings (void)
{
  static GSettings *settings;
  g_autoptr (GSettingsSchema) schema = NULL;

  if (settings != NULL)
    return settings;

  schema = built_schema ();
  settings = schema != NULL ? g_settings_new_full (schema, NULL, NULL)
                            : g_settings_new (PHENO_APPLICATION_ID);
  return settings;
}
