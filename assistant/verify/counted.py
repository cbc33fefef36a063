"""Claims about what is counted: stock, ratings, reviews, things on the table; and dates."""

import re
from collections.abc import Iterator
from datetime import date

from assistant.plain_words import STOP
from assistant.verify.claims import Claim, Kind
from assistant.verify.clauses import Clause, Line, lines_named
from assistant.verify.known import NEGATION, known
from assistant.verify.lexemes import lexemes
from assistant.verify.plain import PLAIN, ZH_PLAIN
from assistant.verify.spoken import About, exactness
from assistant.verify.values import measured_in
from index.schema import Product
from index.text import CJK, fold, has_han, simplified

_N = r"\d+(?:,\d{3})*(?:\.\d+)?"
_CLASSIFIER = "个款种件双副把条只张本支台部套盒瓶袋包块片颗粒根盏辆枚顶幅座架匹盆"

_SOLD_OUT = re.compile(
    r"\b(?:(?:currently |temporarily |all |completely )?(?:sold out|run out of|(?<=\bwe're )out of|(?<=\bwe are )out of|(?<=\bare )out of (?!5)|every last\b[^,;]{0,60}\b(?:gone|sold)|out of stock|stock\b[^,;]{0,20}(?:has been|is|was) (?:all )?sold|out of stock|unavailable|not available|not in stock|no longer available|none (?:are |is )?left))\b|"
    r"缺货|售罄|无货|没货|没有(?:现)?货|没有库存|无库存|卖完|卖光|断货|售完",
    re.I,
)
_IN_STOCK = re.compile(
    r"\b(?:still |currently |all )?(?:in stock|(?:can|could) still (?:be )?(?:buy|get|order|bought|ordered|had)|(?:have|is|carry|carries|got) stock|(?<=there['’]s )stock(?! (?:left|level))|on the shel(?:f|ves)|straight away|available(?: now| to buy| today| for purchase)?(?! (?:in|with|as|on|from|for)\b))\b|有现?货|现货|有库存|(?:库存|店)里(?:现在|目前|也)?还?有(?!\s?\d)|(?:可以?|能|随时)下单|还有[的呢哦]*(?=[。！!]|$)|在库(?!存)|(?:现在|目前|还|仍|随时|都)(?:能|可以)买到",
    re.I,
)
_LEFT = re.compile(
    rf"(?P<n>{_N}|\blast|最后(?:一|1)|最后)\s?(?:[{_CLASSIFIER}]|pairs?|pieces?|units?|sets?|copies|items?|(?:more )?of (?:them|these|it|the [\ue100-\ue8ff]))?\s?"
    r"(?:[\w-]+ ){0,3}?(?:left|remain(?:s|ing)?|in stock|to go|available|on the shel(?:f|ves)|to be had|in (?:our|the) inventory|(?:台)?库存|有货|现货)|"
    rf"(?:仅剩|只剩|还剩下?|剩下?|余下?|余量[为是]?|库存(?:还?有|为|是|剩)?|还有|还能买到|现货(?:只有|仅有|还有|有)?)(?:最后)?\s?(?:约|大约|不到|至少)?(?P<zh>{_N})\s?(?:多|几)?[{_CLASSIFIER}]?(?:库存|现货|可[售买])?|"
    rf"\bstock (?:is|of|stands at|level(?: is)?)\s(?P<of>{_N})",
    re.I,
)
_NEGATED = re.compile(r"\b(?:not|no longer|never)\b[^,;]*$|n['’]t\b[^,;]*$|[没不未无](?:有|是)?$", re.I)
_REASON = re.compile(r"\b(?:because|since|as)\b|因为|:", re.I)
"""Behind it a clause begins that a negation before it does not reach."""

_HAD = re.compile(
    r"\b(?:stock|sold|supply|supplies|inventory|shel(?:f|ves)|available|buy|bought|purchased?|(?:get|got|have|has) any|any (?:of|left|more|for sale))\b|现货|[有缺断]货|货架|库存|[卖买抢]",
    re.I,
)
_LACKS = re.compile(
    r"\b(?:not|no|never|none|nothing|zero|out|gone|empty|cannot|unable|emptied|cleared|flown|last of)\b|n['’]t\b|没|无|不(?!到\s?[$€£¥\d]|错|少)|空|光|断|罄|零|完",
    re.I,
)
_STORED = re.compile(r"\b(?:stock|inventory|shel(?:f|ves)|available)\b|现货|有货|货架|库存", re.I)
"""Words of having with words of lacking where no reader took them: of what is there, such a clause is not shown;
words of having without them are not shown of what is gone."""

