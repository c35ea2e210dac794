"""The record in a file of states: which fit they belong to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from limner.artworks.saving import Contents
from limner.errors import ArtworkError
from limner.formats.manifest import Manifest, digest_of, read_manifest, theta_bytes
from limner.formats.untrusted_json import read_json
from limner.stages.base import Stage
from limner.utils.validation import validate

if TYPE_CHECKING:
    import numpy as np

    from limner.artworks.artwork import Artwork

METADATA_KEY = "limner-states"


class StateHeader(Stage):
    """The metadata of a file of states, besides its tensors."""

    format: Literal[1] = Field(default=1, description="the version of the format")
    target: str = Field(max_length=200, description="the digest of the images that the fit learns")
    manifest: dict[str, Any] = Field(description="the manifest of the first state: recipe, packages, length of θ")

    @classmethod
    def of(cls, artwork: Artwork, target: str) -> StateHeader:
        """Return the header of a file whose first state is an artwork.

        Args:
            artwork: the first state.
            target: the digest of the images.
        """
        manifest = Contents(artwork.model, artwork.theta, artwork.packages).manifest()
        return cls(target=target, manifest=json.loads(manifest.to_json()))

    def to_json(self) -> str:
        """Return the header as ASCII JSON."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=True, allow_nan=False, separators=(",", ":"))

    def first_manifest(self) -> Manifest:
        """Return the manifest of the first state.

        Raises:
            ArtworkError: it is invalid, or a newer limner wrote it.
        """
        return read_manifest(json.dumps(self.manifest))

    def manifest_of(self, theta: np.ndarray) -> str:
        """Return the manifest of a state with this θ as JSON: only the digest of θ differs from the first state's."""
        return json.dumps({**self.manifest, "theta_digest": digest_of(theta_bytes(theta))})


def read_header(text: str) -> StateHeader:
    """Return the header in an untrusted JSON text.

    Raises:
        ArtworkError: the text is not a valid header, or a newer limner wrote it.
    """
    try:
        table = read_json(text)
    except ValueError as error:
        raise ArtworkError("the header is not JSON; the file is damaged or forged") from error
    if not isinstance(table, dict):
        raise ArtworkError("the header is not a JSON object; the file is damaged or forged")
    if table.get("format") not in (None, 1):
        raise ArtworkError(f"written by a newer limner (format {str(table['format'])[:20]!r}); upgrade limner")
    return validate(StateHeader, table, "", source="the header is invalid", error=ArtworkError)
