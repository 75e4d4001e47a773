/* button-names.h - what screen readers call a button
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

/**
 * pheno_button_names_mend:
 *
 * Call it once, before the first window. GTK 4.8 gives a button its label as a name, with
 * the underscore of its mnemonic, and then adds the text that it shows: “_Open Open”.
 * From now on the text alone is the name, and the button of a drop-down list is named as
 * the list is.
 */
void pheno_button_names_mend (void);
