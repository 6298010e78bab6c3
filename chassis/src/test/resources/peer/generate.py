"""Makes small pictures of every kind that VeriMesh decodes, and says what Pillow makes of each.

    python3 generate.py OUT      needs Pillow, numpy; cwebp, cjpeg, jpegtran, ImageMagick's convert, libtiff's tiffcp

OUT gets the pictures and expected.csv: file, width, height, SHA-256 of the RGB bytes after the steps of golden/README.md sec. 4
(orientation, 16 to 8 bits, transparency over white, RGB). Made with Pillow 12.3.0, libwebp 1.2.4 and libjpeg-turbo 2.1.5 tools.
"""
import csv
import hashlib
import os
import subprocess
import sys

import numpy as np
from PIL import Image, ImageOps

OUT = sys.argv[1]
RNG = np.random.default_rng(5)
W, H = 97, 61  # odd, and no multiple of any block


def scene(w, h, s=0.0):
    y, x = np.mgrid[0:h, 0:w]
    a = np.stack([128 + 90 * np.sin(x / 17 + s) + 40 * np.cos(y / 11), 120 + 100 * np.sin((x + y) / 23 + s),
                  128 + 80 * np.cos(x / 9 - y / 31 + s)], -1) + RNG.normal(0, 4, (h, w, 3))
    a[(x - w / 2) ** 2 + (y - h / 2) ** 2 < (min(w, h) / 5) ** 2] = [250, 10, 30]
    return np.clip(a, 0, 255).astype(np.uint8)


def path(name):
    return os.path.join(OUT, name)


