"""``python -m osteon``: the command line. Nothing else."""

from osteon.cli.app import main

main()
