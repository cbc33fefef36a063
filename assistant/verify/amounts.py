"""Claims about money: prices, list prices, savings, limits, discounts."""

import re
from collections.abc import Iterator
from itertools import combinations

from assistant.verify.claims import Claim, Kind
from assistant.verify.clauses import Clause
from assistant.verify.spoken import About, exactness
from index.schema import Product

_N = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SIGNS = {
    r"us\$|usd|us dollars?|美元|美金": {"USD"},
    r"\$|dollars?|bucks?": {"USD"},
    r"ca\$|c\$|cad|canadian dollars?|加元|加币": {"CAD"},
    r"a\$|au\$|aud|australian dollars?|澳元|澳币": {"AUD"},
    r"hk\$|hkd|hong kong dollars?|港币|港元": {"HKD"},
    r"nt\$|twd|taiwan dollars?|新?台币": {"TWD"},
    r"s\$|sgd|singapore dollars?|新加坡元|新币": {"SGD"},
    r"€|eur|euros?|欧元|欧(?![洲美式包])": {"EUR"},
    r"£|gbp|pounds? sterling|pounds?|quid|英镑": {"GBP"},
    r"¥|￥": {"CNY", "JPY"},
    r"cn¥|cny|rmb|yuan|人民币|元人民币|块钱|块|元": {"CNY"},
    r"jp¥|jpy|yen|日元|日圆|円": {"JPY"},
    r"₹|inr|rupees?|卢比": {"INR"},
    r"sek|swedish kron[ora]{1,2}|瑞典克朗": {"SEK"},
    r"nok|norwegian kron[er]{1,2}|挪威克朗": {"NOK"},
    r"dkk|danish kron[er]{1,2}|丹麦克朗": {"DKK"},
    r"chf|swiss francs?|瑞士法郎": {"CHF"},
    r"krw|₩|won|韩元": {"KRW"},
}
_SIGN = "|".join(sorted((sign for signs in _SIGNS for sign in signs.split("|")), key=len, reverse=True))
_MONEY = re.compile(
    rf"(?<![a-zA-Z0-9_$€£])(?P<before>{_SIGN})\s?(?P<first>{_N})(?!\s?(?:kg|g|cm|mm|gb|h)\b)|"
    rf"(?<![a-zA-Z0-9_.])(?P<second>{_N})\s?[多来几]?\s?(?P<behind>{_SIGN})(?![a-zA-Z]|(?<=块)[装入砖石])|"
    rf"(?P<bare>(?<![a-zA-Z0-9_.$-]){_N})(?![a-zA-Z0-9_.]*\d)",
    re.I,
)
_CENTS = re.compile(r"(?P<n>\d+)\s?(?:cents?\b|¢|美分|分钱)")
_PRICED = re.compile(
    r"\bamount|\bdiscount|\b(?:costs?|costing|prices?|priced|pay|paying|sells?|selling|sold|set(?:s)? you back|asking|goes? for|listed|worth|come to|comes? in at|"
    r"drop(?:s|ped)?|reduced|marked down|down (?:from|to)|now|bring(?:s|ing)? it to|extra|cheaper|dearer|expensive|sav(?:e|es|ing|ings)|off|buys?|for only|only|at just|runs? from)\b|"
    r"售价|价格|[现原定标卖单]价|[只仅][要需卖售]|[卖贵省价]|便宜|降[了到至价]?|直降|要价|划算|块|元|折",
    re.I,
)
_FORMER = re.compile(
    r"\b(?:was|were|used to (?:be|cost)|down from|from|original(?:ly)?|usual(?:ly)?|before|previous(?:ly)?|former(?:ly)?|old|earlier|once|instead of|"
    r"list(?:ed)? price|regular(?:ly)?)\b|原价|原来|原先|从|由|划线价|降价前|之前|以前|此前|先前|平时|本来|过去|当初|曾",
    re.I,
)
_NOW = re.compile(
    r"\b(?:now|today(?:'?s)?|current(?:ly)?|to|at present|at the moment|after)\b|现在|现价|目前|如今|眼下|这会儿|现售|降价后|下调至|降到|降至|至|就能",
    re.I,
)
_RANGE = re.compile(r"\b(?:from|between)\s*[$€£¥~]?$|从$", re.I)
_LESS = re.compile(
    r"(?:\bsav(?:e|es|ing|ings|ed)(?: (?:of|you))?|\bcheaper by|\bless by|\breduc(?:ed|tion)(?: by| of)|\bcut by|\bdiscount(?:ed)?(?: of| by)?[^$€£¥\d]{0,60}?(?:amounts? to|comes to|is|of|by|:)|"
    r"\bdifference\b[^$€£¥\d,;]{0,40}?(?:of|is)|\badds?|\bextra|\bby|\bdown by|\bmore by|\btaken|\bknocked|\bcut|差价?|立?省下?了?|便宜了?|贵了?|直降|立减|降了|降价|少了?|少花了?|少付|低了?|优惠了?|下调了?|多花|加|相差|折扣)"
    r"(?:\s?(?:is|of|just|only|about|around|roughly|nearly|almost|over|some|a|the|nearly|足足|整整|大约|约|将近|差不多|不到|了|正好|刚好|为|是))*\s*[$€£¥~]?$",
    re.I,
)
_MORE = re.compile(
    r"^\s?(?:off\b|cheaper\b|less\b|more\b|extra\b|dearer\b|saving|saved|discount|reduction|difference|to the price|below|lower|的?差价|的?优惠|(?:is|was|has been) (?:taken|knocked) off|(?:is|are) (?:what|how much) you save)|^[,，]这是[^$€£¥\d]{0,40}(?:比原价少|少的金额|省下的|优惠的)",
    re.I,
)
_LIMIT = re.compile(
    r"(?:\b(?P<under>under|below|within|up to|less than|at most|no more than)|\b(?P<over>over|above|more than|at least)|"
    r"\bbudget(?: of| is)?|\blimit(?: of)?|(?P<zh_under>不超过|低于|少于|不到)|(?P<zh_over>高于|超过|至少)|预算(?:是|为)?)\s?[^\w\s]?\s?$",
    re.I,
)
_LIMIT_BEHIND = re.compile(r"^\s?(?:(?P<under>以内|以下|之内)|(?P<over>以上)|(?:的?预算)| budget)")
_PERCENT_OFF = re.compile(
    rf"(?:(?:便宜|降|下调|直降|省|优惠|立减|低|少了|少)(?:了|为|是)?\s?)?(?P<n>{_N})\s?(?:%|percent|per cent)\s?(?P<of>off|cheaper|less|reduc\w*|discount\w*|down|saving|below|lower|的?折扣|的?优惠)?",
    re.I,
)
_ZHE = re.compile(rf"(?:的?折扣)?(?:打了?|享|是|为|约|正好|差不多|不到)?\s?(?P<n>{_N})\s?折(?:优惠)?")
_REDUCED = re.compile(
    r"\b(?:(?<!went )(?<!been )(?<!goes )on sale|reduced|marked down|discounted|on offer|on special|below (?:its|their|the) (?:list|usual|original|regular) prices?|"
    r"price (?:cuts?|drops?|has dropped)|dropped (?=from|to|by|in price))\b|降价|打折|特价|比原价(?:低|便宜)|有折扣|促销中|在促销",
    re.I,
)
_OFF_CONTEXT = re.compile(
    r"\b(?:off|sav|cheaper|reduc|discount|down|less|usual|was|cut|knock|slash|mark(?:ed)? down)\w*|低|少了|降|省|便宜|优惠|折|下调|立减",
    re.I,
)
_MOVED = re.compile(rf"{_OFF_CONTEXT.pattern}|\\b(?:dropp|fell|fall|went|gone)\\w*|调|改", re.I)
_BY_CODE = re.compile(
    r"\b(?:total|sum|altogether|together|cart|delivery|shipping)\b|合计|总共|总价|一共|运费", re.I
)


