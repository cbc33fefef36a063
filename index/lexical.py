"""Lexical retrieval with BM25. The only file that imports tantivy."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError, StoreError
from index.synonyms import FUNCTION_WORDS, Synonyms, Unit
from index.text import has_han, tokens

TERMS_VERSION = "6"
"""Raise it when terms are made differently: the next build then indexes every text again."""

FIELD_WEIGHTS = {"title": 1.5, "category": 1.0, "description": 1.0, "attributes": 1.0}
"""How much a word counts in each field; of several fields the best counts (docs/experiments.md)."""

TIE = 0.1
"""What a word in further fields adds, as a share."""

TRANSLATED, SYNONYM, MISSPELT = 1.0, 0.5, 0.5
"""What another name counts beside the word that was said: in the other language, in the same one; and what
a word of the catalogue counts that is one slip away from an unknown one."""

COVERAGE_POWER = 2
"""How much a product loses that has a part of the query only."""

_STEPS = 64
"""A score holds the coverage too, as so many steps, each larger than any BM25 of the query: one search gives
both."""

_MOST_BM25 = 2.2 * max(FIELD_WEIGHTS.values()) * (1 + TIE * len(FIELD_WEIGHTS))
"""The most that a BM25 can be, in units of the IDF: k1 + 1 = 2.2 in the heaviest field, and the ties."""

_LONGEST_QUERY = 200
"""Characters of a query whose words are looked up: a title of a product is no longer."""

_SHORTEST_MISSPELT = 5
_PIECE = re.compile(r"\d+(?:\.\d+)?|[a-z]+")
_MEND = "Delete that folder and run: shop-index check --repair"
_HEAP_BYTES = 50_000_000
_PAGE = 20_000


@dataclass(frozen=True, slots=True)
class Texts:
    """The searchable texts of a product, by field.

    Attributes:
        title: Names and makers, in every language.
        category: What sort of thing it is.
        description: The descriptions.
        attributes: Values of attributes and facets.
    """

    title: str
    category: str = ""
    description: str = ""
    attributes: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of a product.

    Attributes:
        number: The product's number in the record.
        digest: Of its texts.
        texts: What is searched.
    """

    number: int
    digest: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Scores:
    """What the words of a query say of some products.

    Attributes:
        numbers: Of the products.
        bm25: BM25 of each.
        coverage: Share of the query that each has, in [0, 1].
    """

    numbers: NDArray[np.int64]
    bm25: NDArray[np.float32]
    coverage: NDArray[np.float32]

    def of(self, places: NDArray[np.int64]) -> "Scores":
        """Those at some places."""
        return Scores(self.numbers[places], self.bm25[places], self.coverage[places])


def _lost_a_file(error: Exception) -> bool:
    """Whether the index's list names a file that is gone: a killed writer may leave it so."""
    return "FileDoesNotExist" in str(error)


