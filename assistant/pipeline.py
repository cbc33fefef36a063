"""The facade: `ShoppingAssistant`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Lock
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from assistant.answer import Worded, word
from assistant.config import Settings
from assistant.constraints import parse_constraints
from assistant.history import EventKind, History
from assistant.intent import MIN_CONFIDENCE, MIN_MARGIN, IntentClassifier
from assistant.llm import LanguageModel, load_llm
from assistant.phrases import intent_phrase, product_line, say
from assistant.skills import registry
from assistant.skills.base import Shop, Turn
from assistant.skills.talk import not_yet
from assistant.turns import (
    Constraints,
    DialogueState,
    Intent,
    Outcome,
    Products,
    Question,
    Reply,
    Sentence,
    Understanding,
)
from assistant.vocabulary import Vocabulary
from index.build import BuildReport, open_search, update, update_prices
from index.schema import Language, PriceChange, Product
from index.search import Searcher
from index.text import clean, is_chinese

MAX_CHARACTERS = 2000
"""A longer message is read up to here: nobody states a need in more."""

_SEARCHES = frozenset({"search_product", "refine_search", "recommend", "find_deals", "find_similar"})


class ShoppingAssistant:
    """Answers shoppers from one catalogue. One instance serves many chats: state goes in and comes out."""

    def __init__(
        self,
        searcher: Searcher,
        classifier: IntentClassifier,
        *,
        llm: LanguageModel | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Join ready parts; `from_config` makes them."""
        self._classifier, self._llm, self._skills = classifier, llm, registry()
        self._searcher, self._settings = searcher, settings or Settings.from_env()
        self._history = History(searcher.store.engine, searcher.store)
        self._known, self._lock = searcher.snapshot().facts_revision, Lock()
        self._shop = self._open_shop()

    @property
    def shop(self) -> Shop:
        """What the skills work with; its vocabulary is that of the catalogue as it is now."""
        now = self._searcher.snapshot().facts_revision
        if now != self._known:
            with self._lock:
                if now != self._known:
                    self._shop, self._known = self._open_shop(), now
        return self._shop

    def _open_shop(self) -> Shop:
        store = self._searcher.store
        facets = store.vocabulary()
        return Shop(
            searcher=self._searcher,
            vocabulary=Vocabulary(facets),
            history=self._history,
            settings=self._settings,
            currency=next(iter(store.currencies()), "USD"),
            departments=tuple(
                (value.value, next(iter(value.names), value.value)) for value in facets.get("category", ())
            ),
        )

    @classmethod
    def from_config(cls, settings: Settings | None = None, **named: Any) -> Self:
        """Load everything that the settings name.

        Args:
            settings: Ready settings; None reads the environment.
            named: Settings by name that come before the environment's, such as `data_dir` or `llm`; see
                the README's table.

        Raises:
            ShopError: If something is missing; the message says what to do.
        """
        if settings is None:
            settings = Settings.from_env(**named)
        elif named:
            settings = replace(settings, **named)
        searcher = open_search(settings)
        return cls(searcher, IntentClassifier.load(settings), llm=load_llm(settings), settings=settings)

    def reply(self, text: str, *, state: DialogueState | None = None, user: str | None = None) -> Reply:
        """Answer one utterance.

        Args:
            text: What the shopper says, in English or Chinese.
            state: The state of the last reply; None begins a conversation.
            user: Who is speaking, for history; None for a stranger, of whom nothing is kept.

        Raises:
            ShopError: If the store fails; the message says what to do.
        """
        for part in self.stream(text, state=state, user=user):
            if isinstance(part, Reply):
                return part
        raise RuntimeError("a stream ends with a Reply")

    def stream(
        self, text: str, *, state: DialogueState | None = None, user: str | None = None
    ) -> Iterator[Products | Sentence | Reply]:
        """Answer one utterance in parts: `Products` first, then `Sentence` by sentence, at last the `Reply`.

        Arguments and errors are those of `reply`.
        """
        started = perf_counter()
        state = state or DialogueState()
        said = self.understand(text, state)
        understood = perf_counter()
        turn = Turn(said, replace(state, language=said.language), user, self.shop)
        outcome = self._act(turn)
        acted = perf_counter()
        suggestions = outcome.evidence.products
        lines = tuple(product_line(item.hit.product, said.language) for item in suggestions)
        yield Products(suggestions, lines, said.language, outcome.table)
        sentences: list[str] = []
        worded = Worded()
        wanted = said.language in self.shop.settings.llm_languages
        for part in word(outcome, said, self._llm if wanted else None):
            if isinstance(part, Worded):
                worded = part
            else:
                sentences.append(part)
                yield Sentence(part)
        yield Reply(
            text=("" if said.language == "zh" else " ").join(sentences),
            suggestions=suggestions,
            lines=lines,
            understanding=said,
            state=outcome.state,
            quick_replies=outcome.quick_replies,
            table=outcome.table,
            degraded=worded.degraded,
            dropped=worded.dropped,
            seconds={
                "understand": understood - started,
                "act": acted - understood,
                "answer": perf_counter() - acted,
            },
        )

    def record(self, user: str, product_id: str, kind: EventKind) -> None:
        """Note what a shopper did outside the conversation: a view, a purchase, a click on "like"."""
        self._history.record(user, product_id, kind)

    def update(self, products: Sequence[Product] = (), *, deleted: Iterable[str] = ()) -> BuildReport:
        """Add or replace products and remove others while chats go on; the next answer knows it.

        Args:
            products: New and changed ones.
            deleted: Product ids to remove; those that are not there are ignored.

        Raises:
            StoreError: If something cannot be written.
        """
        return update(products, self._settings, deleted=deleted, embedder=self._searcher.embedder)

    def update_prices(self, changes: Iterable[PriceChange]) -> tuple[int, list[str]]:
        """Change prices and stock; nothing is embedded, and the next answer has them.

        Returns:
            (how many products changed, ids that are not in the catalogue)

        Raises:
            StoreError: If they cannot be written.
        """
        return update_prices(changes, self._settings)

    def close(self) -> None:
        """Let go of the database."""
        self._searcher.store.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- steps -------------------------------------------------------------------------------------

    def understand(self, text: str, state: DialogueState | None = None) -> Understanding:
        """Read intent and constraints of an utterance in its situation."""
        state = state or DialogueState()
        text = clean(text)[:MAX_CHARACTERS]
        language = _language(text, state)
        if not any(ch.isalnum() for ch in text):
            return Understanding(text, language, Intent("", 0.0), Constraints())
        answered = _answer_to(state.question, text)
        if answered is not None:
            label, text = answered
            intent = Intent(label, 1.0)
        else:
            intent = self._classifier.classify(text, state.context)
        return Understanding(text, language, intent, parse_constraints(text, self.shop.vocabulary))

    def _act(self, turn: Turn) -> Outcome:
        intent = turn.said.intent
        if not intent.label:
            return Outcome(state=turn.state, composed=turn.say("empty"))
        label = intent.label
        if intent.confidence < MIN_CONFIDENCE or intent.margin < MIN_MARGIN:
            settled = _settled(turn)
            if settled is None:
                return _ask(turn)
            label = settled
        outcome = self._skills.get(label, not_yet)(turn)
        # An open question is answered now, or left behind.
        return replace(outcome, state=replace(outcome.state, question=None))


