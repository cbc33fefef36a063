"""Reads an utterance into acts: what it answers, what it asks for, and in which order."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.buying import asks_advice, orders
from assistant.constraints import parse_constraints
from assistant.intent import MIN_CONFIDENCE, MIN_MARGIN, IntentClassifier
from assistant.situation import UNKNOWN, Reading, Standing, in_situation
from assistant.skills.codes import has_card_number, without_card_numbers
from assistant.turns import Constraints, DialogueState, Intent, Option, Question, Understanding
from assistant.vocabulary import Vocabulary
from index.schema import Language
from index.text import clean, fold, has_han, is_chinese

MAX_CHARACTERS = 2000
"""A longer message is read up to here: nobody states a need in more."""

MIN_PART_CONFIDENCE = 0.35
"""Each part of a message that is taken apart has to be this clear."""

SURE_PART_CONFIDENCE = 0.6
"""And one of them this clear."""

_SEARCHES = frozenset({"search_product", "refine_search", "recommend", "find_deals", "find_similar"})
_POLITE = frozenset({"greet", "thank", "affirm", "deny", "goodbye"})
_ASKING = frozenset({"ask_product", "compare_products"})
_DOING = frozenset(
    "add_to_cart remove_from_cart view_cart checkout track_order change_order ask_policy human_agent like_product "
    "dislike_product manage_profile".split()
)
"""At least one of several acts is one of these: needs are not taken apart, they are refined."""

_VERB_EN = (
    r"(?:please |pls |can you |could you |also |then |let'?s |i'?d like to |i (?:also )?(?:want|need)(?: to)? )*"
    r"(?:add|put|take|remove|delete|show|find|compare|check|cancel|return|refund|exchange|track|search|look|give|tell|get me|"
    r"go back|start over|forget|remember|recommend|suggest|whats?|where|when|how|which|is there|are there|do (?:you|the|they|any|these|those)|does|is (?:it|this|that|the)|are (?:they|these|the)|"
    r"i'?ll take|i love|i like|i hate|i also|any|got|have you|anything|pay|empty|buy)\b"
)
_VERB_ZH = (
    r"(?:请|麻烦|帮我|给我|我想|我要|再|也|顺便|还|直接|马上|先|就)*(?:加|放|买|看|找|搜|对比|比较|比一下|删|去掉|移|拿掉|结账|结算|付款|查|取消|退|换货|推荐|告诉|问|跟我说|说一?下|运费|邮费|快递费|"
    r"有没有|有什么|有(?=[^，。,]{1,10}吗)|什么|多少|怎么|记住|忘|清空|转|联系|喜欢|来|一共|总共|合计|寄|送到)"
)
_CUT = re.compile(
    rf"(?:[,;.!?]\s*)?\b(?:and|then|but|also|plus|oh and)\b,?\s+(?={_VERB_EN})|[;.!?,]\s+(?={_VERB_EN})|"
    rf"[，。；！？、,;]\s*(?=[^，。；、]{{1,6}}的(?:来|要|加|拿)(?:[一二两三四五六七八九十]|\d))|[，。；！？、,;]\s*(?:然后|再|顺便|并且|另外|还有|同时|接着)?(?={_VERB_ZH}|它.{{0,8}}(?:多|几|吗|什么|怎么|能|有))|(?:然后|顺便|并且|接着|同时)(?={_VERB_ZH})",
    re.I,
)
_BEGINS = re.compile(
    rf"(?:{_VERB_EN}|{_VERB_ZH})|\b(?:thanks|thank|hi|hello|great|good|ok|okay|yes|no)\b|谢|你好|好的", re.I
)
_NO_VALUE = re.compile(
    r"^(?:beauty|sweet|mint|gold|cool|neat|ace|wicked|golden)\s*[,.!]+\s|\bthrow(?= in\b)", re.I
)
"""What pleases or is done, and is a colour or a kind of thing otherwise."""
_YES = re.compile(
    r"(?:yes|yep|yeah|yup|ya|sure|ok(?:ay)?|go ahead|do (?:it|that)|please do|confirm(?:ed)?|correct|right|absolutely|definitely|of course|fine|sounds good|that works|"
    r"是的?|对的?|好[的呀啊嘞吧]?|可以的?|行[的吧]?|确认|确定|嗯+|没问题|要的?|当然|同意|就这样|ok)(?=$|[\s,.!。，！~]|吧|呀|啊|的)",
    re.I,
)
_NO = re.compile(
    r"(?:no|nope|nah|not? (?:thanks|thank you|now|yet|really)|never ?mind|don'?t|stop|cancel that|leave it|wait|hold on|"
    r"不用了?|不要了?|不了|不是|不对|算了|先不|别|不行|不必|暂时不|等等|等一下)(?=$|[\s,.!。，！~]|吧|呀|啊|的|了|要|取消)",
    re.I,
)


_NEGATES = re.compile(r"\b(?:no\w*|nah|don'?t|stop|never|leave|cancel|forget|wait)\b|不|别|算|没", re.I)
"""Without any of these a short answer to a question is no "no", however it sounds."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do.

    Attributes:
        said: The words, and how they were read.
        label: The intent whose skill does it; empty when there is nothing to read.
        chosen: What the skill kept with the option that was taken.
        unsure: Whether the reading is too unsure to act on.
    """

    said: Understanding
    label: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    unsure: bool = False


class Reader:
    """Understands utterances in their situation."""

    def __init__(
        self,
        classifier: IntentClassifier,
        vocabulary: Callable[[], Vocabulary],
        known: Callable[[str], bool] = lambda words: False,
    ) -> None:
        """Join the classifier with the catalogue's names, as they are at each turn.

        Args:
            classifier: Reads intents.
            vocabulary: The names of the catalogue's values.
            known: Whether the catalogue has all of some words, or other names of them.
        """
        self._classifier, self._vocabulary, self._known = classifier, vocabulary, known

    def read(self, text: str, state: DialogueState, standing: Standing = UNKNOWN) -> tuple[Act, ...]:
        """What an utterance asks for, at least one act, in order."""
        # Before anything is read: what is not read is not kept, not searched for, not given to a model.
        text = without_card_numbers(clean(text))[:MAX_CHARACTERS]
        language = _language(text, state)
        if not any(ch.isalnum() for ch in text):
            label = "checkout" if has_card_number(text) else ""  # who sends no more than that wants to pay
            return (Act(Understanding(text, language, Intent(label, 0.0), Constraints()), label),)
        if option := _taken(state.question, text):
            return (self._act_on(option, text, language, Intent(option.label, 1.0)),)
        said = self._understood(text, language, state.context)
        if option := _agreed(state.question, said):
            label = "affirm" if option is state.question.yes else "deny"  # type: ignore[union-attr]
            return (self._act_on(option, text, language, Intent(label, 1.0)),)
        acts: list[Act] = []
        for part in self._parts(said, state, standing):
            acts.append(self._settled(part, _after(state, [act.label for act in acts]), standing))
        return tuple(acts)

    def _understood(self, text: str, language: Language, context: str) -> Understanding:
        intent = self._classifier.classify(text, context)
        plain = _NO_VALUE.sub(lambda match: " " * len(match.group()), text)
        return Understanding(text, language, intent, parse_constraints(plain, self._vocabulary()))

    def _act_on(self, option: Option, text: str, language: Language, intent: Intent) -> Act:
        """The act that an option stands for; the utterance keeps the intent that it was."""
        meant = option.text or text
        said = Understanding(meant, language, intent, parse_constraints(meant, self._vocabulary()))
        return Act(said, option.label, option.data)

    def _settled(self, said: Understanding, state: DialogueState, standing: Standing) -> Act:
        """The act of a reading; one that is unsure may still be a search when it names what is searched for."""
        reading = in_situation(said, state, standing)
        meant = said if reading.text == said.text else replace(said, text=reading.text)
        intent, now = said.intent, said.constraints
        if reading.label != intent.label:
            meant = replace(meant, intent=replace(intent, label=reading.label))
        if reading.sure or (intent.confidence >= MIN_CONFIDENCE and intent.margin >= MIN_MARGIN):
            return Act(meant, reading.label)
        both = {intent.label, intent.runner_up}
        if both <= _ASKING or both <= {"thank", "goodbye"}:  # either way the answer is much the same
            return Act(meant, intent.label)
        at_hand = bool(state.focus) or len(state.shown) == 1
        asks = said.text.rstrip().endswith(("?", "？")) and len(said.text.split()) <= 4
        if at_hand and ("ask_product" in both or asks):  # "refresh rate?"
            return Act(_as(meant, "ask_product"), "ask_product")
        if state.question is not None and state.question.options and not now.include.get("category"):
            for mention in self._vocabulary().find(said.text):
                if mention.kind == "category":  # "for the kitchen" answers "what are you looking for?"
                    wanted = replace(now, include={mention.facet: mention.values})
                    return Act(_as(replace(meant, constraints=wanted), "search_product"), "search_product")
        likely = [label for label in (intent.label, intent.runner_up) if label in _SEARCHES]
        if not likely and now.include.get("category"):
            return Act(_as(meant, "search_product"), "search_product")
        limits = now.include or now.exclude or now.price is not None or now.price_relative or now.lacking
        if likely and (limits or (_is_short(now.query) and self._known(now.query))):
            return Act(_as(meant, likely[0]), likely[0])
        return Act(meant, intent.label, unsure=True)

    def _parts(
        self, whole: Understanding, state: DialogueState, standing: Standing
    ) -> tuple[Understanding, ...]:
        """The message in parts, when each is clear by itself and they ask for different things."""
        cuts = [match.span() for match in _CUT.finditer(whole.text)]
        if not cuts or len(cuts) > 4:
            return (whole,)
        texts = _with_verbs([text for text in _between(whole.text, cuts) if any(ch.isalnum() for ch in text)])
        chat = _POLITE | {"out_of_scope"} if whole.intent.label in _POLITE | {"out_of_scope"} else _POLITE
        found: list[Understanding] = []
        readings: list[Reading] = []
        for text in texts:
            part = self._understood(text, whole.language, state.context)
            reading = in_situation(part, _after(state, [reading.label for reading in readings]), standing)
            if reading.label not in chat:
                found.append(part)
                readings.append(reading)
        if len(found) == 1 < len(texts) and whole.intent.label in chat:
            return (replace(whole, intent=found[0].intent),)  # "hello, show me fans" greets by the way
        labels = [reading.label for reading in readings]
        if set(labels) == {"search_product"} and orders(found[0].text) and not orders(found[-1].text):
            labels[0] = "add_to_cart"  # "a box of the pens, and show me notebooks"
            found[0] = replace(found[0], intent=Intent("add_to_cart", 1.0))
        sure = [
            1.0 if reading.sure else part.intent.confidence
            for part, reading in zip(found, readings, strict=True)
        ]
        clear = min(sure, default=0.0) >= MIN_PART_CONFIDENCE and max(sure) >= SURE_PART_CONFIDENCE
        if len(found) < 2 or not clear or len(set(labels)) != len(labels) or not _DOING & set(labels):
            return (whole,)
        return tuple(found)


def _after(state: DialogueState, labels: Sequence[str]) -> DialogueState:
    """The state when acts of these labels have been said: the last is what is talked about."""
    return replace(state, topic=labels[-1]) if labels else state


def _as(said: Understanding, label: str) -> Understanding:
    """The understanding with the intent that is acted on."""
    return replace(said, intent=replace(said.intent, label=label))


def _with_advice(texts: Sequence[str]) -> list[str]:
    """Parts with a mere 「推荐一下」 joined to what is to be recommended before it."""
    joined: list[str] = []
    for text in texts:
        if joined and asks_advice(text):
            joined[-1] = f"{joined[-1]} {text}"
        else:
            joined.append(text)
    return joined


def _is_short(query: str) -> bool:
    return bool(query) and (len(query.split()) <= 3 if query.isascii() else len(query) <= 6)


def _with_verbs(texts: list[str]) -> list[str]:
    """Parts that begin with what is to be done; "the red one" before "add it" belongs to it."""
    joined: list[str] = []
    for text in _with_advice(texts)[::-1]:
        begins = (_BEGINS.search(text) if has_han(text) else _BEGINS.match(text)) or orders(text)
        if joined and not begins and len(text.split()) <= 8:
            joined[0] = f"{text} {joined[0]}"
        else:
            joined.insert(0, text)
    return joined


def _between(text: str, cuts: list[tuple[int, int]]) -> Iterator[str]:
    start = 0
    for first, last in cuts:
        yield text[start:first].strip()
        start = last
    yield text[start:].strip()


def _language(text: str, state: DialogueState) -> Language:
    """The language of the text; one without letters goes on in the conversation's."""
    if not any(ch.isalpha() for ch in text):
        return state.language
    return "zh" if is_chinese(text) else "en"


