"""Names that mean the same in English and Chinese, for any catalogue: colours, materials, brands, things.

They are in `data/lexicon/KIND.txt`, one group a line. When a catalogue has a value that is named in a
group, every other name of the group means that value too, unless the catalogue has a value of that name.
Further groups, in `data/lexicon/terms`, are for searching only: they name more than facets do.
"""

import re
from functools import cache
from importlib import resources

from index.text import fold

KINDS = ("category", "brand", "colour", "material", "feature")
"""The lexicon's files; "feature" serves every facet that is none of the others."""

TERMS = ("electronics", "home", "fashion")
"""The files of groups for searching only."""

_FACET_NAMES = {
    "category": "categor|product type|kind|department|类别|品类|分类|类目|种类",
    "brand": "brand|maker|manufacturer|品牌|牌子",
    "colour": "colou?rs?$|颜色|色彩|花色",
    "material": "materials?|fabric|材质|材料|面料|质地",
    "size": "sizes?$|尺码|尺寸|码数",
}


@cache
def facet_kind(facet: str) -> str:
    """What sort of facet it is, whatever the shop calls it: 品牌 is "brand", "color" is "colour".

    Returns:
        "category", "brand", "colour", "material", "size", or the folded name itself.
    """
    name = fold(facet)
    return next((kind for kind, names in _FACET_NAMES.items() if re.match(names, name)), name)


@cache
def groups(kind: str) -> tuple[tuple[str, ...], ...]:
    """The groups of names of one kind of facet; those of features for every other."""
    return _read(f"{kind if kind in KINDS else 'feature'}.txt")


@cache
def search_groups() -> tuple[tuple[str, ...], ...]:
    """Every group of names, those for searching only among them."""
    terms = (group for name in TERMS for group in _read(f"terms/{name}.txt"))
    return (*(group for kind in KINDS for group in groups(kind)), *terms)


def _read(name: str) -> tuple[tuple[str, ...], ...]:
    file = resources.files("index") / "data" / "lexicon" / name
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split(", ")) for line in lines if line.strip())
