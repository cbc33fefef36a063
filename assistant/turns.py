"""The values that travel through one turn. All frozen: a step gets some and returns others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.measures import Wish
from assistant.wearers import Audience
from index.relax import Relaxation
from index.schema import Language
from index.search import Hit, Sort


@dataclass(frozen=True, slots=True)
class Intent:
    """What the shopper wants to do.

    Attributes:
        label: One of the classifier's labels.
        confidence: Probability of the label, in [0, 1].
        runner_up: The second most likely label.
        margin: Confidence minus the runner-up's, in [0, 1].
        outside: Probability that it is none of the shop's business, in [0, 1].
    """

    label: str
    confidence: float
    runner_up: str = ""
    margin: float = 1.0
    outside: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """The words that a constraint came from.

    Attributes:
        key: Which constraint: "price", "include.colour", "references", ...
        start: Offset of the first character in the utterance.
        end: Offset after the last.
        text: The words.
    """

    key: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Price limits as the shopper said them, inclusive; a missing currency means the shop's."""

    min: Decimal | None = None
    max: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the shopper asked for, beyond the words of the query.

    Attributes:
        price: Price limits.
        price_relative: "cheaper" or "dearer" than what is on the table.
        wish: More or less of a measure than what is on the table: "lighter", 「再大一点」.
        price_level: "low" or "high": a wish ("cheap", 「便宜」), not a limit.
        include: For each facet, values of which a product must have one.
        exclude: For each facet, values of which a product may have none.
        having: Words that a product must have where any has them: "with a headrest".
        lacking: Words that no title may have: "not the pop-up one".
        audience: Whom it is for: "women", "men" or "kids".
        people: For how many people it is: a tent for two.
        allow: (facet, value) that is all right after all: "Velmoor is fine".
        rating_min: Lowest mean stars.
        in_stock: Only what can be bought now.
        on_sale: Only what is reduced.
        sort: Order of the results.
        quantity: How many are wanted.
        references: Positions on the table, 1 for the first, -1 for the last.
        drop: What no longer matters: a facet, "price" or "rating".
        query: The words that are searched for: everything that is not a limit, a refusal or mere politeness.
        spans: Where each of these came from, in the order of the utterance.
    """

    price: PriceRange | None = None
    price_relative: str | None = None
    wish: Wish | None = None
    price_level: str | None = None
    include: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allow: tuple[tuple[str, str], ...] = ()
    having: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    audience: Audience | None = None
    people: int | None = None
    rating_min: float | None = None
    in_stock: bool = False
    on_sale: bool = False
    sort: Sort | None = None
    quantity: int | None = None
    references: tuple[int, ...] = ()
    drop: tuple[str, ...] = ()
    query: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """One utterance, understood."""

    text: str
    language: Language
    intent: Intent
    constraints: Constraints


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to an open question.

    Attributes:
        said: What the shopper may click or say.
        label: The intent that it then is.
        text: The utterance that it stands for.
        data: What the skill of that intent kept for this moment: an order's number, a change.
    """

    said: str
    label: str
    text: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What the assistant asked last, so that the answer can be understood.

    Attributes:
        options: What can be chosen by its own words.
        yes: What agreeing means; None where a yes answers nothing.
        no: What declining means; None if it only closes the question.
    """

    options: tuple[Option, ...] = ()
    yes: Option | None = None
    no: Option | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Products that were shown, with the search they came from.

    Attributes:
        wanted: Constraints of the search.
        ranking: Its ids, best first.
        shown: Ids that the shopper saw as 1, 2, 3, ...
    """

    wanted: Constraints = field(default_factory=Constraints)
    ranking: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What a conversation remembers. It goes in with a call and comes out with the reply; it can be stored.

    Attributes:
        session: Names the conversation, and with it the cart of a guest.
        wanted: Constraints that hold now; its query is what is searched for.
        ranking: Ids of the search on the table, best first.
        shown: Ids that the shopper sees as 1, 2, 3, ...
        focus: Ids of what was talked about last: what "it" and "that one" mean.
        earlier: What was on the table before, the oldest first.
        refused: Families, or ids of products without one, that were turned down in this conversation.
        heard: What the shopper said lately, for a person who takes over.
        topic: The intent that was acted on last.
        question: The open question, if the assistant asked one.
        language: Language of the conversation.
    """

    session: str = ""
    wanted: Constraints = field(default_factory=Constraints)
    ranking: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    earlier: tuple[Table, ...] = ()
    refused: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    topic: str = ""
    question: Question | None = None
    language: Language = "en"

    @property
    def context(self) -> str:
        """The situation as the intent classifier reads it; see `assistant.utterances.CONTEXTS`."""
        situation = [word for word, holds in (("products", self.shown), ("question", self.question)) if holds]
        return " ".join(situation)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product that is shown, with why.

    Attributes:
        hit: The product and its relevance.
        score: Final score after affinity and diversity.
        terms: The factors of the score, by name.
        reason: Why it is shown, one short phrase in the shopper's language.
    """

    hit: Hit
    score: float
    terms: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the answer of this turn may say.

    Attributes:
        products: Products on the table, in the order shown, with their rows as they are now.
        facts: Sentences that code computed and that are true, in the shopper's language: who is cheapest,
            what differs, totals, rules that apply.
        relaxations: What could be given up when nothing fits.
        asked: The constraints in words, one each: "under $100", "colour: black".
    """

    products: tuple[Suggestion, ...] = ()
    facts: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a skill did.

    Attributes:
        state: The conversation after it.
        composed: The answer made by code, in the shopper's language; always enough by itself.
        notes: What must be said whoever words the rest: a limit not applied, a wish read loosely.
        evidence: What a language model may talk about; without products it is not asked.
        quick_replies: What the shopper may want to say next.
        table: A comparison or a cart, as rows of cells, the first row being the header.
        link: Where the shopper goes on, such as the checkout; no language model sees it.
    """

    state: DialogueState
    composed: str
    notes: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    quick_replies: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Products:
    """First part of a streamed reply: what is shown, before any prose.

    Attributes:
        suggestions: Products in the order shown.
        lines: One line of facts for each, made by code from the record.
        language: The shopper's language.
        table: A comparison, as rows of cells.
    """

    suggestions: tuple[Suggestion, ...]
    lines: tuple[str, ...]
    language: Language
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A further part of a streamed reply: prose to append."""

    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing yet: the language model is serving other chats. Whoever reads the stream may leave here."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A sentence of the language model.

    Attributes:
        text: As it was written.
        shown: Whether the evidence bears it out, so that the shopper saw it.
        kind: What the first claim that it does not is about; empty where it was shown.
    """

    text: str
    shown: bool
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The whole answer to one utterance.

    Attributes:
        text: The prose.
        suggestions: Products shown, best first.
        lines: One line of facts for each product.
        understanding: How the utterance was read; of several, the last.
        intents: Labels of everything that the utterance asked for, in order.
        state: Give this back with the next utterance.
        quick_replies: What the shopper may want to say next.
        table: A comparison or a cart, as rows of cells, the header first; empty if there is none.
        link: Where the shopper goes on, such as the checkout; empty if nowhere.
        degraded: True when the language model was wanted and failed; the answer is the composed one.
        generated: Sentences of the language model, those that were not shown among them.
        seconds: Wall time of the steps: "understand", "act", "answer".
    """

    text: str
    suggestions: tuple[Suggestion, ...]
    lines: tuple[str, ...]
    understanding: Understanding
    state: DialogueState
    intents: tuple[str, ...] = ()
    quick_replies: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    link: str = ""
    degraded: bool = False
    generated: tuple[Generated, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Sentences of the language model that the evidence did not support."""
        return tuple(sentence.text for sentence in self.generated if not sentence.shown)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The products shown, with their relevance."""
        return tuple(suggestion.hit for suggestion in self.suggestions)
