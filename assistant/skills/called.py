"""Products called by their names: "the Pagelo Leaf", 「《面账》」, whether or not they are on the table."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from assistant.dialogue import to_filters
from assistant.packs import pack_of, packs_said
from assistant.plain_words import STOP
from assistant.quantities import find_quantities, parse_quantity
from assistant.skills.base import Turn
from assistant.spelling import is_english
from assistant.turns import Constraints
from assistant.vocabulary import Vocabulary
from index.schema import Product
from index.synonyms import FUNCTION_WORDS
from index.text import fold, has_han, simplified, tokens

POOL = 30
"""Candidates looked at for each name."""

CALLED = 2.0
"""Weight of what has to be said of a name: the maker and the model, or the maker and two words more."""

COMMON = 60
"""A word in more titles than this, and in more than one of a hundred, names no product: USB, wireless."""

OF_NO_LANGUAGE = 2.0
"""What one word of a name weighs that is no English word: it is enough by itself."""

_CUT = re.compile(
    r"\b(?:and|or|vs\.?|versus|with|than|plus|also|against)\b|[,;，、；]|[和跟与或比及]|还有|对比", re.I
)
_TITLE_WORD = re.compile(
    r"[A-Z][\w'’-]*|"
    r"(?<=[A-Za-z.] )\d{1,4}(?![\w.-]| ?(?:inch|[GTM]B|[km]?[gml]|cm|mm|W|h|mAh|英寸|升|米))|"
    r"[A-Za-z]+\d[\w-]*"
)
_FITS = re.compile(r"\b(?:for|fits|compatible with)\b|适用|适配", re.I)  # whose name follows is another's
_LATIN = re.compile(r"[A-Za-z][\w'’-]{2,}")
_QUOTED = re.compile(r"《([^》]+)》|“([^”]+)”|\"([^\"]+)\"")


_PUNCTUATION = re.compile(r"[\W_]+")


def called(turn: Turn) -> tuple[Product, ...]:
    """Products whose name the utterance says, in its order; of each line the variant that is described."""
    found: dict[str, Product] = {}
    for text, quoted in _stretches(turn.said.text):
        product = _one(turn, text, quoted)
        if product is not None and _may_be_meant(turn, product):
            found.setdefault(product.family or product.id, _variant(turn, product, turn.said.text))
    whole = None if found else _one(turn, turn.said.text, False)
    if whole is not None and _may_be_meant(turn, whole):
        return (_variant(turn, whole, turn.said.text),)
    return tuple(found.values())


def _may_be_meant(turn: Turn, product: Product) -> bool:
    """Whether the kind that is named is the product's: "chargers for the Arc 5" are no Arc 5."""
    kinds = turn.said.constraints.include.get("category", ())
    if not kinds or turn.said.intent.label == "find_complement":
        return True
    said = [span.text for span in turn.said.constraints.spans if span.key == "include.category"]
    if said and all(fold(text) in fold(title) for text in said for title in _titles(product)[:1]):
        return True  # no pot, but a book that is called "One Pot"
    widened = {fold(value) for value in turn.parts.vocabulary.widen("category", kinds)}
    return not product.category or bool(widened & set(map(fold, product.category)))


def _stretches(text: str) -> Iterator[tuple[str, bool]]:
    """(text between conjunctions, False), and (title in quotation marks, True)."""
    for match in _QUOTED.finditer(text):
        yield next(filter(None, match.groups())), True
    for part in _CUT.split(text):
        if part.strip():
            yield part.strip(), False


