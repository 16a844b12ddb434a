"""A header against the table of what it may hold: unknown names with a guess, values of the wrong shape, what is missing."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable
from difflib import get_close_matches

from lsp_server.syntax import properties
from lsp_server.syntax.header import Call, Header, Property
from lsp_server.syntax.properties import Known
from lsp_server.syntax.tokens import dialect_names, is_dialect
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")


def check(header: Header) -> list[Problem]:
    """All that is wrong with a header."""
    table = properties.table_of(header.keyword)
    problems = [*_check_properties(header.properties, table, header.keyword), *_check_kind(header)]
    if not any(item.name == "name" for item in header.properties) and header.keyword != "MODEL":
        problems.append(Problem("header-missing", f"`{header.keyword}` needs a name.", header.name_span))
    return problems


def _check_kind(header: Header) -> list[Problem]:
    kind = header.kind
    if header.get("kind") is None or "@" in kind.name:
        return []
    known = properties.known_kind(kind.name)
    if known is None:
        names = [item.name for item in properties.KINDS]
        return [_unknown("kind", kind.name, kind.name_span, names)]
    problems = (
        [] if kind.name in properties.OPEN_KINDS else _check_properties(kind.properties, known.properties, kind.name)
    )
    given = {item.name for item in kind.properties}
    problems += [
        Problem("header-missing", f"`{kind.name}` needs `{item.name}`: {item.doc}", kind.name_span)
        for item in known.properties
        if item.required and item.name not in given
    ]
    return problems


def _check_properties(given: Iterable[Property], table: tuple[Known, ...], owner: str) -> list[Problem]:
    known = {item.name: item for item in table}
    problems: list[Problem] = []
    seen: set[str] = set()
    for item in given:
        if item.name.startswith("@"):
            continue
        found = known.get(item.name)
        if found is None:
            problems.append(_unknown("property", item.name, item.name_span, known, owner))
        else:
            if item.name in seen:
                problems.append(Problem("header-duplicate", f"`{item.name}` is given twice.", item.name_span))
            problems += _check_value(item, found)
        seen.add(item.name)
    return problems


def _unknown(what: str, name: str, span: Span, known: Iterable[str], owner: str = "") -> Problem:
    guesses = get_close_matches(name, list(known), 1, 0.6)
    of = f" of `{owner}`" if owner else ""
    hint = f" Did you mean `{guesses[0]}`?" if guesses else ""
    data: dict[str, str | list[str]] = {"name": name, "candidates": guesses}
    message = f"`{name}` is no {what}{of}.{hint}"
    if what == "kind":
        return Problem("unknown-kind", message, span, data=data)
    return Problem("unknown-property", message, span, data=data)


def _check_value(item: Property, known: Known) -> list[Problem]:
    if not item.tokens:
        return [Problem("header-value", f"`{item.name}` has no value. {known.doc}", item.name_span)]
    if "@" in item.text and known.shape not in ("cron", "columns_types"):
        return []  # a macro gives the value
    wrong = _wrong(item, known)
    return [Problem("header-value", wrong, item.value_span, data=_data(item, known))] if wrong else []


def _data(item: Property, known: Known) -> dict[str, str | list[str]]:
    words = known.values if known.shape == "word" else dialect_names() if known.shape == "dialect" else ()
    return {"property": item.name, "candidates": get_close_matches(str(item.value).lower(), words, 1, 0.6)}


def _wrong(item: Property, known: Known) -> str:
    """What is wrong with a value, in a sentence; "" when nothing is."""
    value, shape = item.value, known.shape
    if shape == "bool" and not isinstance(value, bool):
        return f"`{item.name}` is TRUE or FALSE, not `{item.text}`."
    if shape == "int" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        return f"`{item.name}` is a whole number, not `{item.text}`."
    if shape == "word" and str(value).lower() not in known.values:
        guesses = get_close_matches(str(value).lower(), known.values, 1, 0.6)
        hint = f" Did you mean `{guesses[0]}`?" if guesses else ""
        return f"`{item.name}` is one of {', '.join(known.values)}, not `{item.text}`.{hint}"
    if shape == "dialect" and not is_dialect(str(value).split(",")[0].strip().lower()):
        guesses = get_close_matches(str(value).lower(), dialect_names(), 1, 0.6)
        hint = f" Did you mean `{guesses[0]}`?" if guesses else ""
        return f"`{item.text}` is no dialect that is known.{hint}"
    if shape == "cron":
        return _wrong_cron(item)
    if shape == "date":
        return _wrong_date(item)
    return _wrong_structure(item, shape)


def _wrong_structure(item: Property, shape: str) -> str:
    value = item.value
    if shape == "text" and isinstance(value, list | dict | Call):
        return f"`{item.name}` is one text, not `{_short(item.text)}`."
    if shape == "mapping" and not isinstance(value, dict) and value != []:
        return f"`{item.name}` is a list of `name = value` in parentheses."
    if shape == "columns_types" and not item.text.startswith(("(", "@")):
        return "`columns` is a list of `name TYPE` in parentheses."
    if shape == "blueprints" and not isinstance(value, list | dict) and "@" not in item.text:
        return "`blueprints` is a list of `(name := value, ...)` in parentheses."
    if shape == "name" and not isinstance(value, str):
        return f"`{item.name}` is a name, not `{_short(item.text)}`."
    return ""


def _wrong_cron(item: Property) -> str:
    text = str(item.value).strip()
    if text.lower() in properties.CRON_WORDS:
        return ""
    if text.startswith("@{") or text.upper().startswith("@VAR"):
        return ""
    if _is_cron(text):
        return ""
    return f"`{item.text}` is no cron expression: five fields, or one of {', '.join(properties.CRON_WORDS[:4])}."


@functools.lru_cache(maxsize=1024)
def _is_cron(text: str) -> bool:
    from croniter import CroniterBadCronError, croniter  # a start without a new header needs none of it

    try:
        croniter(text)
    except (CroniterBadCronError, ValueError, KeyError, AttributeError):
        return False
    return True


def _wrong_date(item: Property) -> str:
    """Dates as they are written in ISO; relative ones ("1 year ago") and numbers are left alone."""
    text = str(item.value).strip()
    if not re.match(r"\d{4}-", text):
        return ""
    if not _DATE.fullmatch(text):
        return f"`{item.text}` is no date."
    try:
        datetime.date.fromisoformat(text[:10])
    except ValueError:
        return f"`{item.text}` is no date."
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
