"""What a product is. Values only: nothing here reads files, databases or models."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Language = Literal["en", "zh"]

NonEmpty = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Count = Annotated[int, Field(ge=0, lt=2**31)]  # what an SQL integer holds


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Review(_Value):
    """One shopper's opinion.

    Attributes:
        text: The words, in one language.
        stars: 1 (worst) to 5 (best); None when the source has no usable stars.
    """

    text: NonEmpty
    stars: Annotated[int, Field(ge=1, le=5)] | None = None


class Translation(_Value):
    """A product's texts in another language than its own; absent parts fall back to the original.

    Attributes:
        facets: Translated facet values, in the order of the product's own, for example
            {"brand": ["诺维克"], "colour": ["黑色"]}.
    """

    title: NonEmpty
    description: str = ""
    category: tuple[NonEmpty, ...] = ()
    attributes: Mapping[str, str] = Field(default_factory=dict)
    facets: Mapping[str, tuple[NonEmpty, ...]] = Field(default_factory=dict)


class Product(_Value):
    """One thing that can be bought: a single variant, with its own price and stock.

    Attributes:
        id: The shop's identifier, unique in the catalogue.
        title: Name shown to the shopper.
        language: Language of the texts of this record.
        translations: The same texts in other languages, by language code.
        brand: Maker; also the facet "brand".
        category: Path from wide to narrow; every level is a value of the facet "category".
        price: Current price in `currency`; None when unknown (never shown as 0).
        list_price: Price before the reduction; the product is on sale when it is above `price`.
        currency: ISO 4217 code of both prices.
        facets: Values to filter by, by facet name: colour, size, material, ...
        attributes: What the record says of the product, as text with units ("weight": "245 g").
        stock: Pieces on hand; None when the shop does not say.
        rating: Mean stars, 1 to 5; None without ratings.
        rating_count: How many ratings `rating` is the mean of.
        popularity: Any number where higher means sold more; None when unknown.
        released: Day the product came to market.
        family: Groups the variants of one product line; None for a product without variants.
        kind: Name of the drawing used where there is no photograph.
        image: Address of a photograph.
        url: Address of the product's own page.
    """

    id: NonEmpty
    title: NonEmpty
    language: Language = "en"
    description: str = ""
    translations: Mapping[Language, Translation] = Field(default_factory=dict)
    brand: NonEmpty | None = None
    category: tuple[NonEmpty, ...] = ()
    price: Money | None = None
    list_price: Money | None = None
    currency: Currency = "USD"
    facets: Mapping[str, tuple[NonEmpty, ...]] = Field(default_factory=dict)
    attributes: Mapping[str, str] = Field(default_factory=dict)
    stock: Count | None = None
    rating: Annotated[float, Field(ge=1, le=5)] | None = None
    rating_count: Count = 0
    reviews: tuple[Review, ...] = ()
    popularity: float | None = None
    released: date | None = None
    family: NonEmpty | None = None
    kind: NonEmpty | None = None
    image: NonEmpty | None = None
    url: NonEmpty | None = None

    @model_validator(mode="after")
    def _reserved_facets(self) -> "Product":
        reserved = {"brand", "category"} & self.facets.keys()
        if reserved:
            raise ValueError(f"facets may not hold {sorted(reserved)}: use the field of that name")
        return self

    @property
    def on_sale(self) -> bool:
        """Whether the current price is below the list price."""
        return self.price is not None and self.list_price is not None and self.list_price > self.price

    @property
    def available(self) -> bool:
        """Whether it can be bought now; unknown stock counts as available."""
        return self.stock is None or self.stock > 0

    def all_facets(self) -> dict[str, tuple[str, ...]]:
        """Every value this product can be filtered by, brand and category included."""
        own = {"brand": (self.brand,) if self.brand else (), "category": self.category, **self.facets}
        return {facet: values for facet, values in own.items() if values}

    def facet_aliases(self) -> Iterator[tuple[str, str, str]]:
        """Yield (facet, value, other name) for every value that a translation names."""
        own = self.all_facets()
        for translation in self.translations.values():
            named = {**translation.facets, "category": translation.category}
            for facet, names in named.items():
                for value, name in zip(own.get(facet, ()), names, strict=False):
                    yield facet, value, name

    def title_in(self, language: Language) -> str:
        """The title in `language`, or as it is."""
        translation = self.translations.get(language)
        return translation.title if translation else self.title

    def description_in(self, language: Language) -> str:
        """The description in `language`, or as it is."""
        translation = self.translations.get(language)
        return translation.description if translation and translation.description else self.description

    def attributes_in(self, language: Language) -> Mapping[str, str]:
        """The attributes in `language`, or as they are."""
        translation = self.translations.get(language)
        return translation.attributes if translation and translation.attributes else self.attributes

    def facet_in(self, facet: str, language: Language) -> tuple[str, ...]:
        """The values of one facet in `language`, or as they are."""
        translation = self.translations.get(language)
        if translation is not None:
            named = translation.category if facet == "category" else translation.facets.get(facet)
            if named:
                return tuple(named)
        return self.all_facets().get(facet, ())


class PriceChange(_Value):
    """What a shop changes all the time; what is not given stays as it is.

    Attributes:
        id: The product's.
        price: New price; None makes it unknown.
        list_price: New price before the reduction; None takes it away.
        currency: ISO 4217 code of both prices.
        stock: Pieces on hand; None makes it unknown.
    """

    id: NonEmpty
    price: Money | None = None
    list_price: Money | None = None
    currency: Currency = "USD"
    stock: Count | None = None

    def given(self) -> dict[str, Any]:
        """The values to change, by field."""
        return self.model_dump(include=self.model_fields_set - {"id"})
