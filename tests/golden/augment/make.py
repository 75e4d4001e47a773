"""make.py - golden views by Kornia 0.9, run by hand: python make.py, in this folder

SPDX-License-Identifier: Apache-2.0

Writes the images *.npy (H W, C), all expected views one after another in expected.npy, and
cases.json: which operations with which drawn numbers make which view of which image.
"""
import json

import kornia
import kornia.augmentation as K
import numpy as np
import torch
import torch.nn.functional as F

assert kornia.__version__.startswith("0.9"), kornia.__version__
rng = np.random.default_rng(20260101)
cases, values = [], []


def picture(height, width, bands):
    """Noise over slow waves, with black, white and grey patches and the ends of the range."""
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([0.5 + 0.3 * np.sin(x / (3 + b) + b) * np.cos(y / (4 + b)) for b in range(bands)], -1)
    image = np.clip(image + 0.2 * rng.standard_normal(image.shape), 0, 1).astype(np.float32)
    image[:3, :3] = 0
    image[:3, 3:6] = 1
    image[3:6, :3] = 0.5
    return image


images = {
    "tall": picture(50, 40, 3),
    "wide": picture(30, 45, 3),
    "square": picture(33, 33, 3),
    "even": picture(24, 24, 3),
    "bands": picture(26, 26, 5),
}
for name, image in images.items():
    np.save(name + ".npy", image.reshape(-1, image.shape[2]))


def tensor(name):
    return torch.from_numpy(images[name]).permute(2, 0, 1)[None].contiguous()


def case(name, image, size, steps, view):
    view = np.ascontiguousarray(np.asarray(view, np.float32).reshape(-1, size, size))
    cases.append(dict(name=name, image=image, width=images[image].shape[1], size=size, steps=steps, offset=sum(v.size for v in values)))
    values.append(view.ravel())


def step(operation, drawn=(), **keys):
    return dict(operation=operation, drawn=list(drawn), set={k.replace("_", "-"): v for k, v in keys.items()})


def crop(x, size, box):
    left, top, width, height = box
    aug = K.RandomResizedCrop((size, size))
    params = aug.forward_parameters(x.shape)
    right, bottom = left + width - 1, top + height - 1
    params["src"] = torch.tensor([[[left, top], [right, top], [right, bottom], [left, bottom]]], dtype=torch.float32)
    return aug(x, params=params)


def with_params(aug, x, **changed):
    params = aug.forward_parameters(x.shape)
    for key, value in changed.items():
        params[key] = torch.tensor(value) if key == "order" else torch.tensor([float(value)])
    return aug(x, params=params)


def rotate(x, degrees):
    return with_params(K.RandomRotation(360.0, p=1.0), x, degrees=degrees)


def jitter(x, brightness, contrast, saturation, hue, order):
    aug = K.ColorJitter((0.0, 5.0), (0.0, 5.0), (0.0, 5.0), (-0.5, 0.5), p=1.0)
    return with_params(aug, x, brightness_factor=brightness, contrast_factor=contrast,
                       saturation_factor=saturation, hue_factor=hue, order=order)


def blur(x, kernel_size, sigma):
    return with_params(K.RandomGaussianBlur((kernel_size, kernel_size), (0.1, 10.0), p=1.0), x, sigma=sigma)


# Crops: larger and smaller than the view, at borders, of one pixel, the whole image.
for image, size, box in [
    ("tall", 32, (3, 5, 20, 17)), ("tall", 48, (0, 0, 30, 40)), ("tall", 33, (20, 33, 20, 17)),
    ("wide", 48, (0, 0, 45, 30)), ("wide", 32, (44, 0, 1, 30)), ("wide", 32, (7, 29, 20, 1)),
    ("square", 33, (0, 0, 33, 33)), ("bands", 32, (2, 3, 20, 22)),
]:
    case(f"crop-{image}-{size}-{box[2]}x{box[3]}", image, size, [step("resized-crop", box)],
         crop(tensor(image), size, box))
