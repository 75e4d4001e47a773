"""Whole training epochs on photographs: Phenoscape, a plain PyTorch loop, and lightly as its user would write it.

    end_to_end_peer.py PHENOSCAPE_CLI COLLECTION [EPOCHS]

ResNet-18, 96 px, 128 images a step, AdamW; the epochs after the first are counted. The plain
loop keeps decoded pictures in memory and draws crop, flip, colour jitter, grayscale and blur for
a whole batch at once; it runs in float32 and, where the processor has instructions for it, in
bfloat16 autocast. lightly runs in the faster of both, Phenoscape as precision=auto chooses.
"""
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from PIL import Image

SIZE, BATCH, TEMPERATURE = 96, 128, 0.2
CPU = open("/proc/cpuinfo").read()
BFLOAT16 = "avx512_bf16" in CPU or "amx_bf16" in CPU


def pictures(folder):
    return sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix.lower() in {".png", ".jpg", ".jpeg"})


def nt_xent(z):
    z = F.normalize(z.float())
    s = (z @ z.T / TEMPERATURE).fill_diagonal_(float("-inf"))
    return F.cross_entropy(s, torch.arange(len(z)).roll(len(z) // 2))


def make_net():
    net = torchvision.models.resnet18(weights=None)
    net.fc = nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 128))
    return net.to(memory_format=torch.channels_last).train()


def train(batches, epochs, bfloat16):
    """Views a second of the epochs after the first."""
    net = make_net()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3)
    rates = []
    for _ in range(epochs):
        start, views = time.perf_counter(), 0
        for x in batches():
            optimiser.zero_grad(set_to_none=True)
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                z = net(x.contiguous(memory_format=torch.channels_last))
            nt_xent(z).backward()
            optimiser.step()
            views += len(x)
        rates.append(views / (time.perf_counter() - start))
    return max(rates[1:])


def draw_views(x):
    """One random view of each picture of a batch."""
    n = len(x)
    scale = torch.empty(n).uniform_(0.08, 1).sqrt()
    centre = (torch.rand(n, 2) * 2 - 1) * (1 - scale)[:, None]
    flip = (torch.rand(n) < 0.5).float() * -2 + 1
    matrix = torch.zeros(n, 2, 3)
    matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, :, 2] = scale * flip, scale, centre
    x = F.grid_sample(x, F.affine_grid(matrix, (n, 3, SIZE, SIZE), align_corners=False), align_corners=False)
    grey = torch.tensor([0.299, 0.587, 0.114]).expand(3, 3)
    jitter = (torch.rand(n) < 0.8).float()[:, None, None]
    brightness, saturation = (1 + jitter * (torch.rand(n, 1, 1) * 1.6 - 0.8) for _ in range(2))
    saturation = torch.where(torch.rand(n, 1, 1) < 0.2, torch.zeros(n, 1, 1), saturation)
    colour = brightness * (saturation * torch.eye(3) + (1 - saturation) * grey)
    x = torch.einsum("nij,njhw->nihw", colour, x)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (1 + jitter[..., None] * (torch.rand(n, 1, 1, 1) * 1.6 - 0.8)) * (x - mean)
    blurred = torch.rand(n) < 0.5
    if blurred.any():
        line = torch.exp(-torch.arange(-4, 5) ** 2 / (2 * 1.0 ** 2))
        line = (line / line.sum()).expand(3, 1, 1, 9)
        y = F.conv2d(F.conv2d(x[blurred], line, padding=(0, 4), groups=3), line.mT, padding=(4, 0), groups=3)
        x = x.index_put((blurred.nonzero()[:, 0],), y)
    return (x.clamp(0, 1) - 0.45) / 0.225


def plain(files, epochs, bfloat16):
    to_tensor = torchvision.transforms.functional.to_tensor
    x = torch.stack([to_tensor(Image.open(f).convert("RGB").resize((SIZE * 2, SIZE * 2))) for f in files])
    steps = len(files) // BATCH

    def batches():
        order = torch.randperm(len(x))
        for i in range(steps):
            rows = x[order[i * BATCH:(i + 1) * BATCH]]
            yield torch.cat([draw_views(rows), draw_views(rows)])

    return train(batches, epochs, bfloat16)


def lightly(files, epochs, bfloat16):
    from lightly.data import LightlyDataset
    from lightly.transforms import SimCLRTransform

    dataset = LightlyDataset(os.path.commonpath([str(f.parent) for f in files]), transform=SimCLRTransform(input_size=SIZE))
    loader = torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True, drop_last=True, num_workers=2)

    def batches():
        for views, _, _ in loader:
            yield torch.cat(views)

    return train(batches, epochs, bfloat16)


def phenoscape(program, collection, epochs):
    with tempfile.TemporaryDirectory() as folder:
        run = os.path.join(folder, "run")
        subprocess.run([program, "train", f"--collection={collection}", f"--set=training.epochs={epochs}",
                        f"--set=training.batch={BATCH}", f"--set=model.size={SIZE}", "--set=training.optimiser=adamw",
                        f"--set=loss.temperature={TEMPERATURE}", "-o", run],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = list(csv.DictReader(open(os.path.join(run, "history.csv"))))
    epochs_seen = {row["epoch"]: row for row in rows if row["views_per_second"]}
    later = [row for epoch, row in epochs_seen.items() if int(epoch) > 1]
    return max(float(row["views_per_second"]) for row in later), max(float(row["data_share"]) for row in later)


def main():
    program, collection = sys.argv[1:3]
    epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    files = pictures(collection)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    ours, share = phenoscape(program, collection, epochs)
    print(json.dumps({"who": "phenoscape", "views_per_s": round(ours, 1), "data_share": round(share, 3)}), flush=True)
    loops = [("plain PyTorch loop", plain, True)] if BFLOAT16 else []
    loops += [("plain PyTorch loop", plain, False), ("lightly", lightly, BFLOAT16)]
    for name, loop, bfloat16 in loops:
        rate = loop(files, epochs, bfloat16)
        print(json.dumps({"who": name, "bf16": bfloat16, "views_per_s": round(rate, 1),
                          "phenoscape_is_faster": round(ours / rate, 2)}), flush=True)


if __name__ == "__main__":
    main()
