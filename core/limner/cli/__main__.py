"""``python -m limner.cli``."""

from limner.cli.entry import main

main()