def _taken(question: Question | None, text: str) -> Option | None:
    """The option of the open question that the text picks by its own words."""
    if question is None:
        return None
    said = fold(text).rstrip(" .!。！")
    for option in question.options:
        if said == fold(option.said):
            return option
    if (at := _place(said)) is not None and question.options and _does_one_thing(question):
        return question.options[at] if -len(question.options) <= at < len(question.options) else None
    if len(said.split()) > 5 or len(said) > 40:
        return None
    named = [
        option
        for option in question.options
        if re.search(rf"(?<!\w){re.escape(fold(option.said))}(?!\w)", said)
    ]
    return named[0] if len(named) == 1 and len(named[0].said) > 3 and not _NO.match(said) else None


_PLACES = (
    ("1", "first", "一"),
    ("2", "second", "二"),
    ("3", "third", "三"),
    ("4", "fourth", "四"),
    ("5", "fifth", "五"),
)
_PLACE = re.compile(
    r"(?:the )?(?:number |no\.? ?|#)?(\d|first|second|third|fourth|fifth|last)(?: one)?|第([一二三四五\d])[个款件单]?|(最后)一?[个款]",
    re.I,
)


def _place(said: str) -> int | None:
    """The index that "2", "the second one" or 「第二个」 means, -1 for the last; None for anything else."""
    match = _PLACE.fullmatch(said)
    word = next(filter(None, match.groups())) if match else ""
    if word in ("last", "最后"):
        return -1
    return next((at for at, names in enumerate(_PLACES) if word in names), None)


def _does_one_thing(question: Question) -> bool:
    """Whether the options are things to do the same with, so that a number is one of them and not of the table."""
    labels = {option.label for option in question.options}
    return len(labels) == 1 and not labels & _SEARCHES


def _agreed(question: Question | None, said: Understanding) -> Option | None:
    """What a yes or a no to the open question means, if either was said and means anything."""
    if question is None:
        return None
    short = len(said.text) <= 24 and not (said.constraints.include or said.constraints.price)
    if question.yes and ((short and _YES.match(said.text)) or said.intent.label == "affirm"):
        return question.yes
    denied = said.intent.label == "deny" and _NEGATES.search(said.text) is not None
    if question.no and ((short and _NO.match(said.text)) or denied):
        return question.no
    return None
