"""Claims about measures and plain numbers: each has to be in the record, of what it is said to be of."""

import re
from collections.abc import Iterator

from assistant.record import facts
from assistant.verify.claims import Claim, Kind
from assistant.verify.clauses import MARKS, Clause
from assistant.verify.known import known
from assistant.verify.lexemes import lexemes
from assistant.verify.plain import ZH_PLAIN
from assistant.verify.spoken import About, exactness
from assistant.verify.values import Measured, Value, measured_in
from index.schema import Product
from index.text import CJK, fold, has_han, simplified

# What a word near a number says that it measures: (words of a sentence, names of attributes).
_MEANT = tuple(
    (re.compile(said, re.I), re.compile(names, re.I))
    for said, names in (
        (r"\bweigh\w*|\bheav\w+|\blight\b|重", r"weight|weigh|重"),
        (r"\blong\b|\blength\b(?! of time)|长(?!续|达|久)", r"length|长"),
        (r"\btall\b|\bhigh\b|\bheight\b|\bstands\b|[高](?!达|频|清|音)", r"height|tall|high|高"),
        (r"\bwide\b|\bwidth\b|宽", r"width|wide|宽"),
        (r"\bacross\b|\bdiameter\b|直径|口径", r"diameter|across|直径|口径|width|宽"),
        (r"\bdeep\b|\bdepth\b|深", r"depth|deep|深"),
        (r"\bthick\w*|厚", r"thick|厚"),
        (r"\bholds?\b|\bcapacity\b|\broom for\b|容量|[能可]装|盛", r"capacity|volume|holds|容量|容积"),
        (
            r"\bruns?\b|\blasts?\b|\bbattery life\b|\bplays?\b|\bper charge\b|\bon a charge\b|续航|播放",
            r"battery|run ?time|play|续航|时间",
        ),
        (r"\bscreen\b|\bdisplay\b|屏", r"screen|display|屏"),
        (r"\bdecibels?|\bloud\b|\bnois[ey]\b|噪", r"noise|volume limit|噪|音量"),
        (r"\bwarrant\w+|质保|保修", r"warrant|质保|保修"),
        (r"\bcables?\b|\bcords?\b|线长", r"cable|cord|线"),
        (r"\bload\b|\bsupports? up to\b|承重|负重", r"load|承重|负重"),
        (r"\bcharg(?:es|ing) (?:in|takes|time)|充电(?:时间|需|只)", r"charg|充电"),
    )
)
_SAID_OF = re.compile(
    r"\s?-?(?:long|wide|tall|high|deep|thick|across|in (?:length|width|height|diameter|weight|capacity)|heavy|each)\b",
    re.I,
)
_FITS = re.compile(
    r"\b(?:fits?|take|takes|wear|suits?|suitable|ages?|aged|size|for)\b|适合|戴|穿|头围|岁|码|适用", re.I
)
_NOISE = frozenset(
    "a an the of to in with and for its it is has up at by on or as from than about around over under only just there which that this are was were have had them they you your not no each all both one more less 个 款 台 件 的 有 是 为".split()
)
_AS_NAMED = re.compile(r"\d+(?:\.\d+)?(?:k|p|g|d)\b|\d+/\d+", re.I)


def numbers(clause: Clause) -> Iterator[Claim]:
    """Every number that is left."""
    text = clause.text
    for found in measured_in(clause.rest):
        about = exactness(text, found.start, found.end)
        said_of = _SAID_OF.match(text, found.end)
        start, end = (found.start, found.end) if found.unit else _code(text, found)
        yield Claim(
            Kind.NUMBER if found.unit else Kind.COUNT,
            ((_from(text, start), said_of.end() if said_of else max(end, found.end)),),
            clause.holds(lambda p: _holds(p, clause, found, about)),
        )


def _from(text: str, start: int) -> int:
    """Where the word begins that says what is measured: 「重 2 公斤」, 「长约 30 厘米」."""
    found = _BEFORE.search(text[:start])
    return start if found is None else found.start()


_BEFORE = re.compile(
    rf"(?:(?<=[的,，、和且又{MARKS}])|(?<![{CJK}]))[重长宽高厚深矮](?:约|大约|达|为|是|近|将近|超过|不到)?\s?$"
)


