"""like_product and dislike_product: feedback that counts at once."""

from dataclasses import replace

from assistant.skills.base import SHOWN, Turn, as_suggestions, by_number, put_on_table, titled
from assistant.turns import Outcome
from index.search import Hit


def like(turn: Turn) -> Outcome:
    """Note what pleases; the next ranking uses it."""
    products = by_number(turn, default=1)
    if not products:
        return Outcome(state=turn.state, composed=turn.say("which" if turn.state.shown else "nothing_shown"))
    if turn.user is not None:
        for product in products:
            turn.shop.history.record(turn.user, product.id, "like")
    titles = "、".join(titled(product, turn) for product in products)
    composed = turn.say("liked", title=titles) if turn.user is not None else turn.say("liked_anonymous")
    steps = (
        ("类似的还有哪些", "第一个有货吗")
        if turn.language == "zh"
        else ("something similar", "is it in stock?")
    )
    return Outcome(state=turn.state, composed=composed, quick_replies=steps)


def dislike(turn: Turn) -> Outcome:
    """Note what displeases, take it off the table, and fill its place."""
    products = by_number(turn, default=len(turn.state.shown) if len(turn.state.shown) == 1 else 0)
    if not products:
        return Outcome(state=turn.state, composed=turn.say("which" if turn.state.shown else "nothing_shown"))
    if turn.user is not None:
        for product in products:
            turn.shop.history.record(turn.user, product.id, "dislike")
    gone = {product.id for product in products}
    ranking = tuple(key for key in turn.state.ranking if key not in gone)
    left = turn.shop.searcher.store.get(ranking)
    state = replace(turn.state, ranking=ranking, question=None)
    hits = [Hit(product, 1 - at / (len(left) + 1)) for at, product in enumerate(left)]
    key = "disliked" if turn.user is not None else "disliked_anonymous"
    composed = turn.say(key, title="、".join(titled(product, turn) for product in products))
    if not hits:
        return Outcome(state=replace(state, shown=()), composed=composed)
    separator = "" if turn.language == "zh" else " "
    suggestions = as_suggestions(turn, hits)[:SHOWN]
    return put_on_table(turn, state, suggestions, composed + separator + turn.say("others"))


SKILLS = {"like_product": like, "dislike_product": dislike}
