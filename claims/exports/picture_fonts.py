"""The fonts that pictures are drawn with: the site's own, unpacked once a process, and the machine's for the rest.

The site's fonts are cut into files by script (as WOFF2, which rasterisers do not read). Each is unpacked under a
family name of its own, so that a run of text can ask for the very file that has its letters.
"""

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont, TTLibError

FAMILIES = {
    "serif": "source-serif-4/source-serif-4-{script}-wght-normal.woff2",
    "sans": "inter/inter-{script}-wght-normal.woff2",
}
SCRIPTS = ("latin", "latin-ext", "cyrillic")
SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
MOST_SYSTEM = 200
FAMILY_NAMES = (1, 16)
PLAIN_WEIGHTS = (400, 500)


@dataclass(frozen=True)
class Face:
    """One font file: its family, and how wide each of its letters is, in units of the type size."""

    family: str
    file: str
    widths: Mapping[int, float]


@cache
def site_faces(style: str) -> tuple[Face, ...]:
    """The site's own faces of ``style`` (``serif`` or ``sans``)."""
    made = []
    for script in SCRIPTS:
        path = settings.ROOT / "factcheck" / "static" / "vendor" / FAMILIES[style].format(script=script)
        font = TTFont(path)
        family = f"Site {style} {script}"
        for record in font["name"].names:
            if record.nameID in FAMILY_NAMES:
                record.string = family
        font.flavor = None
        target = _folder() / f"{style}-{script}.ttf"
        font.save(target)
        made.append(Face(family, str(target), _widths(font)))
    return tuple(made)


@cache
def system_faces() -> tuple[Face, ...]:
    """Plain faces of the machine, for scripts that the site's fonts do not have; none on a bare machine."""
    paths = sorted(path for folder in SYSTEM for path in folder.rglob("*") if path.suffix in (".ttf", ".otf"))
    made = []
    for path in paths[:MOST_SYSTEM]:
        try:
            font = TTFont(path, lazy=True)
            if font["OS/2"].usWeightClass in PLAIN_WEIGHTS and not font["head"].macStyle:
                family = font["name"].getDebugName(16) or font["name"].getDebugName(1)
                made.append(Face(family or "", str(path), _widths(font)))
        except (TTLibError, KeyError, OSError):
            continue
    return tuple(face for face in made if face.family)


def face_of(character: str, style: str) -> Face | None:
    """The face that has ``character``; ``None`` if none here does."""
    code = ord(character)
    for face in site_faces(style):
        if code in face.widths:
            return face
    return next((face for face in system_faces() if code in face.widths), None)


def _widths(font: TTFont) -> dict[int, float]:
    units, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
    return {code: metrics[name][0] / units for code, name in (font.getBestCmap() or {}).items()}


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="factcheck-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
