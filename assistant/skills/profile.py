"""manage_profile: what the assistant keeps of a shopper, shown, changed and forgotten on request."""

# ruff: noqa: E501  (word lists: a pattern cut over lines is harder to read than a long one)

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.notes import Note
from assistant.phrases import facet_name, listed, price_range
from assistant.record import plain
from assistant.skills.base import Turn, titled
from assistant.skills.codes import has_card_number, without_card_numbers
from assistant.skills.finding import find
from assistant.skills.search import search as find_products
from assistant.turns import Outcome
from index.text import fold, tokens

_WHAT = re.compile(
    r"\b(?:what|which|anything).*\b(?:know|remember|stored?|saved?|have|keep|kept|data)\b|\b(?:show|see|view|tell me) .*\b(?:profile|data|preferences|know|remember)|"
    r"(?:知道|记[得住了]?|存|保存|了解|有).*(?:什么|哪些|啥)|(?:什么|哪些).*(?:记|资料|信息)|(?:看|查)(?:一?下|看)?我?的?(?:资料|信息|偏好|记录)",
    re.I,
)
_FORGET = re.compile(
    r"\b(?:forget|delete|remove|erase|wipe|clear|no longer|drop)\b|忘|删|清|抹|不用记|别记着", re.I
)
_ALL = re.compile(
    r"\b(?:everything|all|every thing|whole|my (?:data|profile|info(?:rmation)?|history))\b|\b(?:forget|about) me\b(?! (?:wear|lik))|全部|所有|一切|(?:我的)?(?:信息|资料|数据|记录)|都(?:忘|删|清)|(?:忘[了记掉]?|清空)我$",
    re.I,
)
_PAUSE = re.compile(
    r"\b(?:don'?t|do not|stop|pause|quit|without) (?:\w+ )?(?:remember\w*|track\w*|record\w*|sav\w*|stor\w*|learn\w*|keep\w*|memory|collect\w*)|\bpause\b|"
    r"(?:先|暂时)?(?:不要|别|停止|暂停|不用|不许)(?:再)?(?:记|追踪|跟踪|收集|保存|学习)|无痕|隐私模式",
    re.I,
)
_RESUME = re.compile(
    r"\b(?:can|may|start|resume|please|go ahead and) (?:\w+ )?(?:remember\w*|track\w*|sav\w*|learn\w*|keep\w*)(?: (?:things )?again)?\b.*\b(?:again|now|on)?|\bremember (?:things )?again|\bresume\b|"
    r"(?:可以|继续|恢复|重新|再)(?:开始)?(?:记|保存|学习)",
    re.I,
)
_AGAIN = re.compile(r"\bagain\b|\bresume\b|继续|恢复|重新|又?可以.*记|再记", re.I)
_HISTORY = re.compile(
    r"\b(?:history|viewed|(?:dis)?liked|likes|bought|clicks?|taste)\b|浏览|喜好|历史|看过|买过", re.I
)

_CLAUSE = re.compile(r"[,;.，。；]|\b(?:but|only|just)\b|但|只")
_NEVER = re.compile(
    r"\b(?:never|(?:don'?t|do not)(?! mind)|(?:can'?t|cannot)(?! (?:get enough|live without|resist))|hate|avoid|allergic|no)\b|不|没|讨厌|过敏|避|别|忌",
    re.I,
)
_HARMS = re.compile(
    r"\b(?:gives? me|makes? me|rash|itch\w*|irritates?|allergy|doesn'?t suit|not for me)\b|过敏|不适合|痒",
    re.I,
)

