"""``python -m tests.differential``: see command.py."""

import sys

from tests.differential.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
