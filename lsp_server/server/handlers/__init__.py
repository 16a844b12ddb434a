"""One file a feature: take the state, call `ide` or `environments`, convert.  Nothing is decided here."""
