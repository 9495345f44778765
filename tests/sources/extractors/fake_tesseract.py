"""A program that behaves as ``tesseract`` does on its command line, and as badly as anybody wants.

It is told by the width of the picture what to do, so that each page of a document can go another way.
"""

import sys
from pathlib import Path

from tests.sources.extractors.samples import assemble

WIDTHS = {
    "words": 72,
    "hang": 144,
    "crash": 216,
    "endless": 288,
    "refuse": 360,
    "busy": 432,
    "greedy": 504,
    "spy": 576,
}
"""What it does with a page of that many points across."""

SOURCE = r"""#!{python} -s
import os, re, signal, socket, sys, time
known = ("eng", "osd", "spa")
if sys.argv[1:] == ["--version"]:
    print("tesseract 5.3.0\n leptonica-1.82.0\n  libgif 5.2.1 : libjpeg 6b")
    sys.exit(0)
if sys.argv[1:] == ["--list-langs"]:
    print('List of available languages in "/usr/share/tesseract-ocr/5/tessdata/" (3):', *known, sep="\n")
    sys.exit(0)
assert sys.argv[1:3] == ["stdin", "stdout"] and sys.argv[-1] == "tsv", sys.argv
languages = sys.argv[sys.argv.index("-l") + 1].split("+")
if not set(languages) <= set(known):
    print("Error opening data file. Please make sure the TESSDATA_PREFIX environment variable is set", file=sys.stderr)
    sys.exit(1)
picture = sys.stdin.buffer.read()
head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\n", picture)
width = int(head.group(1)) if head else 300
what = {widths}.get(round(width * 72 / 300), "words")
words = ["Read", "from", "a", "picture", "in", "+".join(languages) + ".", "It", "coun-"], ["ted", "15", "ships."]
if what == "hang":
    time.sleep(600)
if what == "crash":
    os.kill(os.getpid(), signal.SIGSEGV)
if what == "endless":
    while True:
        sys.stdout.write("5\t1\t1\t1\t1\t1\t0\t0\t1\t1\t90\tmore\n" * 1000)
if what == "refuse":
    print("Error in pixReadMem: Unknown format: no pix returned\nError during processing.", file=sys.stderr)
    sys.exit(1)
if what == "busy":
    while True:
        pass
if what == "greedy":
    hoard = bytearray(4 << 30)
if what == "spy":
    found = []
    try:
        socket.create_connection(("127.0.0.1", {port}), 2)
        found.append("connected")
    except OSError:
        found.append("cut-off")
    try:
        with open({leak!r}, "wb") as file:
            file.write(b"leaked")
        found.append("written")
    except OSError:
        found.append("unwritten")
    found.append("secret" if "SECRET_KEY" in os.environ or "DATABASE_URL" in os.environ else "bare")
    words = (found,)
print("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext")
print("1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t")
for line, row in enumerate(words, 1):
    for number, word in enumerate(row, 1):
        print(f"5\t1\t1\t1\t{{line}}\t{{number}}\t0\t0\t9\t9\t91.5\t{{word}}")
"""
READ = "Read from a picture in eng. It coun\u00adted 15 ships."


def install(folder: Path, *, port: int = 9) -> Path:
    """Put it into ``folder`` under its name; ``port`` is where a spy knocks."""
    program = folder / "tesseract"
    widths = {width: what for what, width in WIDTHS.items()}
    leak = str(folder / "leaked")
    program.write_text(SOURCE.format(python=sys.executable, widths=widths, port=port, leak=leak))
    program.chmod(0o755)
    return program


def pages(*what: str) -> bytes:
    """A PDF of blank pages, each so wide that the program does ``what``."""
    kids = " ".join(f"{3 + number} 0 R" for number in range(len(what)))
    tree = f"<</Type/Pages/Kids[{kids}]/Count {len(what)}>>".encode()
    each = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 100]>>" % WIDTHS[one] for one in what]
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", tree, *each])
