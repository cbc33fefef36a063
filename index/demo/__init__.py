"""The demo shop's catalogue: hand-written product lines and the products composed from them."""
