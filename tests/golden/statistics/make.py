"""Golden values of the tests on embeddings. Run by hand, in this folder; needs numpy, scipy, scikit-learn,
scikit-bio, statsmodels and hdbscan. Rows and groups are those of ../analysis.

Writes values.csv (name,value) and clusters as int32 .npy.
"""

import warnings

import hdbscan
import numpy as np
import scipy
import skbio
import sklearn
import statsmodels
from scipy import stats
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial import procrustes
from scipy.spatial.distance import pdist, squareform
from skbio.stats.distance import DistanceMatrix, mantel, permanova, permdisp
from sklearn.cluster import KMeans
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import (adjusted_rand_score, completeness_score, homogeneity_score, v_measure_score)
from sklearn.covariance import LedoitWolf
from statsmodels.multivariate.manova import MANOVA
from statsmodels.stats.multitest import multipletests

warnings.simplefilter("ignore")
values = {}
rows = np.load("../analysis/rows.npy").astype(np.float64)
group = np.load("../analysis/group.npy")
unit = np.load("../analysis/unit.npy")
# The group of one row has no spread.
keep = group < 6
x, g = rows[keep], group[keep]
distance = DistanceMatrix(squareform(pdist(x)), [str(i) for i in range(len(x))])
labels = [str(i) for i in g]

result = permanova(distance, labels, permutations=999)
values["permanova_f"], values["permanova_p"] = result["test statistic"], result["p-value"]
half = (np.arange(len(x)) % 2).astype(int)
result = permanova(distance, [str(i) for i in half], permutations=9999)
values["permanova_half_f"], values["permanova_half_p"] = result["test statistic"], result["p-value"]
for test in ("centroid", "median"):
    result = permdisp(distance, labels, test=test, permutations=999, dimensions=len(x))
    values[f"permdisp_{test}_f"], values[f"permdisp_{test}_p"] = result["test statistic"], result["p-value"]


def sequential(d, factors):
    """Sums of squares of each factor after those before it (type I), as vegan's adonis2(by = "terms")."""
    n = len(d)
    centre = np.eye(n) - 1 / n
    gower = -0.5 * centre @ (d ** 2) @ centre
    design, last, out = np.ones((n, 1)), 0.0, []
    for f in factors:
        design = np.hstack([design, np.eye(f.max() + 1)[f][:, 1:]])
        q = np.linalg.qr(design)[0]
        rank = np.linalg.matrix_rank(design)
        u, s, _ = np.linalg.svd(design, full_matrices=False)
        u = u[:, :rank]
        told = np.trace(u.T @ gower @ u)
        out.append((told - last, rank))
        last = told
    return out, np.trace(gower), n - rank


terms, whole, residual = sequential(distance.data, [half, g])
left = whole - sum(t[0] for t in terms)
rank = 1
for name, (ss, r) in zip(("first", "second"), terms):
    values[f"terms_{name}_ss"] = ss
    values[f"terms_{name}_r2"] = ss / whole
    values[f"terms_{name}_f"] = ss / (r - rank) / (left / residual)
    rank = r

few = x[:, :4]
fitted = MANOVA(few, np.eye(6)[g])
table = fitted.mv_test([("groups", np.eye(6)[:-1] - np.eye(6)[1:])]).results["groups"]["stat"]
for name, line in zip(("wilks", "pillai", "hotelling", "roy"), table.values):
    values[f"manova_{name}"], values[f"manova_{name}_f"], values[f"manova_{name}_p"] = line[0], line[3], line[4]

