"""Product pictures drawn as SVG from a kind and a colour: the shop needs no photographs and no network.

`drawings.json` maps each kind to the body of a drawing on a 120 by 120 canvas. A shape without its own
`fill` or `stroke` takes the product's colour and an outline in its darker shade, which keeps white visible.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from urllib.parse import quote
from zlib import crc32

COLOURS: dict[str, str] = {
    "black": "#3f434c",
    "white": "#fbfbf9",
    "grey": "#949ba4",
    "silver": "#cdd2d8",
    "red": "#d8504a",
    "pink": "#f0a0b4",
    "orange": "#ec8b3f",
    "yellow": "#f3c94a",
    "gold": "#d3ab54",
    "beige": "#e2d0b0",
    "brown": "#94694a",
    "green": "#5ba46b",
    "olive": "#8a8f4c",
    "teal": "#3a9c9a",
    "blue": "#4b87cf",
    "navy": "#3a4f80",
    "purple": "#8664b4",
    "transparent": "#d9ebf1",
    "multicolour": "#9a7ad0",
}
"""English colour name to the hexadecimal colour it is drawn in."""

FALLBACK_KIND = "box"
"""Drawn for a kind that has no drawing of its own: a plain parcel."""

_UNNAMED = ("blue", "teal", "green", "orange", "red", "purple", "pink", "yellow")

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" role="img">'
    '<rect width="120" height="120" rx="18" fill="{tile}"/>'
    '<g transform="translate(60 60) scale(.88) translate(-60 -60)" fill="{main}" stroke="{dark}"'
    ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{body}</g></svg>'
)


def draw(kind: str | None, colour: str | None) -> str:
    """Draw one product on a rounded tile tinted towards its colour.

    Args:
        kind: What to draw, such as "mug"; a parcel when None or unknown.
        colour: A key of `COLOURS`; when None or unknown, a colour that is always the same for this kind.

    Returns:
        A complete `<svg>` element, 120 units square.

    Example:
        >>> draw("mug", "red").startswith("<svg xmlns=")
        True
    """
    drawings = _drawings()
    name = kind or FALLBACK_KIND
    # crc32 and not hash(): hash() of a string differs from one process to the next.
    main = COLOURS.get(colour or "", COLOURS[_UNNAMED[crc32(name.encode()) % len(_UNNAMED)]])
    shades = {"main": main, "dark": _mix(main, "#141a26", 0.36), "light": _mix(main, "#ffffff", 0.4)}
    body = drawings.get(name, drawings[FALLBACK_KIND]).format(**shades)
    return _SVG.format(tile=_mix(main, "#f3f5f8", 0.84), body=body, **shades)


@lru_cache(maxsize=1024)
def picture_uri(kind: str | None, colour: str | None) -> str:
    """Return the same drawing as `draw` in a URI that fits the `src` of an image.

    Args:
        kind: As in `draw`.
        colour: As in `draw`.

    Returns:
        A percent-encoded `data:image/svg+xml;utf8,` URI.
    """
    return "data:image/svg+xml;utf8," + quote(draw(kind, colour), safe="")


@lru_cache(maxsize=1)
def _drawings() -> Mapping[str, str]:
    text = resources.files("ui").joinpath("drawings.json").read_text(encoding="utf-8")
    bodies: dict[str, str] = json.loads(text)
    return MappingProxyType(bodies)


def _mix(colour: str, other: str, share: float) -> str:
    """Blend two hexadecimal colours; a share of 0 gives `colour`, 1 gives `other`."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
