/* cli.h - what every verb of phenoscape-cli uses
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A verb is one file with one function. It takes its own options with
 * pheno_cli_parse(), calls the engine, hands its result to pheno_cli_result() and
 * returns; main.c turns an error into one line and an exit status:
 *
 *     0 done   1 failed   2 used wrongly   3 interrupted, work saved   4 nothing usable
 */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/base/base.h"

G_BEGIN_DECLS

typedef struct _PhenoCli PhenoCli;

/**
 * PhenoCliVerb:
 * @arguments: what follows the verb, for the first line of its help
 * @summary: one line
 * @details: what it does, examples; ends its help
 */
typedef struct
{
  const char *name, *arguments, *summary, *details;
  gboolean (*run) (PhenoCli *cli, int argc, char **argv, GError **error);
} PhenoCliVerb;

/* Stops long calls: cancelled by the first SIGINT or SIGTERM. */
GCancellable *pheno_cli_cancellable (PhenoCli *cli);

/**
 * pheno_cli_parse:
 * @entries: options of the verb; --progress and, with @has_json, --json are added
 * @least: fewest words that must be left; @most: most; -1: any number
 *
 * Takes the options out of @argv, so that argv[1] ... are the words that are left.
 * Errors: %PHENO_ERROR_SETTING; for an unknown option with the nearest one
 */
gboolean pheno_cli_parse (PhenoCli *cli, const GOptionEntry *entries, gboolean has_json,
                          int *argc, char ***argv, int least, int most, GError **error);

gboolean pheno_cli_wants_json (const PhenoCli *cli);

/* A PhenoProgressFunc; @cli as its user data. */
void pheno_cli_progress (const PhenoProgress *progress, gpointer cli);

/**
 * pheno_cli_result:
 * @object: (transfer full): the result as JSON
 * @text: the same for people, whole lines
 *
 * Prints one of them to standard output: JSON with --json, a line
 * {"phase":"result","result":...} with --progress=json.
 */
void pheno_cli_result (PhenoCli *cli, JsonBuilder *object, const char *text);

/* Problems of single files, one line each on standard error; PhenoProblem of the engine.
 */
void pheno_cli_print_problems (const GPtrArray *problems);

/* JSON members: a number that is none becomes null. */
void pheno_cli_add_text (JsonBuilder *builder, const char *name, const char *value);
void pheno_cli_add_number (JsonBuilder *builder, const char *name, double value);
void pheno_cli_add_count (JsonBuilder *builder, const char *name, gint64 value);

/* Sets %PHENO_ERROR_SETTING: “--@option=@value” with the @known values and the nearest.
 */
void pheno_cli_set_choice_error (GError **error, const char *option, const char *value,
                                 const char *const *known);

/* "5 s", "3 min", "2 h 10 min": free with g_free() */
char *pheno_cli_duration (double seconds);

/* Makes the folder that @path lies in. */
gboolean pheno_cli_make_folder_of (const char *path, GError **error);

extern const PhenoCliVerb pheno_cli_specimens, pheno_cli_scan, pheno_cli_picture,
    pheno_cli_spectrum, pheno_cli_augment, pheno_cli_estimate, pheno_cli_train,
    pheno_cli_search, pheno_cli_embed, pheno_cli_project, pheno_cli_neighbours,
    pheno_cli_evaluate, pheno_cli_cluster, pheno_cli_statistics, pheno_cli_compare,
    pheno_cli_importance, pheno_cli_figure, pheno_cli_devices;

G_END_DECLS
