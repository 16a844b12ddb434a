"""`python -m lsp_server` is the same as `headwater`."""

from lsp_server.cli import main

if __name__ == "__main__":
    main()
