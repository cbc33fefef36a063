"""The web chat. The only file that imports gradio."""

import secrets
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.demo import DemoShopper
from assistant.pipeline import ShoppingAssistant
from assistant.skills.base import SHOWN
from assistant.turns import DialogueState, Products, Reply, Sentence, Suggestion
from index.errors import ConfigError, ShopError
from ui import cards

TITLE = "Shopping assistant 购物助手"
QUICK_REPLIES = 4

_GREETING = (
    "Hello! What are you looking for? 您好，想买点什么？\n\n"
    "*“headphones for the train under 100”, “not black”, “compare 1 and 2”, 「我想买一款便宜的手机」, 「第二个评价怎么样」*"
)
_STARTERS = ("我想买一款便宜的手机", "a warm jacket under 100", "gift ideas for a cook", "what can you do?")


@dataclass(frozen=True, slots=True)
class Session:
    """What one browser tab remembers between turns.

    Attributes:
        state: The conversation.
        user: Who is shopping.
        suggestions: The cards on the page.
    """

    state: DialogueState
    user: str
    suggestions: tuple[Suggestion, ...] = ()


def create_app(shop: ShoppingAssistant, *, shoppers: Sequence[DemoShopper] = ()) -> Any:
    """Build the page; `launch` serves it.

    Args:
        shop: The assistant behind it.
        shoppers: Shoppers to choose from; without any, every tab is a new one.
    """
    import gradio as gr

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as app:
        session = gr.State(_new_session)
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
                    with gr.Group(visible=False) as group:
                        html = gr.HTML("", padding=True)
                        with gr.Row():
                            like = gr.Button("👍", size="sm", elem_id=f"like-{at + 1}")
                            dislike = gr.Button("👎", size="sm", elem_id=f"dislike-{at + 1}")
                    slots.append((group, html, like, dislike))

        page = [chatbot, session, understood, comparison, *quick]
        page += [part for group, html, _, _ in slots for part in (group, html)]

        def answer(text: str, history: list[Any], now: Session) -> Iterator[list[Any]]:
            yield from _turn(shop, text, history, now)

        def choose(user: str, now: Session) -> Session:
            return Session(DialogueState(), user or now.user)

        box.submit(answer, [box, chatbot, session], page, show_progress="hidden", api_name="say")
        box.submit(lambda: "", None, box, queue=False, api_visibility="private")
        for button in quick:
            button.click(
                answer, [button, chatbot, session], page, show_progress="hidden", api_visibility="private"
            )
        for at, (_, _, like, dislike) in enumerate(slots):
            for button, kind in ((like, "like"), (dislike, "dislike")):
                button.click(
                    _feedback(shop, at, kind),
                    [chatbot, session],
                    page,
                    show_progress="hidden",
                    api_visibility="private",
                )
        who.change(choose, [who, session], session, api_visibility="private")
    return app


def _new_session() -> Session:
    return Session(DialogueState(), f"guest-{secrets.token_hex(6)}")


def _turn(shop: ShoppingAssistant, text: str, history: list[Any], now: Session) -> Iterator[list[Any]]:
    """Show the message, then the products, then the prose as it comes."""
    import gradio as gr

    history = [*history, {"role": "user", "content": text}, {"role": "assistant", "content": "…"}]
    unchanged = [gr.skip()] * (QUICK_REPLIES + 2 * SHOWN)
    yield [history, now, gr.skip(), gr.skip(), *unchanged]
    prose = ""
    try:
        for part in shop.stream(text, state=now.state, user=now.user):
            if isinstance(part, Products):
                language = (
                    "zh" if part.lines and any("\u4e00" <= ch <= "\u9fff" for ch in part.lines[0]) else "en"
                )
                table = cards.table(part.table)
                shown = _cards(part.suggestions, language) if part.suggestions else [gr.skip()] * (2 * SHOWN)
                yield [history, now, gr.skip(), table, *[gr.skip()] * QUICK_REPLIES, *shown]
            elif isinstance(part, Sentence):
                prose = f"{prose} {part.text}".strip()
                history = [*history[:-1], {"role": "assistant", "content": prose}]
                yield [history, now, gr.skip(), gr.skip(), *unchanged]
            else:
                yield _finished(shop, history, now, part)
    except ShopError as error:
        history = [*history[:-1], {"role": "assistant", "content": str(error)}]
        yield [history, now, gr.skip(), gr.skip(), *unchanged]


def _finished(shop: ShoppingAssistant, history: list[Any], now: Session, reply: Reply) -> list[Any]:
    import gradio as gr

    language = reply.understanding.language
    history = [*history[:-1], {"role": "assistant", "content": reply.text}]
    suggestions = reply.suggestions or (now.suggestions if reply.state.shown else ())
    session = Session(reply.state, now.user, suggestions)
    understood = cards.chips(shop.shop.chips(reply.state.wanted, language))
    replies = [*reply.quick_replies[:QUICK_REPLIES]]
    buttons = [
        gr.update(value=replies[at], visible=True) if at < len(replies) else gr.update(visible=False)
        for at in range(QUICK_REPLIES)
    ]
    return [history, session, understood, cards.table(reply.table), *buttons, *_cards(suggestions, language)]


def _cards(suggestions: Sequence[Suggestion], language: Any) -> list[Any]:
    """(group, html) updates for every slot."""
    import gradio as gr

    updates: list[Any] = []
    for at in range(SHOWN):
        there = at < len(suggestions)
        updates.append(gr.update(visible=there))
        updates.append(cards.card(at + 1, suggestions[at], language) if there else "")
    return updates


def _feedback(shop: ShoppingAssistant, at: int, kind: str) -> Any:
    """A click on 👍 or 👎 is the utterance that says the same."""

    def click(history: list[Any], now: Session) -> Iterator[list[Any]]:
        chinese = now.state.language == "zh"
        spoken = {
            "like": f"喜欢第{at + 1}个" if chinese else f"I like number {at + 1}",
            "dislike": f"不喜欢第{at + 1}个" if chinese else f"I don't like number {at + 1}",
        }[kind]
        yield from _turn(shop, spoken, history, now)

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
