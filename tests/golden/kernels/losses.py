# losses.py - what PyTorch gives for contrastive losses and VICReg
#
# SPDX-License-Identifier: Apache-2.0
"""Writes losses.h: losses and gradients of rows for tests/kernels/test-losses.c.

Run by hand, with PyTorch 2.15:  python losses.py > losses.h
Rows are Philox numbers (small_net.py), the same as the C side draws.
"""
import numpy as np
import torch
import torch.nn.functional as F


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
    return torch.from_numpy(np.float32(2) * uniform - np.float32(1)).double()


ROWS, COLUMNS, MEMORY, T = 8, 6, 5, 0.4
LABELS = torch.tensor([0, 1, 0, -1, 0, 1, 0, -1])
PARTNER = (torch.arange(ROWS) + ROWS // 2) % ROWS
SELF = torch.eye(ROWS, dtype=torch.bool)


def contrast(z, labels=None, decoupled=False, keys=None, memory=None, t=T):
    s = z @ (z if keys is None else keys).T / t
    positive = F.one_hot(PARTNER, ROWS).bool()
    if labels is not None:
        positive |= (labels[:, None] == labels[None]) & (labels >= 0)[:, None] & ~SELF
    others = s.masked_fill(SELF | (positive if decoupled else SELF), float("-inf"))
    if memory is not None:
        others = torch.cat([others, z @ memory.T / t], 1)
    mean = (s * positive).sum(1) / positive.sum(1)
    return (torch.logsumexp(others, 1) - mean).mean()


def vicreg(x):
    a, b = x.chunk(2)
    loss = 25 * F.mse_loss(a, b)
    for v in (a, b):
        v = v - v.mean(0)
        loss = loss + 25 / 2 * F.relu(1 - torch.sqrt(v.var(0) + 1e-4)).mean()
        cov = v.T @ v / (len(v) - 1)
        loss = loss + (cov - torch.diag(torch.diag(cov))).pow(2).sum() / COLUMNS
    return loss


def show(name, loss_of):
    x = fill_random(ROWS * COLUMNS, 7).reshape(ROWS, COLUMNS)
    weight = fill_random(COLUMNS * COLUMNS, 1000).reshape(COLUMNS, COLUMNS)
    bias = fill_random(COLUMNS, 1001) * np.float32(0.3).item()
    scale = torch.tensor(float(np.log(1 / T)), dtype=torch.float64, requires_grad=True)
    weight.requires_grad_(True)
    loss = loss_of(x @ weight.T + bias, scale)
    loss.backward()
    of_scale = 0.0 if scale.grad is None else scale.grad.item()
    numbers = ", ".join(f"{v:.9g}" for v in weight.grad.reshape(-1).tolist())
    print(f'  {{ "{name}", {loss.item():.9g}, {of_scale:.9g},\n    {{ {numbers} }} }},')


def unit(rows, stream):
    return F.normalize(fill_random(rows * COLUMNS, stream).reshape(rows, COLUMNS))


print("/* losses.h - made by losses.py */")
print("static const golden_loss golden_losses[] = {")
show("nt-xent", lambda x, a: contrast(F.normalize(x)))
show("decoupled", lambda x, a: contrast(F.normalize(x), decoupled=True))
show("labels", lambda x, a: contrast(F.normalize(x), labels=LABELS))
show("memory", lambda x, a: contrast(F.normalize(x), memory=unit(MEMORY, 78)))
show("keys", lambda x, a: contrast(F.normalize(x), keys=unit(ROWS, 77), memory=unit(MEMORY, 78)))
show("learned", lambda x, a: contrast(F.normalize(x), t=torch.exp(-a)))
show("vicreg", lambda x, a: vicreg(x))
print("};")
