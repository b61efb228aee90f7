"""`crmsync` and `python -m crmsync`."""

import sys

from crmsync.cli.app import main as command_line


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(command_line())


if __name__ == "__main__":
    main()
