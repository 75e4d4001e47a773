/* markdown.h - a chapter of the documentation as text to read
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * pheno_markdown_show:
 * @text: headings, paragraphs, lists, tables, code, **bold**, `code` and links, as our
 *   chapters are written
 * @buffer: its contents are replaced; what it looks like are tags of its table
 *
 * A link has a tag with the data "target", what it points to.
 */
void pheno_markdown_show (const char *text, GtkTextBuffer *buffer);

/* (transfer full) (nullable): the first heading. */
char *pheno_markdown_title (const char *text);

G_END_DECLS
