"""Reads reviews: how many speak of something, what most say, and a short quotation. Their text is data."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.record import QUOTE, orders, quoted, sentences, tellable, tidy
from index.schema import Language, Product, Review
from index.text import has_han

Speaks = Callable[[str], bool]
"""Whether a sentence speaks of what was asked."""

Near = Callable[[str], int]
"""How near a sentence is to the words of the question; higher is nearer."""

GOOD, BAD = 4, 2
"""Stars from which a review praises, and up to which it complains."""

SAME = 5
"""So many reviews that all have the same stars say nothing by them."""

Phrase = tuple[str, str]

ONE: Phrase = (
    "1 of {count} reviews mentions {what}: {quote}.",
    "{count} 条评价里有 1 条提到{what}：{quote}。",
)
ONLY: Phrase = ("The only review mentions {what}: {quote}.", "唯一一条评价提到{what}：{quote}。")
SOME: Phrase = (
    "{number} of {count} reviews mention {what}; one says {quote}.",
    "{count} 条评价里有 {number} 条提到{what}，其中一条说{quote}。",
)
DIVIDED: Phrase = (
    "{number} of {count} reviews mention {what}, and they disagree: {high} with 4 or 5 stars ({praise}), "
    "{low} with 1 or 2 ({blame}).",
    "{count} 条评价里有 {number} 条提到{what}，看法不一：4～5 星 {high} 条（{praise}），1～2 星 {low} 条（{blame}）。",
)
VIEWS: Phrase = (
    "{number} of {count} reviews mention how it fits: {views}.",
    "{count} 条评价里有 {number} 条提到尺码：{views}。",
)
VIEW: Phrase = ("{number} that {view} ({quote})", "{view} {number} 条（{quote}）")
VIEWS_ONE: Phrase = (
    "1 of {count} reviews mentions how it fits: {views}.",
    "{count} 条评价里有 1 条提到尺码：{views}。",
)
SUMMARY: Phrase = (
    "{title} has {count} reviews, {mean} stars on average: {high} with 4 or 5 stars, {low} with 1 or 2.",
    "{title} 有 {count} 条评价，平均 {mean} 星：4～5 星 {high} 条，1～2 星 {low} 条。",
)
SUMMARY_ONE: Phrase = ("{title} has one review, with {mean} stars.", "{title} 只有 1 条评价，{mean} 星。")
STARLESS: Phrase = ("{title} has {count} reviews, without stars.", "{title} 有 {count} 条评价，没有星级。")
STARLESS_ONE: Phrase = ("{title} has one review, without stars.", "{title} 只有 1 条评价，没有星级。")
RATED: Phrase = (
    "{title} has no written reviews; {number} ratings give it {mean} stars.",
    "{title} 没有文字评价；{number} 个评分平均 {mean} 星。",
)
NO_REVIEWS: Phrase = ("{title} has no reviews yet.", "{title} 还没有评价。")
ALL_SAME: Phrase = (
    "{title} has {count} reviews, all with {stars} of 5 stars.",
    "{title} 有 {count} 条评价，都是 {stars} 星。",
)
PRAISE: Phrase = ("Praise: {quote}.", "好评说：{quote}。")
BLAME: Phrase = ("Complaint: {quote}.", "差评说：{quote}。")
MIXED: Phrase = ("In between: {quote}.", "中评说：{quote}。")
SAID: Phrase = ("One says {quote}.", "其中一条说：{quote}。")
NO_BLAME: Phrase = (
    "None of them has fewer than 3 stars.",
    "其中没有 3 星以下的评价。",
)
NO_PRAISE: Phrase = ("None of them has 4 or 5 stars.", "其中没有 4 星以上的评价。")

_SIZES: Sequence[tuple[Phrase, re.Pattern[str]]] = (
    (
        ("it runs small", "偏小"),
        re.compile(r"\brun(?:s)? small|\btoo (?:small|tight|short|narrow)\b|\bsize up\b|\bone size up|\btight\b|\bnarrow\b|\bpinch|\bsmall(?:er)? than|\breally a child|偏[小紧窄]|大一码|小一码|挤|夹|太[小紧]", re.I),
    ),
    (
        ("it runs large", "偏大"),
        re.compile(r"\brun(?:s)? (?:large|big)|\btoo (?:big|large|long|loose|wide)\b|\bsize down\b|\bloose\b|偏[大长松]|买小|太[大长松]", re.I),
    ),
    (
        ("it fits as expected", "合适"),
        re.compile(r"\btrue to size|\bfits? (?:perfect|well|great|like)|\bperfect fit|\bjust right|正码|合[身适脚]|刚好|正好", re.I),
    ),
)  # fmt: skip


def tell(phrase: Phrase, language: Language, **values: object) -> str:
    """A phrase in a language."""
    return tidy(phrase[language == "zh"].format(**values))


@dataclass(frozen=True, slots=True)
class Mention:
    """A review that speaks of something.

    Attributes:
        review: The review.
        sentence: Its sentence that does.
        quotable: Whether that can be quoted: it is no order and names no other price than the record's.
    """

    review: Review
    sentence: str
    quotable: bool


def mentions(product: Product, speaks: Speaks) -> list[Mention]:
    """The reviews in which a sentence speaks of something, with the first such sentence that can be quoted."""
    found = []
    for review in product.reviews:
        speaking = [part for part in sentences(review.text) if speaks(part)]
        if speaking:
            sentence = next((part for part in speaking if tellable(part, product)), speaking[0])
            found.append(_mention(product, review, sentence))
    return found


def _mention(product: Product, review: Review, sentence: str) -> Mention:
    return Mention(review, sentence, not orders(review.text) and tellable(sentence, product))


def best(candidates: Sequence[Mention], language: Language, near: Near = lambda _: 0) -> str:
    """A quotation of one of them: near the question, in the shopper's language, telling, and no order; may be empty."""
    fit = [item for item in candidates if item.quotable]
    if not fit:
        return ""

    def worth(item: Mention) -> tuple[int, bool, bool, int]:
        own = has_han(item.sentence) == (language == "zh")
        size = len(item.sentence)
        return near(item.sentence), own, size <= QUOTE, min(size, QUOTE) if size <= QUOTE else -size

    return quoted(max(fit, key=worth).sentence, language)