# Of whom something is to be forgotten: a name beside what is kept of people, or somebody's.
_PERSON = re.compile(
    r"\b(?:user|customer|shopper)s?(?: (?:named|called|id))?\s*[:=]?\s*[\"“‘']?(?P<user>[a-z][\w.-]*)|"
    r"\b(?:account|profile|data) of (?P<of>[a-z][\w.-]*)|"
    r"\b(?P<whose>[a-z][\w-]*)['’]s? (?:\w+ ){0,2}(?:data|profile|info\w*|history|orders?|cart|records?|account|notes?|"
    r"preferences|address\w*|likes)\b|"
    r"\bwhat (?P<who>[a-z]+) (?:has |have )?(?:liked|likes|bought|viewed|ordered|looked|said|did)\b|"
    r"\b(?:his|her|him|their|everyone|everybody|somebody|someone|anyone|others|other (?:user|customer|shopper|people)s?|"
    r"all (?:the )?(?:users|customers|shoppers))\b|"
    r"(?:用户|顾客|客户|账号|账户|会员)(?:名)?\s*[是为:：=“「]?\s*(?P<user_zh>[a-z][\w.-]*)|"
    r"(?P<whose_zh>[a-z][a-z0-9.-]*)\s*的(?:所有|全部|一切|购物)*(?:记录|订单|信息|资料|数据|购物车|历史|地址|偏好|喜好)|"
    r"别人|(?<!其)他|她|其他(?:人|用户|顾客|客户)|(?:老公|老婆|丈夫|妻子|朋友|同事|妈妈?|爸爸?|儿子|女儿)的",
    re.I,
)
_OF_NOBODY = frozenset(
    "me my mine myself i you we it its that this what who let here there all everything data history info information "
    "settings profile account and or to about please from of for in on at with as now then again details preferences".split()
)
_ABOUT = re.compile(
    r"\babout (?!(?:me|my|myself|that|this|it|what|who|all|everything|us|our|users?|customers?|shoppers?)\b)\w+",
    re.I,
)

_NO_CARDS = (
    "I keep no card numbers, so I did not note that.",
    "银行卡号我不会保存，所以这条没有记。",
)
_ONLY_OWN = (
    "I can only forget what I know about you. To have all of it deleted, say “forget everything about me”.",
    "我只能删除您自己的信息；要全部删除，请说「忘掉我的所有信息」。",
)
_STRANGER = (
    "I do not know who you are, so I keep nothing beyond this chat.",
    "我不知道您是谁，这次聊天以外什么都不会保存。",
)
_NOTED = ("Noted: {what}.", "记下了：{what}。")
_PAUSED_NOW = (
    "All right, I keep nothing new until you say “you can remember again”.",
    "好的，从现在起不再记录；想恢复时说「可以继续记了」。",
)
_PAUSED_STILL = (
    "Memory is paused, so I did not keep that; say “you can remember again” first.",
    "现在是暂停记录的状态，这条没有保存；想保存请先说「可以继续记了」。",
)
_RESUMED = ("All right, I remember again.", "好的，恢复记录。")
_NOTHING_KNOWN = ("I know nothing about you yet.", "目前没有保存您的任何信息。")
_KNOWN = ("This is what I know: {what}.", "我知道的有：{what}。")
_IS_PAUSED = ("Memory is paused.", "目前暂停记录。")
_FORGOT_ALL = (
    "Done: everything I knew about you is deleted. Your orders are not touched.",
    "好了，关于您的信息都删除了，订单不受影响。",
)
_FORGOT = ("Forgotten: {what}.", "已忘记：{what}。")
_FORGOT_NONE = ("I had not kept that.", "这一点我没有保存过。")
_FORGOT_TASTE = ("what you viewed, liked and bought", "浏览、喜欢和购买的记录")
_AVOIDS = ("avoid {what}", "避开{what}")
_EVENTS = {
    "like": ("liked {what}", "喜欢过{what}"),
    "dislike": ("did not like {what}", "不喜欢{what}"),
    "purchase": ("bought {what}", "买过{what}"),
    "add_to_cart": ("put {what} in the cart", "加购过{what}"),
    "view": ("looked at {what}", "看过{what}"),
}


def manage(turn: Turn) -> Outcome:
    """Show, keep, forget, pause: whichever was asked."""
    text = turn.said.text
    if turn.user is None:
        return _for_guest(turn)
    if _PAUSE.search(text):
        turn.parts.notes.pause(turn.user, True)
        return _plain(turn, turn.tell(_PAUSED_NOW))
    if turn.parts.notes.paused(turn.user) and _RESUME.search(text) and _AGAIN.search(text):
        turn.parts.notes.pause(turn.user, False)
        return _plain(turn, turn.tell(_RESUMED))
    if _FORGET.search(text):
        return _forget(turn, turn.user)
    if _WHAT.search(text):
        return _plain(turn, _known(turn, turn.user))
    return _note(turn, turn.user)


def _for_guest(turn: Turn) -> Outcome:
    """Nothing is kept, but what was asked for besides is done: "I wear 39, show me boots"."""
    now = turn.said.constraints
    if (
        now.include.get("category")
        or now.audience
        or (turn.state.shown and _bears_on_table(turn, now.include))
    ):
        outcome = find_products(turn)
        return replace(outcome, notes=(turn.tell(_STRANGER), *outcome.notes))
    return Outcome(state=turn.state, composed=turn.tell(_STRANGER))


