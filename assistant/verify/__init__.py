"""Checks a sentence against the evidence before the shopper sees it.

A sentence is cut before each product that it names, and each part must be supported by the record of
its product: every number, every amount in its currency, every name, and every other word that is not
plain connecting English or Chinese. What a shop promises (free, delivered, guaranteed, in stock) is
supported by what the record is structured in, never by its prose. Superlatives are checked against all
products shown. A sentence that names no product must hold for every one of them; a Chinese one must be
about a product. Whatever code cannot check is not shown.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.evidence import recites
from assistant.grounds import record_text, structured_text, without_prose
from assistant.money import currency_code
from assistant.numerals import han_number
from assistant.plain_words import CAPITALS, CONNECTING, unknown_han
from assistant.quantities import find_quantities
from assistant.record import live, orders, unforged
from assistant.turns import Evidence, Understanding
from index.schema import Product
from index.text import CJK, fold, has_han, simplified, tokens

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_MONEY = re.compile(r"(us\$|[$€£¥￥₹]|\b(?:usd|eur|gbp|cny|rmb|inr)\b)\s?(\d+(?:,\d{3})*(?:\.\d+)?)|(\d+(?:,\d{3})*(?:\.\d+)?)\s?(dollars?|bucks|usd|euros?|eur|pounds?|gbp|yuan|rmb|cny|yen|rupees?|元|块|美元|美金|欧元|英镑|日元)", re.I)  # fmt: skip
_MONEY_IN_WORDS = re.compile(
    rf"(?P<han>[零〇一二两三四五六七八九十百千万]+)(?P<unit>元|块钱|块(?![{CJK}])|美元|美金|欧元|英镑|日元)|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty|hundred|a|no|zero) "
    r"(?:dollars?|bucks?|euros?|pounds?|cents?|yuan|yen)\b",
    re.I,
)
_LIMIT = re.compile(
    r"(?:\b(?P<under>under|below|within|up to|less than|at most|no more than)|\b(?P<over>over|above|more than|at least)|"
    r"\bbudget(?: of)?|\blimit(?: of)?|(?P<zh_under>不超过|低于|少于)|(?P<zh_over>高于|超过|至少)|预算)\s?$",
    re.I,
)
_ROLE = re.compile(
    r"(?:(?P<rating>\b(?:rated|rating)\b|评分|评级)|(?P<price>\b(?:price|priced|costs?|costing|sells?|sold|pay)\b|[售卖定现原]价|价格|[只仅][要需卖售]|卖))"
    r"(?:\s(?:is|of|at|for|only|just|was|to be))*[\s为是：:]*[$€£¥￥]?\s?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)",
    re.I,
)
_PRONOUN = re.compile(r"(?:it|its|this|the (?!\w+ one))\b|它|[这该此]款|这[个台件双把只条]|该", re.I)
_NAME = re.compile(r"\b[A-Z][\w'&-]*")
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|half|twice|double)\b", re.I
)

# What only the shop can promise: a title that says "free" makes nothing free.
_PROMISES = re.compile(
    r"\b(free|gratis|complimentary|giveaways?|(?:for|costs?|pay) nothing|warrant\w*|guarantee\w*|deliver\w*|ships?|shipped|shipping|return\w*|"
    r"refund\w*|discount\w*|sale|offer\w*|deals?|promo\w*|coupon\w*|vouchers?|cashback|stock|available|availability|new|newest|latest|popular|"
    r"bestsell\w*|award\w*|official\w*|review\w*|customers?|yours|buy\w*|order\w*|checkout)\b|"
    r"(免费|免[运邮单息]|包邮|包退|包换|赠送|赠品|白送|送货|配送|发货|保修|质保|联保|[退换]货|退换|退款|打折|折扣|折(?![叠射光])|半价|特价|降价|促销|优惠|满减|立减|返现|限时|"
    r"有货|现货|库存|新款|新品|最新|热销|爆款|好评|官方|正品|旗舰店|下单|结账|订单)",
    re.I,
)

# Claims that a small model likes to add. The word must stand in the record of what is talked about.
_CLAIMS = re.compile(
    r"\b(water[- ]?(?:proof|resistan\w*)|wireless|bluetooth|usb[a-z0-9-]*|noise|leather|cotton|wool\w*|steel|plastic|wooden|organic|vegan|"
    r"eco[a-z-]*|sustainab\w*|recycl\w*|safe\w*|certif\w*|medical|hypoallergenic|children|kids?|adults?|men'?s?|women'?s?|"
    r"black|white|gr[ae]y|silver|red|pink|orange|yellow|gold|beige|brown|green|olive|teal|blue|navy|purple|transparent|"
    r"battery|camera|screen|display|waterproof|windproof|breathable|adjustable|foldable|rechargeable|portable|compact|"
    r"lightweight|heavy|durable|fast\w*|quick\w*|long[- ]lasting)\b|"
    r"(防水|无线|蓝牙|真皮|纯棉|羊毛|不锈钢|环保|认证)",
    re.I,
)
_CHEAPEST = re.compile(
    r"\b(?:cheapest|lowest[- ]priced?|least expensive|most affordable|lowest price)\b|最便宜|价格最低", re.I
)
_DEAREST = re.compile(r"\b(?:most expensive|priciest|highest price)\b|最贵", re.I)
_BEST_RATED = re.compile(r"\b(?:(?:best|highest|top)[- ]rated|highest rating)\b|评分最高|评价最好", re.I)
_OTHER_SUPERLATIVE = re.compile(
    r"\b(?:best|most|least|lightest|heaviest|largest|smallest|longest|shortest|fastest|highest|lowest|only|"
    r"\w{3,}er than|more \w+ than|less \w+ than|better|worse|perfect\w*|ideal\w*)\b|最[\u4e00-\u9fff]|比.{1,12}更|唯一",
    re.I,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|without|cannot|can't|isn't|doesn't|don't)\b|不(?!锈|粘)|没有|无法", re.I
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown, and if not, why."""

    supported: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sentence that is about one product, and what it is held against.

    Attributes:
        text: The part.
        said: What the shopper said.
        about: The product that it is about, or none.
        products: All products shown.
        record: Everything that may be said of the product, and what code found out this turn.
        structured: The same without prose.
    """

    text: str
    said: str
    about: Sequence[Product]
    products: Sequence[Product]
    record: str
    structured: str


def verify(sentence: str, said: Understanding, evidence: Evidence, *, before: str = "") -> Verdict:
    """Check one sentence.

    Args:
        sentence: One sentence of prose.
        said: The utterance, whose own limits may be repeated where the products keep to them.
        evidence: What is known this turn.
        before: The sentence before it, which says what "it" is.
    """
    if live(sentence) or orders(sentence):
        return Verdict(False, "markup or orders")
    if recites(sentence):
        return Verdict(False, "the prompt")
    products = [item.hit.product for item in evidence.products]
    sentence, before = _normal(sentence), _normal(before)
    if has_han(sentence) and products and not _has_subject(sentence, before, products):
        return Verdict(False, "no subject")
    facts = _normal(" ".join(map(unforged, evidence.facts)))
    structured = _normal(without_prose(evidence.facts, products))
    for text, product in claims(sentence, products, before=before):
        record, of_product = facts, structured
        if product is not None:
            record = f"{_normal(record_text(product))} {facts}"
            of_product = f"{_normal(structured_text(product))} {structured}"
        about = [] if product is None else [product]
        part = _Part(text, _normal(said.text), about, products, record, of_product)
        for check in _CHECKS:
            if reason := check(part):
                return Verdict(False, reason)
    return Verdict(True)


def _normal(text: str) -> str:
    """Full-width and traditional characters as plain ones: what is said in them is said."""
    return simplified(unicodedata.normalize("NFKC", text))


def _has_subject(sentence: str, before: str, products: Sequence[Product]) -> bool:
    """Whether a Chinese sentence is about a product, which it may leave out when the one before named it."""
    if products_named(sentence, products) or _PRONOUN.match(sentence):
        return True
    return len(products_named(before, products)) == 1


def claims(
    sentence: str, products: Sequence[Product], *, before: str = ""
) -> list[tuple[str, Product | None]]:
    """The parts of a sentence, each with the product whose record must support it.

    A sentence that names several products is cut before each name, so that the facts of one are not
    looked up in the record of the other. One that names none is about the only product named in the
    sentence before it, if it begins with a pronoun or leaves that out, as Chinese does; otherwise it must
    hold for every product shown.
    """
    named = sorted((at, product.id) for product, at in _mentions(sentence, products))
    if not named and (_PRONOUN.match(sentence) or has_han(sentence)):
        meant = products_named(before, products)
        if len(meant) == 1:
            return [(sentence, meant[0])]
    if not named:
        return [(sentence, product) for product in products] or [(sentence, None)]
    by_id = {product.id: product for product in products}
    starts = [0, *(at for at, _ in named[1:])]
    ends = [*starts[1:], len(sentence)]
    return [
        (sentence[start:end], by_id[key]) for start, end, (_, key) in zip(starts, ends, named, strict=True)
    ]


def _mentions(sentence: str, products: Sequence[Product]) -> Iterator[tuple[Product, int]]:
    """Products named in the sentence, with the place of their first telling word."""
    for product in products_named(sentence, products):
        others = {t for other in products if other.id != product.id for t in _title_words(other)}
        telling = {word for word in _title_words(product) - others if _tells(word)}
        folded = sentence.casefold()
        yield product, min((at for word in telling if (at := folded.find(word)) >= 0), default=0)


def _title_words(product: Product) -> set[str]:
    return set(tokens(product.title)) | set(tokens(product.title_in("zh")))


def products_named(sentence: str, products: Sequence[Product]) -> list[Product]:
    """Products whose telling words (those that no other product shown has) stand in the sentence."""
    words = set(tokens(sentence))
    own = {product.id: _title_words(product) for product in products}
    named, surely = [], []
    for product in products:
        others = set().union(*(own[other.id] for other in products if other.id != product.id))
        telling = {word for word in own[product.id] - others if _tells(word)}
        if telling & words:
            named.append(product)
            # "The Verra comes in black" is about the Verra, also when the other one is called black.
            kinds = set(tokens(" ".join(_descriptions(product))))
            if (telling - kinds) & words:
                surely.append(product)
    return surely or named


def _tells(word: str) -> bool:
    """Whether a word of a title can name its product: a Chinese word, a model code, a longer word."""
    if word.isdigit() or word in CAPITALS:
        return False
    return len(word) > 2 or (len(word) == 2 and not (word.isascii() and word.isalpha()))


def _descriptions(product: Product) -> Iterator[str]:
    """Facet values that describe a product and do not name it."""
    for facet, values in product.all_facets().items():
        if facet != "brand":
            yield from values
    yield from (name for facet, _, name in product.facet_aliases() if facet != "brand")


def _amounts(text: str) -> set[Decimal]:
    return {Decimal(found.replace(",", "")) for found in _NUMBER.findall(text)}


def _check_money(part: _Part) -> str:
    for match in _MONEY.finditer(part.text):
        amount = Decimal((match[2] or match[3]).replace(",", ""))
        currency = currency_code(match[1] or match[4])
        if not _is_price(part, amount, currency) and not _is_true_limit(part, match, amount, currency):
            return "amount"
    for match in _MONEY_IN_WORDS.finditer(part.text):
        # Facts are given in digits: an English amount in words comes from nowhere.
        if match["han"] is None:
            return "amount"
        if not _is_price(part, Decimal(han_number(match["han"])), currency_code(match["unit"])):
            return "amount"
    return ""


def _is_price(part: _Part, amount: Decimal, currency: str | None) -> bool:
    return any(amount in (p.price, p.list_price) and p.currency == currency for p in part.about)


def _is_true_limit(part: _Part, match: re.Match[str], amount: Decimal, currency: str | None) -> bool:
    """Whether an amount repeats the shopper's own limit, as a limit, and the products keep to it."""
    limit = _LIMIT.search(part.text[: match.start()])
    if limit is None or amount not in _amounts(part.said) or any(p.currency != currency for p in part.about):
        return False
    prices = [p.price for p in part.about]
    if limit["under"] or limit["zh_under"]:
        return all(price is not None and price <= amount for price in prices)
    if limit["over"] or limit["zh_over"]:
        return all(price is not None and price >= amount for price in prices)
    return True