class LexicalIndex:
    """A tantivy index of the texts of products; safe to search from several threads."""

    def __init__(self, folder: Path, synonyms: Path | None = None) -> None:
        """Open or create the index.

        Args:
            folder: Where its files are.
            synonyms: A shop's own names for things, see `index.synonyms.read_groups`.

        Raises:
            StoreError: If its files cannot be read or written.
            ConfigError: If the synonyms cannot be read.
        """
        import tantivy

        self._tantivy, self._folder = tantivy, folder
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("digest", stored=True, tokenizer_name="raw")
        builder.add_unsigned_field("number", indexed=True, fast=True)
        for field in fields(Texts):
            builder.add_text_field(field.name, tokenizer_name="whitespace")
        self._schema = builder.build()
        self._stem = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self.synonyms = Synonyms.load(synonyms, lambda word: " ".join(self._stem.analyze(word)))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))
        except (OSError, ValueError) as error:
            failed = IndexDamagedError if _lost_a_file(error) else StoreError
            raise failed(f"The lexical index in {folder} cannot be opened: {error}. {_MEND}") from error

    def terms(self, text: str) -> list[str]:
        """Index terms of a text, English words stemmed, in order."""
        return list(self._stem.analyze(" ".join(tokens(text))))

    def update(self, documents: Iterable[tuple[str, Document]], *, deleted: Iterable[str] = ()) -> None:
        """Add or replace documents and remove others, in one commit.

        Args:
            documents: With their product ids, each once.
            deleted: Product ids to remove.

        Raises:
            StoreError: If the files cannot be written.
        """
        with self._writing():
            writer = self._index.writer(_HEAP_BYTES, 1)
            for key in deleted:
                writer.delete_documents_by_term("id", key)
        for key, document in documents:
            with self._writing():
                writer.delete_documents_by_term("id", key)
                writer.add_document(self._made(key, document))
        with self._writing():
            writer.commit()
            writer.wait_merging_threads()
        self.reload()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            if _lost_a_file(error):
                raise IndexDamagedError(f"{self._folder} has lost a file: {error}. {_MEND}") from error
            raise StoreError(
                f"The lexical index in {self._folder} cannot be written: {error}. Check that its folder is "
                "writable and has space; the same command then finishes the work."
            ) from error

    def _made(self, key: str, document: Document) -> Any:
        made = self._tantivy.Document()
        made.add_text("id", key)
        made.add_text("digest", document.digest)
        made.add_unsigned("number", document.number)
        for field in fields(Texts):
            made.add_text(field.name, " ".join(self.terms(getattr(document.texts, field.name))))
        return made

    def reload(self) -> None:
        """Look at what was committed last, by whichever process.

        Raises:
            StoreError: If the files cannot be read.
        """
        try:
            self._index.reload()
        except (OSError, ValueError) as error:
            raise StoreError(
                f"The lexical index in {self._folder} cannot be read: {error}. {_MEND}"
            ) from error

    def open_query(self, text: str) -> "LexicalQuery | None":
        """A query on the index as it is now; None when no word of it is in any product.

        Args:
            text: What to look for; products need not have all of it.
        """
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return None
        units = self.synonyms.units(text[:_LONGEST_QUERY])
        query = LexicalQuery(self, self._tantivy, self._schema, searcher, units)
        return query if query.known else None

    def knows(self, text: str) -> bool:
        """Whether products have every word of a text, or another name of it."""
        query = self.open_query(text)
        return query is not None and query.knows_all

    def titled(self, word: str) -> int:
        """How many products have a word in their titles."""
        searcher = self._index.searcher()
        return max((searcher.doc_freq("title", term) for term in self.terms(word)), default=0)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def digests(self) -> dict[str, str]:
        """Digest of the indexed text of every document, by product id."""
        searcher = self._index.searcher()
        everything, found = self._tantivy.Query.all_query(), dict[str, str]()
        for offset in range(0, searcher.num_docs, _PAGE):
            for _, address in searcher.search(everything, _PAGE, count=False, offset=offset).hits:
                document = searcher.doc(address)
                found[document["id"][0]] = document["digest"][0]
        return found


