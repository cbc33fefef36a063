"""What something is to go with, and what is looked for: "which socks go with the first one, in green"."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.kinds import goes_with_words, not_sold
from assistant.skills.anchors import asked_for, by_title, limiting, pointing, telling_words
from assistant.skills.base import Turn
from assistant.skills.called import called as named_products
from assistant.skills.reference import points_at, refer
from assistant.skills.showing import (
    called,
    lasting,
    on_shelves,
    short_title,
)
from assistant.turns import Constraints, Span
from assistant.vocabulary import Mention, tokenize
from index.filters import Filters
from index.schema import Product
from index.text import fold

_CART = re.compile(r"\b(?:cart|basket|trolley|in my bag)\b|购物车|车里|篮子", re.I)

# What is wanted stands before the link, what it is for behind it.
_LINKS = (
    re.compile(
        r"\b(?:(?:go(?:es)?|work|wear|combine|look|pair|match|come|buy|use|bundle|belong|sit)s?(?: \w+)? )?(?:with|alongside)\b|"
        r"\b(?:fits?|suits?|complements?|accompan(?:y|ies)|belongs? to|compatible with|made for)\b",
        re.I,
    ),
    re.compile(r"\b(?:for|onto?|match(?:es)?)\b", re.I),
)

_FITS = re.compile(r"\b(?:fits?|compatible|takes?|made for)\b|适合|适配|适用|兼容|能用|通用", re.I)

_LINK_ZH = re.compile(
    r"^(?P<before>.*?)(?:应该|该|可以|能|要|用来|想)*(?:搭配|配套|配|搭|穿|戴|贴|装|用|垫|接)(?:上|个|点|些|一?下)*(?P<after>(?:什么|哪|啥|怎样|多大|几|一|个|双|条|件|款|点|成).*)$"
)

_OF_ZH = re.compile(
    r"^.*?(?:适合|能装|装得下|给|配|搭|跟|和|与)(?P<before>.+?)(?:一起|搭配|配套|用|穿|搭|配)*的(?P<after>[^的]+)$"
)

# "a mouse that goes with it, silent": what follows describes the mouse.
_ONLY_IT = re.compile(
    r"^(\s*(?:it|this|that|them|these|those|它|这个|那个))(?:\s*[,，]|\s+(?:for|on|at|in|when|during)\b).*$",
    re.I | re.S,
)

_CLAUSE = re.compile(r"[,.;!?](?=\s)|[，。；！？]")

_ACCESSORY = re.compile(
    r"\b(?:accessor\w+|add-?ons?|extras)\b|配件|周边|配套(?:的|$)|怎么?搭|搭配|搭着|一(?:起|块儿?)买|成套",
    re.I,
)

_ASKING = frozenset(
    "what which whats goes go well nice nicely good best right should would could can do does i we you me it is are be there have has got get need buy use wear "
    "take put else also a an any some the my our your please pls show find recommend suggest help looking look for to of and or so too "
    "thing things something anything stuff item items product products accessory accessories extra extras bits compatible matching suitable proper perfect "
    "more people usually often together bought colour color size kind type one ones that this these those with as well along here shop store match matches pair pairs "
    "fit fits suit suits work works kit spare spares".split()
) | frozenset(
    "什么哪个款啥些样种的有没吗呢么吧啊好看合适配搭用买要给我推荐一下可以能怎颜色样子几多大个双条件只把张点东西还需"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What something is to go with.

    Attributes:
        beside: Products; empty where only a kind is named.
        words: The kind, as it was named.
        wanted: Categories of what is looked for, if it was said.
        called: What is looked for by another name than a category's: "strap".
        lacking: A kind that is looked for and that this shop does not have.
        limits: What else is asked of it.
        cart: Whether the products are those in the cart.
        like: Products of the kind that is only named, which tell whom it is for.
        fitting: Whether it is asked what fits: then nothing is shown on the off chance.
    """

    beside: tuple[Product, ...] = ()
    words: str = ""
    wanted: tuple[str, ...] = ()
    called: str = ""
    lacking: str = ""
    limits: Constraints = field(default_factory=Constraints)
    cart: bool = False
    like: tuple[Product, ...] = ()
    fitting: bool = False

    def title(self, turn: Turn) -> str:
        """What it is to go with, in words."""
        title = short_title(turn, self.beside[0]) if self.beside else self.words
        return f" {title} " if self.beside and turn.language == "zh" else title


