/* viewer.c - sets of receptors, built-in and of files
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The two birds are the averages of Endler and Mielke 2005: peaks of pigments and
 * cut-offs of droplets were fitted to the curves of their appendix, from which these
 * deviate by 0.08 and 0.06 of the largest value at most. Oil droplets hide the second
 * band of a pigment; clear ones do not, but the eye's media do, so birds are without it.
 */
#include "engine/reader/mix.h"

#include <errno.h>
#include <string.h>

#define MOST_RECEPTORS 12
#define FIRST_NM 300
#define LAST_NM 830

typedef struct
{
  char *name;
  double peak_nm, cut_nm;
  char droplet;
  gboolean beta;
  double scale;       /* 1 / the largest sensitivity */
  GArray *nm, *table; /* (nullable): double: measured, in place of a pigment */
  char *model;        /* (nullable): of camera bands */
} Receptor;

struct _PhenoViewer
{
  char *light;
  GArray *receptors; /* Receptor */
  GStrv bands;       /* (nullable): of the camera */
};

typedef struct
{
  const char *name;
  double peak_nm, cut_nm;
  char droplet;
  gboolean beta;
} BuiltInReceptor;

static const struct
{
  const char *name;
  BuiltInReceptor receptors[5];
} built_in[] = {
  /* Bowmaker and Dartnall 1980, doi:10.1113/jphysiol.1980.sp013097 */
  { "human",
    { { "s", 420, 0, 'T', FALSE },
      { "m", 534, 0, 'T', FALSE },
      { "l", 564, 0, 'T', FALSE } } },
  { "bird-uv",
    { { "u", 371, 0, 'T', FALSE },
      { "s", 447, 411, 'C', FALSE },
      { "m", 509, 512, 'Y', FALSE },
      { "l", 570, 573, 'R', FALSE },
      { "double", 570, 0, 'T', FALSE } } },
  { "bird-violet",
    { { "v", 415, 0, 'T', FALSE },
      { "s", 453, 446, 'C', FALSE },
      { "m", 509, 511, 'Y', FALSE },
      { "l", 571, 570, 'R', FALSE },
      { "double", 571, 0, 'T', FALSE } } },
  /* Menzel and Backhaus 1991, "Colour vision in insects" */
  { "honeybee",
    { { "u", 344, 0, 'T', TRUE },
      { "b", 436, 0, 'T', TRUE },
      { "g", 544, 0, 'T', TRUE } } },
};

const char *const *
pheno_viewer_names (void)
{
  static const char *const names[]
      = { "human", "bird-uv", "bird-violet", "honeybee", NULL };

  return names;
}

static void
receptor_clear (gpointer data)
{
  Receptor *receptor = data;

  g_free (receptor->name);
  g_free (receptor->model);
  g_clear_pointer (&receptor->nm, g_array_unref);
  g_clear_pointer (&receptor->table, g_array_unref);
}

void
pheno_viewer_free (PhenoViewer *viewer)
{
  if (viewer == NULL)
    return;

  g_free (viewer->light);
  g_array_unref (viewer->receptors);
  g_strfreev (viewer->bands);
  g_free (viewer);
}

static double
of_table (const Receptor *receptor, double nm)
{
  const double *x = (const double *) (void *) receptor->nm->data;
  const double *y = (const double *) (void *) receptor->table->data;
  guint n = receptor->nm->len;

  if (n == 0 || nm < x[0] || nm > x[n - 1])
    return 0;
  for (guint i = 1; i < n; i++)
    if (nm <= x[i])
      return y[i - 1] + (y[i] - y[i - 1]) * (nm - x[i - 1]) / (x[i] - x[i - 1]);
  return y[n - 1];
}

static double
raw_sensitivity (const Receptor *receptor, double nm)
{
  if (receptor->nm != NULL)
    return of_table (receptor, nm);
  return pheno_pigment_sensitivity (receptor->peak_nm, nm, receptor->beta)
         * pheno_droplet_transmittance (receptor->droplet, receptor->cut_nm, nm);
}

