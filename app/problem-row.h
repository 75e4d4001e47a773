/* problem-row.h - a line of the list of problems: a heading, or what it is about
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PhenoProblemKind:
 * @PHENO_PROBLEM_HEADING: of what follows
 * @PHENO_PROBLEM_FILE: of a PhenoProblemItem
 * @PHENO_PROBLEM_IGNORED: the same, that the user has left out
 * @PHENO_PROBLEM_EXCLUDED: of a PhenoSpecimen
 * @PHENO_PROBLEM_NAME: of nothing but a name
 */
typedef enum
{
  PHENO_PROBLEM_HEADING,
  PHENO_PROBLEM_FILE,
  PHENO_PROBLEM_IGNORED,
  PHENO_PROBLEM_EXCLUDED,
  PHENO_PROBLEM_NAME
} PhenoProblemKind;

#define PHENO_TYPE_PROBLEM_ROW (pheno_problem_row_get_type ())
G_DECLARE_FINAL_TYPE (PhenoProblemRow, pheno_problem_row, PHENO, PROBLEM_ROW, GObject)

/* @detail: (nullable); @object: (nullable): what the row is of */
PhenoProblemRow *pheno_problem_row_new (PhenoProblemKind kind, const char *title,
                                        const char *detail, gpointer object);
PhenoProblemKind pheno_problem_row_get_kind (PhenoProblemRow *self);
const char *pheno_problem_row_get_title (PhenoProblemRow *self);
const char *pheno_problem_row_get_detail (PhenoProblemRow *self);
gpointer pheno_problem_row_get_object (PhenoProblemRow *self);

G_END_DECLS
