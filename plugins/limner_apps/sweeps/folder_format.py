"""The layout of a sweep's folder, for sweeps that write it and galleries that read it.

The folder contains ``sweep.json`` (the sweep's name, the command that made it, and its identity), the
pictures of its trials with their records in ``trials/``, and their settings and metrics in ``results.csv`` and
``results.jsonl``, one row per picture, whose ``file`` is relative to the folder.
"""

RECORD = "sweep.json"
TRIALS = "trials"
TABLE = "results.csv"
RESULTS = "results.jsonl"
COLUMNS = ("file", "image", "seed")
"""The first columns of every row; the settings that vary follow."""
METRICS = ("step", "psnr", "ssim", "loss", "seconds")
"""The last columns of every row; unknown values are empty."""
