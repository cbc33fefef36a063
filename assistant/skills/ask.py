"""ask_product: answers a question about a product from its record and its reviews, and says what neither says."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.aspects import BY_KEY, Aspect, asked_about
from assistant.comparison import shorter
from assistant.phrases import listed, product_line
from assistant.record import Fact, lines, quoted
from assistant.reviews import about, summary
from assistant.skills.attributes import (
    FACT,
    material,
    named,
    of_value,
    partly_named,
    stated,
    suited,
    telling,
    told_yes_or_no,
)
from assistant.skills.base import Skill, Turn, titled
from assistant.skills.called import as_described
from assistant.skills.nearest import nearest, nearest_facts
from assistant.skills.nearest import told as quoting
from assistant.skills.offer import answers, others_there
from assistant.skills.question import Asked, content, keys, read
from assistant.skills.reference import pointed_out, refer
from assistant.skills.service import from_pages
from assistant.skills.table import put_on_table
from assistant.skills.texts import TOLD, best_line, described, mentioned, quoted_words, said_more, speaks_of
from assistant.skills.variants import has
from assistant.skills.wording import IT, Phrase, put_together, spaced
from assistant.suitability import suits_age, suits_kind
from assistant.turns import Evidence, Outcome, Suggestion
from index.filters import Filters
from index.schema import Product
from index.search import Hit
from index.text import fold

MOST_PRODUCTS = 4
"""Products that one question is answered for."""
SILENT: Phrase = (f"Of {{what}} the record of {IT} says nothing.", f"{{what}}方面，{IT} 的记录里没有写。")
UNKNOWN: Phrase = (f"The record of {IT} does not say.", f"{IT} 的记录里没有写这一点。")
UNKNOWN_BUT: Phrase = (
    f"The record of {IT} does not say, but {{reviews}}",
    f"{IT} 的记录里没有写这一点，不过{{reviews}}",
)
KNOWN: Phrase = ("What it does say: {facts}.", "记录里有：{facts}。")
POLICY: Phrase = (
    "What the shop guarantees is on its policy page; ask me for the warranty policy.",
    "店铺的保修规定在政策页面，可以问我「保修政策」。",
)
NO_POLICY: Phrase = (
    "The record of \x00 does not say anything about a warranty.",
    f"{IT} 的记录里没有写保修。",
)
OVERVIEW: Phrase = (f"{IT}: {{facts}}.", f"{IT}：{{facts}}。")
NOT_HERE: Phrase = (
    "“{name}” is not on the table; this is about {title}.",
    "「{name}」不在刚才看的商品里，下面说的是 {title}。",
)
_OVERVIEW = re.compile(
    r"\btell me (?:more|about)|\bmore (?:info|detail)|\bdetails?\b|\bspecs?\b|\bspecifications?\b|\bwhat does it do|\bdescribe\b|\bdescription\b|\bwhat is (?:it|this|that) exactly|"
    r"介绍|详细|参数|展开讲|详情|啥特点|什么特点|什么功能|具体说|说说这|讲讲"
)
_IT = re.compile(r"\b(?:it|it's|they|them)\b|它")
REVIEWS = re.compile(
    r"\breviews?\b|\breviewrs?\b|\breviewers?\b|\bpeople (?:say|think)|\b(?:buyers|customers|owners|others|anybody|anyone)\b|\bopinions?\b|\bfeedback\b|\bcomplain|"
    r"评价|口碑|评论|反馈|买家|买过的|大家(?:怎么)?[说觉]|有人说|有没有人|有人.{0,12}(?:过|没|吗)"
)
_BLAME = re.compile(
    r"\bcomplain|\bbad reviews?|\bnegative|\bcons\b|\bdownsides?|\bdrawbacks?|\bwhat(?:'s| is) (?:wrong|bad)|\bproblems?\b|缺点|差评|不好的(?:地方|评|一面)|坏处|毛病|吐槽|问题"
)
_PRAISE = re.compile(
    r"\bgood reviews|\bpositive|\bpros\b(?! and)|\bwhat(?:'s| is) good|\blike about|优点|好评|好处"
)
_OVERALL = re.compile(
    r"\b(?:any|is it|are they|it) good\b|\bworth (?:it|buying|the (?:price|money))|\bgood quality\b|\bhow(?:'s| is| are) (?:it|they|this|that|the (?:first|second|third|last)[\w ]*)\W*$|\bshould i (?:buy|get)|\brecommend\b|"
    r"怎么样|好不好(?!.)|好用[吗么不]|好不好用|值得买|值不值|靠谱|质量好"
)


def ask(turn: Turn) -> Outcome:
    """Answer from the record and the reviews of the products that are meant; say so when they do not say."""
    products = _meant(turn)
    if not products:
        return Outcome(state=turn.state, composed=turn.say("nothing_shown"))
    products = [as_described(turn, product) for product in products]
    told = [answer(turn, product) for product in products[:MOST_PRODUCTS]]
    if stranger := _stranger(turn, products):
        title = listed([titled(product, turn) for product in products], turn.language)
        told.insert(0, turn.tell(NOT_HERE, name=stranger, title=title))
    if (variant := _shown_too(turn, products)) is not None:
        outcome = put_on_table(turn, turn.state, [variant], "\n".join(told))
        ranking = tuple(dict.fromkeys((variant.hit.product.id, *turn.state.ranking)))
        return replace(
            outcome, state=replace(outcome.state, ranking=ranking, focus=(variant.hit.product.id,))
        )
    return Outcome(
        state=replace(turn.state, focus=tuple(product.id for product in products[:MOST_PRODUCTS])),
        composed="\n".join(told),
        evidence=Evidence(facts=(*told, *(product_line(product, turn.language) for product in products[:1]))),
        quick_replies=_next(turn, products, told),
    )


def _shown_too(turn: Turn, products: Sequence[Product]) -> Suggestion | None:
    """The variant that was asked for by its colour or size, so that it can be seen."""
    described = {
        f for f in turn.said.constraints.include if turn.parts.vocabulary.kind(f) not in ("category", "brand")
    }
    if len(products) != 1 or not described:
        return None
    if products[0].id in turn.state.shown and pointed_out(turn):  # it is there, among others
        return None
    having = {facet for facet in described if has(products[0], facet, turn.said.constraints.include[facet])}
    return Suggestion(Hit(products[0], 1.0), 1.0) if having == described else None


def _meant(turn: Turn) -> Sequence[Product]:
    """What the question is about; where it does not say, what was talked about, or the first on the table."""
    found = refer(turn)
    strange = len(found) > 1 or any(product.id not in turn.state.shown for product in found)
    if strange and len(turn.state.focus) == 1 and _IT.search(fold(turn.said.text)):
        # "Does it fit the Arc 5" is about the case, whatever else has that name.
        found = tuple(turn.parts.searcher.store.get(turn.state.focus)) or found
    if found:
        return found
    if named := _looked_up(turn):
        return (named,)
    store = turn.parts.searcher.store
    if turn.state.focus and not turn.said.constraints.references and (focus := store.get(turn.state.focus)):
        return tuple(focus)
    return turn.shown()[:1]


def _looked_up(turn: Turn) -> Product | None:
    """A product that is asked for by its maker's name and is not on the table."""
    brands = turn.said.constraints.include.get("brand", ())
    known = {fold(product.brand or "") for product in turn.shown()}
    if not brands or all(fold(brand) in known for brand in brands):
        return None
    hits = turn.parts.searcher.search(turn.said.text, Filters.of(include={"brand": brands}), limit=1).hits
    return hits[0].product if hits else None