def read(turn: Turn) -> Asked | None:
    """What it is to go with, and what is looked for; None when that cannot be told."""
    if turn.chosen.get("product"):
        kept = tuple(turn.parts.searcher.store.get([turn.chosen["product"]]))
        return Asked(kept) if kept else None
    if _CART.search(turn.said.text) and turn.shop.cart is not None:
        ids = [item.product_id for item in turn.shop.cart.lines(turn.customer)]
        return Asked(tuple(turn.parts.searcher.store.get(ids)), limits=_limits(turn, None), cart=True)
    had, asked_from = _had(turn)
    wanted_at, beside_at = _sides(turn, asked_from)
    linked = had is not None or wanted_at[0] != beside_at[0] or wanted_at[1] != beside_at[1]
    wanted = _kinds(turn, wanted_at)
    product, words = _beside(turn, beside_at, _values(wanted) if linked else (), had)
    if product is None and not words:
        # "Just got the Arc 5 for my birthday, what cases fit it?": "it" was named a moment before.
        kinds = set(map(fold, _values(wanted)))
        others = (item for item in named_products(turn) if not kinds & set(map(fold, item.category)))
        product = next(others, None)
    if product is None and not words:
        return None
    own = set(map(fold, product.category)) if product else set()
    categories = _values([m for m in wanted if not own & set(map(fold, m.values))])
    by_name, lacking = (
        ("", "") if categories else _called(turn, _without_limits(turn).said.text[slice(*wanted_at)])
    )
    beside = () if product is None else (product,)
    like = () if beside else _of_that_kind(turn, _values(_kinds(turn, beside_at)))
    said = _limits(turn, wanted_at if linked else None)
    return Asked(
        beside,
        words,
        categories,
        by_name,
        lacking,
        said,
        like=like,
        fitting=_FITS.search(turn.said.text) is not None,
    )


def _of_that_kind(turn: Turn, categories: tuple[str, ...]) -> tuple[Product, ...]:
    hits = on_shelves(turn, categories, Filters(), limit=10) if categories else []
    return tuple(hit.product for hit in hits)


def _had(turn: Turn) -> tuple[Product | None, int]:
    """A product that is named before the question, and where the question begins: "I bought an Arc 5, what fits it?"."""
    text = turn.said.text
    breaks = [match.end() for match in _CLAUSE.finditer(text) if any(map(str.isalnum, text[match.end() :]))]
    for at in reversed(breaks):
        before = replace(turn, said=replace(turn.said, text=text[:at]))
        if len(named := named_products(before)) == 1:
            return named[0], at
    return None, 0


