"""Checks a sentence against the evidence before the shopper sees it.

A sentence is cut before each product that it names, and each part must be supported by the record of
its product: every number, every amount in its currency, every name, and every other word that is not
plain connecting English. Superlatives are checked against all products shown. A sentence that names no
product must hold for every one of them. Whatever code cannot check is not shown.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.money import currency_code
from assistant.phrases import product_line
from assistant.quantities import find_quantities
from assistant.turns import Evidence, Understanding
from index.schema import Product
from index.text import fold, tokens

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_MONEY = re.compile(r"(us\$|[$€£¥￥₹]|\b(?:usd|eur|gbp|cny|rmb|inr)\b)\s?(\d+(?:,\d{3})*(?:\.\d+)?)|(\d+(?:,\d{3})*(?:\.\d+)?)\s?(dollars?|bucks|usd|euros?|eur|pounds?|gbp|yuan|rmb|cny|yen|rupees?|元|块|美元|欧元|英镑|日元)", re.I)  # fmt: skip
_LIMIT = re.compile(
    r"(?:\b(?P<under>under|below|within|up to|less than|at most|no more than)|\b(?P<over>over|above|more than|at least)|"
    r"\bbudget(?: of)?|\blimit(?: of)?|(?P<zh_under>不超过|低于|少于)|(?P<zh_over>高于|超过|至少)|预算)\s?$",
    re.I,
)
_ROLE = re.compile(
    r"(?:(?P<rating>\b(?:rated|rating)\b|评分|评级)|(?P<price>\b(?:price|priced|costs?|costing)\b|售价|价格))"
    r"(?:\s(?:is|of|at|only|just|was|to be))*[\s为是：:]*[$€£¥￥]?\s?(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)",
    re.I,
)
_PRONOUN = re.compile(r"(?:it|its|this|the (?!\w+ one))\b|它|这款|该", re.I)
_NAME = re.compile(r"\b[A-Z][\w'&-]*")
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|half|twice|double)\b", re.I
)

# Claims that a small model likes to add. The word must stand in the record of what is talked about.
_PROMISES = re.compile(
    r"\b(water[- ]?(?:proof|resistan\w*)|free|warrant\w*|guarantee\w*|deliver\w*|shipping|return\w*|refund\w*|discount\w*|"
    r"sale|offer\w*|coupon\w*|stock|available|availability|new|newest|latest|popular|bestsell\w*|award\w*|official\w*|"
    r"review\w*|customers?|wireless|bluetooth|usb\S*|noise|leather|cotton|wool\w*|steel|plastic|wooden|organic|vegan|"
    r"eco\S*|sustainab\w*|recycl\w*|safe\w*|certif\w*|medical|hypoallergenic|children|kids?|adults?|men'?s?|women'?s?|"
    r"black|white|gr[ae]y|silver|red|pink|orange|yellow|gold|beige|brown|green|olive|teal|blue|navy|purple|transparent|"
    r"battery|camera|screen|display|waterproof|windproof|breathable|adjustable|foldable|rechargeable|portable|compact|"
    r"lightweight|heavy|durable|fast\w*|quick\w*|long[- ]lasting)\b|"
    r"(防水|免费|包邮|保修|质保|退换|退款|打折|优惠|有货|现货|新款|最新|热销|好评|无线|蓝牙|真皮|纯棉|羊毛|不锈钢|环保|认证)",
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
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|can't|isn't|doesn't|don't)\b|不|没有|无法", re.I)

# Sentence starters and plain words that English writes with a capital.
_PLAIN_CAPITALS = frozenset(
    "a an and as at based both but considering each for from given has here hello hi i if in it its let no of on one "
    "or our overall priced rated so some that the their then there these they this those to we weighing while with "
    "yes you your".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown, and if not, why."""

    supported: bool
    reason: str = ""


