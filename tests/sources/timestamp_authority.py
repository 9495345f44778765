"""An authority of the tests' own that stamps by RFC 3161: openssl makes its keys and its tokens."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.sources.servers import PageServer, answer

CONFIG = """
[ tsa ]
default_tsa = desk
[ desk ]
serial = {folder}/serial
signer_cert = {folder}/leaf.pem
certs = {folder}/root.pem
signer_key = {folder}/leaf.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[ stamping ]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


class TimestampAuthority:
    """Answers ``POST /stamp``. Its tokens carry leaf and root as they come, not in DER's order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = PageServer({"/stamp": self._stamp, "/busy": answer("503 Service Unavailable", b"busy")})
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._openssl("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=Root")
        self._openssl("req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=Stamps")
        self._openssl(
            "x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -out leaf.pem -days 30 "
            "-extfile tsa.cnf -extensions stamping"
        )

    @property
    def url(self) -> str:
        return f"{self.server.url}/stamp"

    @property
    def roots(self) -> str:
        return str(self.folder / "root.pem")

    def stamp(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._openssl("ts -reply -config tsa.cnf -queryfile query -out reply")
        return (self.folder / "reply").read_bytes()

    def _stamp(self, connection: socket.socket, asked: bytes) -> None:
        head, _, body = asked.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += connection.recv(65536)
        connection.sendall(answer(body=self.stamp(body), content_type="application/timestamp-reply"))

    def _openssl(self, words: str) -> None:
        program = shutil.which("openssl")
        assert program, "these tests need openssl"
        subprocess.run([program, *words.split()], cwd=self.folder, check=True, capture_output=True)


@contextlib.contextmanager
def timestamp_authority() -> Iterator[TimestampAuthority]:
    with tempfile.TemporaryDirectory() as folder:
        authority = TimestampAuthority(Path(folder))
        with authority.server:
            yield authority