def money(clause: Clause) -> Iterator[Claim]:
    """Every amount of money: its number, its currency, and whether it is a price, a former one or a difference."""
    for match in _CENTS.finditer(clause.rest):
        cents = float(match["n"])
        yield Claim(
            Kind.AMOUNT,
            (match.span(),),
            clause.holds(lambda p: p.price is not None and float(p.price) * 100 == cents),
        )
        clause = clause.without([match.span()])
    priced = _PRICED.search(clause.text) is not None
    for match in _MONEY.finditer(clause.rest):
        number = match["first"] or match["second"] or match["bare"]
        start, end = match.span()
        sign = match["before"] or match["behind"]
        before, behind = clause.text[:start], clause.text[end:]
        if sign is None and not (priced and _bare_price(before, behind)):
            continue
        codes = _codes(sign)
        if codes == {"GBP"} and sign is not None and sign.casefold().startswith("pound") and not priced:
            continue
        if not clause.about:
            yield Claim(Kind.AMOUNT, (match.span(),), False)
            continue
        said = float(number.replace(",", ""))
        decimals = len(number.partition(".")[2])
        at = match.start("first" if match["first"] else "second" if match["second"] else "bare")
        about = exactness(clause.text, at, at + len(number))
        about = exactness(clause.text, start, end) if about is About.EXACT else about
        if codes is not None and any(
            product.currency not in codes for line in clause.about for product in line
        ):
            yield Claim(Kind.CURRENCY, (match.span(),), False)
            continue
        told = [match.span()]
        if less := _LESS.search(before):
            told.append(less.span())
        if more := _MORE.match(behind):
            told.append((end, end + more.end()))
        yield Claim(Kind.AMOUNT, tuple(told), _amount_holds(clause, said, decimals, about, before, behind))


