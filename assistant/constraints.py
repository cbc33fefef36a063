"""Reads constraints from an utterance: limits, refusals, references, and what is left to search for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.money import find_price, han_number
from assistant.turns import Constraints, PriceRange, Span
from assistant.vocabulary import Mention, Vocabulary, tokenize
from index.search import Sort
from index.text import CJK, clean

_I = re.IGNORECASE

# -- negation ----------------------------------------------------------------------------------------

_NEGATION = re.compile(
    r"anything but|anything except|everything but|except(?: for)?|other than|apart from|rather than|instead of|"
    r"neither|nor\b|without|nothing(?: in)?\b|not an? (?:big |huge |great )?fan of|avoid(?:ing)?|(?:do not|don'?t|dont|not|never|no longer)(?: really)? (?:want|like|need|show me|"
    r"give me|fancy|into|care for)|(?:is|are|was|were|does|do)(?:n'?t| not)|\bnot\b|\bno\b|\bnon\b|hate|"
    r"不要|不想要|别给我|别要|别来|不喜欢|不是|不含|不带|除了|除开|除|排除|非|讨厌|没有|不",
    _I,
)
_NOT_NEGATION = re.compile(
    r"not only|nothing but|no problem|why not|not sure|not too|not very|not (?:more|less) than|no (?:more|less) than|if not|"
    r"有没有|是不是|要不要|好不好|能不能|可不可以|不错|不知道|不超过|不低于|不贵|不太贵|不锈钢|差不多|"
    r"不好意思|不管|不限|对不起|不过",
    _I,
)
_REFUSED_BEHIND = re.compile(  # 「黑色的不要」, 「黑色以外的」
    r"\s*的?\s*(?:就|我|都|也)*(?:(?:不要|不想要|不喜欢|别要|不行|不考虑|算了)(?:了|啦|哦|吧)*\s*(?![^\s，,。；;！!?？])|除外|以外|之外)"
)
_GLUED = re.compile(r"-[\w'-]*")
_UNKNOWN = re.compile(r"\s*[A-Za-z][\w'-]*(?=\s*(?:的\s*)?(?:$|[^\w\s\x00]))")
_SCOPE_END = re.compile(
    r"[.;!?。；！？\n]|,|，|\bbut\b|\bjust\b|\bonly\b|\binstead\b|\bplease\b|都行|都可以|都好|以外|之外|其他|别的|要(?!不)|换成|就行",
    _I,
)
_CONTINUES = re.compile(r"\s*(?:,|，|、|or|nor|and|和|或|或者|also|也不要|也别)\s*", _I)

# -- references, order, flags ------------------------------------------------------------------------

_EN_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1,
}  # fmt: skip
_NAMED_REFERENCE = re.compile(rf"\b(?:the )?({'|'.join(_EN_ORDINALS)})(?: one| item| option| product)?\b", _I)
_NUMBERED_REFERENCE = re.compile(r"(?:\b(?:number|no\.?|option|item|product|nr\.?)\s?|#)(\d{1,2})\b", _I)
_FIRST_FEW = re.compile(
    r"\b(?:the )?(?:first|top) (two|three|four|[2-5])\b(?! (?:inch|gb|kg|cm|star))|[前头]([两二三四2-5])(?:个|款|件|双|种|台|条|本|只|部)",
    _I,
)
_HAN_REFERENCE = re.compile(r"第\s?([一二三四五六七八九十两\d]{1,3})(?:个|款|件|双|种|台|条|本|只|部|张|项)?")
_HAN_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})\s?号(?!码|线|机)")
_HAN_LAST = re.compile(r"最后(?:一|那|这)?(?:一)?(?:个|款|件|双|种|台|条|本|只|部)")
_BARE_PAIR = re.compile(
    r"(?<![\d.])([1-9])\s*(?:and|&|vs\.?|versus|or|,|和|跟|与|、|还是)\s*([1-9])(?![\d.])", _I
)
_NOT_REFERENCE = re.compile(
    r"\b(?:at first|first of all|second hand|first aid|last (?:year|week|month|night|time))\b|第一次", _I
)

_SORTS: Sequence[tuple[Sort, re.Pattern[str]]] = (
    ("price_asc", re.compile(r"cheapest(?: first| ones?)?|lowest price(?: first)?|(?:sort(?:ed)?|order(?:ed)?) by price|price low to high|最便宜的?|(?:价格)?[从由]低到高|按价格(?:排序?)?|价格升序", _I)),
    ("price_desc", re.compile(r"most expensive(?: first)?|priciest|highest price(?: first)?|price high to low|最贵的?|(?:价格)?[从由]高到低|价格降序", _I)),
    ("rating", re.compile(r"(?:best|top|highest)[- ]rated|best review(?:s|ed)|(?:sort(?:ed)?|order(?:ed)?) by rating|评分最高的?|评价最好的?|口碑最好的?|按评分(?:排序?)?|好评优先", _I)),
    ("newest", re.compile(r"newest(?: first)?|latest(?: model)?s?|most recent|最新款?的?|新款优先|按上市时间|刚上市的?", _I)),
    ("popularity", re.compile(r"most popular|best[- ]?sell(?:ing|ers?)|卖得最好的?|销量最高的?|最火的?|最热门的?|按销量(?:排序?)?", _I)),
)  # fmt: skip

_CHEAPER = re.compile(r"cheaper|less expensive|lower[- ]priced|more affordable|(?:更|再)便宜(?:一?点儿?|一?些)?(?:的)?|便宜一?(?:点儿?|些)(?:的)?|(?<![不别要能])太贵了?|比\x00+(?:还|要|更)?便宜|(?<!not )too (?:expensive|pricey|dear)", _I)  # fmt: skip
_DEARER = re.compile(
    r"more expensive|pricier|(?:更|再)贵(?:一?点儿?|一?些)?(?:的)?|贵一?(?:点儿?|些)(?:的)?|比\x00+(?:还|要|更)?贵",
    _I,
)
_LOW = re.compile(r"\b(?:cheap|inexpensive|affordable|budget(?!\s*(?:is|of|\d))|low[- ]cost|not (?:too |very |so )?(?:expensive|pricey|dear))\b|便宜的?|实惠的?|性价比高?的?|平价|不(?:太|要太|能太)?贵的?|别太贵的?|划算的?", _I)  # fmt: skip
_HIGH = re.compile(
    r"\b(?:premium|high[- ]end|luxur(?:y|ious)|top[- ]of[- ]the[- ]range)\b|高端的?|高档的?|奢华的?", _I
)
_STOCK = re.compile(r"\bin stock\b|\bavailable (?:now|today|right away)\b|有(?:现)?货的?|现货", _I)
_ZH_DROPPED = "颜色|品牌|牌子|价格|价位|预算|材质|材料|尺码|评分|类别"
_DROP = re.compile(
    r"(?:\bany|forget(?: about)?(?: the)?|regardless of(?: the)?|ignore(?: the)?|drop(?: the)?|remove the|whatever|no matter the)"
    r"\s(?P<en>colou?r|brand|price|budget|material|size|rating|category)s?(?: limit| range)?\b(?: is (?:fine|ok(?:ay)?|good))?|"
    r"\bno (?P<limit>price|budget|size)s? limit\b|"
    r"\b(?:the )?(?P<en2>colou?r|brand|price|budget|material|size|rating)s? (?:does not|doesn'?t) matter\b|"
    r"\bdo(?: not|n'?t) (?:care|mind)(?: about)?(?: the| which| what)? (?P<en3>colou?r|brand|price|material|size|rating)s?\b|"
    rf"(?:不限|不管|不论|任何|去掉|取消)(?P<zh>{_ZH_DROPPED})(?:限制|要求)?(?:都行|都可以|都好)?|"
    rf"(?:随便)?(?:什么|哪种|哪个)(?P<zh2>{_ZH_DROPPED})都(?:行|可以|好)|"
    rf"(?P<zh3>{_ZH_DROPPED})(?:都)?(?:不限|无所谓|随便|随意|都行|都可以|不重要|没有?要求|不管)",
    _I,
)
_DROPPED = {
    "color": "colour", "budget": "price", "颜色": "colour", "品牌": "brand", "牌子": "brand", "价格": "price",
    "价位": "price", "预算": "price", "材质": "material", "材料": "material", "尺码": "size", "评分": "rating",
    "类别": "category",
}  # fmt: skip
_SALE = re.compile(
    r"\bon (?:sale|offer)\b|\bdiscount(?:ed)?\b|\breduced\b|\bclearance\b|打折的?|特价的?|降价的?|促销的?|折扣的?",
    _I,
)
_RATING = re.compile(r"(?:rated )?(?:(?:at least|over|above|min(?:imum)?) )?\b([1-5](?:\.\d)?)[\s-]?(?:\+ ?)?(?:stars?|★)(?: (?:and|or) (?:up|above|more|better))?(?: rat(?:ing|ed))?|(?:评分|评价|星级)(?:不低于|高于|至少|在|要)?([1-5一二三四五](?:\.\d)?)颗?(?:星|分)?(?:以上|及以上|起)?|不低于([1-5一二三四五](?:\.\d)?)颗?(?:星|分)|([1-5一二三四五](?:\.\d)?)颗?(?:星|分)(?:以上|及以上|起|好评)", _I)  # fmt: skip
_WELL_RATED = re.compile(
    r"\b(?:well|highly|good)[- ](?:rated|reviewed)\b|\bgood reviews\b|好评(?:多|高)?的?|评价(?:好|高)的?|口碑好的?",
    _I,
)
_QUANTITY = re.compile(r"\b(\d{1,3}|two|three|four|five|six|ten) (?:of (?:them|those|these|the)|pieces|units|copies)\b|(?<!第)(\d{1,3}|[一二两三四五六七八九十]{1,2})(?:个|件|双|台|本|只|盒|套|瓶|条)(?!人|月|小时)", _I)  # fmt: skip
_EN_QUANTITIES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_SIZE = re.compile(r"\bsize\s?(?P<a>(?:eu|uk|us)?\s?\d{1,3}(?:\.5)?|x{0,3}[sml])\b|\b(?P<b>(?:eu|uk)\s?\d{2}(?:\.5)?)\b|(?<![\d.])(?P<c>\d{2}(?:\.5)?|x{0,3}[sml])\s?(?:码|号(?=的))|尺码\s?(?P<d>\d{2}|x{0,3}[sml])", _I)  # fmt: skip

WELL_RATED = 4.0
"""Mean stars that "well rated" asks for."""

# -- politeness --------------------------------------------------------------------------------------

_EN_FILLER = re.compile(
    r"\b(?:hi|hello|hey|please|pls|plz|thanks|thank you|i(?:'m| am| was)? (?:just )?(?:look(?:ing)? for|after|searching for|want(?:ing)?"
    r"(?: to (?:buy|get|find|see|have|purchase))?|need(?: to (?:buy|get|find))?)|i(?:'d| would) (?:like|love)"
    r"(?: to (?:buy|get|find|see|have))?|(?:can|could|would) you (?:please )?(?:show|find|get|recommend|suggest)(?: me)?|"
    r"show me|find me|get me|give me|do you (?:have|sell|stock)|have you got|got any|any chance of|is there|are there|"
    r"looking for|search(?:ing)? for|i need|i want|some|any|a|an|the|one|ones|something|anything|that(?:'s| is| are)?|"
    r"it|its|in|and|with|of|also|but|for|me|my|is|are|no|not|show|find|only|just|ok|okay|now|then|than|price|budget|range|i|i'm|this|these|those|everything|nothing|"
    r"recommend(?:ations?)?|suggest(?:ions?)?|surprise me)\b",
    _I,
)
_ZH_FILLER = re.compile(
    r"你好|您好|请问|麻烦|我?(?:现在)?(?:想要?|要|需要|打算)(?:买|购买|找|看|入手)?|帮我(?:找|看|推荐|挑|选)?(?:一下|看看)?|给我(?:推荐|找|看看|来)?|"
    r"猜[我你]?会?喜欢(?:什么|啥)?|推荐(?:一下)?|有没有|有什么|有哪些|有吗|能不能|都?可以|看看|一下|买|来|换成|换|只要|就要|一[个款件双条台部张本只把套支种些]|几[个款件双]|的话|价格|价位|"
    r"[吗呢吧啊呀嘛哦了]|^有|的$|^的|(?<=\s)的|^(?:都|不|除)$|^(?:都|不|除)(?=\s)|(?<=\s)(?:都|不|除)(?=\s|$)",
)
_EDGE = re.compile(rf"^[^\w{CJK}]+|[^\w{CJK}\"”″%+]+$")


@dataclass(frozen=True, slots=True)
class _Found:
    key: str
    value: Any
    start: int
    end: int


def parse_constraints(text: str, vocabulary: Vocabulary) -> Constraints:
    """Read the constraints of one utterance.

    Args:
        text: What was said.
        vocabulary: The catalogue's facet values under all their names.

    Returns:
        Constraints, each with the span that it came from. What is not understood stays in the query.
    """
    found: list[_Found] = []
    masked = text
    for reader in (
        _read_drops,
        _read_rating,
        _read_price,
        _read_size,
        _read_order,
        _read_references,
        _read_wishes,
        _read_flags,
    ):
        for item in reader(masked, vocabulary):
            found.append(item)
            masked = masked[: item.start] + "\x00" * (item.end - item.start) + masked[item.end :]
    negations = [match.span() for match in _NEGATION.finditer(masked)]
    mentions = [
        mention
        for mention in vocabulary.find(masked.replace("\x00", " "))
        if not any(start <= mention.start and mention.end <= end for start, end in negations)
    ]
    refused = list(_refusals(masked, mentions))
    for mention in mentions:
        scope = next((scope for scope in refused if scope[0] <= mention.start < scope[1]), None)
        if scope is not None and not _is_what_is_described(masked, mention, mentions, scope):
            found.append(_Found(f"exclude.{mention.facet}", mention.values, mention.start, mention.end))
        elif _names_the_thing(masked, mention) and not _is_bound(masked, mention):
            found.append(_Found(f"include.{mention.facet}", mention.values, mention.start, mention.end))
    found.sort(key=lambda item: item.start)
    constraints = _assemble(found)
    dropped = [(item.start, item.end) for item in found if not item.key.startswith("include.")]
    wanted = [(item.start, item.end) for item in found if item.key.startswith("include.")]
    dropped += [gap for scope in refused for gap in _without(scope, wanted)]
    spans = tuple(Span(item.key, item.start, item.end, text[item.start : item.end]) for item in found)
    return replace(constraints, query=_query(text, dropped), spans=spans)


# -- readers: each yields what it found in the text that is still unread ------------------------------


def _read_drops(text: str, _: Vocabulary) -> Iterator[_Found]:
    for match in _DROP.finditer(text):
        said = (next(filter(None, match.groups()))).lower()
        yield _Found("drop", (_DROPPED.get(said, said),), match.start(), match.end())


def _read_price(text: str, _: Vocabulary) -> Iterator[_Found]:
    mention = find_price(text)
    if mention is not None:
        yield _Found("price", mention.price, mention.start, mention.end)


def _read_rating(text: str, _: Vocabulary) -> Iterator[_Found]:
    if match := _RATING.search(text):
        said = next(filter(None, match.groups()))
        stars = float(said) if said[0].isdigit() else float(han_number(said))
        yield _Found("rating_min", stars, match.start(), match.end())
    elif match := _WELL_RATED.search(text):
        yield _Found("rating_min", WELL_RATED, match.start(), match.end())


def _read_size(text: str, vocabulary: Vocabulary) -> Iterator[_Found]:
    sizes = {
        tuple(token.key for token in tokenize(value)): value for value in vocabulary.values.get("size", ())
    }
    for match in _SIZE.finditer(text):
        said = next(filter(None, match.groups()))
        keys = tuple(token.key for token in tokenize(said))
        values = [value for known, value in sizes.items() if known == keys or known == ("eu", *keys)]
        if values:
            yield _Found("include.size", tuple(values), match.start(), match.end())


def _read_references(text: str, _: Vocabulary) -> Iterator[_Found]:
    barred = [match.span() for match in _NOT_REFERENCE.finditer(text)]
    patterns = (_NAMED_REFERENCE, _NUMBERED_REFERENCE, _HAN_REFERENCE, _HAN_NUMBERED, _HAN_LAST)
    taken: list[tuple[int, int]] = []
    if few := _FIRST_FEW.search(text):
        said = (few[1] or few[2]).lower()
        number = int(said) if said.isdigit() else _EN_QUANTITIES.get(said) or han_number(said)
        taken.append(few.span())
        yield _Found("references", tuple(range(1, number + 1)), few.start(), few.end())
    for pattern in patterns:
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in barred + taken):
                continue
            taken.append(match.span())
            yield _Found("references", (_ordinal(match),), match.start(), match.end())
    pair = None if taken else _BARE_PAIR.search(text)
    if pair is not None:
        yield _Found("references", (int(pair[1]), int(pair[2])), pair.start(), pair.end())


def _ordinal(match: re.Match[str]) -> int:
    if not match.groups():
        return -1
    said = match[1].lower()
    if said in _EN_ORDINALS:
        return _EN_ORDINALS[said]
    return int(said) if said.isdigit() else han_number(said)


def _read_order(text: str, _: Vocabulary) -> Iterator[_Found]:
    for sort, pattern in _SORTS:
        if match := pattern.search(text):
            yield _Found("sort", sort, match.start(), match.end())
            return


def _read_wishes(text: str, _: Vocabulary) -> Iterator[_Found]:
    for key, value, pattern in (
        ("price_relative", "cheaper", _CHEAPER),
        ("price_relative", "dearer", _DEARER),
        ("price_level", "low", _LOW),
        ("price_level", "high", _HIGH),
    ):
        if match := pattern.search(text):
            start = match.end() - len(match.group().lstrip("比\x00"))
            yield _Found(key, value, start, match.end())
            return


def _read_flags(text: str, _: Vocabulary) -> Iterator[_Found]:
    for key, pattern in (("in_stock", _STOCK), ("on_sale", _SALE)):
        if flag := pattern.search(text):
            yield _Found(key, True, flag.start(), flag.end())
    match = _QUANTITY.search(text)
    if match is not None:
        said = next(filter(None, match.groups())).lower()
        number = int(said) if said.isdigit() else _EN_QUANTITIES.get(said) or han_number(said)
        if number > 1:
            yield _Found("quantity", number, match.start(), match.end())


# -- scope ------------------------------------------------------------------------------------------


def _refusals(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Stretches of text in which a named value is refused.

    A scope runs from the word of negation to the end of the clause; it goes on over a comma or an "or"
    as long as the next thing named is a value of the same facet ("not Nike, Adidas or Puma").
    """
    barred = [match.span() for match in _NOT_NEGATION.finditer(text)]
    barred += [match.span() for m in mentions if (match := _REFUSED_BEHIND.match(text, m.end))]
    for match in _NEGATION.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in barred):
            continue
        if text[match.end() : match.end() + 1] == "-":
            end = _GLUED.match(text, match.end()).end()  # type: ignore[union-attr]  # "non-stick pan" is a pan
        else:
            end = _scope_end(text, match.end(), mentions)
        if end > match.end():
            yield match.start(), end
        elif word := _UNKNOWN.match(text, match.end()):
            yield match.start(), word.end()
    for mention in mentions:
        if match := _REFUSED_BEHIND.match(text, mention.end):
            yield mention.start, match.end()


