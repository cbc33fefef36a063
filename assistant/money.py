"""Amounts of money as people write and say them, in English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.numerals import HAN_DIGITS, han_number
from assistant.turns import PriceRange
from index.text import has_han

_CURRENCIES = {
    "USD": r"us\$|\$|usd|doll?[ae]rs?|bucks?|美元|美金|美刀|刀",
    "EUR": r"€|eur|euros?|欧元|欧(?![洲美式包])",
    "GBP": r"£|gbp|pounds?|quid|英镑",
    "CNY": r"¥|￥|rmb|cny|yuan|人民币|块钱|块|元",
    "HKD": r"hk\$|hkd|港币|港元|港纸",
    "JPY": r"jpy|yen|日元|日币",
    "INR": r"₹|inr|rupees?|rs\.?|卢比",
}
_PREFIX = r"us\$|hk\$|\$|€|£|¥|￥|₹|(?<![a-z])(?:usd|eur|gbp|rmb|cny|inr|hkd|jpy|rs\.?)|人民币|美元|美金|欧元|英镑|港币|港元|日元|卢比"
_SUFFIX = "|".join(_CURRENCIES.values())

_HAN_NUMBER = "[零〇一二两三四五六七八九十百千万]{1,12}"

_EN_NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split(),
        1,
    )
} | {word: 10 * number for number, word in enumerate(
    "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2
)}  # fmt: skip
_EN_FACTORS = {"hundred": 100, "thousand": 1000, "grand": 1000}
_EN_TENS = "ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_EN_SMALL = rf"(?:{_EN_TENS})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
_EN_NUMBER = rf"\b(?:(?:{'|'.join(_EN_NUMBERS)}|a) (?:hundred|thousand|grand)(?:(?: and)? (?:{_EN_SMALL}))?|a couple(?: of)? (?:hundred|thousand)|hundred and (?:{_EN_SMALL})|(?:two|three|four|five|six|seven|eight|nine)(?= (?:(?:to|or) \w+ )?(?:dollars|bucks|pounds|quid|euros)\b)|{_EN_SMALL})\b"

_NUMBER = rf"(?<!\d)(?:\d{{1,3}}(?:,\d{{3}})++|\d{{1,12}}+)(?:\.\d{{1,4}}+)?\s?(?:k(?![a-z])|w(?=以内|以下|左右|块|元|的?预算|封顶|\s?$)|(?:千|万)[1-9]?(?!\d))?|{_HAN_NUMBER}|{_EN_NUMBER}"


def _amount(number: int) -> str:
    """Pattern of one amount; its groups carry the number, so that a pattern can hold two."""
    return (
        rf"(?:(?P<pre{number}>{_PREFIX})\s?)?(?P<num{number}>{_NUMBER})"
        rf"(?:\s?(?P<suf{number}>{_SUFFIX})(?![a-z]))?"
    )


# A number with one of these behind it counts or measures something; it is no price.
_UNIT = (
    r"(?:\s?-?\s?(?:gb|tb|mb|inch(?:es)?|in\b|\"|”|''|cm|mm|km|kg|g\b|lbs?|oz|mah|w\b|watts?|hz|l\b|ml|lit(?:re|er)s?|"
    r"m\b|ft|feet|mp|mpx|megapixels?|persons?|people|man\b|men\b|packs?|pcs|pieces?|pairs?|years?|yrs?|months?|weeks?|"
    r"days?|options?|products?|results?|choices|hours?|hrs?|h\b|min(?:utes?)?|stars?|%|percent|x\b|st\b|nd\b|rd\b|th\b|of them|items?|in 1|rooms?|"
    r"speed|cores?|ports?|channels?|thread|tog|denier|kids?|children|lumens?|lm\b|db\b|decibels?|nits?|degrees?|°|reviews?|ratings?|p\b|metres?|meters?|kilos?|kilograms?|grams?|ounces?|miles?|yards?|volts?|v\b|amps?|rpm|bar\b|psi|seats?|seaters?|shelves|drawers?|slots?|keys?|colou?rs|copies|sheets|gsm|players?|games?|seconds?|fps|years? old))"
    r"|\s?(?:个|件|双|条|款|台|部|只|张|本|把|盒|套|瓶|袋|包|支|人|位|寸|英寸|吋|厘米|毫米|公分|米|克|公斤|斤|千克|毫升|升|"
    r"流明|赫兹|分贝|尼特|帧|转|度|座|格|层|抽|键|升装|瓦|毫安|小时|分钟|天|周|月|年|岁|星|分|码|号|像素|度|页|片|层|次|第|代|核|折)"
)
_AFTER = rf"(?!{_UNIT})(?![\d.,]*\d)(?![a-z]+\d)"

_EN_MAX = r"(?:not|\w+n'?t|never|nothing|rather not|without|cannot) (?:want(?:ing)? to |wanna |like to |wish to |plan(?:ning)? to |looking to |willing to )?(?:go(?:ing)? |be(?:ing)? |spend(?:ing)? |pay(?:ing)? )?(?:over|above|more than|exceed(?:ing)?|beyond|past)|if (?:it|that|they)(?:'?s|'?re| is| are| goes?) (?:over|above|more than)|(?:my |the |our )?(?:absolute |upper )?(?:limit|ceiling|cap)(?: is|'s| of|:)|as high as|stretch(?:ing)? (?:it )?to|capp?ed at|tops out at|(?:no|not) more than|less th[ae]n|fewer than|cheaper than|lower than|up to|at most|max(?:imum)?(?: of)?|under|below|beneath|within|(?:my |a |the )?budget(?:'s| is| of| around| about|:)*|<=?|≤"
_EN_MIN = r"upwards? of|north of|no less than|not less than|more than|at least|over|above|min(?:imum)?(?: of)?|starting (?:at|from)|from|>=?|≥"
_EN_NEAR = r"around|about|roughly|approximately|approx\.?|circa|close to|near|~|for(?! (?:around|about|like|maybe|roughly|say)\b)"
_ZH_MAX = r"(?:不|不能|不要|别|不可以|没)(?:超过|高于|高过|多于|大于|超)|低于|少于|小于|不到|最多|最高|(?:预算|价格)?(?:可以)?(?:放|提|加|调|升)(?:宽|高)?(?:到|至)|预算(?:是|在|大概|差不多|只有|就)?|顶多|封顶|上限(?:是)?"
_ZH_MIN = r"不低于|不少于|高于|超过|大于|至少|最少|最低|起码"
_ZH_NEAR = r"大概|大约|差不多|约|左右"

_BETWEEN = re.compile(
    rf"(?:between |from |价格|价位)?\s?{_amount(1)}\s?(?:-|–|—|~|～|to|and|or|到|至|和)\s?{_amount(2)}{_AFTER}"
    r"(?:\s?(?:之间|以内|左右))?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?P<word>\b(?:{_EN_MAX}|{_EN_MIN}|{_EN_NEAR})|(?:<=?|>=?|~|≤|≥)|{_ZH_MAX}|{_ZH_MIN}|{_ZH_NEAR})\s?"
    rf"(?:(?:like|about|maybe|roughly|around|say|spend(?:ing)?|of)\s|[就要得花在是大概]{{1,2}})?"
    rf"{_amount(1)}{_AFTER}(?P<tail>\s?(?:以内|以下|之内|左右|上下|or (?:less|under|below|more|over|above)\b))?",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"{_amount(1)}(?:{_UNIT})?\s?"
    r"(?P<word>tops|(?:each |apiece |absolute |the |at the (?:very )?)*(?:max(?:imum)?|most)\b|ceiling\b|limit\b|cap\b|at (?:the )?most\b|(?:is|'s)(?: absolutely| really| about)? (?:my |the |our )?(?:absolute |upper |top |very )?(?:limit|max(?:imum)?|ceiling|cap|most|top)\b|顶多|到顶|or (?:less|under|below|cheaper)|or (?:more|over|above)|and (?:under|below)|and (?:up|over|above)\b|ish\b(?:\s?(?:dollars?|bucks?|pounds?|euros?|quid))?|"
    r"以内|以下|之内|内|封顶|以上|起|往上|左右|上下|or so\b|(?:出头|多|来)(?:块钱?|元)?(?!个|种|款|人|件))",
    re.IGNORECASE,
)
_COMPARED = re.compile(rf"比{_amount(1)}(?:还|要|更)?(?P<word>便宜|低|贵|高)", re.IGNORECASE)
_HAN_SPAN = re.compile(  # 「两三百」 is 200 to 300
    rf"(?:(?P<pre1>{_PREFIX})\s?)?(?<![零〇一二两三四五六七八九十百千万第])(?P<low>[一二两三四五六七八])(?P<high>[二两三四五六七八九])(?P<unit>[百千万])"
    rf"(?!{_HAN_NUMBER})(?:\s?(?P<suf1>{_CURRENCIES['CNY']}))?{_AFTER}(?:\s?(?:左右|之间))?"
)
_PLAIN = re.compile(rf"{_amount(1)}{_AFTER}(?P<tail>的)?", re.IGNORECASE)

_TOLERANCE = Decimal("0.2")
"""Around 100 means 80 to 120."""


@dataclass(frozen=True, slots=True)
class PriceMention:
    """A price range and where it was said."""

    price: PriceRange
    start: int
    end: int


_NOT_A_LIMIT = re.compile(  # what was paid before, what ships free, what an order came to
    r"(?:\b(?:bought|ordered)\b[^.;，。；]{0,30}|\b(?:paid|cost (?:me|us)|spent|worth|shipping|delivery|postage|charged?|refund(?:ed)?|won(?!'?t\b)|saved?|owe[sd]?)\b"
    r"|花了|花掉|买的时候|付了|免邮|包邮|运费|满|退了|赚了|省了)[^,.;，。；]{0,14}$",
    re.IGNORECASE,
)


def find_price(text: str) -> PriceMention | None:
    """The first price limit that the text names, or None.

    A number counts as money when it has a currency, or when a word of comparison stands by it and no
    unit follows: "256gb phone", "2 person tent" and "iphone 15" name no price.
    """
    for read in (
        _read_span,
        _read_between,
        _read_both,
        _read_compared,
        _read_before,
        _read_behind,
        _read_plain,
    ):
        for mention in read(text):
            if _NOT_A_LIMIT.search(text[: mention.start]):
                continue
            said = text[mention.start : mention.end].rstrip()
            return replace(mention, end=mention.start + len(said))
    return None


def _read_span(text: str) -> Iterator[PriceMention]:
    for match in _HAN_SPAN.finditer(text):
        low, high = (_value(match[part] + match["unit"]) for part in ("low", "high"))
        if low < high:
            yield PriceMention(PriceRange(low, high, _currency(match, 1)), match.start(), match.end())


def _read_both(text: str) -> Iterator[PriceMention]:
    """A lower and an upper limit side by side: 「五百以上一千以下」, "over 50 but under 80"."""
    limits = [*_read_before(text), *_read_behind(text)]
    for low in limits:
        for high in limits:
            if low.price.max is not None or high.price.min is not None:
                continue
            first, second = sorted((low, high), key=lambda limit: limit.start)
            if re.fullmatch(r"\s*(?:,|，|、|and|but|且|但|、)?\s*", text[first.end : second.start]):
                currency = low.price.currency or high.price.currency
                yield PriceMention(
                    PriceRange(low.price.min, high.price.max, currency), first.start, second.end
                )


def _read_compared(text: str) -> Iterator[PriceMention]:
    for match in _COMPARED.finditer(text):
        kind = "max" if match["word"] in ("便宜", "低") else "min"
        yield PriceMention(
            _range(_value(match["num1"]), kind, _currency(match, 1)), match.start(), match.end()
        )


def _read_between(text: str) -> Iterator[PriceMention]:
    for match in _BETWEEN.finditer(text):
        low, high = _value(match["num1"]), _value(match["num2"])
        currency = _currency(match, 1) or _currency(match, 2)
        spoken = re.match(r"\s?(between|from)\b", match.group(), re.IGNORECASE) or "之间" in match.group()
        worded = re.search(r"到|至", match.group()) and high >= 100
        if re.search(r"hundred\s?$", match["num1"]) and re.match(r"\s?and\b", text[match.end("num1") :]):
            continue  # "seven hundred and fifty" is one number
        if re.fullmatch(_EN_TENS, match["num1"], re.IGNORECASE) and text[match.end("num1")] == "-":
            continue  # and so is "forty-five"
        limit = re.search(rf"(?:{_EN_MAX}|{_ZH_MAX})\s*$", text[: match.start()], re.IGNORECASE)
        if limit:  # "under 50-60" leaves the upper one open
            yield PriceMention(PriceRange(None, max(low, high), currency), limit.start(), match.end())
            continue
        words = not match["num1"][0].isdigit() and not has_han(match["num1"])
        words = (
            words or re.match(r"\s?(?:price )?(?:range|bracket|budget)\b", text[match.end() :]) is not None
        )
        words = words or bool(re.search("k\\s*$", match["num2"], re.IGNORECASE))
        if not (currency or spoken or worded or words) or _glued(text, match.start("num1")):
            continue
        if (
            low < 10 <= high
            and re.search(r"[千万k]\s*$", match["num2"])
            and not re.search(r"[千万k]", match["num1"])
        ):
            low *= 1000 if match["num2"].strip()[-1] in "千k" else 10000  # 一到两千, 1-2k
        yield PriceMention(PriceRange(min(low, high), max(low, high), currency), match.start(), match.end())


def _read_before(text: str) -> Iterator[PriceMention]:
    for match in _BEFORE.finditer(text):
        word, currency = match["word"].lower(), _currency(match, 1)
        if word in ("for", "from") and currency is None:
            continue
        if currency is None and _is_small_word(match["num1"]):
            continue
        kind = _kind(word) if match["tail"] is None else _kind(match["tail"].strip())
        yield PriceMention(_range(_value(match["num1"]), kind, currency), match.start(), match.end())


def _read_behind(text: str) -> Iterator[PriceMention]:
    for match in _BEHIND.finditer(text):
        small = _currency(match, 1) is None and _is_small_word(match["num1"])
        if small or _glued(text, match.start("num1")) or _measured(text, match):
            continue
        word, amount = match["word"].lower(), _value(match["num1"])
        currency = "CNY" if re.search("[块元]", word) else _currency(match, 1)
        if word.startswith("ish") and word[3:].strip():
            currency = currency_code(word[3:].strip())
        price = (
            PriceRange(amount, amount + _last_place(amount), currency)
            if re.match("出头|多", word)
            else _range(amount, _kind(word), currency)
        )
        yield PriceMention(price, match.start(), match.end())


def _read_plain(text: str) -> Iterator[PriceMention]:
    for match in _PLAIN.finditer(text):
        currency = _currency(match, 1)
        if currency is None or _glued(text, match.start("num1")):
            continue
        if re.match("一块(?![钱以左上内])[一-鿿]", text[match.start() :]):
            continue  # 「放一块比比」: together
        yield PriceMention(_range(_value(match["num1"]), "near", currency), match.start(), match.end())


def _last_place(amount: Decimal) -> int:
    """The unit that 「多」 leaves open: 「两百多」 ends before 300, 「一千五百多」 before 1600."""
    digits = str(int(amount))
    return int(10 ** (len(digits) - len(digits.rstrip("0")))) if int(amount) else 0


def _is_small_word(number: str) -> bool:
    """Whether it is a Chinese number below ten, as in 「一起」: a word more often than a price."""
    return number[0] in HAN_DIGITS and _value(number) < 10


def _measured(text: str, match: re.Match[str]) -> bool:
    return match["suf1"] is None and re.match(_UNIT, text[match.end("num1") :], re.IGNORECASE) is not None


def _glued(text: str, start: int) -> bool:
    """Whether the number is the tail of a word or a code, as in "wh-1000" or "X2"."""
    before = text[max(0, start - 2) : start]
    return bool(re.search(r"[a-z]-?$|[a-z]$|[第几]$|\d$", before, re.IGNORECASE)) and not re.search(
        rf"(?:{_PREFIX})$", before, re.IGNORECASE
    )


def _kind(word: str) -> str:
    if re.fullmatch(rf"{_EN_NEAR}|{_ZH_NEAR}|ish(?:\s?\w+)?|or so|上下|来(?:块钱?|元)?", word, re.IGNORECASE):
        return "near"
    low = rf"{_EN_MIN}|{_ZH_MIN}|(?:or|and) (?:more|over|above|up)|以上|起|往上"
    return "min" if re.fullmatch(low, word, re.IGNORECASE) else "max"


def _range(amount: Decimal, kind: str, currency: str | None) -> PriceRange:
    if kind == "max":
        return PriceRange(None, amount, currency)
    if kind == "min":
        return PriceRange(amount, None, currency)
    return PriceRange(amount * (1 - _TOLERANCE), amount * (1 + _TOLERANCE), currency)


def _currency(match: re.Match[str], number: int) -> str | None:
    said = match[f"pre{number}"] or match[f"suf{number}"]
    return currency_code(said) if said else None


def currency_code(said: str) -> str | None:
    """The ISO code of a sign or name of a currency; None for an unknown one."""
    found = (code for code, words in _CURRENCIES.items() if re.fullmatch(words, said, re.IGNORECASE))
    return next(found, None)


def _value(text: str) -> Decimal:
    """Read "1,299.50", "1.5k", "2千", 「两百五」, 「一千二」."""
    text = text.strip().lower().replace(",", "")
    if text[0].isdigit():
        number, unit, tenths = re.fullmatch(r"([\d.]+)\s?([kw千万]?)(\d?)", text).groups()  # type: ignore[union-attr]
        factor = {"k": 1000, "千": 1000, "万": 10000, "w": 10000}.get(unit, 1)
        return Decimal(number) * factor + int(tenths or 0) * factor // 10  # 1千5 is 1500
    if text.isascii():
        return Decimal(_spelled(re.sub(r"\ba couple(?: of)?", "two", text)))
    return Decimal(han_number(text))


def _spelled(text: str) -> int:
    """Read "forty", "seven hundred and fifty", "a grand"."""
    total, part = 0, 0
    for word in text.replace("-", " ").split():
        if word in _EN_FACTORS:
            total, part = total + (part or 1) * _EN_FACTORS[word], 0
        else:
            part += _EN_NUMBERS.get(word, 0)
    return total + part
