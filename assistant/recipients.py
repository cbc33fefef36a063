"""Whom a product is for as far as its record says, and whom a shopper buys for: sex, age, dogs, cats."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.numerals import han_number
from assistant.record import facts
from assistant.suitability import asked_age, suits_age
from index.schema import Product
from index.text import fold

GROWN_UP = 30
"""Age that is looked up for somebody of whom no age was said."""

CHILD = 13
"""Below this age a record has to say that a product is for a child."""

LATELY = 6
"""Utterances in which "she" is looked for."""

TODDLER = 3.0
"""From this age on nobody wears what is for babies."""

_BABY = re.compile(r"\b(?:bab(?:y|ies)|newborns?|infants?)(?:'?s)?\b|新生|婴(?!童)", re.I)
_FOR = re.compile(r"^for$|适用(?:人群|宠物|性别|对象)")
_KINDS: Mapping[str, re.Pattern[str]] = {
    "women": re.compile(r"\bwom[ae]n(?:'?s)?\b|\blad(?:y|ies)\b|女[士款式装性生]|^女$"),
    "men": re.compile(r"\bm[ae]n(?:'?s)?\b|\bgentlem[ae]n\b|男[士款式装性生]|^男$"),
    "kids": re.compile(
        r"\b(?:children|child|kids?|toddlers?|bab(?:y|ies)|junior)(?:'?s)?\b|儿童|童[款装鞋书]|宝宝|婴儿?"
    ),
    "dogs": re.compile(r"\b(?:dogs?|pupp(?:y|ies))(?:'?s)?\b|[狗犬]"),
    "cats": re.compile(r"\b(?:cats?|kittens?)(?:'?s)?\b|猫"),
}
_EVERYBODY = re.compile(r"\bunisex\b|\beveryone\b|\ball\b|男女|通用|中性")
_PEOPLE = frozenset({"women", "men", "kids"})
_PETS = frozenset({"dogs", "cats"})


def users_of(product: Product) -> frozenset[str]:
    """Of "women", "men", "kids", "dogs" and "cats" those that a product is for; empty if for any."""
    told = [value for name, value in _attributes(product) if _FOR.search(name)]
    if any(_EVERYBODY.search(value) for value in told):
        return frozenset()
    if found := _named(told):
        return found
    titles = [fold(text) for text in (product.title, *(t.title for t in product.translations.values()))]
    if any(_EVERYBODY.search(title) for title in titles):
        return _named(titles) - _PEOPLE
    return _named([*titles, *map(fold, product.category)])


def users_named(text: str) -> frozenset[str]:
    """Whom a text names."""
    return _named([fold(text)])


def clash(one: Product, other: Product) -> bool:
    """Whether two products are for different ones: women's boots and men's trousers, dog food and a cat tree."""
    mine, its = users_of(one), users_of(other)
    return any(mine & group and its & group and not mine & its & group for group in (_PEOPLE, _PETS))


def _attributes(product: Product) -> Iterator[tuple[str, str]]:
    for texts in (product.attributes, *(t.attributes for t in product.translations.values())):
        for name, value in texts.items():
            yield fold(name), fold(value)


def _named(texts: list[str]) -> frozenset[str]:
    return frozenset(kind for kind, words in _KINDS.items() if any(words.search(text) for text in texts))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom something is bought for.

    Attributes:
        sex: "women", "men", or empty when it was not said.
        age: In years, if it was said.
        child: Whether it is a child, of whatever age.
    """

    sex: str = ""
    age: float | None = None
    child: bool = False

    def accepts(self, product: Product) -> bool:
        """Whether a product is for such a person, as far as its record says; for a child it has to say so."""
        who = users_of(product) & _PEOPLE
        if self.child:
            suits = self._suits(product)
            if suits is None and self.age is not None and self.age >= TODDLER and _for_babies(product):
                return False
            return suits is True or (suits is None and "kids" in who)
        if who == {"kids"} or (self.sex and who and self.sex not in who):
            return False
        return suits_at(product, GROWN_UP if self.age is None else self.age) is not False

    def _suits(self, product: Product) -> bool | None:
        if self.age is not None:
            return suits_at(product, self.age)
        verdicts = [suits_at(product, age) for age in (4, 7, 10)]
        return True if True in verdicts else verdicts[0]


def _for_babies(product: Product) -> bool:
    return (
        _BABY.search(" ".join([product.title, *(t.title for t in product.translations.values())])) is not None
    )


