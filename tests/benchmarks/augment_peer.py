"""augment_peer.py - milliseconds for a view by Kornia and torchvision, for augment.c's lines

SPDX-License-Identifier: Apache-2.0

    python augment_peer.py [CORES]

Prints lines of the same form as the benchmark "augment", with the program's name in place of
"augment". Sources have the sizes that the benchmark takes; Kornia is given float32 tensors
that are ready in memory, torchvision 8-bit ones. Kornia runs with batches of 1 and of 16 and
the better one counts. As views differ from draw to draw, the mean over many is what is
printed. Kornia's crops are not antialiased.
"""
import sys
import time

import kornia
import kornia.augmentation as K
import torch
import torchvision
from torchvision.transforms import v2

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SECONDS = 1.5

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
torch.set_num_threads(threads)
torch.manual_seed(1)


def mean_ms(call, views):
    """Mean milliseconds a view, over about SECONDS."""
    for _ in range(2):
        call()
    start, calls = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS or calls < 3:
        call()
        calls += 1
    return 1e3 * (time.perf_counter() - start) / calls / views


def line(program, name, size, ms):
    print(f"{program:<11} {name:<16} {size:3d} px  {ms:8.4f} ms  {1e3 / ms:8.0f} views/s", flush=True)


def kornia_operations(size):
    kernel = max(size // 10, 2) | 1
    crop = K.RandomResizedCrop((size, size))
    return {
        "simclr": [crop, K.RandomHorizontalFlip(), K.ColorJitter(0.8, 0.8, 0.8, 0.2, p=0.8),
                   K.RandomGrayscale(p=0.2), K.RandomGaussianBlur((kernel, kernel), (0.1, 2.0)),
                   K.Normalize(torch.tensor(MEAN), torch.tensor(STD))],
        "resized-crop": [crop],
        "horizontal-flip": [crop, K.RandomHorizontalFlip(p=1.0)],
        "rotation": [crop, K.RandomRotation(15.0, p=1.0)],
        "colour-jitter": [crop, K.ColorJitter(0.4, 0.4, 0.4, 0.1, p=1.0)],
        "grayscale": [crop, K.RandomGrayscale(p=0.2)],
        "gaussian-blur": [crop, K.RandomGaussianBlur((kernel, kernel), (0.1, 2.0), p=1.0)],
        "normalise": [crop, K.Normalize(torch.tensor(MEAN), torch.tensor(STD))],
    }


def torchvision_simclr(size):
    blur = v2.GaussianBlur(max(size // 10, 2) | 1, (0.1, 2.0))
    return v2.Compose([
        v2.RandomResizedCrop(size, antialias=True), v2.RandomHorizontalFlip(),
        v2.RandomApply([v2.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8), v2.RandomGrayscale(0.2),
        v2.RandomApply([blur], p=0.5), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])


print(f"# kornia {kornia.__version__}, torchvision {torchvision.__version__}, torch {torch.__version__}, {threads} thread(s)")
with torch.no_grad():
    for size, height, width in [(96, 256, 320), (128, 256, 320), (224, 512, 512)]:
        for name, operations in kornia_operations(size).items():
            pipeline = torch.nn.Sequential(*operations)
            batches = [torch.rand(n, 3, height, width) for n in (1, 16)]
            line("kornia", name, size, min(mean_ms(lambda: pipeline(x), len(x)) for x in batches))
        image = torch.randint(0, 256, (3, height, width), dtype=torch.uint8)
        pipeline = torchvision_simclr(size)
        line("torchvision", "simclr", size, mean_ms(lambda: pipeline(image), 1))