def about(
    product: Product, speaks: Speaks, what: str, language: Language, *, near: Near = lambda _: 0
) -> str:
    """How many reviews speak of something, with a quotation, and of each side where they disagree.

    Args:
        product: Whose reviews.
        speaks: Tells whether a sentence speaks of it.
        what: What it is called in a sentence.
        language: Of the answer.
        near: Prefers the sentences that are quoted.

    Returns:
        A sentence; empty when no review speaks of it, or none that can be quoted.
    """
    found, count = mentions(product, speaks), len(product.reviews)
    quote = best(found, language, near)
    if not quote:
        return ""
    if len(found) == 1:
        return tell(ONLY if count == 1 else ONE, language, count=count, what=what, quote=quote)
    high, low = _stars(found)
    praise, blame = best(high, language, near), best(low, language, near)
    values = {"number": len(found), "count": count, "what": what}
    if praise and blame:
        return tell(DIVIDED, language, high=len(high), low=len(low), praise=praise, blame=blame, **values)
    return tell(SOME, language, quote=quote, **values)


def sizing(product: Product, speaks: Speaks, what: str, language: Language) -> str:
    """What reviews say of the fit: how many find it small, large or right, with a quotation for each view."""
    found = mentions(product, speaks)
    views = []
    sided = 0
    for name, pattern in _SIZES:
        of_it = [item for item in found if pattern.search(item.sentence)]
        found = [item for item in found if item not in of_it]
        if quote := best(of_it, language):
            sided += len(of_it)
            called = name[language == "zh"]
            views.append(tell(VIEW, language, view=called, number=len(of_it), quote=quote))
    if not views:
        return about(product, speaks, what, language)
    parted = "，".join(views) if language == "zh" else ", ".join(views)
    phrase = VIEWS_ONE if sided == 1 else VIEWS
    return tell(phrase, language, number=sided, count=len(product.reviews), views=parted)


