"""augmentation_peer.py - views a second by Kornia, torchvision v2 and albumentations, for augmentation.c's lines

SPDX-License-Identifier: Apache-2.0

    python augmentation_peer.py [CORES] [BANDS...]

Sources are 512 x 512 and ready in memory: float32 tensors for Kornia, bytes for the others,
which have no more than three bands. Kornia runs with batches of 1 and of 16 (with 408 bands of
1) and the better one counts. As views differ from draw to draw, the mean is what is printed.
The pipeline of torchvision and albumentations, "simclr", is that of the recipe "simclr".
With 1 core the processor's time is measured and not the clock's: then other programs disturb less.
"""
import sys
import time

import cv2
import kornia
import kornia.augmentation as K
import numpy as np
import torch
import torchvision
from torchvision.transforms import v2

SIZE, SIDE, KERNEL = 224, 512, 23
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
counts = [int(a) for a in sys.argv[2:]] or [3, 7, 408]
torch.set_num_threads(threads)
cv2.setNumThreads(threads)
torch.manual_seed(1)


# Of one thread what it computed; of more the time by the clock.
clock = time.perf_counter if threads > 1 else time.process_time


def mean_ms(call, views, seconds=1.5):
    """Mean milliseconds a view, over about so many seconds."""
    for _ in range(2):
        call()
    start, calls = clock(), 0
    while clock() - start < seconds or calls < 3:
        call()
        calls += 1
    return 1e3 * (clock() - start) / calls / views


def line(program, name, what, ms):
    print(f"{program:<14} {name:<16} {what:<10} {ms:9.4f} ms  {1e3 / ms:8.1f} views/s", flush=True)


def full(bands):
    shapes = [K.RandomResizedCrop((SIZE, SIZE), scale=(0.2, 1.0)), K.RandomHorizontalFlip(), K.RandomVerticalFlip(), K.RandomRotation(15.0),
              K.RandomPerspective(0.2), K.RandomThinPlateSpline(0.1), K.RandomErasing(), K.RandomGaussianBlur((KERNEL, KERNEL), (0.1, 2.0))]
    if bands != 3:
        return shapes + [K.RandomGaussianNoise(0.0, 0.05)]
    return shapes + [K.ColorJitter(0.4, 0.4, 0.4, 0.1, p=0.8), K.RandomGrayscale(p=0.2), K.RandomPosterize(3), K.RandomSharpness(0.5)]


def torchvision_cases():
    crop = v2.RandomResizedCrop(SIZE, scale=(0.2, 1.0), antialias=True)
    to_float = v2.ToDtype(torch.float32, scale=True)
    alone = {
        "crop": [], "horizontal-flip": [v2.RandomHorizontalFlip(1.0)], "rotation": [v2.RandomRotation(15, v2.InterpolationMode.BILINEAR)],
        "perspective": [v2.RandomPerspective(0.2, 1.0)], "affine": [v2.RandomAffine(0, (0.1, 0.1), (0.9, 1.1), 10, v2.InterpolationMode.BILINEAR)],
        "colour-jitter": [v2.ColorJitter(0.4, 0.4, 0.4, 0.1)], "grayscale": [v2.RandomGrayscale(1.0)], "posterise": [v2.RandomPosterize(4, 1.0)],
        "solarise": [v2.RandomSolarize(128, 1.0)], "sharpness": [v2.RandomAdjustSharpness(1.7, 1.0)], "blur": [v2.GaussianBlur(KERNEL, (0.1, 2.0))],
    }
    cases = {name: v2.Compose([crop, *operations, to_float]) for name, operations in alone.items()}
    cases["noise"] = v2.Compose([crop, to_float, v2.GaussianNoise(0, 0.025)])
    cases["erasing"] = v2.Compose([crop, to_float, v2.RandomErasing(1.0)])
    cases["simclr"] = v2.Compose([
        v2.RandomResizedCrop(SIZE, antialias=True), v2.RandomHorizontalFlip(), v2.RandomApply([v2.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8),
        v2.RandomGrayscale(0.2), v2.RandomApply([v2.GaussianBlur(KERNEL, (0.1, 2.0))], p=0.5), to_float, v2.Normalize(MEAN, STD)])
    return cases


def albumentations_cases():
    import albumentations as A

    def crop(scale):
        return A.RandomResizedCrop(size=(SIZE, SIZE), scale=scale)

    to_float = A.ToFloat(max_value=255)
    alone = {
        "crop": [], "horizontal-flip": [A.HorizontalFlip(p=1)], "rotation": [A.Rotate(15, p=1)], "perspective": [A.Perspective((0.05, 0.1), p=1)],
        "affine": [A.Affine(scale=(0.9, 1.1), translate_percent=(-0.1, 0.1), shear=(-10, 10), p=1)], "spline": [A.ThinPlateSpline(p=1)],
        "colour-jitter": [A.ColorJitter(0.4, 0.4, 0.4, 0.1, p=1)], "grayscale": [A.ToGray(p=1)], "posterise": [A.Posterize(4, p=1)],
        "solarise": [A.Solarize(p=1)], "sharpness": [A.Sharpen(p=1)], "blur": [A.GaussianBlur((KERNEL, KERNEL), (0.1, 2.0), p=1)],
        "noise": [A.GaussNoise(p=1)], "erasing": [A.Erasing(p=1)], "gamma": [A.RandomGamma((70, 150), p=1)],
    }
    cases = {name: A.Compose([crop((0.2, 1.0)), *operations, to_float]) for name, operations in alone.items()}
    cases["simclr"] = A.Compose([crop((0.08, 1.0)), A.HorizontalFlip(), A.ColorJitter((0.2, 1.8), (0.2, 1.8), (0.2, 1.8), (-0.2, 0.2), p=0.8), A.ToGray(p=0.2),
                                 A.GaussianBlur((KERNEL, KERNEL), (0.1, 2.0), p=0.5), A.Normalize(MEAN, STD)])
    return cases


print(f"# kornia {kornia.__version__}, torchvision {torchvision.__version__}, torch {torch.__version__}, {threads} thread(s)")
with torch.no_grad():
    for bands in counts:
        pipeline = K.AugmentationSequential(*full(bands), data_keys=["input"])
        for batch in (1,) if bands > 100 else (1, 16):
            x = torch.rand(batch, bands, SIDE, SIDE)
            line("kornia", f"full, batch {batch}", f"{bands} float32", mean_ms(lambda: pipeline(x), batch, 6))
    if 3 in counts:
        image = torch.randint(0, 256, (3, SIDE, SIDE), dtype=torch.uint8)
        for name, case in torchvision_cases().items():
            line("torchvision", name, "3 uint8", mean_ms(lambda: case(image), 1))
        pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
        for name, case in albumentations_cases().items():
            line("albumentations", name, "3 uint8", mean_ms(lambda: case(image=pixels), 1))
