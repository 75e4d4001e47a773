/* progress.c - how far a long call is: a bar for people, lines of JSON for programs
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The bar stands on standard error, and only when that is a terminal. Lines of JSON go to
 * standard output, each one object; the last one is the result. When their reader has gone
 * away, the work goes on in silence.
 */
#include <stdio.h>
#include <unistd.h>

#include "app/cli/cli-private.h"

#define REDRAW_US 100000
#define BAR_CELLS 24

char *
pheno_cli_duration (double seconds)
{
  int whole = (int) CLAMP (seconds + 0.5, 0, 1e9);

  if (whole < 100)
    return g_strdup_printf (_ ("%d s"), whole);
  if (whole < 6000)
    return g_strdup_printf (_ ("%d min"), (whole + 30) / 60);
  return g_strdup_printf (_ ("%d h %d min"), whole / 3600, whole % 3600 / 60);
}

void
pheno_cli_clear_line (PhenoCli *cli)
{
  if (cli->drawn)
    fputs ("\r\033[K", stderr);
  cli->drawn = FALSE;
}

static void
append_bar (GString *line, double share)
{
  int full = (int) (share * BAR_CELLS + 0.5);

  for (int i = 0; i < BAR_CELLS; i++)
    g_string_append (line, i < full ? "█" : "░");
  g_string_append_printf (line, " %3.0f %%", 100 * share);
}

static void
draw_bar (PhenoCli *cli, const PhenoProgress *progress)
{
  g_autoptr (GString) line = g_string_new (progress->phase);
  double share = progress->total > 0 ? (double) progress->done / progress->total : 0;

  if (progress->epochs > 0)
    g_string_append_printf (line, " %d/%d", progress->epoch, progress->epochs);
  g_string_append_c (line, ' ');
  if (progress->total > 0)
    append_bar (line, CLAMP (share, 0, 1));
  else
    g_string_append_printf (line, "%" G_GUINT64_FORMAT, progress->done);
  if (progress->rate > 0)
    g_string_append_printf (line, "  %.*f/s", progress->rate < 10 ? 1 : 0,
                            progress->rate);
  if (progress->seconds_left >= 0)
    {
      g_autofree char *left = pheno_cli_duration (progress->seconds_left);

      g_string_append_printf (line, _ ("  %s left"), left);
    }
  if (isfinite (progress->loss))
    g_string_append_printf (line, _ ("  loss %.3f"), progress->loss);
  if (isfinite (progress->knn_accuracy))
    g_string_append_printf (line, _ ("  kNN %.0f %%"), 100 * progress->knn_accuracy);

  fprintf (stderr, "\r\033[K%s", line->str);
  fflush (stderr);
  cli->drawn = TRUE;
}

/* A log that nobody watches gets a line for each epoch. */
static void
log_epoch (PhenoCli *cli, const PhenoProgress *progress)
{
  if (progress->epochs > 0 && cli->last.epoch > 0 && progress->epoch != cli->last.epoch
      && isfinite (cli->last.loss))
    g_printerr (_ ("epoch %d of %d: loss %.4f, %.0f views/s\n"), cli->last.epoch,
                cli->last.epochs, cli->last.loss, cli->last.rate);
  cli->last = *progress;
  cli->last.phase = cli->last.message = NULL;
}

static void
print_json (PhenoCli *cli, const PhenoProgress *progress)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  pheno_cli_add_text (builder, "phase", progress->phase);
  pheno_cli_add_count (builder, "done", (gint64) progress->done);
  pheno_cli_add_count (builder, "total", (gint64) progress->total);
  pheno_cli_add_number (builder, "seconds_left",
                        progress->seconds_left < 0 ? NAN : progress->seconds_left);
  pheno_cli_add_number (builder, "rate", progress->rate > 0 ? progress->rate : NAN);
  if (progress->epochs > 0)
    {
      pheno_cli_add_count (builder, "epoch", progress->epoch);
      pheno_cli_add_count (builder, "epochs", progress->epochs);
      pheno_cli_add_number (builder, "loss", progress->loss);
      pheno_cli_add_number (builder, "learning_rate", progress->learning_rate);
      pheno_cli_add_number (builder, "knn_accuracy", progress->knn_accuracy);
    }
  if (progress->message != NULL)
    pheno_cli_add_text (builder, "message", progress->message);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  if (puts (text) == EOF || fflush (stdout) == EOF)
    cli->left_alone = TRUE;
}

void
pheno_cli_progress (const PhenoProgress *progress, gpointer user_data)
{
  PhenoCli *cli = user_data;
  gint64 now = g_get_monotonic_time ();
  gboolean last = progress->total > 0 && progress->done >= progress->total;

  if (cli->progress == PHENO_CLI_PROGRESS_JSON)
    {
      if (!cli->left_alone)
        print_json (cli, progress);
      return;
    }
  if (progress->message != NULL)
    {
      pheno_cli_clear_line (cli);
      g_printerr ("%s\n", progress->message);
    }
  if (cli->progress == PHENO_CLI_PROGRESS_NONE)
    log_epoch (cli, progress);
  else if (last || now - cli->shown_us >= REDRAW_US)
    {
      draw_bar (cli, progress);
      cli->shown_us = now;
    }
}