FEW = 5
"""Pieces that a clerk may call the last few."""

_FEW_LEFT = re.compile(
    r"\b(?:last|only a) few(?: pairs| pieces| units| left)*|\bnearly (?:gone|sold out)|\balmost sold out|\brunning low|所剩无几|快卖完|只剩几|最后几",
    re.I,
)
_NONE_LEFT = re.compile(
    rf"\b(?:there (?:are|is) |we have )?(?:none|no (?:units?|pieces?|copies|stock|pairs?|more))\b[^,;]{{0,40}}?\b(?:left|remain(?:s|ing)?|in stock|available)\b|\bno stock\b|\b(?:don['’]t|do not|haven['’]t|have not|no longer) (?:currently )?(?:have |got |carry )?any\b[^,;]{{0,60}}?\b(?:left|remain(?:s|ing)?|in stock|available)\b|\bnone of the [{chr(0xE100)}-{chr(0xE8FF)}] left|一[件台个双]不剩|库存为\s?0|没有(?:了)?库存|(?:全部|已经?|都)+(?:全部|都)?(?:售出|卖出)",
    re.I,
)
_OF_STOCK = re.compile(
    r"\b(?:(?:still |currently )?in stock|left|remain(?:s|ing)?|units?|stock|available|to go|down to|on the shelf|on hand)\b|仅剩|只剩|还剩下?|剩余|剩下?|余下?|库存|现存|可售|存货|还有|还在售",
    re.I,
)
_OTHER_COUNT = re.compile(
    r"\s?(?:reviews?|ratings?|stars?|customers?|people|colou?rs?|sizes?|位|人|条|分|星|种|年|月|日)", re.I
)
_RATING = re.compile(
    rf"(?:\brat(?:ed|ings?|es?)\b|\bscor\w+\b|\bstars?\b|\baverag\w+|评分|均分|平均分?|评价|得分|星级|得了|打分|口碑|分数)[^\d,，;；]{{0,24}}?(?P<a>{_N})(?:\s?(?:stars?|分|星|颗星))?(?:\s?(?:out of|/|of)\s?5)?(?!\d|\.\d|\s?(?:rat|review|people|custom|个|人|位|条|%|(?:mm|cm|m|mah|w|db|hz|g|kg|ml|l|h|lm|pa)\b))|"
    rf"(?P<b>{_N})(?:[\s-](?:out of|/|of)|/) ?5\b(?: stars?)?|(?P<c>{_N})\s?-?stars?\b(?: (?:out of 5|rating|on average))?|(?P<d>{_N})\s?(?:颗)?[分星](?!钟|之|期|辨|层|级能)|满分5分",
    re.I,
)
_OUT_OF = re.compile(
    r"\bout of 5(?: stars)?\b|\b5[- ]?(?:star|point) scale\b|\bof 5 stars\b|(?:满分|总分)(?:为|是)?\s?5\s?分|5\s?分(?:制|满分)下?",
    re.I,
)
_RATERS = re.compile(
    r"(?<![\d.])(?P<n>\d+|\bone|\ba single|\bonly one)\s(?!stars?\b)(?:(?!star)[\w-]+\s)?(?:ratings|raters|votes?|rating)\b(?! of)|"
    r"(?<![\d.])(?P<p>\d+|\bone)\s(?:customers?|people|shoppers?|buyers?|owners?|users?)(?: have| has)?(?: \w+)? (?:rated|scored|voted|gave|give|reviewed|left)|"
    r"(?:\bby|\bfrom|\bafter|\bacross|\bvotes of|\bof|\bover)\s(?:its |only |just |all )?(?P<b>\d+)\s(?:people|customers?|buyers?|owners?|shoppers?|users?|ratings|votes)\b|"
    r"(?P<z>\d+)\s?(?:个人|人|位(?:顾客|买家|用户|读者)?|个|条|名)(?:顾客|用户|买家)?(?:参与)?(?:的)?(?:评分|打分|评价过?|点评|打出)|"
    r"(?:评分|打分|评价)人数(?:为|是|有|共)?\s?(?P<w>\d+)|(?P<y>\d+)\s?(?:个|位|名)?(?:人|买家|用户|顾客|读者)(?=[^。]*(?:打|评(?!价|论))|参与)|(?:打|评)[^,，。]{0,60}?(?P<x>\d+)\s?(?:个|位|名)?人(?:打过分)?",
    re.I,
)
_REVIEWED = re.compile(
    r"(?P<a>\d+)\s(?:customer |buyer |user |shopper |written )?reviews?\b|(?P<g>\d+) is how many reviews|\breviewed (?P<b>\d+) times|\breviews?[^\d,;.]{0,40}?(?:stands at|is|:|total(?:s|ling)?|comes? to|count of|number)\s(?P<c>\d+)\b|"
    r"(?P<d>\d+)\s?[条个篇则]\s?(?:买家|用户|顾客|商品|读者)?(?:的)?(?:评价|评论|点评)|(?:评价|评论|点评)(?:数|数量|总数)?(?:为|是|有|共|一共|共有|：|:)?\s?(?P<e>\d+)\s?[条个篇则]?|(?P<f>\d+)\s?条(?=[^。]*(?:评论|评价)数)",
    re.I,
)
_UNRATED = re.compile(
    r"\b(?:(?:not|n't) (?:been |yet been )?rated|no ratings?|unrated|without (?:any )?ratings?|neither[^,;]*(?:has been|is) rated)\b|(?:没有|暂无|尚无|还没有?|未有)评分",
    re.I,
)
REVIEWERS = re.compile(
    r"\b(?:reviews?|reviewers?|customers?|buyers?|owners?|readers?|raters?)\b|评价|评论|买家|用户|顾客|读者|有人",
    re.I,
)
_REVIEWS = re.compile(
    rf"(?:\b(?P<some>{_N}|one|an?|another|both|all|none|several|some|most)\s)?(?:\bof (?:the |its |their |these |those |our )?(?P<of>{_N})\s)?(?:[\w'-]+ ){{0,2}}?\b(?:reviews?|reviewers?|customers?|buyers?|owners?|people who (?:bought|reviewed)(?: it)?|readers?)\b(?: (?:says?|said|finds?|mentions?|reports?|writes?|notes?|complains?|praises?|that|thinks?|likes?|loves?|warns?))?|"
    rf"(?P<zof>{_N}|一)\s?[条位个名]\s?[{CJK}a-zA-Z]{{0,14}}?(?:评价|评论|买家|用户|顾客|读者|评测)[里中，]*(?:有\s?(?P<zsome>{_N}|一)\s?[条位个名])?|"
    rf"(?P<zone>{_N}|有|一)\s?[位条个名]?(?:{CJK}{{0,6}})?(?:买家|用户|顾客|读者|评价|评论|人反映|人说|人提到|人觉得)",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:says?|saying|said|mention\w*|finds?|found|complain\w*|praise\w*|report\w*|writes?|wrote|notes?|thinks?|warns?|loves?|likes?|objects?|that|spent|left it)\b|说|提到|反映|抱怨|觉得|认为|表示|提醒|讲|吐槽|夸",
    re.I,
)
_MONTHS = "january february march april may june july august september october november december".split()
_DATE = re.compile(
    rf"(?:(?:on |since |in |of |from |dates from )?(?:the )?(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? )?(?:(?P<part>early|mid|late|the (?:end|start|beginning|middle) of)[ -])?\b(?P<m>{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?(?: (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?)? (?P<y>20\d\d|19\d\d))|"
    r"(?P<iso>20\d\d-\d\d-\d\d)|"
    r"(?P<zy>20\d\d|19\d\d)\s?年(?:\s?(?P<zm>\d{1,2})\s?月(?:\s?(?P<zd>\d{1,2})\s?[日号]|(?P<zpart>[上中下]旬|初|底|末))?|(?P<zseason>[上下]半年|春|夏|秋|冬|年?[初末底]))?|"
    r"(?:(?P<season>spring|summer|autumn|fall|winter|early|mid|late)(?: of)?[ -])(?P<sy>20\d\d|19\d\d)|(?:\bin|\bsince|\bduring|\bof|\bfrom)\s(?P<only>20\d\d|19\d\d)\b(?!\s?(?:g|kg|mm|cm|ml|w|mah|rpm|lm|pages)\b)",
    re.I,
)
_SEASONS = {
    "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2), "early": (1, 4), "mid": (5, 8),
    "late": (9, 12), "春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 2), "上半年": (1, 6), "下半年": (7, 12), "初": (1, 3),
    "年初": (1, 3), "末": (10, 12), "底": (10, 12), "年末": (10, 12), "年底": (10, 12),
}  # fmt: skip
_TABLE = re.compile(
    rf"\b(?:of |all |among |between )?(?:these|those|the|all|our) (?P<n>\d+)\b(?!\s?(?:%|-|x\b|in 1|hours?|days?|months?|years?|kg|g\b|mm|cm|ml|l\b|w\b|gb|tb|inch|stars?|review|custom|rat|people|left))(?: (?P<noun>[a-z][\w-]+))?|"
    rf"(?:这|那|其中|以上)\s?(?P<zn>\d+)\s?[{_CLASSIFIER}样](?P<znoun>[{CJK}]{{0,4}}?)(?:里|中|当中|之中|都|均|数|论|，|,)|(?P<zall>\d+)\s?[{_CLASSIFIER}](?P<zallnoun>[{CJK}]{{0,4}})(?:里|中|当中|之中)数?",
    re.I,
)
_BOTH = re.compile(
    r"\b(?:both|neither|either)\b(?! (?:in|sides|ears|hands|ways|wired|english|wireless))|[两2]者", re.I
)


