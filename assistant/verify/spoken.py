"""Makes numbers that are spelt out readable: "half a kilo" is 0.5 kilo, 「四百四十九元」 449元."""

import re
import unicodedata
from enum import Enum, auto

from assistant.numerals import han_number
from index.text import CJK, simplified

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_SMALL = {word: number for number, word in enumerate(_UNITS.split())}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_WORD = "|".join([*_SMALL, *_TENS, *_LARGE, "dozen"])
_SPELT = re.compile(
    rf"\b(?:(?:a|an) )?(?:{_WORD})(?:(?:[\s-]| and )(?:{_WORD}))*(?: and a half)?\b(?! of (?:a|the) kind)",
    re.I,
)
_HALVES = (
    (re.compile(r"\b(?:one|an?) (?=(?:dollar|buck|euro|pound|cent|yuan|yen|rupee)s?\b)", re.I), "1 "),
    (re.compile(r"\bhalf (?:a|an) (?=\w)", re.I), "0.5 "),
    (re.compile(r"\b(?:a|one) and a half\b", re.I), "1.5"),
    (re.compile(r"(\d+) and a half\b", re.I), r"\1.5"),
    (re.compile(r"\btwice\b|\bdouble\b", re.I), "2 times"),
    (re.compile(r"\bhalf (?=(?:the|as|its|his|that)\b)", re.I), "0.5 times "),
    (re.compile(r"\b(?:a|one) quarter\b", re.I), "25%"),
    (re.compile(r"\b(?:a|one) third\b", re.I), "33%"),
    (re.compile(r"\b(?:a|one) fifth\b", re.I), "20%"),
    (re.compile(r"\b(?:a|one) tenth\b", re.I), "10%"),
)
_HAN = "零〇一二两三四五六七八九十百千万"
_COUNTED = (
    "个款种件双副把条只张本支台部套盒瓶袋包块片颗粒根层格档页级度星分条位人次年月日号天周克斤升米寸码元块美欧英日港毛折倍成毫厘公千小"
    "家项样支面枚杯盏端口扇排支股"
)
# A single character is a number only before what is counted: 「统一」, 「一直」, 「一些」 count nothing.
_HAN_NUMBER = re.compile(
    rf"(?<![{_HAN}第])(?:[{_HAN}]{{2,}}(?!些|样|直|起|旦|般|定)|[二两三四五六七八九十](?=[半多几]?[{_COUNTED}])|一(?=(?:公斤|斤|米|公里|年|小时|天|个月|倍|升|公升|毫|厘米|克|周|吨|英寸|寸|元|块|美元|美金|欧元|英镑|折|分钱|毛|角)(?!次|些|样|起|来)))|"
    rf"(?<=第)[{_HAN}]+"
)
_HAN_HALF = (
    (re.compile(rf"(\d+)(个|{'|'.join('斤升米年天')})半"), r"\1.5\2"),
    (re.compile(r"(\d+)星半"), r"\1.5星"),
    (re.compile(r"半(?=公斤|斤|升|米|个?小时|年|天|公升|公里)"), "0.5"),
    (re.compile(r"一半"), "0.5倍"),
)


_SIDES = re.compile(
    r"(\d+(?:\.\d+)?)\s?(?:x|×|\*|by|乘以?|-|–|to|到|至)\s?(\d+(?:\.\d+)?)\s?((?:mm|cm|m|inch(?:es)?|kg|g|h|hours?|l|ml|gb|tb|w|months?|years?)\b|毫米|厘米|公分|米|英寸|克|公斤|小时)",
    re.I,
)


class About(Enum):
    """How exactly a number is meant."""

    EXACT = auto()
    NEAR = auto()
    BELOW = auto()
    JUST_BELOW = auto()
    ABOVE = auto()
    JUST_ABOVE = auto()
    SOME_ABOVE = auto()  # 「三百多」: from 300 to below 400

    def holds(self, true: float, said: float, decimals: int = 0) -> bool:
        """Whether a true value may be called so.

        >>> About.NEAR.holds(980, 1000), About.JUST_BELOW.holds(19.99, 20), About.EXACT.holds(55, 54)
        (True, True, False)
        """
        if true < 0 or said < 0:
            return False
        match self:
            case About.EXACT:
                return bool(
                    abs(true - said) <= 0.004 * max(abs(said), 1e-9) or round(true, decimals) == said != 0
                )
            case About.NEAR:
                return abs(true - said) <= 0.12 * said
            case About.BELOW:
                return 0.5 * said <= true < said
            case About.JUST_BELOW:
                return 0.85 * said <= true < said
            case About.ABOVE:
                return said < true <= 1.5 * said
            case About.JUST_ABOVE:
                return said < true <= 1.15 * said
            case About.SOME_ABOVE:
                digits = str(int(said))
                return said < true < said + 10.0 ** (len(digits) - len(digits.rstrip("0") or digits))


