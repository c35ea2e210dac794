"""Movies play where people watch them."""

import base64

import numpy as np
import pytest

from limner.formats.video_files import open_recorder
from limner.plugin import VideoInfo

pytestmark = pytest.mark.browser

COLOURS = [(220, 40, 40), (40, 200, 60), (40, 60, 220), (230, 220, 50), (200, 60, 200), (60, 210, 210)]
RATE = 5.0
SEEK = """([url, time]) => new Promise((resolve, reject) => {
  const video = document.createElement("video");
  video.muted = true;
  video.onerror = () => reject(video.error.message);
  video.onloadeddata = () => { video.currentTime = time; };
  const draw = (tries) => {  // the frame may reach the screen a little later than the news of it
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const pixel = canvas.getContext("2d").getImageData(20, 20, 1, 1).data;
    if (pixel[3] === 0 && tries > 0) setTimeout(() => draw(tries - 1), 20);
    else resolve([video.videoWidth, video.videoHeight, video.duration, ...pixel]);
  };
  video.onseeked = () => draw(250);
  video.src = url;
})"""


@pytest.mark.parametrize(("name", "kind"), [("m.mp4", "video/mp4"), ("m.webm", "video/webm")])
def test_a_video_plays_frame_by_frame(page, tmp_path, name, kind):
    pytest.importorskip("av", reason="waits for PyAV: pip install '.[video]'")
    with open_recorder(tmp_path / name, VideoInfo(65, 43, fps=RATE)) as recorder:
        for colour in COLOURS:
            recorder.add(np.full((43, 65, 3), colour, np.uint8))
    url = f"data:{kind};base64,{base64.b64encode((tmp_path / name).read_bytes()).decode()}"
    page.goto("about:blank")
    for k, colour in enumerate(COLOURS):
        width, height, duration, *pixel = page.evaluate(SEEK, [url, (k + 0.5) / RATE])
        assert (width, height) == (66, 44)  # padded to even sides
        assert duration == pytest.approx(len(COLOURS) / RATE, abs=0.02)
        assert np.abs(np.array(pixel[:3]) - colour).max() < 12, (k, pixel, colour)
