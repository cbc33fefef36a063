"""Answers from a product's attributes: which of them tell what is asked, and whether they say yes or no."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.aspects import Aspect
from assistant.plain_words import STOP
from assistant.quantities import find_quantities
from assistant.record import Fact
from assistant.skills.question import Asked, content, keys, overlap
from assistant.skills.wording import IT, Phrase
from assistant.suitability import AGE, Suits
from index.text import CJK, fold, has_han

FACT: Phrase = (f"{IT}: {{name}} {{value}}.", f"{IT}：{{name}} {{value}}。")
YES: Phrase = (
    f"Yes. {IT} is listed with “{{name}}: {{value}}”.",
    f"{{yes}}。{IT} 的记录写着「{{name}}：{{value}}」。",
)
NO: Phrase = (
    f"No. {IT} is listed with “{{name}}: {{value}}”.",
    f"{{no}}。{IT} 的记录写着「{{name}}：{{value}}」。",
)
SPLASH: Phrase = (
    f"Against splashes only: {IT} is listed with “{{name}}: {{value}}”, which is not for going under water.",
    f"只防泼溅：{IT} 的记录写着「{{name}}：{{value}}」，不能泡水。",
)
NOT_AMONG: Phrase = (
    f"The record of {IT} does not name that; it says “{{name}}: {{value}}”.",
    f"{IT} 的记录里没有提到这一种，写的是「{{name}}：{{value}}」。",
)
_HAVE = re.compile(r"\b(?:has|have|got|with|come|comes|include|any)\b|有|带|附|送|配")
_WET = re.compile(r"\bget(?:s|ting)? wet\b|会湿|湿透|进水")
_FREE = re.compile(r"[- ]?free\b|\bunscented\b|无|不含|没有")


def telling(asked: Asked, aspect: Aspect) -> list[Fact]:
    """Attributes that tell an aspect, those first whose names are likeliest."""
    if aspect.attribute is None:
        return []
    ranked = []
    for at, name in enumerate(_alternatives(aspect.names)):
        pattern = re.compile(name)
        ranked += [(at, fact) for fact in asked.record if any(pattern.search(own) for own in fact.names)]
    found = list({fact.key: fact for _, fact in ranked}.values())
    found.sort(key=lambda fact: _strangeness(asked, fact))
    if aspect.key == "included":
        return [fact for fact in found if _shares(fact, asked)]
    if aspect.key == "submerged":
        found = [fact for fact in found if _depth(fact) is not None or fact.verdict is False]
    return found[: aspect.several]


_HOW_LONG = re.compile(
    r"\bhow (?:long|many (?:minutes|hours|days))\b(?! is\b| are\b)|多[久九]|多长时间|几个?(?:小时|分钟|天)"
)
_TIME = re.compile(r"\btime\b|\blife\b|standby|时间|时长|续航")
_CASE = re.compile(r"\bcase\b|充电[盒仓]|^总续航")


def _strangeness(asked: Asked, fact: Fact) -> tuple[bool, ...]:
    """How little an attribute is what was asked for: no time where that is asked, a yes where a value is."""
    name = " ".join(fact.names)
    timed = fact.quantity.unit in ("h", "month") if fact.quantity else _TIME.search(name) is not None
    return (
        bool(_HOW_LONG.search(asked.text)) and not (timed and fact.verdict is None),
        bool(_CASE.search(asked.text)) != any(_CASE.search(own) is not None for own in fact.names),
        not asked.yes_no and fact.verdict is not None,
        not _partly_said(fact, asked),
    )


def _partly_said(fact: Fact, asked: Asked) -> bool:
    """Whether a telling part of an attribute's name is in the question: the standby of 待机时间."""
    for name in fact.names:
        if has_han(name):
            pairs = {name[at : at + 2] for at in range(len(name) - 1)} - _PLAIN_ZH
            if any(has_han(pair) and pair in asked.text for pair in pairs):
                return True
        elif set(keys(name)) & set(keys(asked.text)) - STOP - _COMMON - {"time"}:
            return True
    return False


def _alternatives(names: str) -> list[str]:
    """The alternatives of a pattern, those in brackets kept together."""
    parts, depth, start = [], 0, 0
    for at, ch in enumerate(names):
        depth += (ch in "([") - (ch in ")]")
        if ch == "|" and not depth:
            parts.append(names[start:at])
            start = at + 1
    return [*parts, names[start:]]


def _shares(fact: Fact, asked: Asked) -> bool:
    """Whether the thing that an attribute counts is in the question: the cable of "cable included"."""
    for name in fact.names:
        bare = re.sub(r"included|^含|^附", "", name).strip()
        if has_han(bare):
            thing = re.search(rf"(?:[带送附含配])([{CJK}])[吗么]", asked.text)
            if thing is not None and thing[1] in bare:
                return True
            if bare in asked.text or any(bare[at : at + 2] in asked.text for at in range(len(bare) - 1)):
                return True
        elif set(keys(bare)) & set(keys(asked.text)):
            return True
    return False


