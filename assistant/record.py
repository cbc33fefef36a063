"""Reads a product's record: its attributes as facts, whether a value says yes or no, and its texts, made safe to quote."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from assistant.quantities import Quantity, find_quantities
from index.schema import Language, Product
from index.text import clean, fold

QUOTE = 120
"""Longest quotation, in characters."""

REMARK = 30
"""Characters above which an attribute's value is read as a text."""

_MARKUP = re.compile(
    r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]{0,200}>|!?\[([^\]]*)\]\([^)]*\)|[*_`#]{2,}|&(?:nbsp|amp|lt|gt|quot);"
)
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
    r"(?:忽略|无视|忘记|不要理会).{0,12}(?:指令|规则|提示|以上|之前|前面)|系统提示|提示词|你(?:现在)?是.{0,8}(?:助手|机器人|模型)|(?:助手|机器人|客服|AI).{0,6}(?:必须|应该|请)|把价格",
    re.I,
)


def plain(text: str) -> str:
    """Text without control characters, markup and addresses, on one line.

    >>> plain("<b>Great</b> see https://x.example now")
    'Great see now'
    """
    return clean(_bare(text))


def _bare(text: str) -> str:
    return _ADDRESS.sub(" ", _MARKUP.sub(lambda match: match[1] or " ", text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, made plain line by line."""
    parts = (clean(part) for part in _SENTENCE.findall(_bare(text)))
    return [part for part in parts if any(ch.isalnum() for ch in part)]


def orders(text: str) -> bool:
    """Whether a text talks to the assistant instead of about a product: it is data, and not worth quoting."""
    return _ORDERS.search(text) is not None


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
    """The attributes of a product, in the order of its record, and its materials.

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
    if "material" in product.facets and not any(_MATERIAL.search(fact.names[-1]) for fact in found):
        named = product.facet_in("material", language)
        if name_in is not None and named == product.facets["material"]:
            named = tuple(name_in("material", value, language) for value in named)
        materials = (", ", "、")[language == "zh"].join(named)
        found.append(Fact("material", ("material", "材质")[language == "zh"], materials, materials))
    return found


_MATERIAL = re.compile(r"^materials?$|材[质料]$")


def _value(text: str) -> str:
    return shortened(plain(text).rstrip(" .。;；"))


def lines(product: Product, language: Language) -> Iterator[str]:
    """The sentences of a product's description and of remarks among its attributes, in the shopper's language."""
    remarks = (text for text in product.attributes_in(language).values() if len(text) > REMARK)
    for text in (product.description_in(language), *remarks):
        yield from (sentence for sentence in sentences(text) if not orders(sentence))
