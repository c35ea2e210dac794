"""Restyling keeps the parameters that fit, bit for bit, and draws the others again."""

import numpy as np
import pytest

import limner
from limner.artworks.restyling.function import restyled


def table(**stages):
    """Return a small recipe with three channels, whose encoder and warp have parameters too."""
    small = {
        "title": "small",
        "seed": 3,
        "size": [24, 16],
        "encoder": [{"kind": "xy"}, {"kind": "fourier", "count": 4}],
        "network": {"kind": "mlp", "width": 6, "depth": 2},
        "color": {"kind": "rgb"},
    }
    return small | stages


PALETTE = {"kind": "palette", "name": "ember"}  # six colours


@pytest.fixture(scope="module")
def art():
    return limner.paint(table(warp=[{"kind": "noise"}]))


@pytest.fixture(scope="module")
def learned():
    """Return a fit of a picture, with trained grid and network."""
    rows, columns = np.mgrid[0:16, 0:24]
    picture = np.stack([rows * 15, columns * 10, rows * columns % 250], axis=2).astype(np.uint8)
    return limner.fit(picture, "likeness", steps=4, seed=1).artwork


def params(artwork, prefix):
    """Return the parameters whose names begin with a prefix, by the rest of their names."""
    slices = {name: part for name, part in artwork.model.layout.slices.items() if name.startswith(prefix)}
    return {name.removeprefix(prefix): artwork.theta[part] for name, part in slices.items()}


def assert_kept(old, new, prefix, old_prefix=None):
    before, after = params(old, old_prefix or prefix), params(new, prefix)
    assert before.keys() == after.keys()
    assert before
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name], err_msg=name)


def report(artwork, **changes):
    return str(restyled(artwork, name="art", **changes).report)


def test_warps_and_frame_leave_all_other_parameters(art):
    new = limner.restyle(art, swap={"warp": ["kaleidoscope", "noise"], "frame": "corner"})
    for prefix in ("encoder.", "network."):
        assert_kept(art, new, prefix)
    assert_kept(art, new, "warp.1.", "warp.0.")
    assert [spec.kind for spec in new.recipe.warps] == ["kaleidoscope", "noise"]
    assert new.recipe.frame.kind == "corner"
    assert report(art, swap={"warp": ["kaleidoscope"]}) == "kept: encoder fourier, network"
    assert report(art, swap={"warp": ["swirl", "noise"]}) == "kept: warp noise, encoder fourier, network"


def test_the_same_parameters_of_a_stage_with_other_settings(art):
    """The amplitude of noise decides where points go, and not which random numbers are drawn."""
    assert_kept(art, limner.restyle(art, set={"warp.noise.amplitude": 0.1}), "warp.")


def test_settings_that_choose_parameters_draw_them_again():
    art = limner.paint(table(color=PALETTE))
    new = limner.restyle(art, set={"color.name": "tidepool"})
    expected = limner.paint(table(color={"kind": "palette", "name": "tidepool"}))
    assert_kept(expected, new, "color.")
    assert_kept(art, new, "network.")
    assert (
        report(art, set={"color.name": "tidepool"})
        == "kept: encoder fourier, network; drawn again: color (other settings)"
    )
    assert report(art, palette="glacier").endswith("drawn again: color (palette of another size)")
    assert report(art, swap={"color": "duotone"}) == "kept: encoder fourier, network"


def test_new_stages_are_drawn_from_the_artworks_seed_or_another(art):
    plain = limner.paint(table())
    own = limner.restyle(plain, swap={"warp": ["noise"]})
    assert_kept(art, own, "warp.")
    other = limner.restyle(plain, swap={"warp": ["noise"]}, seed=8)
    assert_kept(limner.paint(table(warp=[{"kind": "noise"}], seed=8)), other, "warp.")
    assert_kept(plain, other, "network.")
    assert other.seed == 8


def test_another_number_of_channels_keeps_the_rows_that_remain(art):
    new = limner.restyle(art, swap={"color": "cmyk"})
    before, after = params(art, "network."), params(new, "network.")
    for name in ("W0", "b0", "W1", "b1"):
        np.testing.assert_array_equal(before[name], after[name])
    np.testing.assert_array_equal(after["W2"].reshape(4, 6)[:3], before["W2"].reshape(3, 6))
    np.testing.assert_array_equal(after["b2"][:3], before["b2"])
    drawn = params(limner.paint(table(color={"kind": "cmyk"})), "network.")
    np.testing.assert_array_equal(after["W2"].reshape(4, 6)[3], drawn["W2"].reshape(4, 6)[3])
    assert report(art, swap={"color": "cmyk"}) == (
        "kept: warp noise, encoder fourier, network except part of its last layer; "
        "drawn again: part of the last layer of the network (4 channels instead of 3)"
    )


def test_opacity_keeps_its_row_and_its_setting():
    art = limner.paint(table(color={"kind": "rgb", "alpha": True, "opacity": "plain"}))
    new = limner.restyle(art, swap={"color": "cmyk"})
    assert (new.recipe.color.stage.alpha, new.recipe.color.stage.opacity) == (True, "plain")
    before, after = params(art, "network."), params(new, "network.")
    np.testing.assert_array_equal(after["W2"].reshape(5, 6)[[0, 1, 2, 4]], before["W2"].reshape(4, 6))
    np.testing.assert_array_equal(new.render()[..., 3], art.render()[..., 3])
    opaque = limner.restyle(art, set={"color.alpha": False})
    np.testing.assert_array_equal(opaque.render(), art.render()[..., :3])


