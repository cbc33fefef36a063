"""What is to be done with a placed order, and the new address, as they are said."""

import re
from collections.abc import Sequence

from assistant.record import plain
from assistant.shop import Change
from index.text import fold

_CHANGES: Sequence[tuple[Change, re.Pattern[str]]] = (
    (
        "address",
        re.compile(
            r"\baddress\b|\bpost ?code\b|\bzip\b|\b(?:deliver|send|ship|redirect|reroute)\b.{0,30}\b(?:to|"
            r"instead)\b"
            r"(?!.{0,12}\bback\b)|地址|改寄|寄到|送到|收货(?:人|信息)",
            re.I,
        ),
    ),
    (
        "exchange",
        re.compile(
            r"\bexchang\w*|\bswap\w*|\breplac\w*|\b(?:bigger|smaller|larger|different|other|"
            r"another) (?:size|colou?r|one)\b|"
            r"\bnew one\b|\bsize (?:up|down)\b|换",
            re.I,
        ),
    ),
    (
        "cancel",
        re.compile(
            r"\bcancel\w*|\bcall (?:it|the order|that) off\b|\bstop (?:it|the|my)\b|\bbe stopped\b|"
            r"\bundo\b|\bscrap\b|"
            r"\bdon'?t want (?:it|the order|my order|that order) (?:any ?more|now)|取消|撤(?:单|销|回|了)|"
            r"不要了|不买了|砍单|消了",
            re.I,
        ),
    ),
    (
        "return",
        re.compile(
            r"\breturn\w*|\bretrun\w*|\brefund\w*|\bmoney back\b|\b(?:send|sending|take|give|giving|goes|"
            r"going)\b.{0,40}\bback\b|"
            r"\bkeeping it\b|退",
            re.I,
        ),
    ),
)
_FAULTY = re.compile(
    r"\bbrok\w*|\bdamag\w*|\bdefect\w*|\bfault\w*|\bleak\w*|\bcracked|\bsmashed|\bshatter\w*|\bwrong\b|"
    r"\bmissing\b|"
    r"(?:doesn'?t|does not|not|won'?t) (?:work|turn on|fit)|\btoo (?:small|big|tight|large|loose|short|"
    r"long)\b|"
    r"坏|破|碎|裂|漏|发错|质量|瑕疵|过期|用不了|少了|太(?:大|小|紧|松)",
    re.I,
)
_ADDRESS = re.compile(
    r"(?:\baddress\b.{0,40}?\bto\b|\b(?:deliver|send|ship|redirect|reroute)\b.{0,30}?\bto\b|"
    r"\bnew address(?: is)?\b|"
    r"\baddress(?: is|:)|(?:改|换)(?:成|到|为|寄到|寄)|(?:寄|送)(?:到|去)|新地址(?:是|为)?|地址(?:是|为)|"
    r"地址[:：])"
    r"[\s:：]*(?P<new>.{5,})$",
    re.I,
)
_POLITE = re.compile(
    r"(?:[\s,，.。]*(?:instead|please|pls|thanks|thank you|谢谢|可以吗|吧))+[\s.。!！?？]*$",
    re.I,
)
_LOOKS_LIKE_PLACE = re.compile(
    r"\d|[路街道巷号弄区市省县镇村栋楼室]|\b(?:street|road|avenue|lane|drive|st|rd|ave)\b", re.I
)


def wanted_change(text: str, *, variant: bool = False) -> Change | None:
    """What is to be done with the order; what arrived broken goes back.

    Args:
        text: The utterance.
        variant: Whether it names another colour or size: that asks for an exchange.
    """
    text = fold(text)
    for change, pattern in _CHANGES:
        if pattern.search(text):
            return change
    if variant:
        return "exchange"
    return "return" if _FAULTY.search(text) else None


def new_address(text: str) -> str:
    """The new address, as said but as plain text; "" if there is none that looks like one."""
    found = _ADDRESS.search(plain(text))
    new = _POLITE.sub("", found["new"]).strip(' ,，.。!！"“”') if found else ""
    return new if _LOOKS_LIKE_PLACE.search(new) else ""


def without_address(text: str) -> str:
    """The text without the new address: its numbers are no order's."""
    return _ADDRESS.sub("", text)