def _bears_on_table(turn: Turn, said: Mapping[str, Sequence[str]]) -> bool:
    """Whether a product on the table has every facet that something was said of; a kind, the very kind."""
    if not said:
        return False
    kinds = set(map(fold, turn.parts.vocabulary.widen("category", said.get("category", ()))))
    return any(
        said.keys() <= {*product.facets, "category", *(("brand",) if product.brand else ())}
        and (not kinds or not kinds.isdisjoint(map(fold, product.category)))
        for product in turn.shown()
    )


def _plain(turn: Turn, composed: str) -> Outcome:
    steps = (
        ("你知道我的什么", "忘掉我的所有信息")
        if turn.language == "zh"
        else ("what do you know about me?", "forget everything about me")
    )
    asked = _WHAT.search(turn.said.text) is not None  # what was just asked is not offered
    return Outcome(state=turn.state, composed=composed, quick_replies=steps[1:] if asked else steps)


def _note(turn: Turn, user: str) -> Outcome:
    """Keep what was said; a search on the table takes it into account at once."""
    if turn.parts.notes.paused(user):
        return _plain(turn, turn.tell(_PAUSED_STILL))
    if has_card_number(turn.said.text):
        return _plain(turn, turn.tell(_NO_CARDS))
    new = _said(turn)
    turn.parts.notes.add(user, new)
    noted = turn.tell(_NOTED, what=_listed(turn, new))
    said = {note.facet: (note.value,) for note in new if note.value}
    searched = turn.state.wanted.query or turn.state.wanted.include
    if not turn.state.shown or not searched or not _bears_on_table(turn, said):
        return _plain(turn, noted)
    outcome = find(turn, turn.state)
    return replace(outcome, composed=turn.joined([noted, outcome.composed]))


def _said(turn: Turn) -> list[Note]:
    """What the utterance says of the shopper: facet values, a usual budget, or else its words."""
    now, text = turn.said.constraints, without_card_numbers(plain(turn.said.text))
    refused = _refused(turn)
    found = [
        Note(facet, value, wanted and (facet, value) not in refused, text)
        for wanted, facets in ((True, now.include), (False, now.exclude))
        for facet, values in facets.items()
        for value in values
    ]
    if any(turn.parts.vocabulary.kind(note.facet) == "size" for note in found):
        found = [note for note in found if note.facet != "category"]  # "my shoe size is 42" likes no shoes
    if now.price is not None:
        found.append(Note("price", "", True, price_range(now.price, turn.parts.currency, turn.language)))
    return found or [Note("", "", True, text)]


def _refused(turn: Turn) -> set[tuple[str, str]]:
    """Values after a word that refuses for good, in its clause: "I never wear pink, only black"."""
    text = turn.said.text
    refused: set[tuple[str, str]] = set()
    for mention in turn.parts.vocabulary.find(text):
        before = _CLAUSE.split(text[: mention.start])[-1]
        after = _CLAUSE.split(text[mention.end :])[0]
        if _NEVER.search(before) or _HARMS.search(after):
            refused.update((mention.facet, value) for value in mention.values)
    return refused


def _listed(turn: Turn, notes: Sequence[Note]) -> str:
    return listed(list(dict.fromkeys(_in_words(turn, note) for note in notes)), turn.language)


def _in_words(turn: Turn, note: Note) -> str:
    if not note.value:
        text = plain(note.text)
        return f"“{text}”" if turn.language == "en" else f"「{text}」"
    value = turn.parts.vocabulary.name_in(note.facet, note.value, turn.language)
    if not note.wanted:
        return turn.tell(_AVOIDS, what=value)
    name = facet_name(note.facet, turn.language)
    return f"{name} {value}" if turn.language == "en" else f"{name}{value}"


