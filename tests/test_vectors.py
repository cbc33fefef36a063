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


def test_the_most_similar_come_first(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    stored = VectorIndex(folder=tmp_path / "vectors")
    stored.upsert([f"p{number}" for number in range(300)], vectors, ["text"] * 300)
    best = np.argsort(-(vectors @ vectors[0]))[:5]
    assert stored.query(vectors[0], limit=5) == [f"p{number}" for number in best]


def test_replacing_deleting_and_clearing(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    stored = VectorIndex(folder=tmp_path / "vectors")
    assert stored.query(vectors[0], limit=5) == []
    assert stored.digests() == {}
    stored.upsert(["a", "b"], vectors[:2], ["of a", "of b"])
    stored.upsert(["a"], vectors[2:3], ["of a, changed"])
    assert stored.query(vectors[2], limit=1) == ["a"]
    assert stored.digests() == {"a": "of a, changed", "b": "of b"}
    stored.delete(["b", "nothing"])
    stored.delete([])
    assert stored.digests() == {"a": "of a, changed"}
    stored.clear()
    assert stored.digests() == {}
    stored.upsert(["c"], vectors[:1, :3] / np.linalg.norm(vectors[0, :3]), ["of c"])
    assert stored.digests() == {"c": "of c"}


def test_digests_are_read_page_by_page(
    tmp_path: Path, vectors: NDArray[np.float32], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors._PAGE", 7)
    stored = VectorIndex(folder=tmp_path / "vectors")
    for count in (6, 7, 14, 20):
        stored.upsert([f"p{n}" for n in range(count)], vectors[:count], [f"of {n}" for n in range(count)])
        assert stored.digests() == {f"p{number}": f"of {number}" for number in range(count)}
    stored.delete([f"p{number}" for number in range(1, 20)])
    assert stored.digests() == {"p0": "of 0"}


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
