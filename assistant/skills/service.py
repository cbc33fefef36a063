"""ask_policy and human_agent: what the shop's pages say, and people who take over."""

from assistant.basket import cart_view
from assistant.phrases import listed, money
from assistant.places import HOME, countries, without_places
from assistant.policy_words import of_customs, of_delivery, stands_alone
from assistant.quoting import MOST_SENTENCES, quoted
from assistant.shop import Section
from assistant.skills.base import Turn, titled
from assistant.skills.codes import without_card_numbers
from assistant.turns import Outcome

NEAR = 0.85
"""A second section is quoted too when its score is at least this share of the best one's."""

REMEMBERED = 4
"""Utterances, the last one included, in which a question may find what it adds to."""

HEARD = 6
"""Utterances that a person who takes over is given."""


def ask_policy(turn: Turn) -> Outcome:
    """What the shop's pages say, with the section that says it."""
    index = turn.parts.policy_index(turn.language)
    if index is None:
        return _cannot_say(turn, _NO_PAGES)
    question = _question(turn)
    found = list(index.find(question, limit=2))
    if not found:
        return _cannot_say(turn, _NOT_SAID, _subjects(turn))
    best, others = found[0], found[1:]
    near = [(section, score) for section, score in others if score >= NEAR * best[1]]
    told = [
        _from(turn, section, question, most)
        for (section, _), most in zip((best, *near), (MOST_SENTENCES, 2), strict=False)
    ]
    steps = [
        turn.tell(_SAY_MORE, title=section.title) for section, score in others if (section, score) not in near
    ]
    if turn.shop.desk is not None:
        steps.append(turn.tell(_SAY_PERSON))
    return Outcome(state=turn.state, composed=turn.joined(told), quick_replies=tuple(steps))


def from_pages(turn: Turn, question: str) -> str:
    """What the shop's pages say to a question, with the section that says it; "" if nothing."""
    index = turn.parts.policy_index(turn.language)
    found = list(index.find(question, limit=1)) if index is not None else []
    return _from(turn, found[0][0], question, MOST_SENTENCES) if found else ""


def _question(turn: Turn) -> str:
    """What is asked, with what it adds to: "and to Canada?", and the place that was named before."""
    text = turn.said.text
    if turn.state.topic != "ask_policy":
        return text
    before = list(reversed(turn.state.heard[-REMEMBERED:-1]))
    if not stands_alone(text) and before:
        asked = next(filter(stands_alone, before), before[0])
        text = f"{without_places(asked) if countries(text) else asked} {text}"
    if not countries(text) and of_delivery(text):
        named = (country for earlier in before for country in sorted(countries(earlier)))
        places = (country for country in named if country != HOME or not of_customs(text))
        text = f"{text} {next(places, '')}".strip()
    return text


def _from(turn: Turn, section: Section, question: str, most: int) -> str:
    text = quoted(section, question, most=most)
    return turn.tell(_SAYS, document=section.document, title=section.title, text=text)


def _subjects(turn: Turn) -> str:
    """What the pages are about."""
    policies = turn.shop.policies
    sections = () if policies is None else policies.sections(turn.language)
    pages = list(dict.fromkeys(section.document for section in sections))
    separator = "；" if turn.language == "zh" else "; "
    return turn.tell(_PAGES, pages=separator.join(pages)) if pages else ""


def _cannot_say(turn: Turn, phrase: tuple[str, str], more: str = "") -> Outcome:
    desk = turn.shop.desk is not None
    told = [turn.tell(phrase), more, turn.tell(_A_PERSON) if desk else ""]
    return Outcome(
        state=turn.state, composed=turn.joined(told), quick_replies=(turn.tell(_SAY_PERSON),) if desk else ()
    )


def human_agent(turn: Turn) -> Outcome:
    """Hand the conversation to a person, and show the shopper what is passed on."""
    desk = turn.shop.desk
    if desk is None:
        return Outcome(state=turn.state, composed=turn.tell(_NOBODY))
    passed = _summary(turn)
    number = desk.hand_over(turn.customer, "\n".join(f"{name}: {text}" for name, text in passed))
    told = [turn.tell(_HANDED, number=number)]
    if passed:
        what = listed([name for name, _ in passed], turn.language)
        told.append(turn.tell(_PASSED_ON, what=what))
    steps = (turn.tell(_SAY_ORDERS),) if turn.shop.orders is not None and turn.user is not None else ()
    return Outcome(state=turn.state, composed=turn.joined(told), quick_replies=steps)


def _summary(turn: Turn) -> list[tuple[str, str]]:
    """(what it is, the text) of everything that a person needs to go on from here."""
    state, store = turn.state, turn.parts.searcher.store
    passed: list[tuple[str, str]] = []
    heard = [without_card_numbers(text) for text in state.heard[-HEARD:]] or [
        without_card_numbers(turn.said.text)
    ]
    passed.append((turn.tell(_HEARD), " / ".join(heard)))
    chips = turn.parts.chips(state.wanted, turn.language)
    if state.wanted.query or chips:
        passed.append((turn.tell(_WANTED), ", ".join(filter(None, [state.wanted.query, *chips]))))
    products = store.get(list(dict.fromkeys([*state.focus, *state.shown])))
    if products:
        titles = [f"{titled(product, turn)} [{product.id}]" for product in products]
        passed.append((turn.tell(_PRODUCTS), "; ".join(titles)))
    if turn.shop.cart is not None:
        view = cart_view(turn.shop, store, turn.customer, turn.today)
        if view.lines:
            lines = [f"{count} × {titled(product, turn)} [{product.id}]" for product, count in view.lines]
            total = money(view.bill.total, view.bill.currency)
            passed.append((turn.tell(_CART), f"{'; '.join(lines)} = {total}"))
    return passed


_NO_PAGES = (
    "This shop has not given me its rules, so I cannot say.",
    "本店没有给我提供店铺规则，我没法回答。",
)
_NOT_SAID = ("The shop's pages do not say.", "本店的规则页面没有写这一点。")
_PAGES = ("They are about: {pages}.", "页面内容包括：{pages}。")
_A_PERSON = ("A person can tell you.", "可以转人工问一下。")
_SAYS = ("{document}, “{title}”: {text}", "《{document}》「{title}」：{text}")
_SAY_MORE = ("what about “{title}”?", "「{title}」是怎么规定的")
_SAY_PERSON = ("let me talk to a person", "转人工")
_SAY_ORDERS = ("show my orders", "我的订单")
_NOBODY = (
    "There is nobody I can hand you over to here. I can help with products, though.",
    "这里没有可以转接的人工客服，商品方面的问题我可以帮您。",
)
_HANDED = (
    "I have passed this on to a person; your request has the number {number}.",
    "已转给人工客服，您的服务单号是 {number}。",
)
_PASSED_ON = ("They get: {what}.", "已一并转交：{what}。")
_HEARD = ("what you said last", "您刚才说的话")
_WANTED = ("what you are looking for", "您要找的商品条件")
_PRODUCTS = ("the products we talked about", "聊到的商品")
_CART = ("your cart", "您的购物车")

SKILLS = {"ask_policy": ask_policy, "human_agent": human_agent}
