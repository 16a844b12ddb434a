"""For all tests: no facts cache outside the tests' own folders."""

import os

os.environ.setdefault("HEADWATER_CACHE", "off")
