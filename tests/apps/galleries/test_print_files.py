"""Pieces of a gallery that are files for print: bleed is kept, and a copy of a CMYK file is in sRGB."""

import limner
from limner_apps.galleries.pieces.clean_copies import render_copy
from limner_apps.galleries.pieces.texts import recreate_command


def test_a_copy_keeps_the_bleed_and_needs_no_profile(tmp_path, make_profile):
    profile = tmp_path / "press.icc"
    profile.write_bytes(make_profile())
    art = limner.paint("ink", seed=1, size=(20, 14))
    options = {"profile": str(profile), "intent": "perceptual"}
    opened = limner.open(art.save(tmp_path / "a.tif", bleed=3, options=options))
    profile.unlink()
    render_copy(opened, tmp_path / "copy.tif")
    copy = limner.open(tmp_path / "copy.tif")
    assert copy.render_settings.bleed == 3
    assert copy.render_settings.image_format["profile"] == ""
    assert limner.verify(tmp_path / "copy.tif").ok


def test_the_command_below_a_piece_has_its_bleed(tmp_path):
    opened = limner.open(limner.paint("ink", seed=1, size=(20, 14)).save(tmp_path / "a.png", bleed=3))
    assert "--size 20x14 --bleed 3px" in recreate_command("a", "a.png", opened.recipe, opened.render_settings)