def _check_numbers(part: _Part) -> str:
    if _amounts(_MONEY.sub(" ", part.text)) - _amounts(part.record):
        return "number"
    words = {word.casefold() for word in _NUMBER_WORD.findall(part.text)}
    return "number" if words - set(fold(part.record).split()) else ""


def _check_measures(part: _Part) -> str:
    """Refuse a number that the part.record has with another unit ("55 kg" for a battery life of 55 h)."""
    known = {(quantity.unit, round(quantity.value, 6)) for quantity in find_quantities(part.record)}
    said = {(quantity.unit, round(quantity.value, 6)) for quantity in find_quantities(part.text)}
    return "measure" if said - known else ""


def _check_roles(part: _Part) -> str:
    """Refuse a number in the wrong role: "a price of 3.7" for a rating of 3.7."""
    for match in _ROLE.finditer(part.text):
        amount = Decimal(match["number"].replace(",", ""))
        if match["rating"]:
            right = all(p.rating is not None and amount == Decimal(f"{p.rating:.1f}") for p in part.about)
        else:
            right = all(amount in (p.price, p.list_price) for p in part.about)
        if not right:
            return "role"
    return ""


def _check_names(part: _Part) -> str:
    known = set(tokens(part.record))
    for word in _NAME.findall(part.text):
        parts = set(tokens(word.removesuffix("'s")))
        if not parts & known and fold(word) not in CAPITALS:
            return "name"
    return ""


