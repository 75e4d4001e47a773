/* main.c - phenoscape-cli: finds the verb, runs it, turns its error into a line and a
 * status
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <locale.h>
#include <stdio.h>

#include "app/cli/cli-private.h"

enum
{
  STATUS_DONE = 0,
  STATUS_FAILED = 1,
  STATUS_USED_WRONGLY = 2,
  STATUS_INTERRUPTED = 3,
  STATUS_NOTHING_USABLE = 4
};

/* In the order in which the data flow. */
static const PhenoCliVerb *const verbs[] = {
  &pheno_cli_specimens,  &pheno_cli_scan,       &pheno_cli_picture,
  &pheno_cli_spectrum,   &pheno_cli_augment,    &pheno_cli_estimate,
  &pheno_cli_train,      &pheno_cli_search,     &pheno_cli_embed,
  &pheno_cli_project,    &pheno_cli_neighbours, &pheno_cli_evaluate,
  &pheno_cli_cluster,    &pheno_cli_statistics, &pheno_cli_compare,
  &pheno_cli_importance, &pheno_cli_figure,     &pheno_cli_devices,
};

static void
print_overview (FILE *to)
{
  fputs (_ ("Which specimens look alike? From a folder of photographs to a map.\n\n"
            "Usage: phenoscape-cli VERB [OPTION...]\n\n"
            "Verbs, in the order of the work:\n"),
         to);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (to, "  %-11s %s\n", verbs[i]->name, _ (verbs[i]->summary));
  fputs (_ ("\nThe first five minutes:\n"
            "  phenoscape-cli specimens butterflies\n"
            "  phenoscape-cli train --collection=butterflies --set=training.epochs=10 -o "
            "run\n"
            "  phenoscape-cli embed run -o run/embeddings.h5\n"
            "  phenoscape-cli project run/embeddings.h5 -o map.svg\n"
            "  phenoscape-cli evaluate run/embeddings.h5\n\n"
            "“phenoscape-cli VERB --help” tells more of each, “--version” the version.\n"
            "Exit status: 0 done, 1 failed, 2 used wrongly, 3 interrupted with the work "
            "saved,\n"
            "4 nothing usable in the data.\n"),
         to);
}

static const PhenoCliVerb *
find_verb (const char *name)
{
  const char *known[G_N_ELEMENTS (verbs) + 1] = { NULL };
  g_autofree char *shown = NULL;
  const char *nearest;

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (g_str_equal (verbs[i]->name, name))
        return verbs[i];
      known[i] = verbs[i]->name;
    }

  shown = pheno_display_name (name);
  nearest = pheno_nearest_word (name, known);
  if (nearest != NULL)
    g_printerr (_ ("phenoscape-cli: there is no verb “%s”. Did you mean “%s”?\n"), shown,
                nearest);
  else
    g_printerr (_ ("phenoscape-cli: there is no verb “%s”. “phenoscape-cli --help” lists "
                   "them.\n"),
                shown);
  return NULL;
}

/* What a script can tell from the status alone. */
static int
status_of (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return STATUS_INTERRUPTED;
  if (g_error_matches (error, PHENO_ERROR, PHENO_ERROR_SETTING))
    return STATUS_USED_WRONGLY;
  if (g_error_matches (error, PHENO_ERROR, PHENO_ERROR_DATA))
    return STATUS_NOTHING_USABLE;
  return STATUS_FAILED;
}

/* One line, whatever the message holds. */
static void
print_error (const char *verb, const GError *error)
{
  g_autofree char *line = g_strdelimit (g_strdup (error->message), "\n\r", ' ');

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_printerr (_ ("phenoscape-cli %s: interrupted. What was done is saved.\n"), verb);
  else
    g_printerr ("phenoscape-cli %s: %s\n", verb, line);
}

static int
run_verb (const PhenoCliVerb *verb, int argc, char **argv)
{
  PhenoCli cli = { .verb = verb };
  g_autoptr (GError) error = NULL;
  int status = STATUS_DONE;

  pheno_cli_start (&cli);
  if (!verb->run (&cli, argc, argv, &error))
    {
      pheno_cli_clear_line (&cli);
      print_error (verb->name, error);
      status = status_of (error);
    }
  pheno_cli_end (&cli);

  if (fflush (stdout) != 0 && status == STATUS_DONE && !cli.left_alone)
    {
      g_printerr (
          _ ("phenoscape-cli %s: the result could not be written to standard output. "
             "Is the disk full, or the pipe closed?\n"),
          verb->name);
      status = STATUS_FAILED;
    }
  return status;
}

int
main (int argc, char **argv)
{
  const PhenoCliVerb *verb;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* numbers are written alike in every country */
  bindtextdomain (GETTEXT_PACKAGE, PHENO_LOCALE_FOLDER);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc < 2)
    {
      print_overview (stderr);
      return STATUS_USED_WRONGLY;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")
      || g_str_equal (argv[1], "help"))
    {
      print_overview (stdout);
      return STATUS_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("phenoscape-cli %s\n", PHENO_VERSION);
      return STATUS_DONE;
    }

  verb = find_verb (argv[1]);
  return verb != NULL ? run_verb (verb, argc - 1, argv + 1) : STATUS_USED_WRONGLY;
}
