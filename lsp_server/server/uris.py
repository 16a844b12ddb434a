"""URIs to file paths and back.  Pure: what kind of path it is comes as an argument, so every platform's rules are tested on one.

A document of another scheme (`untitled:`, `git:`, `vscode-vfs:`) has no path; its URI is its identity.
"""

from __future__ import annotations

import re
import sys
from urllib.parse import quote, unquote, urlsplit

WINDOWS = sys.platform == "win32"
_DRIVE = re.compile(r"^/?([A-Za-z])(:|%3[Aa])(?=$|[/\\])")
_SAFE = "/-._~!$&'()*+,;=@"


def to_path(uri: str, windows: bool = WINDOWS) -> str | None:
    """The path that a `file:` URI names, None for any other scheme.

    Drive letters become upper case (clients send either), UNC shares keep their host, percent-encoding is UTF-8.
    """
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "file":
        return None
    parts = urlsplit("file:" + rest.replace("?", "%3F").replace("#", "%23"))
    path = unquote(parts.path)
    host = unquote(parts.netloc)
    if not windows:
        return (f"//{host}{path}" if host and host != "localhost" else path) or "/"
    if host and host != "localhost":
        return f"//{host}{path}".replace("/", "\\")
    if drive := _DRIVE.match(path):
        path = drive.group(1).upper() + ":" + (path[drive.end() :] or "/")
    return path.replace("/", "\\")


def to_uri(path: str, windows: bool = WINDOWS) -> str:
    """The `file:` URI of an absolute path, spelt as VS Code spells it (lower-case drive, encoded colon)."""
    if windows:
        path = path.replace("\\", "/")
        if drive := _DRIVE.match(path):
            return f"file:///{drive.group(1).lower()}%3A" + quote(
                path[drive.end() :], safe=_SAFE, errors="surrogatepass"
            )
    if path.startswith("//"):
        host, _, rest = path[2:].partition("/")
        return f"file://{quote(host, safe='.-_')}/" + quote(rest, safe=_SAFE)
    return "file://" + quote(path, safe=_SAFE, errors="surrogateescape")


def same_document(left: str, right: str, windows: bool = WINDOWS) -> bool:
    """Whether two URIs name one document however they are spelt (encoding, drive letter)."""
    if left == right:
        return True
    path = to_path(left, windows)
    return path is not None and path == to_path(right, windows)


def scheme(uri: str) -> str:
    """`file`, `untitled`, `git`, ..."""
    return uri.partition(":")[0].lower()