static void
find_scale (Receptor *receptor)
{
  double largest = 0;

  for (int nm = FIRST_NM; nm <= LAST_NM; nm++)
    largest = MAX (largest, raw_sensitivity (receptor, nm));
  receptor->scale = largest > 0 ? 1 / largest : 0;
}

double
pheno_viewer_sensitivity (const PhenoViewer *viewer, int receptor, double nm)
{
  const Receptor *self = &g_array_index (viewer->receptors, Receptor, receptor);

  return self->model != NULL ? NAN : self->scale * raw_sensitivity (self, nm);
}

int
pheno_viewer_receptors (const PhenoViewer *viewer)
{
  return (int) viewer->receptors->len;
}

const char *
pheno_viewer_receptor_name (const PhenoViewer *viewer, int receptor)
{
  return g_array_index (viewer->receptors, Receptor, receptor).name;
}

const char *const *
pheno_viewer_bands (const PhenoViewer *viewer)
{
  return (const char *const *) viewer->bands;
}

static gboolean
take_built_in (PhenoViewer *self, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (built_in); i++)
    for (gsize k = 0;
         g_str_equal (built_in[i].name, name) && k < G_N_ELEMENTS (built_in[i].receptors)
         && built_in[i].receptors[k].name != NULL;
         k++)
      {
        const BuiltInReceptor *from = &built_in[i].receptors[k];
        Receptor receptor = { .name = g_strdup (from->name),
                              .peak_nm = from->peak_nm,
                              .cut_nm = from->cut_nm,
                              .droplet = from->droplet,
                              .beta = from->beta };

        find_scale (&receptor);
        g_array_append_val (self->receptors, receptor);
      }
  return self->receptors->len > 0;
}

static gboolean
fail (const char *path, GError **error, const char *reason)
{
  g_autofree char *name = pheno_display_name (path);

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_FORMAT,
               _ ("The viewer “%s” cannot be understood: %s. docs/formats.md shows how "
                  "such a file looks."),
               name, reason);
  return FALSE;
}

static double
get_number (GKeyFile *file, const char *group, const char *key, double otherwise)
{
  g_autofree char *text = g_key_file_get_string (file, group, key, NULL);

  return text != NULL ? g_ascii_strtod (text, NULL) : otherwise;
}

static gboolean
take_receptor (PhenoViewer *self, GKeyFile *file, const char *group, const char *path,
               GError **error)
{
  g_autofree char *droplet = g_key_file_get_string (file, group, "droplet", NULL);
  Receptor receptor = { .name = g_strdup (group + strlen ("receptor.")),
                        .peak_nm = get_number (file, group, "peak", 0),
                        .cut_nm = get_number (file, group, "cut", 0),
                        .droplet = droplet != NULL ? *droplet : 'T',
                        .beta = get_number (file, group, "beta", 1) != 0,
                        .model = g_key_file_get_string (file, group, "model", NULL) };
  g_autofree char *reason = NULL;

  if (receptor.model != NULL && self->bands == NULL)
    reason = g_strdup (_ ("a model needs “bands=” in the group [viewer]"));
  else if (receptor.model == NULL && self->bands != NULL)
    reason = g_strdup_printf (_ ("[%s] has no “model=” of the bands"), group);
  else if (receptor.model == NULL
           && !(receptor.peak_nm >= 300 && receptor.peak_nm <= 700))
    reason = g_strdup_printf (_ ("[%s] has no “peak=” from 300 to 700 nm"), group);
  else if (strchr ("TCYRP", receptor.droplet) == NULL)
    reason = g_strdup_printf (_ ("“droplet=” of [%s] must be T, C, Y, R or P"), group);
  else if (receptor.droplet != 'T' && !(receptor.cut_nm >= 300 && receptor.cut_nm <= 700))
    reason = g_strdup_printf (_ ("the droplet of [%s] has no “cut=” from 300 to 700 nm"),
                              group);
  if (receptor.model == NULL && reason == NULL)
    find_scale (&receptor);
  g_array_append_val (self->receptors, receptor);
  return reason == NULL || fail (path, error, reason);
}