def _check_superlatives(part: _Part) -> str:
    rest = part.text
    prices = [p.price for p in part.products if p.price is not None]
    ratings = [p.rating for p in part.products if p.rating is not None]
    checks: list[tuple[re.Pattern[str], Callable[[Product], bool]]] = [
        (_CHEAPEST, lambda p: p.price is not None and p.price == min(prices)),
        (_DEAREST, lambda p: p.price is not None and p.price == max(prices)),
        (_BEST_RATED, lambda p: p.rating is not None and p.rating == max(ratings)),
    ]
    for pattern, holds in checks:
        if pattern.search(rest):
            if len(part.about) != 1 or not holds(part.about[0]):
                return "superlative"
            rest = pattern.sub(" ", rest)
    return "superlative" if _OTHER_SUPERLATIVE.search(rest) else ""


def _check_promises(part: _Part) -> str:
    """Refuse what only the shop can promise, unless a field says so; nothing makes it free but of something."""
    known = {_stem(word) for word in tokens(_FREE.sub(" ", part.structured))}
    without = {fold(match[1]) for match in _FREE_OF.finditer(part.record)}
    for match in _PROMISES.finditer(part.text):
        word = fold(match[0])
        of_it = _FREE_OF.search(part.text, max(0, match.start() - 30), match.end())
        if word == "free" and of_it is not None and of_it.end() == match.end() and fold(of_it[1]) in without:
            continue
        if (_stem(word) not in known) if word.isascii() else (word not in _FREE.sub(" ", part.structured)):
            return f"unsupported: {match[0]}"
    return ""


