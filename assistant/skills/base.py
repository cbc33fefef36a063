"""What every skill gets: the turn, and the parts of the shop to work with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.config import Settings
from assistant.history import History, Profile
from assistant.notes import Notes
from assistant.phrases import (
    constraint_chips,
    say,
)
from assistant.policies import PolicyIndexes, SectionIndex
from assistant.record import name_of
from assistant.shop import Shop
from assistant.turns import (
    Constraints,
    DialogueState,
    Option,
    Outcome,
    Question,
    Understanding,
)
from assistant.vocabulary import Vocabulary
from index.schema import Language, Product
from index.search import Searcher
from index.text import fold

SHOWN = 5
"""Products on the table at once."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What skills work with; one for all chats.

    Attributes:
        searcher: Finds products.
        vocabulary: Names of the catalogue's facet values.
        history: What shoppers did.
        notes: What shoppers said of themselves.
        shop: Cart, orders and the rest of the shop.
        policies: Finds rules of the shop, in each language.
        settings: As configured.
        currency: What prices are in, for amounts said without a currency.
        departments: The widest categories, the largest first: (name, name in Chinese).
    """

    searcher: Searcher
    vocabulary: Vocabulary
    history: History
    notes: Notes
    shop: Shop
    policies: PolicyIndexes
    settings: Settings
    currency: str
    departments: tuple[tuple[str, str], ...]

    def policy_index(self, language: Language) -> SectionIndex | None:
        """The rules of the shop in a language, ready to be searched; None if it has none."""
        return self.policies.of(language)

    def chips(self, wanted: Constraints, language: Language) -> list[str]:
        """What was understood, one short text for each constraint."""
        price = wanted.price
        if price is not None and price.currency not in (None, self.currency, *self.settings.rates):
            wanted = replace(wanted, price=None)  # it was not applied, so nothing "fits" it
        return constraint_chips(wanted, self.currency, language, self.vocabulary.name_in)


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of one shopper, understood.

    Attributes:
        said: What was said, and how it was read.
        state: The conversation before it.
        user: Who is shopping; None for a guest.
        parts: What there is to work with.
        chosen: What the skill kept with the option that was chosen or agreed to; empty otherwise.
    """

    said: Understanding
    state: DialogueState
    user: str | None
    parts: Parts
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def customer(self) -> str:
        """Whose cart and orders these are: the user's, or this conversation's."""
        return self.user or self.state.session

    @property
    def shop(self) -> Shop:
        """The shop behind the assistant."""
        return self.parts.shop

    @property
    def today(self) -> date:
        """The day that promotions and orders are judged by."""
        return self.parts.settings.today or date.today()

    @property
    def language(self) -> Language:
        """Language to answer in."""
        return self.said.language

    def say(self, key: str, **values: object) -> str:
        """A phrase of `assistant.phrases` in the shopper's language."""
        return say(key, self.language, **values)

    def tell(self, phrase: tuple[str, str], **values: object) -> str:
        """A phrase of a skill's own, given as (English, Chinese), in the shopper's language."""
        return phrase[self.language == "zh"].format(**values)

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other, empty ones left out."""
        return ("" if self.language == "zh" else " ").join(filter(None, sentences))

    def profile(self) -> Profile:
        """The shopper's taste; empty for a stranger."""
        return self.parts.history.profile(self.user)

    def shown(self) -> tuple[Product, ...]:
        """Current records of the products on the table; those that were deleted are gone."""
        return tuple(self.parts.searcher.store.get(self.state.shown))


Skill = Callable[[Turn], Outcome]


def titled(product: Product, turn: Turn) -> str:
    """A product's title in the shopper's language, as plain text."""
    return name_of(product, turn.language)


def next_steps(turn: Turn, products: Sequence[Product]) -> tuple[str, ...]:
    """Things worth saying next, all of which work."""
    chinese = turn.language == "zh"
    steps = []
    if len(products) > 1:
        steps.append("对比 1 和 2" if chinese else "compare 1 and 2")
        if len({product.price for product in products if product.price is not None}) > 1:
            steps.append("再便宜一点" if chinese else "cheaper")
    if products and turn.shop.cart is not None:
        steps.append("第一个加入购物车" if chinese else "add the first one to my cart")
    if any(product.reviews for product in products[:1]):
        steps.append("第一个评价怎么样" if chinese else "what do reviewers say about the first one?")
    if products:
        steps.append("还有别的吗" if chinese else "show more")
    said = fold(turn.said.text).strip(" .!?。！？")
    return tuple(step for step in steps if fold(step).strip("?") != said)[:4]


def ask_number(turn: Turn, label: str) -> Outcome:
    """Which one? With the products shown as choices; the answer does what was asked."""
    shown = turn.shown()
    if not shown:
        return Outcome(state=turn.state, composed=turn.say("nothing_shown"))
    options = tuple(
        Option(
            f"第 {at} 个" if turn.language == "zh" else f"number {at}",
            label,
            f"{turn.said.text} 第{at}个" if turn.language == "zh" else f"{turn.said.text} number {at}",
        )
        for at in range(1, len(shown) + 1)
    )
    return Outcome(
        state=replace(turn.state, question=Question(options)),
        composed=turn.say("which"),
        quick_replies=tuple(option.said for option in options[:4]),
    )


def starters(turn: Turn) -> tuple[str, ...]:
    """What to say next: about the table if there is one, or a first thing, from the shop's departments."""
    if turn.state.shown:
        return next_steps(turn, turn.shown())
    chinese = turn.language == "zh"
    first = [department[chinese] for department in turn.parts.departments[:3]]
    asks = [f"看看{name}" if chinese else f"show me {name.lower()}" for name in first]
    return (*asks, "猜我喜欢什么" if chinese else "recommend something")
