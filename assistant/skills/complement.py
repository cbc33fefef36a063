"""find_complement: what goes with a product, by rules on kinds and by what was bought together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.bought_together import bought_with
from assistant.fitting import fits
from assistant.kinds import Shelf, goes_with, goes_with_words, not_sold, of_interest
from assistant.phrases import listed
from assistant.recipients import clash, users_named, users_of
from assistant.skills.anchors import asked_for, by_title, limiting, pointing, telling_words
from assistant.skills.base import SHOWN, Turn, ask_number
from assistant.skills.reference import points_at, refer
from assistant.skills.showing import (
    FEW,
    interleaved,
    lasting,
    limits,
    line,
    on_shelves,
    short_title,
    show,
    suited,
    turned_down,
)
from assistant.turns import Constraints, Option, Outcome, Question, Span
from assistant.vocabulary import Mention, tokenize
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold

FROM_EACH = 2
"""Products of one kind among the first that are shown, when there are several kinds."""

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
_LINK_ZH = re.compile(
    r"^(?P<before>.*?)(?:应该|该|可以|能|要|用来|想)*(?:搭配|配套|配|搭|穿|戴|贴|装|用|垫|接)(?:上|个|点|些|一?下)*(?P<after>(?:什么|哪|啥|怎样|多大|几|一|个|双|条|件|款|点|成).*)$"
)
_OF_ZH = re.compile(r"^.*?(?:适合|能装|装得下|给|配|搭|跟|和|与)(?P<before>.+?)(?:一起|搭配|配套|用|穿|搭|配)*的(?P<after>[^的]+)$")
_ACCESSORY = re.compile(r"\b(?:accessor\w+|add-?ons?|extras)\b|配件|周边|配套(?:的|$)|怎么?搭|搭配|成套", re.I)
_ASKING = frozenset(
    "what which whats goes go well nice nicely good best right should would could can do does i we you me it is are be there have has got get need buy use wear "
    "take put else also a an any some the my our your please pls show find recommend suggest help looking look for to of and or so too "
    "thing things something anything stuff item items product products accessory accessories extra extras bits compatible matching suitable proper perfect "
    "more people usually often together bought colour color size kind type one ones that this these those with as well along here shop store match matches pair pairs "
    "fit fits suit suits work works kit spare spares".split()
) | frozenset("什么哪个款啥些样种的有没吗呢么吧啊好看合适配搭用买要给我推荐一下可以能怎颜色样子几多大个双条件只把张点东西还需")

_WITH = ("Goes with {title}:", "和{title}搭配的有：")
_WITH_CART = ("Goes with what is in your cart:", "和购物车里的商品搭配的有：")
_REASON = ("goes with {title}", "搭配{title}")
_OFTEN = ("often bought together", "经常一起买")
_FITS = ("fits {title}", "适配{title}")
_FITTING = ("These are made for {title}:", "专为{title}设计的有：")
_FITTING_ONE = ("This one is made for {title}:", "专为{title}设计的有：")
_NO_FIT = ("I know of no {kind} here made for {title}.", "没有查到适配{title}的{kind}。")
_NO_FIT_LIMIT = ("Of the {kind} that fit {title}, none is “{what}”.", "适配{title}的{kind}里，没有符合「{what}」的。")
_NO_SUCH = ("This shop has no {kind}.", "店里没有{kind}。")
_NONE_OF_KIND = ("I have no {kind} to go with {title}.", "没有能和{title}搭配的{kind}。")
_NOT_KNOWN = (
    "I do not know what goes with {title}; nothing here is noted or often bought with it.",
    "没有查到和{title}搭配的商品，也没有经常一起买的记录。",
)
_NOTHING = ("Nothing that goes with {title} fits “{what}”.", "和{title}搭配的商品里，没有符合「{what}」的。")
_WITHOUT = ("Without that limit there are {count}; shall I show them?", "不限的话有 {count} 款，要看吗？")
_ALL = ("show all that goes with it", "都看看")
_EMPTY_CART = ("Your cart is empty.", "购物车是空的。")
_WITH_WHAT = ("With what should it go? Tell me a product or a kind of thing.", "要和什么搭配？告诉我一款商品或一类东西。")
_ALSO_GOES = ("What does go with {title}:", "和{title}搭配的有这些：")


@dataclass(frozen=True, slots=True)
class Asked:
    """What something is to go with.

    Attributes:
        beside: Products; empty where only a kind is named.
        words: The kind, as it was named.
        wanted: Categories of what is looked for, if it was said.
        lacking: A kind that is looked for and that this shop does not have.
        limits: What else is asked of it.
        cart: Whether the products are those in the cart.
        like: Products of the kind that is only named, which tell whom it is for.
    """

    beside: tuple[Product, ...] = ()
    words: str = ""
    wanted: tuple[str, ...] = ()
    lacking: str = ""
    limits: Constraints = field(default_factory=Constraints)
    cart: bool = False
    like: tuple[Product, ...] = ()

    def title(self, turn: Turn) -> str:
        """What it is to go with, in words."""
        title = short_title(turn, self.beside[0]) if self.beside else self.words
        return f" {title} " if self.beside and turn.language == "zh" else title


def complement(turn: Turn) -> Outcome:
    """What goes with the product, the kind or the cart that is talked about."""
    asked = _asked(turn)
    if asked is None:
        return _with_what(turn)
    if asked.cart and not asked.beside:
        return Outcome(state=turn.state, composed=turn.tell(_EMPTY_CART))
    filters, notes = limits(turn, asked.limits)
    if asked.wanted and len(asked.beside) == 1 and _has_to_fit(turn, asked):
        return _fitting(turn, asked, filters, notes)
    hits, reasons = _together(turn, asked, filters)
    if not hits:
        return _none(turn, asked, notes)
    return show(
        turn,
        hits,
        _headline(turn, asked),
        wanted=_lasting(asked),
        reasons=reasons,
        focus=asked.beside[:1],
        notes=notes,
    )


def _with_what(turn: Turn) -> Outcome:
    if turn.state.shown:
        return ask_number(turn, "find_complement")
    return Outcome(state=turn.state, composed=turn.tell(_WITH_WHAT))


# -- what is asked ---------------------------------------------------------------------------------------


def _asked(turn: Turn) -> Asked | None:
    """What it is to go with, and what is looked for; None when that cannot be told."""
    if turn.chosen.get("product"):
        kept = tuple(turn.parts.searcher.store.get([turn.chosen["product"]]))
        return Asked(kept) if kept else None
    if _CART.search(turn.said.text) and turn.shop.cart is not None:
        ids = [item.product_id for item in turn.shop.cart.lines(turn.customer)]
        return Asked(tuple(turn.parts.searcher.store.get(ids)), limits=_limits(turn, None), cart=True)
    wanted_at, beside_at = _sides(turn)
    linked = wanted_at[0] != beside_at[0] or wanted_at[1] != beside_at[1]
    wanted = _kinds(turn, wanted_at)
    product, words = _beside(turn, beside_at, _values(wanted) if linked else ())
    if product is None and not words:
        return None
    own = set(map(fold, product.category)) if product else set()
    categories = _values([m for m in wanted if not own & set(map(fold, m.values))])
    lacking = "" if categories else _lacking(turn, _without_limits(turn).said.text[slice(*wanted_at)])
    beside = () if product is None else (product,)
    like = () if beside else _of_that_kind(turn, _values(_kinds(turn, beside_at)))
    said = _limits(turn, wanted_at if linked else None)
    return Asked(beside, words, categories, lacking, said, like=like)


def _of_that_kind(turn: Turn, categories: tuple[str, ...]) -> tuple[Product, ...]:
    hits = on_shelves(turn, categories, Filters(), limit=10) if categories else []
    return tuple(hit.product for hit in hits)


def _sides(turn: Turn) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where in the text that stands which is looked for, and where that which it is to go with."""
    text = turn.said.text
    whole, nothing = (0, len(text)), (len(text), len(text))
    if turn.language == "zh":
        match = _LINK_ZH.search(text) or _OF_ZH.search(text)
        if match is not None:
            return match.span("after"), match.span("before")
    elif (match := next(filter(None, (link.search(text) for link in _LINKS)), None)) is not None:
        return (0, match.start()), (match.end(), len(text))
    return (nothing, whole) if _ACCESSORY.search(text) else (whole, nothing)


