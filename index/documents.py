"""The texts of a product that are embedded and indexed."""

import re
from dataclasses import astuple

from index.lexical import Texts
from index.schema import Product
from index.store import Digests, digest

_TYPE = re.compile(
    r"(?:product )?(?:type|category)|(?:产品|商品)?(?:类型|类别|品类|分类|种类)", re.IGNORECASE
)
"""Attributes that say what sort of thing a product is, in catalogues without categories too."""


DESCRIPTION_CHARS = 90
"""How much of a description is embedded: what it begins with says what the product is, the rest dilutes the
name and costs time (docs/experiments.md)."""


def embedding_text(product: Product) -> str:
    """What is embedded: the names in every language, the narrowest category, how the description begins."""
    names = [product.title, *(text.title for text in product.translations.values())]
    about = product.description[:DESCRIPTION_CHARS]
    return ". ".join(part for part in (*dict.fromkeys(names), *product.category[-1:], about) if part)


def lexical_texts(product: Product) -> Texts:
    """What is indexed lexically, in every language."""
    others = list(product.translations.values())
    brands = [product.brand or "", *(name for text in others for name in text.facets.get("brand", ()))]
    values = [value for some in product.facets.values() for value in some]
    values += [value for text in others for some in text.facets.values() for value in some]
    everything = [product.attributes, *(text.attributes for text in others)]
    types = [value for some in everything for name, value in some.items() if _TYPE.fullmatch(name)]
    return Texts(
        title=" ".join([product.title, *(text.title for text in others), *brands]),
        category=" ".join(
            [*product.category, *(level for text in others for level in text.category), *types]
        ),
        description=" ".join([product.description, *(text.description for text in others)]),
        attributes=" ".join([*(value for some in everything for value in some.values()), *values]),
    )


def text_digests(product: Product) -> Digests:
    """Fingerprints of both: a price or a stock change leaves them as they are."""
    texts = astuple(lexical_texts(product))
    return Digests(digest(embedding_text(product)), digest("\x00".join(texts)))
