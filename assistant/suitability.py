"""Whether a product suits somebody or something, as far as its record says: an age, a person, a skin, a language."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.numerals import han_number
from assistant.record import Fact
from index.text import fold

_NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
_EN_AGE = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})[- ]?(year|yr|month|mo)s?[- ]?old|\b(\d{{1,2}}) ?(yo|y/o)\b|\baged? (\d{{1,2}})\b"
)
_ZH_AGE = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:个)?(周?岁|月(?=大|的|宝|婴|能|可|$))")
_SOMEBODY = (
    (re.compile(r"\bnew ?borns?\b|新生儿|刚出生"), 0.0),
    (re.compile(r"\b(?:bab(?:y|ies)|infants?)\b|婴儿|宝宝"), 0.5),
    (re.compile(r"\btoddlers?\b|幼儿"), 2.0),
)
_CHILDREN = re.compile(r"\b(?:kids?|child(?:ren)?)\b|孩子|小孩|儿童|小朋友")
_ADULT = re.compile(r"^adults?$|^成人$")
_RANGE = re.compile(r"(\d{1,2})(?:\s*(?:[-–~—]|to|至|到)\s*(\d{1,2}))?\s*\+?\s*(months?|个月)?")
_OPEN = re.compile(r"\+|以上|up$|及以上")
AGE = re.compile(r"^age(?: range)?$|^recommended age|适[用读合].{0,2}年龄|^年龄")


@dataclass(frozen=True, slots=True)
class Suits:
    """What the record says of a wish.

    Attributes:
        fact: The attribute that tells.
        verdict: Whether it suits; None when it does not settle the question.
        words: The words of the question that were weighed.
    """

    fact: Fact
    verdict: bool | None
    words: tuple[str, ...] = ()


def asked_age(text: str) -> float | None:
    """The age in years that a folded question is about; None without one."""
    if match := _EN_AGE.search(text):
        said, unit = match[1] or match[3] or match[5], match[2] or "year"
        years = float(said) if said.isdigit() else float(_NUMBERS.index(said) + 1)
        return years / 12 if unit.startswith("mo") else years
    if match := _ZH_AGE.search(text):
        number = float(match[1]) if match[1].isdigit() else float(han_number(match[1]) or 0)
        return number / 12 if match[2] == "月" else number
    return next((age for words, age in _SOMEBODY if words.search(text)), None)


def suits_age(text: str, facts: Sequence[Fact]) -> Suits | None:
    """Whether a product is for the age in a folded question; None when neither tells."""
    fact = next((fact for fact in facts if any(AGE.search(name) for name in fact.names)), None)
    age = asked_age(text)
    if fact is None or (age is None and not _CHILDREN.search(text)):
        return None
    limits = _limits(fold(fact.own))
    if limits is None:
        return Suits(fact, None)
    low, high = limits
    if age is None:
        return Suits(fact, False if low >= 16 else None)
    if age == 0.5 and 0.5 < low <= 1:  # "a baby" may be of that age
        return Suits(fact, None)
    return Suits(fact, low <= age and (high is None or age < high + 1))


def _limits(value: str) -> tuple[float, float | None] | None:
    """The youngest and the oldest in years."""
    if _ADULT.search(value):
        return 18.0, None
    match = _RANGE.search(value)
    if match is None:
        return (0.0, None) if re.search(r"all ages|全年龄", value) else None
    scale = 12.0 if match[3] else 1.0
    low, high = float(match[1]) / scale, None if match[2] is None else float(match[2]) / scale
    return (low, high) if high is not None or _OPEN.search(value) else (low, None)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Kinds of somebody or something that a value may name.

    Attributes:
        names: Attributes whose values name them.
        kinds: For each kind, the words of a question and the words of a value.
        whole: Whether what a value does not name is excluded by it.
    """

    names: re.Pattern[str]
    kinds: Sequence[tuple[re.Pattern[str], re.Pattern[str]]]
    whole: bool


def _kinds(names: str, whole: bool, *kinds: tuple[str, str]) -> _Kinds:
    return _Kinds(re.compile(names), [(re.compile(asked), re.compile(told)) for asked, told in kinds], whole)


