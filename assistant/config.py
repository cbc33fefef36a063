"""Settings of the conversation, on top of those of the index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from index.config import IndexSettings, setting
from index.errors import ConfigError


def parse_rates(text: str) -> Mapping[str, Decimal]:
    """Read "CNY=7.1,EUR=0.92": how much of each currency one unit of the shop's currency buys.

    Raises:
        ConfigError: If it is not of that form.
    """
    rates = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        code, _, rate = item.partition("=")
        try:
            value = rates[code.strip().upper()] = Decimal(rate.strip())
        except InvalidOperation:
            raise ConfigError(f"SHOP_RATES={text!r} cannot be read; write CNY=7.1,EUR=0.92.") from None
        if len(code.strip()) != 3 or not value.is_finite() or value <= 0:
            raise ConfigError(f"SHOP_RATES={text!r} cannot be read; write CNY=7.1,EUR=0.92.")
    return rates


def _languages(text: str) -> frozenset[str]:
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not found <= {"en", "zh"}:
        raise ConfigError(f"SHOP_LLM_LANGUAGES={text!r}: use en, zh, or en,zh.")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(IndexSettings):
    """Everything that can be set."""

    llm: str = setting(
        "SHOP_LLM",
        lambda: "bundled",
        str,
        "`bundled`, a folder, a GGUF file, a hub id, `openai:MODEL@URL` (an endpoint; its key in "
        "`OPENAI_API_KEY`), or `none` for composed answers only.",
    )
    llm_seconds: float = setting(
        "SHOP_LLM_SECONDS",
        lambda: 20.0,
        float,
        "Longest time that an endpoint's answer may take; the composed answer is there before.",
    )
    llm_places: int = setting(
        "SHOP_LLM_PLACES",
        lambda: 8,
        int,
        "Chats that may wait for a local LLM; one more gets the composed answer only.",
    )
    llm_languages: frozenset[str] = setting(
        "SHOP_LLM_LANGUAGES",
        lambda: frozenset({"en"}),
        _languages,
        "Languages the LLM may answer in (`en,zh`); the others get composed answers. "
        "The bundled one knows no Chinese.",
    )
    intent_model: str = setting(
        "SHOP_INTENT_MODEL",
        lambda: "",
        str,
        "Folder made by `shop-train intent`; empty: the one that is shipped.",
    )
    rates: Mapping[str, Decimal] = setting(
        "SHOP_RATES",
        dict,
        parse_rates,
        "What one unit of the shop's currency buys in others (`CNY=7.1`); "
        "without a rate nothing is converted.",
    )
    shop_info: Path | None = setting(
        "SHOP_INFO",
        lambda: None,
        Path,
        "Folder with the shop's `policies/LANGUAGE/*.md` and `promotions.json`; empty: it has none.",
    )
    checkout_url: str = setting(
        "SHOP_CHECKOUT_URL",
        lambda: "",
        str,
        "Where shoppers pay; `{cart}` in it becomes the cart's name. Empty: no checkout is offered.",
    )
    session_days: int = setting(
        "SHOP_SESSION_DAYS",
        lambda: 30,
        int,
        "Days after which a conversation and a guest's cart are forgotten.",
    )
    today: date | None = setting(
        "SHOP_TODAY",
        lambda: None,
        date.fromisoformat,
        "Day that promotions and orders are judged by (`2026-11-22`); empty: the clock's.",
    )
    history_weight: float = setting(
        "SHOP_HISTORY_WEIGHT", lambda: 0.3, float, "Share of the shopper's history in the ranking, 0 to 1."
    )

    def __post_init__(self) -> None:
        """Check what types cannot.

        Raises:
            ConfigError: If a value is out of range.
        """
        if not 0 <= self.history_weight <= 1:
            raise ConfigError(f"SHOP_HISTORY_WEIGHT must be between 0 and 1, not {self.history_weight}.")
        if not 0 < self.llm_seconds <= 600:
            raise ConfigError(f"SHOP_LLM_SECONDS must be above 0 and at most 600, not {self.llm_seconds}.")
        if self.llm_places < 0:
            raise ConfigError(f"SHOP_LLM_PLACES must be 0 or more, not {self.llm_places}.")
        if self.session_days < 1:
            raise ConfigError(f"SHOP_SESSION_DAYS must be 1 or more, not {self.session_days}.")


def describe(settings: type[IndexSettings]) -> list[tuple[str, str, Any]]:
    """(variable, what it does, default) of every setting, for the README's table."""
    made = settings()
    return [
        (spec.metadata["env"], spec.metadata["doc"], getattr(made, name))
        for name, spec in settings.__dataclass_fields__.items()
    ]