static gboolean
check_models (const PhenoViewer *self, const char *path, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (PhenoMix) mix = NULL;

  if (self->receptors->len == 0)
    return fail (path, error, _ ("it has no group [receptor.NAME]"));
  if (self->receptors->len > MOST_RECEPTORS)
    return fail (path, error, _ ("it has more than 12 receptors"));
  if (self->bands == NULL)
    return TRUE;

  mix = pheno_viewer_mix (self, NULL, 0, &reason);
  return mix != NULL || fail (path, error, reason->message);
}

/* A key file of pigments or of models of bands. */
static gboolean
take_key_file (PhenoViewer *self, const char *text, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) reason = NULL;
  g_auto (GStrv) groups = NULL;
  g_autofree char *bands = NULL, *light = NULL;

  if (!g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, &reason))
    return fail (path, error, reason->message);

  bands = g_key_file_get_string (file, "viewer", "bands", NULL);
  light = g_key_file_get_string (file, "viewer", "light", NULL);
  if (bands != NULL)
    {
      self->bands = g_strsplit (bands, ",", -1);
      for (char **band = self->bands; *band != NULL; band++)
        g_strstrip (*band);
    }
  if (light != NULL && self->light == NULL)
    self->light = g_steal_pointer (&light);
  groups = g_key_file_get_groups (file, NULL);
  for (char **group = groups; *group != NULL; group++)
    if (g_str_has_prefix (*group, "receptor.")
        && !take_receptor (self, file, *group, path, error))
      return FALSE;
  return check_models (self, path, error);
}

static gboolean
take_row (PhenoViewer *self, char **fields)
{
  double nm = g_ascii_strtod (fields[0], NULL);

  for (guint i = 0; i < self->receptors->len; i++)
    {
      Receptor *receptor = &g_array_index (self->receptors, Receptor, i);
      char *end;
      double value = g_ascii_strtod (fields[i + 1], &end);
      guint n = receptor->nm->len;

      if (end == fields[i + 1] || !isfinite (value) || value < 0
          || (n > 0 && g_array_index (receptor->nm, double, n - 1) >= nm))
        return FALSE;
      g_array_append_val (receptor->nm, nm);
      g_array_append_val (receptor->table, value);
    }
  return TRUE;
}

/* Measured sensitivities: wavelength, and a column for each receptor. */
static gboolean
take_table (PhenoViewer *self, const char *text, const char *path, GError **error)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);
  g_auto (GStrv) names = g_strsplit (lines[0], ",", -1);
  guint n = g_strv_length (names);

  if (n < 2 || n - 1 > MOST_RECEPTORS)
    return fail (path, error,
                 _ ("a table needs 1 to 12 receptors beside the wavelengths"));
  for (guint i = 1; i < n; i++)
    {
      Receptor receptor = { .name = g_strdup (g_strstrip (names[i])),
                            .nm = g_array_new (FALSE, FALSE, sizeof (double)),
                            .table = g_array_new (FALSE, FALSE, sizeof (double)) };

      g_array_append_val (self->receptors, receptor);
    }
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);

      if (*g_strstrip (lines[i]) == '\0')
        continue;
      if (g_strv_length (fields) != n || !take_row (self, fields))
        {
          g_autofree char *reason = g_strdup_printf (
              _ ("line %u is not a rising wavelength and %u sensitivities"), i + 1,
              n - 1);

          return fail (path, error, reason);
        }
    }
  for (guint i = 0; i < self->receptors->len; i++)
    {
      find_scale (&g_array_index (self->receptors, Receptor, i));
      if (g_array_index (self->receptors, Receptor, i).scale == 0)
        return fail (path, error, _ ("a receptor sees nothing from 300 to 830 nm"));
    }
  return TRUE;
}

static gboolean
take_file (PhenoViewer *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  errno = EIO;
  if (!g_file_get_contents (path, &text, &length, NULL))
    {
      pheno_set_file_error (error, path, errno);
      return FALSE;
    }
  if (strlen (text) != length || !g_utf8_validate (text, length, NULL))
    return fail (path, error, _ ("it is no text"));
  return g_str_has_suffix (path, ".csv") ? take_table (self, text, path, error)
                                         : take_key_file (self, text, path, error);
}

