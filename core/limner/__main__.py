"""``python -m limner``."""

from limner.cli.__main__ import main

main()
