"""like_product and dislike_product: feedback that counts at once."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.history import EventKind
from assistant.skills.base import SHOWN, Turn, ask_number, titled
from assistant.skills.reference import refer
from assistant.skills.table import as_suggestions, put_on_table
from assistant.turns import Outcome
from index.schema import Product
from index.search import Hit

_LIKED = ("Noted: you like {title}.", "记下了，您喜欢{title}。")
_LIKED_FOR_NOW = ("Good choice: {title}.", "好眼光：{title}。")
_GONE = ("Noted, {title} will not come up again.", "好的，不再推荐{title}。")
_ALL_GONE = ("All right, none of those.", "好的，这几款都不要了。")
_INSTEAD = ("Instead:", "换这几款看看：")
_NOTHING_LEFT = (
    "That was everything that fits; tell me what should be different.",
    "符合的都看过了，告诉我想要什么样的吧。",
)


def like(turn: Turn) -> Outcome:
    """Note what pleases; the next ranking uses it."""
    products = refer(turn)
    if not products:
        return ask_number(turn, "like_product") if turn.state.shown else _empty(turn)
    _record(turn, products, "like")
    phrase = _LIKED if turn.user is not None else _LIKED_FOR_NOW
    titles = turn.say("and").join(titled(product, turn) for product in products)
    steps = (
        ("加入购物车", "类似的还有哪些", "评价怎么样")
        if turn.language == "zh"
        else ("add it to my cart", "something similar", "what do reviewers say?")
    )
    return Outcome(
        state=replace(turn.state, focus=tuple(product.id for product in products)),
        composed=turn.tell(phrase, title=titles),
        quick_replies=steps,
    )


def dislike(turn: Turn) -> Outcome:
    """Note what displeases, take it off the table, and fill its place; if nothing is named, all of it."""
    shown = turn.shown()
    if not shown:
        return _empty(turn)
    products = refer(turn)
    if products:
        _record(turn, products, "dislike")
        said = turn.tell(_GONE, title=turn.say("and").join(titled(product, turn) for product in products))
    elif turn.said.constraints.references:
        return ask_number(turn, "dislike_product")
    else:
        products, said = shown, turn.tell(_ALL_GONE)
    return _replaced(turn, products, said)


def _replaced(turn: Turn, products: Sequence[Product], said: str) -> Outcome:
    """The table without some products, filled up with the next ones of the search."""
    gone = {product.id for product in products}
    families = [product.family or product.id for product in products]
    refused = tuple(dict.fromkeys((*turn.state.refused, *families)))
    ranking = tuple(key for key in turn.state.ranking if key not in gone)
    state = replace(turn.state, ranking=ranking, refused=refused, focus=())
    kept = [key for key in turn.state.shown if key not in gone]
    seen = max(
        (turn.state.ranking.index(key) for key in turn.state.shown if key in turn.state.ranking), default=-1
    )
    following = [key for key in turn.state.ranking[seen + 1 :] if key not in gone]
    left = turn.parts.searcher.store.get([*kept, *following])
    left = [product for product in left if (product.family or product.id) not in refused]
    if not left:
        return Outcome(state=replace(state, shown=()), composed=turn.joined([said, turn.tell(_NOTHING_LEFT)]))
    hits = [Hit(product, 1 - at / (len(left) + 1)) for at, product in enumerate(left)]
    suggestions = as_suggestions(replace(turn, state=state), hits)[:SHOWN]
    return put_on_table(turn, state, suggestions, turn.joined([said, turn.tell(_INSTEAD)]))


def _record(turn: Turn, products: Sequence[Product], kind: EventKind) -> None:
    if turn.user is None or turn.parts.notes.paused(turn.user):
        return
    for product in products:
        turn.parts.history.record(turn.user, product.id, kind)


def _empty(turn: Turn) -> Outcome:
    return Outcome(state=turn.state, composed=turn.say("nothing_shown"))


SKILLS = {"like_product": like, "dislike_product": dislike}
