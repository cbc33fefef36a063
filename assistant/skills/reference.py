"""Which products an utterance means: by number, by what sets them apart, by name, or as what was talked about."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.dialogue import referred
from assistant.measures import measured
from assistant.skills.base import Turn
from assistant.skills.called import as_described, called
from index.schema import Product
from index.text import fold, has_han, tokens

_ALL = re.compile(
    r"\b(?:both|all(?: of)? (?:them|these|those|the (?:two|three|four|five))|all (?:two|three|four|five)\b|each(?: of (?:them|these|those))?|"
    r"every one|these two|those two|the two(?!\s[\w'-]+ ones?\b)|them all|(?:compare|between) (?:them|these|those))\b|"
    r"(?:(?:这|那)(?:两|俩|三|四|五|几)(?:个|款|件|双|种|台|条|本|只)?|俩|(?:两|三|四|五)(?:个|款|件|双|种|台|条|本|只)|几(?:个|款|件|双|种|台|条|本|只)(?=都|全))(?:都|全)?(?=$|[^月天年块元百千])|都(?=要|买|加|来|对比|比)|全部|所有|各来?(?:一|两)?|每(?:个|款|件|样)",
    re.I,
)
_IT = re.compile(
    r"\b(?:it|its|it's|this|that|this one|that one|the one|the same)\b|它|这[个款件双台条本只把支套辆]|那[个款件双台条本只把支套辆]|(?:这|那)(?=$|[有是能的多会])|该(?:款|商品)",
    re.I,
)
_OF_SEVERAL = re.compile(
    r"\bof (?:those|them|these|the (?:two|three))\b|(?:这|那)?(?:两|俩|几|三)(?:个|款|件|双)?(?:里面?|中|之中|当中)",
    re.I,
)
# What is asked of a product is no description of it: "does it come in blue" is said of one that is not.
_ASKED = re.compile(
    r"\b(?:come|comes|available|have|get|got|is|are|does|do) (?:it|they|this|that|these|those)\b|\b(?:it|this|that) (?:come|comes|in)\b",
    re.I,
)
_AND = re.compile(r"\band\b|[和跟与、]", re.I)
_OF_EACH = frozenset({"compare_products", "add_to_cart", "remove_from_cart"})
_PARTS = re.compile(r"\b(?:and|or|vs\.?|versus|with|to|than|against)\b|[,，、和跟与比]|还是", re.I)
_THE_OTHER = re.compile(
    r"\b(?:the )?other (?:one|pair|product)\b|\bthe other\b(?! ones)|另(?:外)?(?:一|那)?[个款件双台条本只]",
    re.I,
)
_POINTED_OUT = re.compile(
    r"\b(?:the|that|this) ones? (?:with|that has|that is|which has|for|in|from|made of) (?:the |an? )?([\w' -]{2,40})|"
    r"\b(?:the|that|this|those) ((?:[\w'-]+ ){1,4})(?:ones?|thing)\b|([^，。,\s那这]{1,10})的?(?:那|这)[个款件双台条本只把支套辆]",
    re.I,
)
_POINTED_BEHIND = re.compile(r"(?:那|这)[个款件双台条本只把支套辆]([^，。,\s的]{2,12})的(?!时)")
_ARTICLE = re.compile(r"\b(?:the|that|this|your)\s+((?:[\w'-]+\s+){0,2}[\w'-]+)", re.I)
_DESCRIBED = re.compile(
    r"\b(?:the|that|this|those|these|your|another)\s+(?:[\w'-]+\s+){0,3}$|(?:那|这)(?:[个款件双台条本只把支套辆])?[^，。,]{0,4}$",
    re.I,
)
_DESCRIBED_BEHIND = re.compile(
    r"\s*(?:\w+ )?ones?\b|\s*的?\s*(?:那|这)?(?:[个款件双台条本只把支套辆])|\s*的(?=$|[^\w]|吧|呢|怎|多|有|能|是|加|放)",
    re.I,
)

Extreme = Callable[[Product], float | None]
"""What is compared; the largest is meant."""


def _price(product: Product) -> float | None:
    return None if product.price is None else float(product.price)


def _negative(of: Extreme) -> Extreme:
    def value(product: Product) -> float | None:
        found = of(product)
        return None if found is None else -found

    return value


def _measure(dimension: str) -> Extreme:
    return lambda product: measured(product, dimension)


def _rating(product: Product) -> float | None:
    return product.rating


def _released(product: Product) -> float | None:
    return None if product.released is None else float(product.released.toordinal())


_EXTREMES: Sequence[tuple[re.Pattern[str], Extreme]] = tuple(
    (re.compile(words, re.I), of)
    for words, of in (
        (r"\bcheap(?:er|est)\b|\bleast expensive\b|\b(?:less|lowest)[- ](?:expensive|priced)\b|最?(?:更|较)?便宜的?(?:那|这)|(?:最|更|较)便宜", _negative(_price)),
        (r"\b(?:dear(?:er|est)|most expensive|more expensive|pric(?:ier|iest))\b|(?:最|更|较)贵|贵的(?:那|这)", _price),
        (r"\b(?:best|highest|top|better|higher)[- ](?:rated|rating|reviewed|score)\b|评(?:分|价)(?:最|更|较)?[高好]", _rating),
        (r"\blight(?:er|est)\b|(?:最|更|较)轻|轻的(?:那|这)", _negative(_measure("weight"))),
        (r"\bheav(?:ier|iest)\b|(?:最|更|较)重|重的(?:那|这)", _measure("weight")),
        (r"\b(?:longest|longer|best|better) battery\b|续航(?:最|更|较)[长久好]", _measure("battery")),
        (r"\b(?:bigg|larg)(?:er|est)\b|(?:最|更|较)大|大的(?:那|这)", _measure("size")),
        (r"\bsmall(?:er|est)\b|(?:最|更|较)小|小的(?:那|这)", _negative(_measure("size"))),
        (r"\bnew(?:er|est)\b|最新的?(?:那|这)", _released),
    )
)  # fmt: skip


def refer(turn: Turn) -> tuple[Product, ...]:
    """The products that the utterance means, in the order meant; () when it cannot be told.

    By number first; then by name; then "both"; then what sets one apart on the table ("the cheaper one",
    "the blue one", "the one with the net"), and last what was talked about. What is not on the table is
    looked for among what was there before.
    """
    shown, focus = turn.shown(), _focus(turn)
    if turn.said.constraints.references and (chosen := _numbered(turn, shown)):
        return _unique([*chosen, *_named_beside(turn, shown, chosen)])
    if turn.said.intent.label in _OF_EACH and len(each := _each(turn, shown, focus)) > 1:
        return each
    ways = (_called, _other, _of_kinds, _group, _extreme_of, _pointed_out, _of_another_kind, _described)
    for way in (*ways, _translated, _in_that_variant):
        if found := way(turn, shown, focus):
            return found
    return _talked_about(turn, shown, focus)


def _each(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """What each part of "the Korrund and the pop-up one" means."""
    found: list[Product] = []
    weighed = turn.said.intent.label == "compare_products"
    for part in (_PARTS if weighed else _AND).split(turn.said.text):
        include = {
            facet: values
            for facet, values in turn.said.constraints.include.items()
            if any(
                fold(name) in fold(part)
                for value in values
                for name in turn.parts.vocabulary.names(facet, value)
            )
        }
        constraints = replace(turn.said.constraints, include=include, spans=())
        alone = replace(turn, said=replace(turn.said, text=part, constraints=constraints))
        for way in (_called, _extreme_of, _pointed_out, _described):
            if meant := way(alone, shown, focus):
                found.append(as_described(alone, meant[0]))
                break
    return _unique(found)


def _in_that_variant(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By a colour or a size, "the orange one", where no variant on the table is orange, but one line comes in it."""
    vocabulary = turn.parts.vocabulary
    wanted = {
        facet: {fold(value) for value in values}
        for facet, values in turn.said.constraints.include.items()
        if vocabulary.kind(facet) not in ("category", "brand")
    }
    if not wanted or not (_definite(turn) or len(shown) == 1) or _ASKED.search(turn.said.text):
        return ()
    named = {word for word in tokens(turn.said.constraints.query) if has_han(word) and len(word) > 1}
    if named and not any(named & _title_words(product) for product in (*focus, *shown)):
        return ()  # 「粉色的慢食碗」 is no pink fountain
    for candidates in (focus, shown):
        found = [item for product in candidates if (item := _variant_with(turn, product, wanted)) is not None]
        if len(found) == 1:
            return tuple(found)
    return ()


