"""The names that Tesseract gives to languages (mostly ISO 639-2/T), by those that the desk gives them (BCP 47)."""

from collections.abc import Iterable

_BY_TAG = {
    "af": "afr", "am": "amh", "ar": "ara", "as": "asm", "az": "aze", "be": "bel", "bg": "bul", "bn": "ben",
    "bo": "bod", "br": "bre", "bs": "bos", "ca": "cat", "cs": "ces", "cy": "cym", "da": "dan", "de": "deu",
    "dv": "div", "dz": "dzo", "el": "ell", "en": "eng", "eo": "epo", "es": "spa", "et": "est", "eu": "eus",
    "fa": "fas", "fi": "fin", "fo": "fao", "fr": "fra", "fy": "fry", "ga": "gle", "gd": "gla", "gl": "glg",
    "gu": "guj", "he": "heb", "hi": "hin", "hr": "hrv", "ht": "hat", "hu": "hun", "hy": "hye", "id": "ind",
    "is": "isl", "it": "ita", "ja": "jpn", "jv": "jav", "ka": "kat", "kk": "kaz", "km": "khm", "kn": "kan",
    "ko": "kor", "ku": "kmr", "ky": "kir", "la": "lat", "lb": "ltz", "lo": "lao", "lt": "lit", "lv": "lav",
    "mi": "mri", "mk": "mkd", "ml": "mal", "mn": "mon", "mr": "mar", "ms": "msa", "mt": "mlt", "my": "mya",
    "nb": "nor", "ne": "nep", "nl": "nld", "nn": "nor", "no": "nor", "oc": "oci", "or": "ori", "pa": "pan",
    "pl": "pol", "ps": "pus", "pt": "por", "qu": "que", "ro": "ron", "ru": "rus", "sa": "san", "sd": "snd",
    "si": "sin", "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp", "su": "sun", "sv": "swe", "sw": "swa",
    "ta": "tam", "te": "tel", "tg": "tgk", "th": "tha", "ti": "tir", "tl": "fil", "to": "ton", "tr": "tur",
    "tt": "tat", "ug": "uig", "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "yi": "yid", "yo": "yor",
    "zh": "chi_sim",
}  # fmt: skip
_TRADITIONAL = ("hant", "tw", "hk", "mo")
_BY_CODE = {code: tag for tag, code in reversed(_BY_TAG.items())} | {"chi_tra": "zh-hant", "srp_latn": "sr-latn"}


def code_of(tag: str) -> str:
    """Tesseract's name of the language of a BCP 47 tag; ``""`` where it has none."""
    language, *rest = tag.lower().replace("_", "-").split("-")
    if language == "zh" and any(part in _TRADITIONAL for part in rest):
        return "chi_tra"
    if language == "sr" and "latn" in rest:
        return "srp_latn"
    return _BY_TAG.get(language, "")


def tag_of(code: str) -> str:
    """The BCP 47 tag of one of Tesseract's names; ``""`` for a script or what is no single language."""
    return _BY_CODE.get(code, "")


def choose(tag: str, fallback: Iterable[str], installed: Iterable[str]) -> tuple[str, ...]:
    """The languages to read in: that of ``tag`` where it is installed, else those of ``fallback`` that are, else
    English, else the first one that there is; empty where nothing is installed."""
    there = sorted(installed)
    own = code_of(tag)
    if own in there:
        return (own,)
    known = tuple(code for code in fallback if code in there)
    if known:
        return known
    return ("eng",) if "eng" in there else tuple(there[:1])
