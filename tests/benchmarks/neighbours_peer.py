"""The same analyses in scikit-learn, and in faiss where it is installed.

    neighbours 10000 512 2 points.f32 && neighbours_peer.py points.f32 10000 512
"""

import sys
import time

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.neighbors import NearestNeighbors

path, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
points = np.fromfile(path, np.float32).reshape(rows, columns)
groups = np.arange(rows) % 50


def timed(name, call, rounds=3):
    best = min(clock(call) for _ in range(rounds))
    print(f"{name} {rows} x {columns}  {best:.3f} s")


def clock(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


try:
    import faiss

    def search():
        index = faiss.IndexFlatL2(columns)
        index.add(points)
        index.search(points, 16)

    timed("faiss neighbours", search)
except ImportError:
    print("faiss is not installed")
timed("scikit-learn neighbours", lambda: NearestNeighbors(n_neighbors=16, algorithm="brute").fit(points).kneighbors(points))
timed("scikit-learn components", lambda: PCA(50, svd_solver="covariance_eigh").fit_transform(points))
timed("scikit-learn silhouette", lambda: print(f"mean {silhouette_score(points, groups):.6f}"), rounds=1)
