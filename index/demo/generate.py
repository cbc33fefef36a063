"""Composes the demo catalogue from the hand-written product lines.

Run `python -m index.demo.generate` after editing a line; the result, `catalogue.jsonl`, is committed.
The same lines always give the same bytes: what is not written in a line (stock, sales) is drawn from
a digest of the variant's id.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import product as combinations
from pathlib import Path
from typing import Any

from index.schema import Product, Review, Translation
from index.text import has_han

FOLDER = Path(__file__).parent
CATALOGUE = FOLDER / "catalogue.jsonl"

COLOURS_ZH = {
    "black": "黑色", "white": "白色", "grey": "灰色", "silver": "银色", "red": "红色", "pink": "粉色",
    "orange": "橙色", "yellow": "黄色", "gold": "金色", "beige": "米色", "brown": "棕色", "green": "绿色",
    "olive": "橄榄绿", "teal": "青色", "blue": "蓝色", "navy": "藏青色", "purple": "紫色",
    "transparent": "透明", "multicolour": "彩色",
}  # fmt: skip

# Sizes that a shopper filters by; any other option (storage, pack, ...) is a facet of its own name.
_SIZE_OPTIONS = {"size", "frame size", "waist", "ball size", "board size", "laptop size"}


def draw(key: str, *, below: int) -> int:
    """A number in [0, below) that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % below


def compose(line: dict[str, Any], department: dict[str, str]) -> Iterator[Product]:
    """Yield the variants of one product line: its colours times the values of its option."""
    option = line.get("options") or {"name": "", "zh": "", "values": [None], "step": 0}
    colours = line.get("colours") or [None]
    variants = list(combinations(colours, enumerate(option["values"])))
    for colour, (step, value) in variants:
        parts = [line["id"], *(slug(str(part)) for part in (colour, value) if part is not None)]
        yield _variant(line, department, "-".join(parts), colour, option, step, value, len(variants) > 1)


def _variant(
    line: dict[str, Any],
    department: dict[str, str],
    key: str,
    colour: str | None,
    option: dict[str, Any],
    step: int,
    value: object,
    grouped: bool,
) -> Product:
    facets = {"material": tuple(line.get("materials", ()))}
    facets_zh = {"brand": names} if (names := _chinese_brand(line)) else {}
    attributes = {name: str(texts[1]) for name, texts in line["attributes"].items()}
    attributes_zh = {texts[0]: str(texts[-1]) for texts in line["attributes"].values()}
    suffix_en, suffix_zh = [], []
    if colour is not None:
        facets["colour"], facets_zh["colour"] = (colour,), (COLOURS_ZH[colour],)
        suffix_en.append(colour)
        suffix_zh.append(COLOURS_ZH[colour])
    if value is not None:
        facets["size" if option["name"] in _SIZE_OPTIONS else option["name"]] = (str(value),)
        attributes[option["name"]] = attributes_zh[option["zh"]] = str(value)
        suffix_en.append(f"{option['name']} {value}" if str(value).isdigit() else str(value))
        suffix_zh.append(f"{option['zh']} {value}" if str(value).isdigit() else str(value))
    reviews = tuple(
        Review(text=row.get("en") or row["zh"], stars=row["stars"]) for row in line.get("reviews", ())
    )
    stars = [review.stars for review in reviews if review.stars is not None]
    extra = Decimal(str(option["step"])) * step
    return Product(
        id=key,
        title=_titled(line["title"]["en"], suffix_en),
        description=line["description"]["en"].strip(),
        translations={
            "zh": Translation(
                title=_titled(line["title"]["zh"], suffix_zh),
                description=line["description"]["zh"].strip(),
                category=(department["zh"], line["category"]["zh"]),
                attributes=attributes_zh,
                facets=facets_zh,
            )
        },
        brand=line["brand"],
        category=(department["en"], line["category"]["en"]),
        price=Decimal(str(line["price"])) + extra,
        list_price=Decimal(str(line["list_price"])) + extra if "list_price" in line else None,
        facets={name: values for name, values in facets.items() if values},
        attributes=attributes,
        stock=_stock(key),
        rating=round(sum(stars) / len(stars), 1) if stars else None,
        rating_count=len(stars),
        reviews=reviews,
        # Few things sell much and many sell little: the reciprocal of a uniform draw.
        popularity=float(
            20000 // (draw(line["id"] + ":sold", below=200) + 5) + draw(key + ":sold", below=20)
        ),
        released=date.fromisoformat(str(line["released"])),
        family=line["id"] if grouped else None,
        kind=line["kind"],
    )


def _titled(title: str, suffix: list[str]) -> str:
    return f"{title}, {', '.join(suffix)}" if suffix and not has_han(title) else " ".join([title, *suffix])


def _chinese_brand(line: dict[str, Any]) -> tuple[str, ...]:
    """The Chinese name that the Chinese title begins with; publishers and Latin names have none."""
    first = str(line["title"]["zh"]).split()[0]
    return (first,) if has_han(first) and first[0] != "《" and len(first) <= 5 else ()


def _stock(key: str) -> int:
    chance = draw(key + ":stock", below=100)
    if chance < 7:
        return 0
    return 1 + chance % 5 if chance < 20 else 5 + draw(key + ":pieces", below=120)


def slug(text: str) -> str:
    """Lower case letters and digits, joined by hyphens."""
    return "-".join("".join(ch if ch.isalnum() else " " for ch in text.lower()).split())


def catalogue() -> list[Product]:
    """Compose every product of every department, in the order of the files."""
    import yaml

    found: list[Product] = []
    for path in sorted((FOLDER / "lines").glob("*.yaml")):
        department = yaml.safe_load(path.read_text(encoding="utf-8"))
        for line in department["families"]:
            found.extend(compose(line, department["department"]))
    return found


def main() -> None:
    """Write `catalogue.jsonl`."""
    rows = [
        json.dumps(item.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        for item in catalogue()
    ]
    CATALOGUE.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{CATALOGUE}: {len(rows)} products")


if __name__ == "__main__":
    main()