def test_other_encoders_keep_the_columns_of_those_that_remain(art):
    new = limner.restyle(art, swap={"encoder": ["radius", "xy"]})
    before, after = params(art, "network."), params(new, "network.")
    np.testing.assert_array_equal(after["W0"].reshape(6, 3)[:, 1:], before["W0"].reshape(6, -1)[:, :2])
    np.testing.assert_array_equal(after["W1"], before["W1"])
    assert "drawn again: part of the first layer of the network (other features)" in report(
        art, swap={"encoder": ["radius", "xy"]}
    )


def test_a_deeper_network_keeps_the_layers_of_the_same_shape(art):
    new = limner.restyle(art, set={"network.depth": 3})
    for name in ("W0", "b0", "W1", "b1"):
        np.testing.assert_array_equal(params(new, "network.")[name], params(art, "network.")[name])
    assert report(art, set={"network.depth": 3}) == (
        "kept: warp noise, encoder fourier, network except its last 2 layers; "
        "drawn again: last 2 layers of the network (other layers)"
    )


def test_a_fit_loses_its_training_record_and_keeps_its_parameters(learned):
    assert learned.training is not None
    new = limner.restyle(learned, swap={"warp": ["kaleidoscope"]})
    assert new.training is None
    np.testing.assert_array_equal(new.theta, learned.theta)
    outcome = restyled(learned, name="fox", swap={"encoder": ["xy", "grid"]})
    assert outcome.loses_picture
    assert not restyled(learned, name="fox", swap={"color": "hsv"}).loses_picture


def test_a_saved_restyle_verifies_opens_and_renders_at_any_size(learned, tmp_path):
    new = limner.restyle(learned, swap={"warp": ["tile"]}, palette="glacier", size=(20, 20))
    path = new.save(tmp_path / "new.png")
    assert limner.verify(path).ok
    opened = limner.open(path)
    assert opened == new
    assert opened.size == (20, 20)
    assert opened.render((9, 7)).shape == (7, 9, 3)


def test_conditional_networks_keep_their_buttons():
    codes = {"kind": "one-hot", "size": 2, "labels": ["fox", "star"]}
    art = limner.paint(table(encoder=[{"kind": "xy"}, codes]))
    look = {"color": "duotone", "warp": ["mirror"]}
    new = limner.restyle(art, swap=look)
    star = new.press("star=1").render()
    assert (star != new.render()).any()
    np.testing.assert_array_equal(star, limner.restyle(art.press("star=1"), swap=look, set=tone(new)).render())


def tone(artwork):
    """Return the settings of the tone of a recoloured artwork."""
    color = artwork.recipe.table()["color"]
    return {f"color.{name}": color[name] for name in ("levels", "midtone", "span")}


def test_masks_come_and_go(art):
    masked = limner.restyle(art, swap={"mask": "shape"})
    assert masked.render().shape[-1] == 4
    for prefix in ("warp.", "encoder.", "network."):
        assert_kept(art, masked, prefix)
    assert limner.restyle(masked, swap={"mask": []}) == art


def test_a_mask_is_no_channel_of_the_network(art):
    masked = limner.restyle(art, swap={"mask": "shape", "color": "cmyk"})
    again = limner.restyle(masked, swap={"color": "rgb"})
    assert_kept(art, again, "network.")


def test_layers_of_a_blend_are_restyled_and_a_mask_keeps_its_colours(art):
    other, mask = limner.paint(table(seed=5)), limner.paint(table(seed=6, color={"kind": "gray"}))
    blend = limner.blend([art, other, mask], "mask")
    new = limner.restyle(blend, swap={"warp": ["kaleidoscope"], "color": "duotone"}, set={"layer.1.color.dark": "navy"})
    kinds = [layer.color.kind for layer in new.recipe.layers]
    assert kinds == ["recolor", "recolor", "gray"]
    assert all([spec.kind for spec in layer.warps] == ["kaleidoscope"] for layer in new.recipe.layers)
    targets = [layer.color.stage.target.stage for layer in new.recipe.layers[:2]]
    assert [target.dark for target in targets] == ["#14123a", "navy"]
    for i in range(3):
        assert_kept(blend, new, f"layer.{i}.network.")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("layer.2.color.alpha", "setting 'layer.2.color.alpha': the recipe has 2 layers"),
        ("layer.0.color.dark", "color.dark: unknown setting"),
        ("layer.x.color.alpha", "recipes have no 'layer'"),
    ],
)
def test_a_setting_of_no_layer_is_an_error(art, path, message):
    blend = limner.blend([art, limner.paint(table(seed=5))])
    with pytest.raises(limner.LimnerError, match=message):
        limner.restyle(blend, swap={"warp": ["tile"]}, set={path: True})


def test_rasters_keep_their_pixels_and_refuse_points():
    raster = limner.paint("button-board", seed=1, set={"network.width": 4, "frame.width": 6, "frame.height": 6})
    new = limner.restyle(raster, palette="ember")
    assert_kept(raster, new, "network.")
    with pytest.raises(limner.LimnerError, match="paints all pixels at once, so it cannot have the frame 'centred'"):
        limner.restyle(raster, swap={"frame": "centred"})
    with pytest.raises(limner.LimnerError, match="frame 'raster' works on codes and warp 'tile' on points"):
        limner.restyle(raster, swap={"warp": ["tile"]})
