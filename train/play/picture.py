"""What a page draws, as JSON: tiles by name, or a frame; each image is sent once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.pictures.board import Board

Picture = Board | NDArray[np.uint8] | None


def picture_json(picture: Picture, known: Collection[str] = ()) -> dict[str, Any] | None:
    """A picture, and those of its images that are not known yet.

    Args:
        picture: tiles, a frame (H, W, 3), or nothing.
        known: names of images that the page has.

    Returns:
        `tiles`, rows of places in `names`; or `frame`, a name. `images` has what is new, PNGs as
        data addresses, by name; `size` is that of a tile, or (width, height) of a frame. None of
        nothing.
    """
    if picture is None:
        return None
    if isinstance(picture, Board):
        names = sorted(picture.names | set(picture.legend))
        place = {name: k for k, name in enumerate(names)}
        images = {name: picture.image(name) for name in names}
        return {
            "names": names,
            "tiles": [[place[name] for name in row] for row in picture.tiles],
            "size": len(next(iter(images.values()))),
            "images": {name: _tile(images[name].tobytes()) for name in names if name not in known},
            "words": picture.words,
            "legend": [[name, words] for name, words in picture.legend.items()],
        }
    name = hashlib.blake2b(picture.tobytes(), digest_size=12).hexdigest()
    height, width = picture.shape[:2]
    new = {} if name in known else {name: _png(picture)}
    return {"frame": name, "size": [width, height], "images": new}


@lru_cache(maxsize=1024)
def _tile(pixels: bytes) -> str:
    """A square tile; the same few are sent to everybody."""
    side = round((len(pixels) / 3) ** 0.5)
    return _png(np.frombuffer(pixels, dtype=np.uint8).reshape(side, side, 3))


def _png(pixels: NDArray[np.uint8]) -> str:
    from PIL import Image

    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")
