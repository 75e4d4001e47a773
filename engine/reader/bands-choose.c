/* bands-choose.c - which bands of one file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/bands-text.h"
#include "engine/reader/mix.h"

#include <string.h>

/* A band further from a wavelength than this is another colour. */
#define NEAR_NM 60.0
#define FIRST_VISIBLE_NM 400.0

typedef struct
{
  const PhenoBandSelection *bands;
  const PhenoImageHeader *header;
  const char *path;
  int mask_band;
  GArray *in; /* int */
} Choosing;

static gboolean
fail (const Choosing *self, GError **error, const char *reason)
{
  g_autofree char *name = pheno_display_name (self->path);

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING, _ ("“%s” %s (bands=%s)."), name,
               reason, self->bands->text);
  return FALSE;
}

static gboolean
needs_wavelengths (const Choosing *self, GError **error)
{
  return self->header->wavelengths_nm != NULL
         || fail (self, error,
                  _ ("does not say the wavelengths of its bands, by which they are to be "
                     "chosen. Choose them by number or name, or write the wavelengths "
                     "into its header"));
}

static gboolean
is_bad (const Choosing *self, int band)
{
  return self->header->bad_bands != NULL && self->header->bad_bands[band];
}

/* Those that may be chosen where nobody asks for one by name. */
static gboolean
is_candidate (const Choosing *self, int band)
{
  return band != self->mask_band
         && (self->bands->kind == BANDS_EVERY || !is_bad (self, band));
}

static void
add (Choosing *self, int band)
{
  for (guint i = 0; i < self->in->len; i++)
    if (g_array_index (self->in, int, i) == band)
      return;
  g_array_append_val (self->in, band);
}

static int
nearest (const Choosing *self, double nm)
{
  int best = -1;

  for (int i = 0; i < self->header->bands; i++)
    if (is_candidate (self, i)
        && (best < 0
            || fabs (self->header->wavelengths_nm[i] - nm)
                   < fabs (self->header->wavelengths_nm[best] - nm)))
      best = i;
  return best;
}

static gboolean
add_numbers (Choosing *self, const BandItem *item, GError **error)
{
  if (item->high > self->header->bands)
    {
      g_autofree char *reason = g_strdup_printf (
          ngettext ("has %d band and no band %.0f. Choose another number",
                    "has %d bands and no band %.0f. Choose another number",
                    (gulong) self->header->bands),
          self->header->bands, item->high);

      return fail (self, error, reason);
    }
  for (int band = (int) item->low; band <= (int) item->high; band++)
    add (self, band - 1);
  return TRUE;
}

static gboolean
add_name (Choosing *self, const BandItem *item, GError **error)
{
  int band = pheno_band_find (self->header, item->name);
  g_autofree char *reason = NULL, *known = NULL;

  if (band >= 0)
    {
      add (self, band);
      return TRUE;
    }

  known = self->header->band_names != NULL ? g_strjoinv (", ", self->header->band_names)
                                           : NULL;
  if (known != NULL && strlen (known) < 300)
    reason = g_strdup_printf (_ ("has no band “%s”, but %s. Choose one of these"),
                              item->name, known);
  else
    reason = g_strdup_printf (
        _ ("has no band “%s”. Choose bands by number or wavelength"), item->name);
  return fail (self, error, reason);
}

static gboolean
add_wavelength (Choosing *self, double nm, GError **error)
{
  int band;
  g_autofree char *reason = NULL;

  if (!needs_wavelengths (self, error))
    return FALSE;
  band = nearest (self, nm);
  if (band >= 0 && fabs (self->header->wavelengths_nm[band] - nm) <= NEAR_NM)
    {
      add (self, band);
      return TRUE;
    }
  reason
      = g_strdup_printf (_ ("has no band near %.5g nm. Choose another wavelength"), nm);
  return fail (self, error, reason);
}

static gboolean
add_region (Choosing *self, const BandItem *item, GError **error)
{
  guint before = self->in->len;
  g_autofree char *reason = NULL;

  if (!needs_wavelengths (self, error))
    return FALSE;
  for (int i = 0; i < self->header->bands; i++)
    if (is_candidate (self, i) && self->header->wavelengths_nm[i] >= item->low
        && self->header->wavelengths_nm[i] <= item->high)
      add (self, i);
  if (self->in->len > before)
    return TRUE;
  reason = g_strdup_printf (_ ("has no band from %.5g to %.5g nm. Choose another region"),
                            item->low, item->high);
  return fail (self, error, reason);
}