def _sides(turn: Turn, start: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where in the text, from `start`, that stands which is looked for, and where that which it is to go with."""
    text = " " * start + turn.said.text[start:]
    whole, nothing = (start, len(text)), (len(text), len(text))
    if turn.language == "zh":
        match = _LINK_ZH.search(text) or _OF_ZH.search(text)
        if match is not None:
            return match.span("after"), match.span("before")
    elif (match := next(filter(None, (link.search(text) for link in _LINKS)), None)) is not None:
        return (start, match.start()), (match.end(), len(text))
    return (nothing, whole) if _ACCESSORY.search(text) else (whole, nothing)


def _kinds(turn: Turn, place: tuple[int, int]) -> list[Mention]:
    """Kinds of things that a part of the text names."""
    vocabulary, text = turn.parts.vocabulary, turn.said.text
    found = [
        m
        for m in vocabulary.find(text)
        if m.kind == "category"
        and place[0] <= m.start < place[1]
        and not _ACCESSORY.search(text[m.start : m.end])
    ]
    # A single character names something only when nothing is glued to it: 「什么鞋」.
    alone = _ASKED_ZH.sub(" ", text[slice(*place)]) if turn.language == "zh" and not found else ""
    return found or [m for m in vocabulary.find(alone) if m.kind == "category"]


def _beside(
    turn: Turn, place: tuple[int, int], wanted: tuple[str, ...], had: Product | None
) -> tuple[Product | None, str]:
    """The product that something is to go with, or the words for a kind; `had` was named before."""
    bare = _without_limits(turn)
    part = _ONLY_IT.sub(r"\1", bare.said.text[slice(*place)])
    told = _words(part)
    if had is not None and (not told or not _kinds(turn, place)):
        return had, ""
    named = named_products(replace(turn, said=replace(turn.said, text=turn.said.text[slice(*place)])))
    if len(named) == 1 and not set(map(fold, wanted)) & set(map(fold, named[0].category)):
        return named[0], ""
    bare = replace(bare, said=replace(bare.said, text=part if told or points_at(bare) else bare.said.text))
    pointed = points_at(bare) or not told or not _bare_kind(part)
    meant = next(iter(refer(bare)), None) if pointed else None
    if meant is None and pointed and not bare.said.constraints.references and (not told or points_at(bare)):
        meant = next(iter([*turn.parts.searcher.store.get(turn.state.focus), *turn.shown()]), None)
    if (
        meant is not None
        and not set(map(fold, wanted)) & set(map(fold, meant.category))
        and _may_be(turn, meant, told)
    ):
        return meant, ""
    if not told or (points_at(bare) and len(told) < 2):
        return None, ""
    kind = goes_with_words(part, turn.parts.vocabulary)
    if (not kind or not _bare_kind(part)) and (product := by_title(turn, part) or _by_maker(turn, place)):
        return product, ""
    return None, _said(turn, place)


def _by_maker(turn: Turn, place: tuple[int, int]) -> Product | None:
    """The product of a maker and a kind that are both named: "the Sanzao knife", 「叁灶那把菜刀」."""
    there = [span for span in turn.said.constraints.spans if place[0] <= span.start < place[1]]
    if not {"include.brand", "include.category"} <= {span.key for span in there}:
        return None
    include = turn.said.constraints.include
    makers = Filters(include={"brand": frozenset(map(fold, include["brand"]))})
    hits = on_shelves(turn, include["category"], makers, limit=1)
    return hits[0].product if hits else None


def _without_limits(turn: Turn) -> Turn:
    """The turn without limits in its text; names of models stay, since they tell what is meant."""
    text = turn.said.text
    kept = [span for span in limiting(turn) if _names_something(turn, span)]
    bare = pointing(turn)
    for span in kept:
        blanked = bare.said.text
        whole = blanked[: span.start] + text[span.start : span.end] + blanked[span.end :]
        bare = replace(bare, said=replace(bare.said, text=whole))
    return bare


def _names_something(turn: Turn, span: Span) -> bool:
    if span.key == "price":
        return _MODEL.fullmatch(span.text.strip()) is not None  # an Arc 5 Max costs more than 5
    return span.key.startswith("include.") and turn.parts.vocabulary.kind(span.key.partition(".")[2]) not in (
        "colour",
        "material",
        "size",
    )


def _bare_kind(text: str) -> bool:
    """Whether a kind in general is meant, and no certain one: "hiking boots", not "the boots"."""
    return re.search(r"\b(?:the|this|that|these|those)\b|[这那]", text, re.I) is None


def _may_be(turn: Turn, product: Product, told: tuple[str, ...]) -> bool:
    """Whether a product can be called so: "this phone" is no tent."""
    if not told:
        return True
    vocabulary = turn.parts.vocabulary
    names = [name for level in product.category for name in vocabulary.names("category", level)]
    titles = [product.title, *(text.title for text in product.translations.values())]
    known = {token.key for text in (*names, *titles) for token in tokenize(text)}
    return bool(known & set(told))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in telling_words(text) if word not in _ASKING)


def _said(turn: Turn, place: tuple[int, int]) -> str:
    """The kind as it was named, without what stands before it, prices and punctuation."""
    text = turn.said.text
    for span in turn.said.constraints.spans:
        if not span.key.startswith("include."):
            text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    text = _ACCESSORY.sub(" ", text[slice(*place)])
    text = re.sub(
        r"^\s*(?:(?:my|your|our|the|a|an|some|for)\b\s*|我的?|一[双条件只款个]|买了?|有)+",
        "",
        text,
        flags=re.I,
    )
    return " ".join(text.split()).strip(" ,.?!，。？！、的")


def _values(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for m in mentions for value in m.values))


def _called(turn: Turn, text: str) -> tuple[str, str]:
    """What is looked for by a name that is no category's: (name, "") if titles have it, ("", name) if none does."""
    vocabulary = turn.parts.vocabulary
    said = _ASKED_ZH.sub("", text).strip(" ，。？") if turn.language == "zh" else " ".join(_words(text))
    name = not_sold(text, vocabulary) or said
    long = len(_words(name)) > (6 if turn.language == "zh" else 2)
    if not name or not _words(name):
        return "", ""
    if len(name.split()) <= 4 and called(turn, name, Filters()):
        return name, ""
    return ("", "") if long and name == said else ("", name)


def _limits(turn: Turn, place: tuple[int, int] | None) -> Constraints:
    """Limits on what is looked for; a colour of what it goes with is none."""
    now, vocabulary = turn.said.constraints, turn.parts.vocabulary
    if turn.chosen.get("without") is not None:
        return Constraints()

    def counts(span: Span) -> bool:
        before = turn.said.text[: span.start]
        return place is None or place[0] <= span.start < place[1] or _INTO.search(before) is not None

    spans = tuple(span for span in limiting(turn) if counts(span))
    include = {
        f: v for f, v in asked_for(turn, spans).items() if vocabulary.kind(f) not in ("category", "model")
    }
    named = any(span.key == "price" and _names_something(turn, span) for span in now.spans)
    return replace(lasting(now), include=include, price=None if named else now.price)


_MODEL = re.compile(r"\d+ ?(?:max|pro|plus|mini|ultra|lite)", re.I)
_INTO = re.compile(
    r"\b(?:in|but|ideally|preferably|only)\s*$|[，,]\s*(?:要|最好|只要)?$|(?:要|最好|想要|只要)$", re.I
)

_ASKED_ZH = re.compile(
    r"什么|哪[些个款种]?|啥|怎么?|样|颜色|大小|的|有没有|有|吗|呢|么|吧|啊|比较|最|好看?|合适|适合|一?[双条件只款个张把副]|一|几|点|些|推荐|我|请问|帮|找|来|上|可以|能|要|买|卖"
)
