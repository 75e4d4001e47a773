"""The peer of nt-xent.c: NT-Xent forward and backward in PyTorch.

    nt_xent_peer.py [IMAGES DIMENSIONS]

Normalised rows, similarities, cross entropy, as a SimCLR loop writes it; plain and with
torch.compile. Prints one JSON object a mode.
"""
import json
import os
import resource
import sys
import time

import torch
import torch.nn.functional as F

ROUNDS = 9


def nt_xent(z, temperature=0.5):
    z = F.normalize(z)
    s = (z @ z.T / temperature).fill_diagonal_(float("-inf"))
    return F.cross_entropy(s, torch.arange(len(z)).roll(len(z) // 2))


def main():
    images, dimensions = (int(a) for a in (sys.argv[1:3] or ("2048", "128")))
    torch.manual_seed(0)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    z = (torch.rand(2 * images, dimensions) - 0.5).requires_grad_()
    for mode in ("default", "compile"):
        loss_of = torch.compile(nt_xent) if mode == "compile" else nt_xent
        best = 1e9
        try:
            for _ in range(ROUNDS):
                start = time.perf_counter()
                z.grad = None
                loss = loss_of(z)
                loss.backward()
                best = min(best, (time.perf_counter() - start) * 1e3)
        except Exception as error:  # no compiler, say
            print(f"left out: {mode}: {error}", file=sys.stderr)
            continue
        print(json.dumps({"test": f"nt-xent-{2 * images}-{dimensions}", "mode": mode, "ms_min": round(best, 1),
                          "loss": round(loss.item(), 6),
                          "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}), flush=True)


main()
