"""A plugin with a preset, registered before the stage that it names, and with a stage of a built-in's name."""

from limner.plugin import hookimpl


@hookimpl
def limner_register(registry):
    registry.recipe("painted", "limner_painted:painted.toml", summary="a preset")
    registry.warp("absent", "limner_nowhere:Absent", summary="is not there")
    registry.warp("swirl", "limner_sound:SoundWarp", summary="has a built-in's name")
