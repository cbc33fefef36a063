"""A question about one product, read: what it asks, without what only says which product is meant."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.aspects import asked_about
from assistant.parts import other_names
from assistant.plain_words import STOP
from assistant.record import Fact, facts
from assistant.skills.base import Turn
from assistant.skills.called import name_words
from assistant.spelling import is_english
from assistant.vocabulary import tokenize
from index.schema import Product
from index.text import fold, has_han

_QUESTION_WORD = re.compile(
    r"^(?:\W|\b(?:and|so|but|um+|ok|okay|hi|hey|please|well|oh)\b)*(?:how|what|whats|wat|which|who|when|where|why)\b|多(?![吗功])|什么|哪|怎|几(?!乎)|谁|啥|咋"
)
_CLAUSE = re.compile(r"[,;.?!，；。？！]|\b(?:and|but)\b")
_YES_NO = re.compile(r"(?:is|are|does|do|can|could|will|would|has|have)\b")
_YES_NO_ZH = re.compile(
    r"[吗么嘛]|吧|能不能|可不可以|有没有|是不是|会不会|支不支持|[不没无][^，。]{0,8}[?？]?$|(.)不\1"
)
_STOP_ZH = re.compile(
    r"这[个款件双台条本只把支套种]?|那[个款件双台条本只把支套种]?|它们?|请问|麻烦|一下|能不能|可不可以|可以|有没有|是不是|会不会|有没|有人|有吗|能[用够]?|会|吗|呢|吧|啊|呀|嘛|么|的|了|是|在|有|没有?|不|买过|用过|试过|比过|比较|拿|"
    r"怎么样?|什么|多少|多[大长高久]|如何|哪里?|几|很|太|真|还|也|就|都|和|跟|给|对|用|说|提到|评价|评论|买家|觉得|知道|想|问|我|你|您|他|她|家|适合|合适|人|穿|戴|玩|东西|商品|产品|好|里|上|下|时候?|[，。？！?!、\s\x00]"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one product.

    Attributes:
        turn: What was said, and to whom to answer.
        product: What it is about.
        whole: The folded utterance.
        said: The same without what only names the product.
        text: The same without the kind of thing that it is.
        record: The product's attributes.
    """

    turn: Turn
    product: Product
    whole: str
    said: str
    text: str
    record: Sequence[Fact]

    @property
    def yes_no(self) -> bool:
        """Whether a yes or a no answers it, or one of its clauses."""
        clauses = [clause for clause in _CLAUSE.split(self.text) if clause.strip()] or [""]
        asked = [clause for clause in clauses if _QUESTION_WORD.search(clause) is None]
        if self.turn.language == "zh":
            return any(_YES_NO_ZH.search(clause) for clause in asked)
        return clauses[0] in asked or any(_YES_NO.match(clause.strip()) for clause in asked)


def read(turn: Turn, product: Product) -> Asked:
    """The question about this product."""
    whole = fold(turn.said.text)
    said, text = (_unnamed(turn, product, facets) for facets in (("brand",), ("brand", "category")))
    return Asked(
        turn, product, whole, said, text, facts(product, turn.language, turn.parts.vocabulary.name_in)
    )


def keys(text: str) -> list[str]:
    """The words of a text that are not Chinese, in the singular."""
    return [token.key for token in tokenize(text) if not token.han]


def overlap(text: str, words: Sequence[str]) -> int:
    """How many of the words a text has, whatever their endings; a part of a thing also by its other names."""
    folded = fold(text)
    stems = {stem(key) for key in keys(folded)}

    def has(name: str) -> bool:
        return name in folded if has_han(name) else {stem(key) for key in keys(name)} <= stems

    return sum(any(map(has, (word, *other_names(word)))) for word in words)


def stem(word: str) -> str:
    """An English word without its ending."""
    for ending in ("ing", "ed", "es", "ly"):
        if word.endswith(ending) and len(word) - len(ending) > 3:
            return word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 4 else word


def content(asked: Asked) -> list[str]:
    """The telling words of a question, in order."""
    if has_han(asked.text):
        chunks = [
            chunk
            for chunk in _STOP_ZH.split(asked.text)
            if len(chunk) > 1 and (has_han(chunk) or (chunk.isalpha() and len(chunk) > 2))
        ]
        return list(dict.fromkeys(chunks))
    return list(dict.fromkeys(key for key in keys(asked.text) if key not in STOP and len(key) > 2))


_IT = re.compile(r"\bit\b")
_ARTICLE = re.compile(r"\b(the|that|this|those|these|your) ((?:[\w'+-]+ ?){1,4})")


def _without_name(folded: str, product: Product) -> str:
    """Without what the product alone is called, and words of its title behind "the"; not without what is asked."""

    def asks(word: str) -> bool:
        return bool(asked_about(word))

    for word in name_words(product):
        no_word = not is_english(word) or has_han(folded)
        if len(word) > 3 and word.isalpha() and no_word and not asks(word):
            folded = re.sub(rf"(?<![a-z]){word}(?:'s)?(?![a-z])", " ", folded)
    titled = {"one", *(key for title in (product.title, product.title_in("en")) for key in keys(title))}

    def bare(match: re.Match[str]) -> str:
        words = match[2].split()
        own = takewhile(lambda word: word.isalpha() and set(keys(word)) <= titled and not asks(word), words)
        kept = words[len(list(own)) :]
        return " ".join(["", *kept, ""]) if len(kept) < len(words) else match[0]

    # "Does the pen come with it" is about the pen.
    return folded if _IT.search(folded) else _ARTICLE.sub(bare, folded)


def _unnamed(turn: Turn, product: Product, facets: Sequence[str]) -> str:
    """The folded utterance without what only says which product is meant: positions, its title, those facets."""
    text = turn.said.text
    own = {facet: set(map(fold, values)) for facet, values in product.all_facets().items()}
    widen = turn.parts.vocabulary.widen
    for span in sorted(turn.said.constraints.spans, key=lambda span: -span.start):
        facet = span.key.removeprefix("include.")
        names = turn.said.constraints.include.get(facet, ()) if facet in facets else ()
        if span.key == "references" or (
            names and set(map(fold, widen(facet, names))) & own.get(facet, set())
        ):
            text = f"{text[: span.start]} {text[span.end :]}"
    folded = _without_name(fold(text), product)
    for title in dict.fromkeys((product.title, product.title_in("zh"), product.title_in("en"))):
        folded = folded.replace(fold(title), " ")
        words = fold(title).replace(",", "").split()
        for size in range(len(words) - 1, 1, -1):
            for at in range(len(words) - size + 1):
                run = " ".join(words[at : at + size])
                if len(run) > 6 and not run.replace(" ", "").isdigit():
                    folded = folded.replace(run, " ")
    return " ".join(folded.split()).strip()