def _scope_end(text: str, start: int, mentions: Sequence[Mention]) -> int:
    stop = _SCOPE_END.search(text, start)
    end = stop.start() if stop else len(text)
    inside = [mention for mention in mentions if start <= mention.start < end]
    if not inside:
        return start
    last = inside[-1]
    for mention in mentions:
        between = text[last.end : mention.start]
        if mention.start >= end and mention.facet == last.facet and _CONTINUES.fullmatch(between):
            last = mention
            end = mention.end
    return end


_FOLLOWERS = frozenset(
    "for with under below over above that which who in from and or to please pls plz but not without less more around "
    "about between at on up is are was were do does than i me my it they if so because thanks where when like only "
    "of by as can could would should will they he she we you might cheap cheaper cost costs costing rated made max "
    "preferably ideally suitable good that's asap now today any one ones except other instead rather nothing there too also these this here wider taller bigger "
    "smaller larger lighter heavier longer shorter sorted has".split()
)
_HAN_FOLLOWERS = frozenset(
    "的吗呢吧啊呀了有，。？！和或跟与不别要能可以在给就都也哪多少怎还很太最比便实性价预带是好用适拿送推想请谢"
)
_BENEFICIARY = re.compile(
    r"(?:\bwith (?:an? |the )?(?:\w+ )?|\b(?:for|fits?|fit|with|on|to|and my|match(?:es)?|go(?:es)? with|compatible with|of) (?:my|your|his|her|our|their|the|an?|this|that)?\s?"
    r"(?:new |old |own )?|给(?:我的)?|适合|适用|配|搭配|我的)$",
    _I,
)


