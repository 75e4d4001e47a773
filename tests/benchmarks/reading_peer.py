"""reading_peer.py - cubes and stacks of bands: Phenoscape, numpy's map, SPy and tifffile

SPDX-License-Identifier: Apache-2.0

    python reading_peer.py BENCHMARK_READING [FOLDER]

Makes the files in FOLDER (220 MB; a temporary one where none is named), then lets both sides
read them in turn, each in several rounds of a second, and prints the best of each. All is in
the system's cache. The sums of all samples have to agree.

Of the cube, numpy.memmap turned to (bands, lines, samples) float32; of the stacks, tifffile. Both
sides write floats into memory that is there; what is read as it is comes in memory of its own.
"copied" is the window as it stands in the map, uint16, copied by numpy and by nobody else.
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import tifffile

SIZE, BANDS, ROUNDS = 512, 408, 4
program = sys.argv[1]
folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()
os.makedirs(folder, exist_ok=True)


def path(name):
    return os.path.join(folder, name)


def smooth(height, width, bands, rng):
    """Like a photograph: broad structure and a little noise, so that codecs work as usual."""
    small = rng.random((height // 16 + 1, width // 16 + 1, bands), dtype=np.float32)
    y, x = np.arange(height) / 16, np.arange(width) / 16
    fy, fx = (y % 1)[:, None, None], (x % 1)[None, :, None]
    y, x = y.astype(int), x.astype(int)
    top = small[y][:, x] * (1 - fx) + small[y][:, x + 1] * fx
    bottom = small[y + 1][:, x] * (1 - fx) + small[y + 1][:, x + 1] * fx
    values = top * (1 - fy) + bottom * fy + rng.normal(0, 0.01, (height, width, bands))
    return (np.clip(values, 0, 1) * 65535).astype(np.uint16)


def make_files():
    rng = np.random.default_rng(0)
    if not os.path.exists(path("cube.bil")):
        rng.integers(0, 4096, (SIZE, BANDS, SIZE), dtype=np.uint16).tofile(path("cube.bil"))
        with open(path("cube.hdr"), "w") as file:
            file.write(f"ENVI\nsamples = {SIZE}\nlines = {SIZE}\nbands = {BANDS}\ndata type = 12\n"
                       "interleave = bil\nbyte order = 0\n")
    if not os.path.exists(path("lzw.tif")):
        stack = smooth(1024, 1024, 7, rng)
        planes = stack.transpose(2, 0, 1).copy()
        tifffile.imwrite(path("chunky.tif"), stack, photometric="minisblack", planarconfig="contig")
        tifffile.imwrite(path("raw.tif"), planes, photometric="minisblack", planarconfig="separate")
        for name, codec in (("deflate", "zlib"), ("lzw", "lzw")):
            tifffile.imwrite(path(name + ".tif"), planes, photometric="minisblack", planarconfig="separate",
                             compression=codec, predictor=True)


def best_of(call):
    best, end, value = 1e9, time.perf_counter() + 1, None
    while time.perf_counter() < end:
        value = None
        start = time.perf_counter()
        value = call()
        best = min(best, time.perf_counter() - start)
    return best * 1000, float(np.sum(value, dtype=np.float64))


def ours(name, test):
    words = subprocess.run([program, path(name), test, "1"], check=True, capture_output=True, text=True).stdout.split()
    return float(words[0]), float(words[1])


def cube():
    return np.memmap(path("cube.bil"), np.uint16, "r", shape=(SIZE, BANDS, SIZE))


def window(bands, to):
    np.copyto(to, cube()[100:324, bands, 150:374].transpose(1, 0, 2), casting="unsafe")
    return to


def copied(to):
    np.copyto(to, cube()[100:324, :, 150:374])
    return to


def floats(name, to):
    np.copyto(to, tifffile.imread(path(name)), casting="unsafe")
    return to


make_files()
planes = np.zeros((408, 224, 224), np.float32)
some = np.zeros((16, 224, 224), np.float32)
stack = np.zeros((7, 1024, 1024), np.float32)
as_it_is = np.zeros((224, 408, 224), np.uint16)
TESTS = [
    ("window of a cube, 408 bands", "cube.bil", "window", lambda: window(slice(None), planes)),
    ("the same beside “copied”", "cube.bil", "window", lambda: copied(as_it_is)),
    ("window of a cube, 16 bands", "cube.bil", "bands", lambda: window(slice(0, 400, 25), some)),
    ("7 bands, interleaved, raw", "chunky.tif", "interleaved", lambda: tifffile.imread(path("chunky.tif"))),
    ("7 bands, planes, raw, as floats", "raw.tif", "planes", lambda: floats("raw.tif", stack)),
    ("7 bands, planes, deflate, as floats", "deflate.tif", "planes", lambda: floats("deflate.tif", stack)),
    ("7 bands, planes, LZW, as floats", "lzw.tif", "planes", lambda: floats("lzw.tif", stack)),
]
print(f"{'':38} Phenoscape   the other   times as fast")
for title, name, test, peer in TESTS:
    rounds = [(ours(name, test), best_of(peer)) for _ in range(ROUNDS)]
    mine, theirs = min(r[0][0] for r in rounds), min(r[1][0] for r in rounds)
    if rounds[0][0][1] != rounds[0][1][1]:
        sys.exit(f"{title}: the sums differ, {rounds[0][0][1]} and {rounds[0][1][1]}")
    print(f"{title:38} {mine:7.2f} ms  {theirs:7.2f} ms  {theirs / mine:6.2f}", flush=True)
