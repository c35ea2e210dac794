"""Python: what import limner gives, its public names alone."""

from frozen.case import Case

TELL = """
def tell(work, *given, **named):
    try:
        made = work(*given, **named)
        print(type(made).__name__, getattr(made, "shape", ""))
    except limner.LimnerError as error:
        print(f"LimnerError: {error}")
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
"""
PAINT = """>>> import limner
art = limner.paint("marbling", seed=24, size=(32, 24), set={"network.depth": 12})
print(repr(art), art.seed, art.theta.dtype, art.theta.shape, art.theta.flags.writeable, dict(art.packages).keys())
print(art.save("a.png"), art.save("a.limner"), art.save("a.tiff", bits=16, size=(20, 10), dpi=72.0))
print(art.save("a.webp", options={"quality": 50, "lossless": False}, supersample=2, region=(2, 2, 10, 10)))
for given in ({}, {"size": (9, 7)}, {"region": (1, 2, 5, 4)}, {"supersample": 2}, {"bits": 16}, {"dither": "ordered"}):
    pixels = art.render(**given)
    print(given, pixels.dtype, pixels.shape, pixels.astype(int).ravel()[::29].tolist())
copy = limner.open("a.png")
print(copy.render_settings, (copy.theta == art.theta).all(), (copy.render() == art.render()).all(), copy.recipe.title)
"""
FIT = """>>> import limner
art = limner.fit("photo.png", "rprop-portrait", steps=5, train_size=16, seed=1).artwork
print(repr(art)); art.save("fit.png")
board = limner.fit(["photo.png", "other.png"], "button-board-flat", epochs=6, train_size=12, seed=1).artwork
print(repr(board)); board.press("other=0.5,photo=0.5").save("both.png", size=(24, 18))
board.press([1, 0]).save("one.png")
"""
TRAIN = """>>> import limner
names = [f"set/{at:02}_p{at}.png" for at in range(8)]
art = limner.train(names, "colorize", steps=2, size=(16, 16), seed=1)
print(repr(art)); art.save("net.limner")
pixels = limner.translate(art, "photo.png", size=(30, 20))
print(pixels.dtype, pixels.shape, pixels.astype(int).ravel()[::41].tolist())
"""
FACES = """>>> import limner
result = limner.faces("skimage:astronaut", "from-python", size=(48, 60))
for face in result.detected:
    print(face.path, face.box.score, face.box.doubt, face.statistics.sharpness)
"""
WRONG = f""">>> import limner
{TELL}
art = limner.paint("ink", seed=1, size=(16, 12))
for given in ({{"size": (0, 5)}}, {{"seed": -1}}, {{"set": {{"network.wdth": 3}}}}, {{"backend": "torhc"}}):
    tell(limner.paint, "ink", **given)
tell(limner.paint, "inc"); tell(limner.open, "none.png"); tell(limner.open, "photo.png")
tell(limner.fit, "none.png", steps=1); tell(limner.fit, "photo.png", epochs=0.5); tell(limner.fit, [], steps=1)
for given in ({{"bits": 12}}, {{"region": (9, 9, 99, 9)}}, {{"supersample": 99}}, {{"dither": "fog"}}, {{"time": 3}}):
    tell(art.render, **given)
tell(art.save, "x.pgn"); tell(art.save, "photo.png"); tell(art.save, "x.limner", bits=16)
tell(art.save, "x.png", dpi=-1)
tell(art.press, "1,0"); tell(limner.train, ["photo.png"], "colorize", steps=1); tell(limner.translate, art, "photo.png")
tell(limner.faces, "photo.png", "out"); tell(limner.paint, "colorize")
tell(limner.train, ["photo.png"], "ink", steps=1)
"""
NAMES = """>>> import limner
print(sorted(limner.__all__), dir(limner), issubclass(limner.LimnerError, Exception))
try:
    limner.nothing
except AttributeError as error:
    print(error)
"""

CASES = [
    Case("python/names", (NAMES,)),
    Case("python/paint", (PAINT,)),
    Case("python/fit", (FIT,), inputs=("photo.png", "other.png")),
    Case("python/train", (TRAIN,), inputs=("set", "photo.png")),
    Case("python/faces", (FACES,)),
    Case("python/wrong", (WRONG,), inputs=("photo.png",)),
]
