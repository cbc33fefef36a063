"""view_cart and checkout: what the cart comes to, its coupon, and where it is paid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.basket import CartView
from assistant.phrases import money
from assistant.promotions import missing
from assistant.skills.base import Turn
from assistant.skills.carted import MOST, as_table, kept_with, named, promotions_now, sums, view_of
from assistant.skills.codes import coupon_in, has_card_number
from assistant.turns import Option, Outcome, Question


def view(turn: Turn) -> Outcome:
    """Show the cart: lines, what is taken off, the total."""
    if turn.shop.cart is None:
        return no_cart(turn)
    if code := coupon_in(turn.said.text, promotions_now(turn)):
        return with_code(turn, code)
    return shown(turn)


def checkout(turn: Turn) -> Outcome:
    """Show the cart once more and hand over where it is paid; the payment itself is none of ours."""
    if turn.shop.cart is None:
        return no_cart(turn)
    told = [turn.tell(_NO_CARDS)] if has_card_number(turn.said.text) else []
    if code := coupon_in(turn.said.text, promotions_now(turn)):
        told.append(code_told(turn, code))
    now = view_of(turn)
    if not now.lines:
        return empty(turn, told)
    short = {
        product.id: product.stock or 0 for product, count in now.lines if count > (product.stock or MOST)
    }
    short |= {product.id: 0 for product, _ in now.lines if not product.available}
    if short:
        return _settle(turn, now, short, told)
    if turn.shop.checkout is None:
        told.append(turn.tell(_NO_CHECKOUT if turn.shop.desk is None else _NO_CHECKOUT_DESK))
        steps = () if turn.shop.desk is None else (turn.tell(_SAY_PERSON),)
        return replace(shown(turn, told), quick_replies=steps)
    outcome = shown(turn, told)
    rules = (turn.tell(_SAY_SHIPPING), turn.tell(_SAY_RETURNS)) if turn.shop.policies is not None else ()
    return replace(
        outcome,
        composed=turn.joined([outcome.composed, turn.tell(_PAY)]),
        link=turn.shop.checkout.link(turn.customer),
        quick_replies=rules,
    )


def _settle(turn: Turn, now: CartView, short: Mapping[str, int], told: Sequence[str]) -> Outcome:
    """Name what cannot be bought as it is in the cart; no link before that is settled."""
    said = [
        turn.tell(
            _SHORT if short[product.id] else _GONE,
            title=named(turn, product),
            stock=short[product.id],
            count=n,
        )
        for product, n in now.lines
        if product.id in short
    ]
    yes = Option(turn.tell(_YES_SETTLE), "remove_from_cart", turn.said.text, kept_with(short))
    outcome = shown(turn, told)
    return replace(
        outcome,
        state=replace(outcome.state, question=Question(options=(yes,), yes=yes)),
        composed=turn.joined([*told, *said, turn.tell(_ASK_SETTLE)]),
        quick_replies=(yes.said, turn.tell(_SAY_SIMILAR)),
    )


def shown(turn: Turn, told: Iterable[str] = ()) -> Outcome:
    """The cart as it is now, with its lines in focus: "the first one" is the cart's then."""
    now = view_of(turn)
    if not now.lines:
        return empty(turn, told)
    pieces = sum(count for _, count in now.lines)
    said = [*told, turn.tell(_IN_CART_ONE if pieces == 1 else _IN_CART, pieces=pieces), sums(turn, now)]
    if now.gone:
        said.append(turn.tell(_NO_LONGER))
    steps = [turn.tell(_SAY_CHECKOUT)] if turn.shop.checkout is not None else []
    steps += [turn.tell(_SAY_REMOVE), turn.tell(_SAY_GOES_WITH)]
    return Outcome(
        state=replace(turn.state, focus=tuple(product.id for product, _ in now.lines)),
        composed=turn.joined(said),
        table=as_table(turn, now),
        quick_replies=tuple(steps),
    )


def with_code(turn: Turn, code: str) -> Outcome:
    """Use a coupon and show what the cart comes to with it."""
    told = code_told(turn, code)
    return shown(turn, [told]) if view_of(turn).lines else empty(turn, [told])


