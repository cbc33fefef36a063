"""The texts of a product that are embedded and indexed."""

from index.schema import Product
from index.store import digest


def embedding_text(product: Product) -> str:
    """What is embedded: the names in every language and the narrowest category.

    Descriptions were tried and lost: they dilute the name (docs/experiments.md).
    """
    names = [product.title, *(text.title for text in product.translations.values())]
    return ". ".join([*dict.fromkeys(names), *product.category[-1:]])


def lexical_text(product: Product) -> tuple[str, str]:
    """What is indexed lexically: (names and makers, everything else that is said of it)."""
    texts = list(product.translations.values())
    brands = [product.brand or "", *(name for text in texts for name in text.facets.get("brand", ()))]
    title = " ".join([product.title, *(text.title for text in texts), *brands])
    body = [product.description, *product.category, *product.attributes.values()]
    body += [value for values in product.facets.values() for value in values]
    for text in texts:
        body += [text.description, *text.category, *text.attributes.values()]
    return title, " ".join(body)


def text_digest(product: Product) -> str:
    """Fingerprint of everything above: a price or a stock change leaves it as it is."""
    return digest("\x00".join([embedding_text(product), *lexical_text(product)]))
