"""The command `gradproof`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command, if what it needs is installed."""
    try:
        from .check import command
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.exit(f"gradproof: {error.name} is missing: pip install 'gradproof[check]'")
    command.main()


if __name__ == "__main__":
    main()
