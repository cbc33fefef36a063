"""What the commands share: options for settings, and one clear line for a deliberate error."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from index.errors import ShopError


def command(prog: str, description: str, example: str) -> argparse.ArgumentParser:
    """A parser whose help ends with an example."""
    return argparse.ArgumentParser(
        prog=prog,
        description=description,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def run(
    act: Callable[[argparse.Namespace], int | None],
    parser: argparse.ArgumentParser,
    argv: Sequence[str] | None,
) -> int:
    """Parse, act, and return the exit code: 0, or 1 for a deliberate error, which is one line on stderr.

    Ctrl-C and a closed pipe end quietly.

    Raises:
        SystemExit: argparse's own, with 2 for wrong usage and 0 for --help.
    """
    # The model libraries print progress and notices of their own; the commands have theirs.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    arguments = parser.parse_args(argv)
    try:
        code = act(arguments) or 0
        sys.stdout.flush()  # here, where a closed pipe is caught
        return code
    except ShopError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Python flushes stdout at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
