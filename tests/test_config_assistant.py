from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from assistant.config import Settings, describe, parse_rates
from index.config import IndexSettings
from index.errors import ConfigError


def test_defaults_hold_without_an_environment():
    settings = Settings.from_env({})
    assert (settings.llm, settings.llm_languages, settings.intent_model) == ("bundled", frozenset({"en"}), "")
    assert (settings.rates, settings.history_weight) == ({}, 0.3)
    assert (settings.shop_info, settings.checkout_url) == (None, "")
    assert (settings.session_days, settings.today) == (30, None)


def test_an_argument_beats_the_environment_which_beats_the_default():
    env = {"SHOP_LLM": "none", "SHOP_HISTORY_WEIGHT": "0.5"}
    settings = Settings.from_env(env, llm="bundled")
    assert (settings.llm, settings.history_weight) == ("bundled", 0.5)


def test_settings_of_the_index_are_settings_of_the_assistant_too():
    assert Settings.from_env({"SHOP_DATA_DIR": "/x"}).data_dir == Path("/x")
    assert issubclass(Settings, IndexSettings)


def test_rates_and_languages_are_read_from_text():
    env = {"SHOP_RATES": "CNY=7.1, eur=0.92,", "SHOP_LLM_LANGUAGES": "en, zh"}
    settings = Settings.from_env(env)
    assert settings.rates == {"CNY": Decimal("7.1"), "EUR": Decimal("0.92")}
    assert settings.llm_languages == {"en", "zh"}


def test_what_the_shop_has_is_read_from_text():
    env = {
        "SHOP_INFO": "/shop",
        "SHOP_CHECKOUT_URL": "https://pay.example/{cart}",
        "SHOP_SESSION_DAYS": "7",
        "SHOP_TODAY": "2026-11-22",
    }
    settings = Settings.from_env(env)
    assert (settings.shop_info, settings.checkout_url) == (Path("/shop"), "https://pay.example/{cart}")
    assert (settings.session_days, settings.today) == (7, date(2026, 11, 22))


def test_no_rates_is_an_empty_table():
    assert parse_rates("") == {}


@pytest.mark.parametrize(
    "text", ["CNY", "CNY=", "CNY=x", "YUAN=7", "CNY=0", "CNY=-1", "=7", "CNY=nan", "CNY=inf"]
)
def test_a_rate_that_cannot_be_read_is_named(text):
    with pytest.raises(ConfigError, match="SHOP_RATES="):
        parse_rates(text)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SHOP_HISTORY_WEIGHT", "2"),
        ("SHOP_HISTORY_WEIGHT", "nan"),
        ("SHOP_HISTORY_WEIGHT", "much"),
        ("SHOP_LLM_LANGUAGES", "fr"),
        ("SHOP_RATES", "7"),
        ("SHOP_SESSION_DAYS", "0"),
        ("SHOP_SESSION_DAYS", "a month"),
        ("SHOP_TODAY", "tomorrow"),
        ("SHOP_TODAY", "2026-13-01"),
    ],
)
def test_a_bad_value_names_its_variable(variable, value):
    with pytest.raises(ConfigError, match=variable):
        Settings.from_env({variable: value})


def test_an_unknown_argument_is_named():
    with pytest.raises(ConfigError, match="temperature"):
        Settings.from_env({}, temperature=1)


def test_every_setting_is_described_once_with_its_default():
    rows = {name: (text, default) for name, text, default in describe(Settings)}
    assert len(rows) == len(describe(Settings)) == len(Settings.__dataclass_fields__)
    assert all(name.startswith("SHOP_") and text for name, (text, _) in rows.items())
    assert rows["SHOP_HISTORY_WEIGHT"][1] == 0.3