def suits_at(product: Product, age: float) -> bool | None:
    """Whether a product is for an age; None when its record does not say."""
    said = f"{age * 12:.0f} months old" if age < 2 else f"{age:.0f} years old"
    suits = suits_age(said, facts(product, "en"))
    return None if suits is None else suits.verdict


_RELATIVE = (
    r"dad(?:dy)?|father|papa|mum(?:my)?|mom(?:my)?|mother|mama|parents?|wife|hubby|husband|partner|girlfriend|boyfriend|gf|bf|fianc[ée]e?|sister|sis|brother|bro|"
    r"sons?|daughters?|nephews?|nieces?|uncle|aunt(?:ie)?|cousin|grand\w+|gran|nan|friend|bestie|mate|colleagues?|co-?worker|boss|manager|teacher|neighbou?rs?|"
    r"kids?|child(?:ren)?|bab(?:y|ies)|toddler|boys?|girls?|teen\w*|host(?:ess)?|family|in-laws?|roommate|flatmate|godson|goddaughter"
)
_RELATIVE_ZH = r"爸|妈|爷|奶|姥|外[公婆]|老[婆公师板]|妻子|丈夫|朋友|同[事学]|孩子?|儿子?|女儿|闺女|闺蜜|[女男]朋?友|婆婆|公公|[弟妹哥姐]|长辈|宝宝|娃|家人|对象|岳|丈母|侄|外甥|孙|客户|领导"
_SOMEBODY = re.compile(
    r"\b(?:gifts?|gft|presents?|presnt|birthday|bday|wedding|christmas|xmas|valentine\w*|anniversary|secret santa|stocking|hanukkah|graduation|"
    r"christening|baby shower|bar mitzvah|housewarming|(?:he|she|they)(?:'s| is| are)? (?:\w+ )?(?:likes?|loves?|into|enjoys?|obsessed)|(?:he|she) (?:likes|loves|enjoys))\b|"
    rf"\b(?:my|for (?:his|her|our|their|an?|the)) (?!self\b)(?:\w+[ -]){{0,3}}?(?:{_RELATIVE})\b|"
    r"\bfor (?:an? |the )?(?:him|her|them|someone|somebody|man|woman|guy|lady|\d+[- ]year[- ]old)\b|\b(?:treat|surprise|spoil) (?:my|him|her|them)\b|"
    rf"礼物|送(?:人|礼|他|她|我?(?:{_RELATIVE_ZH}))|生日|过节|纪念日|给(?:[他她]|我?(?:{_RELATIVE_ZH}))|我的?(?:{_RELATIVE_ZH})|[他她](?:平时)?(?:很|最|特别|挺|还|也|蛮|超|就|可|老)?(?:喜欢|爱)",
    re.I,
)  # fmt: skip
_NAMED_RELATIVE = re.compile(rf"\b(?:{_RELATIVE})\b|{_RELATIVE_ZH}", re.I)
_THEIR_TASTE = re.compile(
    r"\b(?:he|she|they)(?:'s| is| are|'re)?(?: \w+)? (?:likes?|loves?|enjoys?|into|adores?|fan of|collects?|drinks?|plays?|keen on|mad about)\b(?! (?:it|this|that|these|those|them|the)\b)|"
    r"\bfor (?:his|her|their) (?!birthday|wedding|anniversary|graduation)\w+|[他她](?:们)?(?:平时|挺|很|最|特别|还|也|蛮|超|就|可|老|比较|一直)*(?:喜欢|爱)(?!这|那|第|它)",
    re.I,
)  # fmt: skip
_FOR_ANOTHER = re.compile(
    r"^(?:and |ok,? )?(?:(?:what|how) about|and|something|anything)\b.{0,12}\b(?:my|for)\b|^那?(?:我|给我).{1,6}呢",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:other|another|different|more|else)\b.{0,12}\b(?:idea|suggestion|option|thing|present|gift|one)?s?\b|别的|其他|其它|换一?[批些]|还有(?:没有|什么|吗|啥)",
    re.I,
)
_WOMAN = re.compile(
    r"\b(?:she|her|girlfriend|gf|wife|mum|mummy|mom|mommy|mother|mama|sister|sis|daughter|niece|aunt(?:ie)?|grandma|grandmother|gran|nan|girls?|woman|lady|bride|"
    r"goddaughter|granddaughter|hostess)\b|女[朋友儿生士孩性]|老婆|妻子|媳妇|妈|母亲|婆婆|丈母娘|岳母|奶奶|外婆|姥姥|姐|妹|闺[蜜女]|阿姨|姑|侄女|外甥女|孙女|她",
    re.I,
)  # fmt: skip
_MAN = re.compile(
    r"\b(?:he|him|his|boyfriend|bf|husband|hubby|dad|daddy|father|papa|brother|bro|son|nephew|uncle|grandpa|grandad|grandfather|boys?|man|guy|bloke|groom|godson|grandson)\b|"
    r"男[朋友生士孩性]|老公|丈夫|爸|父亲|公公|岳父|丈人|爷爷|外公|姥爷|哥|弟|儿子|叔|伯|舅|侄子|外甥(?!女)|孙子|他(?!们)",
    re.I,
)  # fmt: skip
_CHILD = re.compile(
    r"\b(?:kids?|kiddos?|child(?:ren)?|bab(?:y|ies)|toddlers?|little (?:one|boy|girl)s?|(?<!birthday )boys?|girls?|sons?|daughters?|nephews?|nieces?|grandkids?|grandchild(?:ren)?|"
    r"grandsons?|granddaughters?|godsons?|goddaughters?)\b|孩子?们?|小朋友|娃|宝宝|宝贝|儿子|女儿|闺女|侄[子女]|外甥|孙[子女]|[男女]孩|儿童|幼儿园|小学|六一",
    re.I,
)  # fmt: skip
_TURNING = re.compile(
    r"\b(?:she|he|they|who)(?:'s| is| are|'re)? (?:turning |just turned |nearly |almost )?(\d{1,2})\b(?! ?(?:%|kg|cm|€|\$|£|dollars?|euros?|pounds?|bucks?))|"
    r"\bturn(?:s|ing|ed) (\d{1,2})\b|\b(\d{1,2})(?:st|nd|rd|th) birthday",
    re.I,
)  # fmt: skip
_HAN_YEARS = re.compile(r"(\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:周?岁|大寿)")
_TEENS = {"teen": 14.0, "teenage": 14.0, "teenager": 14.0, "青少年": 14.0, "初中": 13.0, "高中": 16.0}
_TENTHS = "thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split()