# Crops larger than the view, as Kornia makes them: pixels are left out.
for image, size, box in [("tall", 16, (0, 0, 40, 50)), ("wide", 17, (4, 2, 38, 27)), ("bands", 9, (1, 0, 25, 26))]:
    case(f"crop-not-antialiased-{image}-{size}", image, size, [step("resized-crop", box, antialias="false")],
         crop(tensor(image), size, box))

# Flips and turns of a square image as large as the view.
for image in ("square", "even"):
    size = images[image].shape[0]
    case(f"horizontal-flip-{image}", image, size, [step("horizontal-flip")], K.RandomHorizontalFlip(p=1.0)(tensor(image)))
    case(f"vertical-flip-{image}", image, size, [step("vertical-flip")], K.RandomVerticalFlip(p=1.0)(tensor(image)))
for image, degrees in [("square", 15.0), ("square", -37.5), ("even", 90.0), ("even", 180.0), ("square", 45.0),
                       ("even", -3.25), ("bands", 20.0), ("even", 0.0)]:
    case(f"rotation-{image}-{degrees:g}", image, images[image].shape[0], [step("rotation", [degrees])],
         rotate(tensor(image), degrees))

# Colour jitter: each part alone, then together in several orders (numbered lexicographically).
orders = [[a, b, c, d] for a in range(4) for b in range(4) for c in range(4) for d in range(4) if len({a, b, c, d}) == 4]
parts = [(0.3, 1, 1, 0), (1.9, 1, 1, 0), (1, 0.2, 1, 0), (1, 1.8, 1, 0), (1, 1, 0, 0), (1, 1, 1.8, 0),
         (1, 1, 1, 0.1), (1, 1, 1, -0.37), (1, 1, 1, 0.5), (1, 1, 1, -0.5), (1, 1, 1, 0)]
for index, part in enumerate(parts):
    case(f"colour-jitter-part-{index}", "even", 24, [step("colour-jitter", [*part, 0])],
         jitter(tensor("even"), *part, [0, 1, 2, 3]))
for number in (0, 4, 9, 14, 17, 23):
    factors = (1.3, 0.6, 1.7, -0.2)
    case(f"colour-jitter-order-{number}", "even", 24, [step("colour-jitter", [*factors, number])],
         jitter(tensor("even"), *factors, orders[number]))
case("colour-jitter-five-bands", "bands", 26, [step("colour-jitter", [1.2, 0.5, 1, 0, 6])],
     jitter(tensor("bands"), 1.2, 0.5, 1, 0, orders[6]))

case("grayscale", "even", 24, [step("grayscale")], K.RandomGrayscale(p=1.0)(tensor("even")))
case("grayscale-five-bands", "bands", 26, [step("grayscale")], K.RandomGrayscale(p=1.0)(tensor("bands")))

for image, kernel_size, sigma in [("even", 3, 0.1), ("even", 3, 0.8), ("square", 5, 1.5), ("even", 23, 2.0),
                                  ("square", 23, 10.0), ("bands", 9, 1.1), ("even", 23, 0.3)]:
    case(f"gaussian-blur-{image}-{kernel_size}-{sigma:g}", image, images[image].shape[0],
         [step("gaussian-blur", [sigma, kernel_size])], blur(tensor(image), kernel_size, sigma))

mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
normalise = K.Normalize(torch.tensor(mean), torch.tensor(std))
case("normalise", "even", 24, [step("normalise")], normalise(tensor("even")))
case("normalise-one-for-all", "bands", 26, [step("normalise", mean="0.4", std="0.25")],
     K.Normalize(torch.tensor([0.4]), torch.tensor([0.25]))(tensor("bands")))

# All in turn, each on the output of the one before.
for image, size, box in [("tall", 44, (1, 9, 31, 28)), ("wide", 45, (10, 0, 28, 30))]:
    x = crop(tensor(image), size, box)
    x = K.RandomVerticalFlip(p=1.0)(K.RandomHorizontalFlip(p=1.0)(x))
    x = jitter(x, 0.8, 1.4, 0.5, 0.15, orders[11])
    x = blur(K.RandomGrayscale(p=1.0)(x) if image == "wide" else x, 9, 1.2)
    grey = [step("grayscale")] if image == "wide" else []
    case(f"chain-{image}", image, size, [
        step("resized-crop", box), step("horizontal-flip"), step("vertical-flip"),
        step("colour-jitter", [0.8, 1.4, 0.5, 0.15, 11]), *grey, step("gaussian-blur", [1.2, 9]),
        step("normalise")], normalise(x))


