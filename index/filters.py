"""What a result must satisfy. A filter removes products before anything is ranked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Self

from index.schema import Product
from index.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Hard constraints; the default lets everything pass.

    Attributes:
        price_min: Lowest price, inclusive, in `currency`.
        price_max: Highest price, inclusive, in `currency`.
        currency: ISO 4217 code the price limits are in; None means the product's own.
        include: For each facet, the values of which a product must have at least one.
        exclude: For each facet, the values of which a product may have none.
        rating_min: Lowest mean stars; products without ratings do not pass.
        in_stock: Only what can be bought now.
        on_sale: Only what is priced below its list price.

    A product without a price passes no price limit; one without a facet passes no `include` of it
    and every `exclude`.
    """

    price_min: Decimal | None = None
    price_max: Decimal | None = None
    currency: str | None = None
    include: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exclude: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rating_min: float | None = None
    in_stock: bool = False
    on_sale: bool = False

    @classmethod
    def of(
        cls,
        *,
        include: Mapping[str, tuple[str, ...]] | None = None,
        exclude: Mapping[str, tuple[str, ...]] | None = None,
        **others: object,
    ) -> Self:
        """Make filters from plain values, folding facet values for comparison."""
        made = cls(**others)  # type: ignore[arg-type]
        return replace(made, include=_folded(include or {}), exclude=_folded(exclude or {}))

    @property
    def active(self) -> bool:
        """Whether anything is constrained."""
        return self != type(self)(currency=self.currency)

    def accepts(self, product: Product) -> bool:
        """Whether one product satisfies everything: the definition that `Snapshot.passing` must meet."""
        facets = {name: {fold(value) for value in values} for name, values in product.all_facets().items()}
        return (
            self._accepts_price(product)
            and all(facets.get(name, set()) & wanted for name, wanted in self.include.items())
            and not any(facets.get(name, set()) & refused for name, refused in self.exclude.items())
            and (
                self.rating_min is None or (product.rating is not None and product.rating >= self.rating_min)
            )
            and (not self.in_stock or product.available)
            and (not self.on_sale or product.on_sale)
        )

    def _accepts_price(self, product: Product) -> bool:
        if self.price_min is None and self.price_max is None:
            return True
        return (
            product.price is not None
            and (self.currency is None or product.currency == self.currency)
            and (self.price_min is None or product.price >= self.price_min)
            and (self.price_max is None or product.price <= self.price_max)
        )


def _folded(facets: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(map(fold, values)) for name, values in facets.items() if values}
