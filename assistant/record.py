"""Reads a product's record: its attributes as facts, whether a value says yes or no, and its texts, made safe to quote."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.quantities import Quantity, find_quantities
from index.schema import Language, Product
from index.text import clean, fold

QUOTE = 120
"""Longest quotation, in characters."""

REMARK = 30
"""Characters above which an attribute's value is read as a text."""

_MARKUP = re.compile(
    r"<(?:script|style)\b.*?</(?:script|style)>|</?[a-z!?][^<>]{0,500}>|!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)|[*_`#]{2,}|&(?:nbsp|amp|lt|gt|quot|#\w{1,8});",
    re.I | re.S,
)
_TAG = re.compile(r"<(?=[a-z!?/])", re.I)
_LINK = re.compile(r"\](?=[(\[:])")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b\S+@\S+\.\S+", re.I)
_MARKS: Mapping[Language, Mapping[int, int | None]] = {
    "en": str.maketrans("“”«»", "‘’‘’", '"'),
    "zh": str.maketrans("「」", "『』"),
}
_SENTENCE = re.compile(r"[^.!?。！？；;\n]+(?:[.!?](?=\d)[^.!?。！？；;\n]+)*[.!?。！？；;]*")
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|all|your|instruction|rule|prompt)|\bsystem (?:prompt|message)|"
    r"\byou are (?:now|a|an)\b.{0,30}\b(?:assistant|ai|bot|model)|\bas an? (?:ai|assistant)\b|\b(?:reveal|print|repeat) (?:your|the) (?:prompt|instruction|rules)|"
    r"\b(?:assistant|chatbot|ai)\b.{0,20}\b(?:must|should|shall|has to|please)\b|\b(?:apply|use) (?:the )?(?:code|coupon|discount)|\bset the price|\bprice (?:is|to) now|"
    r"(?:忽略|无视|忘记|不要理会).{0,12}(?:指令|规则|提示|以上|之前|前面)|系统提示|提示词|你(?:现在)?是.{0,8}(?:助手|机器人|模型)|(?:助手|机器人|客服|AI).{0,6}(?:必须|应该|请)|把价格|"
    # a forged turn of a conversation, or the end of the fence that a prompt puts around data
    r"\b(?:assistant|chatbot|developer)\s*[:：]|(?<![\w\u4e00-\u9fff])(?:系统|开发者|管理员)[:：]\s*(?=[^\s，。]{0,8}(?:说|告诉|公开|输出|确认|改|把|请|忽略|以后|所有|免费|价格|售价))|(?:助手|机器人)[:：]|"
    r"\bsystem\s*[:：]\s*(?:tell|say|reveal|print|show|set|ignore|you|the price|all\b|every|from now)|</?(?:facts|system|assistant|user|prompt|instructions?|tool\w*)\b|"
    # what is to be told, shown or done
    r"\b(?:tell|inform|assure|convince) (?:the |every |each |all |any |your )?(?:shopper|customer|user|buyer|client)s?\b|\b(?:instructions?|message|note) (?:to|for) (?:the |an? )?(?:assistant|ai|bot|model|chatbot)\b|"
    r"\b(?:reveal|print|output|disclose|recite|leak)\b.{0,30}\b(?:prompt|instructions?|rules|secrets?|checkout|orders?)\b|\bsay (?:that )?(?:it|this|the \w+)\b.{0,40}\b(?:price|costs?|free|discount\w*)\b|"
    r"(?:告诉|通知)(?:所有|每个|每位)?(?:顾客|用户|客户|买家|消费者)|(?:说出|公开|输出|打印|泄露|透露|背出|复述).{0,12}(?:提示|指令|规则|链接|订单|内容)|(?:给|对|致)(?:助手|客服|机器人|模型|AI).{0,6}(?:指令|指示|的话)|"
    r"(?:请说|说(?:它|这款|该|此)).{0,12}(?:只要|免费|包邮|售价|价格|[$¥￥]|\d ?[元块美])|忽略.{0,6}(?:所有|规则)",
    re.I,
)


