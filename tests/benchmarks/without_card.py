"""Photographs on a card, with the card taken out: the same folder again, for docs/benchmarks.md.

    python without_card.py COLLECTION COPY

Gains make the border's median neutral; all that touches the border and is within 30 levels of it becomes 200.
Needs numpy, scipy and Pillow.
"""

import pathlib
import shutil
import sys

import numpy as np
from PIL import Image
from scipy import ndimage

SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}


def border(picture):
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def without_card(picture):
    card = np.median(border(picture), 0)
    picture = picture * (card.mean() / np.maximum(card, 1))
    near = np.abs(picture - np.median(border(picture), 0)).max(2) <= 30
    patches, _ = ndimage.label(near)
    touching = np.unique(border(patches[..., None]))
    picture[np.isin(patches, touching[touching > 0])] = 200
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)


source, copy = map(pathlib.Path, sys.argv[1:3])
for path in sorted(source.rglob("*")):
    target = copy / path.relative_to(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() in SUFFIXES:
        picture = np.asarray(Image.open(path).convert("RGB")).astype(np.float32)
        Image.fromarray(without_card(picture)).save(target.with_suffix(".png"))
    elif path.is_file():
        shutil.copy(path, target)
