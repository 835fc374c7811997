"""Draws the pictures in `static/images/`: `python -m tests.services.share_images`, with Chromium.

The picture that pages are shared with is the map of the start page; the icons are the mark. They are kept
with the code, since they change only when the drawing does.
"""

import base64
import json
import struct
import zlib
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "static" / "images"
MAP = ROOT / "sodertorn" / "data" / "municipality_map.json"
FONT = ROOT / "static" / "fonts" / "schibsted-grotesk-swedish.woff2"
NAMES = {
    "0126": "Huddinge",
    "0127": "Botkyrka",
    "0128": "Salem",
    "0136": "Haninge",
    "0138": "Tyresö",
    "0140": "Nykvarn",
    "0181": "Södertälje",
    "0192": "Nynäshamn",
}
PAPER, INK, WATER, SHALLOWS = "#fbfaf5", "#12292b", "#dbe8eb", "#c6dce3"
LAND, CONTEXT, BORDER, SIGNAL = "#efdfb0", "#eceadf", "#8f7a3c", "#a3125a"
SHARE_SIZE = (1200, 630)
COLOURS = 40
"""How many colours the shared picture keeps: the drawing's own, and some on the edges between them."""
MASK = 0.8
"""How much of a maskable icon is sure to be seen: https://www.w3.org/TR/appmanifest/#icon-masks."""


def mark() -> str:
    """The inside of the portal's mark, without the ground that the favicon has."""
    drawing = (IMAGES / "favicon.svg").read_text("utf-8")
    return drawing[drawing.index("<g ") : drawing.rindex("</svg>")]


def icon(scale: float = 1) -> str:
    """The mark on a square that reaches every edge."""
    ground = f'<rect x="-24" y="-24" width="48" height="48" fill="{PAPER}"/>'
    return f'<svg viewBox="-24 -24 48 48">{ground}<g transform="scale({scale})">{mark()}</g></svg>'


def share_picture() -> str:
    """The map to the right, cut by the edges, and the name to the left of it."""
    drawing = json.loads(MAP.read_text("utf-8"))
    shapes = drawing["shapes"]
    land = "".join(f'<path class="land" d="{shape["d"]}"/>' for shape in shapes)
    water = "".join(f'<path class="shallows" d="{shape["d"]}"/>' for shape in shapes)
    names = "".join(
        f'<text class="name" x="{shape["x"]}" y="{shape["y"]}" dy=".35em" text-anchor="{shape["anchor"]}">'
        f"{NAMES[shape['code']]}</text>"
        for shape in shapes
    )
    leaders = "".join(f'<path class="leader" d="{shape["leader"]}"/>' for shape in shapes if shape["leader"])
    return f"""
      <div class="text"><svg class="mark" viewBox="-24 -24 48 48">{mark()}</svg>
      <h1>Södertörns-<br>kommunerna</h1><p>Åtta kommuner söder om&nbsp;Stockholm samverkar</p></div>
      <svg class="map" viewBox="0 0 750 650" preserveAspectRatio="xMidYMid slice">
      <path class="shallows" d="{drawing["context_path"]}"/>{water}
      <path class="context" d="{drawing["beyond_path"]}"/>
      <path class="context" d="{drawing["context_path"]}"/>
      {land}{leaders}{names}</svg>"""


STYLE = f"""
  @font-face {{ font-family: Grotesk; src: url("{FONT.as_uri()}"); font-weight: 400 900; }}
  * {{ margin: 0; box-sizing: border-box; }}
  body {{ background: {PAPER}; color: {INK}; font-family: Grotesk; width: 1200px; height: 630px;
    overflow: hidden; }}
  body > svg {{ display: block; width: 100vw; height: 100vh; }}
  .text {{ position: absolute; left: 56px; top: 64px; width: 480px; }}
  .text .mark {{ width: 120px; height: 120px; margin-left: -8px; }}
  h1 {{ font-size: 66px; line-height: 1.02; letter-spacing: -0.02em; margin: 40px 0 28px; }}
  p {{ font-size: 34px; line-height: 1.25; }}
  svg.map {{ position: absolute; right: 0; top: 0; width: 640px; height: 630px;
    background: {WATER}; }}
  .shallows {{ fill: none; stroke: {SHALLOWS}; stroke-width: 16; stroke-linejoin: round; }}
  .context {{ fill: {CONTEXT}; }}
  .land {{ fill: {LAND}; stroke: {BORDER}; stroke-width: 1.5; stroke-linejoin: round; }}
  .leader {{ fill: none; stroke: {INK}; stroke-width: 1.5; }}
  .name {{ font-size: 30px; font-weight: 600; fill: {INK}; stroke: {LAND}; stroke-width: 0; }}
"""


def shoot(page: Page, body: str, width: int, height: int) -> bytes:
    """The drawing as a PNG of this size."""
    page.set_viewport_size({"width": width, "height": height})
    with TemporaryDirectory() as folder:
        file = Path(folder) / "picture.html"
        file.write_text(f"<!DOCTYPE html><meta charset=utf-8><style>{STYLE}</style>{body}", "utf-8")
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        return page.screenshot()


PIXELS = """async source => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(image, 0, 0);
  const data = drawing.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let at = 0; at < data.length; at += 32768) {
    text += String.fromCharCode(...data.subarray(at, at + 32768));
  }
  return btoa(text);
}"""
"""Gives the colours of a picture, four bytes to each pixel."""


def with_palette(page: Page, picture: bytes, width: int, height: int) -> bytes:
    """The PNG with its commonest colours only, one byte to each pixel: a drawing is then half as large."""
    data = base64.b64decode(
        page.evaluate(PIXELS, f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    )
    pixels = [data[at : at + 3] for at in range(0, len(data), 4)]
    palette = [colour for colour, _ in Counter(pixels).most_common(COLOURS)]
    nearest = {
        colour: min(
            range(len(palette)),
            key=lambda n: sum((a - b) ** 2 for a, b in zip(colour, palette[n], strict=True)),
        )
        for colour in set(pixels)
    }
    rows = (bytes(nearest[each] for each in pixels[at : at + width]) for at in range(0, len(pixels), width))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def as_ico(picture: bytes, side: int) -> bytes:
    """An .ico file with one PNG in it."""
    head = struct.pack("<HHH", 0, 1, 1)
    return head + struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), 22) + picture


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        shared = shoot(page, share_picture(), *SHARE_SIZE)
        (IMAGES / "share.png").write_bytes(with_palette(page, shared, *SHARE_SIZE))
        for side in (192, 512):
            (IMAGES / f"icon-{side}.png").write_bytes(shoot(page, icon(), side, side))
        (IMAGES / "icon-maskable-512.png").write_bytes(shoot(page, icon(MASK), 512, 512))
        (IMAGES / "favicon.ico").write_bytes(as_ico(shoot(page, icon(), 32, 32), 32))
        browser.close()


if __name__ == "__main__":
    main()