def _kinds(turn: Turn, place: tuple[int, int]) -> list[Mention]:
    """Kinds of things that a part of the text names."""
    vocabulary, text = turn.parts.vocabulary, turn.said.text
    found = [
        m
        for m in vocabulary.find(text)
        if m.kind == "category" and place[0] <= m.start < place[1] and not _ACCESSORY.search(text[m.start : m.end])
    ]
    # A single character names something only when nothing is glued to it: 「什么鞋」.
    alone = _ASKED_ZH.sub(" ", text[slice(*place)]) if turn.language == "zh" and not found else ""
    return found or [m for m in vocabulary.find(alone) if m.kind == "category"]


def _beside(turn: Turn, place: tuple[int, int], wanted: tuple[str, ...]) -> tuple[Product | None, str]:
    """The product that something is to go with, or the words for a kind."""
    bare = _without_limits(turn)
    part = bare.said.text[slice(*place)]
    told = _words(part)
    bare = replace(bare, said=replace(bare.said, text=part if told or points_at(bare) else bare.said.text))
    pointed = points_at(bare) or not told or not _bare_kind(part)
    meant = next(iter(refer(bare)), None) if pointed else None
    if meant is None and pointed and not bare.said.constraints.references and (not told or points_at(bare)):
        meant = next(iter([*turn.parts.searcher.store.get(turn.state.focus), *turn.shown()]), None)
    if meant is not None and not set(map(fold, wanted)) & set(map(fold, meant.category)) and _may_be(turn, meant, told):
        return meant, ""
    if not told or (points_at(bare) and len(told) < 2):
        return None, ""
    kind = goes_with_words(part, turn.parts.vocabulary)
    if (not kind or not _bare_kind(part)) and (product := by_title(turn, part)):
        return product, ""
    return None, _said(turn, place)


