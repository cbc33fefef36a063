"""Which variant of a product is meant: "the second one in blue, size 42"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.phrases import facet_name, listed
from assistant.skills.base import Turn, titled
from assistant.skills.called import called, said_values
from index.schema import Product
from index.text import fold, tokens


@dataclass(frozen=True, slots=True)
class Choice:
    """What naming a colour or a size comes to.

    Attributes:
        product: The variant that is meant; None if the family has no such variant.
        instead: Variants that can be bought in place of one that is sold out or does not exist.
        why: What there is instead, a sentence in the shopper's language; empty when there is nothing to say.
    """

    product: Product | None
    instead: tuple[Product, ...] = ()
    why: str = ""


def wanted_facets(turn: Turn) -> Mapping[str, tuple[str, ...]]:
    """Values said now that tell variants apart: all but what a thing is, who makes it, and its name."""
    kind = turn.parts.vocabulary.kind
    names = {word for product in called(turn) for word in tokens(product.title)} - _values_of(turn)
    return {
        facet: values
        for facet, values in turn.said.constraints.include.items()
        if kind(facet) not in ("category", "brand")
        and not all(set(tokens(value)) <= names for value in values)
    }


def _values_of(turn: Turn) -> set[str]:
    """Words of the values of the lines that are called by name: those describe a variant."""
    lines = [item for product in called(turn) for item in members(turn, product)]
    return {
        word for item in lines for some in item.facets.values() for value in some for word in tokens(value)
    }


def members(turn: Turn, product: Product) -> tuple[Product, ...]:
    """All variants of the product's line, itself included."""
    if product.family is None:
        return (product,)
    return tuple(turn.parts.searcher.store.family(product.family)) or (product,)


def has(product: Product, facet: str, values: Sequence[str]) -> bool:
    """Whether a product has one of the values."""
    own = [set(tokens(value)) for value in product.all_facets().get(facet, ())]
    return any(set(tokens(value)) <= words for value in values for words in own)


def choose(turn: Turn, product: Product) -> Choice:
    """The variant of a product that has what is named now, and for the rest what the product has."""
    wanted = {
        facet: values
        for facet, values in wanted_facets(turn).items()
        if not _in_title(turn, product, facet) or varies(turn, product, facet)
    }
    exact = said_values(turn, product, turn.said.text)
    better = [item for item in members(turn, product) if said_values(turn, item, turn.said.text) > exact]
    if not better and all(has(product, facet, values) for facet, values in wanted.items()):
        return Choice(product, _others(turn, product)) if not product.available else Choice(product)
    family = members(turn, product)
    fitting = [item for item in family if all(has(item, facet, values) for facet, values in wanted.items())]
    if not fitting:
        return Choice(None, _near(turn, wanted, product, family), _there_is(turn, product, wanted, family))
    said = turn.said.text
    best = max(
        fitting, key=lambda item: (said_values(turn, item, said), alike(turn, product, item), item.available)
    )
    if best.available:
        return Choice(best)
    return Choice(
        best, tuple(item for item in fitting if item.available) or _near(turn, wanted, best, family)
    )


def _in_title(turn: Turn, product: Product, facet: str) -> bool:
    """Whether the title has the words that were read as a value: 「羊毛被」, whatever its cover is of."""
    said = [span.text for span in turn.said.constraints.spans if span.key == f"include.{facet}"]
    titles = [fold(title) for title in (product.title, product.title_in("zh"))]
    return bool(said) and all(any(fold(text) in title for title in titles) for text in said)


def varies(turn: Turn, product: Product, facet: str) -> bool:
    """Whether the variants of a product's line differ in a facet."""
    return len({item.facets.get(facet) for item in members(turn, product)}) > 1


def telling_values(turn: Turn, product: Product) -> tuple[str, ...]:
    """The facet values that tell a variant from the others of its line, in the shopper's language."""
    family = members(turn, product)
    return tuple(
        value
        for facet in product.facets
        if len({item.facets.get(facet) for item in family}) > 1
        for value in product.facet_in(facet, turn.language)
    )


def differing(turn: Turn, product: Product) -> str:
    """What tells a variant from the others of its line: "blue, EU 42"; its title if nothing does."""
    separator = " " if turn.language == "zh" else ", "
    return separator.join(telling_values(turn, product)) or titled(product, turn)


def alike(turn: Turn, one: Product, other: Product) -> int:
    """How much two variants have in common; a size that fits counts for more than a colour."""
    kind = turn.parts.vocabulary.kind
    same = [facet for facet, values in other.facets.items() if one.facets.get(facet) == values]
    return sum(3 if kind(facet) == "size" else 1 for facet in same)


def _others(turn: Turn, product: Product) -> tuple[Product, ...]:
    """Variants that can be bought in place of a sold out one, the most alike first."""
    family = [item for item in members(turn, product) if item.available and item.id != product.id]
    return tuple(sorted(family, key=lambda item: -alike(turn, product, item)))


def _near(
    turn: Turn, wanted: Mapping[str, tuple[str, ...]], product: Product, family: Sequence[Product]
) -> tuple[Product, ...]:
    """Variants in stock, those first that have most of what is wanted and are most like the product."""

    def fits(item: Product) -> tuple[int, int]:
        return sum(has(item, facet, values) for facet, values in wanted.items()), alike(turn, product, item)

    return tuple(sorted((item for item in family if item.available), key=fits, reverse=True))


def _there_is(
    turn: Turn, product: Product, wanted: Mapping[str, tuple[str, ...]], family: Sequence[Product]
) -> str:
    """What the line comes in, for each facet that was named in vain."""
    sentences = []
    for facet, values in wanted.items():
        rest = {name: those for name, those in wanted.items() if name != facet}
        among = [item for item in family if all(has(item, name, those) for name, those in rest.items())]
        if any(has(item, facet, values) for item in among) or (not among and len(wanted) > 1):
            continue
        there = dict.fromkeys(value for item in among for value in item.facet_in(facet, turn.language))
        name = turn.parts.vocabulary.name_in(facet, values[0], turn.language)
        title, what = titled(product, turn), facet_name(facet, turn.language)
        if there:
            there_is = listed(list(there), turn.language)
            sentences.append(turn.tell(_ONLY_IN, title=title, what=what, said=name, values=there_is))
        else:
            sentences.append(turn.tell(_NOT_SAID, title=title, what=what, said=name))
    if not sentences:  # each is there by itself, but not together
        kinds = listed([differing(turn, item) for item in family if item.available][:6], turn.language)
        sentences.append(turn.tell(_NOT_TOGETHER, title=titled(product, turn), values=kinds))
    return turn.joined(sentences)


_ONLY_IN = (
    "{title}: there is no {what} {said}; there is {values}.",
    "{title}没有{said}这个{what}，有{values}。",
)
_NOT_SAID = (
    "{title}: the record names no {what} to choose, so I cannot promise {said}.",
    "{title}的记录里没有可选的{what}，不能保证有{said}。",
)
_NOT_TOGETHER = (
    "{title} does not come in that combination; in stock there is {values}.",
    "{title}没有这样的组合，有货的是{values}。",
)
