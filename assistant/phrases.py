"""What the assistant says by itself, in English and Chinese, and how facts are written."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from assistant.record import name_of
from assistant.turns import Constraints, PriceRange
from index.schema import Language, Product

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "JPY": "JP¥", "INR": "₹"}

_CURRENCY_NAMES = {
    "USD": ("US dollars", "美元"),
    "EUR": ("euros", "欧元"),
    "GBP": ("pounds", "英镑"),
    "CNY": ("yuan", "人民币"),
    "JPY": ("yen", "日元"),
    "INR": ("rupees", "卢比"),
}

_FACET_NAMES = {
    "brand": ("brand", "品牌"),
    "category": ("category", "类别"),
    "colour": ("colour", "颜色"),
    "material": ("material", "材质"),
    "size": ("size", "尺码"),
    "price": ("price", "价格"),
    "rating": ("rating", "评分"),
    "stock": ("stock", "库存"),
    "sale": ("reduced price", "折扣"),
    "capacity": ("capacity", "容量"),
    "connector": ("connector", "接口"),
    "cups": ("cups", "杯量"),
    "diameter": ("diameter", "直径"),
    "format": ("format", "版本"),
    "height": ("height", "高度"),
    "language": ("language", "语言"),
    "layout": ("layout", "键位布局"),
    "length": ("length", "长度"),
    "memory": ("memory", "内存"),
    "model": ("model", "型号"),
    "nib": ("nib", "笔尖"),
    "pack": ("pack", "包装"),
    "pieces": ("pieces", "件数"),
    "plug": ("plug", "插头"),
    "storage": ("storage", "存储容量"),
    "volume": ("volume", "容量"),
    "weight": ("weight", "重量"),
    "width": ("width", "宽度"),
}
"""What facets of many catalogues are called; any other goes by its own name."""

_SORT_NAMES = {
    "relevance": ("best match first", "按相关度"),
    "price_asc": ("cheapest first", "价格从低到高"),
    "price_desc": ("dearest first", "价格从高到低"),
    "rating": ("best rated first", "评分从高到低"),
    "newest": ("newest first", "新品优先"),
    "popularity": ("best selling first", "销量优先"),
}

PHRASES: Mapping[str, tuple[str, str]] = {
    "found": ("{count} found; here are the closest.", "找到 {count} 款，先看最合适的几款。"),
    "found_many": ("Many fit; here are the closest.", "符合的很多，先看最合适的几款。"),
    "only_near": (
        "I have nothing called “{query}”; this is the nearest there is.",
        "没有找到「{query}」，这些是最接近的。",
    ),
    "words_unsaid": ("None of these says “{what}”.", "这几款都没有提到「{what}」。"),
    "avoided": ("I left out {what}, as you told me.", "按您之前说的，已避开{what}。"),
    "found_one": ("One product fits.", "正好有一款符合。"),
    "found_few": ("{count} products fit.", "有 {count} 款符合。"),
    "left_one": ("That leaves one.", "这样就剩这一款了。"),
    "left_few": ("That leaves {count}.", "这样还剩 {count} 款。"),
    "same_one": ("It is still the only one.", "还是只有这一款。"),
    "same_few": ("The same {count} fit.", "还是这 {count} 款。"),
    "now_few": ("Now {count} fit.", "现在有 {count} 款符合。"),
    "more": ("Here are more.", "再看这几款。"),
    "no_more": ("That is everything that fits.", "符合的都在这里了。"),
    "nothing": ("Nothing fits all of that.", "没有商品同时满足这些条件。"),
    "relax": ("Without the {what} I have {count}.", "不限{what}的话有 {count} 款。"),
    "relax_instead": (
        "With any {what} I have {count}: {values}.",
        "不限{what}的话有 {count} 款：{values}。",
    ),
    "relax_pair": ("With {what} I have {count}.", "{what}的话有 {count} 款。"),
    "relax_up_to": ("Up to {price} I have {count}.", "放宽到 {price} 以内有 {count} 款。"),
    "relax_from": ("From {price} I have {count}.", "{price} 起有 {count} 款。"),
    "relax_rating": ("Rated {stars} and up I have {count}.", "评分 {stars} 以上有 {count} 款。"),
    "hint_up_to": ("up to {price}", "{price}以内"),
    "hint_from": ("from {price}", "{price}以上"),
    "hint_relax": ("any {what}", "不限{what}"),
    "cheapest_already": (
        "Nothing cheaper fits; these are the cheapest.",
        "没有更便宜又符合的了，这几款已经是最低价。",
    ),
    "dearest_already": ("Nothing dearer fits.", "没有更贵又符合的了。"),
    "extreme_already": (
        "Among the closest matches nothing goes further than these.",
        "在最接近的商品里，没有比这几款更进一步的了。",
    ),
    "wish_more": (
        "All of these have more than the ones before, going by “{what}”.",
        "这几款的「{what}」都比刚才的大。",
    ),
    "wish_less": (
        "All of these have less than the ones before, going by “{what}”.",
        "这几款的「{what}」都比刚才的小。",
    ),
    "wish_unknown": (
        "The records do not give that measure for what was shown, so I only searched for the words.",
        "刚才几款的记录里没有这项数据，我只能按字面去找。",
    ),
    "no_match": ("I found nothing for that.", "没有找到相关商品。"),
    "cheap": (
        "I took “cheap” as a wish and put lower prices first; say an amount and I will hold to it.",
        "「便宜」我按偏好处理，价格低的排在前面；告诉我具体金额，我就严格按它筛选。",
    ),
    "dear": (
        "I took that as a wish and put the higher-priced ones first.",
        "我按偏好处理，把价位高的排在前面。",
    ),
    "no_rate": (
        "Prices here are in {shop}; I have no rate for {said}, so that limit is not applied. Say it in {shop}.",
        "本店以{shop}标价，没有{said}的汇率，所以没有按该金额筛选；请用{shop}说一下预算。",
    ),
    "converted": (
        "Prices here are in {shop}: at the shop's rate your limit is {limit}.",
        "本店以{shop}标价，按店内汇率您的预算相当于 {limit}。",
    ),
    "which": ("Which one do you mean? Say its number.", "您指的是哪一款？告诉我序号就行。"),
    "nothing_shown": (
        "There is nothing on the table yet. What are you looking for?",
        "还没有看任何商品呢，您想找什么？",
    ),
    "need_two": (
        "I need two products to compare. Say their numbers.",
        "需要两款商品才能对比，告诉我序号吧。",
    ),
    "compare": ("Here is how they differ.", "它们的差别如下。"),
    "same": ("The record shows no difference between them.", "从记录上看两者没有差别。"),
    "fact": ("{title}: {name} {value}.", "{title}：{name} {value}。"),
    "price_fact": ("{title} costs {price}.", "{title} 售价 {price}。"),
    "no_price": ("The record of {title} has no price.", "{title} 的记录里没有价格。"),
    "in_stock": ("{title} is in stock ({count} left).", "{title} 有货（剩 {count} 件）。"),
    "stock_unknown": (
        "The record of {title} does not say how many are left.",
        "{title} 的记录没有写库存数量。",
    ),
    "out_of_stock": ("{title} is out of stock.", "{title} 目前缺货。"),
    "variants": ("{title} comes in {values}.", "{title} 有 {values}。"),
    "reviews": (
        "{title} has {count} reviews, {mean} stars on average: {high} with 4 or 5 stars, {low} with 1 or 2. One says: “{quote}”",
        "{title} 有 {count} 条评价，平均 {mean} 星：4～5 星 {high} 条，1～2 星 {low} 条。其中一条说：「{quote}」",
    ),
    "no_reviews": ("{title} has no reviews yet.", "{title} 还没有评价。"),
    "unknown_fact": (
        "The record of {title} does not say. What it does say: {facts}.",
        "{title} 的记录里没有写这一点。记录里有：{facts}。",
    ),
    "record_empty": ("The record of {title} does not say.", "{title} 的记录里没有写这一点。"),
    "similar": ("Similar to {title}:", "和 {title} 类似的有："),
    "for_you": ("Chosen from what you looked at and bought before.", "根据您之前看过和买过的商品挑选。"),
    "popular": (
        "I do not know your taste yet, so here is what sells well and is rated well.",
        "还不了解您的喜好，先看看卖得好、评价也好的商品。",
    ),
    "ideas": ("Some ideas.", "给您一些参考。"),
    "deals": ("Reduced right now:", "正在降价的有："),
    "liked": ("Noted: you like {title}.", "记下了，您喜欢 {title}。"),
    "liked_anonymous": (
        "Good. I keep it in mind for this chat only, since I do not know who you are.",
        "好的。因为不知道您是谁，只在这次对话里记着。",
    ),
    "disliked": ("Noted, {title} will not come up again.", "好的，不再推荐 {title}。"),
    "disliked_anonymous": ("Taken off the table: {title}.", "已经拿走：{title}。"),
    "others": ("Instead:", "换这几款看看："),
    "greet": (
        "Hello! Tell me what you are looking for, in English or Chinese.",
        "您好！想买什么？中文、英文都可以说。",
    ),
    "thank": ("You are welcome.", "不客气。"),
    "goodbye": ("Goodbye, see you soon.", "再见，欢迎下次再来。"),
    "help": (
        "I find products by need, price, brand, colour, material, size and rating, narrow them down (“cheaper”, "
        "“not black”), compare them, answer questions from their record and reviews, and learn what you like. "
        "The shop has {departments}.",
        "我可以按用途、价格、品牌、颜色、材质、尺码和评分找商品，继续缩小范围（“再便宜点”“不要黑色”），对比商品，"
        "根据商品记录和评价回答问题，并记住您的喜好。店里有{departments}。",
    ),
    "out_of_scope": (
        "That is outside this shop. I can help you find, compare and choose products.",
        "这个我帮不上忙，我只能帮您找商品、比商品、选商品。",
    ),
    "not_yet": (
        "I cannot do that yet ({what}). I can find products, narrow them down, compare them and answer questions about them.",
        "这个我现在还做不到（{what}）。我可以找商品、缩小范围、对比和回答商品问题。",
    ),
    "unsure": ("I am not sure what you mean. Do you want to", "没太明白您的意思，您是想"),
    "or": (" or ", "，还是"),
    "rephrase": ("All right. Say it in other words, then.", "好的，那请您换个说法告诉我。"),
    "declined": ("All right, I leave it.", "好的，那就不动了。"),
    "and": (" and ", "、"),
    "fine": ("All right. What shall we look at?", "好的，那看点什么？"),
    "empty": ("Say what you are looking for.", "请告诉我您想找什么。"),
    "degraded": (
        "The language model does not answer just now; this is the answer from the records alone.",
        "语言模型暂时没有回应，以上回答只依据商品记录。",
    ),
    "started_over": ("All cleared. What are you looking for?", "都清空了，您想找什么？"),
    "reason_history": ("you liked {title}", "您喜欢过 {title}"),
    "reason_bought": ("you bought {title}", "您买过 {title}"),
    "reason_viewed": ("you looked at {title}", "您看过 {title}"),
    "reason_own": ("you liked this one", "您喜欢过这一款"),
    "reason_own_bought": ("you bought this one", "您买过这一款"),
    "reason_sale": ("reduced from {before}", "原价 {before}"),
    "reason_cheapest": ("the cheapest of these", "其中最便宜"),
    "reason_rated": ("the best rated of these", "其中评分最高"),
    "reason_match": ("fits: {what}", "符合：{what}"),
    "reason_query": ("close to “{query}”", "与「{query}」相近"),
    "reason_popular": ("sells well", "销量好"),
    "stock_left": ("in stock", "有货"),
    "stock_few": ("only {count} left", "仅剩 {count} 件"),
    "stock_none": ("out of stock", "缺货"),
    "price_unknown": ("price not in the record", "价格未知"),
    "was": ("was {price}", "原价 {price}"),
    "row_price": ("price", "价格"),
    "row_rating": ("rating", "评分"),
    "row_colour": ("colour", "颜色"),
    "row_stock": ("stock", "库存"),
    "row_missing": ("not in the record", "未注明"),
}

INTENT_PHRASES: Mapping[str, tuple[str, str]] = {
    "search_product": ("search for products", "找商品"),
    "refine_search": ("change these results", "调整搜索结果"),
    "recommend": ("get suggestions", "要推荐"),
    "find_similar": ("see something similar", "看类似的"),
    "find_complement": ("see what goes with it", "看搭配"),
    "compare_products": ("compare products", "对比商品"),
    "ask_product": ("ask about a product", "问商品问题"),
    "find_deals": ("see what is reduced", "看优惠"),
    "add_to_cart": ("put it in the cart", "加入购物车"),
    "remove_from_cart": ("take it out of the cart", "移出购物车"),
    "view_cart": ("see the cart", "看购物车"),
    "checkout": ("check out", "结账"),
    "track_order": ("track an order", "查订单"),
    "change_order": ("change an order", "修改订单"),
    "ask_policy": ("ask about the shop's rules", "问店铺规则"),
    "human_agent": ("talk to a person", "找人工"),
    "like_product": ("say that you like it", "说喜欢它"),
    "dislike_product": ("say that you do not like it", "说不喜欢它"),
    "manage_profile": ("change what I know about you", "管理我的资料"),
    "greet": ("say hello", "打招呼"),
    "thank": ("say thanks", "道谢"),
    "goodbye": ("say goodbye", "告别"),
    "affirm": ("say yes", "表示同意"),
    "deny": ("say no", "表示不要"),
    "ask_help": ("know what I can do", "了解我能做什么"),
    "out_of_scope": ("talk about something else", "聊别的"),
}
"""What each intent is called in a question; a shop's own intents are called by their label."""


