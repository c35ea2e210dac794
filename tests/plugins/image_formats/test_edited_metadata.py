"""Metadata that other programs rewrote: XMP with another namespace or as elements, EXIF with further tags."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from limner.plugin import EmbeddedData, ImageInfo, VideoInfo
from limner_plugins.common.xmp import xmp_packet
from limner_plugins.image_formats._record import NOTE, read_theta, read_xmp, write_exif, write_xmp
from limner_plugins.image_formats.jpeg import Jpeg
from limner_plugins.image_formats.webp import Webp
from limner_plugins.video_formats._record import NAMESPACE as MOVIE
from limner_plugins.video_formats._record import read_xmp as read_movie_xmp
from limner_plugins.video_formats.webp import WebP

DIGEST = "sha256:" + "ab" * 32
RECORD = ('{"recipe": {}}', DIGEST, 4, b"\1\2\3\4")


def as_elements(packet: bytes) -> bytes:
    """The packet with an element for each of limner's attributes, as some programs write them."""
    text = packet.decode()
    found = re.findall(r' limner:(\w+)="([^"]*)"', text)
    text = re.sub(r' limner:(\w+)="([^"]*)"', "", text).replace("/></rdf:RDF>", "></rdf:Description></rdf:RDF>")
    elements = "".join(f"<limner:{name}>{value}</limner:{name}>" for name, value in found)
    return text.replace("</rdf:Description>", f"{elements}</rdf:Description>").encode()


def as_attributes(packet: bytes) -> bytes:
    """The packet with θ as an attribute, as exiv2 writes it."""
    text = re.sub(r"><limner:theta>(.*)</limner:theta></rdf:Description>", r' limner:theta="\1"/>', packet.decode())
    return text.encode()


def renamed(packet: bytes) -> bytes:
    """The packet with another prefix."""
    return re.sub(rb"(?<=[ </])limner:", b"ns1:", packet).replace(b"xmlns:limner=", b"xmlns:ns1=")


def of_earlier_versions(packet: bytes) -> bytes:
    """The packet with the namespace that earlier versions wrote, without the slash that programs like exiv2 append."""
    return re.sub(rb'(urn:limner:\w+:)/"', rb'\1"', packet)


@pytest.mark.parametrize(
    "change", [bytes, as_elements, as_attributes, renamed, of_earlier_versions, lambda p: p + b" " * 2000]
)
def test_a_packet_in_any_form_is_read(change):
    manifest, digest, channels, theta = RECORD
    packet = write_xmp(manifest, digest, channels, theta)
    assert read_xmp(change(packet)) == RECORD
    assert read_movie_xmp(change(xmp_packet(MOVIE, manifest))) == manifest


def test_namespaces_end_as_xmp_needs_it():
    for packet in (write_xmp(*RECORD), xmp_packet(MOVIE, "{}")):
        namespaces = re.findall(rb' xmlns:limner="([^"]*)"', packet)
        assert [uri[-1:] for uri in namespaces] == [b"/"]


def test_theta_is_the_maker_note_of_exif():
    exif = Image.Exif()
    exif.load(write_exif(300.0, b"abcd"))
    assert exif.get_ifd(0x8769)[0x927C] == NOTE + b"abcd"
    assert {tag for tag in exif if tag >= 50000} == set()
    assert read_theta(write_exif(0.0, b"abcd"), 4) == b"abcd"
    assert read_theta(write_exif(0.0, b""), 4) == b""


def test_the_maker_note_of_a_camera_is_not_theta():
    exif = Image.Exif()
    exif[0x8769] = {0x927C: b"Canon\0\0\0" + bytes(8)}
    exif[65100] = b"RawFileName\0"  # Adobe's
    assert read_theta(exif.tobytes(), 2**10) == b""


@pytest.mark.parametrize("image_format", [Jpeg(), Webp()], ids=["jpeg", "webp"])
def test_a_picture_with_further_tags_keeps_its_record(image_format):
    pixels = np.random.default_rng(1).integers(0, 256, (8, 9, 3)).astype(np.uint8)
    file = io.BytesIO()
    image_format.write(file, ImageInfo(9, 8, 3), iter([pixels]), EmbeddedData("{}", bytes(40), ""), lambda: DIGEST)
    with Image.open(file) as image:
        exif = image.getexif()
        exif[315] = "an artist"
        again = io.BytesIO()
        image.save(again, image.format, exif=exif, xmp=as_elements(image.info["xmp"]), lossless=True)
    found = image_format.read_embedded(again)
    assert (found.manifest, found.theta) == ("{}", bytes(40))


def test_a_movie_has_its_recipe_in_the_same_kind_of_packet(tmp_path):
    path = tmp_path / "m.webp"
    path.touch()
    with WebP().open(path, VideoInfo(16, 16, manifest='{"recipe": {}}')) as recorder:
        recorder.add(np.zeros((16, 16, 3), np.uint8))
    assert b"urn:limner:movie:/" in path.read_bytes()
    assert WebP().read_embedded(path) == '{"recipe": {}}'