by_group = [x[g == i] for i in range(6)]
columns = [c for c in range(24) if c != 5]
f, p = stats.f_oneway(*[b[:, columns] for b in by_group])
values["anova_f_0"], values["anova_p_0"] = f[0], p[0]
mean = x.mean(0)
between = sum(len(b) * (b.mean(0) - mean) ** 2 for b in by_group)
values["anova_r2_0"] = between[0] / ((x - mean) ** 2).sum(0)[0]
values["variance_between"] = between.sum() / ((x - mean) ** 2).sum()
h, p = zip(*[stats.kruskal(*[b[:, c] for b in by_group]) for c in columns])
values["kruskal_h_0"], values["kruskal_p_0"] = h[0], p[0]
# Numbers with ties, and a weak relation to the first column.
number = np.round(x[:, 0] + np.sin(np.arange(len(x))) * 2)
np.save("number.npy", number.astype(np.float32))
rho, p = zip(*[stats.spearmanr(x[:, c], number) for c in columns])
values["spearman_rho_0"], values["spearman_p_0"] = rho[0], p[0]
values["spearman_rho_3"], values["spearman_p_3"] = rho[3], p[3]
values["spearman_fdr_3"] = multipletests(p, method="fdr_bh")[1][3]
values["spearman_holm_3"] = multipletests(p, method="holm")[1][3]

other = x[:, 3:15] + 0.3 * np.cos(np.arange(len(x) * 12)).reshape(-1, 12)
np.save("other.npy", other.astype(np.float32))
other = other.astype(np.float32).astype(np.float64)
second = DistanceMatrix(squareform(pdist(other)), distance.ids)
for method in ("pearson", "spearman"):
    values[f"mantel_{method}"], values[f"mantel_{method}_p"], _ = mantel(distance, second, method=method, permutations=999)
values["procrustes"] = procrustes(x, np.hstack([other, np.zeros((len(x), 12))]))[2]

tree = linkage(x, "average")
values["linkage_average_last"], values["linkage_average_middle"] = tree[-1, 2], tree[len(tree) // 2, 2]
values["linkage_ward_last"] = linkage(x, "ward")[-1, 2]
values["linkage_complete_last"] = linkage(x, "complete")[-1, 2]
values["linkage_single_last"] = linkage(x, "single")[-1, 2]
np.save("average_5.npy", cut_tree(tree, 5)[:, 0].astype(np.int32))
random = np.random.default_rng(5)
blobs = np.vstack([random.normal(c, s, (n, 2)) for c, s, n in (((0, 0), 0.5, 60), ((4, 1), 0.9, 50), ((1, 5), 0.3, 30))]
                  + [random.uniform(-3, 7, (20, 2))]).astype(np.float32)
np.save("blobs.npy", blobs)
found = hdbscan.HDBSCAN(min_cluster_size=8, min_samples=5, approx_min_span_tree=False).fit(blobs.astype(np.float64))
np.save("hdbscan.npy", found.labels_.astype(np.int32))
np.save("hdbscan_probability.npy", found.probabilities_.astype(np.float32))
values["hdbscan_clusters"] = found.labels_.max() + 1
values["kmeans_inertia"] = KMeans(6, n_init=50, random_state=0).fit(x).inertia_
cut = cut_tree(tree, 5)[:, 0]
values["homogeneity"] = homogeneity_score(g, cut)
values["completeness"] = completeness_score(g, cut)
values["v_measure"] = v_measure_score(g, cut)
values["adjusted_rand"] = adjusted_rand_score(g, cut)

# Learned on even rows, asked about odd ones: a fold of the probe.
covariance = LedoitWolf().fit(x).covariance_
values["mahalanobis_01"] = np.sqrt((x[0] - x[1]) @ np.linalg.solve(covariance, x[0] - x[1]))

# Tails of distributions.
values["f_tail"] = stats.f.sf(3.3, 4, 17)
values["f_tail_far"] = stats.f.sf(60, 5, 190)
values["chi_tail"] = stats.chi2.sf(11.2, 5)
values["chi_tail_far"] = stats.chi2.sf(150, 5)
values["t_tails"] = 2 * stats.t.sf(2.1, 9)

with open("values.csv", "w") as file:
    file.write(f"# numpy {np.__version__} scipy {scipy.__version__} scikit-learn {sklearn.__version__} "
               f"scikit-bio {skbio.__version__} statsmodels {statsmodels.__version__}\n")
    for name, value in values.items():
        file.write(f"{name},{value:.12g}\n")
