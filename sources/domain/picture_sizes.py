"""How many points a picture has, by what its header says, without decoding it.

PNG: the IHDR chunk (ISO/IEC 15948, 11.2.2). JPEG: the frame header, SOF (ITU-T T.81, B.2.2).
"""

PICTURES = ("image/png", "image/jpeg")
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_MOST_MARKERS = 10_000


def size_of(body: bytes, media_type: str) -> tuple[int, int] | None:
    """Width and height in points; ``None`` where no header says them."""
    if media_type == "image/png":
        if body[:8] != b"\x89PNG\r\n\x1a\n" or body[12:16] != b"IHDR" or len(body) < 24:
            return None
        return int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")
    return _jpeg(body) if media_type == "image/jpeg" else None


def _jpeg(body: bytes) -> tuple[int, int] | None:
    """The largest frame that any header before the picture's data names: a file may have several."""
    at, largest = 2, None
    for _ in range(_MOST_MARKERS):
        if at + 4 > len(body) or body[at] != 0xFF:
            return largest
        marker = body[at + 1]
        if marker == 0xFF or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (0xD9, 0xDA):
            return largest
        if marker in _FRAMES and at + 9 <= len(body):
            height, width = int.from_bytes(body[at + 5 : at + 7], "big"), int.from_bytes(body[at + 7 : at + 9], "big")
            if largest is None or width * height > largest[0] * largest[1]:
                largest = (width, height)
        at += 2 + int.from_bytes(body[at + 2 : at + 4], "big")
    return largest
