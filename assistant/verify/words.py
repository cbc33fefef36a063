"""Claims made by words: links, colours, promises, what a thing is not, and every other word."""

import re
from collections.abc import Iterator
from functools import cache

from assistant.plain_words import CAPITALS, CONNECTING_ZH
from assistant.verify.claims import Claim, Kind
from assistant.verify.clauses import MARKS, REFERENCE, Clause, described, lines_named, names, narrowed
from assistant.verify.colours import colour_of, colour_words
from assistant.verify.counted import REVIEWERS
from assistant.verify.known import NEGATION, Known, known
from assistant.verify.lexemes import groups_of, lexemes, stem
from assistant.verify.plain import PLAIN, ZH_PLAIN
from index.schema import Product
from index.text import CJK, fold, has_han, simplified, tokens

_LINK = re.compile(
    r"\[(?P<text>[^\[\]]*)\]\((?P<to>[^()\s]+)\)|(?P<bare>(?:https?://|www\.)[^\s，。）)\]<>]+)|(?P<site>\b[\w-]+\.(?:com|cn|net|org|shop|example|io|co)\b(?:/[\w./-]*)?)",
    re.I,
)

_PROMISES = re.compile(
    r"\b(free|gratis|complimentary|giveaways?|(?:for|costs?|pay) nothing|warrant\w*|guarantee\w*|deliver\w*|ships?|shipped|shipping|return(?:s|ed|able)?|"
    r"refund\w*|promo\w*|coupons?|vouchers?|cashback|bestsell\w*|award\w*|official\w*|overnight|express|next[- ]day|tomorrow|money[- ]back|lifetime)\b|"
    r"(免费|免[运邮单息]|包邮|包退|包换|赠送|赠品|附赠|白送|送货|配送|发货|到货|保修|质保|联保|[退换]货|退换|退款|半价|特价|满减|立减|返现|限时|新品|热销|爆款|官方|正品|旗舰店|下单|"
    r"次日达|当天|明天)",
    re.I,
)
_INSIDE = re.compile(
    r"\b(in the box|included|comes? with|supplied|spare|inside|package)\b|随箱|随盒|附带|自带|含|到手|配",
    re.I,
)
_FREE_OF = re.compile(r"\b(\w+)-free\b", re.I)
_EXPANDED = {"aren't": "not", "won't": "not"}
_SET_AGAINST = re.compile(rf"(?:对|相|作)?比(?:起来?|较|之下)?(?=[,，{MARKS}])")
_CLERK = re.compile(
    r"\b(?:(?:a|an|the) )?(?:(?:good|great|solid|fine|nice|sensible|reasonable|suitable) )?(?:choice|option|pick|match)\b(?: for you)?|\bgo(?:es)? with\b|"
    r"\b(?:here (?:is|are|we have)|we have|you can (?:get|have|choose)|there (?:is|are)|take a look at|if you (?:want|need|like|prefer)|in our shop|on the table)\b|"
    r"\bgood (?:news|timing)(?:, actually)?\b|\bheads up\b|\bin case you(?:'re| are) (?:curious|wondering)\b|\btake home\b|\bjust so you know\b|\bplease (?:note(?: that)?|go to)\b|"
    r"不错的选择|可以(?:看看|考虑|选)|给您推荐|您可以|值得(?:考虑|一看)",
    re.I,
)


def links(clause: Clause) -> Iterator[Claim]:
    """Addresses: one is right if the record of what is spoken of has it."""
    for match in _LINK.finditer(clause.rest):
        to = (match["to"] or match["bare"] or match["site"]).rstrip(".,;:")
        lines = lines_named(clause.sentence, clause.table)
        named = [narrowed(line, clause.sentence, clause.table) for line in lines] or clause.about
        holds = bool(named) and any(_is_of(p, to) for line in named for p in line)
        yield Claim(Kind.LINK, (match.span(),), holds)


def _is_of(product: Product, address: str) -> bool:
    known_as = {product.url or "", *product.attributes.values()}
    return address in known_as or f"https://{address}" in known_as


