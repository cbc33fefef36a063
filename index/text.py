"""Text folding and word splitting, shared by everything that compares words."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Character class body of the Han characters, for use inside `[...]`."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*|[ -/]*[0-~])?")  # ECMA-48, 5.3 to 5.6
_HAN = re.compile(f"[{CJK}]")
# A word ends where Han begins: "5G手机" is written without a space.
_INCHES = re.compile(r"(\d)\s?(?:\"|''|”|″|英?[寸吋](?!照))")
_INNER = re.compile(r"[.'-]")
TITLE = 200  # characters: a longer text is no title, and is not kept
_RUN = re.compile(f"[{CJK}]+|[^\\W_{CJK}]+(?:[.'-][^\\W_{CJK}]+)*")


def clean(text: str) -> str:
    """Replace control and invisible direction characters by spaces and collapse white space."""
    return " ".join(_CONTROL.sub(" ", _ESCAPE.sub(" ", text)).split())


def fold(text: str) -> str:
    """Normalise for comparison: NFKC, case folded, single spaces.

    >>> fold("ＳＯＮＹ  Black")
    'sony black'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def has_han(text: str) -> bool:
    """Whether the text holds a Han character."""
    return _HAN.search(text) is not None


def simplified(text: str) -> str:
    """The text with traditional Han characters as simplified ones, one for one: lengths stay.

    >>> simplified("港幣五千以下")
    '港币五千以下'
    """
    return "".join(_simplified(ch) if _HAN.match(ch) else ch for ch in text) if has_han(text) else text


@cache
def _simplified(character: str) -> str:
    found: str = _converter().convert(character)
    return found if len(found) == 1 else character


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def is_chinese(text: str) -> bool:
    """Whether the text is best answered in Chinese.

    True when Han characters are at least a quarter of the letters: 「有 size L 的吗」 is Chinese,
    "what does 福 mean on this mug" is not.
    """
    han = len(_HAN.findall(text))
    letters = sum(ch.isalpha() for ch in text)
    return han > 0 and han * 4 >= letters


def tokens(text: str) -> list[str]:
    """Split into folded search terms: words and model codes, and Han bigrams and single characters.

    Chinese has no spaces; overlapping bigrams need no dictionary and find every two-character word.
    Single characters are kept so that one-character words (「灯」) are found too. A code with an
    inner hyphen or dot is also given in its parts and joined, so "wh-1000xm4" meets "WH1000XM4".

    >>> tokens("Wi-Fi 路由器")
    ['wi-fi', 'wi', 'fi', 'wifi', '路', '由', '器', '路由', '由器']
    >>> tokens('55" TV')
    ['55', 'inch', 'tv']
    """
    return list(_kept(text) if len(text) <= TITLE else _split(text))


def _split(text: str) -> tuple[str, ...]:
    out: list[str] = []
    for run in _RUN.findall(_INCHES.sub(r"\1 inch ", simplified(fold(text)))):
        if _HAN.match(run):
            out.extend(run)
            out.extend(run[i : i + 2] for i in range(len(run) - 1))
            continue
        out.append(run)
        parts = _INNER.split(run)
        if len(parts) > 1:
            out.extend(parts)
            out.append("".join(parts))
    return tuple(out)


_kept = lru_cache(maxsize=20_000)(_split)  # the titles of candidates are asked for again and again