# Shapes. The whole image is cropped first so that nothing is antialiased, as in Kornia.
def whole(image):
    side = images[image].shape[0]
    return step("resized-crop", (0, 0, side, side), antialias="false")


def affine(x, shear_x, shear_y, shift_x, shift_y, scale):
    aug = K.RandomAffine(0.0, (0.5, 0.5), (0.1, 5.0), (-80.0, 80.0, -80.0, 80.0), p=1.0)
    params = aug.forward_parameters(x.shape)
    params.update(angle=torch.zeros(1), translations=torch.tensor([[shift_x, shift_y]]), scale=torch.tensor([[scale, scale]]),
                  shear_x=torch.tensor([shear_x]), shear_y=torch.tensor([shear_y]))
    return aug(x, params=params)


for image, drawn in [("square", (12.0, 0.0, 0.0, 0.0, 1.0)), ("even", (0.0, -20.0, 0.0, 0.0, 1.0)), ("even", (0.0, 0.0, 3.25, -2.5, 1.0)),
                     ("square", (0.0, 0.0, 0.0, 0.0, 0.6)), ("square", (0.0, 0.0, 0.0, 0.0, 1.7)), ("even", (8.0, -5.0, 1.5, 2.25, 0.85)),
                     ("bands", (-25.0, 10.0, -4.0, 1.0, 1.2)), ("even", (0.0, 0.0, 24.0, 0.0, 1.0))]:
    case(f"affine-{image}-" + "_".join(f"{d:g}" for d in drawn), image, images[image].shape[0],
         [whole(image), step("affine", drawn)], affine(tensor(image), *drawn))


def perspective(x, points):
    aug = K.RandomPerspective(0.5, p=1.0)
    params = aug.forward_parameters(x.shape)
    params["end_points"] = torch.tensor(points, dtype=torch.float32).view(1, 4, 2)
    return aug(x, params=params)


for image, inwards in [("square", (0, 0, 0, 0, 0, 0, 0, 0)), ("square", (5, 3, 1, 6, 2, 0, 4, 7)), ("even", (1, 2, 8, 1, 0, 0, 3, 3)),
                       ("bands", (2.5, 0.25, 4.5, 3, 1.25, 5, 0, 2)), ("even", (11, 0, 0, 11, 0, 0, 0, 0))]:
    last = images[image].shape[0] - 1
    signs = (1, 1, -1, 1, -1, -1, 1, -1)
    corners = (0, 0, last, 0, last, last, 0, last)
    points = [c + s * i for c, s, i in zip(corners, signs, inwards)]
    case(f"perspective-{image}-" + "_".join(f"{i:g}" for i in inwards), image, last + 1,
         [whole(image), step("perspective", points)], perspective(tensor(image), points))


def spline(x, moves):
    aug = K.RandomThinPlateSpline(0.2, p=1.0)
    params = aug.forward_parameters(x.shape)
    params["dst"] = params["src"] + torch.tensor(moves, dtype=torch.float32).view(1, 5, 2)
    return aug(x, params=params), params["dst"].flatten().tolist()


for number, (image, moves) in enumerate([("square", [0.0] * 10), ("square", [0.1, -0.05, 0.08, 0.1, -0.1, 0.02, 0.0, 0.1, -0.07, 0.06]),
                                         ("even", [-0.2, 0.2, 0.15, -0.1, 0.2, 0.2, -0.2, -0.15, 0.1, -0.2]),
                                         ("bands", [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.15])]):
    view, points = spline(tensor(image), moves)
    case(f"thin-plate-spline-{image}-{number}", image, images[image].shape[0], [whole(image), step("thin-plate-spline", points)], view)