def colours(clause: Clause) -> Iterator[Claim]:
    """Colours: those of the variants spoken of, where the shop tells variants by colour."""
    for match in colour_words().finditer(clause.rest):
        group = colour_of(match[0])
        if group is None or not clause.about:
            continue
        listed = [
            {colour_of(value) for product in line for value in product.facets.get("colour", ())}
            for line in clause.about
        ]
        if not all(listed) or any(None in colours for colours in listed):
            continue  # left to the words of the record
        negated = re.search(
            r"\b(?:not|no|nor)\b[^,;]{0,24}$|n't\b[^,;]{0,20}$|[不没无][^,，;；]{0,3}$",
            clause.text[: match.start()],
            re.I,
        )
        in_text = all(any(fold(match[0]) in known(product).text for product in line) for line in clause.about)
        holds = all(group in colours for colours in listed)
        if not holds and in_text and not _said_of_all(clause, match):
            holds = True  # a part of it: "with a red button"
        yield Claim(Kind.COLOUR, (match.span(),), holds is (negated is None))
    if exclusive := _ONLY_COLOURS.search(clause.text):
        said = {colour_of(match[0]) for match in colour_words().finditer(clause.text)}
        every = [
            {colour_of(v) for p in line for v in p.facets.get("colour", ())}
            for line in clause.table
            if _of(clause, line)
        ]
        if said and every and not all(colours == said for colours in every):
            yield Claim(Kind.COLOUR, (exclusive.span(),), False)


_ONLY_COLOURS = re.compile(
    r"\bonly\b|仅有?|只有|[一总]共|\d\s?[种个款]?(?:颜色|色)(?!系)|\b\d colou?rs\b", re.I
)
_WHOLE = re.compile(
    r"\b(?:comes?|available|sold|offered|is|are|in)\s(?:in )?(?:a )?(?:\w+ or |\w+ and |\w+, )*$|是$|有$|为$|款$",
    re.I,
)


_MATERIALS = (
    "steel stainless 钢 不锈钢", "aluminium aluminum 铝 铝合金 金属铝", "titanium 钛", "brass 黄铜", "copper 紫铜 红铜", "cast-iron iron 铸铁", "magnesium 镁 镁合金", "zinc 锌",
    "plastic polypropylene abs polycarbonate 塑料 塑胶 聚丙烯", "silicone 硅胶", "rubber 橡胶", "vinyl 软胶 搪胶", "foam 海绵 泡棉", "glass 玻璃", "borosilicate 高硼硅", "ceramic stoneware earthenware 陶瓷 炻器", "porcelain 瓷 骨瓷",
    "wood wooden 木 实木 木质", "oak 橡木", "walnut 胡桃木 核桃木", "beech 榉木", "bamboo 竹 竹子", "pine 松木", "birch 桦木", "ash 白蜡木", "acacia 相思木", "teak 柚木", "plywood 胶合板", "mdf 密度板",
    "leather 皮 皮革 真皮 牛皮", "lambskin 羊皮 小羊皮", "suede 绒面革", "leatherette 人造革 仿皮 pu皮", "canvas 帆布", "cotton 棉 纯棉 棉质", "linen 亚麻 麻", "wool 羊毛", "lambswool 羊羔毛", "merino 美利奴", "cashmere 羊绒", "silk 丝 真丝 丝绸",
    "nylon 尼龙 锦纶", "polyester 聚酯 涤纶", "elastane spandex lycra 氨纶", "acrylic 腈纶 亚克力", "viscose rayon 粘胶", "down 羽绒", "velvet velour 天鹅绒", "felt 毛毡", "denim 牛仔布", "fleece 抓绒", "paper 纸", "cardboard 纸板",
    "soy 大豆蜡", "beeswax 蜂蜡", "paraffin 石蜡", "carbon-fibre 碳纤维 碳纤", "marble 大理石", "granite 花岗岩", "concrete cement 水泥",
)  # fmt: skip


def materials(clause: Clause) -> Iterator[Claim]:
    """Materials: those that the record names, in a language or the other."""
    for match in _material().finditer(clause.rest):
        word = simplified(fold(match[0])).replace(" ", "-")
        group = next(group.split() for group in _MATERIALS if word in group.split())
        if any(_in_name(clause.text, match, p) for line in clause.about for p in line):
            continue
        negated = NEGATION.search(clause.text[max(0, match.start() - 16) : match.start()]) is not None
        if negated:
            continue
        holds = clause.holds(lambda p: any(_stands(name, known(p).text) for name in group))
        yield Claim(Kind.MATERIAL, ((match.start(), _end_of_value(clause, match)),), holds)


def _end_of_value(clause: Clause, match: re.Match[str]) -> int:
    """Where the record's own word for it ends: 「橡胶底」."""
    end = match.end()
    while (
        has_han(match[0])
        and has_han(clause.text[end : end + 1])
        and clause.holds(lambda p: simplified(clause.text[match.start() : end + 1]) in known(p).text)
    ):
        end += 1
    return end