def say(key: str, language: Language, **values: object) -> str:
    """One phrase in the shopper's language."""
    return PHRASES[key][language == "zh"].format(**values)


def intent_phrase(label: str, language: Language) -> str:
    """What an intent is called in a question."""
    return INTENT_PHRASES.get(label, (label, label))[language == "zh"]


def money(amount: Decimal, currency: str) -> str:
    """An amount with its symbol; cents only where there are any.

    >>> money(Decimal("1299.50"), "USD"), money(Decimal("899"), "CNY"), money(Decimal("5"), "CHF")
    ('$1,299.50', '¥899', 'CHF 5')
    """
    number = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{currency} {number}"


def currency_name(code: str, language: Language) -> str:
    """The name of a currency, or its code."""
    return _CURRENCY_NAMES.get(code, (code, code))[language == "zh"]


_DIMENSIONS = {
    "weight": ("weight", "重量"),
    "size": ("size", "尺寸"),
    "length": ("length", "长度"),
    "width": ("width", "宽度"),
    "height": ("height", "高度"),
    "thickness": ("thickness", "厚度"),
    "battery": ("battery life", "续航"),
    "power": ("power", "功率"),
    "storage": ("storage", "存储"),
    "memory": ("memory", "内存"),
    "noise": ("noise", "噪音"),
}


