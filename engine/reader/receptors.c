/* receptors.c - visual pigments, oil droplets, and the space of four cones
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/receptors.h"

#define SQUARE(x) ((x) * (x))

double
pheno_pigment_sensitivity (double peak_nm, double nm, gboolean beta)
{
  double x = peak_nm / nm;
  double a = 0.8795 + 0.0459 * exp (-SQUARE (peak_nm - 300) / 11940);
  double alpha = 1
                 / (exp (69.7 * (a - x)) + exp (28 * (0.922 - x))
                    + exp (-14.9 * (1.104 - x)) + 0.674);

  if (!beta)
    return alpha;
  return alpha
         + 0.26
               * exp (
                   -SQUARE ((nm - (189 + 0.315 * peak_nm)) / (-40.5 + 0.195 * peak_nm)));
}

/* The tangent at half of the largest absorption cuts 0 at the cut-off's wavelength; its
 * slope follows from the wavelength of the half by the regressions of the paper. */
double
pheno_droplet_transmittance (char type, double cut_nm, double nm)
{
  static const struct
  {
    char type;
    double slope, offset;
  } regressions[] = {
    { 'C', 0.99, 24.38 }, { 'Y', 0.9, 70.03 }, { 'R', 0.99, 28.65 }, { 'P', 0.96, 33.57 }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (regressions); i++)
    if (regressions[i].type == type)
      {
        double half = regressions[i].slope * cut_nm + regressions[i].offset;

        return exp (-exp (-2.89 * (0.5 / (half - cut_nm)) * (nm - cut_nm) + 1.08));
      }
  return 1;
}

PhenoTetrahedral
pheno_tetrahedral (const double catches[4])
{
  double sum = catches[0] + catches[1] + catches[2] + catches[3], least = 0;
  PhenoTetrahedral colour = { .u = catches[0] / sum,
                              .s = catches[1] / sum,
                              .m = catches[2] / sum,
                              .l = catches[3] / sum };
  const double share[4] = { colour.u, colour.s, colour.m, colour.l };

  colour.x = (colour.l - colour.s) * sqrt (6) / 4;
  colour.y = (3 * colour.m + colour.u - 1) / (2 * sqrt (2));
  colour.z = colour.u - 0.25;
  colour.r = sqrt (SQUARE (colour.x) + SQUARE (colour.y) + SQUARE (colour.z));
  colour.theta = atan2 (colour.y, colour.x);
  colour.phi = asin (colour.z / colour.r);

  /* On the way outwards the first cone to fall to 0 is where the tetrahedron ends. */
  for (int i = 0; i < 4; i++)
    least = MIN (least, share[i] - 0.25);
  colour.r_max = least < 0 ? colour.r * 0.25 / -least : NAN;
  if (!(sum != 0))
    colour = (PhenoTetrahedral){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
  return colour;
}