def _in_name(text: str, match: re.Match[str], product: Product) -> bool:
    """Whether a word is a part of a longer one of the product's names: 「羊毛渡」."""
    longer = (text[match.start() : match.end() + 1], text[max(0, match.start() - 1) : match.end()])
    return has_han(match[0]) and any(
        has_han(part) and len(part) > len(match[0]) and part in alias and not alias.endswith(match[0])
        for part in longer
        for facet, _, alias in product.facet_aliases()
        if facet == "brand"
    )


def _stands(name: str, text: str) -> bool:
    if has_han(name):
        return len(name) > 1 and name in text
    return re.search(rf"(?<![a-z]){name.replace('-', '[ -]')}", text) is not None


@cache
def _material() -> re.Pattern[str]:
    words = sorted((word for group in _MATERIALS for word in group.split()), key=len, reverse=True)
    english = "|".join(
        word.replace("-", "[ -]") for word in words if word.isascii() and word not in ("down", "paper", "ash")
    )
    chinese = "|".join(word for word in words if not word.isascii() and len(word) > 1)
    return re.compile(rf"\b(?:{english})\b|{chinese}", re.I)


def _said_of_all(clause: Clause, match: re.Match[str]) -> bool:
    return _WHOLE.search(clause.text[: match.start()]) is not None


def _of(clause: Clause, line: tuple[Product, ...]) -> bool:
    return any((line[0].family or line[0].id) == (mine[0].family or mine[0].id) for mine in clause.about)


_SIZED = re.compile(
    r"(?<![a-zA-Z\d-])(?P<rz>(?-i:XXS|XS|S|M|L|XL|XXL|XXXL)|(?:EU|UK|US) ?\d+)\s?的?(?:尺码|码数)|\b(?:in )?sizes? (?:is |in |of )?(?P<en>(?-i:XXS|XS|S|M|L|XL|XXL|XXXL|3XL)|(?:EU|UK|US) ?\d+(?:\.5)?)(?![\w/])|(?:尺码|尺寸|码数|码)(?:写的|标|[^A-Za-z\\d。；]{0,12}?)(?:是|为|：|:|标注)?\s?(?P<zh>(?-i:XXS|XS|S|M|L|XL|XXL|XXXL)|(?:EU|UK|US) ?\d+)(?![a-zA-Z\d/])",
    re.I,
)
_SIZE_CODE = re.compile(
    r"(?<![a-zA-Z\d_'’&-])(?:XXS|XS|S|M|L|XL|XXL|XXXL|\dXL)(?:/(?:XS|S|M|L|XL|XXL))?(?![\w'’&-]*\w)"
)


def sizes(clause: Clause) -> Iterator[Claim]:
    """Sizes of clothes and shoes: those of the variants spoken of, where the shop tells variants by size."""
    for match in _SIZED.finditer(clause.rest):
        said = fold(match["en"] or match["zh"] or match["rz"])
        listed = [[fold(v) for p in line for v in p.facets.get("size", ())] for line in clause.about]
        if listed and all(listed):
            yield Claim(Kind.SIZE, (match.span(),), all(said in values for values in listed))
            clause = clause.without([match.span()])
    for match in _SIZE_CODE.finditer(clause.rest):
        said = match[0].casefold()
        yield Claim(
            Kind.SIZE,
            (match.span(),),
            clause.holds(lambda p: re.search(rf"(?<![a-z\d/]){said}(?![a-z\d/])", known(p).text) is not None),
        )


_CATEGORY = re.compile(
    rf"(?:类别|品类|分类|种类|类目)(?:是|为|属于)(?P<name>[{CJK}a-zA-Z]{{2,10}}?)(?=[哦哈呢啦]?(?:[,，。.;；]|$))|"
    rf"[放归]在(?P<put>[{CJK}a-zA-Z]{{1,10}}?)(?:这?(?:个|一)?(?:类别|品类|分类|类目|类)(?:下|里|中)|这?(?:个|一)类)|属于(?P<of>[{CJK}a-zA-Z]{{2,10}}?)类"
)


def categories(clause: Clause) -> Iterator[Claim]:
    """「类别是相机」: the kind that is named is one of the record's."""
    for match in _CATEGORY.finditer(clause.rest):
        holds = clause.holds(
            lambda p: any((match["name"] or match["put"] or match["of"]) in name for name in _kinds(p))
        )
        yield Claim(Kind.ATTRIBUTE, (match.span(),), holds)


