"""What a named value is to the shopper: wanted, refused, or only part of the description."""

import re
from collections.abc import Iterator, Sequence

from assistant.vocabulary import Mention
from index.text import CJK

_I = re.IGNORECASE

NEGATION = re.compile(
    r"anything but|anything except|everything but|except(?: for)?|other than|apart from|aside from|besides|rather than|instead of|"
    r"\x00\s?but\b|any(?: \w+)? but\b|forget(?: about)?|scrap|leave out|leaving out|tired of|sick of|fed up with|bored (?:of|with)|had enough of|done with|no more|skip(?: the)?|steer clear of|stay away from|can'?t stand|allergic to|"
    r"neither|nor\b|without|nothing(?: (?:in|with|by|from|made of))?\b|not an? (?:big |huge |great )?fan of|avoid(?:ing)?|(?:(?:do|does|did|would|wo)(?:n'?t| not)|dont|not|never|no longer)(?: really)? (?:want|like|need|show me|"
    r"give me|fancy|into|care for)|(?:is|are|was|were|does|do)(?:n'?t| not)|\bnot\b|\bno\b|\bnon\b|\bhates?\b|"
    r"唔(?:要|好|想要|钟意)|不要|不想要|别(?:给我|再|再给我)?(?:推荐?|看|要|来|是|含|带|有|拿|放|上|整)|别给我|不喜欢|受不了|不考虑|不是|不(?:能|要|可以)?[含带有]|除了|除开|除|排除|(?<![是])非|讨厌|没有|不",
    _I,
)
_NOT_NEGATION = re.compile(
    r"(?:does|do|need|has|have)(?:n'?t| not)(?: really| necessarily)? (?:need |have )?(?:to )?be\b|不一定|不非得|not that (?:i|we) (?:don'?t|dislike|hate)|(?:do not|don'?t) mind|not? (?:objection|problem with)|不介意|不反对|不是不|没关系|没有要求|没有[^，。]*的?吗|"
    r"not only|nothing but|no problem|why not|not sure|not too|not very|not (?:more|less) than|no (?:more|less) than|if not|"
    r"(?:is|are|do|does)n'?t (?:it|you|there|they|these|this|that|those)\b|\bdoes it not come\b|\b(?:could|can)n'?t you\b|"
    r"不粘|不同|不仅|不但|不只|不止|不断|不得不|不少|不一样|除[湿尘螨臭毛味菌甲霜]|非常|非洲|特别|分别|区别|性别|级别|告别|"
    r"有没有|是不是|要不要|好不好|能不能|可不可以|不错|不知道|不超过|不低于|不贵|不太贵|不锈钢|差不多|"
    r"不好意思|不管|不限|对不起|不过",
    _I,
)
NEUTRAL = re.compile(
    r"(?:\b(?:does|do|need|has|have)(?:n'?t| not)(?: really| necessarily)? (?:need |have )?(?:to )?be(?: an?)?|不一定(?:非得|非要|要)?是?|不非得是?|\bnot that (?:i|we) (?:don'?t|dislike|hate)(?: like| want)?|\b(?:do not|don'?t|wouldn'?t) mind(?: it| them)?(?: in)?|\bno objection to|不介意|不反对|不是不(?:要|喜欢|想要|能接受))\s*$",
    _I,
)
"""What comes behind is neither wanted nor refused: "I don't mind black"."""

NEUTRAL_BEHIND = re.compile(r"\s*,?\s*的?(?:whatever|都?无所谓|都?随便|都?不挑)", _I)
"""What stands before makes no difference: "blue, red, whatever", 「红的蓝的都无所谓」."""

ALLOWED_BEHIND = re.compile(
    r"\s+(?:(?:is|are|would be|'s) (?:actually |also )?(?:fine|ok(?:ay)?|alright|all right|acceptable|cool)|works too)\b(?! if)|(?:的)?(?:也)?(?:可以接受|没问题|也行|也可以)",
    _I,
)
"""What stands before is all right after all, and not what is wanted alone."""