def table_counts(clause: Clause) -> Iterator[Claim]:
    """As many as there are: "the three", "of these four", "both"."""
    variants = sum(map(len, clause.table))
    for match in _TABLE.finditer(clause.rest):
        said = int(match["n"] or match["zn"] or match["zall"])
        noun = lexemes(match["noun"] or match["znoun"] or match["zallnoun"] or "")
        of_kind = [line for line in clause.table if noun & known(line[0]).lexemes]
        counts = {len(clause.table), variants, len(clause.about), sum(map(len, clause.about))}
        counts |= {len(of_kind), sum(map(len, of_kind))} if of_kind else set()
        counts.add(len(lines_named(clause.sentence, clause.table)))
        if said not in counts and match["n"] and match["noun"]:  # "the 4 pockets" counts something else
            continue
        number = match.start("n" if match["n"] else "zn" if match["zn"] else "zall")
        yield Claim(Kind.COUNT, ((match.start(), number + len(str(said))),), said in counts)
    for match in _BOTH.finditer(clause.rest):
        two = 2 in (len(clause.about), len(clause.table), sum(map(len, clause.about)))
        if two and fold(match[0]) != "neither":
            yield Claim(Kind.COUNT, (match.span(),), True)


def stock(clause: Clause) -> Iterator[Claim]:
    """What is left, what is sold out."""
    for match in _LEFT.finditer(clause.rest):
        said = match["n"] or match["zh"] or match["of"]
        if match["zh"] and not re.search(r"剩|库存|余|现货|还有|买到", match[0]):
            continue
        if (
            match["zh"]
            and match[0].startswith("还有")
            and not re.search(r"货|库存|台|双|件|可", clause.text[match.start() : match.end() + 4])
        ):
            continue
        number = 1.0 if not said[0].isdigit() else float(said.replace(",", ""))
        at = max(match.start(name) for name in ("n", "zh", "of") if match[name])
        about = exactness(clause.text, at, at + len(said)) if said[0].isdigit() else About.EXACT
        yield Claim(
            Kind.STOCK,
            (match.span(),),
            clause.holds(lambda p: p.stock is not None and _count(about, p.stock, number)),
        )
    for match in _FEW_LEFT.finditer(clause.rest):
        yield Claim(
            Kind.STOCK,
            (match.span(),),
            clause.holds_throughout(lambda p: p.stock is not None and 0 < p.stock <= FEW),
        )
        clause = clause.without([match.span()])
    for match in _NONE_LEFT.finditer(clause.rest):
        yield Claim(Kind.STOCK, (match.span(),), clause.holds_throughout(lambda p: p.stock == 0))
        clause = clause.without([match.span()])
    plain = [
        found
        for found in measured_in(clause.rest)
        if not found.unit and found.decimals == 0 and not re.search(r"[$€£¥]\s?$", clause.text[: found.start])
    ]
    if (
        len(plain) == 1
        and _OF_STOCK.search(clause.rest)
        and not _OTHER_COUNT.match(clause.rest, plain[0].end)
    ):
        (found,) = plain
        about = exactness(clause.text, found.start, found.end)
        holds = clause.holds(lambda p: p.stock is not None and _count(about, p.stock, found.said))
        noun = re.match(
            rf"\s?(?:units?|pieces?|items?|pairs?|copies|sets?|[{_CLASSIFIER}])",
            clause.rest[found.end :],
            re.I,
        )
        end = found.end + (noun.end() if noun else 0)
        yield Claim(
            Kind.STOCK, ((found.start, end), *(m.span() for m in _OF_STOCK.finditer(clause.rest))), holds
        )
        clause = clause.without([(found.start, end), *(m.span() for m in _OF_STOCK.finditer(clause.rest))])
    for match in _SOLD_OUT.finditer(clause.rest):
        denied = _NEGATED.search(_REASON.split(clause.text[: match.start()])[-1])
        near = denied is not None and len(denied[0]) <= 12
        span = (match.start() - len(denied[0]) if denied and near else match.start(), match.end())
        holds = clause.holds_throughout(
            lambda p: p.stock is not None and (p.stock > 0) is (denied is not None)
        )
        yield Claim(Kind.STOCK, (span,), holds)
        clause = clause.without([span])
    for match in _IN_STOCK.finditer(clause.rest):
        negated = _NEGATED.search(clause.text[: match.start()]) is not None
        yield Claim(
            Kind.STOCK,
            (match.span(),),
            clause.holds_throughout(lambda p: p.available is not negated and p.stock is not None),
        )
        clause = clause.without([match.span()])
    if had := _HAD.search(clause.rest):
        before = re.split(r"[,;，；]", clause.text[: had.start()])[-1]
        around = before[-48:], clause.text[had.end() :][:12]
        lacks = any(_LACKS.search(part) for part in around)
        gone = clause.holds_throughout(lambda p: p.stock == 0)
        if lacks is not gone and (lacks or _STORED.search(had[0])):
            yield Claim(Kind.STOCK, (had.span(),), False)


