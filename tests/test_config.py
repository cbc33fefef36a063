from dataclasses import dataclass
from pathlib import Path

import platformdirs
import pytest

from index.config import IndexSettings, setting
from index.errors import ConfigError, ShopError

HUB_ID = "intfloat/multilingual-e5-small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(IndexSettings):
    """Settings with a number: the only kind of text that can be unreadable."""

    limit: int = setting("SHOP_TEST_LIMIT", lambda: 3, int, "How many.")


def test_an_argument_beats_the_environment_and_the_environment_the_default() -> None:
    env = {"SHOP_TEST_LIMIT": "5", "SHOP_DEVICE": "cuda"}
    assert Limits.from_env({}).limit == 3
    assert Limits.from_env(env).limit == 5
    assert Limits.from_env(env, limit=7).limit == 7
    assert Limits.from_env(env, limit=7).device == "cuda"


def test_an_argument_of_none_and_an_empty_variable_are_not_given() -> None:
    assert Limits.from_env({"SHOP_TEST_LIMIT": "5"}, limit=None).limit == 5
    assert Limits.from_env({"SHOP_TEST_LIMIT": ""}).limit == 3


def test_an_argument_hides_a_variable_that_cannot_be_read() -> None:
    assert Limits.from_env({"SHOP_TEST_LIMIT": "many"}, limit=7).limit == 7


def test_a_variable_that_cannot_be_read_is_named_with_its_value() -> None:
    with pytest.raises(ConfigError, match="SHOP_TEST_LIMIT='many' cannot be read"):
        Limits.from_env({"SHOP_TEST_LIMIT": "many"})


def test_an_unknown_argument_is_a_config_error_that_lists_the_settings() -> None:
    with pytest.raises(ConfigError, match=r"'datadir'.*data_dir, cache_dir") as error:
        IndexSettings.from_env({}, datadir="x")
    assert isinstance(error.value, ShopError)
    assert isinstance(error.value, ValueError)


def test_defaults() -> None:
    settings = IndexSettings.from_env({})
    assert settings.data_dir == Path(platformdirs.user_data_dir("shopping-assistant"))
    assert settings.cache_dir == Path(platformdirs.user_cache_dir("shopping-assistant"))
    assert (settings.database_url, settings.chroma_url, settings.device) == ("", "", "cpu")


@pytest.mark.parametrize(
    ("platform", "embedder"),
    [("linux", "bundled"), ("darwin", HUB_ID), ("win32", HUB_ID)],
)
def test_the_bundled_model_is_the_default_where_its_package_has_a_wheel(
    monkeypatch: pytest.MonkeyPatch, platform: str, embedder: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    assert IndexSettings().embedder == embedder


def test_the_process_environment_is_read_when_the_settings_are_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert IndexSettings.from_env().data_dir == tmp_path / "data"
    monkeypatch.setenv("SHOP_DATA_DIR", "/elsewhere")
    assert IndexSettings.from_env().data_dir == Path("/elsewhere")
