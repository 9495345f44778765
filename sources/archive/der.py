"""Just enough DER (ITU-T X.690) to put the certificates of a timestamp's token in their order.

DER orders the elements of a SET by their encodings (section 11.6); many authorities send their certificates as they
come, and strict readers then refuse the whole token. The certificates are not covered by its signature (RFC 5652,
section 5.1), so that putting them in order changes nothing that was signed, and no length.
"""

from dataclasses import dataclass

SEQUENCE, CONTEXT_0 = 0x30, 0xA0


@dataclass(frozen=True)
class Element:
    """One element: its tag, where it begins, where its content begins and where it ends."""

    tag: int
    start: int
    content: int
    end: int


def with_sorted_certificates(reply: bytes) -> bytes:
    """A TimeStampResp (RFC 3161) with the certificates of its token in DER's order.

    Raises ValueError where ``reply`` is no such thing.
    """
    response = _element(reply, 0)
    parts = _children(reply, response)
    if response.tag != SEQUENCE or len(parts) < 2:
        return reply
    content = _children(reply, parts[1])
    signed = _children(reply, _children(reply, content[1])[0])
    certificates = next((part for part in signed if part.tag == CONTEXT_0), None)
    if certificates is None:
        return reply
    each = sorted(reply[part.start : part.end] for part in _children(reply, certificates))
    return reply[: certificates.content] + b"".join(each) + reply[certificates.end :]


def _children(data: bytes, parent: Element) -> list[Element]:
    children, at = [], parent.content
    while at < parent.end:
        child = _element(data, at)
        if child.end > parent.end:
            raise ValueError("an element is longer than what it stands in")
        children.append(child)
        at = child.end
    return children


def _element(data: bytes, at: int) -> Element:
    if at + 2 > len(data):
        raise ValueError("the data breaks off")
    tag, first = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise ValueError("tags of several bytes are not used here")
    content, length = at + 2, first
    if first & 0x80:
        count = first & 0x7F
        if not 1 <= count <= 4 or content + count > len(data):
            raise ValueError("a length that is not DER")
        length = int.from_bytes(data[content : content + count], "big")
        content += count
    if content + length > len(data):
        raise ValueError("the data breaks off")
    return Element(tag, at, content, content + length)
