"""`shop-chat`: talk to the assistant in the browser, or in the terminal."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from index.console import command, run
from index.errors import ConfigError


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `shop-chat`."""
    parser = command("shop-chat", __doc__ or "", "shop-chat --demo --port 7861")
    parser.add_argument("--demo", action="store_true", help="the bundled demo shop; built on first use")
    parser.add_argument("--terminal", action="store_true", help="chat here instead of in the browser")
    parser.add_argument("--user", help="whose history counts (terminal); the demo has mei and tom")
    parser.add_argument("--llm", help="`bundled`, a folder, a hub id, or `none` (SHOP_LLM)")
    parser.add_argument("--data-dir", type=Path, help="folder of the index (SHOP_DATA_DIR)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--times", action="store_true", help="print how long each turn took (terminal)")
    return run(_chat, parser, argv)


def _chat(arguments: argparse.Namespace) -> int:
    from assistant.config import Settings
    from assistant.demo import SHOPPERS, open_demo
    from assistant.pipeline import ShoppingAssistant

    if not 1 <= arguments.port <= 65535:
        raise ConfigError(f"--port {arguments.port} is no port; use 1 to 65535.")
    settings = Settings.from_env(llm=arguments.llm, data_dir=arguments.data_dir)
    if arguments.demo:
        settings = open_demo(settings)
    with ShoppingAssistant.from_config(settings) as shop:
        if arguments.terminal:
            from ui.terminal import chat

            piped = None if sys.stdin.isatty() else sys.stdin
            chat(shop, piped, user=arguments.user, times=arguments.times)
            return 0
        from ui.chat import create_app, launch

        app = create_app(shop, shoppers=SHOPPERS if arguments.demo else ())
        launch(app, host=arguments.host, port=arguments.port)
    return 0
