"""The optional cross-encoder, with a tiny one of random weights."""

from dataclasses import replace

import pytest

from index.build import build, open_search
from index.errors import ModelError
from index.rerank import DEPTH, Reranker, reading_text


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross")
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "phone", "mug", "a"])
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=8,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_the_first_results_come_in_the_cross_encoders_order(settings, catalogue, embedder, cross_encoder):
    build(catalogue, settings, embedder=embedder)
    plain = open_search(settings, embedder=embedder)
    again = open_search(replace(settings, reranker=str(cross_encoder)), embedder=embedder)
    assert again.reranker is not None
    hits = again.search("phone", limit=5).hits
    scores = again.reranker.scores("phone", [hit.product for hit in hits])
    assert [hit.score for hit in hits] == pytest.approx(scores.tolist())
    assert list(scores) == sorted(scores, reverse=True)
    assert ((scores >= 0) & (scores <= 1)).all()
    everything = {hit.product.id for hit in plain.search("phone", limit=DEPTH).hits}
    assert {hit.product.id for hit in hits} <= everything
    by_price = again.search("phone", sort="price_asc").hits
    assert [hit.product.id for hit in by_price] == [
        hit.product.id for hit in plain.search("phone", sort="price_asc").hits
    ]


def test_it_reads_names_place_and_description(catalogue):
    assert reading_text(next(item for item in catalogue if item.id == "phone-black")) == (
        "Lumo P1 smartphone, black. 流明 P1 智能手机 黑色. Smartphones. "
        "A phone with a camera that sees in the dark."
    )


def test_a_reranker_that_is_not_there_is_one_sentence(settings):
    with pytest.raises(ModelError, match=r"SHOP_RERANKER='nothing' is no folder and no hub id"):
        Reranker(replace(settings, reranker="nothing"))