def _without_limits(turn: Turn) -> Turn:
    """The turn without limits in its text; names of models stay, since they tell what is meant."""
    text = turn.said.text
    kept = [s for s in limiting(turn) if s.key.startswith("include.") and _names_something(turn, s)]
    bare = pointing(turn)
    for span in kept:
        blanked = bare.said.text
        whole = blanked[: span.start] + text[span.start : span.end] + blanked[span.end :]
        bare = replace(bare, said=replace(bare.said, text=whole))
    return bare


def _names_something(turn: Turn, span: Span) -> bool:
    return turn.parts.vocabulary.kind(span.key.partition(".")[2]) not in ("colour", "material", "size")


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
    text = re.sub(r"^\s*(?:(?:my|your|our|the|a|an|some|for)\b\s*|我的?|一[双条件只款个]|买了?|有)+", "", text, flags=re.I)
    return " ".join(text.split()).strip(" ,.?!，。？！、的")


def _values(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for m in mentions for value in m.values))


def _lacking(turn: Turn, text: str) -> str:
    """A kind that is looked for and not sold here, as it was said; empty if there is something of that name."""
    if known := not_sold(text, turn.parts.vocabulary):
        return known
    said = _ASKED_ZH.sub("", text).strip(" ，。？") if turn.language == "zh" else " ".join(_words(text))
    if not said or len(_words(said)) > (6 if turn.language == "zh" else 2) or not _words(said):
        return ""
    hits = turn.parts.searcher.search(said, limit=5).hits
    keys = {token.key for token in tokenize(said)}
    titles = [[hit.product.title, *(t.title for t in hit.product.translations.values())] for hit in hits]
    sold = any(keys <= {token.key for text in some for token in tokenize(text)} for some in titles)
    return "" if sold else said


def _limits(turn: Turn, place: tuple[int, int] | None) -> Constraints:
    """Limits on what is looked for; a colour of what it goes with is none."""
    now, vocabulary = turn.said.constraints, turn.parts.vocabulary
    if turn.chosen.get("without") is not None:
        return Constraints()

    def counts(span: Span) -> bool:
        before = turn.said.text[: span.start]
        return place is None or place[0] <= span.start < place[1] or _INTO.search(before) is not None

    spans = tuple(span for span in limiting(turn) if counts(span))
    include = {f: v for f, v in asked_for(turn, spans).items() if vocabulary.kind(f) not in ("category", "model")}
    return replace(lasting(now), include=include)