def _codes(sign: str | None) -> set[str] | None:
    if sign is None:
        return None
    return next(codes for signs, codes in _SIGNS.items() if re.fullmatch(signs, sign, re.I))


def _bare_price(before: str, behind: str) -> bool:
    """Whether a number without a currency, in a clause about a price, is one."""
    if re.match(
        rf"\s?(?:%|percent|折|(?!(?:or|so|to|and|in|at|for|off|more|extra|less|of|on)\b)[a-zA-Zµ°″\"]+\b|[{'个款台件双只条张本支把副套盒瓶袋片颗层格档页星分位人次年月天周克斤升米寸毫厘公小英'}])",
        behind,
        re.I,
    ):
        return False
    return (
        re.search(
            r"(?:cost(?:s|ing)?|price[ds]?(?: of)?|pay|sells? (?:for|at)|set you back|\bat|\bfor|\bfrom|\bto|\bwas|\bnow|\bis|adds?|extra|sav\w+|instead of|under|over|about|around|by|"
            r"[卖价要到至降省贵是从不近约过足花宜了])\s*(?:only|just|about|around|roughly|a (?:whisker|touch) under|just under|将近|大约|差不多)?\s*$",
            before,
            re.I,
        )
        is not None
        or re.match(r"\s?(?:off|extra|cheaper|more|less)\b", behind, re.I) is not None
    )


def _amount_holds(clause: Clause, said: float, decimals: int, about: About, before: str, behind: str) -> bool:
    if (limit := _limit(clause, said, before, behind)) is not None:
        return limit
    if _MORE.match(behind) or _LESS.search(before):
        return any(_near(about, difference, said, decimals) for difference in _differences(clause))
    if _is_former(before, behind):
        if clause.holds(
            lambda p: p.list_price is not None and _near(about, float(p.list_price), said, decimals)
        ):
            return True
        ranged = _RANGE.search(before) is not None and not _MOVED.search(clause.text)
        return ranged and _price(clause, said, decimals, about)
    return _price(clause, said, decimals, about)


