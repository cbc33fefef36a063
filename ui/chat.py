"""The web chat. The only file that imports gradio."""

import re
import secrets
import socket
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

from assistant.demo import DemoShopper
from assistant.phrases import say
from assistant.pipeline import ShoppingAssistant
from assistant.record import plain
from assistant.skills.base import SHOWN
from assistant.turns import DialogueState, Products, Reply, Sentence, Suggestion, Waiting
from index.errors import ConfigError, ShopError
from index.schema import Language
from ui import cards

TITLE = "Shopping assistant 购物助手"
QUICK_REPLIES = 4

_GREETING = (
    "Hello! What are you looking for? 您好，想买点什么？\n\n"
    "*“headphones for the train under 100”, “not black”, “compare 1 and 2”*\n\n"
    "*「我想买一款便宜的手机」「第二个评价怎么样」*"
)
_STARTERS = ("我想买一款便宜的手机", "a warm jacket under 100", "gift ideas for a cook", "what can you do?")


class Session:
    """What one browser tab remembers between turns.

    Changed in place and under its lock: a message sent while the one before is still being answered
    waits its turn and then finds the state that the first one left.

    Attributes:
        user: Who is shopping.
        state: The conversation.
        messages: The chat as it is drawn.
        suggestions: The cards on the page.
        lock: Held during a turn.
    """

    def __init__(self, user: str = "") -> None:
        """Begin, as a guest unless a user is named."""
        self.user = user or _stranger()
        self.state = DialogueState()
        self.messages: list[dict[str, str]] = [{"role": "assistant", "content": _GREETING}]
        self.suggestions: tuple[Suggestion, ...] = ()
        self.lock = Lock()

    def __deepcopy__(self, memo: dict[int, Any]) -> "Session":
        """Gradio copies for each tab the value that a page is made with: a tab begins its own."""
        return Session()


def create_app(shop: ShoppingAssistant, *, shoppers: Sequence[DemoShopper] = ()) -> Any:
    """Build the page; `launch` serves it.

    Args:
        shop: The assistant behind it.
        shoppers: Shoppers to choose from; without any, every tab is a new one.
    """
    import gradio as gr

    known = {shopper.user for shopper in shoppers}
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as app:
        session = gr.State(Session())  # copied for each tab, see `Session.__deepcopy__`
        # A guest who comes back with the same browser goes on; the name in it is all that is stored there.
        guest = gr.BrowserState("", storage_key="shopping-assistant", secret="shopping-assistant")
        gr.Markdown(f"## {TITLE}")
        with gr.Row():
            with gr.Column(scale=5):
                chatbot = gr.Chatbot(
                    value=[{"role": "assistant", "content": _GREETING}],
                    show_label=False,
                    height=480,
                    feedback_options=None,
                    buttons=[],
                    elem_id="chat",
                )
                with gr.Row():
                    quick = [
                        gr.Button(_STARTERS[at], size="sm", elem_classes="quick")
                        for at in range(QUICK_REPLIES)
                    ]
                box = gr.Textbox(
                    placeholder="Type in English or Chinese 用中文或英文输入",
                    show_label=False,
                    autofocus=True,
                    elem_id="say",
                    submit_btn=True,
                )
                names = [("guest 访客", ""), *((shopper.name, shopper.user) for shopper in shoppers)]
                who = gr.Dropdown(names, value="", label="Shopper 顾客", visible=bool(shoppers))
            with gr.Column(scale=4):
                understood = gr.HTML(cards.chips([]), elem_id="understood")
                comparison = gr.HTML("")
                slots = []
                for at in range(SHOWN):
                    with gr.Group(visible=False, elem_classes="slot") as group:
                        html = gr.HTML("", padding=True)
                        with gr.Row():
                            like = gr.Button("Like 喜欢", size="sm", elem_id=f"like-{at + 1}")
                            dislike = gr.Button("Not this 不喜欢", size="sm", elem_id=f"dislike-{at + 1}")
                    slots.append((group, html, like, dislike))

        page = [chatbot, understood, comparison, *quick]
        page += [part for group, html, _, _ in slots for part in (group, html)]
        # A message is never dropped because another one is still being answered.
        event: dict[str, Any] = {
            "outputs": page,
            "show_progress": "hidden",
            "trigger_mode": "multiple",
            "concurrency_limit": None,
        }

        def answer(text: str, now: Session) -> Iterator[list[Any]]:
            yield from _turn(shop, text, now)

        def begin(now: Session) -> list[Any]:
            with now.lock:
                return _begin(shop, now, DialogueState())

        def switch(now: Session, user: str, name: str) -> list[Any]:
            with now.lock:
                now.user = user if user in known else _guest(name)
                return _begin(shop, now, shop.resume(now.user))

        def load(now: Session, name: str) -> list[Any]:
            with now.lock:
                now.user = _guest(name, otherwise=now.user)
                state = shop.resume(now.user)
                if not state.heard or now.state.heard:  # nothing to go on with, or it goes on already
                    return [now.user, *[gr.skip()] * len(page)]
                return [now.user, *_begin(shop, now, state)]

        box.submit(answer, [box, session], api_name="say", **event)
        # Emptied in the browser, at once: a late answer of the server would erase what is typed next.
        box.submit(None, None, box, js="() => ''", api_visibility="private")
        for button in quick:
            button.click(answer, [button, session], api_visibility="private", **event)
        for at, (_, _, like, dislike) in enumerate(slots):
            for button, kind in ((like, "like"), (dislike, "dislike")):
                button.click(_feedback(shop, at, kind), [session], api_visibility="private", **event)
        who.change(switch, [session, who, guest], page, api_visibility="private")
        chatbot.clear(begin, [session], page, api_visibility="private")
        app.load(load, [session, guest], [guest, *page], show_progress="hidden", api_visibility="private")
    return app