def verify(sentence: str, said: Understanding, evidence: Evidence, *, before: str = "") -> Verdict:
    """Check one sentence.

    Args:
        sentence: One sentence of prose.
        said: The utterance, whose own limits may be repeated where the products keep to them.
        evidence: What is known this turn.
        before: The sentence before it, which says what "it" is.
    """
    products = [item.hit.product for item in evidence.products]
    facts = " ".join(evidence.facts)
    for text, product in claims(sentence, products, before=before):
        about = [product] if product is not None else []
        record = f"{record_text(product)} {facts}" if product is not None else facts
        for check in (
            _check_money,
            _check_numbers,
            _check_measures,
            _check_roles,
            _check_names,
            _check_superlatives,
            _check_promises,
            _check_negation,
            _check_words,
        ):
            reason = check(text, said.text, about, products, record)
            if reason:
                return Verdict(False, reason)
    return Verdict(True)


def claims(
    sentence: str, products: Sequence[Product], *, before: str = ""
) -> list[tuple[str, Product | None]]:
    """The parts of a sentence, each with the product whose record must support it.

    A sentence that names several products is cut before each name, so that the facts of one are not
    looked up in the record of the other. One that names none is about the only product named in the
    sentence before it, if it begins with a pronoun; otherwise it must hold for every product shown.
    """
    named = sorted((at, product.id) for product, at in _mentions(sentence, products))
    if not named and _PRONOUN.match(sentence):
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
    if word.isdigit() or word in _PLAIN_CAPITALS:
        return False
    return len(word) > 2 or (len(word) == 2 and not (word.isascii() and word.isalpha()))


def _descriptions(product: Product) -> Iterator[str]:
    """Facet values that describe a product and do not name it."""
    for facet, values in product.all_facets().items():
        if facet != "brand":
            yield from values
    yield from (name for facet, _, name in product.facet_aliases() if facet != "brand")


def record_text(product: Product) -> str:
    """Everything a sentence about this product may say, as text."""
    parts = [product_line(product, "en"), product_line(product, "zh"), product.description, *product.category]
    for texts in (product.attributes, product.attributes_in("zh")):
        parts += [f"{name} {value}" for name, value in texts.items()]
    parts += [value for values in product.all_facets().values() for value in values]
    parts += [name for _, _, name in product.facet_aliases()]
    return " ".join([*parts, product.description_in("zh")])


def _amounts(text: str) -> set[Decimal]:
    return {Decimal(found.replace(",", "")) for found in _NUMBER.findall(text)}


def _check_money(sentence: str, said: str, about: Sequence[Product], _: Sequence[Product], __: str) -> str:
    for match in _MONEY.finditer(sentence):
        amount = Decimal((match[2] or match[3]).replace(",", ""))
        currency = currency_code(match[1] or match[4])
        of_record = any(amount in (p.price, p.list_price) and p.currency == currency for p in about)
        if not of_record and not _is_true_limit(sentence, match, amount, currency, said, about):
            return "amount"
    return ""


def _is_true_limit(
    sentence: str,
    match: re.Match[str],
    amount: Decimal,
    currency: str | None,
    said: str,
    about: Sequence[Product],
) -> bool:
    """Whether an amount repeats the shopper's own limit, as a limit, and the products keep to it."""
    limit = _LIMIT.search(sentence[: match.start()])
    if limit is None or amount not in _amounts(said) or any(p.currency != currency for p in about):
        return False
    prices = [p.price for p in about]
    if limit["under"] or limit["zh_under"]:
        return all(price is not None and price <= amount for price in prices)
    if limit["over"] or limit["zh_over"]:
        return all(price is not None and price >= amount for price in prices)
    return True


def _check_numbers(sentence: str, _: str, __: Sequence[Product], ___: Sequence[Product], record: str) -> str:
    if _amounts(_MONEY.sub(" ", sentence)) - _amounts(record):
        return "number"
    words = {word.casefold() for word in _NUMBER_WORD.findall(sentence)}
    return "number" if words - set(fold(record).split()) else ""


def _check_measures(sentence: str, _: str, __: Sequence[Product], ___: Sequence[Product], record: str) -> str:
    """Refuse a number that the record has with another unit ("55 kg" for a battery life of 55 h)."""
    known = {(quantity.unit, round(quantity.value, 6)) for quantity in find_quantities(record)}
    said = {(quantity.unit, round(quantity.value, 6)) for quantity in find_quantities(sentence)}
    return "measure" if said - known else ""


