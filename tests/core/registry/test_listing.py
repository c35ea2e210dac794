"""The list of what is installed: clashes are marked, and everything that is registered has a page of its own."""

import json

import pytest

from limner.cli.main import run

STAGES = """
    from limner.plugin import Encoder, hookimpl

    class Spiral(Encoder):
        "A spiral of {module}."

        def forward(self, params, samples, ctx):
            return samples.xy[:1, :]

    @hookimpl
    def limner_register(registry):
        registry.encoder("spiral", "{module}:Spiral", summary="a spiral")
        registry.encoder("xy", "{module}:Spiral", summary="not the built-in")
        registry.recipe("swirls", "{module}:swirls.toml", summary="spirals")
        {more}
"""
ROLES = """
        registry.add_role("motif", contents="file")
        registry.add_role("album", contents="folder")
        registry.add("motif", "rose", "limner_foo:motifs/rose.txt", summary="a rose")
        registry.add("motif", "gone", "limner_foo:motifs/gone.txt", summary="gone")
        registry.add("album", "roses", "limner_foo:motifs", summary="roses")
"""


def stages(module, more="", **files):
    return {"text": STAGES.format(module=module, more=more.strip()), "files": files}


@pytest.fixture
def clashing(plugins):
    plugins("limner-foo", **stages("limner_foo", ROLES, **{"motifs/rose.txt": "a rose"}))
    plugins("limner-bar", **stages("limner_bar"))


def listed(capsys, *arguments):
    assert run(["plugins", "list", *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_clashes_are_listed_with_the_names_to_write(clashing, capsys):
    rows = {row["qualified_name"]: row for row in listed(capsys) if row["clash"]}
    assert rows.keys() == {
        *("limner/xy", "limner-foo/xy", "limner-bar/xy", "limner-foo/spiral", "limner-bar/spiral"),
        *("limner-foo/swirls", "limner-bar/swirls"),
    }
    assert rows["limner-foo/spiral"]["clashes_with"] == ["limner-bar"]
    assert rows["limner/xy"]["clashes_with"] == ["limner-bar", "limner-foo"]
    assert run(["plugins", "list", "--kind", "encoder"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (own,) = (line for line in lines if line.split()[:2] == ["encoder", "xy"])
    assert own.endswith("CLASH with limner-bar, limner-foo: 'xy' means this one")
    (other,) = (line for line in lines if line.split()[:2] == ["encoder", "limner-foo/xy"])
    assert other.endswith("[limner-foo 1.0]  CLASH with limner, limner-bar: use limner-foo/xy")
    assert run(["recipes", "list"]) == 0
    assert "limner-foo/swirls" in capsys.readouterr().out


def test_files_and_folders_of_added_roles_are_listed_and_shown(clashing, capsys):
    rows = {(row["kind"], row["name"]) for row in listed(capsys) if "kind" in row}
    assert {("motif", "rose"), ("album", "roses")} <= rows
    assert run(["plugins", "show", "motif/rose"]) == 0
    assert "The file rose.txt." in capsys.readouterr().out
    assert run(["plugins", "show", "roses"]) == 0
    assert "Contains rose.txt." in capsys.readouterr().out
    assert run(["plugins", "show", "gone"]) == 2
    assert "limner_foo:motifs/gone.txt is not a file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("limner-foo/spiral", "A spiral of limner_foo."),
        ("encoder/limner-bar/spiral", "A spiral of limner_bar."),
        ("xy", "not the built-in"),
        ("sweep", "command sweep: "),
        ("command/limner/sweep", "Options: limner sweep --help"),
        ("role/encoder", "a role; interface: limner.plugin.Encoder"),
        ("motif", "a role; a file of a package"),
    ],
)
def test_stages_commands_and_roles_are_shown(clashing, capsys, name, said):
    assert run(["plugins", "show", name]) == 0
    assert said in capsys.readouterr().out


def test_a_qualified_name_that_nobody_has_suggests_the_nearest(clashing, capsys):
    assert run(["plugins", "show", "limner-foo/spirall"]) == 2
    assert (
        "unknown stage, command or role 'limner-foo/spirall'; did you mean 'limner-foo/spiral'?"
        in capsys.readouterr().err
    )


def test_a_sweep_takes_qualified_names(clashing):
    import limner
    from limner_apps.sweeps.search_space.axes import make_axis

    axis = make_axis("encoder.2.kind", "limner-foo/spiral,limner-bar/spiral")
    kinds = [limner.paint("marbling", set={axis.path: value}).recipe.encoders[2].kind for value in axis.values]
    assert kinds == ["limner-foo/spiral", "limner-bar/spiral"]


def test_a_role_that_two_packages_claim_is_noted(plugins, capsys):
    role = 'registry.add_role("scent", "limner.stages.encoder:Encoder")'
    plugins("limner-foo", **stages("limner_foo", role))
    plugins("limner-bar", **stages("limner_bar", role))
    notes = [row for row in listed(capsys) if "note" in row]
    said = "role 'scent': already added by limner-bar; the role of limner-foo and its registrations are ignored"
    assert notes == [{"plugin": "limner-foo", "package": "limner-foo", "version": "1.0", "note": said}]
    assert run(["plugins", "list"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("note")] == [
        ["note", "limner-foo", *said.split(), "[limner-foo", "1.0]"]
    ]


def test_list_and_show_have_the_same_names(clashing, capsys):
    rows = [row for row in listed(capsys) if row.get("name") in ("xy", "spiral", "rose") and row["kind"] != "recipe"]
    assert {row["qualified_name"] for row in rows} >= {"limner/xy", "limner-foo/xy", "limner-bar/spiral"}
    shared = ("kind", "name", "qualified_name", "summary", "package", "version")
    for row in rows:
        assert run(["plugins", "show", f"{row['kind']}/{row['qualified_name']}", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert {key: shown[key] for key in shared} == {key: row[key] for key in shared}
    assert run(["plugins", "show", "encoder/limner-foo/xy"]) == 0
    assert capsys.readouterr().out.startswith("encoder xy: not the built-in\nfrom limner-foo 1.0\n")