class LexicalQuery:
    """One query: BM25 of its units, and its coverage, the share of it that a product has.

    A word is worth its best field (a disjunction maximum with `TIE`), a unit the better of its own words and
    its other names, of which a product must have every word. In the coverage every word weighs its IDF.

    Attributes:
        units: The parts of the query.
        known: Whether the catalogue has anything of it.
        knows_all: Whether it has all of it.
    """

    def __init__(
        self, index: LexicalIndex, tantivy: Any, schema: Any, searcher: Any, units: Sequence[Unit]
    ) -> None:
        self._index, self._make, self._schema, self._searcher = index, tantivy.Query, schema, searcher
        self._must, self._should = tantivy.Occur.Must, tantivy.Occur.Should
        self._frequencies: dict[str, int] = {}
        self.units = self._joined(units)
        ways = [found for unit in self.units if (found := self._ways(unit))]
        self.known, self.knows_all = bool(ways), len(ways) == len(self.units) > 0
        weights = [found[0].weight for found in ways]
        # A word that no product has weighs as much as one that a single product has.
        unknown = self._idf("") * (len(self.units) - len(ways))
        self._known_share = sum(weights) / (sum(weights) + unknown) if ways else 0.0
        steps = _shares(_STEPS, weights)
        self._step = 2.0 ** math.ceil(math.log2(1 + _MOST_BM25 * sum(weights)))
        self._query = self._any(
            self._make.disjunction_max_query([self._worth(way, share) for way in found])
            for found, share in zip(ways, steps, strict=True)
        )

    def best(self, *, limit: int, only: NDArray[np.int64] | None = None) -> Scores:
        """The best matching products, those that have more of the query first.

        Args:
            limit: How many at most.
            only: Numbers of the products that may be returned, a few thousand at most; None means any.
        """
        limit = min(limit, self._searcher.num_docs)
        query = self._query
        if not limit or (only is not None and not len(only)):
            return Scores(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))
        if only is not None:
            allowed = self._make.term_set_query(self._schema, "number", only.tolist())
            query = self._all([query, self._make.const_score_query(allowed, 0.0)])
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        steps, bm25 = np.divmod(np.asarray([score for score, _ in hits], np.float32), self._step)
        return Scores(np.asarray(numbers, np.int64), bm25, np.minimum(steps / _STEPS, 1.0))

    def understood(self, scores: Scores) -> float:
        """How far this query can be answered by its words, in [0, 1].

        The coverage of the best candidate, with the words that no product has counted too.
        """
        return float(scores.coverage.max(initial=0.0)) * self._known_share

    def translated(self) -> str | None:
        """The query in the catalogue's language: names that it does not use replaced by those that it does.

        None where nothing is to be replaced.
        """
        said, changed = [], False
        for unit in self.units:
            text = unit.text
            if not self._uses(text):
                others = (name for name in unit.names if has_han(name) != has_han(text))
                text = next((name for name in others if self._uses(name)), text)
            changed = changed or text != unit.text
            said.append(text)
        return " ".join(said) if changed else None

    def _joined(self, units: Sequence[Unit]) -> list[Unit]:
        """Units without function words; neighbours that the catalogue writes as one ("ear buds") joined."""
        found: list[Unit] = []
        for unit in units:
            before = found[-1] if found else None
            plain = before is not None and (before.text.isdigit() or not (before.names or unit.names))
            joined = before.text + unit.text if before is not None and plain else ""
            if before is not None and joined and not has_han(joined) and self._uses(joined):
                found[-1] = Unit(joined, (f"{before.text} {unit.text}",))
            else:
                found.append(unit)
        telling = [unit for unit in found if unit.text not in FUNCTION_WORDS]
        return list({unit.text: unit for unit in telling or found}.values())

    def _ways(self, unit: Unit) -> list["_Way"]:
        """The ways in which a product may have a unit, its own words first; none where no product does."""
        own = tuple(term for term in dict.fromkeys(self._index.terms(unit.text)) if self._frequency(term))
        used = [name for name in (*unit.names, *_apart(unit.text)) if self._uses(name)]
        names = [(_factor(unit, name), tuple(dict.fromkeys(self._index.terms(name)))) for name in used]
        foreign = any(not has_han(name) for name in used)
        if foreign and has_han(unit.text) and not self._uses(unit.text):
            own = ()  # stray characters of a name that the catalogue has in the other language
        if not own and not names:
            return self._misspelt(unit.text)
        weight = self._total(own) if own else min(self._total(terms) for _, terms in names)
        # A Chinese name has a term for each character and pair: it is worth no more than what was said.
        others = [
            _Way(terms, factor, weight, scale=min(1.0, weight / self._total(terms)))
            for factor, terms in names
        ]
        return [_Way(own, 1.0, weight), *others] if own else others

    def _misspelt(self, text: str) -> list["_Way"]:
        """Words of the titles that an unknown word is one slip of the finger away from."""
        terms = self._index.terms(text)
        if len(terms) != 1 or not terms[0].isalpha() or has_han(text) or len(terms[0]) < _SHORTEST_MISSPELT:
            return []
        slip = self._make.fuzzy_term_query(self._schema, "title", terms[0], distance=1)
        found = self._searcher.search(slip, 1, count=False).hits
        return [_Way((terms[0],), MISSPELT, self._idf(""), slip=slip)] if found else []

    def _worth(self, way: "_Way", steps: int) -> Any:
        """A query whose score is the BM25 of one way and its coverage, in steps."""
        if way.slip is not None:
            bm25 = self._make.boost_query(way.slip, way.weight)
            return self._any([bm25, self._covers(way.slip, steps * way.factor)])
        words = [self._word(term) for term in way.terms]
        if way.scale:
            every = self._all(words)
            bm25 = self._make.boost_query(every, way.factor * way.scale)
            return self._any([bm25, self._covers(every, steps * way.factor)])
        shares = _shares(steps, [self._idf(term) for term in way.terms])
        covered = [self._covers(word, share) for word, share in zip(words, shares, strict=True)]
        return self._any([*words, *covered])

    def _covers(self, query: Any, steps: float) -> Any:
        return self._make.const_score_query(query, self._step * round(steps))

    def _word(self, term: str) -> Any:
        found = [
            self._make.boost_query(self._make.term_query(self._schema, field, term), weight)
            for field, weight in FIELD_WEIGHTS.items()
            if self._searcher.doc_freq(field, term)
        ]
        return self._make.disjunction_max_query(found, TIE)

    def _uses(self, name: str) -> bool:
        terms = self._index.terms(name)
        return bool(terms) and all(map(self._frequency, terms))

    def _frequency(self, term: str) -> int:
        """Products that have a term, at least: those that have it in one field."""
        if term not in self._frequencies:
            counts = [self._searcher.doc_freq(field, term) for field in FIELD_WEIGHTS]
            self._frequencies[term] = max(counts)
        return self._frequencies[term]

    def _idf(self, term: str) -> float:
        """BM25's inverse document frequency (Robertson and Zaragoza, 2009); an unknown word is a rare one."""
        # Deleted products are counted until tantivy merges, and then a count may exceed the total.
        count = min(max(1, self._frequency(term)), self._searcher.num_docs) if term else 1
        return math.log1p((self._searcher.num_docs - count + 0.5) / (count + 0.5))

    def _total(self, terms: Iterable[str]) -> float:
        return sum(map(self._idf, terms))

    def _any(self, queries: Iterable[Any]) -> Any:
        return self._make.boolean_query([(self._should, query) for query in queries])

    def _all(self, queries: Iterable[Any]) -> Any:
        return self._make.boolean_query([(self._must, query) for query in queries])


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of having a unit.

    Attributes:
        terms: Its terms.
        factor: What it counts beside the unit's own words.
        weight: IDF of the unit.
        scale: For another name, of which a product must have all terms: what its BM25 is multiplied with; 0
            for the unit's own words.
        slip: For a misspelt word, the query for those that are meant.
    """

    terms: tuple[str, ...]
    factor: float
    weight: float
    scale: float = 0.0
    slip: Any = None


def lexical_score(scores: Scores) -> NDArray[np.float32]:
    """BM25 times a power of the coverage: having all of the query beats repeating a part of it."""
    return scores.bm25 * scores.coverage**COVERAGE_POWER


def _factor(unit: Unit, name: str) -> float:
    if name.replace(" ", "") == unit.text.replace(" ", ""):
        return 1.0
    return TRANSLATED if has_han(name) != has_han(unit.text) else SYNONYM


def _shares(total: int, weights: Sequence[float]) -> list[int]:
    """A whole number shared out by weight, in whole numbers that add up to it."""
    edges = np.round(np.cumsum(weights) / max(sum(weights), 1e-9) * total).astype(int)
    shares: list[int] = np.diff(edges, prepend=0).tolist()
    return shares


def _apart(text: str) -> tuple[str, ...]:
    """Letters and digits written apart, where they were written together: "iphone 7" for "iphone7"."""
    pieces = _PIECE.findall(text)
    return (" ".join(pieces),) if len(pieces) > 1 and "".join(pieces) == text else ()
