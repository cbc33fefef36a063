"""Answers from a product's texts: the telling sentence of its description, how many reviews speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.aspects import Aspect
from assistant.record import Fact, lines, quoted
from assistant.reviews import about, sizing
from assistant.skills.question import Asked, content, keys, overlap
from assistant.skills.wording import IT, Phrase
from index.text import fold

TOLD: Phrase = ("The description of {title} says: {quote}.", "{title} 的商品描述里写着：{quote}。")


def mentioned(asked: Asked, aspect: Aspect) -> str:
    """How many reviews speak of an aspect, with a quotation; empty if none does."""
    product, language, words = asked.product, asked.turn.language, content(asked)
    what = aspect.called(language)

    def speaks(sentence: str) -> bool:
        return aspect.speaks.search(fold(sentence)) is not None

    if aspect.key == "sizing":
        return sizing(product, speaks, what, language)
    return about(product, speaks, what, language, near=lambda sentence: overlap(sentence, words))


def described(asked: Asked, aspect: Aspect) -> str:
    """The sentence of the description that speaks of an aspect."""
    words = content(asked)
    found = [line for line in lines(asked.product, asked.turn.language) if aspect.speaks.search(fold(line))]
    if not found:
        return ""
    line = max(found, key=lambda line: overlap(line, words))
    return asked.turn.tell(TOLD, title=IT, quote=quoted(line, asked.turn.language))


def said_more(asked: Asked, direct: Sequence[Fact]) -> str:
    """A sentence of the description with words of the question that the attributes do not answer."""
    named = {key for fact in direct for name in fact.names for key in keys(name)}
    words = [word for word in content(asked) if word not in named]
    line = best_line(asked, words, least=2)
    return asked.turn.tell(TOLD, title=IT, quote=quoted(line, asked.turn.language)) if line else ""


def best_line(asked: Asked, words: Sequence[str], *, least: int = 1) -> str:
    """The sentence of the description with most of the words; empty if none has at least `least`, or half."""
    needed = max(least, (len(words) + 1) // 2)
    best, most = "", 0
    for line in lines(asked.product, asked.turn.language):
        count = overlap(line, words)
        if count >= needed and count > most:
            best, most = line, count
    return best


def speaks_of(words: Sequence[str]) -> "_Speaks":
    """Tells whether a sentence has most of the words."""
    return _Speaks(tuple(words))


@dataclass(frozen=True, slots=True)
class _Speaks:
    """Whether a sentence has most of some words."""

    words: tuple[str, ...]

    def __call__(self, sentence: str) -> bool:
        return 2 * overlap(sentence, self.words) > len(self.words)


def quoted_words(asked: Asked, words: Sequence[str]) -> str:
    """The words that were looked for, in quotation marks."""
    return quoted(" ".join(words), asked.turn.language)
