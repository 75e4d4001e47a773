/* bands.c - what the bands of an image are to colour
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A photograph's grey is the luma of its three bands. Of other images each region of the
 * spectrum has a grey of its own, so that a step that takes saturation away in the
 * visible does not mix ultraviolet into it:
 *
 *     ultraviolet   below 400 nm       the bands under ultraviolet light
 *     visible       400 to 700 nm      red, green, blue
 *     infrared      700 to 1400 nm
 *     short wave    beyond
 */
#include "engine/augment/bands.h"

#include <string.h>

#define VIOLET_END 400
#define RED_END 700
#define INFRARED_END 1400

/* Centres of the thirds of the visible: where hue has its red, green and blue. */
static const float third_centre[3] = { 650, 550, 450 };

/* What is known of a band by its name or place. */
typedef enum
{
  ROLE_RED,
  ROLE_GREEN,
  ROLE_BLUE,
  ROLE_UV_RED,
  ROLE_UV_GREEN,
  ROLE_UV_BLUE,
  ROLE_MASK,
  ROLE_UV,
  ROLE_INFRARED,
  ROLE_UNKNOWN
} Role;

static const struct
{
  PhenoSpectralRegion region;
  float wavelength_nm; /* of a camera's filters, and of the usual lamp for ultraviolet */
} roles[] = {
  [ROLE_RED] = { PHENO_REGION_VISIBLE, 610 },
  [ROLE_GREEN] = { PHENO_REGION_VISIBLE, 540 },
  [ROLE_BLUE] = { PHENO_REGION_VISIBLE, 465 },
  [ROLE_UV_RED] = { PHENO_REGION_UV, 365 },
  [ROLE_UV_GREEN] = { PHENO_REGION_UV, 365 },
  [ROLE_UV_BLUE] = { PHENO_REGION_UV, 365 },
  [ROLE_MASK] = { PHENO_REGION_MASK, 0 },
  [ROLE_UV] = { PHENO_REGION_UV, 365 },
  [ROLE_INFRARED] = { PHENO_REGION_INFRARED, 850 },
  [ROLE_UNKNOWN] = { PHENO_REGION_UNKNOWN, 0 },
};

/* Names without case, blanks, lines and dots: “UV-R”, “uv_r” and “UV R” are one. */
static Role
role_of_name (const char *name)
{
  static const struct
  {
    const char *name;
    Role role;
  } known[] = { { "r", ROLE_RED },           { "red", ROLE_RED },
                { "g", ROLE_GREEN },         { "green", ROLE_GREEN },
                { "b", ROLE_BLUE },          { "blue", ROLE_BLUE },
                { "uvr", ROLE_UV_RED },      { "uvred", ROLE_UV_RED },
                { "uvg", ROLE_UV_GREEN },    { "uvgreen", ROLE_UV_GREEN },
                { "uvb", ROLE_UV_BLUE },     { "uvblue", ROLE_UV_BLUE },
                { "mask", ROLE_MASK },       { "alpha", ROLE_MASK },
                { "uv", ROLE_UV },           { "ultraviolet", ROLE_UV },
                { "nir", ROLE_INFRARED },    { "infrared", ROLE_INFRARED },
                { "ir", ROLE_INFRARED },     { "nearinfrared", ROLE_INFRARED },
                { "rededge", ROLE_INFRARED } };
  char plain[16];
  guint n = 0;

  for (const char *c = name; *c != '\0' && n + 1 < sizeof plain; c++)
    if (g_ascii_isalnum (*c))
      plain[n++] = g_ascii_tolower (*c);
  plain[n] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, plain) == 0)
      return known[i].role;
  return ROLE_UNKNOWN;
}

static PhenoSpectralRegion
region_of_wavelength (double wavelength_nm)
{
  if (!(wavelength_nm > 0))
    return PHENO_REGION_UNKNOWN;
  if (wavelength_nm < VIOLET_END)
    return PHENO_REGION_UV;
  if (wavelength_nm <= RED_END)
    return PHENO_REGION_VISIBLE;
  return wavelength_nm <= INFRARED_END ? PHENO_REGION_INFRARED : PHENO_REGION_SHORT_WAVE;
}

static Role
role_of_place (int band, int bands)
{
  return bands == 3 || bands == 7 ? (Role) band : ROLE_UNKNOWN;
}

/* Bands of the roles red, green and blue, or those under ultraviolet light; @first: which
 * red. */
static void
find_triple (pk_bands *kernel, const int band_of[ROLE_UNKNOWN + 1], Role first)
{
  if (band_of[first] < 0 || band_of[first + 1] < 0 || band_of[first + 2] < 0)
    return;
  for (int k = 0; k < 3; k++)
    kernel->triple[kernel->triples][k] = band_of[first + (Role) k];
  kernel->triples++;
}

static gboolean
is_monotone (const double *value, int n)
{
  int rising = 0, falling = 0;

  for (int i = 1; i < n; i++)
    {
      rising += value[i] > value[i - 1];
      falling += value[i] < value[i - 1];
    }
  return n > 1 && (rising == n - 1 || falling == n - 1);
}

/* Groups are the regions that there are, each with the mean of its bands as grey; red,
 * green and blue alone have their luma. */