def _kinds(product: Product) -> Iterator[str]:
    yield from product.category
    for translation in product.translations.values():
        yield from translation.category


def promises(clause: Clause) -> Iterator[Claim]:
    """What only a shop can promise: a title that says "free" makes nothing free."""
    for match in _PROMISES.finditer(clause.rest):
        word = fold(match[0])
        of = re.search(r"(?!for|is|are|and|comes|get)\b(\w+) $", clause.text[: match.start()])
        named = f"{fold(of[1])} free" if word == "free" and of else ""
        if named and clause.holds(lambda p: named in known(p).text.replace("-", " ")):
            yield Claim(Kind.PROMISE, (match.span(),), True)
            continue
        free_of = _FREE_OF.search(clause.text, max(0, match.start() - 30), match.end())
        if word == "free" and free_of is not None and free_of.end() == match.end():
            yield Claim(
                Kind.PROMISE,
                (match.span(),),
                clause.holds(lambda p: fold(free_of[0]) in known(p).text),
            )
            continue
        yield Claim(Kind.PROMISE, (match.span(),), clause.holds(lambda p: _promised(word, known(p))))


def _promised(word: str, record: Known) -> bool:
    if re.fullmatch(r"free|免费|包邮|免[运邮单息]", word):
        return False
    if word.isascii():
        return stem(word) in {stem(token) for token in tokens(record.structured)}
    return word in record.structured or (
        word in ("保修", "质保") and re.search("保修|质保|warranty", record.structured) is not None
    )


def denials(clause: Clause) -> Iterator[Claim]:
    """What a thing is said not to be, and what it is said to be although the record denies it."""
    match = next((found for found in NEGATION.finditer(clause.rest) if not _in_a_name(found, clause)), None)
    if match is None:
        for line in clause.about:
            if denied := _denied_in(line, clause):
                yield Claim(Kind.NEGATION, (denied,), False)
        return
    if clause.about and not clause.holds(lambda p: not _affirmed(p, clause.text)):
        yield Claim(Kind.NEGATION, (match.span(),), False)
        return
    behind, first = clause.rest[match.end() :], clause.rest[: match.start()]
    said = f"{first} {behind}" if has_han(clause.rest) or not _content(behind, clause) else behind
    if not _content(said, clause):
        return
    holds = clause.holds(lambda p: _denies(p, said, clause))
    yield Claim(Kind.NEGATION, ((match.start(), len(clause.rest)) if holds else match.span(),), holds)


def _content(text: str, clause: Clause) -> frozenset[str]:
    """What a text says besides plain words and names."""
    names = frozenset().union(
        *(lexemes(f"{p.title} {p.title_in('zh')} {p.brand or ''}") for line in clause.about for p in line)
    )
    found = set()
    for word in lexemes(text):
        if word.startswith("#") or word in names or word in PLAIN or word in ZH_PLAIN:
            continue
        if (has_han(word) and len(word) == 1) or (not has_han(word) and len(word) < 3):
            continue
        if has_han(word) and all(ch in ZH_PLAIN for ch in word):
            continue
        found.add(word)
    return frozenset(found)


def _in_a_name(match: re.Match[str], clause: Clause) -> bool:
    """Whether what looks like a denial belongs to an attribute's name: 「无谷」."""
    around = clause.text[match.start() : match.end() + 1]
    return has_han(match[0]) and any(
        around in name
        for line in clause.about
        for p in line
        for stated in known(p).stated
        for name in stated.names
    )


def _denies(product: Product, said: str, clause: Clause) -> bool:
    """Whether the record denies it: an attribute that says no is named, or most words stand in one negative statement."""
    content = _content(said, clause)
    stated = lexemes(said)
    for denied in known(product).denied:
        for name in denied.name:
            core = _core(name)
            english = frozenset(word for word in core if not has_han(word))
            if (
                english
                and len(english & stated) * 2 >= len(english)
                and _mostly(content, denied.lexemes, 0.34)
            ):
                return True
            if core - english and _covered(said, denied.text) >= 0.6:
                return True
        if _mostly(content, denied.lexemes, 0.6) and not has_han(said):
            return True
        if has_han(said) and _covered(said, denied.text) >= 0.75:
            return True
    return False


def _affirmed(product: Product, text: str) -> bool:
    """Whether a text names an attribute whose value says yes."""
    stated = lexemes(text)
    return any(
        fact.verdict is True
        and any(_says(name, core, text, stated) for name, core in zip(fact.names, fact.name, strict=True))
        for fact in known(product).stated
    )


