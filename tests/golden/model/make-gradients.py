# make-gradients.py - what PyTorch, torchvision and timm give for encoders with a head:
# features, loss and the gradient of every parameter
#
# SPDX-License-Identifier: Apache-2.0
#
# Run by hand: python tests/golden/model/make-gradients.py [NAME]...
# torch 2.15.0, torchvision 0.29.2, timm 1.0.31; float64. Weights and pixels are those of a
# formula (fill.py). Of each gradient only four numbers are kept: its length, and its
# products with three vectors of the formula, so NAME.gradients.csv is small and still no
# error hides:
#
#     parameter, length, product 0, product 1, product 2
#
# and before them features and loss in the same way.

import pathlib
import sys

import numpy as np
import timm
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from fill import uniform, weight  # noqa: E402

BATCH = 4  # rows: two views of two images
PROJECTION = 16
TEMPERATURE = 0.5
torch.set_num_threads(1)


class BandAttention(nn.Module):
    def __init__(self, bands):
        super().__init__()
        hidden = max(bands // 4, 4)
        self.band_attention = nn.Sequential(nn.Linear(bands, hidden), nn.ReLU(),
                                            nn.Linear(hidden, bands), nn.Sigmoid())

    def forward(self, x):
        return x * self.band_attention(x.mean((2, 3)))[:, :, None, None]


class Adapter(nn.Module):
    def __init__(self, bands):
        super().__init__()
        hidden = max(bands // 2, 3)
        self.adapter = nn.Sequential(nn.Conv2d(bands, hidden, 1), nn.ReLU(),
                                     nn.Conv2d(hidden, 3, 1))

    def forward(self, x):
        return self.adapter(x)


def resnet(name):
    net = getattr(torchvision.models, name)(weights=None)
    net.fc = nn.Identity()
    return net


def resnet10():
    net = torchvision.models.resnet.ResNet(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1])
    net.fc = nn.Identity()
    return net


def vit(patch, layers, heads, width, side):
    net = torchvision.models.VisionTransformer(image_size=side, patch_size=patch,
                                               num_layers=layers, num_heads=heads,
                                               hidden_dim=width, mlp_dim=4 * width)
    net.heads = nn.Identity()
    return net


# name: (encoder, modules before it, bands, side)
CASES = {
    "resnet18": lambda: (resnet("resnet18"), [], 3, 64),
    "resnet50": lambda: (resnet("resnet50"), [], 3, 160),
    "resnet10": lambda: (resnet10(), [], 3, 64),
    "efficientnet-lite0": lambda: (timm.create_model("tf_efficientnet_lite0", bn_eps=1e-5, num_classes=0,
                                                     drop_rate=0, drop_path_rate=0), [], 3, 192),
    "vit-s-16": lambda: (vit(16, 12, 6, 384, 64), [], 3, 64),
    "vit-b-16": lambda: (vit(16, 12, 12, 768, 48), [], 3, 48),
    "vit-b-32": lambda: (vit(32, 12, 12, 768, 64), [], 3, 64),
    "vit-l-16": lambda: (vit(16, 24, 16, 1024, 32), [], 3, 32),
    "bands": lambda: (resnet("resnet18"), [BandAttention(7), Adapter(7)], 7, 160),
}


def nt_xent(z):
    n = len(z)
    s = z @ z.T / TEMPERATURE
    s = s.masked_fill(torch.eye(n, dtype=torch.bool), float("-inf"))
    return F.cross_entropy(s, (torch.arange(n) + n // 2) % n)


def digest(file, name, values):
    values = values.detach().numpy().reshape(-1)
    products = [float(values @ (uniform(f"{name}#{k}", values.size).astype(np.float64) - 0.5))
                for k in range(3)]
    file.write(",".join([name, repr(float(np.linalg.norm(values)))]
                        + [repr(p) for p in products]) + "\n")


def make(name):
    encoder, before, bands, side = CASES[name]()
    modules = [*before, encoder]
    x = torch.from_numpy(uniform("pixels", BATCH * bands * side * side)).double()
    x = x.reshape(BATCH, bands, side, side)
    parameters = {}
    for module in modules:
        state = module.state_dict()
        for key, value in state.items():
            if value.dtype == torch.float32:
                state[key] = torch.from_numpy(weight(key, tuple(value.shape)))
                # Fifty layers of random weights double every error: PyTorch's float32 is
                # then 3 % from its float64. Weaker branches keep it at 0.5 %.
                if key.endswith("bn3.weight"):
                    state[key] *= 0.25
        module.load_state_dict(state)
        module.double().train()
        parameters.update(module.named_parameters())
        x = module(x)
    features = x
    width = features.shape[1]
    head = nn.ModuleDict({"0": nn.Linear(width, width), "2": nn.Linear(width, PROJECTION)})
    for key, value in head.state_dict().items():
        value.copy_(torch.from_numpy(weight(f"projection.{key}", tuple(value.shape))))
    head.double()
    parameters.update({f"projection.{k}": v for k, v in head.named_parameters()})
    loss = nt_xent(F.normalize(head["2"](F.relu(head["0"](features)))))
    loss.backward()

    with open(here / f"{name}.gradients.csv", "w") as file:
        digest(file, "features", features)
        digest(file, "loss", loss)
        for key, value in parameters.items():
            digest(file, key, value.grad)
    print(name, loss.item())


for each in sys.argv[1:] or CASES:
    make(each)
