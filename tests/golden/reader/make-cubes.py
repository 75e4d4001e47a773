"""Cubes and stacks of bands of many makes, held against the libraries that read them.

Run by hand in this folder, with numpy, spectral, tifffile, imagecodecs, rasterio and h5py:
    python make-cubes.py

Every file in cubes/ holds the same 5 x 7 pixels (width x height) of 6 bands; sample
(x, y, band) is

    v = 1000 * band + 31 * y + 7 * x              16 bits and more, unsigned
    v - 3000                                      signed and floating numbers (floats / 4)
    (band * 41 + y * 7 + x * 3) % 256             uint8; the same - 128 for int8

The script reads each file again with spectral (ENVI), tifffile and rasterio (TIFF) or h5py
(HDF5) and stops where one of them sees anything else, so that the formula is what they see.
"""
import os
import struct

import h5py
import numpy as np
import rasterio
import rasterio.errors
import spectral
import tifffile

WIDTH, HEIGHT, BANDS = 5, 7, 6
os.makedirs("cubes", exist_ok=True)
y, x, band = np.mgrid[0:HEIGHT, 0:WIDTH, 0:BANDS]
wavelengths = [400.5 + 10 * b for b in range(BANDS)]
names = ["vR", "vG", "vB", "uB", "uR", "mask"]


def cube(kind):
    """(height, width, bands)"""
    kind = np.dtype(kind)
    if kind.itemsize == 1:
        values = (band * 41 + y * 7 + x * 3) % 256
        return (values - (128 if kind.kind == "i" else 0)).astype(kind)
    values = 1000 * band + 31 * y + 7 * x
    if kind.kind == "u":
        return values.astype(kind)
    return ((values - 3000) / (4 if kind.kind == "f" else 1)).astype(kind)


# ---- ENVI ----
CODES = {"u1": 1, "i2": 2, "i4": 3, "f4": 4, "f8": 5, "u2": 12, "u4": 13, "i8": 14, "u8": 15}
ORDERS = {"bsq": (2, 0, 1), "bil": (0, 2, 1), "bip": (0, 1, 2)}


def envi(stem, kind, interleave, order, offset=0, extra="", data="raw", frames=None):
    values = cube(kind).astype(np.dtype(kind).newbyteorder(">" if order else "<"))
    values = np.ascontiguousarray(values.transpose(ORDERS[interleave]))
    if frames is None:
        body = values.tobytes()
    else:
        (major, minor), body = frames, b""
        for outer in values:
            body += b"M" * major[0]
            for inner in outer:
                body += b"m" * minor[0] + inner.tobytes() + b"m" * minor[1]
            body += b"M" * major[1]
    with open(f"cubes/{stem}.{data}", "wb") as file:
        file.write(b"\x55" * offset + body)
    with open(f"cubes/{stem}.hdr", "w") as file:
        file.write(f"ENVI\nsamples = {WIDTH}\nlines = {HEIGHT}\nbands = {BANDS}\n"
                   f"data type = {CODES[kind]}\ninterleave = {interleave}\nbyte order = {order}\n"
                   f"header offset = {offset}\nfile type = ENVI Standard\n{extra}")
    if frames is None:  # spectral knows no frames
        seen = spectral.envi.open(f"cubes/{stem}.hdr", f"cubes/{stem}.{data}").open_memmap(interleave="bip")
        assert np.array_equal(seen, cube(kind)), stem


for i, kind in enumerate(CODES):
    for interleave in ORDERS:
        envi(f"envi-{kind}-{interleave}", kind, interleave, (i + len(interleave)) % 2, 7 * (i % 3))
        envi(f"envi-{kind}-{interleave}-other", kind, interleave, (i + len(interleave) + 1) % 2)
for interleave in ORDERS:
    envi(f"envi-frames-{interleave}", "u2", interleave, 0, 3,
         "major frame offsets = {4, 2}\nminor frame offsets = {1, 3}\n", frames=((4, 2), (1, 3)))
envi("envi-described", "u2", "bil", 0, 0, "; a comment\n"
     "wavelength units = Micrometers\nwavelength = {\n" + ",\n; in between\n".join(
         f" {w / 1000:.6f}" for w in wavelengths) + "}\n"
     "fwhm = {" + ", ".join(["0.005"] * BANDS) + "}\nbbl = { 1, 1, 0, 1, 1, 0}\n"
     "default bands = {3, 2, 1}\nband names = {" + ",\n".join(names) + "}\n"
     "reflectance scale factor = 10000.0\ndata ignore value = 65535\n")


# ---- TIFF ----
def tiff(name, kind="u2", pages=False, check=True, **options):
    values = cube(kind)
    if options.get("planarconfig") == "separate" or pages:
        values = values.transpose(2, 0, 1)
    path = f"cubes/tiff-{name}.tif"
    with tifffile.TiffWriter(path, bigtiff=options.pop("bigtiff", False),
                             byteorder=options.pop("byteorder", None)) as writer:
        if pages:
            for page, label in zip(values, names):
                writer.write(page, photometric="minisblack", contiguous=False, metadata=None,
                             extratags=[(285, 2, len(label) + 1, label, True)], **options)
        else:
            writer.write(values, metadata=None,
                         **{"photometric": "minisblack", "planarconfig": "contig", **options})
    seen = np.stack([page.asarray() for page in tifffile.TiffFile(path).pages])
    seen = seen[0] if len(seen) == 1 else seen
    assert np.array_equal(seen, values), name
    try:
        with rasterio.open(path) as file:
            if not pages and check:
                assert np.array_equal(file.read().transpose(1, 2, 0), cube(kind)), name
    except rasterio.errors.RasterioIOError as problem:
        print(name, "rasterio:", problem)


