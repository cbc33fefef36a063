"""The chat in a terminal: the same engine, drawn as text."""

import sys
from collections.abc import Iterable
from typing import TextIO

from assistant.phrases import say
from assistant.pipeline import ShoppingAssistant
from assistant.turns import DialogueState, Products, Reply, Sentence
from index.errors import ShopError


def chat(
    shop: ShoppingAssistant,
    lines: Iterable[str] | None = None,
    *,
    out: TextIO | None = None,
    user: str | None = None,
    times: bool = False,
) -> None:
    """Read utterances until the end of input, answer each.

    Args:
        shop: The assistant.
        lines: Utterances; None reads the terminal, with a prompt.
        out: Where to write; None is stdout.
        user: Who is shopping.
        times: Print how long each turn took.
    """
    out = out or sys.stdout
    state = shop.resume(user) if user else DialogueState()
    for line in _prompted(out) if lines is None else lines:
        if lines is not None:
            print(f"> {line.rstrip()}", file=out)
        try:
            state = _answer(shop, line, state, user, out, times)
        except ShopError as error:
            print(error, file=out)
        print(file=out, flush=True)


def _prompted(out: TextIO) -> Iterable[str]:
    while True:
        print("> ", end="", file=out, flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=out)
            return
        if line.strip():
            yield line


def _answer(
    shop: ShoppingAssistant, line: str, state: DialogueState, user: str | None, out: TextIO, times: bool
) -> DialogueState:
    for part in shop.stream(line, state=state, user=user):
        if isinstance(part, Products):
            _draw(part, out)
        elif isinstance(part, Sentence):
            print(part.text, file=out, flush=True)
        elif isinstance(part, Reply):
            _close(shop, part, out, times)
            return part.state
    return state


def _draw(part: Products, out: TextIO) -> None:
    for number, (line, suggestion) in enumerate(zip(part.lines, part.suggestions, strict=True), 1):
        reason = f"  ({suggestion.reason})" if suggestion.reason else ""
        print(f"  {number}. {line}{reason}", file=out)
    for row in part.table:
        print("  " + " | ".join(cell or " " for cell in row), file=out)
    out.flush()


def _close(shop: ShoppingAssistant, reply: Reply, out: TextIO, times: bool) -> None:
    if reply.degraded:
        print(f"  ({say('degraded', reply.understanding.language)})", file=out)
    if reply.link:
        print(f"  → {reply.link}", file=out)
    chips = shop.chips(reply.state)
    if chips:
        print(f"  [{'; '.join(chips)}]", file=out)
    if reply.quick_replies:
        print(f"  … {' / '.join(reply.quick_replies)}", file=out)
    if times:
        intent = reply.understanding.intent
        steps = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in reply.seconds.items())
        print(f"  <{intent.label} {intent.confidence:.2f}; {steps}>", file=out)