def _says(name: str, lexemes_of: frozenset[str], said: str, stated: frozenset[str]) -> bool:
    """Whether a text names an attribute whole."""
    if has_han(name):
        return name in simplified(fold(said))
    core = _core(lexemes_of)
    return bool(core) and core <= stated


def _core(name: frozenset[str]) -> frozenset[str]:
    """What of an attribute's name tells it from others; its longer words where all are plain: "timer"."""
    words = frozenset(word for word in name if not word.startswith("#") and len(word) > 1)
    return words - PLAIN or frozenset(word for word in words if len(word) > 2)


def _mostly(content: frozenset[str], statement: frozenset[str], share: float) -> bool:
    words = [word for word in content if not has_han(word)]
    return bool(words) and sum(word in statement or _same(word, statement) for word in words) >= share * len(
        words
    )


def _covered(said: str, statement: str) -> float:
    """The share of a text's Chinese, without plain words, that stands in a statement or means the same."""
    groups = lexemes(statement)
    covered = total = 0
    for run in re.findall(f"[{CJK}]+", simplified(said)):
        at = 0
        while at < len(run):
            size = next(
                (
                    n
                    for n in range(min(6, len(run) - at), 1, -1)
                    if run[at : at + n] in statement or _same(run[at : at + n], groups)
                ),
                0,
            )
            plain = next((n for n in range(min(4, len(run) - at), 0, -1) if run[at : at + n] in ZH_PLAIN), 0)
            if size:
                covered, total, at = covered + size, total + size, at + size
            elif plain:
                at += plain
            else:
                total, at = total + 1, at + 1
    return covered / total if total else 0.0


def _same(word: str, statement: frozenset[str]) -> bool:
    """Whether a text names the same by another name."""
    return not groups_of(word).isdisjoint(statement)


_LIGHTEST = re.compile(r"\b\w{3,}(?:est|hter)\b", re.I)
"""Degrees of what may also be a part: a helmet that is the lightest has no light."""


def _denied_in(line: tuple[Product, ...], clause: Clause) -> tuple[int, int] | None:
    """Where a clause says without a negation what every variant's record says no to."""
    said = lexemes(_LIGHTEST.sub(" ", clause.text))
    for stated in known(line[0]).stated:
        if stated.verdict is not False:
            continue
        for name in stated.name:
            core = _core(name)
            if (
                core
                and core <= said
                and all(
                    any(
                        other.name == stated.name and other.verdict is False
                        for other in known(product).stated
                    )
                    for product in line
                )
            ):
                return 0, len(clause.rest)
    return None


def attributes(clause: Clause) -> Iterator[Claim]:
    """An attribute that is named has its own value: "the connection is a cable" where it is Bluetooth."""
    said = lexemes(clause.rest)
    for line in clause.about:
        for stated in known(line[0]).stated:
            if not stated.worded or stated.verdict is not None:
                continue
            value = frozenset(word for word in stated.value if word.startswith("#") or len(word) > 1)
            for called, name in zip(stated.names, stated.name, strict=True):
                core = _core(name) if " " in called else _core(name) - PLAIN
                titled = lexemes(f"{line[0].title} {line[0].title_in('zh')}")
                if (
                    core
                    and core <= said
                    and not core <= titled
                    and value
                    and not (value - name) & lexemes(clause.text)
                    and _is_given(clause.text, name)
                ):
                    yield Claim(
                        Kind.ATTRIBUTE,
                        ((0, 0),),
                        any(not _worded_otherwise(p, stated.name) for p in line[1:]),
                    )


def _is_given(text: str, name: frozenset[str]) -> bool:
    """Whether a value is told of the attribute: "the finish is matt", 「接口是 USB」."""
    if any(name <= lexemes(text[: match.start()]) for match in _GIVES.finditer(text)):
        return True
    return any(name <= lexemes(text[match.end() :]) for match in _GIVES_FIRST.finditer(text))


_GIVES = re.compile(
    r"(?:\b(?:is|are|as|of|has|have|with|uses|says|gives|shows|reads|comes in|:)|'s)\s|[是为：:用有]"
)
_GIVES_FIRST = re.compile(r"\b(?:lists?|gives?|has|says|shows)\s.*?\b(?:as|for|under)\b|\bis the\b")


def _worded_otherwise(product: Product, name: tuple[frozenset[str], ...]) -> bool:
    return any(stated.name == name for stated in known(product).stated)