# Values.
for bits in (0, 1, 3, 4, 6, 7, 8):
    case(f"posterise-{bits}", "even", 24, [step("posterise", [bits])],
         K.RandomPosterize(3, p=1.0)(tensor("even"), params={**K.RandomPosterize(3, p=1.0).forward_parameters((1, 3, 24, 24)),
                                                            "bits_factor": torch.tensor([bits], dtype=torch.int32)}))
for threshold, addition in [(0.5, 0.0), (0.3, 0.1), (0.8, -0.4), (0.0, 0.5), (1.0, 0.0)]:
    case(f"solarise-{threshold:g}-{addition:g}", "even", 24, [step("solarise", [threshold, addition])],
         with_params(K.RandomSolarize(0.1, 0.1, p=1.0), tensor("even"), thresholds=threshold, additions=addition))
for image, gamma, gain in [("even", 1.0, 1.0), ("even", 0.45, 1.0), ("bands", 2.2, 1.3), ("even", 0.0, 0.7), ("even", 3.0, 0.5)]:
    case(f"gamma-{image}-{gamma:g}-{gain:g}", image, images[image].shape[0], [step("gamma", [gamma, gain])],
         with_params(K.RandomGamma((0.1, 5.0), (0.1, 2.0), p=1.0), tensor(image), gamma_factor=gamma, gain_factor=gain))
for image, factor in [("even", 0.0), ("square", 0.5), ("bands", 1.0), ("even", 2.5), ("square", 10.0)]:
    case(f"sharpness-{image}-{factor:g}", image, images[image].shape[0], [step("sharpness", [factor])],
         with_params(K.RandomSharpness(0.5, p=1.0), tensor(image), sharpness=factor))
for image, box, value in [("even", (0, 0, 5, 7), 0.0), ("square", (30, 31, 3, 2), 0.25), ("bands", (4, 0, 1, 26), 1.0), ("even", (0, 0, 24, 24), 0.5)]:
    x, y, width, height = (float(b) for b in box)
    case(f"erasing-{image}-{box[2]}x{box[3]}", image, images[image].shape[0], [step("erasing", box, value=f"{value:g}")],
         with_params(K.RandomErasing(value=value, p=1.0), tensor(image), xs=x, ys=y, widths=width, heights=height, values=value))
for image, channels, value in [("even", (1,), 0.0), ("bands", (4, 0), 0.5)]:
    aug = K.RandomChannelDropout(len(channels), value, p=1.0)
    params = aug.forward_parameters(tensor(image).shape)
    params["channel_idx"] = torch.tensor([channels])
    drawn = [*channels, -1, -1, -1, -1][:4]
    case(f"channel-dropout-{image}", image, images[image].shape[0], [step("channel-dropout", drawn, channels=str(len(channels)), value=f"{value:g}")],
         aug(tensor(image), params=params))

# Each operation of a view of one pixel, or two, where Kornia can do it.
one = torch.tensor([[[[0.2]], [[0.5]], [[0.9]]]])
images["pixel"] = np.array([[[0.2, 0.5, 0.9]]], np.float32)
np.save("pixel.npy", images["pixel"].reshape(-1, 3))
case("gamma-pixel", "pixel", 1, [step("gamma", [2.0, 1.0])], with_params(K.RandomGamma((0.1, 5.0), p=1.0), one, gamma_factor=2.0, gain_factor=1.0))
case("solarise-pixel", "pixel", 1, [step("solarise", [0.5, 0.0])], with_params(K.RandomSolarize(0.1, 0.1, p=1.0), one, thresholds=0.5, additions=0.0))
case("posterise-pixel", "pixel", 1, [step("posterise", [8.0])], one)

# Antialiased crops: the definition, written out. Kornia has none.
def triangle(length, size, start, count):
    pitch = max((count - 1) / (size - 1), 1)
    centre = start + np.arange(size) * (count - 1) / (size - 1)
    weight = np.maximum(1 - np.abs(centre[:, None] - np.arange(length)[None]) / pitch, 0)
    return weight / weight.sum(1, keepdims=True)