PhenoViewer *
pheno_viewer_new (const char *text, GError **error)
{
  g_autoptr (PhenoViewer) self = g_new0 (PhenoViewer, 1);
  const char *at = strrchr (text, '@');
  g_autofree char *name
      = g_strndup (text, at != NULL ? (gsize) (at - text) : strlen (text));
  const char *near;

  self->receptors = g_array_new (FALSE, TRUE, sizeof (Receptor));
  g_array_set_clear_func (self->receptors, receptor_clear);
  if (at != NULL)
    self->light = g_strdup (at + 1);
  if (!take_built_in (self, name))
    {
      near = pheno_nearest_word (name, pheno_viewer_names ());
      if (strchr (name, '.') == NULL && strchr (name, '/') == NULL)
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("There is no viewer “%s”. Choose %s, or a file with its name "
                          "ending in .ini or .csv."),
                       name,
                       near != NULL ? near : "human, bird-uv, bird-violet, honeybee");
          return NULL;
        }
      if (!take_file (self, name, error))
        return NULL;
    }
  if (self->light == NULL)
    self->light = g_strdup ("d65");
  if (!pheno_light_check (self->light, error))
    return NULL;
  return g_steal_pointer (&self);
}

static PhenoMix *
mix_of_models (const PhenoViewer *self, GError **error)
{
  guint n = self->receptors->len;
  g_autofree const char **texts = g_new0 (const char *, n + 1);
  PhenoMix *mix;
  int wrong = 0;

  for (guint i = 0; i < n; i++)
    texts[i] = g_array_index (self->receptors, Receptor, i).model;
  mix = pheno_mix_new_polynomial ((const char *const *) self->bands, texts, &wrong);
  if (mix == NULL)
    g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                 _ ("the model “%s” is no sum of products of the bands"), texts[wrong]);
  return mix;
}

/* Light that a receptor catches between two wavelengths, at steps of 1 nm at most. */
static double
catch_between (const PhenoViewer *self, const Receptor *receptor, double low, double high)
{
  int steps = MAX (1, (int) ceil (high - low - 1e-6));
  double width = (high - low) / steps, sum = 0;

  for (int i = 0; i < steps; i++)
    {
      double nm = low + (i + 0.5) * width;

      sum += raw_sensitivity (receptor, nm) * pheno_light_power (self->light, nm) * width;
    }
  return sum;
}

static double
least (const double *values, int n, int sign)
{
  double found = INFINITY;

  for (int i = 0; i < n; i++)
    found = MIN (found, sign * values[i]);
  return found;
}

PhenoMix *
pheno_viewer_mix (const PhenoViewer *viewer, const double *wavelengths_nm, int n,
                  GError **error)
{
  guint n_out = viewer->receptors->len;
  g_autofree double *weights = NULL;
  g_autofree double *low = NULL, *high = NULL;

  if (viewer->bands != NULL)
    return mix_of_models (viewer, error);

  weights = g_new0 (double, (gsize) n *n_out);
  low = g_new (double, n);
  high = g_new (double, n);
  pheno_band_edges (wavelengths_nm, n, low, high);
  for (guint k = 0; k < n_out; k++)
    {
      const Receptor *receptor = &g_array_index (viewer->receptors, Receptor, k);
      double sum = 0, whole = catch_between (viewer, receptor, FIRST_NM, LAST_NM);

      for (int i = 0; i < n; i++)
        sum += weights[(gsize) k * n + i]
            = catch_between (viewer, receptor, low[i], high[i]);
      if (sum < 0.5 * whole)
        {
          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("The bands from %.0f to %.0f nm hold %.0f %% of the light that "
                          "the receptor “%s” sees. Choose another viewer, or files that "
                          "reach further."),
                       least (wavelengths_nm, n, 1), -least (wavelengths_nm, n, -1),
                       100 * sum / whole, receptor->name);
          return NULL;
        }
      for (int i = 0; i < n; i++)
        weights[(gsize) k * n + i] /= sum;
    }
  return pheno_mix_new_linear (n, (int) n_out, weights);
}