def dimension_name(dimension: str, language: Language) -> str:
    """What a dimension of `assistant.measures` is called."""
    english, chinese = _DIMENSIONS[dimension]
    return chinese if language == "zh" else english


def facet_name(facet: str, language: Language) -> str:
    """The name of a facet in a sentence, or the facet itself."""
    return _FACET_NAMES.get(facet, (facet, facet))[language == "zh"]


def listed(items: Sequence[str], language: Language) -> str:
    """A list in a sentence."""
    if language == "zh":
        return "、".join(items)
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def product_line(product: Product, language: Language) -> str:
    """The facts of one product on one line, all from the record."""
    parts = [name_of(product, language)]
    if product.price is None:
        parts.append(say("price_unknown", language))
    else:
        price = money(product.price, product.currency)
        if product.on_sale and product.list_price is not None:
            before = say("was", language, price=money(product.list_price, product.currency))
            price += f"（{before}）" if language == "zh" else f" ({before})"
        parts.append(price)
    if product.rating is not None:
        parts.append(f"★ {product.rating:.1f} ({product.rating_count})")
    parts.append(stock_text(product, language))
    return " · ".join(filter(None, parts))


def stock_text(product: Product, language: Language) -> str:
    """Whether it can be bought, in a few words; empty when the shop does not say."""
    if product.stock is None:
        return ""
    if product.stock == 0:
        return say("stock_none", language)
    return (
        say("stock_few", language, count=product.stock) if product.stock <= 5 else say("stock_left", language)
    )