def _language(text: str, state: DialogueState) -> Language:
    """The language of the text; one without letters goes on in the conversation's."""
    if not any(ch.isalpha() for ch in text):
        return state.language
    return "zh" if is_chinese(text) else "en"


def _answer_to(question: Question | None, text: str) -> tuple[str, str] | None:
    """(intent, the utterance that was unclear) when the text picks an option of the open question."""
    if question is None:
        return None
    for said, label in question.options:
        if text.casefold() == said.casefold():
            return label, question.text
    return None


def _settled(turn: Turn) -> str | None:
    """A search in place of an unsure reading, when a category is named or a search was likely."""
    intent, now = turn.said.intent, turn.said.constraints
    likely = [label for label in (intent.label, intent.runner_up) if label in _SEARCHES]
    if not likely and now.include.get("category"):
        return "search_product"
    if likely and (now.include or now.exclude or now.price is not None or now.price_relative):
        return likely[0]
    return None


def _ask(turn: Turn) -> Outcome:
    """One short question that offers the two readings; never two in a row."""
    intent, language = turn.said.intent, turn.language
    if turn.state.question is not None:
        return Outcome(state=replace(turn.state, question=None), composed=turn.say("rephrase"))
    options = tuple((intent_phrase(label, language), label) for label in (intent.label, intent.runner_up))
    mark = "？" if language == "zh" else "?"
    lead = say("unsure", language) + ("" if language == "zh" else " ")
    question = lead + say("or", language).join(phrase for phrase, _ in options) + mark
    return Outcome(
        state=replace(turn.state, question=Question(turn.said.text, options)),
        composed=question,
        quick_replies=tuple(phrase for phrase, _ in options),
    )