def _variant_with(turn: Turn, product: Product, wanted: Mapping[str, set[str]]) -> Product | None:
    family = turn.parts.searcher.store.family(product.family) if product.family else [product]
    fitting = [
        item
        for item in family
        if all(values & set(map(fold, item.all_facets().get(facet, ()))) for facet, values in wanted.items())
    ]
    return max(fitting, key=lambda item: item.available, default=None)


def _numbered(turn: Turn, shown: Sequence[Product]) -> list[Product]:
    """By their numbers; one that the table does not have is that of the last table that had it."""
    state = turn.state
    for table in (state, *(replace(state, shown=table.shown) for table in reversed(state.earlier))):
        ids = referred(table, turn.said.constraints.references)
        if len(ids) == len(turn.said.constraints.references):
            return turn.parts.searcher.store.get(ids)
    by_id = {product.id: product for product in shown}
    return [by_id[key] for key in referred(state, turn.said.constraints.references) if key in by_id]


def _called(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By name, in the variant that is on the table unless another one is described."""
    kinds = {turn.parts.vocabulary.kind(facet) for facet in turn.said.constraints.include}
    there = {product.family: product for product in (*shown, *focus) if product.family}
    return tuple(
        product if kinds - {"category", "brand"} else there.get(product.family or "", product)
        for product in called(turn)
    )


def _other(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """The other one, where there are two."""
    known = {product.id for product in focus}
    left = [product for product in shown if product.id not in known]
    said = _THE_OTHER.search(turn.said.text) is not None
    return tuple(left) if said and len(shown) == 2 and len(left) == 1 else ()


def _of_kinds(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By their kinds, "the monitor and the keyboard": of each kind what was talked about or shown last."""
    kinds = turn.said.constraints.include.get("category", ())
    spans = [span for span in turn.said.constraints.spans if span.key == "include.category"]
    if len(spans) < 2 or len(kinds) < 2:
        return ()
    there = [*focus, *shown, *_earlier(turn, shown)]
    found = []
    for kind in kinds:
        names = {fold(value) for value in turn.parts.vocabulary.widen("category", (kind,))}
        found += [product for product in there if names & set(map(fold, product.category))][:1]
    return _unique(found) if len(found) >= len(spans) else ()


def _of_another_kind(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By its kind, "that monitor again", where what is talked about and shown is of other kinds."""
    kinds = turn.said.constraints.include.get("category", ())
    wanted = {fold(value) for value in turn.parts.vocabulary.widen("category", kinds)}

    def fitting(product: Product) -> bool:
        return bool(wanted & set(map(fold, product.category)))

    if not kinds or any(map(fitting, (*focus, *shown))):
        return ()
    there = [product for product in _earlier(turn, shown) if fitting(product)]
    brands = set(map(fold, turn.said.constraints.include.get("brand", ())))
    there = [product for product in there if not brands or fold(product.brand or "") in brands]
    known = {key for table in turn.state.earlier for key in table.shown[:1]}
    return tuple(there[:1]) if len(there) == 1 or (there and there[0].id in known) else ()


def _extreme_of(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """The cheapest, the lightest, ... of those talked about, or of the table."""
    of_focus = len(focus) > 1 and _OF_SEVERAL.search(turn.said.text) is not None
    for candidates in (focus, shown) if of_focus else (shown, focus):
        if (found := _extreme(turn, candidates)) is not None:
            return (found,)
    return ()


def _pointed_out(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By words of its record, on the table or before: "the one with the net", 「带灯的那个」."""
    text = turn.said.text
    matches = [*_POINTED_OUT.finditer(text), *_POINTED_BEHIND.finditer(text)]
    if not matches:
        return ()
    said = [next(filter(None, match.groups())) for match in matches]
    words = [word for part in said for word in tokens(part) if word not in _PLAIN]
    include = turn.said.constraints.include
    for candidates in (shown, _earlier(turn, shown)):
        scores = {product.id: _says(product, words, include) for product in candidates}
        best = max(scores.values(), default=(0.0, 0.0))
        found = [product for product in candidates if scores[product.id] == best]
        if best[0] and len(found) == 1:
            return tuple(found)
    return ()


def _says(
    product: Product, words: Sequence[str], include: Mapping[str, Sequence[str]]
) -> tuple[float, float]:
    """(facet values and words of the title that a product has, words that its other texts have)."""
    facets = {fold(value) for values in product.all_facets().values() for value in values}
    valued = sum(fold(value) in facets for values in include.values() for value in values)
    titles = _title_words(product)
    texts = [product.description, *product.attributes, *product.attributes.values()]
    for translation in product.translations.values():
        texts += [translation.description, *translation.attributes, *translation.attributes.values()]
    others = {word for text in texts for word in tokens(text)}
    return valued + sum(word in titles for word in words), sum(word in others for word in words)


def pointed_out(turn: Turn) -> bool:
    """Whether words point one product of the table out: "the skate one"."""
    return bool(_pointed_out(turn, turn.shown(), _focus(turn)))


def points_at(turn: Turn) -> bool:
    """Whether the utterance points at products at all, whichever they are."""
    return bool(turn.said.constraints.references or _ALL.search(turn.said.text) or _IT.search(turn.said.text))


def _unique(products: Iterable[Product]) -> tuple[Product, ...]:
    return tuple({product.id: product for product in products}.values())


def _focus(turn: Turn) -> tuple[Product, ...]:
    return tuple(turn.parts.searcher.store.get(turn.state.focus))


def _group(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """All of what is on the table, or was talked about, when as many are meant."""
    match = _ALL.search(_without_spans(turn, "price", "quantity"))
    if match is None or any(pattern.search(turn.said.text) for pattern, _ in _EXTREMES):
        return ()  # "the cheaper of the two" is one
    two = re.search(r"both|two|两|俩", match.group(), re.I) is not None
    if len(focus) > 1 and (not two or len(focus) == 2):
        return tuple(focus)
    if two and len(shown) != 2:
        return tuple(shown[:2]) if len(shown) > 2 and has_han(match.group()) else ()
    return tuple(shown) if len(shown) > 1 else ()


def _without_spans(turn: Turn, *keys: str) -> str:
    text = turn.said.text
    for span in sorted(turn.said.constraints.spans, key=lambda span: -span.start):
        if span.key in keys:
            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def _extreme(turn: Turn, candidates: Sequence[Product]) -> Product | None:
    """The one that is cheapest, lightest, ... of the candidates, when exactly one is."""
    if len(candidates) < 2:
        return None
    for pattern, of in _EXTREMES:
        if not pattern.search(turn.said.text):
            continue
        values = {product.id: value for product in candidates if (value := of(product)) is not None}
        best = [
            product for product in candidates if values and values.get(product.id) == max(values.values())
        ]
        return best[0] if len(best) == 1 else None
    return None


def _described(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By a colour, a maker, a kind or words of the title, on the table first."""
    if _IT.search(turn.said.text) and focus and not _definite(turn):
        return _by_definite_words(turn, shown)
    earlier = _earlier(turn, shown)
    for candidates in (shown, [*focus, *earlier]):
        if found := _having(turn, candidates):
            return _one_of(found, focus)
        if found := _named(turn, candidates):
            return _one_of(found, focus)
    return ()


def _by_definite_words(turn: Turn, shown: Sequence[Product]) -> tuple[Product, ...]:
    """By words behind an article, "the clip light is ugly, never show that again": those of a question name nothing."""
    words = {word for match in _ARTICLE.finditer(turn.said.text) for word in tokens(match[1])} - _PLAIN
    scores = {product.id: len(words & telling) for product, telling in _telling(shown)}
    best = max(scores.values(), default=0)
    found = [product for product in shown if best and scores[product.id] == best]
    return tuple(found) if len(found) == 1 else ()


def _one_of(found: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """The only one, or the one among them that was talked about."""
    if len(found) == 1:
        return tuple(found)
    known = {product.id for product in focus}
    return tuple(product for product in found if product.id in known)[:1]


def _definite(turn: Turn) -> bool:
    """Whether a named value describes what is meant: "the blue one", not "does it come in blue"."""
    text = turn.said.text
    return any(
        _DESCRIBED.search(text[: span.start]) or _DESCRIBED_BEHIND.match(text, span.end)
        for span in turn.said.constraints.spans
        if span.key.startswith("include.")
    )


def _translated(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    """By words in another language than its title is in: "the wooden one" is 桐木.

    Only where the titles have no words of the shopper's language.
    """
    chinese = has_han(turn.said.text)
    foreign = [product for product in (*shown, *_earlier(turn, shown)) if has_han(product.title) != chinese]
    foreign = [product for product in foreign if turn.language not in product.translations]
    units = turn.parts.searcher.lexical.synonyms.units(turn.said.text)
    said = [tuple(name for name in unit.names if has_han(name) != chinese) for unit in units]
    for candidates in ([p for p in foreign if p in shown], [p for p in foreign if p not in shown]):
        scores = {
            product.id: sum(any(fold(name) in fold(product.title) for name in names) for names in said)
            for product in candidates
        }
        best = max(scores.values(), default=0)
        found = [product for product in candidates if best and scores[product.id] == best]
        if len(found) == 1:
            return tuple(found)
    return ()


def _having(turn: Turn, candidates: Sequence[Product]) -> list[Product]:
    """Candidates with every value that is named, when that tells some from others."""
    include = turn.said.constraints.include
    if not include or (_ASKED.search(turn.said.text) and not _definite(turn)):
        return []
    vocabulary = turn.parts.vocabulary
    wanted = {facet: set(map(fold, vocabulary.widen(facet, values))) for facet, values in include.items()}
    found = [
        product
        for product in candidates
        if all(
            values & set(map(fold, product.all_facets().get(facet, ()))) for facet, values in wanted.items()
        )
    ]
    return found if found and (len(found) < len(candidates) or len(candidates) == 1) else []


def _named(turn: Turn, candidates: Sequence[Product]) -> list[Product]:
    """Candidates whose title has words of the utterance that the others' titles lack."""
    said = set(tokens(_COUNT.sub(" ", _without_spans(turn, "price", "quantity", "sort"))))
    scores = {product.id: len(said & words) for product, words in _telling(candidates)}
    best = max(scores.values(), default=0)
    return [product for product in candidates if best and scores[product.id] == best]


def _named_beside(turn: Turn, shown: Sequence[Product], chosen: Sequence[Product]) -> list[Product]:
    """Products named beside a number: "compare the first one with the Hushby"."""
    brands = turn.said.constraints.include.get("brand", ())
    others = [*(p for p in shown if p not in chosen), *_earlier(turn, shown)]
    found = [p for p in others if p.brand is not None and fold(p.brand) in map(fold, brands)]
    return found[:1]


def _telling(candidates: Sequence[Product]) -> list[tuple[Product, set[str]]]:
    """Words of each title that not all candidates have; of one candidate, its whole title."""
    titles = [(product, _title_words(product)) for product in candidates]
    if len(titles) < 2:
        return titles
    common = set.intersection(*(words for _, words in titles))
    return [(product, words - common) for product, words in titles]


def _title_words(product: Product) -> set[str]:
    texts = [product.title, *(text.title for text in product.translations.values())]
    return {word for text in texts for word in tokens(text) if len(word) > 1 and word not in _PLAIN}


_COUNT = re.compile(r"[一两二三四五六七八九十\d]+[个款件双台条本只把支套辆张盒瓶包份副]")
_PLAIN = frozenset(
    "and the for with one of in to is it its on an at from by this that not no yes can do does what which how".split()
) | frozenset(("一个", "这个", "那个", "的", "可以", "什么", "怎么", "多少"))


def _talked_about(turn: Turn, shown: Sequence[Product], focus: Sequence[Product]) -> tuple[Product, ...]:
    if len(focus) == 1 or (focus and not shown):
        return tuple(focus)
    return tuple(shown) if len(shown) == 1 else ()


def _earlier(turn: Turn, shown: Sequence[Product]) -> list[Product]:
    """What was on the table before, the latest first."""
    there = {product.id for product in shown}
    ids = [key for table in reversed(turn.state.earlier) for key in table.shown if key not in there]
    return turn.parts.searcher.store.get(list(dict.fromkeys(ids)))
