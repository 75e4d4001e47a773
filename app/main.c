/* main.c - phenoscape: the desktop program
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <libintl.h>
#include <locale.h>

#include "app/application.h"
#include "app/heartbeat.h"

int
main (int argc, char **argv)
{
  g_autoptr (PhenoApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, PHENO_LOCALE_FOLDER);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  pheno_heartbeat_start ();
  application = pheno_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