static gboolean
add_items (Choosing *self, GError **error)
{
  for (guint i = 0; i < self->bands->items->len; i++)
    {
      const BandItem *item = &g_array_index (self->bands->items, BandItem, i);
      gboolean done = item->kind == ITEM_NUMBERS ? add_numbers (self, item, error)
                      : item->kind == ITEM_NAME  ? add_name (self, item, error)
                      : item->kind == ITEM_REGION
                          ? add_region (self, item, error)
                          : add_wavelength (self, item->low, error);

      if (!done)
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_candidates (Choosing *self, GError **error)
{
  if (self->bands->items->len > 0)
    return add_items (self, error);
  for (int i = 0; i < self->header->bands; i++)
    if (is_candidate (self, i))
      add (self, i);
  return self->in->len > 0
         || fail (self, error,
                  _ ("calls all its bands bad. Choose bands=every to use them"));
}

/* The middle of each of k equal stretches. */
static gboolean
thin_out (Choosing *self, GError **error)
{
  int k = self->bands->k, n = (int) self->in->len;
  g_autofree int *all = g_memdup2 (self->in->data, self->in->len * sizeof (int));

  if (k > n)
    {
      g_autofree char *reason = g_strdup_printf (
          _ ("has %d bands to choose from, fewer than %d. Choose fewer"), n, k);

      return fail (self, error, reason);
    }
  if (self->bands->kind != BANDS_UNIFORM)
    return TRUE;
  g_array_set_size (self->in, 0);
  for (int i = 0; i < k; i++)
    g_array_append_val (self->in, all[(gint64) (2 * i + 1) * n / (2 * k)]);
  return TRUE;
}

static int
find_named (const Choosing *self, const char *const *names)
{
  for (; *names != NULL; names++)
    for (int i = 0; self->header->band_names != NULL && i < self->header->bands; i++)
      if (is_candidate (self, i)
          && g_ascii_strcasecmp (self->header->band_names[i], *names) == 0)
        return i;
  return -1;
}

static gboolean
add_rgb (Choosing *self, GError **error)
{
  static const char *const red[] = { "red", "r", "vR", "RGB-R", "lw", NULL };
  static const char *const green[] = { "green", "g", "vG", "RGB-G", "mw", NULL };
  static const char *const blue[] = { "blue", "b", "vB", "RGB-B", "sw", NULL };
  const PhenoImageHeader *header = self->header;
  const int named[]
      = { find_named (self, red), find_named (self, green), find_named (self, blue) };
  const double nm[] = { 640, 550, 465 };

  for (int i = 0; i < 3; i++)
    {
      int band = header->modality == PHENO_MODALITY_RGB && header->bands >= 3 ? i
                 : named[0] >= 0 && named[1] >= 0 && named[2] >= 0            ? named[i]
                 : header->wavelengths_nm != NULL ? nearest (self, nm[i])
                                                  : header->default_bands[i];

      if (header->wavelengths_nm != NULL && band >= 0 && named[i] < 0
          && fabs (header->wavelengths_nm[band] - nm[i]) > NEAR_NM)
        band = -1;
      if (band < 0 || band >= header->bands)
        return fail (self, error,
                     _ ("does not say which of its bands are red, green and blue. Choose "
                        "them by number"));
      add (self, band);
    }
  return TRUE;
}

/* uv, UV-R, uvB ... and the uR, uG, uB of micaToolbox. */
static gboolean
has_uv_name (const char *name)
{
  return g_ascii_strncasecmp (name, "uv", 2) == 0
         || ((name[0] == 'u' || name[0] == 'U')
             && (name[1] == '\0'
                 || (strchr ("rgbRGB", name[1]) != NULL && name[2] == '\0')));
}

static gboolean
add_uv (Choosing *self, GError **error)
{
  const PhenoImageHeader *header = self->header;

  for (int i = 0; i < header->bands; i++)
    if (is_candidate (self, i)
        && (header->wavelengths_nm != NULL
                ? header->wavelengths_nm[i] < FIRST_VISIBLE_NM
                : header->band_names != NULL && has_uv_name (header->band_names[i])))
      add (self, i);
  return self->in->len > 0
         || fail (
             self, error,
             _ ("has no band that is known to be ultraviolet, by name or wavelength. "
                "Choose bands by number"));
}

static double *
take_wavelengths (const Choosing *self)
{
  double *nm = g_new (double, self->in->len);

  for (guint i = 0; i < self->in->len; i++)
    nm[i] = self->header->wavelengths_nm[g_array_index (self->in, int, i)];
  return nm;
}

/* Linear sRGB under D65, each so scaled that a white surface gives 1. */
static gboolean
mix_cie (Choosing *self, PhenoBandChoice *choice, GError **error)
{
  static const double to_rgb[3][3] = { { 3.2406, -1.5372, -0.4986 },
                                       { -0.9689, 1.8758, 0.0415 },
                                       { 0.0557, -0.2040, 1.0570 } };
  int n = (int) self->in->len;
  g_autofree double *nm = take_wavelengths (self), *low = g_new (double, n),
                    *high = g_new (double, n), *weights = g_new0 (double, 3 * (gsize) n);
  double sum[3] = { 0 }, first = INFINITY, last = 0;

  pheno_band_edges (nm, n, low, high);
  for (int i = 0; i < n; i++)
    {
      int steps = MAX (1, (int) ceil (high[i] - low[i]));

      first = MIN (first, low[i]);
      last = MAX (last, high[i]);
      for (int k = 0; k < steps; k++)
        {
          double width = (high[i] - low[i]) / steps, at = low[i] + (k + 0.5) * width,
                 xyz[3], power = width * pheno_light_power ("d65", at);

          pheno_colour_matching (at, xyz);
          for (int c = 0; c < 3; c++)
            for (int j = 0; j < 3; j++)
              weights[(gsize) c * n + i] += power * to_rgb[c][j] * xyz[j];
        }
    }
  if (!(first <= 450 && last >= 640))
    return fail (self, error,
                 _ ("has bands that do not reach from blue to red. Choose some of them"));
  for (int c = 0; c < 3; c++)
    for (int i = 0; i < n; i++)
      sum[c] += weights[(gsize) c * n + i];
  for (gsize i = 0; i < 3 * (gsize) n; i++)
    weights[i] /= sum[i / (gsize) n];
  choice->mix = pheno_mix_new_linear (n, 3, weights);
  choice->names = g_strsplit ("red,green,blue", ",", -1);
  return TRUE;
}

static gboolean
mix_receptors (Choosing *self, PhenoBandChoice *choice, GError **error)
{
  const PhenoViewer *viewer = self->bands->viewer;
  const char *const *names = pheno_viewer_bands (viewer);
  g_autofree double *nm = NULL;
  g_autoptr (GError) reason = NULL;
  int n = pheno_viewer_receptors (viewer);

  if (names != NULL)
    for (; *names != NULL; names++)
      {
        BandItem item = { .name = (char *) *names };

        if (!add_name (self, &item, error))
          return FALSE;
      }
  else if (!needs_wavelengths (self, error) || !add_candidates (self, error))
    return FALSE;

  nm = pheno_viewer_bands (viewer) == NULL ? take_wavelengths (self) : NULL;
  choice->mix = pheno_viewer_mix (viewer, nm, (int) self->in->len, &reason);
  if (choice->mix == NULL)
    {
      g_autofree char *name = pheno_display_name (self->path);

      g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING, "“%s”: %s", name,
                   reason->message);
      return FALSE;
    }
  choice->names = g_new0 (char *, n + 1);
  for (int i = 0; i < n; i++)
    choice->names[i] = g_strdup (pheno_viewer_receptor_name (viewer, i));
  return TRUE;
}

static gboolean
choose (Choosing *self, PhenoBandChoice *choice, GError **error)
{
  switch (self->bands->kind)
    {
    case BANDS_ALL:
    case BANDS_EVERY:
      return add_candidates (self, error);
    case BANDS_RGB:
      return add_rgb (self, error);
    case BANDS_UV:
      return add_uv (self, error);
    case BANDS_LIST:
      return add_items (self, error);
    case BANDS_UNIFORM:
    case BANDS_RANDOM:
    case BANDS_IMPORTANT:
      return add_candidates (self, error) && thin_out (self, error);
    case BANDS_CIE:
      return needs_wavelengths (self, error) && add_candidates (self, error)
             && mix_cie (self, choice, error);
    case BANDS_RECEPTORS:
    default:
      return mix_receptors (self, choice, error);
    }
}

gboolean
pheno_band_selection_choose (const PhenoBandSelection *bands,
                             const PhenoImageHeader *header, const char *path,
                             int mask_band, PhenoBandChoice *choice, GError **error)
{
  Choosing self = { bands, header, path, mask_band, NULL };
  gboolean done;

  *choice = (PhenoBandChoice){ 0 };
  self.in = g_array_new (FALSE, FALSE, sizeof (int));
  done = choose (&self, choice, error);
  choice->n_in = (int) self.in->len;
  choice->n = choice->mix != NULL ? pheno_mix_outputs (choice->mix) : choice->n_in;
  if (done && choice->mix == NULL)
    {
      if (header->wavelengths_nm != NULL)
        choice->wavelengths_nm = take_wavelengths (&self);
      choice->names = g_new0 (char *, choice->n + 1);
      for (int i = 0; i < choice->n; i++)
        choice->names[i] = pheno_band_name (header, g_array_index (self.in, int, i));
    }
  for (int i = 0; i < header->bands; i++)
    choice->left_out += bands->kind != BANDS_EVERY && bands->items->len == 0
                        && i != mask_band && is_bad (&self, i);
  choice->in = (int *) (void *) g_array_free (self.in, FALSE);
  if (!done)
    pheno_band_choice_clear (choice);
  return done;
}