def _known(turn: Turn, user: str) -> str:
    items = [_in_words(turn, note) for note in turn.parts.notes.of(user)]
    events = turn.parts.history.events(user)
    products = {p.id: p for p in turn.parts.searcher.store.get(sorted({e.product_id for e in events}))}
    for kind, phrase in _EVENTS.items():
        of_kind = [products[e.product_id] for e in events if e.kind == kind and e.product_id in products]
        titles = [titled(product, turn) for product in of_kind]
        counted = list(Counter(titles))
        if counted:
            shown = listed(counted[:3], turn.language)
            more = len(counted) - 3
            shown += (f" (+{more})" if turn.language == "en" else f"等 {len(counted)} 件") if more > 0 else ""
            items.append(turn.tell(phrase, what=shown))
    paused = turn.tell(_IS_PAUSED) if turn.parts.notes.paused(user) else ""
    if not items:
        return turn.joined([turn.tell(_NOTHING_KNOWN), paused])
    separator = "；" if turn.language == "zh" else "; "
    return turn.joined([turn.tell(_KNOWN, what=separator.join(items)), paused])


def _forget(turn: Turn, user: str) -> Outcome:
    text = turn.said.text
    notes = turn.parts.notes.of(user)
    meant = [note for note in notes if _is_meant(turn, note)]
    whole = _ALL.search(text) or _HISTORY.search(text)
    if _of_another(turn, user) and (whole or not meant):
        return _plain(turn, turn.tell(_ONLY_OWN))
    # Read anew: to the search "forget the phones" is a limit given up.
    kinds = {mention.facet: mention.values for mention in turn.parts.vocabulary.find(text)}
    if not meant and _HISTORY.search(text) and kinds:
        return _forget_events(turn, user, kinds)
    if whole and not meant and _ABOUT.search(text):  # everything about something of which nothing is kept
        return _plain(turn, turn.tell(_FORGOT_NONE))
    if not meant and _ALL.search(text):
        turn.parts.notes.forget(user)
        turn.parts.history.forget(user)
        return _plain(turn, turn.tell(_FORGOT_ALL))
    if not meant and _HISTORY.search(text):
        turn.parts.history.forget(user)
        return _plain(turn, turn.tell(_FORGOT, what=turn.tell(_FORGOT_TASTE)))
    if not meant:
        return _plain(turn, turn.tell(_FORGOT_NONE))
    turn.parts.notes.forget(user, meant)
    return _plain(turn, turn.tell(_FORGOT, what=_listed(turn, meant)))


def _forget_events(turn: Turn, user: str, kinds: Mapping[str, tuple[str, ...]]) -> Outcome:
    """Forget what was done with some products only: 「忘掉我看过的水壶」."""
    done = turn.parts.searcher.store.get(sorted({e.product_id for e in turn.parts.history.events(user)}))
    wanted = {
        facet: set(map(fold, turn.parts.vocabulary.widen(facet, values))) for facet, values in kinds.items()
    }
    gone = [
        product
        for product in done
        if all(some & set(map(fold, product.all_facets().get(facet, ()))) for facet, some in wanted.items())
    ]
    if not gone:
        return _plain(turn, turn.tell(_FORGOT_NONE))
    turn.parts.history.forget(user, [product.id for product in gone])
    titles = listed(list(dict.fromkeys(titled(product, turn) for product in gone)), turn.language)
    return _plain(turn, turn.tell(_FORGOT, what=titles))


def _of_another(turn: Turn, user: str) -> bool:
    """Whether the utterance names somebody else, whose data nobody but they can have deleted."""
    brands = {fold(value) for values in turn.said.constraints.include.values() for value in values}
    for match in _PERSON.finditer(turn.said.text):
        names = [name for name in match.groups() if name is not None]
        if not names or fold(names[0]) not in {*_OF_NOBODY, *brands, fold(user)}:
            return True
    return False


def _is_meant(turn: Turn, note: Note) -> bool:
    """Whether a note is named: by its value, its facet, or words of what was said then."""
    now, text = turn.said.constraints, fold(turn.said.text)
    values = (now.drop, *now.include.values(), *now.exclude.values())
    named = {fold(value) for some in values for value in some}
    if note.value and fold(note.value) in named:
        return True
    facets = {fold(facet_name(note.facet, language)) for language in ("en", "zh")} if note.facet else set()
    if note.facet == "size":
        facets |= {"size", "尺码", "鞋码", "号码"}
    if note.facet == "price":
        facets |= {"budget", "预算"}
    if any(facet in text for facet in facets):
        return True
    said = {word for word in tokens(note.text) if len(word) > 3 or (not word.isascii() and len(word) > 1)}
    return not note.value and len(said & set(tokens(text))) >= 1


SKILLS = {"manage_profile": manage}
