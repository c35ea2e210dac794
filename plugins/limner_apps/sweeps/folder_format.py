"""The folder of a sweep, for those who write it and those who read it: a gallery, say.

A sweep's folder holds ``sweep.json`` (the sweep's name, the command that made it, and its identity), the
pictures of its trials with their records in ``trials/``, and their settings and figures in ``results.csv`` and
``results.jsonl``, one row a picture, whose ``file`` is relative to the folder.
"""

RECORD = "sweep.json"
TRIALS = "trials"
TABLE = "results.csv"
RESULTS = "results.jsonl"
COLUMNS = ("file", "image", "seed")
"""What every row starts with; the settings that vary follow."""
FIGURES = ("step", "psnr", "ssim", "loss", "seconds")
"""What a row ends with, as far as it is known."""
