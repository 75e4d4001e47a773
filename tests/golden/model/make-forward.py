# make-forward.py - what torchvision's ResNets give for weights and pixels of a formula
#
# SPDX-License-Identifier: Apache-2.0
#
# Run by hand: python tests/golden/model/make-forward.py
# torch 2.15.0, torchvision 0.29.2, float64. Writes resnet*.safetensors: means over the map
# of the stem and each layer, and the features; and names-resnet*.csv: torchvision's
# parameter names, types and shapes.

import pathlib
import sys

import numpy as np
import torch
import torchvision
from safetensors.numpy import save_file

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from fill import uniform, weight  # noqa: E402

SIZE = 64
BATCH = 2


def main():
    for name in ["resnet18", "resnet34", "resnet50", "resnet101"]:
        net = getattr(torchvision.models, name)(weights=None)
        state = net.state_dict()
        with open(here / f"names-{name}.csv", "w") as file:
            for key, value in state.items():
                kind = "I64" if value.dtype == torch.int64 else "F32"
                file.write(f"{key},{kind},{'x'.join(map(str, value.shape))}\n")
        for key, value in state.items():
            if value.dtype == torch.float32:
                state[key] = torch.from_numpy(weight(key, tuple(value.shape)))
        net.load_state_dict(state)
        net = net.double().eval()

        pixels = uniform("pixels", BATCH * 3 * SIZE * SIZE).reshape(BATCH, 3, SIZE, SIZE)
        results = {}
        with torch.no_grad():
            x = torch.from_numpy(pixels).double()
            x = net.maxpool(net.relu(net.bn1(net.conv1(x))))
            results["stem"] = x.mean((2, 3))
            for layer in ["layer1", "layer2", "layer3", "layer4"]:
                x = getattr(net, layer)(x)
                results[layer] = x.mean((2, 3))
            results["features"] = torch.flatten(net.avgpool(x), 1)
        save_file({k: np.ascontiguousarray(v.numpy().astype(np.float32))
                   for k, v in results.items()}, here / f"{name}.safetensors")
        print(name, {k: float(v.abs().max()) for k, v in results.items()})


main()