_ANY = r"|\ball\b|unisex|everyone|men and women|男女|通用|全部|所有|任何"
_TABLES = (
    _kinds(
        r"^for$|适用人群|适用宠物|适用性别|适用对象", True,
        (r"\b(?:men|man|male|guys?|boys?|husband|boyfriend|dad|him)\b|男", rf"\bmen\b|\bmale\b|男{_ANY}"),
        (r"\b(?:women|woman|female|lad(?:y|ies)|girls?|wife|girlfriend|mum|mom|her)\b|女", rf"women|female|女{_ANY}"),
        (r"\b(?:kids?|child(?:ren)?)\b|小孩|孩子|儿童", rf"child|kid|儿童|童{_ANY}"),
        (r"\bcats?\b|\bkitten|猫", r"\bcats?\b|猫|all pets"),
        (r"\bdogs?\b|\bpupp|狗|犬", r"\bdogs?\b|狗|犬|all pets"),
    ),
    _kinds(
        r"skin type|肤质", False,
        (r"\boily\b|油", r"\boily\b|油|\ball\b|全|所有"),
        (r"\bdry\b|干皮|干性", r"\bdry\b|干|\ball\b|全|所有"),
        (r"\bsensitive\b|敏感", r"sensitive|敏感|\ball\b|全|所有"),
        (r"\bcombination\b|混", r"combination|混|\ball\b|全|所有"),
        (r"\bnormal\b|中性", r"normal|中性|\ball\b|全|所有"),
    ),
    _kinds(
        r"hair type|发质", False,
        (r"\bcurly\b|卷", r"curly|卷|\ball\b|所有"), (r"\bfine\b|\bthin\b|细", r"fine|细|\ball\b|所有"),
        (r"\bdry\b|干", r"dry|干|\ball\b|所有"), (r"\boily\b|油", r"oily|油|\ball\b|所有"),
        (r"\bcolou?red\b|\bdyed\b|染", r"colou?red|染|\ball\b|所有"),
    ),
    _kinds(
        r"^level|difficulty|难度|^水平", False,
        (r"\bbeginners?\b|\bnovice|\bnewbie|\bfirst time|新手|初学|入门|零基础", r"beginner|easy|入门|新手|初级"),
        (r"\badvanced|\bexperts?|高手|高级|进阶", r"advanced|intermediate|expert|进阶|高级"),
    ),
    _kinds(
        r"languages?$|语言", True,
        (r"\benglish\b|英[文语]", r"english|英"), (r"\bchinese\b|\bmandarin\b|中文|汉语|国语", r"chinese|mandarin|中文|汉语"),
        (r"\bgerman\b|德[文语]", r"german|deutsch|德"), (r"\bfrench\b|法[文语]", r"french|fran|法"),
        (r"\bspanish\b|西班牙", r"spanish|espa|西班牙"), (r"\bjapanese\b|日[文语]", r"japanese|日"),
    ),
    _kinds(
        r"^use$|^surface$|适用(?:路面|场地|季节)|^用途|season", False,
        (r"\bswim|游泳", r"swim|游泳"), (r"\bski(?:ing)?\b|滑雪", r"ski|滑雪"), (r"\btrails?\b|越野|山路", r"trail|越野|山"),
        (r"\broads?\b|公路|马路", r"road|公路"), (r"\bgrass\b|草地|草坪", r"grass|turf|草"), (r"\b(?:indoors?|inside)\b|室内|屋里", r"indoor|室内"),
        (r"\b(?:outdoors?|outside)\b|户外|室外|外面", r"outdoor|室外|户外"), (r"\bwinter\b|冬", r"winter|4-season|四季|冬"), (r"\bsummer\b|夏", r"summer|season|夏|季"),
    ),
)  # fmt: skip


def suits_kind(text: str, facts: Sequence[Fact]) -> Suits | None:
    """Whether a value names the kind of somebody, or something, that a folded question is about."""
    for table in _TABLES:
        fact = next((fact for fact in facts if any(table.names.search(name) for name in fact.names)), None)
        asked = [(match[0], told) for asking, told in table.kinds if (match := asking.search(text))]
        if fact is None or not asked:
            continue
        value = f"{fold(fact.own)} {fold(fact.value)}"
        words = tuple(word for word, _ in asked)
        if all(told.search(value) for _, told in asked):
            return Suits(fact, True, words)
        return Suits(fact, False if table.whole else None, words)
    return None
