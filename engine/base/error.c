/* error.c - the one error domain, and what a file error says to people
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/base/base.h"

#include <errno.h>

G_DEFINE_QUARK (pheno - error - quark, pheno_error)

/* A whole sentence for each reason, so that it can be translated. */
static const char *
sentence_for (int errno_value)
{
  switch (errno_value)
    {
    case ENOENT:
      return _ (
          "“%s” does not exist. Check the name, and whether its disk is connected.");
    case EACCES:
    case EPERM:
      return _ ("You have no permission for “%s”. Change its permissions, or choose "
                "another place.");
    case ENOSPC:
    case EDQUOT:
      return _ (
          "There is no space left for “%s”. Free some space, or choose another disk.");
    case EFBIG:
      return _ (
          "“%s” grew too large for its disk. Choose a disk that holds larger files.");
    case EROFS:
      return _ ("“%s” is on a disk that can only be read. Choose another place.");
    case EISDIR:
      return _ ("“%s” is a folder, but a file is needed here. Choose a file.");
    case ENOTDIR:
      return _ (
          "“%s” cannot be reached, as a part of its path is a file. Check the path.");
    case EEXIST:
    case ENOTEMPTY:
      return _ ("“%s” is there already. Choose another name, or move it away.");
    case ELOOP:
      return _ ("“%s” is a link that leads back to itself. Remove or correct the link.");
    case ENAMETOOLONG:
      return _ ("The name “%s” is too long for its disk. Choose a shorter one.");
    case EIO:
    case ENXIO:
    case ENODEV:
    case ESTALE:
      return _ (
          "The disk failed at “%s”. See whether it is still connected, and try again.");
    case EMFILE:
    case ENFILE:
      return _ (
          "“%s” cannot be opened, as too many files are open. Close other programs.");
    case ENOMEM:
      return _ (
          "“%s” needs more memory than is free. Close other programs, and try again.");
    default:
      return NULL;
    }
}

/* Each sentence has one %s, for the name. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void
pheno_set_file_error (GError **error, const char *path, int errno_value)
{
  g_autofree char *name = pheno_display_name (path);
  const char *sentence = sentence_for (errno_value);

  if (sentence != NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE, sentence, name);
  else
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_FILE,
                 _ ("“%s” cannot be used: %s. Check the file and its disk."), name,
                 g_strerror (errno_value));
}
#pragma GCC diagnostic pop
