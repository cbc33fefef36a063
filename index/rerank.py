"""An optional second look at the first results by a cross-encoder, which reads query and product together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.config import IndexSettings
from index.models import locate, unreachable
from index.schema import Product

DEPTH = 50
"""Results that are looked at again: their order changes, what is behind them stays."""


class Reranker:
    """Any sentence-transformers CrossEncoder with one output."""

    def __init__(self, settings: IndexSettings) -> None:
        """Load the model that `SHOP_RERANKER` names.

        Raises:
            ModelError: If it cannot be loaded.
        """
        from sentence_transformers import CrossEncoder

        self.name = settings.reranker
        source = locate(self.name, setting="SHOP_RERANKER", bundled=None)
        try:
            self._model = CrossEncoder(
                source.name,
                device=None if settings.device == "auto" else settings.device,
                num_labels=1,
                local_files_only=source.local,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise unreachable(self.name, "SHOP_RERANKER", error) from error

    def scores(self, query: str, products: Sequence[Product]) -> NDArray[np.float32]:
        """How well each product answers the query, in [0, 1], shape (products,)."""
        from torch.nn import Sigmoid

        pairs = [(query, reading_text(product)) for product in products]
        found = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        return np.asarray(found, np.float32)


def reading_text(product: Product) -> str:
    """What the cross-encoder reads of a product: its names, where it belongs, and what is said of it."""
    names = dict.fromkeys([product.title, *(text.title for text in product.translations.values())])
    return ". ".join(part for part in (*names, *product.category[-1:], product.description) if part)
