"""compare_products and ask_product: what the record says of the products on the table."""

import re
from collections.abc import Sequence

from assistant.phrases import listed, money, product_line, stock_text
from assistant.quantities import parse_quantity
from assistant.skills.base import Turn, by_number, titled
from assistant.turns import Evidence, Outcome, Suggestion
from index.schema import Product
from index.search import Hit
from index.text import fold, has_han, tokens

MAX_COMPARED = 4

# What people call an attribute -> words that its name contains. Both languages, folded.
_TOPICS: dict[str, tuple[str, ...]] = {
    "heavy": ("weight",), "weigh": ("weight",), "light": ("weight",), "lighter": ("weight",), "heavier": ("weight",),
    "long": ("length", "battery life"), "last": ("battery life",), "battery": ("battery",), "charge": ("charging",),
    "waterproof": ("water resistance", "waterproof"), "water": ("water",), "rain": ("water",),
    "big": ("size", "dimensions", "capacity"), "large": ("size", "dimensions", "capacity"), "wide": ("width",),
    "tall": ("height",), "high": ("height",), "loud": ("noise",), "quiet": ("noise",), "fit": ("compatib", "fits", "size"),
    "work": ("compatib",), "made": ("material",), "old": ("age",), "age": ("age",), "wash": ("care", "wash"),
    "重": ("重量",), "轻": ("重量",), "多久": ("续航", "时长"), "续航": ("续航",), "电池": ("电池", "续航"), "充电": ("充电",),
    "防水": ("防水",), "多大": ("尺寸", "容量", "规格"), "大小": ("尺寸", "规格"), "多长": ("长度",), "多宽": ("宽",), "多高": ("高",),
    "多重": ("重量",), "噪音": ("噪",), "声音": ("噪",), "适合": ("适用", "适合"), "几岁": ("年龄",), "内存": ("内存",), "屏幕": ("屏",),
}  # fmt: skip
_STOCK = ("in stock", "available", "have it", "left", "有货", "库存", "现货", "还有吗")
_PRICE = ("price", "cost", "how much", "多少钱", "价格", "几块", "怎么卖", "贵吗")
# "How much does it weigh" asks no price.
_MEASURED = re.compile(r"\bhow much (?:does|do|is|can) .*\b(?:weigh|hold|carry|last|fit)")
_REVIEWS = (
    "review",
    "people say",
    "rating",
    "opinion",
    "any good",
    "complain",
    "评价",
    "口碑",
    "评论",
    "好用吗",
    "怎么样",
    "好不好",
)
_COLOURS = ("colour", "color", "颜色", "什么色")
_SIZES = ("size", "尺码", "码数")
_MATERIALS = ("made of", "material", "材质", "什么料", "材料")


def compare(turn: Turn) -> Outcome:
    """A table of the attributes in which products differ, and what follows from them."""
    products = by_number(turn, default=2)[:MAX_COMPARED]
    if not turn.state.shown:
        return Outcome(state=turn.state, composed=turn.say("nothing_shown"))
    if len(products) < 2:
        return Outcome(state=turn.state, composed=turn.say("need_two"))
    table = difference_table(products, turn)
    facts = conclusions(products, turn)
    composed = turn.say("compare") if len(table) > 1 else turn.say("same")
    return Outcome(
        state=turn.state,
        composed=_joined([composed, *facts], turn),
        evidence=Evidence(facts=tuple(facts)),
        table=tuple(table) if len(table) > 1 else (),
        quick_replies=("第一个有货吗",) if turn.language == "zh" else ("is the first one in stock?",),
    )


def difference_table(products: Sequence[Product], turn: Turn) -> list[tuple[str, ...]]:
    """Header and one row for each fact in which the products differ; what is missing is said to be."""
    missing = turn.say("row_missing")
    rows: dict[str, list[str]] = {
        turn.say("row_price"): [missing if p.price is None else money(p.price, p.currency) for p in products],
        turn.say("row_rating"): [
            missing if p.rating is None else f"★ {p.rating:.1f} ({p.rating_count})" for p in products
        ],
        turn.say("row_colour"): [
            listed(p.facet_in("colour", turn.language), turn.language) or missing for p in products
        ],
        turn.say("row_stock"): [stock_text(p, turn.language) or missing for p in products],
    }
    names = dict.fromkeys(name for product in products for name in product.attributes_in(turn.language))
    for name in names:
        rows.setdefault(
            name, [product.attributes_in(turn.language).get(name, missing) for product in products]
        )
    header = ("", *(titled(product, turn) for product in products))
    return [header, *((name, *cells) for name, cells in rows.items() if len(set(cells)) > 1)]


def conclusions(products: Sequence[Product], turn: Turn) -> list[str]:
    """What the table shows, in plain sentences computed from the records."""
    facts = []
    priced = sorted((p for p in products if p.price is not None), key=lambda p: p.price or 0)
    if len(priced) > 1 and len({p.currency for p in priced}) == 1:
        low, high = priced[0], priced[-1]
        if low.price is not None and high.price is not None and low.price < high.price:
            difference = money(high.price - low.price, low.currency)
            facts.append(turn.say("cheaper", title=titled(low, turn), difference=difference))
    rated = sorted((p for p in products if p.rating is not None), key=lambda p: -(p.rating or 0))
    if len(rated) > 1 and rated[0].rating != rated[-1].rating:
        facts.append(
            turn.say(
                "rated",
                title=titled(rated[0], turn),
                high=f"{rated[0].rating:.1f}",
                low=f"{rated[-1].rating:.1f}",
            )
        )
    weights = [(q, p) for p in products if (q := parse_quantity(_attribute(p, "weight", "重量")))]
    if len(weights) > 1:
        (light, product), (heavy, _) = (
            min(weights, key=lambda w: w[0].value),
            max(weights, key=lambda w: w[0].value),
        )
        if light.value < heavy.value:
            facts.append(turn.say("lighter", title=titled(product, turn), light=light.text, heavy=heavy.text))
    return facts