def code_told(turn: Turn, code: str) -> str:
    """Use a coupon, if it can be used, and say so; a wrong one is refused with the reason."""
    cart = turn.shop.cart
    if not code or cart is None:
        return ""
    promotion = next((item for item in promotions_now(turn) if item.coupon == code), None)
    if promotion is None:
        return turn.tell(_NO_SUCH_CODE, code=code)
    text = promotion.text[turn.language]
    earlier = cart.coupon(turn.customer)
    cart.use_coupon(turn.customer, code)
    now = view_of(turn)
    refused = now.bill.refused
    if not refused:
        return turn.tell(_CODE_USED, code=code)
    if not now.lines and refused != "first_order":
        return turn.tell(_CODE_KEPT, code=code, text=text)
    cart.use_coupon(turn.customer, earlier)
    if refused == "first_order":
        return turn.tell(_NOT_FIRST, code=code)
    if refused == "minimum":
        amount = money(missing(promotion, now.lines), now.bill.currency)
        return turn.tell(_CODE_SHORT, code=code, text=text, amount=amount)
    return turn.tell(_CODE_UNFIT, code=code, text=text)


def empty(turn: Turn, told: Iterable[str] = ()) -> Outcome:
    """Say that there is nothing in the cart."""
    again = turn.tell(_SAY_AGAIN) if turn.state.shown else turn.tell(_SAY_POPULAR)
    return Outcome(state=turn.state, composed=turn.joined([*told, turn.tell(_EMPTY)]), quick_replies=(again,))


def no_cart(turn: Turn) -> Outcome:
    """Say that this shop keeps no carts."""
    return Outcome(state=turn.state, composed=turn.tell(_NO_CART))


_NO_CART = ("This shop has no cart here, so I cannot keep one.", "本店这里没有购物车功能，我没法帮您加购。")
_EMPTY = ("Your cart is empty.", "购物车是空的。")
_IN_CART = ("There are {pieces} items in your cart.", "购物车里共有 {pieces} 件商品。")
_IN_CART_ONE = ("There is 1 item in your cart.", "购物车里有 1 件商品。")
_NO_LONGER = ("Something you had put there is no longer sold.", "之前放进去的有商品已经下架。")
_NO_CARDS = (
    "Please do not send card numbers here: I keep none and cannot use one.",
    "请不要在这里发送银行卡号：我不会保存，也用不了。",
)
_PAY = ("Pay here.", "点这里付款。")
_NO_CHECKOUT = ("This shop has no online checkout here.", "本店这里不能在线结账。")
_NO_CHECKOUT_DESK = (
    "This shop has no online checkout here; a person can take your order.",
    "本店这里不能在线结账，可以转人工帮您下单。",
)
_GONE = ("{title} has sold out.", "{title} 已经卖完了。")
_SHORT = (
    "Of {title} only {stock} are left, and {count} are in your cart.",
    "{title} 只剩 {stock} 件，购物车里有 {count} 件。",
)
_ASK_SETTLE = (
    "That has to be settled before you pay. Shall I change your cart to what there is?",
    "付款前要先处理一下，要我按现有库存调整购物车吗？",
)
_YES_SETTLE = ("yes, change it", "好，调整吧")
_NO_SUCH_CODE = ("There is no code {code} that works today.", "没有可用的优惠码 {code}。")
_CODE_USED = ("Code {code} is applied.", "优惠码 {code} 已生效。")
_CODE_KEPT = (
    "Code {code} is noted and counts once its conditions are met: {text}",
    "优惠码 {code} 已记下，满足条件后生效：{text}",
)
_CODE_SHORT = (
    "Code {code} does not apply yet, {amount} more is needed: {text}",
    "优惠码 {code} 还不能用，还差 {amount}：{text}",
)
_CODE_UNFIT = ("Code {code} does not apply to this cart: {text}", "优惠码 {code} 不适用于当前购物车：{text}")
_NOT_FIRST = (
    "Code {code} is for a first order only, and you have ordered before.",
    "优惠码 {code} 仅限首单使用，您之前已经下过单。",
)
_SAY_CHECKOUT = ("check out", "去结账")
_SAY_REMOVE = ("take out the last one", "拿掉最后一个")
_SAY_GOES_WITH = ("what goes with it?", "搭配什么好")
_SAY_SIMILAR = ("something similar", "类似的还有哪些")
_SAY_AGAIN = ("add the first one", "第一个加入购物车")
_SAY_POPULAR = ("what is popular?", "有什么热销的")
_SAY_PERSON = ("let me talk to a person", "转人工")
_SAY_SHIPPING = ("how long does delivery take?", "多久能送到")
_SAY_RETURNS = ("can I return it?", "可以退货吗")

SKILLS = {"view_cart": view, "checkout": checkout}