_NAME = re.compile(r"\b(?:the|of|a|an|does|is|has|in)\s+((?:[A-Z][\w'-]+\s+){1,3}[A-Z0-9][\w'-]*)")


def _stranger(turn: Turn, products: Sequence[Product]) -> str:
    """A name in the question that is of none of these products, as it is written; empty without one."""
    match = _NAME.search(turn.said.text)
    if match is None or turn.said.text.isupper():
        return ""
    texts = (
        text
        for product in products
        for text in (product.title, *product.attributes.values(), *product.all_facets().get("brand", ()))
    )
    known = {key for text in texts for key in keys(text)}
    return match[1] if not known & set(keys(match[1])) else ""


def _next(turn: Turn, products: Sequence[Product], told: Sequence[str]) -> tuple[str, ...]:
    """What may be asked next."""
    chinese = turn.language == "zh"
    steps = []
    if turn.shop.policies is not None and turn.tell(POLICY) in " ".join(told):
        steps.append("保修政策是什么" if chinese else "what is the warranty policy?")
    if any(others_there(turn, product) for product in products):
        steps.append("哪款有货" if chinese else "which ones are in stock?")
    if any(product.reviews for product in products) and not REVIEWS.search(fold(turn.said.text)):
        steps.append("它的评价怎么样" if chinese else "what do people say about it?")
    if len(products) == 1 and turn.shop.cart is not None and products[0].available:
        steps.append("把它加入购物车" if chinese else "add it to my cart")
    if len(turn.state.shown) > 1:
        steps.append("对比 1 和 2" if chinese else "compare 1 and 2")
    steps.append("类似的还有哪些" if chinese else "something similar")
    return tuple(steps[:4])


