"""Answers "which one is ...?" over several products, and "which would you pick?" with its reasons."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Mapping, Sequence

from assistant.aspects import asked_about
from assistant.comparison import short_names
from assistant.dimensions import DIMENSIONS, Dimension, Standing, standing
from assistant.phrases import listed
from assistant.record import Fact
from assistant.skills.ask import spoken_for
from assistant.skills.attributes import telling, value_verdict
from assistant.skills.base import Turn
from assistant.skills.question import read
from assistant.skills.texts import mentioned
from assistant.skills.weighing import BY_KEY, TELLING, difference, leads
from assistant.skills.wording import Phrase
from index.schema import Product

ALL_EQUAL: Phrase = ("They are level there: {what}.", "这一点上它们一样：{what}。")
NOT_SAID: Phrase = ("The record of {titles} does not say.", "{titles} 的记录里没有写。")
NOT_SAID_ALL: Phrase = (
    "The records do not tell which one {what}.",
    "记录里写得不够，比不出哪款{what}。",
)
OTHERS: Phrase = ("The others: {values}.", "其他几款：{values}。")
HAVING: Phrase = ("Yes: {titles}.", "是的有：{titles}。")
LACKING: Phrase = ("No: {titles}.", "不是的有：{titles}。")
SAYS: Phrase = ("{title}: {name} {value}.", "{title}：{name} {value}。")
TAKE: Phrase = ("I would take {title}: it {reasons}.", "我会选 {title}：{reasons}。")
TAKE_ONLY: Phrase = (
    "I would take {title}: it is the only one in stock.",
    "我会选 {title}：只有它有货。",
)
TAKE_PLAIN: Phrase = ("I would take {title}.", "我会选 {title}。")
EVEN: Phrase = (
    "By the record neither is ahead in all that counts; it depends on what matters to you.",
    "从记录上看各有长处，看您更在意什么。",
)
BUT: Phrase = ("What speaks for {title}: it {reasons}.", "{title} 的长处：{reasons}。")
SOLD_OUT: Phrase = ("{titles} is out of stock right now.", "{titles} 目前缺货。")
NOTHING: Phrase = (
    "By the records nothing speaks for one over the other.",
    "从记录上看分不出高下。",
)
WHICH = re.compile(
    r"\bwh?ich\b|\bwitch\b|\bwich\b|\bwhat(?:'s| is) the (?:\w+est|most|best)\b|\bwho(?:'s| has| is)\b|\b(?:the )?\w+est (?:one )?of (?:these|those|them|the)\b|\bis (?:the )?.* \w+er (?:than|then)\b|\bhow much (?:\w+er|more|less)\b|"
    r"\bor\b.*\?|\b(?:do|are|have|does) (?:they )?(?:both|all|either|each|any)\b|都(?:有|能|支持|是|带|可|会|防)|哪|谁|邊|边款|那个(?:更|最|好)|比.{1,12}(?:更|还)?(?:[重轻大小长短贵好便宽高厚薄快亮])"
)
PICK = re.compile(
    r"\bwould (?:you|u) (?:\w+ )?(?:pick|choose|buy|get|take|go for|recommend|trust)|\bshould i (?:\w+ )?(?:pick|choose|buy|get|take|go)|\bwud u\b|\brecommend|\bbest (?:one|of|for|overall|value|choice|buy|deal)|\b(?:is|are) (?:the )?(?:best|better)\b|"
    r"\bbetter (?:one|value|buy|choice|for)\b|\byour (?:pick|choice|favou?rite)|\bcan'?t (?:choose|decide|pick)|\bwhich (?:one )?(?:to (?:take|buy|get)|do (?:you|u) (?:prefer|like|recommend))|\b(?:pick|choose) (?:one|for me|between)|\bworth it\b|\bhelp me (?:choose|decide|pick)|\bsettle it|"
    r"选[哪谁啥]|哪[个款件双台]?(?:更|最|比较)?(?:好|值|适合|合适|推荐|划算|实用|靠谱)|推荐哪|推荐谁|买哪|性价比|你(?:会)?(?:选|买|推荐|觉得)|帮我[选挑]|二选一|挑一个|哪款更值|纠结|值不值|值得"
)
_PURPOSES: Sequence[tuple[re.Pattern[str], tuple[str, ...]]] = (
    (re.compile(r"\btravel|\bcommut|\bcarry|\bplane|\bflight|\bhik|\bbackpack|\btrip|旅行|出差|通勤|便携|带出门|飞机|徒步|上班路"), ("weight", "battery", "thickness", "water", "cancelling")),
    (re.compile(r"\bgam(?:e|es|ing)|游戏|电竞"), ("refresh", "memory", "power", "storage")),
    (re.compile(r"\bphoto|\bpicture|\bcamera|拍照|摄影"), ("megapixels",)),
    (re.compile(r"\bstudent|\bbudget|\bcheap|\bvalue|\bmoney|性价比|实惠|划算|预算|学生|省钱"), ("price", "rating")),
    (re.compile(r"\bgift|\bpresent|送|礼"), ("rating", "reviews")),
    (re.compile(r"\bquiet|\bbedroom|\bnight|\boffice|\bbaby|安静|卧室|晚上|宝宝"), ("noise",)),
    (re.compile(r"\brain|\bswim|\bbeach|\boutdoor|雨|游泳|户外|海边"), ("water",)),
    (re.compile(r"\blong (?:day|trip|flight)|\ball day|一整天|长途"), ("battery",)),
)  # fmt: skip


def which(turn: Turn, products: Sequence[Product], text: str) -> list[str]:
    """The answer to what was asked of them: by a measure, by an attribute, or which one to take."""
    names = dict(zip((product.id for product in products), short_names(products, turn.language), strict=True))
    asked = _asked_dimensions(text)
    picks = PICK.search(text) is not None
    if asked and not (picks and _purpose(text)):
        told = [
            sentence
            for dimension, way in asked[:2]
            for sentence in _by_measure(turn, products, dimension, way, names)
        ]
        if told:
            return [*told, *(_pick(turn, products, text, names) if picks else [])]
    if not picks and (told := _by_attribute(turn, products, names)):
        return told
    if asked and not picks:
        what = listed(
            [dimension.words(way)[2 * (turn.language == "zh")] for dimension, way in asked[:2]], turn.language
        )
        return [turn.tell(NOT_SAID_ALL, what=what)]
    return _pick(turn, products, text, names) if picks or WHICH.search(text) else []


def _asked_dimensions(text: str) -> list[tuple[Dimension, str]]:
    """Measures that the question names, with the end that it asks for."""
    found = []
    for dimension in DIMENSIONS:
        for way, pattern in (("less", dimension.asks_less), ("more", dimension.asks_more)):
            if match := re.search(pattern, text):
                found.append((match.start(), -match.end(), dimension, way))
                break
    found.sort(key=lambda item: item[:2])
    keys = {dimension.key for _, _, dimension, _ in found}
    plainer = {
        "length": {"battery", "warranty"},
        "size": {"screen", "capacity", "storage", "memory"},
        "height": {"rating", "megapixels", "refresh"},
    }
    return [
        (dimension, way) for _, _, dimension, way in found if not plainer.get(dimension.key, set()) & keys
    ]


def _by_measure(
    turn: Turn, products: Sequence[Product], dimension: Dimension, way: str, names: Mapping[str, str]
) -> list[str]:
    """Which one has the most or the least, the values, ties, and whose record does not say."""
    found = standing(dimension, products, way, turn.language)
    if found is None:
        return []
    if not found.behind:
        value = found.value or listed([names[p.id] for p in found.ahead], turn.language)
        told = [turn.tell(ALL_EQUAL, what=value)]
    elif dimension.key == "price" and way == "less" and len(products) == 2:
        told = [difference(turn, found, names), _values(turn, found, products, names)]
    else:
        told = [leads(turn, found, names, pair=len(products) == 2)]
        if len(found.behind) > 1 and found.value:
            told.append(_values(turn, found, found.behind, names))
    if found.missing:
        told.append(turn.tell(NOT_SAID, titles=listed([names[p.id] for p in found.missing], turn.language)))
    return told


def _values(turn: Turn, found: Standing, products: Sequence[Product], names: Mapping[str, str]) -> str:
    separator = "，" if turn.language == "zh" else ", "
    values = separator.join(f"{names[p.id]} {found.values[p.id]}" for p in products if p.id in found.values)
    if len(products) == len(found.values) and len(products) == 2:
        return f"{values}。" if turn.language == "zh" else f"{values}."
    return turn.tell(OTHERS, values=values)


def _by_attribute(turn: Turn, products: Sequence[Product], names: Mapping[str, str]) -> list[str]:
    """What each record says to the question: parted into yes and no where it says that."""
    facts: dict[str, Fact] = {}
    verdicts: dict[str, bool] = {}
    spoken: dict[str, str] = {}
    for product in products:
        question = read(turn, product)
        for aspect in asked_about(question.text):
            found = telling(question, aspect)
            if found:
                facts[product.id] = found[0]
                verdict = value_verdict(question, found[0], aspect)
                if verdict is not None:
                    verdicts[product.id] = verdict
                break
            said = mentioned(question, aspect)
            if said:
                spoken.setdefault(product.id, said)
    told = []
    if verdicts:
        for phrase, truth in ((HAVING, True), (LACKING, False)):
            some = [
                f"{names[key]} ({facts[key].name} {facts[key].value})"
                for key, verdict in verdicts.items()
                if verdict is truth
            ]
            if some:
                told.append(turn.tell(phrase, titles=listed(some, turn.language)))
    told += [
        turn.tell(SAYS, title=names[key], name=fact.name, value=fact.value)
        for key, fact in facts.items()
        if key not in verdicts
    ]
    if not facts:
        told = [
            f"{names[key]}{'：' if turn.language == 'zh' else ': '}{said}" for key, said in spoken.items()
        ]
    silent = [names[p.id] for p in products if p.id not in facts and p.id not in spoken]
    if told and silent:
        told.append(turn.tell(NOT_SAID, titles=listed(silent, turn.language)))
    return told


def _purpose(text: str) -> tuple[str, ...]:
    return tuple(key for words, keys in _PURPOSES if words.search(text) for key in keys)


def _pick(turn: Turn, products: Sequence[Product], text: str, names: Mapping[str, str]) -> list[str]:
    """One product with the facts that speak for it, and what speaks for the others."""
    there = [product for product in products if product.available]
    gone = [names[product.id] for product in products if not product.available]
    if len(there) == 1:
        return [turn.tell(TAKE_ONLY, title=names[there[0].id])]
    there = there or list(products)
    purpose, pair = _purpose(text), len(there) == 2
    standings = [
        found
        for key in dict.fromkeys((*purpose, *TELLING))
        if (dimension := BY_KEY.get(key)) is not None
        and (
            found := standing(
                dimension,
                there,
                dimension.better or ("less" if key in ("thickness",) else "more"),
                turn.language,
            )
        )
        and found.behind
        and (dimension.better or key in purpose)
    ]
    scores = {product.id: 0.0 for product in there}
    for found in standings:
        for product in found.ahead:
            scores[product.id] += (
                3.0 if found.dimension.key in purpose else _WEIGHTS.get(found.dimension.key, 0.5)
            ) / len(found.ahead)
    recommended = {product.id: spoken_for(turn, product) for product in there}
    for product in there:
        scores[product.id] += NAMED * bool(recommended[product.id])
    if not standings and not any(recommended.values()):
        return [turn.tell(NOTHING)]
    ranked = sorted(there, key=lambda product: -scores[product.id])
    even = scores[ranked[0].id] == scores[ranked[1].id]
    told = [turn.tell(EVEN)] if even else []
    for at, product in enumerate(ranked[: 3 if even or not pair else 2]):
        reasons = [
            found.fragment(turn.language, pair=pair) for found in standings if found.ahead == (product,)
        ][:4]
        if not reasons and recommended[product.id] and at == 0 and not even:
            told.append(turn.tell(TAKE_PLAIN, title=names[product.id]))
        told += [recommended[product.id]] if recommended[product.id] and not reasons else []
        if not reasons:
            continue
        phrase = TAKE if at == 0 and not even else BUT
        joined = "，".join(reasons) if turn.language == "zh" else listed(reasons, "en")
        told.append(turn.tell(phrase, title=names[product.id], reasons=joined))
        told += [recommended[product.id]] if recommended[product.id] else []
    if gone:
        told.append(turn.tell(SOLD_OUT, titles=listed(gone, turn.language)))
    return told


NAMED = 5.0
"""How much it counts that a record names the very use or person that is asked about."""

_WEIGHTS = {"price": 1.5, "rating": 2.0, "battery": 1.0, "weight": 0.75}
"""How much being ahead counts when nothing else is said; what buyers found counts most."""
