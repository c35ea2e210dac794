"""``python -m limner``."""

from limner.cli.entry import main

main()
