/* problem-row.c - a line of the list of problems: a heading, or what it is about
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/problem-row.h"

struct _PhenoProblemRow
{
  GObject parent_instance;

  PhenoProblemKind kind;
  char *title, *detail;
  GObject *object;
};

G_DEFINE_FINAL_TYPE (PhenoProblemRow, pheno_problem_row, G_TYPE_OBJECT)

PhenoProblemRow *
pheno_problem_row_new (PhenoProblemKind kind, const char *title, const char *detail,
                       gpointer object)
{
  PhenoProblemRow *self = g_object_new (PHENO_TYPE_PROBLEM_ROW, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  self->detail = g_strdup (detail);
  g_set_object (&self->object, object);
  return self;
}

PhenoProblemKind
pheno_problem_row_get_kind (PhenoProblemRow *self)
{
  return self->kind;
}

const char *
pheno_problem_row_get_title (PhenoProblemRow *self)
{
  return self->title;
}

const char *
pheno_problem_row_get_detail (PhenoProblemRow *self)
{
  return self->detail;
}

gpointer
pheno_problem_row_get_object (PhenoProblemRow *self)
{
  return self->object;
}

static void
pheno_problem_row_finalize (GObject *object)
{
  PhenoProblemRow *self = PHENO_PROBLEM_ROW (object);

  g_free (self->title);
  g_free (self->detail);
  g_clear_object (&self->object);
  G_OBJECT_CLASS (pheno_problem_row_parent_class)->finalize (object);
}

static void
pheno_problem_row_class_init (PhenoProblemRowClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pheno_problem_row_finalize;
}

static void
pheno_problem_row_init (PhenoProblemRow *self)
{
}
