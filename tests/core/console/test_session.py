"""One run of the command line keeps its state to itself."""

from limner.console.output import add_exit_note, command_arguments, print_interrupted, set_interrupt_message
from limner.console.session import current, session


def test_a_session_ends_with_its_block():
    with session(["paint", "ink"]):
        assert command_arguments() == ["paint", "ink"]
        with session(["verify", "-"]):
            add_exit_note("half of it")
            assert command_arguments() == ["verify", "-"]
        assert command_arguments() == ["paint", "ink"]
        assert not current().exit_notes
    assert command_arguments() == []


def test_an_interrupt_tells_what_is_left(capsys):
    with session(["fit"]) as opened:
        add_exit_note("fox.ckpt keeps the run")
        print_interrupted(opened)
    assert capsys.readouterr().err == "error: interrupted; fox.ckpt keeps the run\n"


def test_a_command_may_replace_the_message_about_an_interrupt(capsys):
    with session(["sweep"]) as opened:
        set_interrupt_message("2 of 4 are done")
        print_interrupted(opened)
    assert capsys.readouterr().err == "2 of 4 are done\n"


def test_contexts_last_until_the_session_ends():
    ended = []
    with session(["fit"]):
        current().until_end.callback(ended.append, "released")
        assert not ended
    assert ended == ["released"]


def test_folders_that_stay_empty_are_removed(tmp_path):
    with session([]):
        for name in ("empty", "full"):
            (tmp_path / name).mkdir()
            current().new_folders.append(tmp_path / name)
        (tmp_path / "full" / "picture.png").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


def test_outside_of_a_session_nothing_is_kept():
    add_exit_note("nobody reads it")
    assert not current().exit_notes
