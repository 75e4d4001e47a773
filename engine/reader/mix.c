/* mix.c - output bands as functions of input bands
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/mix.h"

#include <string.h>

typedef struct
{
  double factor;
  int n_powers;
  int band[MIX_POWERS], power[MIX_POWERS];
} Term;

struct _PhenoMix
{
  int n_in, n_out;
  float *weights; /* (n_out, n_in): the linear part */
  float *constants;
  GArray **terms; /* (nullable): for each output, what is not linear */
};

static PhenoMix *
mix_new (int n_in, int n_out)
{
  PhenoMix *mix = g_new0 (PhenoMix, 1);

  mix->n_in = n_in;
  mix->n_out = n_out;
  mix->weights = g_new0 (float, (gsize) n_in *n_out);
  mix->constants = g_new0 (float, n_out);
  return mix;
}

PhenoMix *
pheno_mix_new_linear (int n_in, int n_out, const double *weights)
{
  PhenoMix *mix;

  g_return_val_if_fail (n_in > 0 && n_out > 0 && weights != NULL, NULL);

  mix = mix_new (n_in, n_out);
  for (gsize i = 0; i < (gsize) n_in * n_out; i++)
    mix->weights[i] = (float) weights[i];
  return mix;
}

void
pheno_mix_free (PhenoMix *mix)
{
  if (mix == NULL)
    return;

  for (int i = 0; mix->terms != NULL && i < mix->n_out; i++)
    g_array_unref (mix->terms[i]);
  g_free (mix->terms);
  g_free (mix->weights);
  g_free (mix->constants);
  g_free (mix);
}

int
pheno_mix_outputs (const PhenoMix *mix)
{
  return mix->n_out;
}

static float
product (const Term *term, const float *in)
{
  double value = term->factor;

  for (int i = 0; i < term->n_powers; i++)
    for (int k = 0; k < term->power[i]; k++)
      value *= in[term->band[i]];
  return (float) value;
}

void
pheno_mix_apply (const PhenoMix *mix, const float *in, gsize count, float *out)
{
  for (gsize i = 0; i < count; i++, in += mix->n_in, out += mix->n_out)
    for (int k = 0; k < mix->n_out; k++)
      {
        const float *weights = mix->weights + (gsize) k * mix->n_in;
        float sum = mix->constants[k];

        for (int band = 0; band < mix->n_in; band++)
          sum += weights[band] * in[band];
        for (guint t = 0; mix->terms != NULL && t < mix->terms[k]->len; t++)
          sum += product (&g_array_index (mix->terms[k], Term, t), in);
        out[k] = sum;
      }
}

/* A sum of terms, read from left to right. */
typedef struct
{
  const char *at;
  const char *const *bands;
} Reading;

static void
skip_spaces (Reading *self)
{
  while (g_ascii_isspace (*self->at))
    self->at++;
}

static gboolean
is_of_name (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || (c & 0x80) != 0;
}

/* A band's name; -1: none of them. */
static int
read_band (Reading *self)
{
  gsize length = 0;

  while (is_of_name (self->at[length]))
    length++;
  for (int i = 0; length > 0 && self->bands[i] != NULL; i++)
    if (strlen (self->bands[i]) == length
        && g_ascii_strncasecmp (self->bands[i], self->at, length) == 0)
      {
        self->at += length;
        return i;
      }
  return -1;
}

/* band or band^power into the term. */
static gboolean
read_power (Reading *self, Term *term)
{
  int band = read_band (self), power = 1;

  if (band < 0 || term->n_powers == MIX_POWERS)
    return FALSE;
  skip_spaces (self);
  if (*self->at == '^')
    {
      self->at++;
      skip_spaces (self);
      if (*self->at < '1' || *self->at > '9' || g_ascii_isdigit (self->at[1]))
        return FALSE;
      power = *self->at++ - '0';
    }
  term->band[term->n_powers] = band;
  term->power[term->n_powers++] = power;
  return TRUE;
}

/* factor * band * band^2, in any order. A name that begins with a digit is a band before
 * it is a number. */
static gboolean
read_term (Reading *self, Term *term)
{
  for (;;)
    {
      char *end;
      double number;

      skip_spaces (self);
      if (!read_power (self, term))
        {
          number = g_ascii_strtod (self->at, &end);
          if (end == self->at || !isfinite (number) || !g_ascii_isdigit (end[-1]))
            return FALSE;
          term->factor *= number;
          self->at = end;
        }
      skip_spaces (self);
      if (*self->at != '*' && *self->at != ':')
        return TRUE;
      self->at++;
    }
}

static void
add_term (PhenoMix *mix, int output, const Term *term)
{
  if (term->n_powers == 0)
    mix->constants[output] += (float) term->factor;
  else if (term->n_powers == 1 && term->power[0] == 1)
    mix->weights[(gsize) output * mix->n_in + term->band[0]] += (float) term->factor;
  else
    g_array_append_val (mix->terms[output], *term);
}

static gboolean
read_sum (PhenoMix *mix, int output, const char *text, const char *const *bands)
{
  Reading reading = { text, bands };
  gboolean first = TRUE;

  for (;; first = FALSE)
    {
      Term term = { .factor = 1 };

      skip_spaces (&reading);
      if (*reading.at == '+' || *reading.at == '-')
        term.factor = *reading.at++ == '-' ? -1 : 1;
      else if (!first)
        return *reading.at == '\0';
      if (!read_term (&reading, &term))
        return FALSE;
      add_term (mix, output, &term);
    }
}

PhenoMix *
pheno_mix_new_polynomial (const char *const *bands, const char *const *texts, int *wrong)
{
  int n_in = (int) g_strv_length ((char **) bands);
  int n_out = (int) g_strv_length ((char **) texts);
  g_autoptr (PhenoMix) mix = mix_new (n_in, n_out);

  mix->terms = g_new0 (GArray *, n_out);
  for (int i = 0; i < n_out; i++)
    mix->terms[i] = g_array_new (FALSE, FALSE, sizeof (Term));
  for (int i = 0; i < n_out; i++)
    if (!read_sum (mix, i, texts[i], bands))
      {
        *wrong = i;
        return NULL;
      }
  return g_steal_pointer (&mix);
}

typedef struct
{
  double nm;
  int band;
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  double x = ((const Place *) a)->nm, y = ((const Place *) b)->nm;

  return (x > y) - (x < y);
}

void
pheno_band_edges (const double *wavelengths_nm, int n, double *low, double *high)
{
  g_autofree Place *places = g_new (Place, n);

  for (int i = 0; i < n; i++)
    places[i] = (Place){ wavelengths_nm[i], i };
  qsort (places, (gsize) n, sizeof *places, compare_places);
  for (int i = 0; i < n; i++)
    {
      double down = i > 0   ? places[i].nm - places[i - 1].nm
                    : n > 1 ? places[1].nm - places[0].nm
                            : 1;
      double up = i + 1 < n ? places[i + 1].nm - places[i].nm : down;

      low[places[i].band] = places[i].nm - down / 2;
      high[places[i].band] = places[i].nm + up / 2;
    }
}