def _names_the_thing(text: str, mention: Mention) -> bool:
    """Whether a category mention is what is wanted, and not part of another word or only what it is for.

    "phone gimbal" is no phone, "charger for my phone" neither. Other facets always count.
    """
    if mention.facet != "category":
        return True
    before, after = text[: mention.start], text[mention.end :]
    if _BENEFICIARY.search(before) and mention.first > 0:
        return False
    following = re.match(rf"(\s*)([{CJK}]|[A-Za-z'\-]+)", after)
    if following is None:
        return True
    space, word = following.groups()
    if re.match(f"[{CJK}]", word):
        if space:
            return True
        glued = word not in _HAN_FOLLOWERS
        possessive = word == "的" and re.match(rf"\s*的[{CJK}]", after) is not None
        return not glued and not possessive
    return word.lower() in _FOLLOWERS or bool(re.match(f"[{CJK}]", text[mention.end - 1]))


def _is_what_is_described(
    text: str, mention: Mention, mentions: Sequence[Mention], scope: tuple[int, int]
) -> bool:
    """Whether only its description is refused: who wants "no leather sofa" wants a sofa."""
    if mention.facet != "category":
        return False
    before = [m for m in mentions if scope[0] <= m.start < m.end <= mention.start]
    return bool(before) and (
        before[-1].facet != "category"
        and re.fullmatch(r"\s*的?\s*|-", text[before[-1].end : mention.start]) is not None
    )