for image, size, box in [("tall", 16, (0, 0, 40, 50)), ("wide", 17, (4, 2, 38, 27)), ("tall", 25, (11, 6, 27, 21))]:
    left, top, width, height = box
    pixels = images[image].astype(np.float64)
    view = np.einsum("yh,hwc,xw->cyx", triangle(pixels.shape[0], size, top, height), pixels,
                     triangle(pixels.shape[1], size, left, width))
    case(f"crop-antialiased-{image}-{size}", image, size, [step("resized-crop", box)], view)

# The letterbox is PyTorch's own antialiased resizing, with zeros around.
for image, size in [("tall", 20), ("wide", 30), ("wide", 60), ("square", 12), ("bands", 16)]:
    height, width = images[image].shape[:2]
    h, w = round(height * size / max(height, width)), round(width * size / max(height, width))
    x = F.interpolate(tensor(image), (h, w), mode="bilinear", align_corners=False, antialias=True)
    view = torch.zeros(1, x.shape[1], size, size)
    top, left = (size - h) // 2, (size - w) // 2
    view[:, :, top:top + h, left:left + w] = x
    case(f"letterbox-{image}-{size}", image, size, [step("resize-and-pad", outside="zeros")], view)

# How Kornia's crops are distributed: for width, height, x and y the share of draws that are
# at most 0, 1, 2 ... The second image is too wide for most crops, so that the fallback shows.
torch.manual_seed(1)
rows = []
for height, width, scale in [(48, 64, (0.08, 1.0)), (30, 90, (0.5, 1.0))]:
    generator = K.random_generator.ResizedCropGenerator((32, 32), scale, (3 / 4, 4 / 3))
    src = generator(torch.Size([400000, 3, height, width]))["src"].numpy()
    x, y = src[:, 0, 0], src[:, 0, 1]
    for drawn in (src[:, 1, 0] - x + 1, src[:, 2, 1] - y + 1, x, y):
        rows.append(np.cumsum(np.bincount(drawn.astype(int), minlength=91))[:91] / len(drawn))
np.save("crop-distribution.npy", np.array(rows, np.float32))

# Quantiles of what Kornia draws for other operations: a line for each number, 0 to 1 in 100 steps.
torch.manual_seed(2)
draws, side = 200000, 96
shape = torch.Size([draws, 3, side, side])
columns = []


def drawn(aug, *names):
    params = aug.generate_parameters(shape) if isinstance(aug, K.RandomThinPlateSpline) else aug._param_generator(shape)
    columns.extend(params[n].reshape(draws, -1).T[:8].float() for n in names)


drawn(K.RandomAffine(0.0, (0.1, 0.1), (0.8, 1.5), (-12.0, 12.0, -7.0, 7.0)), "shear_x", "shear_y", "translations", "scale")
drawn(K.RandomPerspective(0.4), "end_points")
drawn(K.RandomThinPlateSpline(0.15), "dst")
drawn(K.RandomPosterize(3), "bits_factor")
drawn(K.RandomSolarize(0.1, 0.2), "thresholds", "additions")
drawn(K.RandomGamma((0.5, 2.0), (0.9, 1.2)), "gamma_factor", "gain_factor")
drawn(K.RandomSharpness(0.7), "sharpness")
drawn(K.RandomErasing((0.05, 0.4), (0.3, 3.3)), "xs", "ys", "widths", "heights")
drawn(K.RandomErasing((0.1, 0.2), (1.5, 2.0)), "xs", "ys", "widths", "heights")
drawn(K.RandomChannelDropout(1), "channel_idx")
quantiles = torch.linspace(0, 1, 101)
np.save("draws.npy", torch.stack([torch.quantile(c.double(), quantiles.double()) for c in torch.cat(columns)]).float().numpy())

np.save("expected.npy", np.concatenate(values))
with open("cases.json", "w") as file:
    json.dump(dict(made_by=f"make.py with kornia {kornia.__version__}, torch {torch.__version__}", cases=cases), file, indent=1)
    file.write("\n")
