"""The offline harness: measures the other packages through their public API."""
