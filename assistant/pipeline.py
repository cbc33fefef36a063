"""The facade: `ShoppingAssistant`."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Lock
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from assistant.acts import Act, Reader
from assistant.answer import Worded, word
from assistant.basket import CartView, cart_view
from assistant.config import Settings
from assistant.history import EventKind, History
from assistant.intent import IntentClassifier
from assistant.llm import LanguageModel, load_llm
from assistant.notes import Notes
from assistant.phrases import product_line
from assistant.policies import PolicyIndexes
from assistant.sessions import Sessions
from assistant.shop import Shop
from assistant.situation import Standing
from assistant.skills import registry
from assistant.skills.base import Parts, Turn
from assistant.skills.called import name_words
from assistant.skills.cart import without_card_numbers
from assistant.skills.search import by_name
from assistant.skills.talk import ask_which, not_yet
from assistant.sql_shop import SqlShop
from assistant.turns import (
    Constraints,
    DialogueState,
    Intent,
    Outcome,
    Products,
    Reply,
    Sentence,
    Suggestion,
    Understanding,
    Waiting,
)
from assistant.vocabulary import Vocabulary
from index.build import BuildReport, open_search, update, update_prices
from index.schema import Language, PriceChange, Product
from index.search import Hit, Searcher
from index.text import clean

HEARD = 12
"""Utterances that a person who takes over is told."""

HEARD_CHARACTERS = 300
"""As much of each."""


class ShoppingAssistant:
    """Answers shoppers from one catalogue. One instance serves many chats: state goes in and comes out."""

    def __init__(
        self,
        searcher: Searcher,
        classifier: IntentClassifier,
        *,
        shop: Shop | None = None,
        llm: LanguageModel | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Join ready parts; `from_config` makes them.

        Args:
            searcher: The catalogue.
            classifier: Reads intents.
            shop: Cart, orders and the rest; None is the default shop in the catalogue's database.
            llm: Words what it may; None leaves the composed answers.
            settings: None reads the environment.
        """
        self._llm, self._skills = llm, registry()
        self._searcher, self._settings = searcher, settings or Settings.from_env()
        engine = searcher.store.engine
        self._history, self._notes = History(engine, searcher.store), Notes(engine)
        self._sessions = Sessions(engine, self._settings.session_days)
        self._shop: Shop = SqlShop(engine, self._settings) if shop is None else shop
        self._policies = PolicyIndexes(self._shop.policies, searcher.embedder)
        self._known, self._lock = searcher.snapshot().facts_revision, Lock()
        self._parts = self._open_parts()
        self._reader = Reader(classifier, lambda: self.parts.vocabulary, searcher.lexical.knows)

    @property
    def shop(self) -> Shop:
        """The shop behind the assistant."""
        return self._shop

    @property
    def parts(self) -> Parts:
        """What the skills work with; its vocabulary is that of the catalogue as it is now."""
        now = self._searcher.snapshot().facts_revision
        if now != self._known:
            with self._lock:
                if now != self._known:
                    self._parts, self._known = self._open_parts(), now
        return self._parts

    def _open_parts(self) -> Parts:
        store = self._searcher.store
        facets = store.vocabulary()
        return Parts(
            searcher=self._searcher,
            vocabulary=Vocabulary(facets),
            history=self._history,
            notes=self._notes,
            shop=self._shop,
            policies=self._policies,
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
    ) -> Iterator[Products | Sentence | Waiting | Reply]:
        """Answer one utterance in parts: `Products` first, then `Sentence` by sentence, at last the `Reply`.

        `Waiting` may come between them: closing the stream there, or anywhere, lets go of the language model.

        Arguments and errors are those of `reply`.
        """
        started = perf_counter()
        state = _begun(state or DialogueState(), text)
        acts = self._reader.read(text, state, self._standing(state, user))
        understood = perf_counter()
        said = acts[-1].said
        outcome = self._act(acts, replace(state, language=said.language), user)
        if user is not None and not self._notes.paused(user):
            self._sessions.save(user, outcome.state)
        acted = perf_counter()
        asked = tuple(self.parts.chips(outcome.state.wanted, said.language))
        outcome = replace(outcome, evidence=replace(outcome.evidence, asked=asked))
        suggestions = outcome.evidence.products
        lines = tuple(product_line(item.hit.product, said.language) for item in suggestions)
        yield Products(suggestions, lines, said.language, outcome.table)
        sentences: list[str] = []
        worded = Worded()
        wanted = said.language in self._settings.llm_languages
        brief = getattr(self._llm, "brief", False)
        for part in word(outcome, said, self._llm if wanted else None, brief=brief):
            if isinstance(part, Worded):
                worded = part
            elif part:
                sentences.append(part)
                yield Sentence(part)
            else:
                yield Waiting()
        yield Reply(
            text=("" if said.language == "zh" else " ").join(sentences),
            suggestions=suggestions,
            lines=lines,
            understanding=said,
            intents=tuple(act.said.intent.label for act in acts),
            state=outcome.state,
            quick_replies=outcome.quick_replies,
            table=outcome.table,
            link=outcome.link,
            degraded=worded.degraded,
            generated=worded.generated,
            seconds={
                "understand": understood - started,
                "act": acted - understood,
                "answer": perf_counter() - acted,
            },
        )

    def resume(self, user: str) -> DialogueState:
        """The user's last conversation, on whichever device it was; a fresh one if there is none.

        Raises:
            StoreError: If it cannot be read.
        """
        return self._sessions.load(user) or DialogueState()

    def forget(self, user: str) -> None:
        """Delete what is known of a shopper: history, notes and conversation. Orders are not touched.

        Raises:
            StoreError: If something cannot be deleted.
        """
        self._history.forget(user)
        self._notes.forget(user)
        self._sessions.forget(user)

    def cart(self, user: str | None, state: DialogueState) -> CartView:
        """What the cart of a user, or of a guest's conversation, holds and comes to now.

        Raises:
            StoreError: If it cannot be read.
        """
        turn = Turn(
            Understanding("", state.language, Intent("", 0.0), Constraints()), state, user, self.parts
        )
        return cart_view(self._shop, self._searcher.store, turn.customer, turn.today)

    def on_table(self, state: DialogueState) -> tuple[Suggestion, ...]:
        """What a conversation that goes on shows, as the records are now.

        Raises:
            StoreError: If they cannot be read.
        """
        products = self._searcher.store.get(state.shown)
        return tuple(Suggestion(Hit(product, 1.0), 1.0) for product in products)

    def chips(self, state: DialogueState) -> list[str]:
        """What is asked for now, one short text for each constraint, in the conversation's language."""
        return self.parts.chips(state.wanted, state.language)

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
        """Read intent and constraints of an utterance in its situation; of several acts, the last."""
        return self._reader.read(text, state or DialogueState())[-1].said

    def _standing(self, state: DialogueState, user: str | None) -> Standing:
        """What the shopper has in the cart and has ordered, what is at hand; a guest has ordered nothing."""
        customer, cart, orders = user or state.session, self._shop.cart, self._shop.orders
        lines = cart.lines(customer) if cart is not None else ()
        at_hand = dict.fromkeys((*state.focus, *state.shown, *(line.product_id for line in lines)))
        products = self._searcher.store.get(list(at_hand))
        return Standing(
            cart=bool(lines),
            orders=user is not None and orders is not None and bool(orders.of(customer)),
            names=frozenset(word for product in products for word in name_words(product)),
        )

    def _act(self, acts: Sequence[Act], state: DialogueState, user: str | None) -> Outcome:
        """Do everything that was asked for, in order."""
        outcomes = []
        for act in acts:
            outcome = self._do(act, Turn(act.said, state, user, self.parts, act.chosen))
            # An open question is answered now, or left behind.
            still_open = outcome.state.question is state.question
            if act.label:
                state = replace(outcome.state, question=None) if still_open else outcome.state
                state = replace(state, topic=act.label)
            outcomes.append(replace(outcome, state=state))
        return _together(outcomes, acts[-1].said.language)

    def _do(self, act: Act, turn: Turn) -> Outcome:
        if not act.label:
            return Outcome(state=turn.state, composed=turn.say("empty"))
        if act.unsure:
            return by_name(turn) or ask_which(turn)
        return self._skills.get(act.label, not_yet)(turn)


def _begun(state: DialogueState, text: str) -> DialogueState:
    """The state with a name for the conversation, and what was said just now."""
    said = without_card_numbers(clean(text))[:HEARD_CHARACTERS]
    heard = (*state.heard, said)[-HEARD:] if any(ch.isalnum() for ch in said) else state.heard
    return replace(state, session=state.session or f"session-{secrets.token_hex(12)}", heard=heard)


def _together(outcomes: Sequence[Outcome], language: Language) -> Outcome:
    """One answer to several acts: every text, the last products, table and link."""
    if len(outcomes) == 1:
        return outcomes[0]
    last = outcomes[-1]
    products = next((o.evidence.products for o in reversed(outcomes) if o.evidence.products), ())
    facts = tuple(fact for outcome in outcomes for fact in outcome.evidence.facts)
    return Outcome(
        state=last.state,
        composed=("" if language == "zh" else " ").join(
            part for outcome in outcomes for part in (*outcome.notes, outcome.composed)
        ),
        evidence=replace(last.evidence, products=products, facts=facts),
        quick_replies=last.quick_replies,
        table=next((outcome.table for outcome in reversed(outcomes) if outcome.table), ()),
        link=next((outcome.link for outcome in reversed(outcomes) if outcome.link), ""),
    )
