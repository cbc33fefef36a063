"""Recognises misspelt names: by edit distance in Latin letters, by sound in Chinese."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from index.text import has_han

SHORTEST = 4
"""Letters of the shortest word that is corrected: at three, one edit leads anywhere."""


REMEMBERED = 10_000
"""Words whose correction is kept; a server hears more than it should remember."""


class Spelling:
    """Corrects words towards the words of names that are known."""

    def __init__(self, names: Iterable[tuple[str, ...]]) -> None:
        """Collect words and sounds.

        Args:
            names: Each name as its tokens, folded and in the singular.
        """
        names = list(names)
        self._known = {word for name in names for word in name}
        self._words = sorted(word for word in self._known if len(word) >= SHORTEST and word.isalpha())
        self._words = [word for word in self._words if word.isascii()]
        self._corrected: dict[str, str] = {}
        self._by_sound: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for name in names:
            if len(name) > 1 and all(map(has_han, name)):
                self._by_sound.setdefault(tuple(map(_sound, name)), []).append(name)

    def corrected(self, word: str) -> str:
        """The known word that this one was meant to be, or the word itself.

        One edit is allowed, two from seven letters on, where two edits leave the first letter as it is; an
        English word is left alone, unless it only lacks the "d" of a known one ("oversize"), and so is one
        that two known words are equally near to. Distance: optimal string alignment.
        """
        if word in self._known or len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
            return word
        if word not in self._corrected:
            if len(self._corrected) >= REMEMBERED:
                self._corrected.clear()
            self._corrected[word] = self._nearest(word)
        return self._corrected[word]

    def _nearest(self, word: str) -> str:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        if f"{word}d" in self._known:
            return f"{word}d"
        if is_english(word):
            return word
        edits = 1 if len(word) < 7 else 2
        found = extract(word, self._words, scorer=OSA.distance, score_cutoff=edits, limit=None)
        near = [(other, distance) for other, distance, _ in found if other[0] == word[0] or distance == 1]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return word
        return str(near[0][0])

    def sounding_like(self, characters: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Names that begin the run by sound, the longest first, and share a character with it.

        Tones are ignored, as a pinyin keyboard does. A run that begins with a word of its own is left
        alone: 被子 is no misspelt 杯子.
        """
        if _begins_with_a_word("".join(characters)):
            return
        sounds = tuple(map(_sound, characters))
        for size in range(len(characters), 1, -1):
            for name in self._by_sound.get(sounds[:size], ()):
                if any(map(str.__eq__, name, characters)):
                    yield name


def _begins_with_a_word(characters: str) -> bool:
    return characters[:1] in _COUNTING or any(characters[:size] in _chinese() for size in (2, 3, 4))


_COUNTING = frozenset("一二两三四五六七八九十几半每这那哪某各")


@cache
def _chinese() -> frozenset[str]:
    """Chinese words of two characters and more: the lexicon's names, and what people say to a shop."""
    from index.lexicon import KINDS, groups

    names = {name for kind in KINDS for group in groups(kind) for name in group if has_han(name)}
    return frozenset(names | set(_EVERYDAY.split()))


_EVERYDAY = (
    "浴衣 眼睛 饰品 食品 时间 事情 东西 地方 问题 朋友 孩子 老人 公司 学校 家里 房间 天气 颜色 大小 "
    "价格 质量 评价 推荐 比较 便宜 优惠 实惠 喜欢 需要 应该 可以 可能 已经 现在 今天 明天 昨天 "
    "晚上 早上 礼物 生日 送人 自己 别人 一起 一点 一些 什么 怎么 多少 哪个 这个 那个 还有 没有 "
    "不要 不是 看看 想要 帮我 给我 请问 谢谢 你好 收集 世纪 实际 十分 视力 试试 使用 适合 市场 "
    "手感 首先 收到 "
)


@cache
def _sound(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


@cache
def _english() -> frozenset[str]:
    from spellchecker import SpellChecker

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)


def is_english(word: str) -> bool:
    """Whether a folded word, or its plural, is in an English dictionary."""
    return word in _english() or f"{word}s" in _english()
