"""The peer of training.c: one SimCLR step, or one embedding, in PyTorch.

    training_peer.py CASE MODE

CASE as in training.c; MODE is default, channels_last or compile, with "-bf16" behind it for
bfloat16 autocast. One process a mode, so that the peak of memory is its own. Views are ready
in memory. Prints one JSON object.
"""
import json
import os
import resource
import statistics
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision

ROUNDS = 5


def nt_xent(z, temperature=0.5):
    z = F.normalize(z)
    s = (z @ z.T / temperature).fill_diagonal_(float("-inf"))
    return F.cross_entropy(s, torch.arange(len(z)).roll(len(z) // 2))


def build(case, mode):
    embed = case.startswith("embed-")
    encoder, size, images = case.removeprefix("embed-").split("-")
    views = int(images) * (1 if embed else 2)
    net = getattr(torchvision.models, encoder)(weights=None)
    width, net.fc = net.fc.in_features, nn.Identity()
    x = torch.rand(views, 3, int(size), int(size))
    if not embed:
        net = nn.Sequential(net, nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 128)))
    if not mode.startswith("default"):
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    net.train(not embed)
    bfloat16 = mode.endswith("-bf16")
    parameters = list(net.parameters())
    run = torch.compile(net) if mode.startswith("compile") else net
    optimiser = torch.optim.SGD(parameters, lr=0.01, momentum=0.9, weight_decay=1e-4)

    def forward():
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            return run(x)

    def step():
        if embed:
            with torch.inference_mode():
                return forward()
        optimiser.zero_grad(set_to_none=True)
        loss = nt_xent(forward().float())
        loss.backward()
        optimiser.step()

    return step, views


def main():
    case, mode = sys.argv[1:3]
    torch.manual_seed(0)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    step, views = build(case, mode)
    step()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"test": case, "mode": mode, "ms_min": round(min(times), 1),
                      "ms_med": round(statistics.median(times), 1), "views": views,
                      "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
                      "torch": torch.__version__}), flush=True)


main()
