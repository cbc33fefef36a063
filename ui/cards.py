"""Product cards and other pieces of the page as HTML. Everything that comes from a record is escaped."""

from collections.abc import Sequence
from html import escape

from assistant.phrases import money, say, stock_text
from assistant.turns import Suggestion
from index.schema import Language, Product
from ui.pictures import picture_uri

CSS = """
.slot, .slot > * { background: var(--block-background-fill) !important; }
.card { display: flex; gap: 12px; align-items: flex-start; }
.card .picture { width: 84px; height: 84px; flex: none; border-radius: 12px; background-size: cover; }
.card .picture img { width: 84px; height: 84px; border-radius: 12px; object-fit: cover; }
.card .name { font-weight: 600; line-height: 1.3; }
.card .number { color: var(--body-text-color-subdued); margin-right: 4px; }
.card .price { font-size: 1.1em; font-weight: 700; }
.card .was { text-decoration: line-through; color: var(--body-text-color-subdued); margin-left: 6px; }
.card .facts, .card .reason { color: var(--body-text-color-subdued); font-size: 0.9em; }
.card .gone { color: #b3402f; }
.card .reason { font-style: italic; }
.chips { display: flex; flex-wrap: wrap; gap: 6px; min-height: 26px; }
.chip { background: var(--background-fill-secondary); border: 1px solid var(--border-color-primary);
        border-radius: 999px; padding: 2px 10px; font-size: 0.85em; }
.table { overflow-x: auto; }
.table table { border-collapse: collapse; width: 100%; font-size: 0.9em; }
.table th, .table td { border: 1px solid var(--border-color-primary); padding: 4px 8px; text-align: left;
                       vertical-align: top; }
"""


def card(number: int, suggestion: Suggestion, language: Language) -> str:
    """One product: picture, name, price, rating, stock, and why it is shown."""
    product = suggestion.hit.product
    facts = []
    if product.rating is not None:
        facts.append(f"★ {product.rating:.1f} ({product.rating_count})")
    stock = stock_text(product, language)
    if stock:
        mark = ' class="gone"' if product.stock == 0 else ""
        facts.append(f"<span{mark}>{escape(stock)}</span>")
    return (
        f'<div class="card">{_picture(product)}<div>'
        f'<div class="name"><span class="number">{number}.</span>{_name(product, language)}</div>'
        f"<div>{_price(product, language)}</div>"
        f'<div class="facts">{" · ".join(facts)}</div>'
        f'<div class="reason">{escape(suggestion.reason)}</div></div></div>'
    )


def _name(product: Product, language: Language) -> str:
    title = escape(product.title_in(language))
    if product.url and product.url.startswith(("https://", "http://")):
        return f'<a href="{escape(product.url)}" target="_blank" rel="noopener">{title}</a>'
    return title


def _picture(product: Product) -> str:
    """The drawing, with the photograph over it: one that does not load leaves the drawing to be seen."""
    colour = next(iter(product.facets.get("colour", ())), None)
    drawn = picture_uri(product.kind, colour.casefold() if colour else None)
    photo = ""
    if product.image and product.image.startswith(("https://", "http://")):
        photo = f'<img src="{escape(product.image)}" alt="" loading="lazy" onerror="this.remove()">'
    return f'<div class="picture" style="background-image: url(&quot;{escape(drawn)}&quot;)">{photo}</div>'


def _price(product: Product, language: Language) -> str:
    if product.price is None:
        return f'<span class="facts">{escape(say("price_unknown", language))}</span>'
    now = f'<span class="price">{escape(money(product.price, product.currency))}</span>'
    if product.on_sale and product.list_price is not None:
        now += f'<span class="was">{escape(money(product.list_price, product.currency))}</span>'
    return now


def chips(texts: Sequence[str]) -> str:
    """What was understood, as small labels."""
    return (
        '<div class="chips">'
        + "".join(f'<span class="chip">{escape(text)}</span>' for text in texts)
        + "</div>"
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """A comparison; the first row is the header."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="table"><table><tr>{head}</tr>{body}</table></div>'
