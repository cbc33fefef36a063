import socket
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import ConfigError, StoreError
from index.vectors import VectorIndex


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, vectors: NDArray[np.float32]) -> VectorIndex:
    stored = VectorIndex(folder=tmp_path_factory.mktemp("vectors"))
    stored.upsert([f"p{number}" for number in range(300)], vectors)
    return stored


def nearest(vectors: NDArray[np.float32], query: int, allowed: list[int], limit: int) -> list[str]:
    scores = vectors[allowed] @ vectors[query]
    return [f"p{allowed[i]}" for i in np.argsort(-scores)[:limit]]


@pytest.mark.parametrize("allowed", [None, list(range(0, 300, 2)), list(range(1, 300)), [7]])
def test_queries_agree_with_exact_search_whatever_is_allowed(
    stored: VectorIndex, vectors: NDArray[np.float32], allowed: list[int] | None
) -> None:
    found = stored.query(
        vectors[0], limit=5, allowed=None if allowed is None else {f"p{number}" for number in allowed}
    )
    assert list(found) == nearest(vectors, 0, list(range(300)) if allowed is None else allowed, 5)
    for key, score in found.items():
        assert score == pytest.approx(float(vectors[int(key[1:])] @ vectors[0]), abs=1e-5)


@pytest.mark.parametrize("count", [100, 250])
def test_allowed_products_without_a_vector_are_left_out(
    stored: VectorIndex, vectors: NDArray[np.float32], count: int
) -> None:
    allowed = {f"p{number}" for number in range(count)} | {"not embedded yet"}
    found = stored.query(vectors[0], limit=5, allowed=allowed)
    assert list(found) == nearest(vectors, 0, list(range(count)), 5)


def test_nothing_allowed_and_nothing_known_find_nothing(
    stored: VectorIndex, vectors: NDArray[np.float32]
) -> None:
    assert stored.query(vectors[0], limit=5, allowed=[]) == {}
    assert stored.similarities(vectors[0], ["nothing"]) == {}


def test_replacing_deleting_and_clearing(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    stored = VectorIndex(folder=tmp_path / "vectors")
    assert stored.query(vectors[0], limit=5) == {}
    stored.upsert(["a", "b"], vectors[:2])
    stored.upsert(["a"], vectors[2:3])
    assert stored.similarities(vectors[2], ["a"])["a"] == pytest.approx(1)
    stored.delete(["b", "nothing"])
    stored.delete([])
    assert stored.ids() == {"a"}
    stored.clear()
    assert stored.ids() == set()
    stored.upsert(["c"], vectors[:1, :3] / np.linalg.norm(vectors[0, :3]))
    assert stored.ids() == {"c"}


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://host", "http://", "http://host:port", "http://[::1"]
)
def test_a_url_that_is_no_address_is_a_config_error(url: str) -> None:
    with pytest.raises(ConfigError, match=r"is no address\. Use http://HOST:PORT"):
        VectorIndex(url=url)


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(StoreError, match=f"Chroma cannot be opened at {url}"):
            VectorIndex(url=url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Chroma cannot be opened at"):
        VectorIndex(folder=tmp_path / "file" / "vectors")
