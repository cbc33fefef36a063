"""Reads one kind of thing each from an utterance: price, rating, size, references, order, wishes, flags."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.measures import find_limit, find_wish
from assistant.money import find_price
from assistant.numerals import han_number
from assistant.phrases import facet_name
from assistant.vocabulary import Vocabulary
from index.search import Sort

_I = re.IGNORECASE

_EN_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1,
}  # fmt: skip
_ORDINAL = "|".join(_EN_ORDINALS)
_NAMED_REFERENCE = re.compile(
    rf"\b(?:the|number|compare|and|or|vs\.?|versus|with|than) ({_ORDINAL})\b(?!-)(?: one| item| option| product)?|"
    rf"\b({_ORDINAL}) (?:one|item|option|product)s?\b|\b({_ORDINAL})(?= (?:and|or|vs\.?|versus|with|to) (?:the )?(?:{_ORDINAL})\b)|"
    rf"^({_ORDINAL})(?=\s*(?:$|[,.!?]|please\b|and\b|or\b))",
    _I,
)
_NUMBERED_REFERENCE = re.compile(
    r"(?:\b(?:number|no\.?|option|item|product|nr\.?)\s?|#)(\d{1,2})\b|\b(?:number|option) (one|two|three|four|five|six)\b|"
    r"\bis (\d) (?=(?:\w+ )?\w+ than \d)|\bthan (\d)\s*(?:$|\?)",
    _I,
)
_FIRST_FEW = re.compile(
    r"\b(?:the )?(?:first|top) (two|three|four|[2-5])\b(?! (?:inch|gb|kg|cm|star))|[前头]([两二三四2-5])(?:个|款|件|双|种|台|条|本|只|部)",
    _I,
)
_HAN_REFERENCE = re.compile(
    r"第\s?([一二三四五六七八九十两]{1,3}|\d{1,2})(?:个|款|件|双|种|台|条|本|只|部|张|项)?(?![方者代次届层季集声天])"
)
_HAN_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})\s?号(?!码|线|机)")
_HAN_LAST = re.compile(r"最后(?:一|那|这)?(?:一)?(?:个|款|件|双|种|台|条|本|只|部)")
_BARE_PAIR = re.compile(
    r"(?:^|\b(?:compare|between|either|is|of|options?|numbers?|about|add|take|like|show|keep|drop|remove)\b|[:：,，]|[比较下看要加把]|还是)\s*"
    r"([1-9])\s*(?:and|&|vs\.?|versus|or|,|和|跟|与|、|还是)\s*([1-9])(?![\d.%])(?!\s?[a-z]+\b(?<!please)(?<!which)(?<!then))",
    _I,
)
_NOT_REFERENCE = re.compile(
    r"\x00\s*first\b|\ba (?:second|third) (?:one|pair|set)\b|"
    r"\b(?:cheapest|newest|latest|lowest|highest|best|priciest|rated|rating|reviews?|ones?|price|popular|expensive|sellers?)(?: \w+)? first\b|"
    r"\b(?:my|our|his|her|their) (?:first|last|second)\b|\b(?:forget|not|drop|skip|ignore|except|but not|never mind) (?:about )?the (?:first|second|third|fourth|fifth|last)(?: one)?\b|"
    r"(?:不要|不看|别要|不是|除了)第[一二三四五六七八九十\d](?:个|款|件|双|种|台|条|本|只|部|张|项)?|"
    r"\b(?:at first|first of all|second hand|first aid|last (?:year|week|month|night|time))\b|第一次",
    _I,
)

_SORTS: Sequence[tuple[Sort, re.Pattern[str]]] = (
    ("popularity", re.compile(r"(?:most )?popular\b(?! (?:with|for|among))|人气最?高的?|按(?:销量|人气|热度)[^，。,]{0,6}(?:排|降序)?|销量[高好]的?(?:先|排|放)+(?:前面?)?|best[- ]?sell(?:ing|ers?)|top[- ]sell(?:ing|ers?)|(?:buy|bought|sells?|sold|order(?:ed)?) (?:the )?most|trending|卖得最?(?:好|多)的?(?:先|排)?|[买卖](?:得|的)?最多的?|销量最高的?|最火的?|最热门的?|按销量(?:排序?)?", _I)),
    ("rating", re.compile(r"(?:best|top|highest)[- ]rated|best review(?:s|ed)|(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?)(?: (?:them|these|it|those))? by (?:\w+ )?(?:rating|reviews?|stars)|(?:评分|评价|好评)[高多好]的?(?:先|排|放|在)+(?:前面?|最前面?|放前面?)|评分最高的?|评价最好的?|口碑最好的?|按(?:评分|好评|评价)[^，。,]{0,6}(?:排序?|降序)?|好评(?:优先|排前面?)", _I)),
    ("price_desc", re.compile(r"most expensive(?: first)?|high(?:est)? to low(?:est)?|expensive to cheap|priciest|(?:highest|dearest)(?: price)? first|highest price|price high to low|最贵的?|(?:价格)?[从由](?:高[到至]低|贵到便宜)|价格?高的?(?:先|排|放|在)+(?:前面?)?|从高往低|价格降序", _I)),
    ("price_asc", re.compile(r"cheapest(?: ones?)?(?: (?:at the top|first|to (?:most expensive|dearest)))?|(?:from )?low(?:est)?(?: price)? to high(?:est)?|cheap(?:est)? to expensive|lowest price(?: first)?|(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?)(?: (?:them|these|it|those))? by price|(?:价格?低|便宜)的?(?:先|排|放|在|优先)+(?:前面?|最前面?|放前面?)?(?=[^\w]|$|来|看|给)|便宜的优先|price low to high|最便宜的?|(?:价格)?[从由](?:低[到至]高|便宜到贵)|从低往高|按价[格钱](?:排序?)?|价格升序", _I)),
    ("newest", re.compile(r"newest(?: first| arrivals?)?|latest(?: model| arrival)?s?|new arrivals|most recent|最新(?:款|上架|上市|到货)?的?|新款优先|按上市时间|刚上市的?|新品(?:优先)?|新上(?:的|架)|上新", _I)),
)  # fmt: skip

_BY_WHAT = re.compile(r"(?:按|根据)照?(?:价[格钱位]?)?的?$")
_PUT_IN_ORDER = re.compile(r"(?:的?从?(?:低到高|便宜到贵))?(?:的?顺序)?(?:来)?(?:排列|排个?序|排一下|排)?")
_CHEAPER = re.compile(r"\b(?:bit|rather|quite|so|very|pretty) (?:pricey|expensive|dear|steep)\b|\bout of (?:my |our )?(?:budget|price range)\b|\bfor less\b|平啲|(?<!the )cheaper(?! (?:of|one of))|less (?:expensive|pricey|costly|money)|lower[- ]priced|more affordable|(?:价格|价位|价钱)(?:(?:更|再|能再)(?:低|便宜)(?:一?点儿?|一?些)?|(?:低|便宜)一?(?:点儿?|些))|贵了一?(?:点儿?|些)|平价一?点的?|(?:更|再)便宜(?:一?点儿?|一?些)?(?:的)?|便宜一?(?:点儿?|些)(?:的)?|(?<![不别要能])太贵了?|比\x00+(?:还|要|更)?便宜|(?<!not )too (?:expensive|pricey|dear)", _I)  # fmt: skip
_DEARER = re.compile(
    r"more (?:expensive|upmarket|upscale|premium|luxurious)|pricier|fancier|higher[- ]end(?= than|$)|(?:更|再)(?:高档|高端|上档次)(?:一?点儿?|一?些)?(?:的)?|(?:更|再)贵(?:一?点儿?|一?些)?(?:的)?|贵一?(?:点儿?|些)(?:的)?(?!\s?(?:也|都|没关系|无所谓|没事|不要紧|不怕))|比\x00+(?:还|要|更)?贵",
    _I,
)
_LOW = re.compile(r"\b(?:cheap|inexpensive|affordable|budget(?!\s*(?:is|of|\d))|low[- ]cost|not (?:too |very |so )?(?:expensive|pricey|dear))\b|便宜的?|实惠的?|性价比高?的?|平价|不(?:太|要太|能太)?贵的?|别太贵的?|划算的?", _I)  # fmt: skip
_HIGH = re.compile(
    r"\b(?:premium|high[- ]end|luxur(?:y|ious)|top[- ]of[- ]the[- ]range)\b|高端的?|高档的?|奢华的?", _I
)
_STOCK = re.compile(
    r"\b(?:in|has|have|still has|got) stock\b|\bavailable (?:right )?(?:now|today|away)\b|没货的?(?:不用|别|不要|就别)|(?:有|还有)(?:现)?货的?|有库存的?|现货",
    _I,
)
_ZH_DROPPED = "颜色|品牌|牌子|价格|价位|预算|材质|材料|尺码|评分|类别"
_DROP = re.compile(
    r"(?:\bany|forget(?: about)?(?: the)?|regardless of(?: the)?|ignore(?: the)?|drop(?: the)?|remove the|whatever|no matter the)"
    r"\s(?P<en>colou?r|brand|price|budget|material|size|rating|category)s?(?: limit| range)?\b(?: is (?:fine|ok(?:ay)?|good))?|"
    r"\b(?:never mind|forget) (?:about )?(?:the |what )?(?P<en4>colou?r|brand|price|budget|material|size|rating)\b|"
    r"\bno (?P<limit>price|budget|size)s? limit\b|"
    r"\b(?:drop|forget|ignore|remove|lift|scrap|without) (?:the|my|that) (?:[$€£¥]?\d+(?:\.\d+)? ?(?:dollars?|bucks|usd)? )?(?P<money>limit|cap)\b|"
    r"\b(?:the )?(?P<en2>colou?r|brand|price|budget|material|size|rating)s? (?:does not|doesn'?t) matter\b|"
    r"\bdo(?: not|n'?t) (?:care|mind)(?: about)?(?: the| which| what)? (?P<en3>colou?r|brand|price|material|size|rating)s?\b|"
    rf"(?:不限|不管|不论|任何|去掉|取消)(?P<zh>{_ZH_DROPPED})(?:限制|要求)?(?:都行|都可以|都好)?|"
    rf"(?:随便)?(?:什么|哪种|哪个)(?P<zh2>{_ZH_DROPPED})都(?:行|可以|好)|"
    rf"(?P<zh3>{_ZH_DROPPED})(?:都)?(?:不限|无所谓|随便|随意|都行|都可以|不重要|没有?要求|不管)",
    _I,
)
_AND_ANOTHER = re.compile(
    r"\s*(?:,|and|or|&|,\s*and) (?:the |any )?(colou?r|brand|price|budget|material|size|rating)s?(?: limit| range)?\b(?! (?:is|be|under|over|of)\b)|"
    rf"\s*(?:和|跟|与|、|还有)({_ZH_DROPPED})(?:限制|要求)?",
    _I,
)
_FORGET = re.compile(
    r"\b(?:forget|never mind|scrap)(?: about)? (?!me\b|it\b|that\b|this\b|all\b|everything\b|what\b|my\b|i\b)"
    r"((?:the )?[a-z-]+(?: [a-z-]+(?= and the\b))?(?:(?:,| and| or) (?:the )?[a-z-]+)*)",
    _I,
)
_ANY_PRICE = re.compile(
    r"贵一?(?:点|些)儿?(?:也|都)?(?:行|可以|没关系|无所谓|没事)|(?:预算|价格|价钱)(?:也|都)?(?:放开|放宽(?!到|至|点)|不设限|不管|无所谓|不重要|可以(?:再)?高|高点)(?:了|一?点|些)?|钱不是问题|"
    r"\bmoney(?: is|'s) no (?:object|issue|problem)\b|\b(?:price|money|cost)(?: is|'s)? (?:not|no|n't) (?:an? )?(?:issue|problem|object|matter)\b",
    _I,
)
_NAMED_DROPS = frozenset({"brand", "category", "colour", "material", "size"})
_DROPPED = {
    "color": "colour", "budget": "price", "limit": "price", "cap": "price", "颜色": "colour", "品牌": "brand", "牌子": "brand", "价格": "price",
    "价位": "price", "预算": "price", "材质": "material", "材料": "material", "尺码": "size", "评分": "rating",
    "类别": "category",
}  # fmt: skip
_SALE = re.compile(
    r"\b(?:on|in the) (?:sale|offer|special)\b|\bmark(?:ed)?[- ]?downs?\b|\bhalf[- ]price\b|\bdeals? on\b|\b(?:any|have|got|a) (?:deals?|sales?)\b|有没有sale|搞活动的?|清仓的?|(?<!没)有(?:优惠|折扣|活动)的|\bdiscounted\b|\b(?:at|with) (?:a )?discount\b|\bsale (?:items?|stuff|section|only|price)|\breduced\b|\bclearance\b|打折的?|特价的?|降价的?|促销的?|折扣的?",
    _I,
)
_RATING = re.compile(r"\b([1-5](?:\.\d)?)(?: star)? rating\b|\brating (?:of |at least |above |over )+([1-5](?:\.\d)?)(?: (?:and|or) (?:up|above|more|better|higher))?|\brated (?:at least |over |above |higher than )([1-5](?:\.\d)?)(?![\d.]| ?stars?)|\brated ([1-5](?:\.\d)?)(?: (?:and|or) (?:up|above|more|better|higher)\b|\s?\+)|(?:rated )?(?:(?:at least|over|above|min(?:imum)?|only) )?\b([1-5](?:\.\d)?|(?:one|two|three|four|five)(?: and a half| point five)?)[\s-]?(?:\+ ?)?(?:stars?|★)(?: (?:and|or) (?:up|above|more|better))?(?: rat(?:ing|ed))?|(?:评分|评价|星级)(?:不低于|别低于|不要低于|高于|至少|起码|最少|在|要|得有?)?([1-5一二三四五](?:\.\d)?)颗?(?:星|分)?半?(?:及?以上|起)?|不低于([1-5一二三四五](?:\.\d)?)颗?(?:星|分)|([1-5一二三四五](?:\.\d)?半?)颗?(?:星|分)(?:半)?(?:及?以上|起|好评)", _I)  # fmt: skip
_WELL_RATED = re.compile(
    r"\b(?:well|highly|good)[- ](?:rated|reviewed)\b|\bgood reviews\b|好评(?:多|高)?的?(?!优先|排)|评价(?:好|高)的?|口碑好的?",
    _I,
)
_EN_QUANTITY = r"\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|half a dozen|a dozen|dozen|a couple"
_QUANTITY = re.compile(
    rf"(?<!least )(?<!with )\b(?P<of>{_EN_QUANTITY}) (?:of (?:them|those|these|the|\x00+)|(?:more )?(?:pieces|units|copies|pairs|packs|boxes|bottles|cans|bags|sets|tins|jars|reams|packets|rolls|tubs|cartons)\b(?! of cards))|"
    rf"\b(?:need|want|take|get|buy|grab|order) (?P<need>{_EN_QUANTITY})(?: of them)?\s*(?=$|[.,!?])|"
    r"^(?P<start>two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|fifty) (?=(?:[a-z-]+ ){0,2}[a-z]{3,}s\b)(?!\w+ (?:hundred|thousand|person|seater|man|door|point)|hundred|thousand|person|seater|man |door|piece|pack|inch|or |point|bucks|quid|dollars|pounds|euros|stars|of )|"
    rf"\b(?P<dozen>half a dozen|a dozen)\b|"
    r"(?<![第前头这那家有了最满\d.])(?P<han>\d{1,3}(?=[份个双件])|\d{1,2}|[一二两三四五六七八九十百]{1,5})(?:个|件|双|台|本|只|盒|套|瓶|条|份|箱|把|张|袋|包|罐|支|枚|顶|副|对|块(?=[一-鿿])|部|款(?=$))(?![人月装季钱套]|小时|孩子|小孩|老人|猫|狗|朋友)|"
    r"(?P<da>[一两二三四五])打(?=[一-鿿])|(?P<half>半)打",
    _I,
)
_EN_QUANTITIES = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "half a dozen": 6, "a dozen": 12, "dozen": 12, "a couple": 2,
}  # fmt: skip
COUNTED = re.compile(rf"(?<![\w$€£¥.,-])({_EN_QUANTITY})(?: more| extra| pairs? of)? $", _I)
"""A number that stands before what is counted: "six wine glasses"."""
_SIZE = re.compile(r"\b(?:in|wear|take|i'm) an? (?P<e>\d{1,2}(?:\.5)?)(?!\s?(?:inch|cm|day|week|pack|piece|year|hour|k\b)|[\d-])|\bsize(?:\s?(?:is|was|:|=))?\s?(?P<a>(?:eu|uk|us)?\s?\d{1,3}(?:\.5)?|x{0,3}[sml])\b|\b(?P<b>(?:eu|uk)\s?\d{2}(?:\.5)?)\b|(?<![\d.])(?P<c>\d{2,3}(?:\.5)?|x{0,3}[sml])\s?(?:码|号(?=的))|尺码\s?(?P<d>\d{2,3}|x{0,3}[sml])", _I)  # fmt: skip

_BARE_NUMBER = r"\d+(?:\.\d+)?%?"

WELL_RATED = 4.0
"""Mean stars that "well rated" asks for."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was read, and the words it was read from.

    Attributes:
        key: Which constraint, as in `Span.key`.
        value: Its value, of the type that `Constraints` has for it; a tuple where values add up.
        start: Offset of the first character.
        end: Offset after the last.
    """

    key: str
    value: Any
    start: int
    end: int


def _read_drops(text: str, vocabulary: Vocabulary) -> Iterator[Found]:
    for match in _DROP.finditer(text):
        said = (next(filter(None, match.groups()))).lower()
        yield Found("drop", (_DROPPED.get(said, said),), match.start(), match.end())
        end = match.end()
        while another := _AND_ANOTHER.match(text, end):
            said = next(filter(None, another.groups())).lower()
            yield Found("drop", (_DROPPED.get(said, said),), another.start(), another.end())
            end = another.end()
    for forgotten in _FORGET.finditer(text):
        said = [item.strip().lower() for item in re.split(r"\b(?:and|or)\b|,", forgotten[1])]
        items = tuple(
            _DROPPED.get(item, item) for part in said if (item := part.removeprefix("the ").strip())
        )
        yield Found("drop", items, forgotten.start(), forgotten.end())
    if freed := _ANY_PRICE.search(text):
        yield Found("drop", ("price",), freed.start(), freed.end())
    for facet in vocabulary.values:
        if facet in _NAMED_DROPS:
            continue
        chinese = re.escape(facet_name(facet, "zh"))
        if named := re.search(
            rf"\b(?:any|forget(?: about)?|ignore|drop|regardless of) (?:the )?{re.escape(facet)}\b|"
            rf"\b(?:the )?{re.escape(facet)} (?:does not|doesn'?t) matter\b|"
            rf"(?:不限|不管|不论|任何|取消){chinese}|{chinese}(?:都|也)?(?:不限|无所谓|随便|随意|不重要|不管)",
            text,
            _I,
        ):
            yield Found("drop", (facet,), named.start(), named.end())


def _read_price(text: str, _: Vocabulary) -> Iterator[Found]:
    mention = find_price(text)
    if mention is not None:
        yield Found("price", mention.price, mention.start, mention.end)


def _read_rating(text: str, _: Vocabulary) -> Iterator[Found]:
    if match := _RATING.search(text):
        stars = _stars(next(filter(None, match.groups())).lower())
        stars += 0.5 if "星半" in match.group() else 0
        yield Found("rating_min", min(5.0, stars), match.start(), match.end())
    elif match := _WELL_RATED.search(text):
        yield Found("rating_min", WELL_RATED, match.start(), match.end())


def _stars(said: str) -> float:
    """Stars as said, no more than the five there are."""
    half = 0.5 if said.endswith("半") else 0.0
    said = said.removesuffix("半")
    if said[0].isdigit():
        return min(5.0, float(said) + half)
    if said.isascii():
        return ("one", "two", "three", "four", "five").index(said.split()[0]) + (1.5 if " " in said else 1.0)
    return min(5.0, han_number(said[0]) + half)


def _read_size(text: str, vocabulary: Vocabulary) -> Iterator[Found]:
    for match in _SIZE.finditer(text):
        keys = vocabulary.key(next(filter(None, match.groups())))
        for facet, some in vocabulary.values.items():
            if vocabulary.kind(facet) != "size":
                continue
            forms = (keys, ("eu", *keys), (*keys, "码"))
            if values := tuple(value for value in some if vocabulary.key(value) in forms):
                yield Found(f"include.{facet}", values, match.start(), match.end())


def _read_named_numbers(text: str, vocabulary: Vocabulary) -> Iterator[Found]:
    """A bare number by the name of its facet: "frame 54", "a 34 waist"."""
    for facet, some in vocabulary.values.items():
        name = re.escape(facet)
        pattern = rf"\b{name}:? ({_BARE_NUMBER})(?![\w.])|(?<![\w.])({_BARE_NUMBER}) {name}\b"
        for match in re.finditer(pattern, text, _I):
            said = match[1] or match[2]
            if said in some:
                yield Found(f"include.{facet}", (said,), match.start(), match.end())


def _read_references(text: str, _: Vocabulary) -> Iterator[Found]:
    barred = [match.span() for match in _NOT_REFERENCE.finditer(text)]
    patterns = (_NAMED_REFERENCE, _NUMBERED_REFERENCE, _HAN_REFERENCE, _HAN_NUMBERED, _HAN_LAST)
    taken: list[tuple[int, int]] = []
    if few := _FIRST_FEW.search(text):
        said = (few[1] or few[2]).lower()
        taken.append(few.span())
        yield Found("references", tuple(range(1, quantity(said) + 1)), few.start(), few.end())
    for pattern in patterns:
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in barred + taken):
                continue
            taken.append(match.span())
            yield Found("references", (_ordinal(match),), match.start(), match.end())
    pair = None if taken else _BARE_PAIR.search(text)
    if pair is not None:
        yield Found("references", (int(pair[1]), int(pair[2])), pair.start(), pair.end())


def _ordinal(match: re.Match[str]) -> int:
    if not match.groups():
        return -1
    said = next(filter(None, match.groups())).lower()
    if said in _EN_ORDINALS:
        return _EN_ORDINALS[said]
    return quantity(said)


def _read_order(text: str, _: Vocabulary) -> Iterator[Found]:
    for sort, pattern in _SORTS:
        if match := pattern.search(text):
            by = _BY_WHAT.search(text, 0, match.start())
            end = _PUT_IN_ORDER.match(text, match.end()).end()  # type: ignore[union-attr]  # it may be empty
            yield Found("sort", sort, by.start() if by else match.start(), end)
            return


def _read_wishes(text: str, _: Vocabulary) -> Iterator[Found]:
    for key, value, pattern in (
        ("price_relative", "cheaper", _CHEAPER),
        ("price_relative", "dearer", _DEARER),
        ("price_level", "low", _LOW),
        ("price_level", "high", _HIGH),
    ):
        if match := pattern.search(text):
            start = match.end() - len(match.group().lstrip("比\x00"))
            yield Found(key, value, start, match.end())
            return


def _read_flags(text: str, _: Vocabulary) -> Iterator[Found]:
    for key, pattern in (("in_stock", _STOCK), ("on_sale", _SALE)):
        if flag := pattern.search(text):
            yield Found(key, True, flag.start(), flag.end())
    for match in _QUANTITY.finditer(text):
        said = next(filter(None, match.groups())).lower()
        number = 6 if match["half"] else quantity(said) * (12 if match["da"] else 1)
        if number > 1:
            yield Found("quantity", number, match.start(), match.end())
            return


def quantity(said: str) -> int:
    """The number that a word of quantity stands for."""
    return int(said) if said.isdigit() else _EN_QUANTITIES.get(said) or han_number(said)


def _read_limits(text: str, _: Vocabulary) -> Iterator[Found]:
    if found := find_limit(text):
        wish, start, end = found
        yield Found("wish", wish, start, end)


def _read_measures(text: str, _: Vocabulary) -> Iterator[Found]:
    if found := find_wish(text):
        wish, start, end = found
        yield Found("wish", wish, start, end)


READERS: Sequence[Callable[[str, Vocabulary], Iterator[Found]]] = (
    _read_drops,
    _read_limits,
    _read_rating,
    _read_size,
    _read_named_numbers,
    _read_price,
    _read_order,
    _read_references,
    _read_wishes,
    _read_measures,
    _read_flags,
)
"""In this order each reads what the ones before it left."""
