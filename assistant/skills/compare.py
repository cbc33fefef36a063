"""compare_products: which products are weighed, a table of their differences, and plain conclusions."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.comparison import difference_table, short_names
from assistant.skills.ask import REVIEWS, ask
from assistant.skills.base import Skill, Turn
from assistant.skills.reference import refer
from assistant.skills.table import EARLIER
from assistant.skills.weighing import conclusions
from assistant.skills.which import PICK, WHICH, which
from assistant.skills.wording import Phrase
from assistant.turns import DialogueState, Evidence, Outcome, Table
from index.schema import Product
from index.text import fold

MOST = 4
"""Products in one table."""
NEED_TWO: Phrase = (
    "It takes two products to compare, and there is only one on the table. Look for another one first.",
    "对比需要两款商品，现在只看了一款，再找一款吧。",
)
WITH_WHICH: Phrase = (
    "It takes two products to compare. Which one shall I put beside {title}?",
    "需要两款才能对比，{title} 要跟哪一款比？",
)
FIRST_TWO: Phrase = ("Here are the first two side by side.", "先把前两款放在一起比。")
FIRST_FOUR: Phrase = ("Here are the first four side by side.", "先比前四款。")
_ALL = re.compile(
    r"\b(?:all|every|each|these|those|them all|everything|side by side)\b|全部|所有|都比|这几|几[个款]都|全都"
)
_COMPARES = re.compile(r"\bcompar|\bversus\b|\bvs\b|\bdifferen|对比|比较|比一比|区别|差别|哪")
_IT = re.compile(r"\b(?:it|this|that)\b|它|这[个款件]|那[个款件]")
_BOTH = re.compile(r"\bboth\b|\bthe two\b|\bthe pair\b|两|俩|二者")


def compare(turn: Turn) -> Outcome:
    """Weigh the products that are meant: a plain answer to what was asked, and a table of what differs."""
    text = fold(turn.said.text)
    ends = _ends(turn.shown(), text)
    asks_which = WHICH.search(text) is not None or PICK.search(text) is not None
    products, note = _meant(turn, text, asks_which=asks_which)
    if not _COMPARES.search(text) and (len(products) == 1 or (REVIEWS.search(text) and not refer(turn))):
        return ask(turn)
    if len(products) < 2:
        return _too_few(turn, products)
    table = difference_table(products, turn.language, turn.parts.vocabulary.name_in)
    # What the dear one is dear for is answered by all its advantages, not by its price.
    facts = which(turn, products, text) if asks_which and not (ends and not PICK.search(text)) else []
    if not facts:
        lead = note or turn.say("compare") if len(table) > 1 else turn.say("same")
        facts = [lead, *conclusions(products, turn)]
    told = tuple(filter(None, facts))
    return Outcome(
        state=_laid_out(turn, products),
        composed=turn.joined(told),
        evidence=Evidence(facts=told),
        table=tuple(table) if len(table) > 1 and len(products) <= MOST else (),
        quick_replies=_next(turn, products, picked=PICK.search(text) is not None),
    )


def _laid_out(turn: Turn, products: Sequence[Product]) -> DialogueState:
    """The state with what was compared as what is talked about, and on the table if it was not there."""
    ids = tuple(product.id for product in products)
    if set(ids) <= set(turn.state.shown):
        return replace(turn.state, focus=ids)
    state = turn.state
    earlier = (
        (*state.earlier, Table(state.wanted, state.ranking, state.shown)) if state.shown else state.earlier
    )
    return replace(state, shown=ids, ranking=ids, focus=ids, earlier=earlier[-EARLIER:])


def _meant(turn: Turn, text: str, *, asks_which: bool) -> tuple[Sequence[Product], str]:
    """The products to weigh, and what to say about how they were chosen."""
    shown = _seen(turn)
    named = _by_values(turn) or _ends(shown, text)
    found = named or _unique(refer(turn))
    focus = tuple(turn.parts.searcher.store.get(turn.state.focus))
    numbered = bool(turn.said.constraints.references)
    if len(found) > 1:
        return (found, "") if len(found) <= MOST or asks_which else (found[:MOST], turn.tell(FIRST_FOUR))
    if len(found) == 1 and (numbered or _IT.search(text)):
        others = [product for product in focus if product.id != found[0].id]
        if others and len(others) == 1:
            return (others[0], found[0]), ""
    if numbered and len(found) == 1:
        return (shown, "") if len(shown) == 2 and asks_which else (found, "")
    if asks_which and not _ALL.search(text) and len(focus) > 1:
        return focus, ""
    if _BOTH.search(text) and len(shown) > 1:
        return shown[:2], turn.tell(FIRST_TWO) if len(shown) > 2 else ""
    if asks_which:
        return shown, ""
    if _ALL.search(text):
        return shown[:MOST], turn.tell(FIRST_FOUR) if len(shown) > MOST else ""
    if len(found) == 1:
        beside = [product for product in (*focus, *shown) if product.id != found[0].id]
        return ((found[0], beside[0]), "") if beside and len(shown) == 2 else (found, "")
    if len(focus) > 1:
        return focus[:MOST], ""
    return shown[:2], turn.tell(FIRST_TWO) if len(shown) > 2 else ""


def _seen(turn: Turn) -> tuple[Product, ...]:
    """What is on the table; where that is one product, also the table before, if it was of the same kind."""
    shown = turn.shown()
    if len(shown) != 1 or not turn.state.earlier:
        return shown
    before = turn.parts.searcher.store.get(turn.state.earlier[-1].shown)
    alike = [product for product in before if product.category[-1:] == shown[0].category[-1:]]
    return _unique([*shown, *alike])


def _unique(products: Iterable[Product]) -> tuple[Product, ...]:
    return tuple({product.id: product for product in products}.values())


def _by_values(turn: Turn) -> tuple[Product, ...]:
    """One product for each of several values of a facet that are named: "the black or the white one"."""
    shown = turn.shown()
    ids = [key for table in reversed(turn.state.earlier) for key in table.shown]
    candidates = _unique(
        [*shown, *turn.parts.searcher.store.get(turn.state.focus), *turn.parts.searcher.store.get(ids)]
    )
    for facet, values in turn.said.constraints.include.items():
        widened = [set(map(fold, turn.parts.vocabulary.widen(facet, (value,)))) for value in values]
        found = []
        for names in widened:
            having = [
                p
                for p in candidates
                if names & set(map(fold, p.all_facets().get(facet, ()))) and p not in found
            ]
            found += having[:1]
        if len(found) > 1:
            return tuple(found)
    return ()


_CHEAP = re.compile(r"\b(?:cheap|chea?p|cheep)\w*|便宜")
_DEAR = re.compile(r"\bexpensive|\bdear(?:er|est)?\b|\bpric(?:y|ier)|贵")


def _ends(shown: Sequence[Product], text: str) -> tuple[Product, ...]:
    """The cheapest and the dearest, when both, or one against the rest, are spoken of: 「贵的贵在哪」."""
    priced = sorted((p for p in shown if p.price is not None), key=lambda p: p.price or 0)
    both = _CHEAP.search(text) and _DEAR.search(text.replace("less expensive", ""))
    worth = re.search(
        r"\b(?:dear|expensive)\w*(?: one)?\b.*\bworth|\bworth\b.*\b(?:dear|expensive)|贵(?:在|的.{0,4}(?:好在|强在|值))",
        text,
    )
    if len(priced) > 1 and (both or worth) and not re.search(r"\b(?:cheaper|dearer) (?:than|by)", text):
        return priced[0], priced[-1]
    return ()


def _too_few(turn: Turn, products: Sequence[Product]) -> Outcome:
    """Say that two are needed and offer numbers."""
    shown, chinese = turn.shown(), turn.language == "zh"
    if not shown:
        return Outcome(state=turn.state, composed=turn.say("nothing_shown"))
    if len(shown) == 1:
        return Outcome(
            state=turn.state,
            composed=turn.tell(NEED_TWO),
            quick_replies=("类似的还有哪些",) if chinese else ("something similar",),
        )
    if len(products) == 1 and products[0].id in turn.state.shown:
        own = turn.state.shown.index(products[0].id) + 1
        pairs = [(own, other) for other in range(1, len(shown) + 1) if other != own]
        composed = turn.tell(WITH_WHICH, title=short_names(products, turn.language)[0])
    else:
        pairs = [(1, other) for other in range(2, len(shown) + 1)]
        composed = turn.say("need_two")
    replies = tuple(
        f"对比 {one} 和 {two}" if chinese else f"compare {one} and {two}" for one, two in pairs[:4]
    )
    return Outcome(state=turn.state, composed=composed, quick_replies=replies)


def _next(turn: Turn, products: Sequence[Product], *, picked: bool) -> tuple[str, ...]:
    """What may be said next."""
    chinese = turn.language == "zh"
    steps = [] if picked else ["你会选哪个" if chinese else "which one would you pick?"]
    places = [
        turn.state.shown.index(product.id) + 1 for product in products if product.id in turn.state.shown
    ]
    named = [(at, _ORDINALS[at - 1][chinese]) for at in places[:2] if at <= len(_ORDINALS)]
    steps += [f"{which}评价怎么样" if chinese else f"what do people say about {which}?" for _, which in named]
    if named and turn.shop.cart is not None:
        steps.append(f"把{named[0][1]}加入购物车" if chinese else f"add {named[0][1]} to my cart")
    return tuple(steps[:4])


_ORDINALS = (
    ("the first one", "第一个"), ("the second one", "第二个"), ("the third one", "第三个"), ("the fourth one", "第四个"),
    ("the fifth one", "第五个"),
)  # fmt: skip
SKILLS: Mapping[str, Skill] = {"compare_products": compare}