def price_range(price: PriceRange, currency: str, language: Language) -> str:
    """Limits in words."""
    code = price.currency or currency
    low = None if price.min is None else money(price.min, code)
    high = None if price.max is None else money(price.max, code)
    if low and high:
        return f"{low}–{high}"
    if language == "zh":
        return f"{high} 以内" if high else f"{low} 以上"
    return f"up to {high}" if high else f"from {low}"


def constraint_chips(
    wanted: Constraints, currency: str, language: Language, name_in: Callable[[str, str, Language], str]
) -> list[str]:
    """What was understood, one short text for each constraint.

    Args:
        wanted: The constraints.
        currency: Of limits said without one.
        language: To write in.
        name_in: The name of a facet's value in a language.
    """

    def named(facet: str, values: Sequence[str]) -> str:
        return " / ".join(name_in(facet, value, language) for value in values)

    chips = []
    if wanted.price is not None:
        chips.append(price_range(wanted.price, currency, language))
    chips += [named(facet, values) for facet, values in wanted.include.items()]
    no = "不要" if language == "zh" else "not "
    chips += [no + named(facet, values) for facet, values in wanted.exclude.items()]
    if wanted.price_level is not None:
        level = {"low": ("lower price preferred", "偏好低价"), "high": ("higher price preferred", "偏好高价")}
        chips.append(level[wanted.price_level][language == "zh"])
    if wanted.wish is not None and wanted.wish.limit:
        sign = "≥" if wanted.wish.more else "≤"
        chips.append(f"{dimension_name(wanted.wish.dimension, language)} {sign} {wanted.wish.limit}")
    if wanted.rating_min is not None:
        chips.append(f"★ ≥ {wanted.rating_min:g}")
    if wanted.in_stock:
        chips.append("有货" if language == "zh" else "in stock")
    if wanted.on_sale:
        chips.append("打折" if language == "zh" else "on sale")
    if wanted.sort is not None:
        chips.append(_SORT_NAMES[wanted.sort][language == "zh"])
    return chips