def tool(command):
    subprocess.run(command, shell=True, check=True, cwd=OUT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def make():
    rgb = Image.fromarray(scene(W, H))
    alpha = RNG.integers(0, 256, (H, W), dtype=np.uint8)
    alpha[:20] = 255
    rgba = Image.fromarray(np.dstack([np.asarray(rgb), alpha]))
    grey = rgb.convert("L")
    grey_alpha = Image.merge("LA", [grey, Image.fromarray(alpha)])
    bits = rgb.convert("1")
    palette = rgb.quantize(16)
    deep = Image.fromarray((np.asarray(grey).astype(np.uint16) * 257 + 3).astype(np.uint16))
    rgb.save(path("rgb.png"))

    for name, picture, options in [
            ("rgba", rgba, {}), ("grey", grey, {}), ("grey-alpha", grey_alpha, {}), ("bits", bits, {}),
            ("palette-4bit", palette, {"bits": 4}), ("palette-2bit", rgb.quantize(4), {"bits": 2}),
            ("palette-1bit", rgb.quantize(2), {"bits": 1}), ("palette-transparent", palette, {"transparency": bytes([0, 128, 255, 30])}),
            ("grey-transparent", grey, {"transparency": int(np.asarray(grey)[0, 0])}),
            ("rgb-transparent", rgb, {"transparency": tuple(int(v) for v in np.asarray(rgb)[0, 0])}), ("grey-16bit", deep, {}),
            ("animated", rgb, {"save_all": True, "append_images": [Image.fromarray(scene(W, H, 2))]})]:
        picture.save(path(name + ".png"), **options)
    for source, name in [("rgb.png", "rgb"), ("palette-2bit.png", "palette-2bit"), ("bits.png", "bits"), ("rgba.png", "rgba")]:
        tool(f"convert {source} -interlace PNG {name}-interlaced.png")
    Image.fromarray(scene(2, 3)).save(path("two-by-three.png"))
    tool("convert two-by-three.png -interlace PNG two-by-three-interlaced.png")
    tool("convert rgb.png -depth 16 PNG48:rgb-16bit.png")
    tool("convert rgba.png -depth 16 PNG64:rgba-16bit.png")

    palette.save(path("palette.gif"), interlace=0)
    rgb.save(path("interlaced.gif"), interlace=1)
    palette.save(path("transparent.gif"), transparency=3, interlace=0)
    palette.save(path("animated.gif"), save_all=True, append_images=[Image.fromarray(scene(W, H, 2)).quantize(64)])

    for name, picture in [("rgb", rgb), ("grey", grey), ("bits", bits), ("palette", palette), ("rgba", rgba)]:
        picture.save(path(name + ".bmp"))
    tool("convert rgb.png -colors 64 -type palette -compress RLE run-length.bmp")
    tool("convert rgb.png BMP2:os2.bmp")

    for name, picture, compression in [
            ("rgb-raw", rgb, "raw"), ("rgb-lzw", rgb, "tiff_lzw"), ("grey-packbits", grey, "packbits"), ("palette-raw", palette, "raw"),
            ("rgba-deflate", rgba, "tiff_adobe_deflate"), ("grey-alpha-lzw", grey_alpha, "tiff_lzw"),
            ("cmyk-deflate", rgb.convert("CMYK"), "tiff_adobe_deflate"), ("bits-group4", bits, "group4"), ("bits-raw", bits, "raw"),
            ("grey-16bit", deep, "raw")]:
        picture.save(path(name + ".tif"), compression=compression)
    for name, options in [("big", "-8"), ("tiled", "-t"), ("big-endian", "-B"), ("planar", "-p separate"), ("predictor", "-c lzw:2")]:
        tool(f"tiffcp {options} rgb-raw.tif {name}.tif")
    tool("convert grey.png -define quantum:polarity=min-is-white white-is-zero.tif")

    for quality in (5, 30, 80, 95):
        rgb.save(path(f"lossy-{quality}.webp"), quality=quality)
    rgb.save(path("lossless.webp"), lossless=True)
    rgba.save(path("lossless-alpha.webp"), lossless=True, exact=True)
    rgba.save(path("lossy-alpha.webp"), quality=80, alpha_quality=70)
    rgba.save(path("lossy-exact-alpha.webp"), quality=80)
    rgb.save(path("animated.webp"), save_all=True, append_images=[Image.fromarray(scene(W, H, 2))], quality=70)
    for name, options in [
            ("strong-filter", "-q 20 -f 60 -strong"), ("simple-filter", "-q 20 -f 60 -nostrong"), ("sharp", "-q 50 -sharpness 7 -f 80"),
            ("sharp-simple", "-q 50 -sharpness 3 -f 30 -nostrong"), ("segments", "-q 5 -segments 4 -sns 100"), ("no-filter", "-q 40 -f 0"),
            ("partitions", "-q 60 -partition_limit 50"), ("worst", "-q 0"), ("best", "-q 100"), ("text", "-preset text -q 30"),
            ("raw-alpha", "-q 60 -alpha_method 0")]:
        tool(f"cwebp {options} {'rgba' if 'alpha' in name else 'rgb'}.png -o {name}.webp")
    Image.fromarray(scene(1, 17)).save(path("narrow.webp"), quality=80)
    Image.fromarray(scene(16, 2)).save(path("low.webp"), quality=80)

    for subsampling in (0, 1, 2):
        rgb.save(path(f"subsampling-{subsampling}.jpg"), quality=85, subsampling=subsampling)
        rgb.save(path(f"subsampling-{subsampling}-progressive.jpg"), quality=60, subsampling=subsampling, progressive=True)
    grey.save(path("grey.jpg"), quality=77)
    rgb.convert("CMYK").save(path("cmyk.jpg"), quality=90)
    rgb.save(path("rgb.ppm"))
    for name, options in [("half-height", "-sample 1x2,1x1,1x1"), ("half-height-progressive", "-progressive -sample 1x2,1x1,1x1"),
                          ("half-height-twice", "-sample 2x2,2x1,2x1"), ("quarter-width", "-sample 4x1,1x1,1x1"),
                          ("mixed", "-sample 2x2,1x2,1x2"), ("rgb-components", "-rgb"), ("restart", "-restart 1"),
                          ("arithmetic", "-arithmetic")]:
        tool(f"cjpeg -quality 85 {options} -outfile {name}.jpg rgb.ppm")
    tool("jpegtran -rotate 90 -outfile turned-422.jpg subsampling-1.jpg")
    os.remove(path("rgb.ppm"))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        rgb.save(path(f"orientation-{orientation}.jpg"), exif=exif, quality=60)
    exif = Image.Exif()
    exif[274] = 6
    rgb.save(path("orientation-6.png"), exif=exif)
    rgb.save(path("orientation-6.webp"), exif=exif, quality=60)
    rgb.save(path("orientation-6.tif"), exif=exif, compression="tiff_lzw")


def shown(name):
    picture = ImageOps.exif_transpose(Image.open(path(name)))
    if picture.mode.startswith("I"):
        picture = Image.fromarray((np.asarray(picture).astype(np.int64) >> 8).astype(np.uint8), "L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        a = np.asarray(picture.convert("RGBA")).astype(np.int64)
        opacity = a[..., 3:]
        picture = Image.fromarray(((a[..., :3] * opacity + 255 * (255 - opacity) + 127) // 255).astype(np.uint8), "RGB")
    return picture.convert("RGB")


make()
with open(path("expected.csv"), "w", newline="\n") as f:
    rows = csv.writer(f, lineterminator="\n")
    rows.writerow(["file", "width", "height", "rgb_sha256"])
    for name in sorted(os.listdir(OUT)):
        if not name.endswith((".py", ".csv")):
            picture = shown(name)
            rows.writerow([name, picture.width, picture.height, hashlib.sha256(picture.tobytes()).hexdigest()])
