"""Maps, neighbours and PERMANOVA beside openTSNE, umap-learn, faiss and scikit-bio, in one run.

    analysis_peer.py PATH/TO/benchmark-analysis [CASE...]    cases: neighbours tsne umap permanova

Tables: 50 clusters, each near a plane of its own of 4 dimensions ("planes"): 10,000 x 512 and 60,000 x 128. Both sides run in
turns, the best of each is told. Maps are judged by the share of the 15 nearest of all rows that stay, of 2,000 rows, and by
trustworthiness among these.
"""

import json
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

warnings.simplefilter("ignore")
program, cases = sys.argv[1], sys.argv[2:] or ["neighbours", "tsne", "umap", "permanova"]
ROUNDS = 3
SIZES = ((10000, 512), (60000, 128))


def planes(n, d, clusters=50, intrinsic=4):
    r = np.random.default_rng(1)
    centre, y = r.normal(0, 1, (clusters, d)), r.integers(0, clusters, n)
    basis, z = r.normal(0, .5, (clusters, intrinsic, d)), r.normal(0, 1, (n, intrinsic))
    x = centre[y] + r.normal(0, .1, (n, d))
    for j in range(clusters):
        x[y == j] += z[y == j] @ basis[j]
    return x.astype(np.float32)


def quality(x, places):
    import faiss
    from sklearn.manifold import trustworthiness
    some = np.random.default_rng(7).choice(len(x), 2000, replace=False)

    def nearest(z):
        index = faiss.IndexFlatL2(z.shape[1])
        index.add(np.ascontiguousarray(z, dtype=np.float32))
        return index.search(np.ascontiguousarray(z[some], dtype=np.float32), 16)[1][:, 1:]

    kept = np.mean([len(set(a) & set(b)) / 15 for a, b in zip(nearest(x), nearest(places))])
    return f"recall {kept:.4f} trustworthiness {trustworthiness(x[some], places[some], n_neighbors=15):.4f}"


def clock(call):
    start = time.perf_counter()
    return call(), time.perf_counter() - start


def ours(what, path, x, out):
    lines = subprocess.run([program, what, path, str(x.shape[0]), str(x.shape[1]), out, "2"],
                           check=True, capture_output=True, text=True).stdout.splitlines()
    return json.loads(lines[0])["s"]


def peer(what, x):
    if what == "neighbours":
        import faiss
        faiss.omp_set_num_threads(2)

        def search():
            index = faiss.IndexFlatL2(x.shape[1])
            index.add(x)
            return index.search(x, 16)[1]
        return clock(search)
    if what == "tsne":
        import openTSNE
        return clock(lambda: np.asarray(openTSNE.TSNE(n_jobs=2, random_state=0).fit(x)))
    if what == "umap":
        import umap
        umap.UMAP(random_state=0, n_jobs=1, n_epochs=10).fit_transform(x[:5000])  # compiles
        return clock(lambda: umap.UMAP(random_state=0, n_jobs=1).fit_transform(x))
    from scipy.spatial.distance import pdist, squareform
    from skbio.stats.distance import DistanceMatrix, permanova
    table = DistanceMatrix(squareform(pdist(x.astype(np.float64))))
    groups = [str(i) for i in np.arange(len(x)) * 10 // len(x)]
    return clock(lambda: permanova(table, groups, permutations=9999)["test statistic"])


names = {"neighbours": "faiss flat", "tsne": "openTSNE", "umap": "umap-learn, seeded", "permanova": "scikit-bio"}
for what in cases:
    for n, d in ((2000, 64),) if what == "permanova" else SIZES:
        x = planes(n, d)
        with tempfile.TemporaryDirectory() as folder:
            path, out = f"{folder}/table", f"{folder}/out"
            x.tofile(path)
            best, best_peer = np.inf, np.inf
            for _ in range(ROUNDS if what != "tsne" else 1):
                best = min(best, ours(what, path, x, out))
                found, seconds = peer(what, x)
                best_peer = min(best_peer, seconds)
            best = min(best, ours(what, path, x, out))
            print(f"{what} {n} x {d}: {best:.2f} s, {names[what]} {best_peer:.2f} s, {best_peer / best:.1f} times as fast", flush=True)
            if what in ("tsne", "umap"):
                places = np.fromfile(out, np.float32).reshape(n, 2)
                print(f"  {quality(x, places)}; {names[what]}: {quality(x, found)}", flush=True)