def answer(turn: Turn, product: Product) -> str:
    """What the record and the reviews of a product say to the question; names the product."""
    question = read(turn, product)
    told = _answer(question)
    return put_together(told, turn, product)


def _answer(asked: Asked) -> list[str]:
    turn, product = asked.turn, asked.product
    aspects = asked_about(asked.text)
    if REVIEWS.search(asked.text) or _BLAME.search(asked.text) or _PRAISE.search(asked.text):
        return _from_reviews(asked, aspects)
    told = list(answers(turn, product, asked.text))
    if any(aspect.key == "warranty" for aspect in aspects):
        return [*told, *_warranty(asked)]
    told += _from_record(asked, aspects, bool(told))
    if told:
        return told
    if _OVERVIEW.search(asked.text):
        return _overview(asked)
    if _OVERALL.search(asked.text):
        return [_all_reviews(asked)]
    if not content(asked):
        return _overview(asked)
    return _unknown(asked, aspects)


def spoken_for(turn: Turn, product: Product) -> str:
    """What the record says in favour of a product for the use, or the person, that is named; may be empty."""
    asked = read(turn, product)
    for suits in (suits_age(asked.whole, asked.record), suits_kind(asked.text, asked.record)):
        if suits is not None and suits.verdict:
            title = shorter(product, turn.language)
            return turn.tell(LISTED, title=title, name=suits.fact.name, value=suits.fact.value)
    for aspect in asked_about(asked.text):
        if aspect.key in _USES and (line := described(asked, aspect)):
            return line.replace(IT, shorter(product, turn.language))
    return ""


LISTED: Phrase = ("{title} is listed with “{name}: {value}”.", "{title} 的记录写着「{name}：{value}」。")
_USES = frozenset({"gaming", "travel", "gift", "ease", "submerged", "waterproof", "laptop", "temperature"})


def _from_reviews(asked: Asked, aspects: Sequence[Aspect]) -> list[str]:
    """What reviewers say: of what was asked, or in general."""
    product, language = asked.product, asked.turn.language
    told = [sentence for aspect in aspects if (sentence := mentioned(asked, aspect))]
    words = [] if told else content(asked)
    if words and (sentence := about(product, speaks_of(words), quoted_words(asked, words), language)):
        told = [sentence]
    if told:
        return told
    if (aspects or words) and (passage := nearest(asked, reviews_only=True)):
        return [quoting(asked, passage)]
    if product.reviews and (aspects or (words and len(words) <= NAMEABLE)):
        what = listed([aspect.called(language) for aspect in aspects], language) or quoted_words(asked, words)
        none = asked.turn.tell(NOT_MENTIONED, count=len(product.reviews), what=what)
        told = [none] if len(product.reviews) > 1 else [asked.turn.tell(NOT_MENTIONED_ONE, what=what)]
        return [*told, _all_reviews(asked)] if _BLAME.search(asked.text) and not aspects else told
    return [_all_reviews(asked)]


NAMEABLE = 2
"""So many words name what reviews were asked for; more of them are how the question was put."""


NOT_MENTIONED: Phrase = (
    f"None of the {{count}} reviews of {IT} mentions {{what}}.",
    f"{IT} 的 {{count}} 条评价都没有提到{{what}}。",
)
NOT_MENTIONED_ONE: Phrase = (
    f"The only review of {IT} does not mention {{what}}.",
    f"{IT} 唯一的评价没有提到{{what}}。",
)


def _all_reviews(asked: Asked) -> str:
    side = "blame" if _BLAME.search(asked.text) else "praise" if _PRAISE.search(asked.text) else ""
    return summary(asked.product, IT, asked.turn.language, side=side)


def _warranty(asked: Asked) -> list[str]:
    aspect = asked_about("warranty")[0]
    told = [asked.turn.tell(FACT, name=fact.name, value=fact.value) for fact in telling(asked, aspect)]
    if asked.turn.shop.policies is not None:
        pages = "" if told else from_pages(asked.turn, asked.turn.said.text)
        return [*(told or [asked.turn.tell(UNKNOWN)]), pages or asked.turn.tell(POLICY)]
    return told or [asked.turn.tell(NO_POLICY)]


def _overview(asked: Asked) -> list[str]:
    turn = asked.turn
    told = [f"{fact.name} {fact.value}" for fact in asked.record[:8]]
    sentences = list(lines(asked.product, turn.language))[:2]
    parts = [turn.tell(OVERVIEW, facts=("，" if turn.language == "zh" else ", ").join(told))] if told else []
    if sentences:
        quote = quoted(" ".join(sentences), turn.language)
        parts.append(turn.tell(TOLD, title=IT, quote=quote))
    return parts or [turn.tell(UNKNOWN)]