_REFUSED_BEHIND = re.compile(  # 「黑色的不要」, 「黑色以外的」
    r"(?:-| )free\b|,? (?:no thanks|no thank you|not for me|is out)\b|\s*的?\s*(?:就|我|都|也|可|真|一律|那种|这个?牌子|一概)*(?:太[^，,。\s]{1,3}了?，?|\x00+了?，?)?(?:(?:不要|不想要|不喜欢|别要|不行|不考虑|不用|不穿|不吃|不爱|不看|不玩|不碰|别出现|免了|算了|用腻|看腻|别给我看|别推荐?)(?:了|啦|哦|吧)*\s*(?![^\s，,。；;！!?？])|除外|以外|之外)"
)
_NO_NOUN = re.compile(
    r"no[ -](?:pull|show|iron|stick|slip|spill|drip|tie|touch|rinse|frills|fog|rust|crush|sew|drill|cook|bake|mow|fuss)\b",
    _I,
)
_GLUED = re.compile(r"-[\w'-]*")
_UNKNOWN = re.compile(r"\s*[A-Za-z][\w'-]*(?=\s*(?:的\s*)?(?:$|[^\w\s\x00]))")
_SCOPE_END = re.compile(
    r"[.;!?。；！？\n]|,|，|\bbut\b|\band (?:i|we|he|she|they)\b|\bjust\b|\bonly\b|\binstead\b|\bplease\b|都行|都可以|都好|以外|之外|其他|别的|要(?!不)|换成|就行",
    _I,
)
_COMMA = re.compile(r"\s*[,，]\s*")
_CONTINUES = re.compile(r"\s*[.。]?\s*(?:,|，|、|or|nor|and|和|跟|与|及|或|或者|also|也不要|也别)\s*", _I)


