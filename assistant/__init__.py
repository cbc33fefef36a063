"""The conversation: understanding, state, skills, ranking, verified answers. Knows nothing of any UI."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.pipeline import ShoppingAssistant as ShoppingAssistant
    from assistant.turns import DialogueState as DialogueState
    from assistant.turns import Reply as Reply
    from index.errors import ShopError as ShopError

__all__ = ["DialogueState", "Reply", "ShopError", "ShoppingAssistant"]

_HOMES = {
    "DialogueState": "assistant.turns",
    "Reply": "assistant.turns",
    "ShopError": "index.errors",
    "ShoppingAssistant": "assistant.pipeline",
}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `import assistant.turns` should not cost what a database costs.
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