def _count(about: About, true: float, said: float) -> bool:
    return true == said if about is About.EXACT else about.holds(true, said)


def ratings(clause: Clause) -> Iterator[Claim]:
    """Mean stars, and how many they are the mean of."""
    for match in _UNRATED.finditer(clause.rest):
        yield Claim(
            Kind.RATING, (match.span(),), clause.holds(lambda p: p.rating is None and p.rating_count == 0)
        )
    for match in _OUT_OF.finditer(clause.rest):
        yield Claim(Kind.RATING, (match.span(),), True)
        clause = clause.without([match.span()])
    for match in _REVIEWED.finditer(clause.rest):
        told = re.search(
            r"\b(?:says?|said|mention|find|found|complain|praise|that)\b|说|提到|反映|抱怨|觉得|认为|表示|提醒",
            clause.text[match.end() :],
            re.I,
        )
        if told is None:
            number = float(next(value for value in match.groups() if value))
            yield Claim(
                Kind.REVIEW,
                (match.span(),),
                clause.holds(lambda p: number in (len(p.reviews), p.rating_count)),
            )
            clause = clause.without([match.span()])
    for match in _RATERS.finditer(clause.rest):
        text = next(value for value in match.groups() if value)
        number = float(text.replace(",", "")) if text[0].isdigit() else 1.0
        yield Claim(
            Kind.RATING, (match.span(),), clause.holds(lambda p: number in (p.rating_count, len(p.reviews)))
        )
        clause = clause.without([match.span()])
    for match in _RATING.finditer(clause.rest):
        text = next((value for value in match.groups() if value), None)
        if text is None:
            continue
        said, decimals = float(text), len(text.partition(".")[2])
        start = max(match.start(name) for name in "abcd" if match[name])
        of_something_else = (
            re.match(r"\s?(?:[a-z]{1,4}\b|[%°])", clause.text[match.end() :], re.I) is not None
        )
        if said > 5 and (match["d"] or of_something_else):
            continue
        about = exactness(clause.text, start, start + len(text))
        if match["c"] and re.search(
            r"\b(?:half|above|below|more|higher|lower)\b", clause.text[match.end() : match.end() + 8], re.I
        ):
            continue
        yield Claim(
            Kind.RATING,
            (match.span(),),
            clause.holds(lambda p: p.rating is not None and _rated(about, p.rating, said, decimals)),
        )
        clause = clause.without([match.span()])


