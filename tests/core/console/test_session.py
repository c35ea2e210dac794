"""One run of the command line keeps its state to itself."""

from limner.console.output import given, interrupted, leave
from limner.console.session import current, session


def test_a_session_ends_with_its_block():
    with session(["paint", "ink"]):
        assert given() == ["paint", "ink"]
        with session(["verify", "-"]):
            leave("half of it")
            assert given() == ["verify", "-"]
        assert given() == ["paint", "ink"]
        assert not current().exit_notes
    assert given() == []


def test_an_interrupt_tells_what_is_left(capsys):
    with session(["fit"]) as opened:
        leave("fox.ckpt keeps the run")
        interrupted(opened)
    assert capsys.readouterr().err == "error: interrupted; fox.ckpt keeps the run\n"


def test_folders_that_stay_empty_are_removed(tmp_path):
    with session([]):
        for name in ("empty", "full"):
            (tmp_path / name).mkdir()
            current().new_folders.append(tmp_path / name)
        (tmp_path / "full" / "picture.png").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_outside_of_a_session_nothing_is_kept():
    leave("nobody reads it")
    assert not current().exit_notes