_FREE = re.compile(r"\bfree\b|免费|包邮|免[运邮单息]\w?", re.I)
_FREE_OF = re.compile(r"\b(\w+)-free\b", re.I)


def _check_claims(part: _Part) -> str:
    known = fold(part.record)
    for match in _CLAIMS.finditer(part.text):
        word = fold(match[0]).rstrip("s")
        if word not in known and word.replace("-", " ") not in known:
            return f"unsupported: {match[0]}"
    return ""


def _check_negation(part: _Part) -> str:
    # A part.record says what a thing is, hardly ever what it is not: a negation cannot be proved from it.
    return "negation" if _NEGATION.search(part.text) and fold(part.text) not in fold(part.record) else ""


def _check_words(part: _Part) -> str:
    """Refuse a content word that stands in the record of nothing shown: "a luxury train ride", "a good camera"."""
    known = {_stem(word) for word in tokens(part.record)}
    for word in tokens(_unchecked(part.text)):
        plain = not word.isascii() or not word.isalpha() or len(word) < 3
        if not plain and _stem(word) not in known and _stem(word) not in _CONNECTED:
            return f"unsupported: {word}"
    return ""


def _check_han(part: _Part) -> str:
    """The same of Chinese, and no amount is left to read."""
    unknown = unknown_han(_MONEY.sub(" ", _unchecked(part.text)), part.record)
    return f"unsupported: {unknown}" if unknown else ""


def _unchecked(text: str) -> str:
    """Without the superlatives that have been checked."""
    for checked in (_CHEAPEST, _DEAREST, _BEST_RATED):
        text = checked.sub(" ", text)
    return text


def _stem(word: str) -> str:
    """A word without its commonest endings: enough to see that "priced" is "price"."""
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e")


_CONNECTED = frozenset(map(_stem, CONNECTING))

_CHECKS: Sequence[Callable[[_Part], str]] = (
    _check_money,
    _check_numbers,
    _check_measures,
    _check_roles,
    _check_names,
    _check_superlatives,
    _check_promises,
    _check_claims,
    _check_negation,
    _check_words,
    _check_han,
)