_INTO = re.compile(r"\b(?:in|but|ideally|preferably|only)\s*$|[，,]\s*(?:要|最好|只要)?$|(?:要|最好|想要|只要)$", re.I)
_ASKED_ZH = re.compile(
    r"什么|哪[些个款种]?|啥|怎么?|样|颜色|大小|的|有没有|有|吗|呢|么|吧|啊|比较|最|好看?|合适|适合|一?[双条件只款个张把副]|一|几|点|些|推荐|我|请问|帮|找|来|上|可以|能|要|买|卖"
)


# -- what there is ---------------------------------------------------------------------------------------


def _together(turn: Turn, asked: Asked, filters: Filters) -> tuple[list[Hit], Mapping[str, str]]:
    """What goes with it, the best of each kind first, and why."""
    bought = _bought(turn, asked, filters)
    columns = [] if asked.wanted else [bought]
    columns += [_of_shelf(turn, asked, shelf, filters) for shelf in _shelves(turn, asked)[:FEW]]
    own = {line(product) for product in asked.beside}
    hits = [hit for hit in interleaved(columns) if line(hit.product) not in own]
    together = {hit.product.id for hit in bought}
    title = asked.title(turn)
    reasons = {}
    for hit in hits:
        if hit.product.id in together:
            reasons[hit.product.id] = turn.tell(_OFTEN)
        elif len(asked.beside) == 1 and fits(hit.product, asked.beside[0]):
            reasons[hit.product.id] = turn.tell(_FITS, title=title).strip()
        else:
            beside = _what_it_suits(turn, asked, hit.product) or title
            reasons[hit.product.id] = turn.tell(_REASON, title=beside).strip()
    return hits, reasons


def _what_it_suits(turn: Turn, asked: Asked, product: Product) -> str:
    """Of several products in a cart the one that this goes with."""
    if len(asked.beside) < 2:
        return ""
    for beside in asked.beside:
        if any(shelf.holds(product) for shelf in goes_with(beside, turn.parts.vocabulary)):
            return short_title(turn, beside)
    return ""


def _bought(turn: Turn, asked: Asked, filters: Filters) -> list[Hit]:
    store = turn.parts.searcher.store
    down = turned_down(turn)
    found = bought_with(store.engine, store, asked.beside)
    fitting = [item for item, _ in found if filters.accepts(item) and line(item) not in down]
    return [Hit(product, 1 - at / 100) for at, product in enumerate(fitting[:SHOWN])]


def _shelves(turn: Turn, asked: Asked) -> Sequence[Shelf]:
    vocabulary = turn.parts.vocabulary
    if asked.wanted:
        return [Shelf(vocabulary.widen("category", asked.wanted))]
    if asked.beside:
        found = [shelf for product in asked.beside for shelf in goes_with(product, vocabulary)]
        return list({shelf.categories: shelf for shelf in found}.values())
    return goes_with_words(asked.words, vocabulary) or of_interest(asked.words, vocabulary)


def _of_shelf(turn: Turn, asked: Asked, shelf: Shelf, filters: Filters) -> list[Hit]:
    """Of one kind what is nearest to it, made for the same ones, and, where it has to fit, what fits."""
    query = asked.beside[0].title if len(asked.beside) == 1 else asked.words
    hits = on_shelves(turn, shelf.categories, filters, query=query, limit=20)
    hits = suited(turn, hits, asked.limits)
    if shelf.fitting or (asked.beside and any(fits(hit.product, asked.beside[0]) for hit in hits)):
        return [found for hit in hits if (found := _variant_that_fits(turn, hit, asked.beside, filters)) is not None]
    hits = [hit for hit in hits if _suits(hit.product, asked)]
    return hits if asked.wanted else hits[:FROM_EACH]


def _suits(product: Product, asked: Asked) -> bool:
    """Whether a product is not for somebody else, nor made for something else."""
    if not asked.beside:
        if asked.like:
            return not all(clash(beside, product) for beside in asked.like)
        return users_of(product) != {"kids"} or "kids" in users_named(asked.words)
    if any(clash(beside, product) for beside in asked.beside):
        return False
    return len(asked.beside) > 1 or fits(product, asked.beside[0]) is not False


