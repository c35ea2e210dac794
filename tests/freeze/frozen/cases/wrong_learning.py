"""Wrong requests of what learns: fit, translate, sweep, faces."""

from frozen.case import Case, lines
from frozen.cases.wrong import INPUTS

SET = ("set",)
ONE = "--seed 1 --steps 1"
NET = "translate train set --size 16x16 --steps 1 --seed 1 -q -o net.limner"

FIT = lines("""
fit
fit none.png --steps 1
fit named.png --steps 1
fit empty.png --steps 1
fit short.png --steps 1
fit skimage:nobody --steps 1
fit no-folder/ --steps 1
fit photo.png --recipe nobody
fit photo.png --steps -1
fit photo.png --epochs 0
fit photo.png --seconds 0
fit photo.png --psnr -3
fit photo.png --train-size -3
fit photo.png --trainer adam
fit photo.png --loss mze
fit photo.png --loss ssim --steps 1
fit photo.png --error-map --steps 1
fit photo.png --compare c.pgn --steps 1
fit photo.png -o photo.png --steps 1
fit photo.png --history h.txt --steps 1
fit photo.png --timelapse t.avi --steps 1
fit photo.png -s timelapse.frames=3 --steps 1
fit photo.png --timelapse t.gif -s timelapse.frams=3 --steps 1
fit photo.png --timelapse t.gif --timelapse-style film --steps 1
fit photo.png --press 1 --steps 1 -o pressed.png
fit photo.png --recipe colorize --steps 1
fit photo.png --recipe layers.toml --steps 1
fit photo.png --checkpoint-every -1 --steps 1
fit photo.png --background nocolour --steps 1
fit photo.png foreign.png --press 1,2,3 --steps 1
fit photo.png foreign.png --recipe rprop-portrait --steps 1
fit photo.png foreign.png --recipe button-board --trainer lm --steps 1 --seed 1
fit photo.png --trainer adversarial --steps 1
fit photo.png --recipe marbling --steps 1
fit photo.png -o no/a.png --steps 1
fit photo.png -o a.png --compare a.png --steps 1
fit photo.png -o a.webp --size 20000x20 --steps 1
fit photo.png --trainer rprop -s trainer.learning_rate=1 --steps 1
fit photo.png -s trainer.learning_rate=-1 --steps 1
fit photo.png --seed x
fit photo.png --size 0x0 --steps 1
""")
TRANSLATE = lines(f"""
{NET}
translate
translate train
translate train set --recipe nobody --steps 1
translate train photo.png --steps 1
translate train no-folder --steps 1
translate train set --recipe ink {ONE}
translate train set --input cany {ONE}
translate train set --output nothing {ONE}
translate train set --augment flop {ONE}
translate train set --validation-split 2 {ONE}
translate train set --size 0x4 {ONE}
translate train set --targets no-folder {ONE}
translate train set --highlights 0 {ONE}
translate train set --report r.txt {ONE}
translate train set --sheet s.jpg {ONE}
translate train set --patches 0 {ONE}
translate train set -o x.png {ONE}
translate train set named.png {ONE}
translate train set --recipe from-noise --psnr 20 {ONE}
translate train set --network mlp {ONE}
translate train set --steps 0
translate train set --size 16x16 --steps 1 --seed 1 -o net.limner
translate apply none.limner photo.png
translate apply photo.png photo.png
translate apply net.limner none.png
translate apply net.limner named.png photo.png -o part
translate apply net.limner photo.png --size 3x0
translate apply net.limner photo.png -o text.txt
translate apply broken.limner photo.png
translate sample net.limner --count 1
translate sample none.limner
translate preview none.png
translate preview photo.png --encoders xy -o x.png
translate preview photo.png -s encoder.canny.sigm=2 -o x.png
translate preview photo.png --count 0 -o x.png
translate preview photo.png -o x.jpg
""")
SWEEP = lines("""
sweep
sweep nobody
sweep ink --seeds x
sweep ink --vary network.depth
sweep ink --vary network.dpth=1,2
sweep ink --vary network.depth=1..
sweep ink --vary network.depth=1,500
sweep ink --vary network=mlp,mpl
sweep ink --vary network.depth=1,2 --design gird
sweep ink --vary network.depth=1..4 --design random
sweep ink --vary network.depth=1..9 --seeds 0..999
sweep ink --seeds 3..x
sweep ink --seeds 0..1 --steps 3
sweep ink --seeds 0..1 --sheet s.jpg
sweep ink --seeds 0..1 --sheet s.png --rows nothing
sweep ink --seeds 0..1 --executor slurm
sweep ink --seeds 0..1 --executor-set wrkers=2
sweep ink --seeds 0..1 --at-steps 1,2
sweep ink --seeds 0..1 --animations
sweep rprop-portrait --on none.png
sweep rprop-portrait --on photo.png --at-steps 3,x --vary network.width=3,4
sweep colorize --seeds 0..1
sweep ink --seeds 0..1 -o text.txt
sweep ink --seeds 0..1 -o set
faces
faces none.png
faces named.png
faces photo.png --size 0x3
faces photo.png --margin -1
faces photo.png --detector nobody
faces photo.png -s detector.smalest=1
faces photo.png --format bmp
faces photo.png -o text.txt
faces photo.png -s network.width=3
""")

CASES = [
    Case("wrong/fit", FIT, inputs=(*INPUTS, "layers.toml")),
    Case("wrong/translate", TRANSLATE, inputs=INPUTS + SET),
    Case("wrong/sweep-and-faces", SWEEP, inputs=INPUTS + SET),
]