def _attribute(product: Product, *names: str) -> str:
    return next((text for name, text in product.attributes.items() if fold(name) in names), "")


def ask(turn: Turn) -> Outcome:
    """Answer a question about one product from its record; say so when the record does not say."""
    if not turn.state.shown:
        return Outcome(state=turn.state, composed=turn.say("nothing_shown"))
    product = _meant(turn)
    if product is None:
        return Outcome(state=turn.state, composed=turn.say("which"))
    answer = _answer(turn, product)
    hit = Suggestion(Hit(product, 1.0), 1.0)
    return Outcome(
        state=turn.state,
        composed=answer,
        evidence=Evidence(facts=(answer, product_line(hit.hit.product, turn.language))),
        quick_replies=("类似的还有哪些", "对比 1 和 2")
        if turn.language == "zh"
        else ("something similar", "compare 1 and 2"),
    )


def _meant(turn: Turn) -> Product | None:
    """The product a question is about: by number, by its name, or the first on the table."""
    if turn.said.constraints.references:
        return next(iter(by_number(turn)), None)
    asked = set(tokens(turn.said.text))
    shown = turn.shown()
    named = {p.id: len(asked & _telling_words(p, shown)) for p in shown}
    best = max(shown, key=lambda p: named[p.id], default=None)
    return best if best is not None and named[best.id] else next(iter(shown), None)


def _telling_words(product: Product, shown: Sequence[Product]) -> set[str]:
    """Words of a title that no other title on the table has."""
    own = set(tokens(product.title)) | {
        t for text in product.translations.values() for t in tokens(text.title)
    }
    for other in shown:
        if other.id != product.id:
            own -= set(tokens(other.title)) | {
                t for text in other.translations.values() for t in tokens(text.title)
            }
    return {word for word in own if len(word) > 1}


def _answer(turn: Turn, product: Product) -> str:
    text, title = fold(_without_references(turn)), titled(product, turn)
    if any(word in text for word in _REVIEWS) and "尺寸怎么样" not in text:
        return _about_reviews(turn, product)
    if any(word in text for word in _STOCK):
        if product.stock is None:
            return turn.say("stock_unknown", title=title)
        return (
            turn.say("in_stock", title=title, count=product.stock)
            if product.stock
            else turn.say("out_of_stock", title=title)
        )
    if any(word in text for word in _PRICE) and not _MEASURED.search(text):
        if product.price is None:
            return turn.say("no_price", title=title)
        return turn.say("price_fact", title=title, price=money(product.price, product.currency))
    for words, facet in ((_COLOURS, "colour"), (_SIZES, "size"), (_MATERIALS, "material")):
        if any(word in text for word in words) and (values := _family_values(turn, product, facet)):
            return turn.say("variants", title=title, values=listed(values, turn.language))
    found = matching_attributes(text, product, turn)
    if found:
        return _joined([turn.say("fact", title=title, name=name, value=value) for name, value in found], turn)
    facts = list(product.attributes_in(turn.language).items())[:5]
    if not facts:
        return turn.say("record_empty", title=title)
    separator = "，" if turn.language == "zh" else ", "
    return turn.say(
        "unknown_fact", title=title, facts=separator.join(f"{name} {value}" for name, value in facts)
    )


def _without_references(turn: Turn) -> str:
    """The utterance without "the last one": how much that is has nothing to do with how long it lasts."""
    text = turn.said.text
    for span in turn.said.constraints.spans:
        if span.key == "references":
            text = text.replace(span.text, " ", 1)
    return text


def matching_attributes(text: str, product: Product, turn: Turn) -> list[tuple[str, str]]:
    """Attributes that the question names, directly or by a common word for them; at most two."""
    words = set(tokens(text))
    topics = {
        topic
        for word, names in _TOPICS.items()
        if (word in text if has_han(word) else word in words)
        for topic in names
    }
    found = []
    for name, value in product.attributes_in(turn.language).items():
        folded = fold(name)
        named = folded in text or any(topic in folded for topic in topics)
        if named or (len(words & set(tokens(folded))) and not has_han(folded)):
            found.append((name, value))
    return found[:2]


def _family_values(turn: Turn, product: Product, facet: str) -> tuple[str, ...]:
    """Values of a facet over all variants that can be bought."""
    members = [product]
    if product.family:
        similar = turn.shop.searcher.store.family(product.family)
        members = [item for item in similar if item.available] or [product]
    return tuple(dict.fromkeys(value for item in members for value in item.facet_in(facet, turn.language)))


def _about_reviews(turn: Turn, product: Product) -> str:
    title = titled(product, turn)
    stars = [review.stars for review in product.reviews if review.stars is not None]
    if not product.reviews or not stars:
        return turn.say("no_reviews", title=title)
    own = [review for review in product.reviews if has_han(review.text) == (turn.language == "zh")]
    quote = max(own or product.reviews, key=lambda review: len(review.text)).text
    return turn.say(
        "reviews",
        title=title,
        count=len(product.reviews),
        mean=f"{sum(stars) / len(stars):.1f}",
        high=sum(star >= 4 for star in stars),
        low=sum(star <= 2 for star in stars),
        quote=quote,
    )


def _joined(sentences: Sequence[str], turn: Turn) -> str:
    return ("" if turn.language == "zh" else " ").join(sentences)


SKILLS = {"compare_products": compare, "ask_product": ask}
