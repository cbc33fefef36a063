"""Claims that set products against each other: superlatives, comparatives, differences, multiples."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.dimensions import DIMENSIONS, measured
from assistant.verify.claims import Claim, Kind
from assistant.verify.clauses import Clause, Line, lines_marked, lines_named, narrowed
from assistant.verify.counted import of_kind
from assistant.verify.known import LANGUAGES
from assistant.verify.lexemes import lexemes
from assistant.verify.spoken import About, exactness
from assistant.verify.values import Measured, measured_in
from index.schema import Product
from index.text import CJK, fold


@dataclass(frozen=True, slots=True)
class Scale:
    """Words for one dimension.

    Attributes:
        key: Of the dimension.
        more: Adjectives that mean more of it by themselves.
        less: Adjectives that mean less of it.
        noun: What "more", "higher", "longer" may be said of.
    """

    key: str
    more: str
    less: str
    noun: str


_SCALES = (
    Scale("price", r"dear(?:er|est)|pric(?:ier|iest)|costl(?:ier|iest)|贵", r"cheap(?:er|est)|(?:most|more) affordable|便宜|省钱|实惠", r"pric(?:e|ed|y)|costs?|expensive|价格?|价钱|售价"),
    Scale("rating", r"better[ -]rated|(?:best|top)[ -]rated|better reviewed|best reviewed|评价最?好|口碑(?:最|更)?好", r"wors(?:e|t)[ -]rated", r"rat(?:ed|ings?)|stars?|scores?d?|评分|评价|口碑"),
    Scale("weight", r"heav(?:ier|iest)|[重沉](?!量|复|要|磅)", r"light(?:er|est)(?! (?:in )?colou?r)|轻(?!松)", r"weigh(?:s|t)|重量"),
    Scale("battery", r"lasts? (?:the )?long(?:er|est)|goes (?:the )?long(?:er|est)|plays? (?:the )?long(?:er|est)|runs? (?:the )?long(?:er|est)|撑得[更最]?久|用得[更最]?久", r"lasts? (?:the )?short(?:er|est)", r"battery(?: life)?|playback|play ?time|run ?time|on a (?:single )?charge|续航|播放时间"),
    Scale("screen", r"(?!)", r"(?!)", r"screens?|displays?|屏幕?"),
    Scale("storage", r"(?!)", r"(?!)", r"storage|存储(?:空间)?|硬盘"),
    Scale("memory", r"(?!)", r"(?!)", r"memory|ram|内存"),
    Scale("capacity", r"room(?:ier|iest)|装得[更最]?多", r"(?!)", r"capacit(?:y|ies)|holds?|volume|容量|容积"),
    Scale("noise", r"loud(?:er|est)|nois(?:ier|iest)|[吵响]", r"quiet(?:er|est)|安静|静音", r"nois(?:e|y)|loud|噪音|声音"),
    Scale("power", r"strong(?:er|est) motor", r"(?!)", r"power(?:ful)?|watt(?:s|age)|功率"),
    Scale("suction", r"(?!)", r"(?!)", r"suction|吸力"),
    Scale("light", r"bright(?:er|est)|亮", r"dimm(?:er|est)|暗", r"brightness|lumens|亮度"),
    Scale("charging", r"(?!)", r"(?!)", r"charging time|to charge|充电时间"),
    Scale("megapixels", r"(?!)", r"(?!)", r"camera resolution|megapixels|像素"),
    Scale("refresh", r"(?!)", r"(?!)", r"refresh rate|刷新率"),
    Scale("load", r"(?!)", r"(?!)", r"load|承重|负重"),
    Scale("thickness", r"thick(?:er|est)(?! book)|厚", r"thinn(?:er|est)|slimm(?:er|est)|薄", r"thickness|厚度"),
    Scale("width", r"wid(?:er|est)|宽(?!敞)", r"narrow(?:er|est)|窄", r"width|宽度"),
    Scale("height", r"tall(?:er|est)|高(?=$|[\d,，。了出])", r"矮", r"height|高度"),
    Scale("warranty", r"(?!)", r"(?!)", r"warrant(?:y|ies)|质保|保修"),
    Scale("pages", r"thick(?:er|est) book", r"short(?:er|est) (?:book|read)", r"pages|页数?"),
    Scale("reviews", r"(?!)", r"(?!)", r"(?:number of )?reviews|评价数|评论数"),
    Scale("newness", r"new(?:er|est)|later|latest|newly|新(?=$|[,，。的])", r"old(?:er|est)|earlier|earliest|早|老", r"(?!)"),
    Scale("length", r"long(?:er|est)|长", r"short(?:er|est)|短", r"length|长度"),
    Scale("size", r"(?:bigg|larg)(?:er|est)|大", r"small(?:er|est)|小(?!时)", r"sizes?|尺寸"),
)  # fmt: skip
_MORE = r"(?:more|most|higher|highest|longer|longest|bigger|biggest|larger|largest|greater|greatest|stronger|strongest|better|best)"
_LESS = r"(?:less|least|fewer|fewest|lower|lowest|shorter|shortest|smaller|smallest|weaker|weakest)"
_ZH_MORE, _ZH_LESS = "[大高长多强久]", "[小低短少弱]"
_OF_NUMBER = ("pages",)

_SUPERLATIVE = re.compile(
    rf"\b(?:the |by far |easily )*(?P<en>(?:most|least) \w+(?: life| price| rate)?|\w{{3,}}(?:est)\b(?:[ -](?:rated|priced|reviewed|battery(?: life)?|screen|display|price|rating|capacity|noise|power|storage|memory|warranty|weight|refresh rate|pages|suction|load|length|width|height|read|book))?|best[ -]rated|top[ -]rated|worst[ -]rated|latest)|"
    rf"最(?!后|近|终|初|多[能可称支放是为]|[大高长][能可做支放是为达到]|[多大高长少]\s?\d|[{CJK}]{{1,3}}\s?\d)(?P<zh>[{CJK}]{{1,3}})|(?P<first>排第[1一]|数第[1一]|居首|垫底)",
    re.I,
)
_NOT_SUPERLATIVE = re.compile(
    r"^(?:(?:head|arm|foot|back|wrist)rest|latest|nearest|at least|test|rest|west|best|guest|chest|honest|forest|request|invest|interest|harvest|protest|modest|contest|suggest|digest|vest|nest|crest|quest|arrest|manifest|almost|most (?:of|people|users))",
    re.I,
)
_COMPARATIVE = re.compile(
    r"\b(?P<en>(?:lasts?|goes|plays?|runs?) longer|(?:(?<!no )more(?! of\b)|less|fewer|higher|lower|longer|shorter|bigger|larger|smaller|greater|better|stronger|weaker)(?:[ -](?:expensive|affordable|rated|powerful|battery(?: life)?|storage|memory|screen|capacity|pages|reviews|stars|power|weight|noise|suction|warranty|refresh rate|load))*|"
    r"(?!other|over|under|after|never|ever|earlier|water|paper|power|leather|summer|winter|number|silver|copper|rubber|cover|number|order|speaker|charger|printer|router|either|neither|together|whether|rather|another|buyer|reviewer|customer|owner|later model|answer|computer|monitor|counter|center|finger|letter|layer|master|matter|member|proper|server|shower|shopper|dinner|kettle)\w{2,}ier|"
    r"cheaper|dearer|lighter|louder|quieter|brighter|dimmer|thicker|thinner|slimmer|wider|narrower|taller|newer|older|(?:earlier|later)(?= than\b)|faster|slower)\b",
    re.I,
)
_THAN = re.compile(r"\bthan\b|\bcompared (?:to|with)\b", re.I)
_SAME_AS = re.compile(
    r"\b(?P<times>\d+(?:\.\d+)?) times (?:as (?P<adj>\w+)(?: \w+)? as|the (?P<noun>\w+) of|more (?P<more>\w+) than)\b|\b(?P<t2>\d+(?:\.\d+)?) times (?:as )?(?P<adv>long|heavy|much|big|wide|tall|loud)\b",
    re.I,
)
_ZH_THAN = re.compile(
    r"(?:比|较|(?P<less>没有|不如))(?!原价|较|平时|以前|例|原来|原先|之前|过去|先前|降价前)(?P<other>[^,，。;；]{1,24}?)(?P<how>还?要?更?(?:便宜|[贵重沉轻长短高矮宽窄厚薄大小多少早晚新旧吵响亮暗久慢快低强弱])|评分[更]?[高低]|续航[更]?[长短]|好)(?=[了多得出整足将约大不上]|一[些点]|很多|\s*[$€£¥\d]|的(?:是|幅度|差)|[,，。;；!！]|$)(?:了|上|一些|一点|得多|不少|很多|出|多了|整整|足足|将近|大约|约)*"
)
_ZH_SUBJECT = re.compile(
    rf"(?P<noun>价格?|售价|评分|口碑|续航|屏幕?|容量|噪音|功率|存储|内存|重量|长度|宽度|高度|页数|吸力|刷新率|承重|质保|尺寸|亮度)[{CJK}]{{0,2}}$"
)
_ZH_TIMES = re.compile(
    r"是[^,，。]{1,16}?的\s?(?P<n>\d+(?:\.\d+)?)\s?倍|(?P<only>只?有|不到)[^,，。]{1,16}的\s?(?P<half>0\.5)\s?倍"
)
_NOTHING = re.compile(
    r"\b(?:none|nothing|no other|no one|neither)\b[^,;]*?\b(?:is |are |has |have |lasts? |costs? |weighs? )?",
    re.I,
)
_YEARS = {"month": 30.44, "h": 1 / 24}


def compared(clause: Clause) -> Iterator[Claim]:
    """Every superlative and comparative, with what it sets the subject against."""
    for claim in (*_multiples(clause), *_chinese(clause)):
        yield claim
        clause = clause.without(claim.spans)
    for match in _COMPARATIVE.finditer(clause.rest):
        told = _comparative(clause, match)
        if told is not None:
            yield told
            clause = clause.without(told.spans)
    for match in _SUPERLATIVE.finditer(clause.rest):
        if (
            match["en"]
            and _NOT_SUPERLATIVE.match(match["en"])
            and not re.match(r"best[ -]rated|latest", match["en"], re.I)
        ):
            if match["en"].casefold() == "best" or re.match(r"most (?!of|people|users)", match["en"], re.I):
                yield Claim(Kind.SUPERLATIVE, (match.span(),), False)
            continue
        if match["en"] and re.search(r"\bat $", clause.text[: match.start()], re.I):
            continue  # "at least", "at most"
        if match["zh"] and any(match[0] in label and label in clause.text for label in _labels(clause)):
            continue  # 「最大阻力」 is what the record calls it
        yield Claim(Kind.SUPERLATIVE, (match.span(),), _superlative(clause, match))


def _labels(clause: Clause) -> Iterator[str]:
    """What the records call their own properties."""
    for line in clause.about:
        for product in line:
            yield from product.attributes
            for translation in product.translations.values():
                yield from translation.attributes


def scale_of(phrase: str) -> tuple[str, str] | None:
    """The dimension and the direction of a comparing phrase; None for an unknown one.

    >>> scale_of("longest battery life"), scale_of("cheaper"), scale_of("评分更高"), scale_of("finest")
    (('battery', 'more'), ('price', 'less'), ('rating', 'more'), None)
    """
    more = re.search(rf"\b{_MORE}\b|[更最比]?{_ZH_MORE}", phrase, re.I) is not None
    less = re.search(rf"\b{_LESS}\b|[更最]?{_ZH_LESS}(?!时)", phrase, re.I) is not None
    for scale in _SCALES:
        if re.search(rf"(?<![a-z])(?:{scale.less})(?![a-z])", phrase, re.I):
            return scale.key, "less"
        if re.search(rf"(?<![a-z])(?:{scale.more})(?![a-z])", phrase, re.I) and not _has_other_noun(
            scale.key, phrase
        ):
            return scale.key, "more"
    for scale in _SCALES:
        if (more or less) and re.search(rf"(?<![a-z])(?:{scale.noun})(?![a-z])", phrase, re.I):
            return scale.key, "less" if less else "more"
    return None


def _has_other_noun(key: str, phrase: str) -> bool:
    """Whether 「长」 or "longest" is said of something: "longest battery life"."""
    if key not in ("length", "size", "height"):
        return False
    return any(
        re.search(rf"(?<![a-z])(?:{scale.noun})(?![a-z])", phrase, re.I)
        for scale in _SCALES
        if scale.key not in ("length", "size", "height")
    )


def _numbers(key: str, products: Sequence[Product]) -> Mapping[str, float]:
    dimension = next(dimension for dimension in DIMENSIONS if dimension.key == key)
    best: Mapping[str, float] = {}
    for language in LANGUAGES:
        found, _ = measured(dimension, products, language)
        best = found if len(found) > len(best) else best
    return best


def _scales(
    phrase: str, context: str, products: Sequence[Product]
) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """The likeliest meaning of a phrase that the records measure."""
    found = scale_of(phrase)
    if found is None:
        more = re.match(rf"(?:the )?{_MORE}\b", phrase, re.I)
        less = re.match(rf"(?:the )?{_LESS}\b", phrase, re.I)
        for scale in _SCALES if more or less else ():
            if re.search(rf"(?<![a-z])(?:{scale.noun})(?![a-z])", context, re.I):
                found = scale.key, "less" if less else "more"
                break
    if found is None:
        return
    key, direction = found
    keys = [key]
    if key in ("length", "size"):
        keys = (
            ["battery", "length"]
            if re.search(r"\b(?:battery|charge|last|play|run)|续航|充一次", context, re.I) and key == "length"
            else [key]
        )
        if key == "length" and re.search(r"\bbooks?\b|书", context, re.I):
            keys = ["pages"]
    if key == "thickness" and re.search(r"\bbooks?\b|书|本", context, re.I):
        keys = ["thickness", "pages"]
    if key == "capacity" or (key == "size" and direction):
        keys += ["capacity", "screen"]
    for name in dict.fromkeys(keys):
        if len(numbers := _numbers(name, products)) >= 2:
            yield name, direction, numbers


def _superlative(clause: Clause, match: re.Match[str]) -> bool:
    lines = _set_of(clause)
    products = [product for line in lines for product in line]
    phrase = match[0]
    if match["first"]:
        noun = re.search(_nouns(), clause.text, re.I)
        phrase = f"{noun[0] if noun else ''}{'最少' if match[0] == '垫底' else '最多'}"
    if match["zh"]:
        phrase = clause.text[max(0, match.start() - 4) : match.end()]
        phrase = match["zh"] if scale_of(match["zh"]) and not re.search(_nouns(), phrase) else phrase
    for _, direction, numbers in _scales(phrase, clause.text, products):
        per_line = [[numbers[p.id] for p in line if p.id in numbers] for line in lines]
        if not all(per_line):
            return False  # a record that does not say may hold more
        extreme = (max if direction == "more" else min)(number for line in per_line for number in line)
        if len(clause.about) == 1:
            return any(numbers.get(product.id) == extreme for product in clause.about[0])
        return False
    return False


def _nouns() -> str:
    return "|".join(f"(?:{scale.noun})" for scale in _SCALES if scale.noun != "(?!)")


def _set_of(clause: Clause) -> tuple[Line, ...]:
    """The lines that a superlative is about: of the kind that is named, all on the table otherwise."""
    match = re.search(
        rf"\b(?:of|among|in) (?:all )?(?:these|those|the|our)(?: \d+)? (?P<noun>[a-z-]+)|\d[个款台件双条只把本支副样]?(?P<zh>[{CJK}]{{2,4}}?)[里中当]",
        clause.text,
        re.I,
    )
    if match is None or fold(match["noun"] or "") in _ANYTHING:
        return clause.table
    return of_kind(
        clause.table, frozenset(word for word in lexemes(match["noun"] or match["zh"]) if len(word) > 1)
    )


_ANYTHING = frozenset("ones options products items picks results things models list listed shown".split())


def _operands(clause: Clause, text: str) -> list[Line]:
    """The lines that a subject is set against; all others where none is named."""
    own = {product.family or product.id for line in clause.about for product in line}
    named = [line for line in lines_named(text, clause.table) if (line[0].family or line[0].id) not in own]
    if named:
        return [narrowed(line, text, clause.table) for line in named]
    # Another variant of the same line: "the 64 GB one costs 220 more than the 16 GB one".
    for line in clause.table:
        if len(clause.about) == 1 and (line[0].family or line[0].id) in own and len(line) > 1:
            few = narrowed(line, text, clause.table)
            if len(few) < len(line) and few != clause.about[0]:
                return [few]
            rest = tuple(product for product in line if product not in clause.about[0])
            if rest and len(clause.table) == 1:
                return [rest]
    elsewhere = [
        narrowed(line, clause.sentence, clause.table)
        for line in lines_named(clause.sentence, clause.table)
        if (line[0].family or line[0].id) not in own
    ]
    return elsewhere or [line for line in clause.table if (line[0].family or line[0].id) not in own]


_FORMER = re.compile(
    r"\bthe (?P<former>former|first(?= (?:one )?(?:is|was|has|being|costs|weighs|lasts)\b))|\bthe (?:latter\b|second(?= (?:one )?(?:is|was|has|being|costs|weighs|lasts)\b))|(?P<zh>前者|前面?[这那一]款)|后者|后面?[这那一]款",
    re.I,
)


def _sides(clause: Clause, behind: str) -> tuple[list[Line], list[Line]]:
    """What is compared, and with what: "the former" is the first that the sentence names."""
    lines = lines_marked(clause.sentence, clause.table)
    if len(lines) == 2 and (found := _FORMER.search(clause.sentence)):
        return (lines[:1], lines[1:]) if found["former"] or found["zh"] else (lines[1:], lines[:1])
    return list(clause.about), _operands(clause, behind)


def _comparative(clause: Clause, match: re.Match[str]) -> Claim | None:
    text = clause.text
    than = _THAN.search(text, match.end(), match.end() + 40)
    behind = text[than.end() :] if than else ""
    if re.match(
        r"(?i)more than|less than|(?:later|earlier)\b(?! than)",
        text[match.start() : than.end() if than else match.end()],
    ) and re.match(r"\s?(?:the )?[^\w]?\d", behind or "x"):
        return None  # "more than 40 hours" is a number
    if than is None and not clause.table[1:] and len(clause.table[0]) == 1:
        return Claim(Kind.COMPARISON, (match.span(),), False)
    if re.search(
        r"\b(?:usual|original|regular|list|normal|before|earlier|previous(?:ly)?|former|it was|it used to)\b",
        text[match.end() : match.end() + 30],
        re.I,
    ):
        end = text.find(",", match.end())
        held = clause.holds(lambda p: p.on_sale)
        return Claim(Kind.DISCOUNT, ((match.start(), end if end > 0 else len(text) - 1),), held)
    phrase = text[match.start() : than.start() if than else match.end() + 18]
    first = text[: match.start()]
    nothing = re.search(r"\b(?:none|nothing|no other|nobody)\b", first, re.I) is not None
    lefts, rights = _sides(clause, behind)
    spans = [match.span()] + ([than.span()] if than else [])
    if nothing and (
        word := re.search(r"\b(?:none|nothing|no other|nobody)\b", clause.rest[: match.start()], re.I)
    ):
        spans.append(word.span())
    if nothing:
        lefts = [line for line in clause.table if line not in lines_named(behind, clause.table)]
        rights = list(lines_named(behind, clause.table))
    products = [product for line in (*lefts, *rights) for product in line]
    context = phrase if re.search(_nouns(), phrase, re.I) else text
    for key, direction, numbers in _scales(phrase, context, products):
        number, span = _by_how_much(clause, match, than)
        holds = _compared(lefts, rights, numbers, direction, number, key, clause, turned=nothing)
        return Claim(Kind.COMPARISON, (*spans, *span), holds)
    return Claim(Kind.COMPARISON, tuple(spans), False)


def _compared(
    lefts: Sequence[Line], rights: Sequence[Line], numbers: Mapping[str, float], direction: str,
    by: tuple[Measured, About] | None, key: str, clause: Clause, *, turned: bool = False,
) -> bool:  # fmt: skip
    if not lefts or not rights:
        return False
    for left in lefts:
        for right in rights:
            if not any(
                _ahead(numbers[one.id] - numbers[other.id], direction, by, key, turned)
                for one in left
                for other in right
                if one.id in numbers and other.id in numbers and one.id != other.id
            ):
                return False
    return True


def _ahead(
    difference: float, direction: str, by: tuple[Measured, About] | None, key: str, turned: bool
) -> bool:
    if direction == "less":
        difference = -difference
    if turned:
        return difference <= 0
    if difference <= 0:
        return False
    if by is None:
        return True
    found, about = by
    said = found.number
    if key == "newness":
        said *= _YEARS.get(found.unit, 1.0)
        return (
            abs(difference - said) <= max(0.17 * said, 3)
            if found.unit == "month"
            else abs(difference - said) < 1
        )
    if about is About.EXACT:
        return abs(difference - said) <= (0.005 if key == "price" else max(0.004 * abs(said), 1e-6))
    return about.holds(difference, said, found.decimals)


def _by_how_much(
    clause: Clause, match: re.Match[str], than: re.Match[str] | None
) -> tuple[tuple[Measured, About] | None, tuple[tuple[int, int], ...]]:
    """The difference that is told, before or behind the comparative."""
    text = clause.rest
    near = [
        found
        for found in measured_in(text)
        if (
            0 <= match.start() - found.end <= 12
            and (found.unit or not re.search(r"\b(?:the|these|those)\s$", text[: found.start], re.I))
        )
        or (0 <= found.start - match.end() <= 26 and re.search(r"\bby\b|,", text[match.end() : found.start]))
    ]
    for found in near:
        between = text[found.end : match.start()]
        if re.search(r"[,;]|\band\b", between):
            continue
        start = found.start - 1 if text[max(0, found.start - 1)] in "$€£¥" else found.start
        end = found.end
        if noun := re.match(r"\s?(?:dollars?|euros?|pounds?|yuan|pages?|stars?)", text[end:], re.I):
            end += noun.end()
        about = exactness(clause.text, found.start, found.end)
        plain = Measured(found.said, "", "", found.said, found.decimals, found.start, found.end)
        money = text[start] in "$€£¥" or (noun is not None and "page" not in noun[0])
        return (plain if money else found, about), ((start, end),)
    if _MARGIN.search(clause.text) and len(apart := list(measured_in(text))) == 1:
        (found,) = apart
        money = text[max(0, found.start - 1)] in "$€£¥"
        plain = Measured(found.said, "", "", found.said, found.decimals, found.start, found.end)
        about = exactness(clause.text, found.start, found.end)
        return (plain if money else found, about), ((found.start - money, found.end),)
    return None, ()


_MARGIN = re.compile(r"\b(?:margin|by|between(?! the \d)|difference|differ|gap|apart)\b", re.I)


def _multiples(clause: Clause) -> Iterator[Claim]:
    """Multiples: "twice as heavy as", "half the weight of", 「两倍」."""
    for match in _SAME_AS.finditer(clause.rest):
        said = float(match["times"] or match["t2"])
        word = match["adj"] or match["noun"] or match["more"] or match["adv"]
        key = next((key for pattern, key in _PLAIN_WORDS if re.fullmatch(pattern, word, re.I)), None)
        if word.casefold() == "long" and re.search(r"batter|charge|last|play", clause.text, re.I):
            key = "battery"
        yield _multiple(clause, match, key, said, clause.text[match.end() :])
    for match in _ZH_TIMES.finditer(clause.rest):
        said = float(match["n"] or match["half"])
        subject = clause.text[: match.start()]
        key = next(
            (scale.key for scale in _SCALES if scale.noun != "(?!)" and re.search(scale.noun, subject, re.I)),
            None,
        )
        yield _multiple(clause, match, key, said, match[0])


_PLAIN_WORDS = (
    (r"heavy|weight|weighs?", "weight"), (r"long|length", "length"), (r"much|price|cost|expensive", "price"), (r"big|size|large", "size"),
    (r"wide|width", "width"), (r"tall|height|high", "height"), (r"loud|noise", "noise"), (r"capacity", "capacity"), (r"battery", "battery"),
    (r"power|powerful", "power"), (r"pages", "pages"), (r"thick", "thickness"), (r"bright", "light"), (r"storage", "storage"), (r"memory", "memory"),
)  # fmt: skip


def _multiple(clause: Clause, match: re.Match[str], key: str | None, said: float, behind: str) -> Claim:
    rights = _operands(clause, behind)
    products = [product for line in (*clause.about, *rights) for product in line]
    about = exactness(clause.text, match.start(), match.start() + 1)
    holds = False
    if key is not None and len(numbers := _numbers(key, products)) >= 2:
        holds = bool(rights) and all(
            any(
                _times(about, numbers[one.id] / numbers[other.id], said)
                for one in left
                for other in right
                if one.id in numbers and numbers.get(other.id) and one.id != other.id
            )
            for left in clause.about
            for right in rights
        )
    return Claim(Kind.COMPARISON, (match.span(),), holds)


def _times(about: About, true: float, said: float) -> bool:
    return abs(true - said) <= (0.03 if about is About.EXACT else 0.12) * said


def _chinese(clause: Clause) -> Iterator[Claim]:
    """「A 比 B 轻 24 克」, 「A 不如 B 贵」, 「跟 A 比，B 更轻」, 「A 和 B 相差 24 克，前者更轻」."""
    for match in _ZH_THAN.finditer(clause.rest):
        noun = _ZH_SUBJECT.search(match["other"]) or _noun_before(clause.text[: match.start()])
        phrase = f"{noun[0] if noun else ''}{match['how']}"
        lefts, rights = list(clause.about), _operands(clause, match["other"])
        called = (
            lines_marked(clause.text[: match.start()], clause.table),
            lines_marked(match["other"], clause.table),
        )
        behind = lines_marked(clause.text[match.end() :], clause.table)
        if called[1] and (called[0] or behind):
            lefts, rights = called[0][-1:] or behind[:1], called[1][:1]
        if match["less"]:
            lefts, rights = rights, lefts
        yield _told(clause, phrase, lefts, rights, match.span(), match.end())
        clause = clause.without([match.span()])
    if not _ZH_BESIDE.search(clause.sentence):
        return
    for match in _ZH_ADJECTIVE.finditer(clause.rest):
        lines = lines_marked(clause.sentence, clause.table)
        if len(lines) != 2:
            continue
        first, second = lines[:1], lines[1:]
        lefts, rights = (first, second) if "前者" in clause.sentence else (second, first)
        yield _told(clause, match["how"], lefts, rights, match.span(), match.end())


_ZH_BESIDE = re.compile(
    r"[前后]者|[前后]面?[这那一]款|差了|不是|相较|相比|对比|比起|[跟和与同拿][^，。]*比|相差"
)
_ZH_ADJECTIVE = re.compile(
    r"(?:更为?|还|要|略|稍|稍微|则|更加)*(?P<how>评分[更]?[高低]|续航[更]?[长短]|便宜|[贵重沉轻长短高矮宽窄厚薄大小新旧亮暗])(?:了|上|一?[些点]|得多|不少|很多|出)*(?=\s*[$€£¥\d]|[,，。;；!！]|的是|[哦呢啦哈](?:[。!！]|$)|$)"
)
_NOUN = re.compile(r"评分|口碑|续航|噪音|功率|屏幕|容量|价格|售价")
_PAIR = re.compile(r"2[款个台件双本把条只]?(?=相差|之间)")
_DIFFERING = re.compile(r"相差|^(?=[^，。]{1,10}[,，]这是)")


def _noun_before(text: str) -> re.Match[str] | None:
    return _ZH_SUBJECT.search(text) or _NOUN.search(text)


def _told(
    clause: Clause,
    phrase: str,
    lefts: Sequence[Line],
    rights: Sequence[Line],
    span: tuple[int, int],
    end: int,
) -> Claim:
    """A comparison with the number behind it, or behind 「相差」."""
    products = [product for line in (*lefts, *rights) for product in line]
    spans = [span, *(found.span() for found in _PAIR.finditer(clause.rest))]
    by = None
    places = [(end, 6), *((found.end(), 3) for found in _DIFFERING.finditer(clause.rest))]
    for start, reach in places:
        found = next((found for found in measured_in(clause.rest[start:]) if found.start <= reach), None)
        if found is not None and by is None:
            low, high = start + found.start, start + found.end
            by = found, exactness(clause.text, low, high)
            unit = re.match(r"\s?[多来几]?(?:块钱|块|元|美元|分|页|天|年|个月)", clause.rest[high:])
            spans.append((start, high + (unit.end() if unit else 0)))
    holds = False
    for key, direction, numbers in _scales(phrase, phrase + clause.text, products):
        holds = _compared(lefts, rights, numbers, direction, by, key, clause)
        break
    return Claim(Kind.COMPARISON, tuple(spans), holds)
