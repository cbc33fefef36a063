"""The bundled embedding model, exported and loaded as in production."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.config import IndexSettings
from index.embed import (
    BATCH_TOKENS,
    Embedder,
    OnnxEmbedder,
    SentenceTransformerEmbedder,
    bundled_folder,
    embedder_name,
    load_embedder,
)
from index.errors import ModelError
from index.models import E5_SMALL, ModelSource

SENTENCES = [
    "running shoes",
    "Northfell warm down jacket, black",
    "a phone with a camera that sees in the dark",
    "跑步鞋",
    "景德 陶瓷马克杯 白色",
    "便宜的拍照手机，2000元以内",
    "Lumo P1 smartphone, black. 流明 P1 智能手机 黑色. Smartphones",
]


@pytest.fixture(scope="module")
def torch_embedder(encoder_cache: Path, bundled_embedder: Embedder) -> Embedder:
    folder = bundled_folder(IndexSettings(cache_dir=encoder_cache))
    return SentenceTransformerEmbedder(ModelSource(str(folder), local=True), name=E5_SMALL.name)


def test_on_a_cpu_the_bundled_model_runs_as_onnx_under_its_own_name(bundled_embedder: Embedder) -> None:
    assert isinstance(bundled_embedder, OnnxEmbedder)
    assert bundled_embedder.name == "multilingual-e5-small" == embedder_name(IndexSettings())


def test_vectors_are_unit_vectors(bundled_embedder: Embedder) -> None:
    texts = [*SENTENCES, "", "!!!", "a " * 500]
    for vectors in (bundled_embedder.embed_queries(texts), bundled_embedder.embed_documents(texts)):
        assert vectors.shape == (len(texts), 384)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_int8_is_within_a_hundredth_of_the_cosine_of_torch(
    bundled_embedder: Embedder, torch_embedder: Embedder
) -> None:
    for ours, theirs in (
        (bundled_embedder.embed_queries, torch_embedder.embed_queries),
        (bundled_embedder.embed_documents, torch_embedder.embed_documents),
    ):
        cosines = (ours(SENTENCES) * theirs(SENTENCES)).sum(axis=1)
        assert cosines.min() > 0.99, dict(zip(SENTENCES, cosines.tolist(), strict=True))


def test_int8_ranks_as_torch_does(bundled_embedder: Embedder, torch_embedder: Embedder) -> None:
    documents = ["智能手机", "运动鞋", "desk lamp", "ceramic mug", "down jacket"]
    for query in ("便宜的手机", "something to drink tea from", "跑步穿的鞋", "warm coat"):
        ours, theirs = (
            embedder.embed_documents(documents) @ embedder.embed_queries([query])[0]
            for embedder in (bundled_embedder, torch_embedder)
        )
        assert abs(ours - theirs).max() < 0.015, query
        assert theirs[ours.argmax()] > theirs.max() - 0.01, query


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("便宜的手机", "智能手机", "运动鞋"),
        ("跑步穿的鞋", "运动鞋", "智能手机"),
        ("cheap phone", "智能手机", "运动鞋"),
    ],
)
def test_the_bundled_model_knows_what_is_meant(
    bundled_embedder: Embedder, query: str, near: str, far: str
) -> None:
    scores = bundled_embedder.embed_documents([near, far]) @ bundled_embedder.embed_queries([query])[0]
    assert scores[0] > scores[1]


def test_queries_and_documents_have_prompts_of_their_own(bundled_embedder: Embedder) -> None:
    query = bundled_embedder.embed_queries(["运动鞋"])[0]
    document = bundled_embedder.embed_documents(["运动鞋"])[0]
    assert 0.8 < float(query @ document) < 0.99


def mixed(count: int) -> Sequence[str]:
    """Texts of one to fifty words, short and long by turns, in more than one batch."""
    return [" ".join(["lamp", "灯", "wood"][at % 3] for _ in range(1 + at * 37 % 50)) for at in range(count)]


def test_documents_keep_their_order_whatever_their_lengths(bundled_embedder: Embedder) -> None:
    texts = [f"{text} number {at}" for at, text in enumerate(mixed(60))]
    assert sum(len(text.split()) for text in texts) > BATCH_TOKENS
    together = bundled_embedder.embed_documents(texts)
    alone = np.concatenate([bundled_embedder.embed_documents([text]) for text in texts])
    assert (alone * together).sum(axis=1).min() > 0.98
    assert ((together @ alone.T).argmax(axis=1) == np.arange(len(texts))).mean() > 0.9


def test_a_vector_hardly_depends_on_its_batch(bundled_embedder: Embedder) -> None:
    """Activations are quantised by the range of the whole batch."""
    (alone,) = bundled_embedder.embed_documents(["desk lamp"])
    longer = "a much longer title of something else, in black and white"
    together = bundled_embedder.embed_documents(["desk lamp", longer])
    assert float(alone @ together[0]) > 0.99


def test_a_text_beyond_the_longest_is_cut(bundled_embedder: Embedder) -> None:
    cut, longer = bundled_embedder.embed_documents(["lamp " * 200, "lamp " * 200 + "chair " * 50])
    assert float(cut @ longer) == pytest.approx(1, abs=1e-5)


def test_a_query_is_embedded_once(bundled_embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bundled_embedder.embed_queries(["a query that nobody asked before"])
    assert isinstance(bundled_embedder, OnnxEmbedder)

    def never(*_: object) -> None:
        raise AssertionError("embedded again")

    monkeypatch.setattr(bundled_embedder, "_run", never)
    again = bundled_embedder.embed_queries(["a query that nobody asked before"] * 2)
    assert (again == np.concatenate([before, before])).all()


def test_what_a_caller_does_to_a_vector_does_not_reach_the_next(bundled_embedder: Embedder) -> None:
    first = bundled_embedder.embed_queries(["desk lamp"])
    before = first.copy()
    first *= 0
    assert (bundled_embedder.embed_queries(["desk lamp"]) == before).all()


def test_nothing_to_embed_gives_no_vectors(bundled_embedder: Embedder) -> None:
    assert len(bundled_embedder.embed_queries([])) == 0
    assert len(bundled_embedder.embed_documents([])) == 0


def test_threads_share_one_model(bundled_embedder: Embedder) -> None:
    expected = {text: bundled_embedder.embed_documents([text])[0] for text in SENTENCES}
    wrong: list[str] = []

    def embed(text: str) -> None:
        for _ in range(5):
            if not np.allclose(bundled_embedder.embed_documents([text])[0], expected[text], atol=1e-6):
                wrong.append(text)

    threads = [threading.Thread(target=embed, args=(text,)) for text in SENTENCES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_export_is_made_once_and_kept(bundled_embedder: Embedder, encoder_cache: Path) -> None:
    exported = sorted((encoder_cache / "models").glob("multilingual-e5-small-int8-*/model.onnx"))
    assert len(exported) == 1
    stamp = exported[0].stat().st_mtime_ns
    again = load_embedder(IndexSettings(cache_dir=encoder_cache, embedder="bundled"))
    assert sorted((encoder_cache / "models").glob("multilingual-e5-small-int8-*/model.onnx")) == exported
    assert exported[0].stat().st_mtime_ns == stamp
    text = ["desk lamp"]
    assert (again.embed_queries(text) == bundled_embedder.embed_queries(text)).all()


def test_a_damaged_export_says_what_to_delete(
    bundled_embedder: Embedder, encoder_cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    for kept in (encoder_cache / "models").glob("multilingual-e5-small*"):
        if "-int8-" in kept.name and kept.is_dir():
            (tmp_path / "models" / kept.name).mkdir()
            for file in ("tokenizer.json", "prompts.json"):
                (tmp_path / "models" / kept.name / file).write_bytes((kept / file).read_bytes())
            (tmp_path / "models" / kept.name / "model.onnx").write_bytes(b"no network")
        elif kept.is_dir():
            (tmp_path / "models" / kept.name).symlink_to(kept.resolve())
    # What is exported is told by where the model lies: load it from where it was exported from.
    source = ModelSource(str(bundled_folder(IndexSettings(cache_dir=encoder_cache))), local=True)
    with pytest.raises(ModelError, match=r"model\.onnx is damaged .*Delete it"):
        OnnxEmbedder(source, name=E5_SMALL.name, cache_dir=tmp_path)


def test_a_folder_that_holds_no_model_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"could not be loaded.*set SHOP_EMBEDDER to a local folder"):
        load_embedder(IndexSettings(embedder=str(tmp_path / "empty")))
