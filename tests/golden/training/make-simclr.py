# make-simclr.py - the losses of a PyTorch SimCLR loop from weights and views of a formula
#
# SPDX-License-Identifier: Apache-2.0
#
# Run by hand: python tests/golden/training/make-simclr.py
# torch 2.15.0, torchvision 0.29.2. In float64, so that what is compared with it shows its
# own rounding alone. Writes simclr.csv: size, optimiser, step, loss, length of the gradient.
#
# A gradient jumps where the input of a relu is so near to 0 that rounding decides its side.
# With 8 images of 32 px the last stage has one pixel an image, so one such relu moves the
# length by 3e-4, and a few steps later PyTorch in float32 is 1.6e-2 from PyTorch in float64;
# given the sides that float64 took, float32 agrees to 5e-6 through all steps. With 16 images
# of 64 px eight times as much stands beside it: 1.1e-3 at most in five steps.

import pathlib
import sys

import numpy as np
import torch
import torchvision

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent))
from fill import uniform, weight  # noqa: E402

CASES = [  # pixels, images, steps, optimisers
    (32, 8, 2, ["sgd"]),
    (64, 16, 5, ["sgd", "lars", "adamw"]),
]
PROJECTION = 32
TEMPERATURE = 0.5
SETTINGS = {  # learning rate, weight decay
    "sgd": (2e-3, 1e-4),
    "lars": (0.1, 1e-4),
    "adamw": (2e-5, 0.01),
}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = torchvision.models.resnet18(weights=None)
        self.encoder.fc = torch.nn.Identity()
        self.projection = torch.nn.Sequential(torch.nn.Linear(512, 512), torch.nn.ReLU(),
                                              torch.nn.Linear(512, PROJECTION))

    def forward(self, x):
        return torch.nn.functional.normalize(self.projection(self.encoder(x)), dim=1)


def nt_xent(z):
    n = len(z)
    similarity = z @ z.T / TEMPERATURE
    similarity.fill_diagonal_(-torch.inf)
    return torch.nn.functional.cross_entropy(similarity, (torch.arange(n) + n // 2) % n)


class Lars(torch.optim.Optimizer):
    """You et al. 2017, algorithm 1; no adaptation where there is no decay."""

    def __init__(self, groups, lr, momentum=0.9, trust=0.001):
        super().__init__(groups, dict(lr=lr, momentum=momentum, trust=trust, adapt=True))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                decay = group["weight_decay"]
                rate = group["lr"]
                if group["adapt"]:
                    rate *= group["trust"] * p.norm() / (p.grad.norm() + decay * p.norm())
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(rate * (p.grad + decay * p))
                p.sub_(v)


def make_optimiser(kind, net):
    lr, decay = SETTINGS[kind]
    decayed = [p for p in net.parameters() if p.ndim > 1]
    free = [p for p in net.parameters() if p.ndim <= 1]
    groups = [dict(params=decayed, weight_decay=decay),
              dict(params=free, weight_decay=0.0)]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=lr, momentum=0.9)
    if kind == "adamw":
        return torch.optim.AdamW(groups, lr=lr)
    groups[1]["adapt"] = False
    return Lars(groups, lr=lr)


def run(kind, size, images, steps, dtype):
    net = Net()
    state = net.state_dict()
    for key, value in state.items():
        if value.dtype == torch.float32:
            name = key.removeprefix("encoder.")
            state[key] = torch.from_numpy(weight(name, tuple(value.shape)))
    net.load_state_dict(state)
    net = net.to(dtype).train()
    optimiser = make_optimiser(kind, net)
    for step in range(steps):
        views = uniform(f"views.{step}", 2 * images * 3 * size * size)
        views = views.reshape(2 * images, 3, size, size)
        # The second view is near the first, or there would be nothing to learn.
        views[images:] = np.float32(0.75) * views[:images] + np.float32(0.25) * views[images:]
        optimiser.zero_grad()
        loss = nt_xent(net(torch.from_numpy(views).to(dtype)))
        loss.backward()
        norm = torch.sqrt(sum((p.grad ** 2).sum() for p in net.parameters()))
        optimiser.step()
        yield step + 1, loss.item(), norm.item()


def main():
    torch.manual_seed(0)
    with open(here / "simclr.csv", "w") as file:
        file.write("size,optimiser,step,loss,gradient_norm\n")
        for size, images, steps, kinds in CASES:
            for kind in kinds:
                for (step, loss, norm), (_, single, length) in zip(
                        run(kind, size, images, steps, torch.float64),
                        run(kind, size, images, steps, torch.float32)):
                    file.write(f"{size},{kind},{step},{loss:.12g},{norm:.12g}\n")
                    print(size, kind, step, loss, norm, "float32 is off by",
                          abs(single - loss) / loss, abs(length - norm) / norm)


main()
