"""What the callbacks of a fit can measure and render while it runs."""

import numpy as np
import pytest

import limner
from limner.imaging.quality import psnr
from limner.registry.registry import registry
from limner.training import fit
from limner.training.plan import prepare
from limner.training.run import Budget

NUMPY = registry().load("backend", "numpy")(threads=1)
TABLE = {
    "seed": 1,
    "encoder": [{"kind": "xy"}],
    "network": {"kind": "mlp", "width": 8, "depth": 2},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "rprop"},
}
BUTTONS = {**TABLE, "encoder": [{"kind": "xy"}, {"kind": "one-hot"}]}


def picture(seed=0, size=(12, 8), channels=3):
    width, height = size
    ramp = np.linspace(20, 220, width)[None, :, None] + np.linspace(-20, 20, height)[:, None, None]
    colour = np.random.default_rng(seed).uniform(0.5, 1.0, channels)
    return (ramp * colour).astype(np.uint8)


def snapshots(images, table, steps, look):
    """What ``look`` returns for each snapshot, and the outcome."""
    seen = []
    plan = prepare(images, table, Budget(steps=steps))
    outcome = fit.run(plan, NUMPY, lambda snapshot: seen.append(look(snapshot)))
    return seen, outcome


def test_each_snapshot_renders_and_measures_its_own_step():
    """Steps 3, 5, 6 and 7 are not evaluated by the loop; the oracle is the picture that the snapshot renders."""
    image = picture()

    def look(snapshot):
        rendered = snapshot.render((12, 8))
        return snapshot.run.step, snapshot.last, snapshot.psnr(), psnr(image, rendered)

    seen, outcome = snapshots(image, TABLE, 8, look)
    assert [(step, last) for step, last, _, _ in seen] == [*((step, False) for step in range(8)), (8, True)]
    assert [measured for *_, measured, _ in seen] == pytest.approx([own for *_, own in seen], abs=0.1)
    assert np.ptp([measured for *_, measured, _ in seen]) > 1
    assert seen[-1][2] == outcome.run.psnr


def test_the_last_snapshot_shows_the_best_parameters():
    """With a learning rate this high the last step is far from the best one."""
    trainer = {"kind": "backprop", "learning_rate": 50.0, "optimizer": "sgd", "batch": 4}
    seen, outcome = snapshots(picture(), {**TABLE, "trainer": trainer}, 13, lambda snapshot: snapshot.render((12, 8)))
    assert not np.array_equal(outcome.run.best, outcome.run.theta)
    np.testing.assert_array_equal(seen[-1], outcome.artwork.render((12, 8)))
    assert not np.array_equal(seen[-1], seen[-2])


def test_the_last_step_that_a_function_sees_is_the_result():
    trainer = {"kind": "backprop", "learning_rate": 50.0, "optimizer": "sgd", "batch": 4}
    seen = []
    result = limner.fit(
        picture(),
        {**TABLE, "trainer": trainer},
        steps=13,
        on_step=lambda now: seen.append((now.last, now.loss, now.psnr, now.artwork.theta.copy())),
    )
    assert [last for last, *_ in seen] == [*([False] * (len(seen) - 1)), True]
    _, loss, measured, theta = seen[-1]
    np.testing.assert_array_equal(theta, result.artwork.theta)
    assert loss == min(row["loss"] for row in result.history)
    assert measured == max(row["psnr"] for row in result.history)
    assert not np.array_equal(theta, seen[-2][-1])


def test_several_images_are_a_mosaic_of_their_buttons():
    seen, outcome = snapshots([picture(1), picture(2)], BUTTONS, 30, lambda snapshot: snapshot.render((12, 8)))
    assert seen[-1].shape[:2] == (8, 24)
    for i, button in enumerate(("image-1=1", "image-2=1")):
        painted = outcome.artwork.press(button).render((12, 8))
        np.testing.assert_array_equal(seen[-1][:, 12 * i : 12 * (i + 1)], painted)


@pytest.mark.parametrize(("channels", "alpha"), [(3, True), (4, True), (3, False)])
def test_an_opacity_is_learned_from_the_image_or_is_opaque(channels, alpha):
    """A model with an opacity learns that an opaque image has none."""
    image = picture(channels=channels)
    if channels == 4:
        image[..., 3] = 0
    table = {**TABLE, "color": {"kind": "rgb", "alpha": True, "opacity": "plain"}} if alpha else TABLE
    plan = prepare(image, table, Budget(steps=150))
    rendered = fit.run(plan, NUMPY).artwork.render((12, 8))
    assert rendered.shape == (8, 12, 4 if alpha else 3)
    if alpha:
        assert rendered[..., 3].mean() == pytest.approx(255 if channels == 3 else 0, abs=25)