_BOUND_BEFORE = re.compile(
    r"(?:\bthan|\bunder|\bbelow|\bover|\babove|\bat least|\bat most|\bup to|\bm(?:ax|in)(?:imum)?|超过|低于|高于|不到|至少|最多|大于|小于)\s*$",
    _I,
)
_BOUND_BEHIND = re.compile(
    r"\s*(?:以上|以下|以内|及以上|or (?:more|less|bigger|larger|smaller|longer)\b|\+)", _I
)


def _is_bound(text: str, mention: Mention) -> bool:
    """Whether a measure is a limit and no value: "under 50 inches" does not ask for 50 inches."""
    measured = text[mention.start].isdigit()
    limit = _BOUND_BEFORE.search(text[: mention.start]) or _BOUND_BEHIND.match(text, mention.end)
    return measured and limit is not None


def _without(scope: tuple[int, int], wanted: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a stretch of text without the parts of it that are wanted."""
    start, end = scope
    for first, last in sorted(wanted):
        if start <= first and last <= end:
            yield start, first
            start = last
    yield start, end


# -- assembling --------------------------------------------------------------------------------------


def _assemble(found: Sequence[_Found]) -> Constraints:
    fields: dict[str, Any] = {}
    include: dict[str, tuple[str, ...]] = {}
    exclude: dict[str, tuple[str, ...]] = {}
    tuples: dict[str, Any] = {"references": (), "drop": ()}
    for item in found:
        kind, _, facet = item.key.partition(".")
        if kind in ("include", "exclude"):
            target = include if kind == "include" else exclude
            target[facet] = tuple(dict.fromkeys((*target.get(facet, ()), *item.value)))
        elif item.key in tuples:
            tuples[item.key] = tuple(dict.fromkeys((*tuples[item.key], *item.value)))
        else:
            fields.setdefault(item.key, item.value)
    return Constraints(include=include, exclude=exclude, **tuples, **fields)


def _query(text: str, dropped: Sequence[tuple[int, int]]) -> str:
    kept = list(text)
    for start, end in dropped:
        kept[start:end] = " " * (end - start)
    rest = _ZH_FILLER.sub(" ", _EN_FILLER.sub(" ", "".join(kept)))
    words = [_EDGE.sub("", word) for word in clean(rest).split()]
    return " ".join(word for word in words if word)


def price_text(price: PriceRange) -> str:
    """Limits as plain numbers, for messages: "50-100", "<= 100", ">= 50"."""
    if price.min is not None and price.max is not None:
        return f"{price.min:f}-{price.max:f}"
    return f"<= {price.max:f}" if price.max is not None else f">= {price.min:f}"