def recipient(text: str) -> Recipient | None:
    """Whom something is bought for; None when it is for the shopper, or nobody is named."""
    age = age_of(text)
    if not _SOMEBODY.search(text) and age is None:
        return None
    woman, man = _WOMAN.search(text), _MAN.search(text)
    sex = "" if (woman is None) == (man is None) else ("women" if woman else "men")
    child = age < CHILD if age is not None else _CHILD.search(text) is not None
    return Recipient(sex, age, child)


def of_a_gift(text: str, heard: Sequence[str]) -> bool:
    """Whether a text goes on about somebody whom a present is sought for: "she loves tea".

    Args:
        text: What is said.
        heard: What was said before it, the latest last.
    """
    taste = _THEIR_TASTE.search(text) is not None and recipient(text) is not None
    return taste and earlier_recipient(text, heard) is not None


def earlier_recipient(text: str, heard: Sequence[str]) -> Recipient | None:
    """Whom a text means by "she" or 「他」, of whom something was said before; None if it names somebody itself."""
    if _NAMED_RELATIVE.search(text):
        return None
    return next(filter(None, map(recipient, reversed(heard[-LATELY:]))), None)


def with_earlier(whom: Recipient, earlier: Recipient | None) -> Recipient:
    """The same person with what was said of them before."""
    if earlier is None or (whom.sex and earlier.sex and whom.sex != earlier.sex):
        return whom
    age = earlier.age if whom.age is None else whom.age
    return Recipient(whom.sex or earlier.sex, age, whom.child or (whom.age is None and earlier.child))


def goes_on_to(text: str) -> bool:
    """Whether the same is asked for somebody else: "and what about my mum?"."""
    return _FOR_ANOTHER.search(text) is not None and recipient(text) is not None


def asks_for_others(text: str) -> bool:
    """Whether other suggestions are asked for, of the same."""
    return _OTHERS.search(text) is not None and recipient(text) is None


def age_of(text: str) -> float | None:
    """The age in years that a text gives somebody; None without one."""
    folded = fold(text)
    if (match := _TURNING.search(folded)) is not None:
        return float(next(filter(None, match.groups())))
    if (match := _HAN_YEARS.search(folded)) is not None:
        return float(match[1]) if match[1].isdigit() else float(han_number(match[1]))
    if any(word in folded for word in _TENTHS):
        return float(GROWN_UP)
    if (age := asked_age(folded)) is not None:
        return age
    return next(
        (age for word, age in _TEENS.items() if re.search(rf"\b{word}s?\b|{word}(?![a-z])", folded)), None
    )