def others(clause: Clause) -> Iterator[Claim]:
    """Every other word: it must stand in the record, or say nothing."""
    rest = _SET_AGAINST.sub(lambda match: " " * len(match[0]), clause.rest)
    rest = _CLERK.sub(lambda match: " " * len(match[0]), rest)
    yield from _brands_of_others(clause, rest)
    of_reviews = REVIEWERS.search(clause.text) is not None
    others_named = _names_of(clause) if REFERENCE.search(clause.text) else frozenset()
    for match in re.finditer(r"\b[A-Z][\w'&-]*", rest):
        if fold(match[0]).removesuffix("'s") in others_named:
            continue
        own = {*tokens(match[0].removesuffix("'s").removesuffix("’s"))}
        code = len(match[0]) == 2 and match[0].isupper()  # "US" is not "us"
        if fold(match[0]) in CAPITALS or (stem(fold(match[0])) in PLAIN and not code):
            continue
        named = clause.about and all(
            any(own & set(tokens(known(p).text)) for p in line) for line in clause.about
        )
        if not named and not clause.holds(lambda p: _known_word(fold(match[0]), known(p))):
            yield Claim(Kind.NAME, (match.span(),), False)
    for match in re.finditer(rf"[^\W\d_{CJK}][^\W{CJK}]*(?:['’-][^\W{CJK}]+)*", rest):
        word = fold(match[0])
        if word == "down" and _MADE_OF.search(rest[: match.start()] + "|" + rest[match.end() :]):
            word = "down-filled"  # feathers, and no direction
        if (
            len(word) < 3
            or stem(word) in PLAIN
            or word in CAPITALS
            or word.removesuffix("'s") in others_named
        ):
            continue
        if not clause.holds(lambda p: _known_word(word, known(p), reviews=of_reviews)):
            yield Claim(Kind.ATTRIBUTE, (match.span(),), False)
    for match in re.finditer(f"[{CJK}]+", rest):
        around = fold(clause.text[max(0, match.start() - 3) : match.end() + 3])
        if clause.holds(lambda p: around in known(p).text):
            continue  # 「USB-A 转 USB-C」
        if not clause.holds(lambda p: not unknown_run(match[0], known(p), reviews=of_reviews)):
            yield Claim(Kind.ATTRIBUTE, (match.span(),), False)


_MADE_OF = re.compile(
    r"\b(?:made|built|filled|stuffed)\s(?:\w+ )?(?:of|from|with)\s\||\|[^,;]*\b(?:made|consists) (?:of|from)\b"
)


def _brands_of_others(clause: Clause, rest: str) -> Iterator[Claim]:
    """Brands made of plain words, written as brands, that belong to another product: "made by The And"."""
    own = {product.brand for line in clause.about for product in line}
    every = {product.brand for line in clause.table for product in line if product.brand}
    for brand in every - own if not REFERENCE.search(clause.text) else ():
        plain = all(len(word) < 3 or stem(word) in PLAIN or word in CAPITALS for word in tokens(brand))
        if plain and (match := re.search(rf"(?<!\w){re.escape(brand)}(?!\w)", rest)):
            yield Claim(Kind.NAME, (match.span(),), False)


def _names_of(clause: Clause) -> frozenset[str]:
    """Words that name or describe any product on the table."""
    return frozenset(
        word for line in clause.table for product in line for word in (*names(product), *described(product))
    )


def _known_word(word: str, record: Known, *, reviews: bool = False) -> bool:
    if reviews and any(stem(word) in said for _, said in record.reviews):
        return True
    if stem(word) in record.lexemes or word in record.lexemes:
        return True
    parts = [part for part in re.split(r"['’-]", word) if len(part) > 2]
    if len(parts) > 1 and all(stem(part) in record.lexemes or stem(part) in PLAIN for part in parts):
        return True
    return _same(word, record.lexemes)


def unknown_run(run: str, record: Known, *, reviews: bool = False) -> str:
    """What is left of a run of Chinese behind the longest beginning made up of known and plain words."""
    run = simplified(run)
    text = "\n".join((record.text, *(said for said, _ in record.reviews))) if reviews else record.text
    reached = [True] + [False] * len(run)
    for start in range(len(run)):
        if not reached[start]:
            continue
        for end in range(start + 1, min(len(run), start + 8) + 1):
            piece = run[start:end]
            if (
                piece in ZH_PLAIN
                or piece in CONNECTING_ZH
                or (len(piece) > 1 and (piece in text or _same(piece, record.lexemes)))
            ):
                reached[end] = True
    return "" if reached[-1] else run[max(at for at, is_reached in enumerate(reached) if is_reached) :]
