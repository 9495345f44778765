"""Timestamps by RFC 3161: what is asked, and what an answer is worth.

The reply is kept as it came. It is read by rfc3161-client, which insists on DER's order of the certificates, hence
the sorted copy; and where ``openssl`` is installed, the reply as it came is tried by it as well.
"""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from sources.archive import store
from sources.archive.der import with_sorted_certificates

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
GRANTED = (0, 1)
SHA256_OID = "2.16.840.1.101.3.4.2.1"
OPENSSL_SECONDS = 20


class TimestampRefused(Exception):
    """The reply is no timestamp of what was asked; its text says why, for people."""


@dataclass(frozen=True)
class Query:
    """A request: its bytes, the digest it is about (SHA-256, hexadecimal) and its nonce."""

    raw: bytes
    sha256: str
    nonce: int


@dataclass(frozen=True)
class Stamp:
    """A reply that holds. ``checked`` says in words how it was checked."""

    at: datetime
    checked: str


def query_for(text: str) -> Query:
    """A request for a timestamp on ``text``, asking for the certificates and with a nonce."""
    data = text.encode()
    builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Query(request.as_bytes(), hashlib.sha256(data).hexdigest(), int(request.nonce or 0))


def read_reply(reply: bytes, query: Query, *, roots: str) -> Stamp:
    """What ``reply`` is worth as an answer to ``query``. ``roots`` is the path of a file of PEM certificates, or "".

    Raises :class:`TimestampRefused`.
    """
    response = _decoded(reply)
    if response.status not in GRANTED:
        said = "; ".join(response.status_string)[:200] or f"status {response.status}"
        raise TimestampRefused(f"The authority refused: {said}.")
    if _imprint(response) != query.sha256:
        raise TimestampRefused("The token is for something else.")
    if response.tst_info.nonce != query.nonce:
        raise TimestampRefused("The token answers another request.")
    moment = response.tst_info.gen_time
    at = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if not roots:
        return Stamp(at, "Digest and nonce agree. The signature was not checked: no root certificate is configured.")
    _check_signature(response, query, roots)
    by = ["rfc3161-client", *(["openssl"] if _openssl_agrees(reply, query.sha256, roots) else [])]
    return Stamp(at, f"Digest, nonce and signature agree, up to a configured root ({', '.join(by)}).")


def imprint_of(reply: bytes) -> str:
    """The SHA-256 digest that a token is about, in hexadecimal; "" where it cannot be read."""
    try:
        return _imprint(_decoded(reply))
    except TimestampRefused:
        return ""


def _decoded(reply: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(with_sorted_certificates(reply))
    except (ValueError, IndexError) as error:
        raise TimestampRefused("What the authority sent is no timestamp.") from error


def _imprint(response: TimeStampResponse) -> str:
    try:
        imprint = response.tst_info.message_imprint
    except ValueError:
        return ""
    return imprint.message.hex() if imprint.hash_algorithm.dotted_string == SHA256_OID else ""


def _check_signature(response: TimeStampResponse, query: Query, roots: str) -> None:
    builder = VerifierBuilder().nonce(query.nonce)
    try:
        for certificate in x509.load_pem_x509_certificates(Path(roots).read_bytes()):
            builder = builder.add_root_certificate(certificate)
        builder.build().verify(response, bytes.fromhex(query.sha256))
    except OSError as error:
        raise TimestampRefused("The file of root certificates cannot be read.") from error
    except (VerificationError, ValueError) as error:
        raise TimestampRefused(f"The token’s signature does not hold: {str(error)[:200]}.") from error


def _openssl_agrees(reply: bytes, sha256: str, roots: str) -> bool:
    """Whether an installed openssl finds the same; ``False`` where there is none. Raises where it finds otherwise."""
    program = shutil.which("openssl")
    if program is None:
        return False
    with store.scratch() as file:
        file.write(reply)
        file.flush()
        command = [program, "ts", "-verify", "-in", file.name, "-digest", sha256, "-CAfile", roots]
        try:
            done = subprocess.run(command, capture_output=True, timeout=OPENSSL_SECONDS, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return False
    if done.returncode != 0:
        raise TimestampRefused("The token’s signature does not hold: openssl refuses it.")
    return True
