"""Sweeps from Python: planned with plain values, estimated, run and drawn."""

import json
from pathlib import Path

import pytest
from PIL import Image

import limner
from limner.app.registry import choose_backend, registry
from limner_apps.sweeps.executor_choice import get_executor
from limner_apps.sweeps.plan import plan_sweep
from limner_apps.sweeps.report.contact_sheet import draw_sheet
from limner_apps.sweeps.report.sheet_layout import arrange, sheet_pictures
from limner_apps.sweeps.run import Estimate, SweepRun

SIZE = (16, 16)
LEARN = {"on": ["skimage:camera"], "train_size": 16, "steps": 4, "vary": {"network.width": [3, 5]}}


def test_a_sweep_is_run_and_drawn(tmp_path):
    sweep = plan_sweep("marbling", vary={"network.depth": [2, 4]}, seeds="0..1", size=SIZE)
    run = SweepRun(sweep, tmp_path / "s", get_executor("local", {"workers": 1}))
    outcome = run.run("limner sweep marbling")
    assert not outcome.failed
    rows = list(run.rows(outcome))
    assert [(row["network.depth"], row["seed"]) for row in rows] == [(2, 0), (2, 1), (4, 0), (4, 1)]
    assert all(Path(row["path"]).is_file() for row in rows)
    assert json.loads((tmp_path / "s/sweep.json").read_text())["command"] == "limner sweep marbling"
    assert run.summary(outcome) == f"4 of 4 trials are done; see {tmp_path / 's' / 'results.csv'}"
    assert run.animate(outcome) is None
    sheet = tmp_path / "sheet.png"
    draw_sheet(
        sheet, sweep, run.folder, outcome, choose_backend("numpy", registry()), rows="network.depth", columns="seed"
    )
    with Image.open(sheet) as page:
        assert page.width > 2 * 160
    table = arrange(sweep, sheet_pictures(sweep, run.folder, outcome), "seed", "network.depth")
    assert [[piece.point["network.depth"] for piece in line] for line in table] == [[2, 4], [2, 4]]


def test_axes_are_texts_or_values():
    texts = plan_sweep("marbling", vary=["network.depth=2,4"], size=SIZE)
    values = plan_sweep("marbling", vary={"network": {"depth": [2, 4]}}, size=SIZE)
    assert [one.name for one in texts.trials] == [one.name for one in values.trials]


def test_steps_are_a_text_or_numbers():
    assert plan_sweep("rprop-portrait", **LEARN, at_steps="3,1,3").fitting.at_steps == (1, 3)
    assert plan_sweep("rprop-portrait", **LEARN, at_steps=[3, 1]).fitting.at_steps == (1, 3)
    with pytest.raises(limner.LimnerError, match="`at_steps`"):
        plan_sweep("rprop-portrait", **LEARN, at_steps=[0, 1])


@pytest.mark.slow
def test_trials_that_learn_are_animated(tmp_path):
    sweep = plan_sweep("rprop-portrait", **LEARN, animations=True)
    run = SweepRun(sweep, tmp_path / "s", get_executor("local", {"workers": 1}))
    path = run.animate(run.run())
    assert path == tmp_path / "s" / "animations.gif"
    with Image.open(path) as movie:
        assert movie.size[0] >= 2 * movie.size[1] - 2
    with pytest.raises(limner.LimnerError, match="`animations`"):
        plan_sweep("marbling", animations=True)


def test_an_estimate_leaves_nothing(tmp_path):
    run = SweepRun(
        plan_sweep("marbling", seeds="0..9", size=SIZE), tmp_path / "s", get_executor("local", {"workers": 2})
    )
    found = run.estimate()
    assert (found.trials, found.workers) == (10, 2)
    assert not (tmp_path / "s").exists()
    assert str(Estimate(40, 3600.0, 2)) == "40 trials; one takes 3600.00 s, all of them about 20.0 hours on 2 workers"


def test_many_trials_must_be_confirmed():
    sweep = plan_sweep("marbling", seeds="0..2999", size=SIZE)
    with pytest.raises(limner.LimnerError, match="3,000 trials: confirm with `yes=True`"):
        sweep.check()
    sweep.check(allow_many=True)


MODULE = """
from pydantic import Field
from limner.plugin import Encoder

class Bands(Encoder):
    k: int = Field(default=3, ge=1, le=32, description="how many")

    def forward(self, params, samples, ctx):
        return samples.xy[:1, :] * float(self.k)
"""


def test_a_sweep_takes_recipes_artworks_and_swapped_classes(tmp_path, monkeypatch):
    (tmp_path / "my_bands.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    from my_bands import Bands

    art = limner.paint({"title": "Night: over A/B"}, seed=3, size=SIZE)
    words = {"seeds": [3], "executor_set": {"workers": 1}}
    found = limner.sweep(art, swap={"encoder": Bands(k=5)}, **words)
    assert found.failed == ()
    assert found.folder == Path("night-over-a-b-sweep")
    swept = limner.open(found.paths[0])
    assert swept.recipe.encoders[0].stage == Bands(k=5)
    assert swept == limner.paint(art, seed=3, swap={"encoder": Bands(k=5)})
    again = limner.sweep(art.recipe, swap={"encoder": Bands(k=5)}, **words)
    assert (again.paths, again.reused) == (found.paths, 1)
    plain = limner.sweep(art, vary={"network.depth": [2]}, out="plain", **words)
    assert limner.open(plain.paths[0]) == limner.paint(art, seed=3, set={"network.depth": 2})
    with pytest.raises(limner.LimnerError, match="night-over-a-b-sweep: holds another sweep"):
        limner.sweep(art, **words)


def test_a_class_that_workers_cannot_import_is_refused(tmp_path):
    from limner.plugin import Encoder

    class Inner(Encoder):
        def forward(self, params, samples, ctx):
            return samples.xy[:1, :] * 1

    with pytest.raises(
        limner.LimnerError, match=r"local/inner: the workers of a sweep cannot import .*<locals>\.Inner"
    ):
        limner.sweep("marbling", swap={"encoder": Inner}, size=SIZE, out=tmp_path / "s")
    assert not (tmp_path / "s").exists()