static void
find_groups (PhenoBands *bands, int n, guint8 *group, float *weight)
{
  guint8 number[PHENO_REGION_UNKNOWN + 1];
  int count[PHENO_REGION_UNKNOWN + 1] = { 0 };

  bands->kernel.groups = 0;
  for (int band = 0; band < n; band++)
    count[bands->region[band]]++;
  for (int region = 0; region <= PHENO_REGION_UNKNOWN; region++)
    if (region != PHENO_REGION_MASK && count[region] > 0
        && bands->kernel.groups < PK_GROUPS)
      number[region] = (guint8) bands->kernel.groups++;
    else
      number[region] = PK_NO_GROUP;
  for (int band = 0; band < n; band++)
    {
      group[band] = number[bands->region[band]];
      weight[band]
          = group[band] != PK_NO_GROUP ? 1.0f / (float) count[bands->region[band]] : 0.0f;
    }
  if (bands->kernel.triples > 0 && count[PHENO_REGION_VISIBLE] == 3
      && bands->region[bands->kernel.triple[0][0]] == PHENO_REGION_VISIBLE)
    for (int k = 0; k < 3; k++)
      weight[bands->kernel.triple[0][k]] = ((const float[]){ 0.299f, 0.587f, 0.114f })[k];
}

static int
third_of (float wavelength_nm)
{
  return wavelength_nm >= 600 ? 0 : wavelength_nm >= 500 ? 1 : 2;
}

/* How much a band goes along with each third: in between, from centre to centre. */
static void
find_share (float wavelength_nm, float share[3])
{
  float at = CLAMP ((third_centre[0] - wavelength_nm) / 100, 0, 2);
  int low = at < 1 ? 0 : 1;

  share[0] = share[1] = share[2] = 0;
  share[low] = 1 - (at - (float) low);
  share[low + 1] = at - (float) low;
}

/* The hue of spectra: that of the means of the visible's three thirds. */
static void
find_primaries (PhenoBands *bands, int n, PhenoBandsRoom *room)
{
  float (*primary)[3] = pheno_room_get (&room->primary, (gsize) n, sizeof *primary);
  float (*share)[3] = pheno_room_get (&room->share, (gsize) n, sizeof *share);
  int count[3] = { 0 };

  for (int band = 0; band < n; band++)
    if (bands->region[band] == PHENO_REGION_VISIBLE)
      count[third_of (bands->wavelength_nm[band])]++;
  if (count[0] == 0 || count[1] == 0 || count[2] == 0)
    return;
  for (int band = 0; band < n; band++)
    {
      gboolean visible = bands->region[band] == PHENO_REGION_VISIBLE;
      int third = third_of (bands->wavelength_nm[band]);

      for (int k = 0; k < 3; k++)
        {
          primary[band][k] = visible && k == third ? 1.0f / (float) count[k] : 0.0f;
          share[band][k] = 0;
        }
      if (visible)
        find_share (bands->wavelength_nm[band], share[band]);
    }
  bands->kernel.primary = (const float (*)[3]) primary;
  bands->kernel.share = (const float (*)[3]) share;
}

void
pheno_bands_find (PhenoBands *bands, const PhenoImage *image, PhenoBandsRoom *room)
{
  int n = image->bands, band_of[ROLE_UNKNOWN + 1];
  guint8 *region = pheno_room_get (&room->region, (gsize) n, 1);
  guint8 *group = pheno_room_get (&room->group, (gsize) n, 1);
  float *weight = pheno_room_get (&room->weight, (gsize) n, sizeof *weight);
  float *wavelength = pheno_room_get (&room->wavelength, (gsize) n, sizeof *wavelength);
  gboolean measured = image->wavelengths_nm != NULL && n != 3;

  *bands = (PhenoBands){ .kernel = { .bands = n, .group = group, .weight = weight },
                         .region = region,
                         .wavelength_nm = wavelength,
                         .mask = -1 };
  for (int role = 0; role <= ROLE_UNKNOWN; role++)
    band_of[role] = -1;
  for (int band = 0; band < n; band++)
    {
      Role role = image->band_names != NULL && n != 3
                      ? role_of_name (image->band_names[band])
                      : ROLE_UNKNOWN;

      if (role == ROLE_UNKNOWN && !measured)
        role = role_of_place (band, n);
      region[band] = roles[role].region;
      wavelength[band] = roles[role].wavelength_nm;
      if (measured && role != ROLE_MASK && image->wavelengths_nm[band] > 0)
        {
          region[band] = region_of_wavelength (image->wavelengths_nm[band]);
          wavelength[band] = (float) image->wavelengths_nm[band];
        }
      band_of[role] = band;
    }
  bands->mask = band_of[ROLE_MASK];
  bands->spectrum = measured && is_monotone (image->wavelengths_nm, n);
  find_triple (&bands->kernel, band_of, ROLE_RED);
  find_triple (&bands->kernel, band_of, ROLE_UV_RED);
  find_groups (bands, n, group, weight);
  if (measured && bands->kernel.triples == 0)
    find_primaries (bands, n, room);
}

void
pheno_bands_room_clear (PhenoBandsRoom *room)
{
  g_free (room->group.data);
  g_free (room->region.data);
  g_free (room->weight.data);
  g_free (room->wavelength.data);
  g_free (room->primary.data);
  g_free (room->share.data);
}

gboolean
pheno_bands_have_hue (const PhenoBands *bands)
{
  return bands->kernel.triples > 0 || bands->kernel.primary != NULL;
}