def _rated(about: About, true: float, said: float, decimals: int) -> bool:
    true = float(f"{true:.1f}")
    if about is About.EXACT:
        return abs(true - said) < 0.005
    return abs(true - said) <= 0.15 if about is About.NEAR else about.holds(true, said, decimals)


def reviews(clause: Clause) -> Iterator[Claim]:
    """What reviewers say, and how many of them."""
    for match in _REVIEWS.finditer(clause.rest):
        if not _TOLD.search(clause.rest) and not (match["of"] or match["zof"]):
            continue
        of, some = match["of"] or match["zof"], match["some"] or match["zsome"] or match["zone"]
        content = _content(clause, match)
        holds = len(clause.about) >= 1 and all(
            any(_review_holds(product, of, some, content, clause) for product in line)
            for line in clause.about
        )
        yield Claim(Kind.REVIEW, (match.span(),), holds)
        return


def _content(clause: Clause, match: re.Match[str]) -> frozenset[str]:
    """What the reviews are said to say: words, without the product's name."""
    text = clause.rest[: match.start()] + " " + clause.rest[match.end() :]
    words = {
        word
        for word in lexemes(text)
        if word not in STOP
        and word not in PLAIN
        and word not in ZH_PLAIN
        and (len(word) > 2 or has_han(word))
        and not word.startswith("#")
    }
    title: frozenset[str] = frozenset().union(
        *(lexemes(f"{p.title} {p.title_in('zh')}") for line in clause.about for p in line)
    )
    return frozenset(word for word in words if word not in title and not (has_han(word) and len(word) == 1))