def _one(turn: Turn, text: str, quoted: bool) -> Product | None:
    """The product line whose name the text says best, when one says it better than all others."""
    candidates = turn.parts.searcher.matching(text, limit=POOL)
    if has_han(text) and (names := " ".join(_LATIN.findall(text))):
        # The Chinese words of a sentence outweigh the one name in it.
        candidates = [*candidates, *turn.parts.searcher.matching(names, limit=POOL)]
    if quoted:
        named = [
            product for product in candidates if any(fold(text) in fold(title) for title in _titles(product))
        ]
        return named[0] if len({product.family or product.id for product in named}) == 1 else None
    lexical = turn.parts.searcher.lexical
    most = max(COMMON, len(lexical) // 100)
    common = {word for word in tokens(simplified(text)) if lexical.titled(word) > most}
    makers = _makers(turn.parts.vocabulary)
    kinds = {
        word
        for span in turn.said.constraints.spans
        if span.key == "include.category"
        for word in tokens(span.text)
    }
    known = {product.family or product.id for product in turn.parts.searcher.store.get(_known(turn))}
    scores = {}
    for product in candidates:
        weight, share = _said(product, text, makers, common, kinds)
        # Of two Picnics the one that was found just now is meant.
        scores[product.id] = (weight, (product.family or product.id) in known, share)
    best = max(scores.values(), default=(0.0, False, 0.0))
    leading = [product for product in candidates if scores[product.id] == best]
    if best[0] < CALLED or len({product.family or product.id for product in leading}) > 1:
        return None
    return leading[0]


def _known(turn: Turn) -> tuple[str, ...]:
    """Ids of what was found last, is talked about or was on the table before."""
    state = turn.state
    earlier = (key for table in state.earlier for key in table.shown)
    return tuple(dict.fromkeys((*state.shown, *state.focus, *state.ranking[:POOL], *earlier)))


def _said(
    product: Product, text: str, makers: Set[str], common: Set[str], kinds: Set[str]
) -> tuple[float, float]:
    """How much of a product's name the text says: (weight, share of the name that is said).

    A word of the name weighs 1, one that is no English word more, any other word of the title and every
    two words in the title's order a half more; words of the title alone are no name.
    """
    said = tokens(simplified(text))
    names = name_words(product, makers=makers) - (common - _brand(product))
    words = {word for title in _titles(product) for word in tokens(title)}
    mine = set(said) & names
    weight = sum(_weight(word, text) for word in mine - _brand(product))
    weight += float(bool(mine & _brand(product)))
    if head := _han_head(product, text):
        return 2.0 + len(head) / 10, 1.0
    if not any(len(word) > 2 and not word.isdigit() for word in mine):
        return 0.0, 0.0  # "under 100" names no 100 W charger, "no, just 2" no cleaver No. 2
    if not _anchored(product, text, said, mine):
        return 0.0, 0.0
    pairs = {pair for title in _titles(product) for pair in pairwise(tokens(title))}
    weight += 0.5 * len({word for word in said if len(word) > 2 and word in words - names - kinds})
    weight += 0.5 * sum(pair in pairs for pair in set(pairwise(said)))
    return weight, len(mine) / len(names)


def _anchored(product: Product, text: str, said: Sequence[str], mine: set[str]) -> bool:
    """Whether what is said is a name for sure: its maker's, no English word, or all of it in its order."""
    if mine & _brand(product) or any(_weight(word, text) > 1 for word in mine):
        return True
    pairs = {pair for title in _titles(product) for pair in pairwise(tokens(title))}
    ordered = any(one in mine and other in mine and (one, other) in pairs for one, other in pairwise(said))
    # Of "Kensington Noise Cancelling Headphones", noise cancelling is no name.
    return ordered and name_words(product) - _brand(product) <= mine


def _weight(word: str, text: str) -> float:
    """An English word names something for sure when it is written as a name, or in a Chinese sentence."""
    if len(word) < 3 or word.isdigit():
        return 1.0
    as_name = has_han(text) or re.search(rf"(?<=[a-z] ){re.escape(word.capitalize())}\b", text) is not None
    return 1.0 if is_english(word) and not as_name else OF_NO_LANGUAGE


def _titles(product: Product) -> list[str]:
    return [product.title, *(text.title for text in product.translations.values())]


@lru_cache(maxsize=4)
def _makers(vocabulary: Vocabulary) -> frozenset[str]:
    """All makers' names, folded."""
    return frozenset(
        fold(name)
        for value in vocabulary.values.get("brand", ())
        for name in vocabulary.names("brand", value)
    )


def _brand(product: Product) -> set[str]:
    names = [
        product.brand or "",
        *(name for text in product.translations.values() for name in text.facets.get("brand", ())),
    ]
    return {word for name in names for word in tokens(name)}


def _han_head(product: Product, text: str) -> str:
    """The first words of a Chinese title, or what is in 《》, when the text says them: a book's name."""
    for title in _titles(product):
        plain = simplified(title)
        quoted = re.match(r"《([^》]+?)[？！。]?》", plain)
        head = quoted[1] if quoted else re.split(r"[\s，：:（(]", plain, maxsplit=1)[0]
        if (
            len(head) >= 3
            and has_han(head)
            and _PUNCTUATION.sub("", head) in _PUNCTUATION.sub("", simplified(text))
            and not set(tokens(head)) <= _brand(product)
        ):
            return head
    return ""


def name_words(product: Product, *, makers: Set[str] = frozenset()) -> set[str]:
    """Words of the titles that name this product and describe no other: makers, models, titles of books.

    Args:
        product: The product.
        makers: All makers' names, folded; behind another's, "case, Orvane Arc 5", a title names its product.
    """
    values = frozenset(value for some in product.facets.values() for value in some)
    return set(_name_words(tuple(_titles(product)), frozenset(_brand(product)), values, frozenset(makers)))


@lru_cache(maxsize=20_000)  # the titles of candidates are asked for again and again
def _name_words(
    titles: tuple[str, ...], brand: frozenset[str], facets: frozenset[str], makers: frozenset[str]
) -> frozenset[str]:
    found = set(brand)
    for title in titles:
        for match in _TITLE_WORD.finditer(_FITS.split(title)[0]):
            word = match.group()
            if _begins_with(title[match.start() :], makers) and fold(word) not in brand:
                break
            plain = re.split(r"['’]", fold(word))[0]
            if match.start() == 0 and plain.isalpha() and is_english(plain) and plain not in brand:
                continue  # any title begins with a capital
            found.update(tokens(word))
    values = {word for value in facets for word in tokens(value)}
    plain = (values | FUNCTION_WORDS) - brand
    names = {word for word in found if (len(word) > 1 or word.isdigit()) and word not in plain}
    return frozenset((names - STOP) or names)


def _begins_with(title: str, makers: Set[str]) -> bool:
    """Whether a title goes on with the name of a maker, of three words at most."""
    words = fold(title).replace(",", " ").split()[:3]
    return any(" ".join(words[:count]) in makers for count in range(1, len(words) + 1))


def as_described(turn: Turn, product: Product) -> Product:
    """The variant of the product's line that has most of what is said; the product where none has more."""
    best = _variant(turn, product, turn.said.text)
    text = turn.said.text
    return best if said_values(turn, best, text) > said_values(turn, product, text) else product


def _variant(turn: Turn, product: Product, text: str) -> Product:
    """The member of the product's line that has most of what is said, and can be bought."""
    if product.family is None:
        return product
    family = turn.parts.searcher.store.family(product.family) or [product]
    return max(
        family, key=lambda item: (said_values(turn, item, text), item.available, item.id == product.id)
    )


def said_values(turn: Turn, product: Product, text: str) -> int:
    """How many values of a variant are said: its colour, its size, its memory."""
    include = turn.said.constraints.include
    folded = f" {fold(simplified(text))} "
    packs = packs_said(simplified(text))
    measures = {(found.unit, round(found.value, 6)) for found in find_quantities(simplified(text))}
    count = 0
    for facet, values in product.facets.items():
        names = {name for value in values for name in turn.parts.vocabulary.names(facet, value)}
        wanted = set(map(fold, include.get(facet, ()))) & set(map(fold, values))
        if turn.parts.vocabulary.kind(facet) == "size":
            names |= {number for value in values for number in re.findall(r"\d{2,3}(?:\.\d)?", value)}
        packed = any(pack_of(value) in packs for value in values)
        measured = [parse_quantity(value) for value in values]
        names |= {number for value in values for number in re.findall(r"^\d{3,4}(?= )", value)}
        packed |= any(one is not None and (one.unit, round(one.value, 6)) in measures for one in measured)
        count += bool(wanted) or packed or any(_is_said(fold(name), folded) for name in names)
    return count


def _is_said(name: str, text: str) -> bool:
    if has_han(name):
        return len(name) > 1 and name in text
    tight = name.replace(" ", "")
    return any(
        re.search(rf"(?<![A-Za-z0-9.]){re.escape(form)}(?![A-Za-z0-9]|\.\d)", text) is not None
        for form in {name, tight}
        if form
    )


def only_of_the_line(wanted: Constraints, family: Sequence[Product]) -> Constraints:
    """The constraints without values that no variant of the line has: they were words of its name."""
    having = {
        (facet, fold(value))
        for item in family
        for facet, values in item.all_facets().items()
        for value in values
    }
    include = {
        facet: values
        for facet, values in wanted.include.items()
        if any((facet, fold(value)) in having for value in values)
    }
    return replace(wanted, include=include)


def passing(turn: Turn, wanted: Constraints, products: Sequence[Product]) -> list[Product]:
    """Those of some products that pass the constraints."""
    parts = turn.parts
    filters, _ = to_filters(wanted, parts.vocabulary, currency=parts.currency, rates=parts.settings.rates)
    return [product for product in products if filters.accepts(product)]
