# fill.py - numbers from a formula, the same here and in tests/support/fill.c
#
# SPDX-License-Identifier: Apache-2.0
#
# A network's weights are too large to be kept as a golden file. Instead each weight is a
# function of its name and position in whole numbers of 32 bits, so that both sides have it
# to the bit.

import numpy as np


def name_hash(name):
    """FNV-1a, 32 bits."""
    value = 2166136261
    for byte in name.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def uniform(name, count):
    """@count float32, 0 <= x < 1, on a grid of 2^-24."""
    x = np.arange(count, dtype=np.uint64) * 0x9E3779B9 + name_hash(name)
    x &= 0xFFFFFFFF
    x ^= x >> 16
    x = (x * 0x7FEB352D) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 0x846CA68B) & 0xFFFFFFFF
    x ^= x >> 16
    return (x >> 8).astype(np.float32) * np.float32(1 / 16777216)


def weight(name, shape):
    """Values for a parameter of a ResNet or its head, by the end of its name and its rank."""
    count = int(np.prod(shape)) if len(shape) else 1
    u = uniform(name, count)
    if name.endswith("running_var") or (name.endswith("weight") and len(shape) == 1):
        values = np.float32(0.5) + u
    elif name.endswith("weight"):
        fan_in = int(np.prod(shape[1:]))
        scale = np.sqrt(np.float32(6) / np.float32(fan_in), dtype=np.float32)
        values = (u - np.float32(0.5)) * np.float32(2) * scale
    else:
        values = (u - np.float32(0.5)) * np.float32(0.25)
    return values.astype(np.float32).reshape(shape)
