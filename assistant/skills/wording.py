"""Puts sentences about one product together, so that they name it once."""

import re
from collections.abc import Sequence

from assistant.record import tidy
from assistant.skills.base import Turn, titled
from index.schema import Product

IT = "\x00"
"""Stands for the product in a sentence until the sentences are put together."""


Phrase = tuple[str, str]


def spaced(words: str, turn: Turn) -> str:
    """The words with a space towards Chinese on the sides where they are not Chinese."""
    if turn.language != "zh" or not words:
        return words
    before, behind = (" " if words[at].isascii() and words[at].isalnum() else "" for at in (0, -1))
    return f"{before}{words}{behind}"


SUBJECT: Phrase = ("About {title}:", "关于 {title}：")


def put_together(told: Sequence[str], turn: Turn, product: Product) -> str:
    """The sentences as one text that names the product once, and first where no sentence does."""
    text = tidy(turn.joined(told))
    title = titled(product, turn)
    if IT not in text:
        return turn.joined([turn.tell(SUBJECT, title=title), text])
    before, _, rest = text.partition(IT)
    return f"{before}{title}{_with_pronouns(rest, turn)}"


def _with_pronouns(text: str, turn: Turn) -> str:
    if turn.language == "zh":
        return re.sub(rf"{IT}：", "", re.sub(rf"{IT} ?", "它", text.replace(f"{IT}：", ""))).replace(
            "它的商品描述", "商品描述"
        )
    text = re.sub(rf"(^|[.!?”] ){IT}: (\w)", lambda match: match[1] + match[2].upper(), text)
    text = text.replace(f"The record of {IT}", "Its record").replace(f"the record of {IT}", "its record")
    text = text.replace(f"The description of {IT}", "Its description").replace(f"of {IT} ", "of it ")
    text = re.sub(rf"(^|[.!?”] ){IT}", r"\1It", text)
    return text.replace(IT, "it")
