"""Contact sheet, latent walk and samples of a conditional artwork, written and printed by ``limner render``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console.output import print_note, print_result, progress
from limner.console.picture_notes import noting_single_colors

if TYPE_CHECKING:
    from limner.artworks.interpolation.plan import InterpolationPlan
    from limner.stages.backend import Backend


def write_and_print(
    plan: InterpolationPlan,
    source: Path,
    backend: Backend,
    finish: dict[str, Any],
    *,
    print_seed: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the files of a plan and print each; ``print_seed`` also prints the seed of the sampled codes.

    Raises:
        LimnerError: a file cannot be written.
    """
    if plan.sheet:
        plan.write_sheet(backend)
        print_result({"path": str(plan.sheet), "from": str(source), "sheet": True}, str(plan.sheet), as_json=as_json)
    if plan.walk:
        frames = plan.write_walk(backend)
        print_result({"path": plan.walk, "from": str(source), "frames": frames}, plan.walk, as_json=as_json)
    if plan.samples and print_seed:
        print_note(f"seed {plan.seed}", quiet=quiet)
    with progress(quiet=quiet), noting_single_colors(quiet=quiet) as single_colors:
        for path, sample in plan.save_samples(backend, **finish):
            record = {"path": str(path), "from": str(source), "kind": sample.kind, "weights": list(sample.code)}
            print_result(record | single_colors.record(path), str(path), as_json=as_json)
