"""Catalogue to searchable index: schema, readers, store, vectors, lexical index, search."""
