/* describe.c - what is drawn for a view, as JSON
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <json-glib/json-glib.h>

#include "engine/augment/draw.h"

static void
add_step (JsonBuilder *builder, const PhenoDrawn *drawn)
{
  const PhenoOperation *operation = pheno_operation_get (drawn->operation);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "operation");
  json_builder_add_string_value (builder, operation->name);
  json_builder_set_member_name (builder, "happens");
  json_builder_add_boolean_value (builder, drawn->happens);
  if (drawn->happens && operation->drawn != NULL)
    for (guint i = 0; operation->drawn[i] != NULL; i++)
      {
        json_builder_set_member_name (builder, operation->drawn[i]);
        json_builder_add_double_value (builder, drawn->value[i]);
      }
  json_builder_end_object (builder);
}

char *
pheno_augment_describe (const PhenoRecipe *recipe, const PhenoImage *image,
                        PhenoViewKey key, int size)
{
  PhenoFrame frame = { size, image->width, image->height, image->bands };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  PhenoDraw draw;

  pheno_draw (recipe, &frame, key, &draw);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, size);
  json_builder_set_member_name (builder, "width");
  json_builder_add_int_value (builder, image->width);
  json_builder_set_member_name (builder, "height");
  json_builder_add_int_value (builder, image->height);
  json_builder_set_member_name (builder, "operations");
  json_builder_begin_array (builder);
  for (guint i = 0; i < draw.n; i++)
    add_step (builder, &draw.step[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