_TOO_PLAIN = frozenset(
    "for fit fits use light form base type cover plate drop size length width height power range age input holds lighter "
    "lines opening weight screen care speed colour color set model brand keys balance shape".split()
)


def named(asked: Asked) -> list[Fact]:
    """Attributes that the question calls by name."""
    said = set(keys(asked.said))
    found = []
    for fact in asked.record:
        for name in fact.names:
            if has_han(name):
                bare = name.removeprefix("无").removesuffix("数") if len(name) > 2 else name
                named = len(bare) > 1 and bare in asked.said
            else:
                words = [key for key in keys(name) if key not in STOP and key != "free"]
                plain = len(words) == 1 and words[0] in _TOO_PLAIN
                named = bool(words) and set(words) <= said
                named = named and (not plain or (words[0] in _THINGS and _has_a(words[0], asked.said)))
            if named:
                found.append(fact)
                break
    return found


_THINGS = frozenset("light cover plate lighter".split())
"""Names that are things where something is said to have them, and something else otherwise."""


def _has_a(thing: str, text: str) -> bool:
    return re.search(rf"\b(?:have|has|got|with|any|a|an)\b(?: \w+)? {thing}\b", text) is not None


_PLAIN_ZH = frozenset(
    "适用 可以 最大 主要 时间 等级 方式 类型 容量 尺寸 长度 重量 高度 规格 版本 数量 支持 范围 产品 使用 安全 标准 执行 温馨 提示 是否 含量".split()
)
_COMMON = frozenset(
    "support supported supports certification included compatible resistance material weight number product quantity maximum minimum technology".split()
)


def partly_named(asked: Asked) -> Fact | None:
    """The attribute with a part of its name in the question: 蛋白质 of 粗蛋白, "refills" of "refillable"."""
    said = {key for key in keys(asked.said) if len(key) > 2 and key not in STOP}
    begins = {key[:5] for key in said if len(key) >= 5}
    counted = re.findall(rf"几[个张条支层口只枚]?([{CJK}])", asked.said)
    for fact in asked.record:
        for name in fact.names:
            pairs = (
                (name[at : at + 2] for at in range(len(name) - 1)) if has_han(name) and len(name) > 2 else ()
            )
            if any(has_han(pair) and pair in asked.said and pair not in _PLAIN_ZH for pair in pairs):
                return fact
            if has_han(name) and any(thing in name for thing in counted):
                return fact
            own = set(keys(name)) - _COMMON - _TOO_PLAIN
            if own & said or any(key[:5] in begins for key in own if len(key) >= 5):
                return fact
    return None


_IS_IT = re.compile(r"^(?:is|are) (?:it|they|this|that|these|those)\b|是.{1,8}[吗么嘛]|的[吗么嘛]$")


def of_value(asked: Asked) -> Fact | None:
    """The attribute whose value is what the product is asked to be: "is it vegetarian"."""
    words = content(asked)
    if not words or len(words) > 2 or not asked.yes_no or not _IS_IT.search(asked.text):
        return None
    return next(
        (fact for fact in asked.record if overlap(f"{fact.own} {fact.value}", words) == len(words)), None
    )


def stated(asked: Asked, fact: Fact, aspect: Aspect | None) -> str:
    """An attribute as the answer: with a yes or a no where that was asked and the value settles it."""
    verdict = value_verdict(asked, fact, aspect) if asked.yes_no else None
    if verdict is None:
        if aspect is not None and aspect.key in ("waterproof", "submerged") and 0 < (_depth(fact) or 0) < 5:
            return asked.turn.tell(SPLASH, name=fact.name, value=fact.value)
        return asked.turn.tell(FACT, name=fact.name, value=fact.value)
    return told_yes_or_no(asked, fact, verdict)


def told_yes_or_no(asked: Asked, fact: Fact, verdict: bool) -> str:
    """An attribute behind the yes or the no that it means."""
    yes, no = _particles(asked.text)
    return asked.turn.tell(YES if verdict else NO, yes=yes, no=no, name=fact.name, value=fact.value)


def _particles(text: str) -> tuple[str, str]:
    """How Chinese says yes and no to a question: with its verb."""
    for words, yes, no in (
        (r"支持", "支持", "不支持"), (r"适合", "适合", "不适合"), (r"含", "含有", "不含"),
        (r"能|可以|可不可|行", "可以", "不可以"), (r"有|带|附|送|配", "有", "没有"),
    ):  # fmt: skip
        if re.search(words, text):
            return yes, no
    return "是的", "不是"


def suited(asked: Asked, suits: Suits) -> str:
    """What the record says to the age, person or use that was asked about."""
    if suits.verdict is None:
        phrase = FACT if AGE.search(suits.fact.names[-1]) else NOT_AMONG
        return asked.turn.tell(phrase, name=suits.fact.name, value=suits.fact.value)
    yes, no = ("支持", "不支持") if "支持" in asked.text else ("适合", "不适合")
    if suits.verdict and suits.words and _asks_more(asked, suits.words):
        return asked.turn.tell(FACT, name=suits.fact.name, value=suits.fact.value)
    return asked.turn.tell(
        YES if suits.verdict else NO, yes=yes, no=no, name=suits.fact.name, value=suits.fact.value
    )