def _is_former(before: str, behind: str) -> bool:
    """Whether an amount is said to be what it cost before: by the word that stands nearest to it."""
    first = re.split(r"[$€£¥]\s?\d[\d.,]*|[,，;；、]|\band\b", before)[-1]
    then = re.split(r"[$€£¥]|[,，;；]|\band\b", behind)[0][:40]
    former = max((match.end() for match in _FORMER.finditer(first)), default=-1)
    now = max((match.end() for match in _NOW.finditer(first)), default=-1)
    if former >= 0 or now >= 0:
        return former > now
    of_the_next = len(then.rstrip()) if len(then) < len(behind) and behind[len(then)] in "$€£¥" else 99
    later = min((match.start() for match in _NOW.finditer(then)), default=99)
    starts = (match.start() for match in _FORMER.finditer(then) if match.end() < of_the_next)
    return min(starts, default=99) < later


def _price(clause: Clause, said: float, decimals: int, about: About) -> bool:
    return clause.holds(lambda p: p.price is not None and _near(about, float(p.price), said, decimals))


def _near(about: About, true: float, said: float, decimals: int) -> bool:
    """Whether an amount may be called so: prices are exact, and "about" is within a twentieth."""
    match about:
        case About.EXACT:
            return abs(true - said) < 0.005
        case About.NEAR:
            return abs(true - said) <= 0.06 * said
        case About.BELOW:
            return 0.7 * said <= true < said
        case About.JUST_BELOW:
            return 0.9 * said <= true < said
        case About.JUST_ABOVE:
            return said < true <= 1.1 * said
        case _:
            return about.holds(true, said, decimals)


def _limit(clause: Clause, said: float, before: str, behind: str) -> bool | None:
    """Whether the shopper's own limit is repeated, and kept to; None when it is no limit of theirs."""
    found = _LIMIT.search(before) or _LIMIT_BEHIND.match(behind)
    if found is None or said not in {float(n.replace(",", "")) for n in re.findall(_N, clause.said)}:
        return None
    groups = {name for name, value in found.groupdict().items() if value}
    prices = [product.price for line in clause.about for product in line]
    if groups & {"under", "zh_under"}:
        return all(price is not None and price <= said for price in prices)
    if groups & {"over", "zh_over"}:
        return all(price is not None and price >= said for price in prices)
    return True


def _differences(clause: Clause) -> Iterator[float]:
    """What is saved on each product spoken of, and what its price differs by from others on the table."""
    spoken = [product for line in clause.about for product in line]
    for product in spoken:
        if product.on_sale:
            yield float(product.list_price - product.price)  # type: ignore[operator]
    everything = [product for line in clause.table for product in line]
    pairs = combinations([p for line in clause.table for p in line], 2)
    ids = {product.id for product in spoken}
    for one, other in pairs if len(everything) > 1 else ():
        if (
            one.price is not None
            and other.price is not None
            and (ids & {one.id, other.id})
            and one.currency == other.currency
        ):
            yield abs(float(one.price - other.price))


def discounts(clause: Clause) -> Iterator[Claim]:
    """Percentages off, 「八折」, and that something is reduced at all."""
    for match in _PERCENT_OFF.finditer(clause.rest):
        if match["of"] or _OFF_CONTEXT.search(clause.sentence):
            about = exactness(clause.text, *match.span("n"))
            said = float(match["n"])
            yield Claim(
                Kind.DISCOUNT,
                (match.span(),),
                clause.holds(lambda p: (off := _off(p)) is not None and _percent(about, off, said)),
            )
    for match in _ZHE.finditer(clause.rest):
        said = float(match["n"])
        said = 100 - (said * 10 if said < 10 else said)
        about = exactness(clause.text, *match.span("n"))
        yield Claim(
            Kind.DISCOUNT,
            (match.span(),),
            clause.holds(lambda p: (off := _off(p)) is not None and _percent(about, off, said)),
        )
    for match in _REDUCED.finditer(clause.rest):
        yield Claim(Kind.DISCOUNT, (match.span(),), clause.holds_throughout(lambda p: p.on_sale))


def _off(product: Product) -> float | None:
    if not product.on_sale or product.price is None or product.list_price is None:
        return None
    return 100 * float(1 - product.price / product.list_price)


def _percent(about: About, true: float, said: float) -> bool:
    if about is About.EXACT:
        return abs(true - said) <= 0.6
    if about is About.NEAR:
        return abs(true - said) <= 2.5
    return about.holds(true, said)
