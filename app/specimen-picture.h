/* specimen-picture.h - a specimen's thumbnail as a widget
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/specimen.h"

G_BEGIN_DECLS

/* A square of @side pixels, empty until the picture is there. */
GtkWidget *pheno_specimen_picture_new (int side);

/* @specimen: (nullable): what it shows from now on. What was asked for before and is not
 * there yet is given up. */
void pheno_specimen_picture_set (GtkWidget *picture, PhenoSpecimen *specimen);

G_END_DECLS