def _variant_that_fits(turn: Turn, hit: Hit, beside: Sequence[Product], filters: Filters) -> Hit | None:
    family = hit.product.family
    members = turn.parts.searcher.store.family(family) if family else [hit.product]
    for item in [hit.product, *members]:
        if filters.accepts(item) and any(fits(item, product) for product in beside):
            return replace(hit, product=item)
    return None


def _has_to_fit(turn: Turn, asked: Asked) -> bool:
    """Whether what is wanted is made for certain products: by the rules, or because some names this one's like."""
    wanted = set(map(fold, turn.parts.vocabulary.widen("category", asked.wanted)))
    shelves = goes_with(asked.beside[0], turn.parts.vocabulary)
    return any(shelf.fitting and wanted & set(map(fold, shelf.categories)) for shelf in shelves)


def _fitting(turn: Turn, asked: Asked, filters: Filters, notes: tuple[str, ...]) -> Outcome:
    """Only what the record says is made for the product."""
    shelf = Shelf(turn.parts.vocabulary.widen("category", asked.wanted), fitting=True)
    hits = _of_shelf(turn, asked, shelf, filters)
    title = asked.title(turn)
    if hits:
        return show(
            turn,
            hits,
            turn.tell(_FITTING_ONE if len(hits) == 1 else _FITTING, title=title),
            wanted=_lasting(asked),
            reasons={hit.product.id: turn.tell(_FITS, title=title).strip() for hit in hits},
            focus=asked.beside,
            notes=notes,
        )
    kind = _kind_name(turn, asked.wanted)
    what = listed(turn.parts.chips(asked.limits, turn.language), turn.language)
    some = what and _of_shelf(turn, asked, shelf, Filters(in_stock=True))
    composed = turn.tell(_NO_FIT_LIMIT if some else _NO_FIT, kind=kind, title=title, what=what)
    return Outcome(
        state=replace(turn.state, focus=(asked.beside[0].id,)),
        composed=composed,
        notes=notes,
        quick_replies=(turn.tell(_SAY_ELSE),),
    )


def _kind_name(turn: Turn, categories: Sequence[str]) -> str:
    name = turn.parts.vocabulary.name_in("category", categories[0], turn.language)
    return name if turn.language == "zh" else name.lower()


_SAY_ELSE = ("what else goes with it?", "它还能搭配什么")


def _lasting(asked: Asked) -> Constraints:
    """What a later search keeps; kinds that are wanted are named, those that were found are added when shown."""
    include = {**asked.limits.include, **({"category": asked.wanted} if asked.wanted else {})}
    return replace(asked.limits, include=include)


def _headline(turn: Turn, asked: Asked) -> str:
    if asked.lacking:
        none = turn.tell(_NO_SUCH, kind=asked.lacking)
        return turn.joined([none, turn.tell(_ALSO_GOES, title=asked.title(turn))])
    if asked.cart:
        return turn.tell(_WITH_CART)
    return turn.tell(_WITH, title=asked.title(turn))


def _none(turn: Turn, asked: Asked, notes: tuple[str, ...]) -> Outcome:
    """Nothing, and whether that is because of a limit."""
    title, what = asked.title(turn), listed(turn.parts.chips(asked.limits, turn.language), turn.language)
    free, _ = _together(turn, asked, Filters(in_stock=True))
    focus = tuple(product.id for product in asked.beside[:1])
    none = turn.tell(_NO_SUCH, kind=asked.lacking) if asked.lacking else ""
    if not free or not what:
        kind = _kind_name(turn, asked.wanted) if asked.wanted else ""
        told = turn.tell(_NONE_OF_KIND if kind else _NOT_KNOWN, title=title, kind=kind)
        return Outcome(state=replace(turn.state, focus=focus), composed=turn.joined([none, told]), notes=notes)
    option = Option(turn.tell(_ALL), "find_complement", turn.said.text, {"without": "limits", "product": "".join(focus)})
    return Outcome(
        state=replace(turn.state, focus=focus, question=Question((option,), yes=option)),
        composed=turn.joined([turn.tell(_NOTHING, title=title, what=what), turn.tell(_WITHOUT, count=len(free))]),
        notes=notes,
        quick_replies=(option.said,),
    )


SKILLS = {"find_complement": complement}