def _check_roles(sentence: str, _: str, about: Sequence[Product], __: Sequence[Product], ___: str) -> str:
    """Refuse a number in the wrong role: "a price of 3.7" for a rating of 3.7."""
    for match in _ROLE.finditer(sentence):
        amount = Decimal(match["number"].replace(",", ""))
        if match["rating"]:
            right = all(p.rating is not None and amount == Decimal(f"{p.rating:.1f}") for p in about)
        else:
            right = all(amount in (p.price, p.list_price) for p in about)
        if not right:
            return "role"
    return ""


def _check_names(sentence: str, _: str, __: Sequence[Product], ___: Sequence[Product], record: str) -> str:
    known = set(tokens(record))
    for word in _NAME.findall(sentence):
        parts = set(tokens(word.removesuffix("'s")))
        if not parts & known and fold(word) not in _PLAIN_CAPITALS:
            return "name"
    return ""


def _check_superlatives(
    sentence: str, _: str, about: Sequence[Product], products: Sequence[Product], __: str
) -> str:
    rest = sentence
    prices = [p.price for p in products if p.price is not None]
    ratings = [p.rating for p in products if p.rating is not None]
    checks: list[tuple[re.Pattern[str], Callable[[Product], bool]]] = [
        (_CHEAPEST, lambda p: p.price is not None and p.price == min(prices)),
        (_DEAREST, lambda p: p.price is not None and p.price == max(prices)),
        (_BEST_RATED, lambda p: p.rating is not None and p.rating == max(ratings)),
    ]
    for pattern, holds in checks:
        if pattern.search(rest):
            if len(about) != 1 or not holds(about[0]):
                return "superlative"
            rest = pattern.sub(" ", rest)
    return "superlative" if _OTHER_SUPERLATIVE.search(rest) else ""


def _check_promises(sentence: str, _: str, __: Sequence[Product], ___: Sequence[Product], record: str) -> str:
    known = fold(record)
    for match in _PROMISES.finditer(sentence):
        word = fold(match[0]).rstrip("s")
        if word not in known and word.replace("-", " ") not in known:
            return f"unsupported: {match[0]}"
    return ""


def _check_negation(sentence: str, _: str, __: Sequence[Product], ___: Sequence[Product], record: str) -> str:
    # A record says what a thing is, hardly ever what it is not: a negation cannot be proved from it.
    return "negation" if _NEGATION.search(sentence) and fold(sentence) not in fold(record) else ""


# Words that connect facts without adding one.
_CONNECTING = frozenset(
    "about after all also although amount around because been before being between body both box by can category come "
    "coming cost costing could do does during each either few fit fits for from has have having here how into "
    "is it its item just like look looking made make making many may might model need of on one option or other own "
    "priced price pricing product rate rated rating recommend should since so some star stars such suit suitable suits "
    "than that the their them then there these they thing this those though to too two type until use used user using "
    "very want weigh weighing weight what when where whereas whether which while who will with within worth would you "
    "your yours be are was were at as an a and in if out per plus only same well choice consider considering available "
    "color colour size feature featuring featured include included including offer offering provide providing total "
    "value equipped gram hour inch kilogram litre liter minute watt centimetre metre millimetre measure measuring run "
    "running last lasting hold holding support supporting under below over above up budget limit".split()
)


def _check_words(sentence: str, _: str, __: Sequence[Product], ___: Sequence[Product], record: str) -> str:
    """Refuse a content word that stands in the record of nothing shown: "a luxury train ride", "a good camera"."""
    known = {_stem(word) for word in tokens(record)}
    for checked in (_CHEAPEST, _DEAREST, _BEST_RATED):
        sentence = checked.sub(" ", sentence)
    for word in tokens(sentence):
        plain = not word.isascii() or not word.isalpha() or len(word) < 3
        if not plain and _stem(word) not in known and _stem(word) not in _CONNECTED:
            return f"unsupported: {word}"
    return ""


def _stem(word: str) -> str:
    """A word without its commonest endings: enough to see that "priced" is "price"."""
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e")


_CONNECTED = frozenset(map(_stem, _CONNECTING))
