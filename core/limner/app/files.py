"""Write files and folders atomically, and check memory and disk space."""

from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.atomic_folders import atomic_write_folder, check_folder
from limner.utils.paths import exists, is_existing_folder, list_contents, os_reason, real_path
from limner.utils.resources import check_disk_space, format_bytes, format_duration, require_memory
from limner.utils.temporary.leftovers import partial_folder, remove_partials
from limner.utils.temporary.locks import claim_output, hold_lock

__all__ = [
    "atomic_write",
    "atomic_write_folder",
    "check_disk_space",
    "check_folder",
    "check_target",
    "claim_output",
    "exists",
    "format_bytes",
    "format_duration",
    "hold_lock",
    "is_existing_folder",
    "list_contents",
    "os_reason",
    "partial_folder",
    "real_path",
    "remove_partials",
    "require_memory",
]