def _asks_more(asked: Asked, weighed: Sequence[str]) -> bool:
    """Whether a question holds more than the words that were weighed: a big dog is more than a dog."""
    text = asked.text
    for word in weighed:
        text = text.replace(word, " ")
    return any(word not in _DOING for word in content(replace(asked, text=text)))


_DOING = frozenset("play wear run walk ride learn read speak understand support".split())


def value_verdict(asked: Asked, fact: Fact, aspect: Aspect | None) -> bool | None:
    """Whether a value answers the question with yes or no."""
    key = aspect.key if aspect is not None else ""
    if aspect is not None and aspect.most:
        return _within(asked, fact)
    if key == "compatible":
        return True if fold(fact.own) in asked.whole or fold(fact.value) in asked.whole else None
    if (aspect is not None and aspect.bare) or _WET.search(asked.text):
        return None
    if key in ("waterproof", "submerged") and (depth := _depth(fact)) is not None:
        return True if depth >= (7 if key == "submerged" else 5) else False if depth == 0 else None
    if key == "wireless" or any(re.search(r"^bluetooth|^蓝牙", name) for name in fact.names):
        return _wireless(asked.text, fact)
    verdict = fact.verdict
    if verdict is not None:
        free = any(re.search(r"free$|^无", name) for name in fact.names)
        of_none = _FREE.search(re.sub("有没有|没有[吗么]|无线|无人", "", asked.text)) is not None
        return verdict if free == of_none else not verdict
    if aspect is None and _HAVE.search(asked.text):
        return _counted(fact)
    return None


def _counted(fact: Fact) -> bool | None:
    """Whether there is any of what an attribute counts or describes; None for a measure."""
    value = fold(fact.own)
    if re.fullmatch(r"\d+", value):
        return int(value) > 0
    return None if re.match(r"\d", value) else True


def _wireless(text: str, fact: Fact) -> bool | None:
    """Whether a connection is the one that was asked for."""
    value = f"{fold(fact.own)} {fold(fact.value)}"
    if fact.verdict is not None or re.fullmatch(r"[\d.]+ [\d.]+", value):
        return fact.verdict if fact.verdict is not None else True
    without = re.search(r"bluetooth|2\.4 ?ghz|wireless|wi-?fi|蓝牙|无线", value) is not None
    by_cable = re.search(r"cable|wired|usb|有线", value) is not None
    if re.search(r"bluetooth|蓝牙", text):
        return re.search(r"bluetooth|蓝牙", value) is not None
    if re.search(r"wireless|cordless|无线", text):
        return without
    return by_cable if re.search(r"wired|有线", text) else None


_IP = re.compile(r"\bip[x\d]([0-9])")


def _depth(fact: Fact) -> int | None:
    """Protection against water from 0 to 9, the second digit of an IP code (IEC 60529); None if not said."""
    value = fold(fact.own)
    if match := _IP.search(value):
        return int(match[1])
    if re.search(r"\b\d+ ?(?:atm|bar)\b", value):
        return 7
    column = find_quantities(value)  # a hydrostatic head; from 1500 mm a fabric counts as waterproof
    if column and column[0].unit == "mm":
        return 6 if column[0].value >= 1500 else None
    return 0 if fact.verdict is False else None


def _within(asked: Asked, fact: Fact) -> bool | None:
    """Whether the quantity in the question is within the value."""
    most = fact.quantity
    if most is None:
        return None
    said = [quantity.value for quantity in find_quantities(asked.whole) if quantity.unit == most.unit]
    return max(said) <= most.value if said else None


def material(asked: Asked) -> str:
    """Yes or no to "is it leather", when nothing else is asked."""
    kind, include = asked.turn.parts.vocabulary.kind, asked.turn.said.constraints.include
    values = [value for facet, named in include.items() if kind(facet) == "material" for value in named]
    fact = next(
        (
            fact
            for fact in asked.record
            if any(re.search(r"^materials?$|材[质料]$", name) for name in fact.names)
        ),
        None,
    )
    if not values or fact is None or not asked.yes_no:
        return ""
    rest = asked.text
    for span in asked.turn.said.constraints.spans:
        if span.key.startswith("include."):
            rest = rest.replace(fold(span.text), " ", 1)
    if re.sub(
        r"\b(?:is|are|it|they|this|that|made|of|from|with|real|really|genuine|a|the|pure|all|100|in|have|does|do)\b|[是的吗么呢不有没这那个款它真纯做用材质料\W\d]",
        "",
        rest,
    ):
        return ""
    own = {fold(value) for value in asked.product.facets.get("material", ())} | {
        fold(fact.own),
        fold(fact.value),
    }
    yes = any(fold(value) in said for value in values for said in own)
    # Lambskin is leather: a record that does not use the word denies nothing.
    return (
        told_yes_or_no(asked, fact, yes)
        if yes
        else asked.turn.tell(NOT_AMONG, name=fact.name, value=fact.value)
    )