for kind in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"):
    tiff(f"{kind}-contig", kind, rowsperstrip=3)
    tiff(f"{kind}-contig-big-endian", kind, byteorder=">")
for layout in ("contig", "separate"):
    for codec in ("deflate", "lzw", "packbits", "zstd", "lzma"):
        tiff(f"{layout}-{codec}", planarconfig=layout, compression=codec, rowsperstrip=2)
    tiff(f"{layout}-strips", planarconfig=layout, rowsperstrip=2)
    tiff(f"{layout}-tiles", planarconfig=layout, tile=(16, 16))
    tiff(f"{layout}-tiles-deflate", planarconfig=layout, tile=(16, 16), compression="deflate",
         predictor=2, byteorder=">")
    tiff(f"{layout}-float-lzw-predictor", "f4", planarconfig=layout, compression="lzw", predictor=3)
    tiff(f"{layout}-bigtiff", planarconfig=layout, bigtiff=True)
tiff("pages", pages=True)
tiff("pages-lzw-big-endian", pages=True, compression="lzw", predictor=2, byteorder=">")
tiff("pages-float", "f4", pages=True, compression="deflate")
tiff("rgb-and-more", photometric="rgb", extrasamples=(0, 0, 0))

# Bits that are no whole bytes.
tifffile.imwrite("cubes/tiff-12bit.tif", cube("u2") % 4096, photometric="minisblack", planarconfig="contig",
                 bitspersample=12, metadata=None)
assert np.array_equal(tifffile.imread("cubes/tiff-12bit.tif"), cube("u2") % 4096)

# ImageJ: with a directory for each image, and with one for all.
labels = {"Labels": names}
for kind in ("u1", "u2", "f4"):
    tifffile.imwrite(f"cubes/tiff-imagej-{kind}.tif", cube(kind).transpose(2, 0, 1), imagej=True,
                     metadata={"axes": "ZYX", **labels})
    assert np.array_equal(tifffile.imread(f"cubes/tiff-imagej-{kind}.tif"), cube(kind).transpose(2, 0, 1))
one = bytearray(open("cubes/tiff-imagej-u2.tif", "rb").read())
order = ">" if one[:2] == b"MM" else "<"
(first,) = struct.unpack_from(order + "I", one, 4)
(count,) = struct.unpack_from(order + "H", one, first)
struct.pack_into(order + "I", one, first + 2 + 12 * count, 0)
open("cubes/tiff-imagej-one-directory.tif", "wb").write(one)

# GDAL: descriptions, wavelengths, no data.
with rasterio.open("cubes/tiff-gdal.tif", "w", driver="GTiff", width=WIDTH, height=HEIGHT, count=BANDS,
                   dtype="float32", nodata=-3.4e38, compress="deflate", predictor=3) as file:
    file.write(cube("f4").transpose(2, 0, 1))
    for b in range(BANDS):
        file.set_band_description(b + 1, names[b])
        file.update_tags(b + 1, wavelength=f"{wavelengths[b]:.3f}", wavelength_units="Nanometers", fwhm="5.0")


# ---- HDF5 ----
def hdf5(name, order=(0, 1, 2), kind="u2", spectrum=True, mat=False, libver=("earliest", "v110"), **options):
    path = f"cubes/hdf5-{name}.{'mat' if mat else 'h5'}"
    values = np.ascontiguousarray(cube(kind.lstrip("<>")).transpose(order)).astype(kind)
    with h5py.File(path, "w", userblock_size=512 if mat else 0, libver=libver) as file:
        data = file.create_dataset("site/Reflectance", data=values, **options)
        file["site/thumbnail"] = np.zeros((2, 3, 3), "u1")
        file["table"] = np.zeros((20, 30))
        data.attrs["Scale_Factor"] = 10000.0
        data.attrs["Data_Ignore_Value"] = -9999.0
        if spectrum:
            at = file.create_dataset("site/Metadata/Wavelength", data=np.array(wavelengths) / 1000)
            at.attrs["Units"] = "micrometers"
            file["site/Metadata/FWHM"] = np.full(BANDS, 0.005)
            file["site/band_names"] = np.array(names, dtype=h5py.string_dtype())
    if mat:  # what MATLAB writes into the block before
        with open(path, "r+b") as file:
            file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\x00\x02IM")
    with h5py.File(path, "r") as file:
        assert np.array_equal(file["site/Reflectance"][()].transpose(np.argsort(order)), cube(kind.lstrip("<>")))


for kind in ("u1", "i1", "u2", ">u2", "i2", "u4", ">i4", "u8", "i8", "f2", "f4", ">f4", "f8"):
    hdf5(kind.replace(">", "big-"), kind=kind)
for label, order in (("bip", (0, 1, 2)), ("bsq", (2, 0, 1)), ("bil", (0, 2, 1))):
    hdf5(label, order)
    hdf5(f"{label}-chunked", order, chunks=(2, 3, 4))
    hdf5(f"{label}-gzip", order, ">i2", chunks=(3, 2, 2), compression="gzip", shuffle=True, fletcher32=True)
hdf5("plain", spectrum=False)
hdf5("half-gzip", kind="f2", chunks=True, compression="gzip")
# MATLAB's first axis is HDF5's last one.
hdf5("matlab", (2, 1, 0), "f8", mat=True)
hdf5("matlab-gzip", (2, 1, 0), mat=True, chunks=(2, 3, 4), compression="gzip")
# The newest layout, which HDF5 1.10 does not know.
hdf5("newest", libver="latest", chunks=(2, 3, 4), compression="gzip")
os.rename("cubes/hdf5-newest.h5", "cubes/newest-hdf5.h5")