def _number(said: str) -> float:
    return 1.0 if said == "一" else float(said)


def _review_holds(
    product: Product, of: str | None, some: str | None, content: frozenset[str], clause: Clause
) -> bool:
    record = known(product)
    if of is not None and _number(of) not in (len(product.reviews), product.rating_count):
        return False
    if of is None and some is not None and some.isdigit() and not content:
        return float(some) in (len(product.reviews), product.rating_count)
    if not record.reviews:
        return False
    negated = NEGATION.search(clause.rest) is not None
    fitting = 0
    for text, said in record.reviews:
        shared = len({word for word in content if word in said})
        if content and shared >= 0.5 * len(content) and (not negated or NEGATION.search(text)):
            fitting += 1
    needed = 1
    if some is not None and some.isdigit():
        needed = int(some)
    elif some is not None and fold(some) in ("both", "all"):
        needed = len(record.reviews)
    return fitting >= needed if content else some is None


def dates(clause: Clause) -> Iterator[Claim]:
    """Days, months and years that something came to market, or that a record names."""
    for match in _DATE.finditer(clause.rest):
        yield Claim(Kind.DATE, (match.span(),), clause.holds(lambda p: _dated(p, match)))


def _dated(product: Product, match: re.Match[str]) -> bool:
    if simplified(fold(match[0])) in known(product).text and product.released is None:
        return True
    day = product.released
    if day is None:
        return False
    if match["iso"]:
        return day == date.fromisoformat(match["iso"])
    year = int(match["y"] or match["zy"] or match["sy"] or match["only"])
    if season := (match["season"] or match["zseason"]):
        low, high = _SEASONS[fold(season)]
        within = low <= day.month <= high if low <= high else day.month >= low or day.month <= high
        return within and year == day.year
    if day.year != year:
        return False
    if match["m"]:
        number = next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(fold(match["m"])[:3]))
        told = match["d1"] or match["d2"]
        return (
            day.month == number
            and (told is None or int(told) == day.day)
            and _within(day, fold(match["part"] or ""))
        )
    if match["zm"]:
        return (
            day.month == int(match["zm"])
            and (match["zd"] is None or int(match["zd"]) == day.day)
            and _within(day, match["zpart"] or "")
        )
    return True


def _within(day: date, part: str) -> bool:
    if re.search(r"early|start|beginning|上旬|初", part):
        return day.day <= 12
    if re.search(r"mid|中旬", part):
        return 8 <= day.day <= 23
    return day.day >= 19 if re.search(r"late|end|下旬|底|末", part) else True


def of_kind(lines: tuple[Line, ...], noun: frozenset[str]) -> tuple[Line, ...]:
    """Lines whose record has a noun; all of them where none has."""
    return tuple(line for line in lines if noun & known(line[0]).lexemes) or lines
