/* agreement.c - how well clusters and labels go together
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Rosenberg and Hirschberg 2007: homogeneity is the share of the labels' entropy that the
 * clusters tell, completeness that of the clusters' entropy that the labels tell. The
 * adjusted index of Hubert and Arabie 1985 counts pairs.
 */
#include "engine/analysis/analysis.h"

#include <math.h>

static double
pairs (double n)
{
  return n * (n - 1) / 2;
}

static double
entropy (const gsize *counts, int n, double all)
{
  double sum = 0;

  for (int i = 0; i < n; i++)
    if (counts[i] > 0)
      sum -= (double) counts[i] / all * log ((double) counts[i] / all);
  return sum;
}

void
pheno_agreement (const int *labels, const int *clusters, gsize rows,
                 PhenoAgreement *agreement)
{
  int n_labels = 0, n_clusters = 0;
  g_autofree gsize *table = NULL, *by_label = NULL, *by_cluster = NULL;
  double all = 0, shared = 0, together = 0, in_labels = 0, in_clusters = 0, expected;
  double label_entropy, cluster_entropy;

  for (gsize row = 0; row < rows; row++)
    {
      n_labels = MAX (n_labels, labels[row] + 1);
      n_clusters = MAX (n_clusters, clusters[row] + 1);
    }
  table = g_new0 (gsize, (gsize) n_labels * (gsize) n_clusters + 1);
  by_label = g_new0 (gsize, n_labels + 1);
  by_cluster = g_new0 (gsize, n_clusters + 1);
  for (gsize row = 0; row < rows; row++)
    if (labels[row] >= 0 && clusters[row] >= 0)
      {
        table[labels[row] * n_clusters + clusters[row]]++;
        by_label[labels[row]]++;
        by_cluster[clusters[row]]++;
        all++;
      }
  for (int i = 0; i < n_labels; i++)
    in_labels += pairs ((double) by_label[i]);
  for (int j = 0; j < n_clusters; j++)
    in_clusters += pairs ((double) by_cluster[j]);
  for (int i = 0; i < n_labels; i++)
    for (int j = 0; j < n_clusters; j++)
      {
        double n = (double) table[i * n_clusters + j];

        together += pairs (n);
        if (n > 0)
          shared += n / all
                    * log (n * all / ((double) by_label[i] * (double) by_cluster[j]));
      }
  if (all == 0)
    {
      *agreement = (PhenoAgreement){ NAN, NAN, NAN, NAN };
      return;
    }
  label_entropy = entropy (by_label, n_labels, all);
  cluster_entropy = entropy (by_cluster, n_clusters, all);
  agreement->homogeneity = label_entropy > 0 ? shared / label_entropy : 1;
  agreement->completeness = cluster_entropy > 0 ? shared / cluster_entropy : 1;
  agreement->v_measure = agreement->homogeneity + agreement->completeness > 0
                             ? 2 * agreement->homogeneity * agreement->completeness
                                   / (agreement->homogeneity + agreement->completeness)
                             : 0;
  expected = in_labels * in_clusters / MAX (pairs (all), 1);
  agreement->adjusted_rand
      = (in_labels + in_clusters) / 2 - expected != 0
            ? (together - expected) / ((in_labels + in_clusters) / 2 - expected)
            : 1;
}
