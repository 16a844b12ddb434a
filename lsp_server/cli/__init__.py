"""The command line: one file a command; shares everything below with the server."""


def main() -> None:
    """Entry point of the `headwater` console script."""
    raise SystemExit("headwater: no command yet")
