"""One module an engine; `base` is what the rest of `environments` knows of them."""
