"""Composes sentences about products that are true by their records, and the same with one fact changed.

The phrasings were written by somebody who had not seen the verifier; a fact fills each placeholder. A false
sentence differs from a true one in one fact: another amount, currency, unit, number, colour or name, the
wrong end of a scale, a denial of what the record affirms.
"""

# ruff: noqa: E501  (tables, and conditions that are one thought)

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.dimensions import DIMENSIONS, aligned, measured
from assistant.phrases import money
from assistant.quantities import convert, parse_quantity
from assistant.record import Fact, facts, name_of
from eval.cases import bundled
from index.schema import Language, Product
from index.text import fold, has_han

TABLE = 4
"""Most lines on the table of a sentence."""

_CURRENCIES = ("USD", "EUR", "GBP", "CNY", "JPY")
_DELIVERED = {
    "en": ("{}, with free delivery", "{} and it arrives tomorrow", "{}, with a lifetime warranty", "{}, and returns are free"),
    "zh": ("{}，还包邮", "{}，次日达", "{}，终身质保", "{}，支持免费退货"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what it is held against.

    Attributes:
        language: Of the sentence.
        kind: What it claims.
        evidence: Products on the table.
        sentence: The sentence.
        supported: Whether the records bear out all of it.
    """

    language: Language
    kind: str
    evidence: tuple[Product, ...]
    sentence: str
    supported: bool


Slots = Mapping[str, str]
Made = tuple[Slots, Slots]
"""The facts of a true sentence, and those of the same made false."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a claim is composed from.

    Attributes:
        product: Whom it is about.
        others: The rest of the table.
        catalogue: Everything, for what a false fact may be.
        language: Of the sentence.
        dice: Chooses.
    """

    product: Product
    others: tuple[Product, ...]
    catalogue: Sequence[Product]
    language: Language
    dice: random.Random

    @property
    def name(self) -> str:
        """The product's name: whole, or its beginning where that tells it apart."""
        return named(self.product, self.language)


def named(product: Product, language: Language) -> str:
    """A product's name as a sentence uses it."""
    return name_of(product, language).rstrip(" .")


def compose(products: Sequence[Product], *, count: int, seed: int = 0) -> list[Judged]:
    """As many true and as many false sentences in each language, the kinds in turn.

    Args:
        products: A catalogue.
        count: True ones of each language, and false ones.
        seed: Of the choices.
    """
    phrasings = json.loads(bundled("grounding/phrasings.json").read_text(encoding="utf-8"))
    out: list[Judged] = []
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        dice = random.Random(f"{seed}/{language}")
        own = [product for product in products if _speaks(product, language)]
        tables = _tables(own, dice)
        made = dict.fromkeys(KINDS, 0)
        tries = 0
        while own and sum(made.values()) < count and tries < 400 * count:
            tries += 1
            kind = min(made, key=lambda name: (made[name], list(made).index(name)))
            found = _judged(kind, tables, own, language, phrasings, dice)
            if found is None:
                made[kind] += 0
                if tries % 60 == 0:  # no record has it
                    made = {name: number for name, number in made.items() if name != kind or number}
                    if not made:
                        break
                continue
            made[kind] += 1
            out += found
    return out


def _speaks(product: Product, language: Language) -> bool:
    return product.language == language or language in product.translations


def _tables(products: Sequence[Product], dice: random.Random) -> Callable[[], tuple[Product, ...]]:
    """Gives tables: a product, and lines of its own category."""
    by_kind: dict[tuple[str, ...], list[Product]] = {}
    for product in products:
        by_kind.setdefault(product.category, []).append(product)

    def deal() -> tuple[Product, ...]:
        first = dice.choice(products)
        lines = {first.family or first.id}
        table = [first]
        near = by_kind[first.category]
        for product in dice.sample(near, min(len(near), 12)):
            if len(table) >= dice.randint(1, TABLE):
                break
            if (product.family or product.id) not in lines:
                lines.add(product.family or product.id)
                table.append(product)
        return tuple(table)

    return deal


def _judged(
    kind: str, tables: Callable[[], tuple[Product, ...]], catalogue: Sequence[Product], language: Language,
    phrasings: Mapping[str, Mapping[str, Sequence[str]]], dice: random.Random,
) -> list[Judged] | None:  # fmt: skip
    table = tables()
    scene = Scene(table[0], table[1:], catalogue, language, dice)
    made = KINDS[kind](scene)
    if made is None:
        return None
    right, wrong = made
    evidence = list(table)
    dice.shuffle(evidence)
    if "url" in right:  # the records of demo shops have none
        evidence = [p.model_copy(update={"url": f"https://shop.example/p/{p.id}"}) for p in evidence]
    template = dice.choice(phrasings[right.get("kind", kind)][language])
    out = []
    for slots, supported in ((right, True), (wrong, False)):
        if slots.get("kind", right.get("kind")) != right.get("kind"):
            template = dice.choice(phrasings[slots["kind"]][language])
        slots = {**slots, "zhe": slots.get("zhe", "")}
        if "{zhe}" in template and not slots["zhe"]:
            return None
        sentence = template.format_map({"name": scene.name, **slots})
        if "appended" in slots:
            end = sentence[-1]
            sentence = slots["appended"].format(sentence.rstrip(".。!！")) + end
        out.append(Judged(language, kind, tuple(evidence), sentence, supported))
    return out


# -- kinds of claims -----------------------------------------------------------------------------


def _price(scene: Scene) -> Made | None:
    price, currency = scene.product.price, scene.product.currency
    if not price:
        return None
    wrong = _other_amount(price, scene)
    if scene.dice.random() < 0.3 and (rounded := _rounded(price, currency, scene.language)):
        far = _rounded(price * Decimal("1.5"), currency, scene.language)
        return None if far is None or far == rounded else ({"price": rounded}, {"price": far})
    return {"price": money(price, currency)}, {"price": money(wrong, currency)}


def _rounded(price: Decimal, currency: str, language: Language) -> str | None:
    """A price in round figures: "just under $50" for $49.90, "about $80" for $81."""
    if price < 10:
        return None
    step = 10 if price < 200 else 50 if price < 1000 else 100
    near = round(price / step) * step
    if not near or abs(near - price) > price * Decimal("0.04") or near == price:
        return None
    amount = money(Decimal(near), currency)
    if language == "zh":
        return f"{amount} 左右" if price > near else f"不到 {amount}"
    return f"about {amount}" if price > near else f"just under {amount}"


def _other_amount(amount: Decimal, scene: Scene) -> Decimal:
    """An amount that a record near by has, or a digit changed."""
    near = [p.price for p in scene.others if p.price and p.price != amount]
    if near and scene.dice.random() < 0.5:
        return scene.dice.choice(near)
    factor = Decimal(scene.dice.choice(("0.9", "1.1", "0.8", "1.25", "0.5", "2", "10")))
    return max((amount * factor).quantize(Decimal("0.01") if amount % 1 else Decimal(1)), Decimal(1))


def _currency(scene: Scene) -> Made | None:
    if not scene.product.price:
        return None
    other = scene.dice.choice([code for code in _CURRENCIES if code != scene.product.currency])
    price = scene.product.price
    if {other, scene.product.currency} == {"CNY", "JPY"}:  # one sign
        return None
    right, wrong = money(price, scene.product.currency), money(price, other)
    return {"kind": "price", "price": right}, {"price": wrong}


def _was_price(scene: Scene) -> Made | None:
    product = scene.product
    if not product.on_sale or product.price is None or product.list_price is None:
        return None
    now, was = money(product.price, product.currency), money(product.list_price, product.currency)
    wrong = money(_other_amount(product.list_price, scene), product.currency)
    swapped = {"price": was, "was": now}
    changed = {"price": now, "was": wrong}
    if wrong == was:
        changed = swapped
    return {"price": now, "was": was}, scene.dice.choice((swapped, changed))


def _saving(scene: Scene) -> Made | None:
    product = scene.product
    if not product.on_sale or product.price is None or product.list_price is None:
        return None
    saved = product.list_price - product.price
    differences = {abs(p.price - product.price) for p in scene.others if p.price}
    wrong = (saved * Decimal(scene.dice.choice(("1.5", "2", "0.5")))).quantize(Decimal(1))
    if wrong in (saved, 0, product.price) or wrong in differences:
        return None
    return {"saving": money(saved, product.currency)}, {"saving": money(wrong, product.currency)}


def _percent_off(scene: Scene) -> Made | None:
    product = scene.product
    if not product.on_sale or product.price is None or product.list_price is None:
        return None
    off = 100 * (1 - product.price / product.list_price)
    whole = round(off)
    if abs(off - whole) > Decimal("0.5") or not 3 <= whole <= 95:
        return None
    wrong = whole + scene.dice.choice((-10, 10, 15, 20))
    if not 3 <= wrong <= 95:
        return None
    return {"percent": f"{whole}", "zhe": _zhe(whole)}, {"percent": f"{wrong}", "zhe": _zhe(wrong)}


def _zhe(percent: int) -> str:
    left = 100 - percent
    return f"{left // 10}" if left % 10 == 0 else f"{left / 10:g}"


def _stock_left(scene: Scene) -> Made | None:
    stock = scene.product.stock
    if not stock or stock > 60:
        return None
    wrong = scene.dice.choice([n for n in (stock + 1, stock + 3, stock * 2, 1, 5) if n != stock])
    return {"count": f"{stock}"}, {"count": f"{wrong}"}


def _availability(scene: Scene) -> Made | None:
    product = scene.product
    if product.stock is None:
        return None
    return (
        ({"kind": "in_stock"}, {"kind": "sold_out"})
        if product.stock
        else ({"kind": "sold_out"}, {"kind": "in_stock"})
    )


def _rating(scene: Scene) -> Made | None:
    rating = scene.product.rating
    if rating is None:
        return None
    wrong = round(rating + scene.dice.choice((-0.9, -0.5, -0.3, 0.3, 0.5)), 1)
    if not 1 <= wrong <= 5:
        return None
    return {"rating": f"{rating:.1f}"}, {"rating": f"{wrong:.1f}"}


def _rating_count(scene: Scene) -> Made | None:
    product = scene.product
    if product.rating is None or product.rating_count < 2:
        return None
    wrong = product.rating_count + scene.dice.choice((1, 3, 10, 40))
    if wrong == len(product.reviews):
        return None
    rating = f"{product.rating:.1f}"
    return {"rating": rating, "count": f"{product.rating_count}"}, {"rating": rating, "count": f"{wrong}"}


def _review_count(scene: Scene) -> Made | None:
    product = scene.product
    own = {len(product.reviews), product.rating_count}
    if len(product.reviews) < 2:
        return None
    wrong = len(product.reviews) + scene.dice.choice((1, 2, 5, 20))
    return None if wrong in own else ({"count": f"{len(product.reviews)}"}, {"count": f"{wrong}"})


def _own_facts(scene: Scene) -> Iterator[Fact]:
    """Attributes that have a name and a value in the language."""
    for fact in facts(scene.product, scene.language):
        if has_han(fact.name) == (scene.language == "zh") and len(fact.value) <= 24:
            yield fact


def _measure(scene: Scene) -> Made | None:
    measures = [
        (fact, quantity) for fact in _own_facts(scene) if (quantity := parse_quantity(fact.value)) is not None
    ]
    if not measures:
        return None
    fact, quantity = scene.dice.choice(measures)
    number, _, unit = quantity.text.replace(",", "").partition(" ")
    if not unit:
        return None
    factor = scene.dice.choice((0.5, 0.8, 1.2, 1.5, 2.0, 3.0))
    wrong = f"{float(number) * factor:g} {unit}"
    alike = {other.value for other in facts(scene.product, scene.language)}
    if wrong in alike or float(number) == 0:
        return None
    right = fact.value
    if scene.dice.random() < 0.35 and (said := _said_otherwise(quantity.value, unit, scene.language)):
        right = said
    return {"attribute": fact.name, "value": right}, {"attribute": fact.name, "value": wrong}


def _said_otherwise(base: float, unit: str, language: Language) -> str | None:
    """A measure in another unit, or rounded: "0.56 kg" for 560 g, "about 1 kg" for 980 g."""
    larger = {
        "g": ("kg", "公斤"),
        "mm": ("cm", "厘米"),
        "ml": ("l", "升"),
        "cm": ("m", "米"),
        "kg": ("g", "克"),
        "l": ("ml", "毫升"),
    }
    if unit not in larger:
        return None
    name = larger[unit][0]
    value = convert(base, name)
    said = larger[unit][language == "zh"]
    if round(value, 2) == value and value >= 0.2 and value < 5000:
        return f"{value:g} {said}"
    near = round(value, 1)
    if near and abs(near - value) <= 0.04 * value:
        return f"约 {near:g} {said}" if language == "zh" else f"about {near:g} {said}"
    return None


def _unit(scene: Scene) -> Made | None:
    """The right number with a wrong unit."""
    made = _measure(scene)
    if made is None:
        return None
    right, _ = made
    value = next((fact.value for fact in _own_facts(scene) if fact.name == right["attribute"]), "")
    quantity = parse_quantity(value)
    swaps = {
        "g": "kg",
        "kg": "g",
        "mm": "cm",
        "cm": "mm",
        "ml": "l",
        "l": "ml",
        "h": "min",
        "W": "h",
        "m": "cm",
        "inch": "cm",
    }
    number, _, unit = value.partition(" ")
    if quantity is None or unit not in swaps:
        return None
    wrong = f"{number} {swaps[unit]}"
    if wrong in {other.value for other in facts(scene.product, scene.language)}:
        return None
    return {"kind": "measure", "attribute": right["attribute"], "value": value}, {
        "attribute": right["attribute"],
        "value": wrong,
    }


def _brand(scene: Scene) -> Made | None:
    brand = scene.product.brand
    others = sorted({p.brand for p in scene.catalogue if p.brand and p.brand != brand})
    if not brand or not others:
        return None
    wrong = scene.dice.choice(others)
    if fold(wrong) in fold(f"{scene.product.title} {scene.product.description}"):
        return None
    return {"brand": brand}, {"brand": wrong}


def _facet(facet: str, slot: str) -> Callable[[Scene], Made | None]:
    def make(scene: Scene) -> Made | None:
        own = scene.product.facet_in(facet, scene.language)
        others = sorted(
            {
                v
                for p in scene.catalogue
                for v in p.facet_in(facet, scene.language)
                if _speaks(p, scene.language)
            }
        )
        if not own or has_han(own[0]) != (scene.language == "zh" and facet != "size"):
            return None
        said = fold(
            f"{scene.product.title_in(scene.language)} {scene.product.description_in(scene.language)} {own}"
        )
        others = [
            value
            for value in others
            if fold(value) not in said and not any(fold(part) in said for part in value.split())
        ]
        if not others:
            return None
        return {slot: scene.dice.choice(own)}, {slot: scene.dice.choice(others)}

    return make


def _released(scene: Scene) -> Made | None:
    day = scene.product.released
    if day is None:
        return None
    wrong = (
        day.replace(year=day.year - scene.dice.choice((1, 2)))
        if scene.dice.random() < 0.5
        else day.replace(month=day.month % 12 + 1, day=1)
    )
    if scene.language == "zh":
        return tuple({"date": f"{d.year} 年 {d.month} 月 {d.day} 日"} for d in (day, wrong))  # type: ignore[return-value]
    return tuple({"date": f"{d.day} {d:%B %Y}"} for d in (day, wrong))  # type: ignore[return-value]


_SCALES = ("price", "rating", "weight", "battery")


def _standings(scene: Scene) -> Iterator[tuple[str, Mapping[str, float], Mapping[str, str]]]:
    """The scales on which all of the table is measured."""
    table = (scene.product, *scene.others)
    for dimension in DIMENSIONS:
        if dimension.key in _SCALES and len(table) > 1:
            numbers, texts = measured(dimension, table, scene.language)
            if len(numbers) == len(table) and len(set(numbers.values())) == len(table):
                yield dimension.key, numbers, texts


_WORDS = {
    # (superlative, comparative) for more and less, in English and Chinese
    "price": ((("the most expensive", "more expensive"), ("the cheapest", "cheaper")), (("最贵", "贵"), ("最便宜", "便宜"))),
    "rating": ((("the best rated", "rated higher"), ("the worst rated", "rated lower")), (("评分最高", "评分高"), ("评分最低", "评分低"))),
    "weight": ((("the heaviest", "heavier"), ("the lightest", "lighter")), (("最重", "重"), ("最轻", "轻"))),
    "battery": ((("the longest-lasting", "longer-lasting"), ("the shortest-lasting", "shorter-lasting")), (("续航最长", "续航长"), ("续航最短", "续航短"))),
}  # fmt: skip


def _superlative(scene: Scene) -> Made | None:
    found = [entry for entry in _standings(scene) if len(scene.others) >= 1 and entry[0] != "battery"]
    if not found:
        return None
    key, numbers, _ = scene.dice.choice(found)
    order = sorted(numbers, key=lambda name: numbers[name])
    words = _WORDS[key][scene.language == "zh"]
    if scene.product.id == order[-1]:
        right, wrong = words[0][0], words[1][0]
    elif scene.product.id == order[0]:
        right, wrong = words[1][0], words[0][0]
    else:
        return None
    return {"superlative": right}, {"superlative": wrong}


def _comparison(scene: Scene) -> Made | None:
    made = _compared(scene)
    return (
        None
        if made is None
        else (
            {k: v for k, v in made[0].items() if k != "difference"},
            {k: v for k, v in made[1].items() if k != "difference"},
        )
    )


def _difference(scene: Scene) -> Made | None:
    made = _compared(scene)
    if made is None or not made[0].get("difference"):
        return None
    right = made[0]
    number = right["difference"]
    if scene.dice.random() < 0.4:
        return right, {**made[1], "difference": number}
    factor = scene.dice.choice((0.5, 1.5, 2, 3))
    wrong = re.sub(
        r"[\d,.]*\d", lambda found: f"{float(found[0].replace(',', '')) * factor:g}", number, count=1
    )
    return right, {**right, "difference": wrong}


def _compared(scene: Scene) -> Made | None:
    found = [entry for entry in _standings(scene) if entry[0] != "battery"]
    if not found:
        return None
    key, numbers, texts = scene.dice.choice(found)
    other = scene.dice.choice(scene.others)
    ahead = numbers[scene.product.id] > numbers[other.id]
    words = _WORDS[key][scene.language == "zh"]
    right, wrong = (words[0][1], words[1][1]) if ahead else (words[1][1], words[0][1])
    name = named(other, scene.language)
    difference = abs(numbers[scene.product.id] - numbers[other.id])
    said = ""
    if key == "price":
        said = money(Decimal(str(round(difference, 2))), scene.product.currency)
    elif key == "weight":
        cells = aligned([texts[scene.product.id], texts[other.id]])
        unit = cells[0].rpartition(" ")[2]
        pair = [float(cell.rpartition(" ")[0].replace(",", "") or 0) for cell in cells]
        said = (
            f"{abs(pair[0] - pair[1]):.4g} {unit}"
            if all(pair) and cells[0].endswith(unit) and cells[1].endswith(unit)
            else ""
        )
    return {"comparative": right, "other": name, "difference": said}, {
        "comparative": wrong,
        "other": name,
        "difference": said,
    }


def _verdicts(scene: Scene, said: bool) -> list[Fact]:
    return [
        fact for fact in _own_facts(scene)
        if fact.verdict is said and not any(ch.isdigit() for ch in fact.name) and fact.value != "0" and not fact.own[:1].isdigit()
        and (fact.own in ("yes", "no") or fact.value in ("支持", "不支持", "是", "否", "有", "无", "没有"))
    ]  # fmt: skip


def _negation(scene: Scene) -> Made | None:
    denied, affirmed = _verdicts(scene, False), _verdicts(scene, True)
    if denied and scene.dice.random() < 0.5:
        fact = scene.dice.choice(denied)
        return {"feature": fact.name}, {"kind": "feature", "feature": fact.name}
    if affirmed:
        fact = scene.dice.choice(affirmed)
        return {"kind": "feature", "feature": fact.name}, {"kind": "negation", "feature": fact.name}
    return None


def _link(scene: Scene) -> Made | None:
    if not scene.others:
        return None
    right = f"https://shop.example/p/{scene.product.id}"
    wrong = scene.dice.choice(
        (f"https://shop.example/p/{scene.others[0].id}", f"{right}-2", "https://www.example.com/sale")
    )
    return {"url": right}, {"url": wrong}


def _attribute(scene: Scene) -> Made | None:
    worded = [
        fact for fact in _own_facts(scene)
        if fact.verdict is None and not any(ch.isdigit() for ch in f"{fact.value}{fact.name}") and fact.key != "material" and "," not in fact.value
    ]  # fmt: skip
    if not worded:
        return None
    fact = scene.dice.choice(worded)
    text = fold(
        f"{scene.product.title} {scene.product.title_in(scene.language)} {scene.product.description_in(scene.language)}"
    )
    others = sorted(
        {
            other.value
            for p in scene.dice.sample(scene.catalogue, min(300, len(scene.catalogue)))
            for other in facts(p, scene.language)
            if other.key == fact.key
            and other.value != fact.value
            and other.own != fact.own
            and other.verdict is None
            and not any(ch.isdigit() for ch in other.value)
        }
    )
    others = [
        value
        for value in others
        if fold(value) not in text
        and fold(value) not in fold(fact.value)
        and fold(fact.value) not in fold(value)
    ]
    if not others:
        return None
    return {"attribute": fact.name, "value": fact.value}, {
        "attribute": fact.name,
        "value": scene.dice.choice(others),
    }


def _category(scene: Scene) -> Made | None:
    own = _categories(scene.product, scene.language)
    others = sorted(
        {_categories(p, scene.language)[-1] for p in scene.catalogue if _categories(p, scene.language)}
    )
    if not own:
        return None
    told = fold(
        f"{scene.product.title_in(scene.language)} {scene.product.description_in(scene.language)} {' '.join(own)}"
    )
    others = [
        name
        for name in others
        if not any(fold(word).rstrip("s") in told for word in (name.split() if name.isascii() else [name]))
    ]
    return ({"category": own[-1]}, {"category": scene.dice.choice(others)}) if others else None


def _categories(product: Product, language: Language) -> Sequence[str]:
    if language == product.language:
        return product.category
    translation = product.translations.get(language)
    return translation.category if translation else ()


def _promise(scene: Scene) -> Made | None:
    """A warranty of the record, or a price to which a promise is added."""
    warranty = next(
        (fact for fact in _own_facts(scene) if fact.name in ("warranty", "质保", "保修", "质保期")), None
    )
    if warranty is not None and any(ch.isdigit() for ch in warranty.value):
        digits = "".join(ch for ch in warranty.value if ch.isdigit())
        wrong = warranty.value.replace(digits, f"{int(digits) + scene.dice.choice((1, 3))}")
        return {"kind": "warranty", "value": warranty.value}, {"value": wrong}
    made = _price(scene)
    if made is None:
        return None
    price = dict(made[0])
    return {"kind": "price", **price}, {**price, "appended": scene.dice.choice(_DELIVERED[scene.language])}


def _name(scene: Scene) -> Made | None:
    """A true price, rating or measure, told of another product on the table."""
    others = [
        p for p in scene.others if p.price != scene.product.price and p.currency == scene.product.currency
    ]
    if not scene.product.price or not others:
        return None
    price = money(scene.product.price, scene.product.currency)
    return {"kind": "price", "price": price}, {
        "price": price,
        "name": named(scene.dice.choice(others), scene.language),
    }


KINDS: Mapping[str, Callable[[Scene], Made | None]] = {
    "price": _price,
    "currency": _currency,
    "was_price": _was_price,
    "saving": _saving,
    "percent_off": _percent_off,
    "stock_left": _stock_left,
    "availability": _availability,
    "rating": _rating,
    "rating_count": _rating_count,
    "review_count": _review_count,
    "measure": _measure,
    "unit": _unit,
    "name": _name,
    "brand": _brand,
    "colour": _facet("colour", "colour"),
    "material": _facet("material", "material"),
    "size": _facet("size", "size"),
    "released": _released,
    "superlative": _superlative,
    "comparison": _comparison,
    "difference": _difference,
    "negation": _negation,
    "promise": _promise,
    "link": _link,
    "attribute": _attribute,
    "category": _category,
}