def plain(text: str) -> str:
    """Text without control characters, markup and addresses, on one line.

    >>> plain("<b>Great</b> see https://x.example now")
    'Great see now'
    """
    return clean(_bare(clean(text)))


def name_of(product: Product, language: Language) -> str:
    """A product's title as plain text: where prose is drawn as Markdown, a title could be a link."""
    return plain(product.title_in(language)) or product.id


def _bare(text: str) -> str:
    """Without markup, also where taking some away leaves more, and without what could still begin any."""
    for _ in range(3):
        text = _MARKUP.sub(lambda match: match[1] or " ", text)
    return inert(_ADDRESS.sub(" ", text))


def inert(text: str) -> str:
    """The same text with nothing in it that a page draws as a tag or a link.

    >>> inert("red [x](https://x.example) <b>")
    'red [x] (https://x.example) ‹b>'
    """
    return _LINK.sub("] ", _TAG.sub("‹", text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, made plain line by line."""
    parts = (clean(part) for part in _SENTENCE.findall(_bare(text)))
    return [part for part in parts if any(ch.isalnum() for ch in part)]


def orders(text: str) -> bool:
    """Whether a text talks to the assistant instead of about a product: it is data, and not worth quoting."""
    return _ORDERS.search(text) is not None


def unforged(text: str) -> str:
    """The text up to where it begins to give orders."""
    found = _ORDERS.search(text)
    return text if found is None else text[: found.start()]


def live(text: str) -> bool:
    """Whether a text holds what a page or a terminal acts on: markup, a link, an address, a control character."""
    acted_on = (_TAG, _LINK, _ADDRESS)
    return clean(text) != " ".join(text.split()) or any(pattern.search(text) for pattern in acted_on)


def tellable(text: str, product: Product) -> bool:
    """Whether a text of a record may be repeated: it gives no orders and names no price but the record's."""
    if orders(text):
        return False
    for match in _AMOUNT.finditer(text):
        said = match[1] or match[2]
        if said is None or Decimal(said.replace(",", "")) not in (product.price, product.list_price):
            return False
    return True


_FIGURE = r"(\d+(?:,\d{3})*(?:\.\d+)?)"
_AMOUNT = re.compile(
    rf"(?:[$€£¥￥₹]|\b(?:usd|eur|gbp|cny|rmb|inr)\b)\s?{_FIGURE}|"
    rf"{_FIGURE}\s?(?:(?:dollars?|bucks|usd|euros?|eur|gbp|yuan|rmb|cny|yen|rupees?)\b|美元|美金|欧元|英镑|日元|元|块钱|块(?![\u4e00-\u9fff]))|"
    r"[零〇一二两三四五六七八九十百千万]+(?:美元|美金|块钱|元(?![\u4e00-\u9fff]))|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|a hundred) (?:dollars?|bucks|euros?)\b",
    re.I,
)  # "pounds" are weights in records, 三元 is a kind of battery


def shortened(text: str, limit: int = QUOTE) -> str:
    """The text cut at a word before `limit`, with an ellipsis where something is left out."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,，、;；") + "…"


def quoted(text: str, language: Language) -> str:
    """A quotation: one line, no longer than `QUOTE`, in the quotation marks of the answer's language."""
    inner = shortened(plain(text).rstrip(" .。;；")).translate(_MARKS[language])
    return f"「{inner}」" if language == "zh" else f"“{inner}”"


def tidy(text: str) -> str:
    """Without a full stop behind a quotation that ends in a mark of its own."""
    return _TWICE.sub(r"\1", text)


_TWICE = re.compile(r"((?:[!?！？]|…)[”」])[.。]")


NameIn = Callable[[str, str, Language], str]
"""The name of a facet's value in a language: (facet, value, language)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One attribute of a product.

    Attributes:
        key: The attribute's name in the record's own language, which tells attributes of products apart.
        name: Its name in the shopper's language, or the record's.
        value: Its value in the shopper's language, or the record's; plain and short.
        own: Its value in the record's own language.
    """

    key: str
    name: str
    value: str
    own: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its folded names in every language that the record has."""
        return tuple(dict.fromkeys((fold(self.name), fold(self.key))))

    @property
    def quantity(self) -> Quantity | None:
        """The value as a measure, when it is one."""
        found = find_quantities(self.own) or find_quantities(self.value)
        return found[0] if len(found) == 1 else None

    @property
    def verdict(self) -> bool | None:
        """Whether the value says yes or no; None when it says something else."""
        return (
            verdict(self.own, self.key)
            if verdict(self.own, self.key) is not None
            else verdict(self.value, self.name)
        )


_NO = re.compile(
    r"(?:no|none|not?\b.*|without|false|n/?a|never|0)$|(?:否|(?:无(?!线|论)|没有|没|未|不(?!锈|粘))[^，。;；]{0,8})$",
    re.I,
)
_YES = re.compile(
    r"(?:yes|true|included|built[- ]in|supported)\b.*$|(?:有|是|含|附|支持|可以|可|能|适用|适合|防水)$|可[调拆替折机手水升充][^，。;；]{0,2}$",
    re.I,
)


def verdict(value: str, name: str = "") -> bool | None:
    """Whether an attribute's value says yes or no.

    A value that repeats its name says yes, 「无谷：无谷」, and one that denies it no, 「无谷：含谷物」.

    >>> verdict("none"), verdict("yes"), verdict("12 h"), verdict("不支持")
    (False, True, None, False)
    """
    value, name = fold(value), fold(name)
    if value and value == name:
        return True
    if name.startswith("无") and value.startswith("含"):
        return False
    if _NO.match(value):
        return False
    return True if _YES.match(value) else None


def facts(product: Product, language: Language, name_in: NameIn | None = None) -> list[Fact]:
    """The attributes of a product that may be told, in the order of its record, and its materials.

    Args:
        product: Whose.
        language: Of names and values, as far as the record has them.
        name_in: Gives a facet's value in a language where the record does not.
    """
    own, told = product.attributes, product.attributes_in(language)
    names = dict(zip(own, told.items(), strict=False)) if len(own) == len(told) else {}
    found = []
    for key, value in own.items():
        name, text = names.get(key, (key, value))
        found.append(Fact(key, plain(name), _value(text), value))
    if not names and told is not own:
        found += [Fact(name, plain(name), _value(value), value) for name, value in told.items()]
    found = [fact for fact in found if _told(fact, product)]
    if "material" in product.facets and not any(_MATERIAL.search(fact.names[-1]) for fact in found):
        named = product.facet_in("material", language)
        if name_in is not None and named == product.facets["material"]:
            named = tuple(name_in("material", value, language) for value in named)
        materials = (", ", "、")[language == "zh"].join(named)
        found.append(Fact("material", ("material", "材质")[language == "zh"], materials, materials))
    return found


def _told(fact: Fact, product: Product) -> bool:
    texts = (fact.name, fact.key, fact.value, fact.own)
    return all(tellable(text, product) for text in dict.fromkeys(texts))


_MATERIAL = re.compile(r"^materials?$|材[质料]$")


def _value(text: str) -> str:
    return shortened(plain(text).rstrip(" .。;；"))


def lines(product: Product, language: Language) -> Iterator[str]:
    """The sentences of a product's description and of remarks among its attributes, in the shopper's language."""
    values = product.attributes_in(language).values()
    remarks = (text for text in values if len(text) > REMARK and not orders(text))
    for text in (product.description_in(language), *remarks):
        yield from (sentence for sentence in sentences(text) if tellable(sentence, product))
