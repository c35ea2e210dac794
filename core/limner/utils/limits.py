"""Limits of seeds, sizes and samples that several packages check."""

MAX_SEED = 2**63 - 1  # the largest TOML integer
MAX_SIDE = 2**22  # pixels: up to here float32 distinguishes the centres of neighbouring pixels
MAX_SUPERSAMPLE = 16  # samples per pixel along each side
