"""Wrong requests of paint, render, blend and the lists: each gets one line, and leaves nothing."""

from frozen.case import Case, lines

INPUTS = (
    "foreign.png", "short.png", "text.txt", "named.png", "empty.png", "broken.toml", "binary.toml", "digits.toml",
    "wrong.toml", "empty.toml", "broken.limner", "clear.png", "photo.png",
)  # fmt: skip
GOOD = "paint --seed 1 --size 24x16 -o good.png"

PAINT = lines("""
paint marblign
paint broken.toml
paint binary.toml
paint digits.toml
paint wrong.toml
paint empty.toml --size 9x9 --seed 1 -o empty-recipe.png
paint foreign.png
paint short.png
paint named.png
paint --size 0x5
paint --size 9000000x9000000 -o x.png
paint --size 1000000x2 -o x.tiff
paint --size 10
paint --size A11
paint --size A9@10dpi --seed 1 -o a9.png
paint --size 16384x100 -o x.webp
paint --size 10x10@0dpi
""")
SETTINGS = lines("""
paint -s network.weight_scale=nan
paint -s network.depth=99999999999
paint -s network.wdth=3
paint -s network
paint -s network=3
paint -s netwrk.width=3
paint -s encoder.9.scale=1
paint -s encoder.fourier.count=1
paint -s network.activation=tan
paint --network mpl
paint --warps miror
paint --encoders xz
paint --color rbg
paint --frame centered
paint --trainer adam
paint --encoders xy,text -s encoder.text.font=no.ttf
paint --encoders xy,image -s encoder.image.path=no.jpg
paint --encoders xy,image -s encoder.image.path=named.png
paint --color palette -s "color.colors=['red']"
paint --color palette -s "color.colors=['red','rde']"
paint --encoders xy,noise -s encoder.noise.octaves=40
paint -s network.activation=identity -s network.weight_scale=1000 -s network.depth=100 --size 16x16
paint -s image-format.quality=3 -o x.png
""")
OPTIONS = lines("""
pant
paint --sede 3
paint --seed
paint --seed x
paint --seed -1
paint --seed 9223372036854775806 --count 3
paint -o no/x.png
paint -o no/no/ --count 2
paint -o text.txt/x.png
paint -o x.pgn
paint -o x
paint -o foreign.png
paint --sheet foreign.png
paint --sheet s.tiff
paint -o x.png --sheet x.png
paint --backend torhc
paint --threads 5000
paint --time 2
paint --background white --seed 1 -o x.png
paint -s color.alpha=true -o x.jpg
paint --bits 12 -o x.png
paint --bits 16 -o x.jpg
paint --supersample 99
paint --count 0
paint --count 3 -o x.png
paint --dither fog
paint --only-sheet
paint --pick 3
paint --sheet foreign.png --pick 3
paint --random ink
paint ink marbling
""")
RENDER = lines(f"""
{GOOD}
render
render none.png
render foreign.png
render text.txt
render broken.limner
render empty.png
render good.png good.png -o .
render good.png good.png -o x.png
render good.png --region 0,0,1,1 -o x.limner
render good.png --region 20,0,20,5
render good.png --region 1,2
render good.png --press 1
render good.png --press-sheet p.png
render good.png --press-walk w.gif
render good.png --samples 3
render good.png -s walk.fps=3
render good.png --size 5x0
blend good.png
blend good.png none.png
blend good.png foreign.png --mode meen
blend good.png good.png good.png --mode difference
blend good.png good.png --mask text.txt
blend good.png foreign.png -o good.png
blend good.png clear.png -o backless.jpg
blend foreign.png foreign.png -o two-foreign.png
""")
TELLING = lines("""
info none.png
info text.txt
info .
info adversarial
info face-gan-small
info salon
info nobody
info broken.limner
verify short.png
verify foreign.png
verify none.png
verify
recipes show patch-discriminator
recipes show wrong.toml
recipes show foreign.png
plugins show face-gan
plugins show xz
plugins show idntity
plugins list --kind encodr
plugins check limner-nobody
plugins new Bad_Name
plugins new x --kind nothing
gallery build none -o site
gallery build text.txt -o site
gallery build foreign.png -o site
gallery pick none picks.json
gallery
recipes list --kind x
""")

CASES = [
    Case("wrong/paint", PAINT, inputs=INPUTS),
    Case("wrong/settings", SETTINGS, inputs=INPUTS),
    Case("wrong/options", OPTIONS, inputs=INPUTS),
    Case("wrong/render", RENDER, inputs=INPUTS),
    Case("wrong/telling", TELLING, inputs=INPUTS),
]
