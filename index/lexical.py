"""Lexical retrieval with BM25. The only file that imports tantivy."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from index.errors import StoreError
from index.text import tokens

TERMS_VERSION = "2"
"""Raise it when terms are made differently: the next build then indexes every text again."""

TITLE_WEIGHT = 2.0
"""How much more a word in the title counts than one in the body; chosen on the Icecat dev queries."""

_HEAP_BYTES = 50_000_000


class LexicalIndex:
    """A tantivy index of titles and bodies; scores are BM25, higher is better, without upper bound."""

    def __init__(self, folder: Path) -> None:
        """Open or create the index.

        Raises:
            StoreError: If its files cannot be read or written.
        """
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("title", tokenizer_name="whitespace")
        builder.add_text_field("body", tokenizer_name="whitespace")
        self._schema = builder.build()
        self._stem = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(folder))
        except (OSError, ValueError) as error:
            raise StoreError(f"The lexical index in {folder} cannot be opened: {error}") from error

    def terms(self, text: str) -> list[str]:
        """Index terms of a text, English words stemmed, in order."""
        return list(self._stem.analyze(" ".join(tokens(text))))

    def update(self, documents: Mapping[str, tuple[str, str]], *, deleted: Iterable[str] = ()) -> None:
        """Add or replace documents and remove others, in one commit.

        Args:
            documents: (title, body) by product id.
            deleted: Product ids to remove.

        Raises:
            StoreError: If the files cannot be written.
        """
        try:
            writer = self._index.writer(_HEAP_BYTES, 1)
            for key in [*documents, *deleted]:
                writer.delete_documents_by_term("id", key)
            for key, (title, body) in documents.items():
                document = self._tantivy.Document()
                document.add_text("id", key)
                document.add_text("title", " ".join(self.terms(title)))
                document.add_text("body", " ".join(self.terms(body)))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        except (OSError, ValueError) as error:
            raise StoreError(f"The lexical index cannot be written: {error}") from error
        self._index.reload()

    def query(self, text: str, *, limit: int, allowed: Collection[str] | None = None) -> dict[str, float]:
        """The best matching products, best first, with their BM25 score.

        Args:
            text: What to look for; any of its terms may match.
            limit: How many at most.
            allowed: Only these ids may be returned; None allows all.
        """
        terms = list(dict.fromkeys(self.terms(text)))
        if not terms or (allowed is not None and not allowed):
            return {}
        searcher = self._index.searcher()
        wanted = limit if allowed is None else searcher.num_docs
        if not wanted:
            return {}
        found: dict[str, float] = {}
        for score, address in searcher.search(self._query(terms), wanted, count=False).hits:
            key = searcher.doc(address)["id"][0]
            if allowed is None or key in allowed:
                found[key] = score
                if len(found) == limit:
                    break
        return found

    def ids(self) -> set[str]:
        """Ids of all documents."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return set()
        hits = searcher.search(self._tantivy.Query.all_query(), searcher.num_docs, count=False).hits
        return {searcher.doc(address)["id"][0] for _, address in hits}

    def _query(self, terms: Iterable[str]) -> Any:
        query, should = self._tantivy.Query, self._tantivy.Occur.Should
        clauses = []
        for term in terms:
            title = query.boost_query(query.term_query(self._schema, "title", term), TITLE_WEIGHT)
            clauses += [(should, title), (should, query.term_query(self._schema, "body", term))]
        return query.boolean_query(clauses)
