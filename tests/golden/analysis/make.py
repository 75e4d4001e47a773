"""Golden values of the analyses. Run by hand, in this folder; needs numpy and scikit-learn.

Writes raw little-endian float32 / int32 arrays as .npy and numbers as values.csv (name,value).
"""

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.metrics import balanced_accuracy_score, silhouette_samples
from sklearn.neighbors import NearestNeighbors



def save(name, x):
    np.save(name, np.ascontiguousarray(x))


random = np.random.default_rng(20261124)
values = {}

# 7 clusters of different size and spread in 24 dimensions, off the origin, one constant column.
centres = random.normal(size=(7, 24)) * 0.5 + 3
group = np.repeat(np.arange(7), [60, 40, 30, 30, 20, 17, 1]).astype(np.int32)
rows = centres[group] + random.normal(size=(len(group), 24)) * random.uniform(0.3, 1.2, 24)
# Three rows a specimen, alike: neighbours of one's own specimen flatter.
unit = (np.arange(len(group)) // 3).astype(np.int32)
rows += random.normal(size=(unit.max() + 1, 24))[unit]
rows[:, 5] = 2.5
order = random.permutation(len(group))
rows, group, unit = rows[order].astype(np.float32), group[order], unit[order]
save("rows.npy", rows)
save("group.npy", group)
save("unit.npy", unit)

exact = rows.astype(np.float64)
save("silhouette.npy", silhouette_samples(exact, group).astype(np.float32))
values["silhouette"] = silhouette_samples(exact, group).mean()


def flipped(components):
    largest = np.abs(components).argmax(1)
    return components * np.sign(components[np.arange(len(components)), largest])[:, None]


def principal(name, x, count):
    pca = PCA(count, svd_solver="full").fit(x.astype(np.float64))
    components = flipped(pca.components_)
    save(f"{name}_components.npy", components.astype(np.float32))
    save(f"{name}_variance.npy", pca.explained_variance_.astype(np.float32))
    scores = (x - pca.mean_) @ components.T
    save(f"{name}_scores.npy", scores.astype(np.float32))
    save(f"{name}_whitened.npy", (scores / np.sqrt(pca.explained_variance_)).astype(np.float32))
    values[f"{name}_total"] = pca.explained_variance_.sum() / pca.explained_variance_ratio_.sum()


principal("pca_tall", rows, 10)
wide = random.normal(size=(12, 40)).astype(np.float32) @ random.normal(size=(40, 40)).astype(np.float32)
save("wide.npy", wide.astype(np.float32))
principal("pca_wide", wide.astype(np.float32), 11)

for metric in ("cosine", "euclidean"):
    found = NearestNeighbors(n_neighbors=len(rows), metric=metric, algorithm="brute").fit(exact)
    distance, index = found.kneighbors(exact)
    own = np.arange(len(rows))[:, None]
    nearest = np.array([row[row != i] for i, row in enumerate(index)])
    distances = np.array([d[row != i] for i, (d, row) in enumerate(zip(distance, index))])
    save(f"{metric}_index.npy", nearest[:, :9].astype(np.int32))
    save(f"{metric}_distance.npy", distances[:, :9].astype(np.float32))

    for name, forbidden in (("all", None), ("others", unit)):
        predicted = []
        for i in range(len(rows)):
            row, d = nearest[i], distances[i]
            if forbidden is not None:
                keep = forbidden[row] != forbidden[i]
                row, d = row[keep], d[keep]
            row, d = row[:5], d[:5]
            votes = np.bincount(group[row], minlength=7)
            sums = np.bincount(group[row], weights=-d, minlength=7)
            best = max(range(7), key=lambda g: (votes[g], sums[g] if votes[g] else -np.inf))
            predicted.append(best)
        values[f"{metric}_{name}_accuracy"] = np.mean(predicted == group)
        values[f"{metric}_{name}_balanced"] = balanced_accuracy_score(group, predicted)
        if name == "others" and metric == "cosine":
            right = (np.array(predicted) == group).astype(float)
            names = np.unique(unit)
            at = [np.flatnonzero(unit == u) for u in names]
            resampled = []
            for _ in range(20000):
                drawn = np.concatenate([at[u] for u in random.integers(0, len(names), len(names))])
                n = np.bincount(group[drawn], minlength=7)
                k = np.bincount(group[drawn], weights=right[drawn], minlength=7)
                resampled.append((k[n > 0] / n[n > 0]).mean())
            values["bootstrap_error"] = np.std(resampled, ddof=1)
            values["bootstrap_low"], values["bootstrap_high"] = np.quantile(resampled, [0.025, 0.975])

views = random.normal(size=(64, 16))
views[32:] = views[:32] + 0.4 * views[32:]
views = (views / np.linalg.norm(views, axis=1, keepdims=True)).astype(np.float32)
save("views.npy", views)
v = views.astype(np.float64)
values["alignment"] = ((v[:32] - v[32:]) ** 2).sum(1).mean()


def uniformity(x):
    i, j = np.triu_indices(len(x), 1)
    return np.log(np.exp(-2 * ((x[i] - x[j]) ** 2).sum(1)).mean())


values["uniformity"] = (uniformity(v[:32]) + uniformity(v[32:])) / 2
for name, x in (("views", views), ("rows", rows), ("wide", wide)):
    s = np.linalg.svd(x.astype(np.float64), compute_uv=False)
    p = s / s.sum()
    values[f"{name}_rank"] = np.exp(-(p * np.log(np.maximum(p, 1e-300))).sum())

with open("values.csv", "w") as file:
    file.write(f"# numpy {np.__version__} scikit-learn {sklearn.__version__}\n")
    for name, value in values.items():
        file.write(f"{name},{value:.10g}\n")
