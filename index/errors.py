"""Deliberate errors. Every message says what happened and what to do next.

ShopError                              caught once by each door; fit to show to a person
 ├ ConfigError(ValueError)             a setting or an option does not make sense
 ├ MissingExtraError(ImportError)      an optional dependency is absent; names what to install
 ├ CatalogueError(ValueError)          a product file cannot be read; .path .line .field
 ├ StoreError                          the database or an index file failed; wraps the cause
 │  ├ StoreNotBuiltError               nothing has been indexed yet
 │  ├ IndexDamagedError                a file of an index is gone; it is made again from the record
 │  └ EmbedderMismatchError            the index was built with another embedding model
 ├ ModelError                          a model file is missing, broken, or needs the network
 │  └ NotExportableError               a network cannot be written as ONNX
 ├ assistant.errors.AnswerError        a language model failed; .retryable .retry_after
 └ eval.cases.EvalDataError(ValueError)  an evaluation file cannot be read; .path .line

Programming mistakes stay `ValueError` and `TypeError`.
"""

from pathlib import Path


class ShopError(Exception):
    """Root of the deliberate errors."""


class ConfigError(ShopError, ValueError):
    """A setting or a command line option does not make sense."""


class MissingExtraError(ShopError, ImportError):
    """An optional dependency is absent; the message names the extra to install."""


class CatalogueError(ShopError, ValueError):
    """A product file, or one row of it, cannot be read.

    Attributes:
        path: The file.
        line: 1-based line of the row; None when the whole file is meant.
        field: Product field that was refused; None when the whole row is meant.
        reason: What is wrong, in a few words.
    """

    def __init__(
        self, path: Path | str, reason: str, *, line: int | None = None, field: str | None = None
    ) -> None:
        self.path, self.line, self.field, self.reason = Path(path), line, field, reason
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(": ".join(part for part in (where, field, reason) if part))


class StoreError(ShopError):
    """The database or an index file failed."""


class StoreNotBuiltError(StoreError):
    """Nothing has been indexed yet."""


class IndexDamagedError(StoreError):
    """A file that an index is made of is gone or broken; it can be made again from the record."""


class EmbedderMismatchError(StoreError):
    """The index was built with another embedding model."""

    def __init__(self, built_with: str, configured: str) -> None:
        self.built_with, self.configured = built_with, configured
        super().__init__(
            f"The index was built with the embedding model {built_with}, but {configured} is "
            f"configured. Set SHOP_EMBEDDER back, or run `shop-index build FILE` again to "
            f"re-embed the catalogue with {configured}."
        )


class ModelError(ShopError):
    """A model file is missing or broken, or needs a network that is not there."""


class NotExportableError(ModelError):
    """A network uses something that ONNX cannot say."""
