"""What the shop says of a product: its price, whether it is reduced, how many are left, its stars."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Iterator

from assistant.phrases import listed, money
from assistant.promotions import best_price
from assistant.skills.base import Turn
from assistant.skills.choices import told_apart, variants
from assistant.skills.variants import members
from assistant.skills.wording import IT, Phrase, spaced
from index.schema import Product

PRICE: Phrase = (f"{IT} costs {{price}}.", f"{IT} 售价 {{price}}。")
PRICE_SALE: Phrase = (
    f"{IT} costs {{price}}, reduced from {{before}}.",
    f"{IT} 现价 {{price}}，原价 {{before}}。",
)
WITH_OFFER: Phrase = ("With today's offer it comes to {price}: {text}", "按现有活动，到手 {price}：{text}")
NO_PRICE: Phrase = (f"The record of {IT} has no price.", f"{IT} 的记录里没有价格。")
SALE: Phrase = (
    f"Yes, {IT} is reduced: {{price}} instead of {{before}}, {{percent}} % off.",
    f"是的，{IT} 正在降价：原价 {{before}}，现价 {{price}}，降了 {{percent}}%。",
)
NO_SALE: Phrase = (
    f"No, {IT} is not reduced right now; it costs {{price}}.",
    f"{IT} 目前没有降价，售价 {{price}}。",
)
IN_STOCK: Phrase = (f"{IT} is in stock ({{count}} left).", f"{IT} 有货（剩 {{count}} 件）。")
NO_STOCK: Phrase = (f"{IT} is out of stock.", f"{IT} 目前缺货。")
INSTEAD: Phrase = ("In stock there is {values}.", "有货的是{values}。")
STOCK_UNKNOWN: Phrase = (
    f"The record of {IT} does not say how many are left.",
    f"{IT} 的记录没有写库存数量。",
)
RESTOCK: Phrase = (
    "When it comes back, the record does not say.",
    "什么时候补货，记录里没有写。",
)
STARS: Phrase = (
    f"{IT} is rated {{mean}} of 5 by {{count}} shoppers.",
    f"{IT} 的评分是 {{mean}} 星（{{count}} 人）。",
)
STARS_ONE: Phrase = (f"{IT} is rated {{mean}} of 5 by one shopper.", f"{IT} 的评分是 {{mean}} 星（1 人）。")
NO_STARS: Phrase = (f"{IT} has no rating yet.", f"{IT} 还没有评分。")
MADE_BY: Phrase = (f"{IT} is by {{brand}}.", f"{IT} 的品牌是{{brand}}。")
NO_BRAND: Phrase = (f"The record of {IT} names no maker.", f"{IT} 的记录里没有写品牌。")
SINCE: Phrase = (f"{IT} has been on sale since {{day}}.", f"{IT} 的上市日期是 {{day}}。")
NO_DAY: Phrase = (f"The record of {IT} does not say since when it is sold.", f"{IT} 的记录里没有写上市时间。")

_STOCK = re.compile(
    r"\b(?:in|of) sto[ck]+\b|\bgot stock|\bavail?[ai]b\w*|\bhave it\b|\bany left|\bhow many .{0,20}left|\bleft\b.*\?|\bsold out\b|\bhow many do you have|\bback in\b|"
    r"有货|库存|现货|缺货|还有(?:吗|么|没|多少)|还剩|剩几|补货|到货|有或吗|断货|什么时候有"
)
_RESTOCK = re.compile(r"\bwhen\b|什么时候|几时|何时|多久.*[补到]货|补货|到货")
_BRAND = re.compile(
    r"\b(?:what|which) (?:brand|make)\b|\bwho (?:makes|made|manufactures)\b|\bbrand\?|什么牌|哪个牌|啥牌|品牌是|哪家的"
)
_RELEASED = re.compile(
    r"\bwhen (?:did|was) (?:it|this|that) (?:come out|released|launched)|\bhow old is (?:it|this|that)\b(?! for)|\b(?:new|latest) (?:model|version)\b|\breleased?\b|上市|新款吗|哪年的|什么时候出的|新版还是"
)
_OTHERS = re.compile(r"\bwh(?:at|ich)\b|\bany\b|\bother\b|哪|别的|其他|补货|到货|什么时候")
_PRICE = re.compile(
    r"\b(?:price|prize|cost|costs)\b|^(?:and |so |um )?how much(?: (?:is|are|for|would|for one|lah|do(?:es)? (?:it|they|this|that) (?:go for|set))\b|\W*$)|\bhow much (?:is|are) (?:it|they|this|that|these|those|the \w+(?: one)?|and|but)\b(?! (?:weigh|hold))|\bwhat(?:'s| is) (?:it|that) worth\b|\basking for\b|"
    r"多[少绍]钱|到手|折后|什么价|价格|价钱|几块|几[钱錢]|怎么卖|咋卖|售价|单价|贵[吗不么]"
)
_NO_PRICE = re.compile(
    r"\bhow much (?:does|do|is|can|will)? ?(?:(?! and ).){0,30}\b(?:weighs?|hold|carry|last|fit|cover|power|memory|storage|protein|water)\b|worth the price|不值这个价"
)
_SALE = re.compile(
    r"\bon sale\b|\breduced\b|\bdiscount|\bany (?:money )?off\b|\bmarked down|\bfull price|\bany deal|打折|打几折|降价|优惠|特价|促销|原价|便宜过|减价"
)
_RATING = re.compile(
    r"\b(?:how many|what) (?:stars|rating)|\brating\b|\brated\b|\bstars\b|评分|几星|多少星|打几分|多少分"
)


def answers(turn: Turn, product: Product, text: str) -> Iterator[str]:
    """Sentences on what the shop says, for each thing of the kind that a folded question asks.

    The product is written as `IT`.
    """
    choices = list(variants(turn, product, text))
    yield from choices
    if _SALE.search(text):
        yield _sale(turn, product)
        yield from _with_offer(turn, product)
    elif _PRICE.search(text) and not _NO_PRICE.search(text):
        yield _price(turn, product)
        yield from _with_offer(turn, product)
    if _STOCK.search(text) and not choices:
        yield _stock(turn, product)
        if not product.available and _RESTOCK.search(text):
            yield turn.tell(RESTOCK)
        if not product.available and _OTHERS.search(text):
            yield from _instead(turn, product)
    if _RATING.search(text):
        yield _stars(turn, product)
    if _BRAND.search(text):
        brand = next(iter(product.facet_in("brand", turn.language)), "")
        yield turn.tell(MADE_BY, brand=spaced(brand, turn).rstrip()) if brand else turn.tell(NO_BRAND)
    if _RELEASED.search(text):
        day = product.released
        yield turn.tell(NO_DAY) if day is None else turn.tell(SINCE, day=day.isoformat())


def _price(turn: Turn, product: Product) -> str:
    if product.price is None:
        return turn.tell(NO_PRICE)
    price = money(product.price, product.currency)
    if product.on_sale and product.list_price is not None:
        return turn.tell(PRICE_SALE, price=price, before=money(product.list_price, product.currency))
    return turn.tell(PRICE, price=price)


def _with_offer(turn: Turn, product: Product) -> Iterator[str]:
    """What is left of the price with the promotion that takes most off a single piece."""
    if turn.shop.promotions is None:
        return
    running = [offer for offer in turn.shop.promotions.active(turn.today) if not offer.coupon]
    if (best := best_price(product, running)) is not None:
        price, offer = best
        yield turn.tell(WITH_OFFER, price=money(price, product.currency), text=offer.text[turn.language])


def _sale(turn: Turn, product: Product) -> str:
    if product.price is None:
        return turn.tell(NO_PRICE)
    price = money(product.price, product.currency)
    if not product.on_sale or product.list_price is None:
        return turn.tell(NO_SALE, price=price)
    percent = round(100 * (product.list_price - product.price) / product.list_price)
    return turn.tell(SALE, price=price, before=money(product.list_price, product.currency), percent=percent)


def _stock(turn: Turn, product: Product) -> str:
    if product.stock is None:
        return turn.tell(STOCK_UNKNOWN)
    if product.stock:
        return turn.tell(IN_STOCK, count=product.stock)
    return turn.tell(NO_STOCK)


def others_there(turn: Turn, product: Product) -> bool:
    """Whether another variant can be bought in place of one that is sold out."""
    return product.stock == 0 and any(item.available for item in members(turn, product))


def _instead(turn: Turn, product: Product) -> Iterator[str]:
    there = [item for item in members(turn, product) if item.available]
    if there:
        told = listed(told_apart(turn, there, product), turn.language)
        yield turn.tell(INSTEAD, values=spaced(told, turn).rstrip())


def _stars(turn: Turn, product: Product) -> str:
    if product.rating is None:
        return turn.tell(NO_STARS)
    phrase = STARS_ONE if product.rating_count == 1 else STARS
    return turn.tell(phrase, mean=f"{product.rating:.1f}", count=product.rating_count)
