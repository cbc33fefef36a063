"""What follows from the records of several products, in plain sentences."""

# ruff: noqa: E501

from collections.abc import Mapping, Sequence
from decimal import Decimal

from assistant.comparison import counted_yes, short_names
from assistant.dimensions import DIMENSIONS, Standing, standing
from assistant.phrases import listed, money
from assistant.skills.base import Turn
from assistant.skills.wording import Phrase
from index.schema import Product

MOST_POINTS = 6
"""Conclusions from measures in one answer."""
LEADS: Phrase = ("{titles} {words}.", "{titles} {words}。")
CHEAPER: Phrase = ("is cheaper by {difference}", "便宜 {difference}")
STOCKED: Phrase = ("{titles} is in stock, {others} is not.", "{titles} 有货，{others} 缺货。")
STOCKED_MANY: Phrase = ("Out of stock: {others}.", "缺货的是{others}。")
ONLY: Phrase = ("Only {title} is listed with: {names}.", "只有 {title} 写明有：{names}。")
WITH: Phrase = ("{name}: {titles}; without: {others}.", "{name}：{titles} 有，{others} 没有。")
TELLING = ("price", "rating", "weight", "battery", "cell", "screen", "storage", "memory", "capacity", "noise", "power", "suction", "light",
            "charging", "megapixels", "refresh", "water", "load", "warranty")  # fmt: skip
BY_KEY = {dimension.key: dimension for dimension in DIMENSIONS}


def conclusions(products: Sequence[Product], turn: Turn) -> list[str]:
    """What follows from the records, each in a plain sentence: who is cheaper, lighter, longer lasting, in stock."""
    names = dict(zip((product.id for product in products), short_names(products, turn.language), strict=True))
    pair = len(products) == 2
    told: dict[str, list[str]] = {}  # what is said of each, the cheapest first
    for key in TELLING:
        dimension = BY_KEY[key]
        found = standing(dimension, products, dimension.better or "more", turn.language)
        if found is None or not found.behind or (not pair and len(found.ahead) > 1):
            continue
        if sum(map(len, told.values())) < MOST_POINTS:
            title = listed([names[product.id] for product in found.ahead], turn.language)
            told.setdefault(title, []).append(
                _cheaper(turn, found) if key == "price" and pair else found.fragment(turn.language, pair=pair)
            )
    sentences = [
        turn.tell(LEADS, titles=title, words=_together(turn, points)) for title, points in told.items()
    ]
    return [*sentences, *_stocked(turn, products, names), *_affirmed(turn, products, names)]


def _together(turn: Turn, points: Sequence[str]) -> str:
    """Several points on one product as one predicate: "is cheaper by $6, rated higher and lighter"."""
    if turn.language == "zh":
        return "，".join(points)
    by_verb: dict[str, list[str]] = {}
    for point in points:
        verb, _, words = point.partition(" ")
        by_verb.setdefault(verb, []).append(words)
    said = [f"{verb} {listed(words, turn.language)}" for verb, words in by_verb.items()]
    return (", and " if len(points) > len(said) else " and ").join(said)


def difference(turn: Turn, found: Standing, names: Mapping[str, str]) -> str:
    """Who is cheaper, and by how much."""
    return turn.tell(LEADS, titles=names[found.ahead[0].id], words=_cheaper(turn, found))


def _cheaper(turn: Turn, found: Standing) -> str:
    low, high = found.ahead[0], found.behind[0]
    difference = money((high.price or Decimal(0)) - (low.price or Decimal(0)), low.currency)
    return turn.tell(CHEAPER, difference=difference)


def leads(turn: Turn, found: Standing, names: Mapping[str, str], *, pair: bool) -> str:
    """Who is ahead, with the values."""
    titles = listed([names[product.id] for product in found.ahead], turn.language)
    return turn.tell(LEADS, titles=titles, words=found.fragment(turn.language, pair=pair))


def _stocked(turn: Turn, products: Sequence[Product], names: Mapping[str, str]) -> list[str]:
    gone = [names[product.id] for product in products if product.stock == 0]
    there = [names[product.id] for product in products if product.stock]
    if not gone or not there:
        return []
    if len(products) == 2:
        return [turn.tell(STOCKED, titles=there[0], others=gone[0])]
    return [turn.tell(STOCKED_MANY, others=listed(gone, turn.language))]


def _affirmed(turn: Turn, products: Sequence[Product], names: Mapping[str, str]) -> list[str]:
    """What only one of them has, by their own yes and no."""
    only: dict[str, list[str]] = {}
    told = []
    for name, having, lacking in counted_yes(products, turn.language):
        if len(having) == 1:
            only.setdefault(having[0].id, []).append(name)
        else:
            titles, others = (
                listed([names[p.id] for p in some], turn.language) for some in (having, lacking)
            )
            told.append(turn.tell(WITH, name=name, titles=titles, others=others))
    separator = "、" if turn.language == "zh" else ", "
    lead = [turn.tell(ONLY, title=names[key], names=separator.join(some)) for key, some in only.items()]
    return [*lead, *told][:3]
