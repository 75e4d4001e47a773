"""Photographs in many dresses, and what Pillow makes of them.

Run by hand, with Pillow 11 or later and numpy, in this folder:  python make-photographs.py

wing.png             40 x 30, RGB and alpha: a smooth pattern, transparent on the left, where
                     garish colours are hidden that must never be seen
wing-9x7.png         the same by area average, colours weighted by alpha: each pixel is repeated
                     9 x 7 times, so that the mean over a block of numpy is exact
wing-rgb-9x7.png     the colours by area average, without alpha
wing-rgb-20x15.png   the colours by Pillow's Image.reduce (2)
wing.tif wing.webp   the colours of wing.png, without loss
wing-palette.png wing-grey.png wing-grey-alpha.png wing-16bit.png  (grey, 16 bits)
quarters-N.jpg       48 x 32 when upright: red, green / blue, white; EXIF orientation N
cyan.jpg             CMYK, all cyan
"""
import numpy
from PIL import Image, ImageOps

height, width = 30, 40
y, x = numpy.mgrid[0:height, 0:width]
rgb = numpy.stack([x * 6, y * 8, (x * y) % 256], axis=2).astype(numpy.uint8)
alpha = numpy.clip((x - 10) * 25, 0, 255).astype(numpy.uint8)
rgb[alpha == 0] = (255, 0, 255)

picture = Image.fromarray(numpy.dstack([rgb, alpha]))
colours = Image.fromarray(rgb)
picture.save("wing.png")


def area_average(values, columns, rows):
    fine = values.repeat(rows, axis=0).repeat(columns, axis=1)
    blocks = fine.reshape(rows, values.shape[0], columns, values.shape[1], -1)
    return blocks.mean(axis=(1, 3))


def to_bytes(values):
    return numpy.floor(values + 0.5).clip(0, 255).astype(numpy.uint8)


weight = area_average(alpha[..., None].astype(float), 9, 7)
weighted = area_average(rgb * alpha[..., None].astype(float), 9, 7)
mean = numpy.divide(weighted, weight, out=numpy.zeros_like(weighted), where=weight > 0)
Image.fromarray(to_bytes(numpy.dstack([mean, weight]))).save("wing-9x7.png")
Image.fromarray(to_bytes(area_average(rgb.astype(float), 9, 7))).save("wing-rgb-9x7.png")
colours.reduce(2).save("wing-rgb-20x15.png")
colours.save("wing.tif", compression="tiff_lzw")
colours.save("wing.webp", lossless=True)
colours.convert("L").save("wing-grey.png")
picture.convert("LA").save("wing-grey-alpha.png")
colours.quantize(16).save("wing-palette.png")
Image.fromarray((x * 1500 + y).astype(numpy.uint16)).save("wing-16bit.png")

quarters = numpy.zeros((32, 48, 3), numpy.uint8)
quarters[:16, :24] = (255, 0, 0)
quarters[:16, 24:] = (0, 255, 0)
quarters[16:, :24] = (0, 0, 255)
quarters[16:, 24:] = (255, 255, 255)
upright = Image.fromarray(quarters)
inverse = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM,
           5: Image.TRANSPOSE, 6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
for orientation, turn in inverse.items():
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(f"quarters-{orientation}.jpg", quality=95, subsampling=0, exif=exif)
    with Image.open(f"quarters-{orientation}.jpg") as again:
        assert ImageOps.exif_transpose(again).size == (48, 32)

Image.new("CMYK", (16, 16), (255, 0, 0, 0)).save("cyan.jpg", quality=95)