def _stranger() -> str:
    return f"guest-{secrets.token_hex(6)}"


def _guest(name: object, *, otherwise: str = "") -> str:
    """The name that a browser sends, if it is one of ours: with any other, everybody could be anybody."""
    return name if isinstance(name, str) and _GUEST.fullmatch(name) else otherwise or _stranger()


_GUEST = re.compile(r"guest-[0-9a-f]{12}")


def _begin(shop: ShoppingAssistant, now: Session, state: DialogueState) -> list[Any]:
    """Draw a conversation from its state: a new one, or one that goes on."""
    import gradio as gr

    now.state, now.suggestions = state, shop.on_table(state)
    now.messages = [{"role": "assistant", "content": _GREETING}]
    if state.heard:
        heard = plain(state.heard[-1])
        last = {"en": f"Welcome back! You last said: “{heard}”", "zh": f"欢迎回来！您上次说：「{heard}」"}
        now.messages.append({"role": "assistant", "content": last[state.language]})
    starters = [gr.update(value=text, visible=True) for text in _STARTERS]
    drawn = _cards(now.suggestions, state.language)
    return [list(now.messages), cards.chips(shop.chips(state)), "", *starters, *drawn]


def _turn(shop: ShoppingAssistant, text: str, now: Session) -> Iterator[list[Any]]:
    """Show the message, then the products, then the prose as it comes."""
    import gradio as gr

    kept = [gr.skip()] * (QUICK_REPLIES + 2 * SHOWN)
    with now.lock:
        now.messages += [{"role": "user", "content": text}, {"role": "assistant", "content": "…"}]
        yield [list(now.messages), gr.skip(), gr.skip(), *kept]
        prose: list[str] = []
        try:
            for part in shop.stream(text, state=now.state, user=now.user):
                if isinstance(part, Products) and part.suggestions:
                    drawn = _cards(part.suggestions, part.language)
                    yield [gr.skip(), gr.skip(), "", *[gr.skip()] * QUICK_REPLIES, *drawn]
                elif isinstance(part, Sentence):
                    prose.append(part.text)
                    now.messages[-1] = {"role": "assistant", "content": " ".join(prose)}
                    yield [list(now.messages), gr.skip(), gr.skip(), *kept]
                elif isinstance(part, Waiting):
                    yield [gr.skip()] * (
                        3 + len(kept)
                    )  # the page may have been closed: this is where it shows
                elif isinstance(part, Reply):
                    yield _finished(shop, now, part)
        except ShopError as error:
            now.messages[-1] = {"role": "assistant", "content": str(error)}
            yield [list(now.messages), gr.skip(), gr.skip(), *kept]


def _finished(shop: ShoppingAssistant, now: Session, reply: Reply) -> list[Any]:
    import gradio as gr

    language = reply.understanding.language
    now.messages[-1] = {"role": "assistant", "content": _whole(reply)}
    now.state = reply.state
    now.suggestions = reply.suggestions or (now.suggestions if reply.state.shown else ())
    understood = cards.chips(shop.chips(reply.state))
    buttons = [
        gr.update(value=reply.quick_replies[at], visible=True)
        if at < len(reply.quick_replies)
        else gr.update(visible=False)
        for at in range(QUICK_REPLIES)
    ]
    drawn = _cards(now.suggestions, language)
    return [list(now.messages), understood, cards.table(reply.table), *buttons, *drawn]


def _whole(reply: Reply) -> str:
    """The prose, what went wrong with it, and the way on below it where there is one."""
    parts = [reply.text]
    if reply.degraded:
        parts.append(f"*{say('degraded', reply.understanding.language)}*")
    if reply.link.startswith(("https://", "http://")):
        name = "去结账" if reply.understanding.language == "zh" else "Go to the checkout"
        parts.append(f"[{name}]({reply.link})")
    return "\n\n".join(parts)


def _cards(suggestions: Sequence[Suggestion], language: Language) -> list[Any]:
    """(group, html) updates for every slot."""
    import gradio as gr

    updates: list[Any] = []
    for at in range(SHOWN):
        there = at < len(suggestions)
        updates.append(gr.update(visible=there))
        updates.append(cards.card(at + 1, suggestions[at], language) if there else "")
    return updates


def _feedback(shop: ShoppingAssistant, at: int, kind: str) -> Any:
    """A click on a card's button is the utterance that says the same."""

    def click(now: Session) -> Iterator[list[Any]]:
        chinese = now.state.language == "zh"
        spoken = {
            "like": f"喜欢第{at + 1}个" if chinese else f"I like number {at + 1}",
            "dislike": f"不喜欢第{at + 1}个" if chinese else f"I don't like number {at + 1}",
        }[kind]
        yield from _turn(shop, spoken, now)

    return click


def launch(app: Any, *, host: str = "127.0.0.1", port: int = 7860, block: bool = True) -> None:
    """Serve the page.

    Raises:
        ConfigError: If the port is taken.
    """
    import gradio as gr

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Choose another with --port."
            ) from error
    fonts = ["system-ui", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"]
    app.launch(
        server_name=host,
        server_port=port,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        footer_links=[],
        css=cards.CSS,
        # Named fonts only: the default theme would fetch its own from the network.
        theme=gr.themes.Soft(font=fonts, font_mono=["ui-monospace", "monospace"]),
    )
    print(f"The chat is ready: http://{host}:{port}  (Ctrl-C ends it)", flush=True)
    if block:
        app.block_thread()
