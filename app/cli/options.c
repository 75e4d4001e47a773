/* options.c - the words of a command line, with the nearest one for a mistyped one
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <unistd.h>

#include "app/cli/cli-private.h"

void
pheno_cli_set_choice_error (GError **error, const char *option, const char *value,
                            const char *const *known)
{
  g_autofree char *all = g_strjoinv (", ", (char **) known);
  g_autofree char *shown = pheno_display_name (value);
  const char *nearest = pheno_nearest_word (value, known);

  if (nearest != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--%s=%s” is not known. Did you mean “%s”? There are: %s."), option,
                 shown, nearest, all);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("“--%s=%s” is not known. There are: %s."), option, shown, all);
}

/* GOption says only that an option is unknown, so it is looked for before. */
static gboolean
check_options (const PhenoCliVerb *verb, const GPtrArray *known, char **argv,
               GError **error)
{
  for (char **word = argv + 1; *word != NULL && !g_str_equal (*word, "--"); word++)
    {
      g_autofree char *name = NULL, *shown = NULL;
      const char *nearest;

      if (!g_str_has_prefix (*word, "--"))
        continue;
      name = g_strndup (*word + 2, strcspn (*word + 2, "="));
      if (g_strv_contains ((const char *const *) known->pdata, name))
        continue;
      nearest = pheno_nearest_word (name, (const char *const *) known->pdata);
      shown = pheno_display_name (name);
      if (nearest != NULL)
        g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                     _ ("there is no option “--%s”. Did you mean “--%s”?"), shown,
                     nearest);
      else
        g_set_error (
            error, PHENO_ERROR, PHENO_ERROR_SETTING,
            _ ("there is no option “--%s”. “phenoscape-cli %s --help” lists them."),
            shown, verb->name);
      return FALSE;
    }
  return TRUE;
}

/* The words that follow the verb, in the user's language. The translation of nothing
 * would be the header of the catalogue. */
static const char *
words_of (const PhenoCliVerb *verb)
{
  return *verb->arguments != '\0' ? _ (verb->arguments) : "";
}

static gboolean
check_words (const PhenoCliVerb *verb, int words, int least, int most, GError **error)
{
  if (words >= least && (most < 0 || words <= most))
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               words < least
                   ? _ ("something is missing. Usage: phenoscape-cli %s %s")
                   : _ ("there is one word too many. Usage: phenoscape-cli %s %s"),
               verb->name, words_of (verb));
  return FALSE;
}

static gboolean
choose_progress (PhenoCli *cli, const char *word, GError **error)
{
  static const char *const known[] = { "auto", "bar", "json", "none", NULL };

  if (word == NULL || g_str_equal (word, "auto"))
    cli->progress
        = isatty (STDERR_FILENO) ? PHENO_CLI_PROGRESS_BAR : PHENO_CLI_PROGRESS_NONE;
  else if (g_str_equal (word, "bar"))
    cli->progress = PHENO_CLI_PROGRESS_BAR;
  else if (g_str_equal (word, "json"))
    {
      cli->progress = PHENO_CLI_PROGRESS_JSON;
      /* Whoever reads the lines may close before a long training ends: printing then
       * fails, and the work goes on. */
      signal (SIGPIPE, SIG_IGN);
    }
  else if (g_str_equal (word, "none"))
    cli->progress = PHENO_CLI_PROGRESS_NONE;
  else
    {
      pheno_cli_set_choice_error (error, "progress", word, known);
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse_words (PhenoCli *cli, GOptionContext *context, int *argc, char ***argv,
             GError **error)
{
  g_autoptr (GError) problem = NULL;

  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ (cli->verb->summary));
  g_option_context_set_description (context, _ (cli->verb->details));
  if (g_option_context_parse (context, argc, argv, &problem))
    return TRUE;
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("%s. “phenoscape-cli %s --help” tells more."), problem->message,
               cli->verb->name);
  return FALSE;
}

gboolean
pheno_cli_parse (PhenoCli *cli, const GOptionEntry *entries, gboolean has_json, int *argc,
                 char ***argv, int least, int most, GError **error)
{
  g_autofree char *progress = NULL;
  const GOptionEntry shared[] = {
    { "progress", 0, 0, G_OPTION_ARG_STRING, &progress,
      N_ ("How progress is shown: auto, bar, json (a line each) or none"), N_ ("KIND") },
    { "json", 0, has_json ? 0 : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &cli->json,
      N_ ("Print the result as one JSON object"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (words_of (cli->verb));
  g_autofree char *program = g_strdup_printf ("phenoscape-cli %s", cli->verb->name);

  g_set_prgname (program);
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    g_ptr_array_add (known, (char *) entry->long_name);
  g_ptr_array_add (known, (char *) "progress");
  g_ptr_array_add (known, (char *) "help");
  g_ptr_array_add (known, (char *) "json");
  g_ptr_array_add (known, NULL);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, shared, GETTEXT_PACKAGE);

  if (!check_options (cli->verb, known, *argv, error)
      || !parse_words (cli, context, argc, argv, error)
      || !check_words (cli->verb, *argc - 1, least, most, error))
    return FALSE;
  return choose_progress (cli, progress, error);
}
