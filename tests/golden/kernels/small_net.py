"""Writes small-net.h: what PyTorch computes for tests/support/small-net.h.

Run by hand, with PyTorch 2.15:  python small_net.py > small-net.h
Inputs and parameters are Philox numbers, the same as the C side draws, so only results
are stored: the loss, some entries of the outputs, of each gradient and of the moments, and
of each parameter after three steps of each optimiser.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH, CHANNELS, SIZE, TEMPERATURE = 8, 16, 20, 0.3
torch.set_num_threads(1)


def philox(index, stream, key=20261123):
    c = [np.asarray(index, np.uint64), np.full(len(index), stream, np.uint64),
         np.zeros(len(index), np.uint64), np.zeros(len(index), np.uint64)]
    k0, k1, low = key & 0xFFFFFFFF, key >> 32, np.uint64(0xFFFFFFFF)
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k0), p1 & low,
             (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c[0]


def fill_random(count, stream):
    words = philox(np.arange(count), stream)
    uniform = (words >> np.uint64(8)).astype(np.float32) * np.float32(1 / 16777216)
    return torch.from_numpy(np.float32(2) * uniform - np.float32(1))


class Block(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None
        if stride > 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False),
                                            nn.BatchNorm2d(channels))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.downsample(x) if self.downsample else x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, CHANNELS, 5, 2, 2, bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS)
        self.layer1 = nn.Sequential(Block(CHANNELS, CHANNELS, 1))
        self.layer2 = nn.Sequential(Block(CHANNELS, 2 * CHANNELS, 2),
                                    Block(2 * CHANNELS, 2 * CHANNELS, 1),
                                    Block(2 * CHANNELS, 2 * CHANNELS, 1))
        self.projection = nn.Sequential(nn.Linear(2 * CHANNELS, 24), nn.ReLU(), nn.Linear(24, 12))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer2(self.layer1(x)).mean((2, 3))
        return x, F.normalize(self.projection(x))


def nt_xent(z):
    s = (z @ z.T / TEMPERATURE).fill_diagonal_(float("-inf"))
    return F.cross_entropy(s, torch.arange(len(z)).roll(len(z) // 2))


# Parameters in the order in which the graph has them.
def ordered(net):
    names = [n for n, _ in net.named_parameters()] + [n for n, _ in net.named_buffers() if "num" not in n]
    order = ["conv1", "bn1"]
    for block in ["layer1.0", "layer2.0", "layer2.1", "layer2.2"]:
        order += [f"{block}.{part}" for part in
                  ["conv1", "bn1", "conv2", "bn2", "downsample.0", "downsample.1"]]
    order += ["projection.0", "projection.2"]
    for prefix in order:
        for suffix in ["weight", "bias", "running_mean", "running_var"]:
            if f"{prefix}.{suffix}" in names:
                yield f"{prefix}.{suffix}"


def make():
    net = Net()
    values = dict(net.named_parameters()) | dict(net.named_buffers())
    for i, name in enumerate(ordered(net)):
        v = values[name]
        weight = v.dim() > 1
        size = np.float32(np.sqrt(6.0 * v.shape[0] / v.numel())) if weight else np.float32(0.3)
        norm = (name.endswith("weight") and not weight) or name.endswith("running_var")
        with torch.no_grad():
            v.copy_((np.float32(norm) + size * fill_random(v.numel(), 1000 + i)).view(v.shape))
    return net, values


def pixels():
    return fill_random(BATCH * 3 * SIZE * (SIZE + 3), 7).view(BATCH, 3, SIZE, SIZE + 3)


def entries(table, name, v):
    flat = v.detach().reshape(-1)
    for k in range(3):
        at = (k * 7919 + len(name) * 31) % flat.numel()
        print(f'  {{ GOLDEN_{table}, "{name}", {at}, {flat[at].item():.9e}f }},')


def step(net):
    net.zero_grad()
    loss = nt_xent(net(pixels())[1])
    loss.backward()
    return loss.item()


class Lars(torch.optim.Optimizer):
    """You et al. 2017, algorithm 1: the velocity holds steps."""

    def __init__(self, groups, lr, momentum, trust):
        super().__init__(groups, dict(lr=lr, momentum=momentum, trust=trust))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                rate, decay = group["lr"], group["weight_decay"]
                if p.dim() > 1:
                    rate *= group["trust"] * p.norm() / (p.grad.norm() + decay * p.norm())
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(rate * (p.grad + decay * p))
                p.sub_(v)


def optimiser(kind, net):
    groups = [{"params": [p for p in net.parameters() if p.dim() > 1], "weight_decay": 0.01},
              {"params": [p for p in net.parameters() if p.dim() == 1], "weight_decay": 0.0}]
    if kind == "SGD":
        return torch.optim.SGD(groups, lr=0.05, momentum=0.9)
    if kind == "LARS":
        return Lars(groups, 2.0, 0.9, 0.02)
    return torch.optim.AdamW(groups, lr=0.002, betas=(0.9, 0.99), eps=1e-8)


print("/* small-net.h - written by small_net.py with PyTorch", torch.__version__, "*/")
print("static const golden_entry golden_entries[] = {")
net, values = make()
net.eval()
features, projection = net(pixels())
entries("PLAIN", "features", features)
entries("PLAIN", "projection", projection)
net.train()
print(f'  {{ GOLDEN_LOSS, "loss", 0, {step(net):.9e}f }},')
for name in ordered(net):
    if "running" in name:
        entries("MOMENT", name, values[name])
    else:
        entries("GRADIENT", name, values[name].grad)
for kind in ["SGD", "LARS", "ADAMW"]:
    net, values = make()
    net.train()
    opt = optimiser(kind, net)
    for k in range(3):
        loss = step(net)
        opt.step()
        print(f'  {{ GOLDEN_LOSS_{kind}, "loss", {k}, {loss:.9e}f }},')
    for name in ordered(net):
        if "running" not in name:
            entries(kind, name, values[name])
print("};")