def _holds(product: Product, clause: Clause, found: Measured, about: About) -> bool:
    values = known(product).values
    text = clause.text
    if not found.unit:
        return any(_counts(value, clause, found, about) for value in values) or _in_a_code(
            product, text, found
        )
    fits = _FITS.search(text) is not None
    fitting = [
        value
        for value in values
        if value.unit == found.unit
        and (_near(about, value.number, found) or (fits and value.number < found.number <= value.highest))
    ]
    if not fitting:
        return False
    near = text[_word_start(text, found.start - 26) : found.start] + " " + text[found.end : found.end + 18]
    named = _attributes_near(product, near, found.unit)
    if named:
        return any(value.field in named for value in fitting)
    return True


def _near(about: About, true: float, found: Measured) -> bool:
    """Whether a measure may be called so, in the unit that was said."""
    factor = found.number / found.said if found.said else 1.0
    if about is About.EXACT:
        in_unit = true / factor if factor else true
        return abs(true - found.number) <= 0.001 * max(abs(found.number), 1e-9) or (
            factor != 1.0 and found.decimals > 0 and abs(round(in_unit, found.decimals) - found.said) < 1e-9
        )
    return about.holds(true / factor, found.said, found.decimals)


def _attributes_near(product: Product, near: str, unit: str) -> frozenset[str]:
    """Keys of the attributes in this unit that the words near a number name."""
    own = [value for value in known(product).values if value.field and value.unit == unit]
    keys = frozenset(value.field for value in own)
    meant = [names for said, names in _MEANT if said.search(near)]
    by_meaning = {key for key in keys if any(names.search(key) for names in meant)}
    said = lexemes(near)
    by_name = {key: name for key in keys if (name := _name(key)) and name <= said}
    whole = {
        key
        for key, name in by_name.items()
        if not any(name < other for other in by_name.values())  # "wheel size" is not the size
    }
    plain = simplified(fold(near))
    whole |= {
        fact.key
        for fact in facts(product, "zh")
        if fact.key in keys and any(has_han(name) and name in plain for name in fact.names)
    }
    return frozenset(whole or by_meaning)


def _word_start(text: str, at: int) -> int:
    """Where the word begins that a place is in."""
    at = max(0, at)
    while at and text[at - 1].isalnum() and text[at - 1].isascii():
        at -= 1
    return at


def _name(key: str) -> frozenset[str]:
    return frozenset(word for word in lexemes(key) if not word.startswith("#") and word not in _NOISE)


def _counts(value: Value, clause: Clause, found: Measured, about: About) -> bool:
    """Whether a plain number of the record is this one, and counts the same."""
    if value.unit and not (value.unit in ("month", "h") and found.noun):
        return False
    within = value.said < found.said <= value.highest and _FITS.search(clause.text) is not None
    near = within or value.said == found.said if about is About.EXACT else about.holds(value.said, found.said)
    if not near:
        return False
    text = clause.text
    window = text[max(0, found.start - 16) : found.start] + " " + text[found.end : found.end + 24]
    if has_han(text):
        window = text[max(0, found.start - 8) : found.start] + " " + text[found.end : found.end + 8]
    counted = {
        word for word in lexemes(window) if word not in _NOISE and len(word) > 1 and word not in ZH_PLAIN
    }
    return bool(counted & value.about)


def _in_a_code(product: Product, text: str, found: Measured) -> bool:
    """Whether a number is part of a code that the record has: "4K", "1080p", "IP68", "5/8"."""
    start, end = _code(text, found)
    code = text[start:end].casefold().strip("-./")
    if not re.search(r"[a-z/.-]", code):
        return False
    return re.search(rf"(?<![a-z0-9]){re.escape(code)}(?![a-z0-9])", known(product).text) is not None


def _code(text: str, found: Measured) -> tuple[int, int]:
    """Where the code begins and ends that a number is part of."""
    start = found.start
    while start and ((text[start - 1].isalnum() and text[start - 1].isascii()) or text[start - 1] in "-./"):
        start -= 1
    end = found.end
    while end < len(text) and (
        (text[end].isalnum() and text[end].isascii())
        or (text[end] in "-./" and end + 1 < len(text) and text[end + 1].isalnum())
    ):
        end += 1
    return start, end


__all__ = ["numbers"]
_ = CJK