def _stars(found: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """Those that praise and those that complain, by their stars."""
    stars = [(item, item.review.stars) for item in found if item.review.stars is not None]
    return [item for item, star in stars if star >= GOOD], [item for item, star in stars if star <= BAD]


def _whole(product: Product) -> list[Mention]:
    """Every review with its most telling sentence: the longest that can be quoted whole."""
    found = []
    for review in product.reviews:
        parts = sentences(review.text)
        if parts:
            told = [part for part in parts if tellable(part, product)] or parts
            telling = max(told, key=lambda part: (len(part) <= QUOTE, len(part)))
            found.append(_mention(product, review, telling))
    return found


def summary(product: Product, title: str, language: Language, *, side: str = "") -> str:
    """How many reviews there are, their mean stars, how many are high and low, and a quotation of each.

    Args:
        product: Whose reviews.
        title: What to call it.
        language: Of the answer.
        side: "praise" or "blame" when only that was asked for.
    """
    count = len(product.reviews)
    if not count:
        if product.rating is not None and product.rating_count:
            return tell(
                RATED, language, title=title, number=product.rating_count, mean=f"{product.rating:.1f}"
            )
        return tell(NO_REVIEWS, language, title=title)
    stars = [review.stars for review in product.reviews if review.stars is not None]
    whole = _whole(product)
    told_apart = len(set(stars)) > 1 or 0 < len(stars) < SAME
    mean = f"{sum(stars) / len(stars):.1f}" if stars else ""
    if not told_apart:
        lead = tell(STARLESS_ONE if count == 1 else STARLESS, language, title=title, count=count)
        if stars:  # the same for all of many: a source that fills them in, whose praise would look like blame
            lead = tell(ALL_SAME, language, title=title, count=count, stars=stars[0])
        quote = best(
            [item for item in whole if _REGRET.search(item.review.text)] or whole
            if side == "blame"
            else whole,
            language,
        )
        return _joined([lead, tell(SAID, language, quote=quote) if quote else ""], language)
    high, low = _stars(whole)
    if count == 1:
        lead = tell(SUMMARY_ONE, language, title=title, mean=mean)
    else:
        lead = tell(SUMMARY, language, title=title, count=count, mean=mean, high=len(high), low=len(low))
    return _joined([lead, *_sides(whole, high, low, language, side)], language)


def _sides(
    whole: Sequence[Mention], high: Sequence[Mention], low: Sequence[Mention], language: Language, side: str
) -> list[str]:
    told = []
    praise, blame = best(high, language), best(low, language)
    if side != "blame":
        told.append(tell(PRAISE, language, quote=praise) if praise else "")
        if side and not praise:
            told.append(tell(NO_PRAISE, language))
    if side != "praise":
        told.append(tell(BLAME, language, quote=blame) if blame else "")
        if side and not blame:
            told.append(tell(NO_BLAME, language))
    if side == "blame" and len(low) > 1:
        others = [item for item in low if quoted(item.sentence, language) != blame]
        told.append(tell(SAID, language, quote=quote) if (quote := best(others, language)) else "")
    middle = [item for item in whole if item not in high and item not in low]
    if (not (praise and blame) and side != "praise") and (between := best(middle, language)):
        told.append(tell(MIXED, language, quote=between))
    return told


_REGRET = re.compile(
    r"\bbut\b|\bhowever\b|\bdisappoint|\bpoor\b|\bunfortunately|\btoo \w+|不过|但是?|就是|可惜|失望|太差|不好|粗糙|缺点|有点",
    re.I,
)
"""Words in which a review without stars complains."""


def _joined(parts: Sequence[str], language: Language) -> str:
    return ("" if language == "zh" else " ").join(filter(None, parts))