_BEFORE = (
    (re.compile(r"(?:just|a (?:touch|whisker|little|bit|shade|hair)|slightly|well)? ?(?:under|below|short of|shy of|less than)\s*[^\w]?$", re.I), About.BELOW),
    (re.compile(r"(?:just|a (?:touch|whisker|little|bit|shade|hair)|slightly) (?:under|below|short of|shy of|less than)\s*[^\w]?$|(?:nearly|almost|not quite)\s*[^\w]?$", re.I), About.JUST_BELOW),
    (re.compile(r"(?:just|a (?:touch|little|bit|shade|hair)|slightly) (?:over|above|more than)\s*[^\w]?$", re.I), About.JUST_ABOVE),
    (re.compile(r"(?:over|above|more than|upwards of|north of)\s*[^\w]?$", re.I), About.ABOVE),
    (re.compile(r"(?:about|around|roughly|approximately|approx\.?|some|close to|circa|something like|in the region of|or so)\s*[^\w]?$", re.I), About.NEAR),
    (re.compile(r"(?:不到|不足|低于|少于|小于|不超过|以内)[^\d]{0,2}$"), About.BELOW),
    (re.compile(r"(?:将近|接近|快|近)[^\d]{0,1}$"), About.JUST_BELOW),
    (re.compile(r"(?:超过|高于|多于|大于)[^\d]{0,2}$"), About.ABOVE),
    (re.compile(r"(?:约|大概|差不多|大致|左近)[^\d]{0,2}$"), About.NEAR),
)  # fmt: skip
_BEHIND = (
    (re.compile(r"^\s*(?:or so|-?ish\b|give or take)", re.I), About.NEAR),
    (re.compile(rf"^[{CJK}a-zA-Z]{{0,3}}(?:左右|上下|前后)"), About.NEAR),
    (re.compile(r"^[多几]"), About.SOME_ABOVE),
    (re.compile(rf"^[{CJK}]{{0,3}}(?:出头|挂零)"), About.JUST_ABOVE),
    (re.compile(rf"^[{CJK}]{{0,2}}(?:以上)"), About.ABOVE),
    (re.compile(rf"^[{CJK}a-zA-Z]{{0,3}}(?:以内|以下|不到)"), About.BELOW),
    (re.compile(r"^来[块个元克米]"), About.NEAR),
)


def in_digits(text: str) -> str:
    """The text with plain characters, and its numbers in digits.

    >>> in_digits("a whisker under twenty dollars"), in_digits("一公斤出头，三百多")
    ('a whisker under 20 dollars', '1公斤出头，300多')
    """
    text = simplified(unicodedata.normalize("NFKC", text))
    text = _SPELT.sub(lambda match: _spelt(match[0]), text)
    for pattern, digits in _HALVES:
        text = pattern.sub(digits, text)
    text = _HAN_NUMBER.sub(lambda match: str(han_number(match[0])), text)
    for pattern, digits in _HAN_HALF:
        text = pattern.sub(digits, text)
    return _SIDES.sub(r"\1 \3 x \2 \3", text)


def _spelt(text: str) -> str:
    lowered = text.casefold()
    half = lowered.endswith(" and a half")
    words = re.split(r"[\s-]+", lowered.removesuffix(" and a half"))
    if words in (["one"], ["a", "one"]):  # mostly a pronoun
        return text
    total = part = 0
    for word in words:
        if word in _LARGE:
            part = (part or 1) * _LARGE[word]
            if _LARGE[word] >= 1000:
                total, part = total + part, 0
        elif word == "dozen":
            part = (part or 1) * 12
        else:
            part += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return f"{total + part}{'.5' if half else ''}"


def exactness(text: str, start: int, end: int) -> About:
    """How exactly the number at a place of a text is meant."""
    before, behind = text[max(0, start - 28) : start], text[end : end + 8]
    for pattern, about in _BEHIND:
        if pattern.match(behind):
            return about
    found = [about for pattern, about in _BEFORE if pattern.search(before)]
    return found[-1] if found else About.EXACT
