/* cli-private.h - one run of the program, as main.c and the shared parts see it
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/cli/cli.h"

/* How progress is shown. */
typedef enum
{
  PHENO_CLI_PROGRESS_NONE, /* sentences only */
  PHENO_CLI_PROGRESS_BAR,
  PHENO_CLI_PROGRESS_JSON
} PhenoCliProgressKind;

struct _PhenoCli
{
  const PhenoCliVerb *verb;
  GCancellable *cancellable;
  gboolean json;
  PhenoCliProgressKind progress;
  gint64 shown_us;     /* when the bar was last drawn */
  gboolean drawn;      /* a bar stands on the line */
  gboolean left_alone; /* the reader of the lines of JSON has gone away */
  int epoch;           /* latest one that was reported */
  PhenoProgress
      last; /* without its pointers: the end of an epoch is known when the next begins */
};

void pheno_cli_start (PhenoCli *cli); /* signals are caught from here on */
void pheno_cli_end (PhenoCli *cli);
void pheno_cli_clear_line (PhenoCli *cli);