def refusals(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Stretches of text in which a named value is refused.

    A scope runs from the word of negation to the end of the clause; it goes on over a comma or an "or"
    as long as the next thing named is a value of the same facet ("not Nike, Adidas or Puma").
    """
    barred = [match.span() for match in _NOT_NEGATION.finditer(text)]
    barred += [(mention.start, mention.end) for mention in mentions]  # 「非转基因」 may be a value
    barred += [match.span() for m in mentions if (match := _REFUSED_BEHIND.match(text, m.end))]
    for match in NEGATION.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in barred):
            continue
        if _NO_NOUN.match(text, match.start()):
            continue  # a "no pull harness" and a "no show sock" are kinds of harness and sock
        if re.match(r"non$", match.group(), _I) and not any(m.start == match.end() + 1 for m in mentions):
            continue  # "non stick", "non alcoholic" describe
        if text[match.end() : match.end() + 1] == "-":
            end = _GLUED.match(text, match.end()).end()  # type: ignore[union-attr]  # "non-stick pan" is a pan
        else:
            end = _scope_end(text, match.end(), mentions)
        if end > match.end():
            yield match.start(), end
        elif word := _UNKNOWN.match(text, match.end()):
            yield match.start(), word.end()
    for at, mention in enumerate(mentions):
        if match := _REFUSED_BEHIND.match(text, mention.end):
            start = mention.start
            for other in reversed(mentions[:at]):  # 「黑的白的都不要」
                between = text[other.end : start]
                if other.facet != mention.facet or not (
                    _CONTINUES.fullmatch(between) or re.fullmatch(r"\s*的?\s*", between)
                ):
                    break
                start = other.start
            yield start, match.end()


_NO_WORD = re.compile(
    r"(?:the|an?|any|one|ones|those|these|that|this|with|for|in|of|kind|type|sort|really|like|want|need|it|is|are|be|so|too|very|"
    r"要|带|有|那种|这种|那个|这个|那|这|的|款|太|是)\b\s*|要|带|有|那种|这种|那[个款]|这[个款]|的",
    _I,
)
_SAYS_NOTHING = re.compile(
    r"(?:sure|know|care|mind|work|today|now|yet|bad|good|important|think|more|less|much|many|big|large|small|expensive|cheap|pricey|long|"
    r"short|heavy|light|thanks?|problem|idea|way|hurry|rush|matter|worry|all|at all|really|大|小|贵|便宜|重|长|短|好|急|行|对|是|同|知道|错|多|少|用|了|吗|吧)\b",
    _I,
)


_WORDS_REFUSED_BEHIND = re.compile(
    r"(?P<han>[^\s\x00，。,.；;的]{1,6})(?:的(?:那种|那款)?|那种)(?:就|都|我|也|可|真|一律)*(?:不要|不想要|不喜欢|不考虑|不看|别要|算了|免了)(?:了|啦|吧|哈)*(?=$|[\s，。,.；;！!])|"
    r"\b(?P<en>[a-z][\w-]*(?: [a-z][\w-]*)?) ones?(?:,| are| is)? (?:out|no thanks|not for me|no good)\b",
    _I,
)
"""What stands before is refused, and names no value of the catalogue: 「带花的就不要了」, "the glittery ones are out"."""


def refused_words(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, int, int]]:
    """Words that are refused and name no value of the catalogue: (words, start, end) of "not the pop-up one".

    Three words at most: what is longer is a sentence and no name.
    """
    barred = [match.span() for match in _NOT_NEGATION.finditer(text)]
    barred += [(start, end) for start, end in refusals(text, mentions)]
    for match in NEGATION.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in barred):
            continue
        stop = _SCOPE_END.search(text, match.end())
        end = stop.start() if stop else len(text)
        start = match.end()
        while start < end and (
            filler := _NO_WORD.match(text, start) or re.compile(r"[\s\x00-]+").match(text, start)
        ):
            start = filler.end()
        words = re.sub(
            r"\s+(?:ones?|please|pls|either|though|thing)\b|的?[款个]?[吗吧呢了]?$",
            "",
            text[start:end],
            flags=_I,
        ).strip(" \x00.,!")
        named = any(mention.start < end and start < mention.end for mention in mentions)
        if (
            words
            and not named
            and not _SAYS_NOTHING.match(words)
            and len(words.split()) <= 3
            and len(words) <= 24
        ):
            yield words, match.start(), end
    for match in _WORDS_REFUSED_BEHIND.finditer(text):
        words = _NO_WORD.sub("", match["han"] or match["en"])
        named = any(mention.start < match.end() and match.start() < mention.end for mention in mentions)
        if words and not named and not _SAYS_NOTHING.match(words):
            yield words, match.start(), match.end()


def _scope_end(text: str, start: int, mentions: Sequence[Mention]) -> int:
    stop = _SCOPE_END.search(text, start)
    end = stop.start() if stop else len(text)
    inside = [mention for mention in mentions if start <= mention.start < end]
    if not inside:
        return start
    last, joined = inside[-1], end
    for mention in mentions:
        between = text[last.end : mention.start]
        if mention.start >= end and mention.facet == last.facet and _CONTINUES.fullmatch(between):
            # "not red, silver" asks for silver; "not red, silver or blue" for neither of the three.
            if not _COMMA.fullmatch(between):
                joined = mention.end
            last = mention
            end = mention.end
    return joined


_FOLLOWERS = frozenset(
    "for with under below over above that which who in from and or to please pls plz but not without less more around "
    "about between at on up is are was were do does than i me my it they if so because thanks where when like only "
    "of by as can could would should will they he she we you might cheap cheaper cost costs costing rated made max "
    "preferably ideally suitable good that's asap now today any one ones myself yourself himself herself got have with lol u ur maybe thx ty innit mate man dude perhaps asap first again except other instead rather nothing there too also these this here wider taller bigger "
    "smaller larger lighter heavier longer shorter sorted has".split()
)
# What makes another thing of the thing before it: 手机壳, 打印机墨盒, 相机维修.
_HAN_HEADS = frozenset(
    "壳膜架包线垫套盒袋罩贴刷座柜罐桶篮夹扣带绳链钩钉液粉膏剂片纸布板棒笔机器店厂票券卡盖芯灯配零耗教修维租回支墨镜屏滤充保清"
)
_BENEFICIARY = re.compile(
    r"(?:\bwith (?:an? |the )?(?:\w+ )?|\b(?:(?<!looking )(?<!searching )(?<!search )(?<!look )(?<!shopping )(?<!hunting )for|fits?|fit|with|on|to|and my|match(?:es)?|go(?:es)? with|compatible with|(?<!pairs )(?<!pair )(?<!set )(?<!sets )(?<!pack )(?<!packs )(?<!box )(?<!kind )(?<!sort )(?<!way )(?<!type )(?<!lot )(?<!three )(?<!two )(?<!\x00 )of) (?:my|your|his|her|our|their|the|an?|this|that)?\s?"
    r"(?:new |old |own )?|\b(?:in|into|at|inside) (?:my|your|his|her|our|their|the|an?) (?:new |old |own )?|给(?:我的)?|适合|适用|配|搭配|我的)$",
    _I,
)


_OWNED = re.compile(
    r"\b(?:(?<!looking )(?<!lookin )(?<!searching )(?<!search )(?<!look )(?<!shopping )(?<!hunting )for|fits?|on|to) (?:my|his|her|our|their|an?|the)(?: old| new)? $|\bwith (?:my|his|her|our|their) $|(?:给|配|适配|搭配)我(?:家)?的\s*$",
    _I,
)
_USED_WITH = re.compile(r"[A-Za-z0-9\s]{0,12}(?:用的|专用)")  # 「华为 Mate 60 用的手机膜」
_HAD = re.compile(
    r"\b(?:my|his|her|our|their)(?: \w+)? $", _I
)  # "for my Samsung phone"; 'my phone is a Pixel'
_PAID_FOR = re.compile(r"\x00\s*(?:for|on) (?:an?|the|some|my)?\s*(?:\w+ )?$", _I)  # "$40 for a kettle"


_DESCRIBES = re.compile(f"(?:(?![和跟与或及还也再加、])[{CJK}])*")
"""Between two kinds where the first describes the second: 「户外穿的袜子」 are socks."""


def names_the_thing(text: str, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether a category mention is what is wanted, and not part of another word or only what it is for.

    "phone gimbal" is no phone, "charger for my phone" neither, and "case for my Sony" not by Sony. Other
    facets always count.
    """
    before, after = text[: mention.start], text[mention.end :]
    if mention.kind == "brand":
        return not (_OWNED.search(before) or _USED_WITH.match(after))
    if mention.kind != "category":
        return True
    others = [other for other in mentions if other.kind == "category" and other != mention]
    if any(_DESCRIBES.fullmatch(text, mention.end, other.start) for other in others):
        return False
    if _BENEFICIARY.search(before) and mention.first > 0 and not _PAID_FOR.search(before):
        return False
    if others and _HAD.search(before):
        return False
    if text[mention.start : mention.end].lower().endswith("s"):
        return True  # a plural describes no other noun
    following = re.match(rf"(\s*)([{CJK}]|[A-Za-z'\-]+)", after)
    if following is None:
        return True
    if any(
        other.start == following.start(2) + mention.end and other.kind != "category" for other in mentions
    ):
        return True  # "mouse Logitech", "pan cast iron"
    space, word = following.groups()
    if re.match(f"[{CJK}]", word):
        if space:
            return True
        glued = word in _HAN_HEADS or _USED_WITH.match(after) is not None
        possessive = word == "的" and re.match(rf"\s*的[{CJK}]", after) is not None
        return not glued and not possessive
    return re.split(r"['’]", word.lower())[0] in _FOLLOWERS or bool(
        re.match(f"[{CJK}]", text[mention.end - 1])
    )


def is_what_is_described(
    text: str, mention: Mention, mentions: Sequence[Mention], scope: tuple[int, int]
) -> bool:
    """Whether only its description is refused: who wants "no leather sofa" wants a sofa."""
    if mention.kind != "category":
        return False
    inside = NEGATION.sub("", text[scope[0] : mention.start])
    if re.search(rf"[{CJK}A-Za-z]\s*的\s*$", inside):
        return True  # 「不含酒精的化妆水」
    before = [m for m in mentions if scope[0] <= m.start < m.end <= mention.start]
    return bool(before) and (
        before[-1].kind != "category"
        and re.fullmatch(r"\s*的?\s*|-", text[before[-1].end : mention.start]) is not None
    )


_BOUND_BEFORE = re.compile(
    r"(?:\bthan|\bunder|\bbelow|\bover|\babove|\bat least|\bat most|\bup to|\bm(?:ax|in)(?:imum)?|超过|低于|高于|不到|至少|最多|大于|小于)\s*$",
    _I,
)
_BOUND_BEHIND = re.compile(
    r"\s*(?:以上|以下|以内|及以上|or (?:more|less|bigger|larger|smaller|longer)\b|\+)", _I
)


def is_bound(text: str, mention: Mention) -> bool:
    """Whether a measure is a limit and no value: "under 50 inches" does not ask for 50 inches."""
    measured = text[mention.start].isdigit()
    limit = _BOUND_BEFORE.search(text[: mention.start]) or _BOUND_BEHIND.match(text, mention.end)
    return measured and limit is not None


def without(scope: tuple[int, int], wanted: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a stretch of text without the parts of it that are wanted."""
    start, end = scope
    for first, last in sorted(wanted):
        if start <= first and last <= end:
            yield start, first
            start = last
    yield start, end
