/* delimited.h - records of a text table, one after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * RFC 4180 with any delimiter: a field in quotes may hold delimiters, line ends and
 * doubled quotes. Lines end with LF, CR LF or CR. Bytes that are no UTF-8 are kept.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *at, *end;
  char delimiter;
  guint line; /* of the latest record, from 1 */
  guint next_line;
  GPtrArray *fields; /* GString: reused from record to record */
  guint n_fields;    /* of the latest record */
} PhenoDelimited;

/* @text must outlive the reader. The delimiter is the most frequent one of the first line
 * among , ; tab and |. A byte order mark is passed over. */
void pheno_delimited_init (PhenoDelimited *reader, const char *text, gsize length);
void pheno_delimited_clear (PhenoDelimited *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoDelimited, pheno_delimited_clear)

/* %FALSE at the end. Lines with nothing in them are passed over. */
gboolean pheno_delimited_next (PhenoDelimited *reader);

static inline const char *
pheno_delimited_field (const PhenoDelimited *reader, guint field)
{
  return ((GString *) reader->fields->pdata[field])->str;
}

/* A finite or special number that fills the field. A decimal comma is understood where
 * the delimiter is another; the locale never matters. */
gboolean pheno_delimited_number (const PhenoDelimited *reader, guint field,
                                 double *number);

/* Appends @text, in quotes where it needs them for @delimiter. */
void pheno_delimited_append (GString *line, const char *text, char delimiter);

G_END_DECLS
