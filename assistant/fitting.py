"""Whether an accessory is made for a product, as far as its record names one: a case for a phone."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Iterable, Iterator

from assistant.vocabulary import tokenize
from index.schema import Product
from index.text import fold

_FITS = re.compile(
    r"^(?:fits|for model|models?|compatib\w*(?: with)?|suitable for|designed for|works with)$|适[配用](?:机型|型号|设备)|^(?:兼容|型号|机型)",
    re.I,
)
_SUFFIX = frozenset("max pro plus mini ultra lite se air fe xl neo".split())
_UNITS = frozenset("inch in cm mm m l ml g kg w gb tb mah hz".split())
_BREAK = re.compile(r"[,，:：;(（]")


def fits(accessory: Product, product: Product) -> bool | None:
    """Whether an accessory's record names a product as what it fits.

    Returns:
        False if it names others only, None if it names none at all and its title does not either.
    """
    names = models(product)
    told = list(_told(accessory))
    if any(_names(text, name) for text in told for name in _without_maker(product, names)):
        return True
    titles = [accessory.title, *(text.title for text in accessory.translations.values())]
    if any(_names(text, name) for text in (*told, *titles) for name in names):
        return True
    return False if told else None


def names_model(accessory: Product, model: str) -> bool:
    """Whether an accessory's record or title names a model that the catalogue need not have."""
    name = tuple(token.key for token in tokenize(model))
    titles = [accessory.title, *(text.title for text in accessory.translations.values())]
    return bool(name) and any(_names(text, name) for text in (*_told(accessory), *titles))


def _without_maker(product: Product, names: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """What a list of models may call it: "DCP-130C"."""
    size = len(tokenize(product.brand or ""))
    return (name[size:] for name in names if any(word.isdigit() for word in name[size:]))


def models(product: Product) -> tuple[tuple[str, ...], ...]:
    """What a product is called, in each language, as words: its maker and the names or numbers that follow.

    "Orvane Arc 5 Max: 6.8 inch phone" is called Orvane Arc 5 Max.
    """
    titles = [(product.title, product.brand or "")]
    for translation in product.translations.values():
        titles.append(
            (translation.title, next(iter(translation.facets.get("brand", ())), product.brand or ""))
        )
    found = (_model(title, brand) for title, brand in titles)
    return tuple(dict.fromkeys(name for name in found if len(name) > 1))


def _model(title: str, brand: str) -> tuple[str, ...]:
    at = fold(title).find(fold(brand)) if brand else -1
    if at < 0:
        return ()
    own = title[at : at + len(brand)]
    rest = _BREAK.split(title[at + len(brand) :], maxsplit=1)[0]
    words = [token.key for token in tokenize(own)]
    tokens = tokenize(rest)
    for at, token in enumerate(tokens):
        said = rest[token.start : token.end]
        measured = said[0].isdigit() and at + 1 < len(tokens) and tokens[at + 1].key in _UNITS
        if token.han or measured or not (said[0].isupper() or said[0].isdigit()):
            break
        words.append(token.key)
    return tuple(words) if len(words) > len(tokenize(own)) else ()


def _told(accessory: Product) -> Iterator[str]:
    for texts in (accessory.attributes, *(text.attributes for text in accessory.translations.values())):
        yield from (value for name, value in texts.items() if _FITS.search(name))
    for name, values in accessory.facets.items():
        if _FITS.search(name):
            yield from values


def _names(text: str, name: tuple[str, ...]) -> bool:
    """Whether a text names exactly that model: an Arc 5 Max is no Arc 5."""
    keys = [token.key for token in tokenize(text)]
    for at in range(len(keys) - len(name) + 1):
        behind = keys[at + len(name)] if at + len(name) < len(keys) else ""
        if tuple(keys[at : at + len(name)]) == name and behind not in _SUFFIX:
            return True
    return False