def _from_record(asked: Asked, aspects: Sequence[Aspect], answered: bool) -> list[str]:
    """What attributes, then the description and reviews, say to each thing that was asked."""
    told: list[str] = []
    said: set[str] = set()
    for suits in (suits_age(asked.whole, asked.record), suits_kind(asked.text, asked.record)):
        if suits is not None and suits.fact.key not in said:
            said.add(suits.fact.key)
            told.append(suited(asked, suits))
    if made_of := material(asked):
        return [*told, made_of]
    hidden = [BY_KEY[key].attribute for aspect in aspects for key in aspect.hides]
    said.update(asked.product.facets if answered else ())  # a variant was asked for, and its value is told
    direct = [
        fact
        for fact in named(asked)
        if fact.key not in said
        and not any(names.search(name) for names in hidden if names is not None for name in fact.names)
    ]
    for fact in direct[:3]:
        said.add(fact.key)
        told.append(stated(asked, fact, None))
    passage = nearest(asked, sure=True) if aspects and not direct else None
    if passage is not None and passage.fact is not None:  # how long it stands by, not what its battery holds
        said.add(passage.fact.key)
        told.append(stated(asked, passage.fact, None))
    for aspect in aspects:
        found = [fact for fact in telling(asked, aspect) if fact.key not in said]
        if told and not found and not aspect.felt:
            continue
        about_it = _on(asked, aspect, found, quiet=bool(told) or answered)
        if answered and not about_it and not told and aspect.key in _PLAINLY_ASKED:
            about_it = [asked.turn.tell(SILENT, what=aspect.called(asked.turn.language))]
        told += about_it
        said.update(fact.key for fact in found)
    if answered:
        return told[:4]
    if (
        passage is not None
        and passage.fact is None
        and not any(passage.text.rstrip("。.") in one for one in told)
    ):
        told.insert(0, quoting(asked, passage))
    if not told and (near := partly_named(asked)):
        told.append(stated(asked, near, None))
    if not told and (valued := of_value(asked)):
        told.append(told_yes_or_no(asked, valued, True))
    if told and not aspects:
        told += [line] if (line := said_more(asked, direct)) else []
    return told[:4]


def _on(asked: Asked, aspect: Aspect, found: Sequence[Fact], *, quiet: bool) -> list[str]:
    """The answer on one aspect: the attribute, the description where it speaks of it, and the reviews."""
    told = [stated(asked, fact, aspect) for fact in found[: aspect.several]]
    if (not told and not quiet) or aspect.key in _TOLD_TOO:
        line = described(asked, aspect)
        told += [line] if line else []
    reviewed = mentioned(asked, aspect) if (aspect.felt or not told) else ""
    if told or quiet:
        return [*told, reviewed] if reviewed else told
    if reviewed:
        return [_not_said_but(asked, reviewed)]
    return []


def _not_said_but(asked: Asked, reviewed: str) -> str:
    turn = asked.turn
    told = reviewed[0].lower() + reviewed[1:] if turn.language == "en" else spaced(reviewed, turn).rstrip()
    return turn.tell(UNKNOWN_BUT, reviews=told)


_PLAINLY_ASKED = frozenset(
    "waterproof battery noise weight washing dishwasher microwave oven hob cancelling assembly slip leak smell".split()
)
"""Aspects that are not asked by accident, in words that mean something else."""

_TOLD_TOO = frozenset({"submerged", "expand", "phone", "door", "gaming", "speaker"})
"""Aspects that an attribute settles so rarely that the description is quoted beside it."""


def _unknown(asked: Asked, aspects: Sequence[Aspect]) -> list[str]:
    """What the texts say in the words of the question, or near them; else that it is not said, and what is."""
    turn, product = asked.turn, asked.product
    if words := content(asked):
        if line := best_line(asked, words):
            return [turn.tell(TOLD, title=IT, quote=quoted(line, turn.language))]
        reviewed = about(product, speaks_of(words), quoted_words(asked, words), turn.language)
        if reviewed:
            return [_not_said_but(asked, reviewed)]
    if (passage := nearest(asked, sure=bool(aspects))) is not None:
        return [stated(asked, passage.fact, None) if passage.fact is not None else quoting(asked, passage)]
    short = [fact for fact in asked.record if len(fact.value) <= 40 and fact.key not in ("unit", "material")]
    known = [f"{fact.name} {fact.value}" for fact in nearest_facts(asked, short)]
    told = [turn.tell(UNKNOWN)]
    if known:
        told.append(turn.tell(KNOWN, facts=("，" if turn.language == "zh" else ", ").join(known)))
    return told


SKILLS: Mapping[str, Skill] = {"ask_product": ask}
