"""As much of S3's protocol as a bucket needs, on loopback: objects are put, read by ranges, listed and deleted."""

import hashlib
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    bucket: "BucketServer"

    def server_refuses(self) -> bool:
        return self.bucket.refuses

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server_refuses():
            self.reply(403, b"<Error><Code>AccessDenied</Code></Error>")
            return
        if "aws-chunked" in self.headers.get("Content-Encoding", ""):
            body = unchunked(body)
        self.objects[self.key] = body
        self.reply(200, b"", ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def do_HEAD(self) -> None:
        found = self.objects.get(self.key)
        if found is None:
            self.reply(404, b"")
        else:
            self.reply(200, b"", length=len(found), **{"ETag": '"x"', "Last-Modified": formatdate(usegmt=True)})

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if not self.key:
            self.reply(200, self.listing(query.get("prefix", [""])[0], query.get("delimiter", [""])[0]))
            return
        found = self.objects.get(self.key)
        if found is None:
            self.reply(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        wanted = self.headers.get("Range", "")
        if wanted:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            part = found[int(first) : int(last) + 1 if last else None]
            self.reply(206, part, **{"Content-Range": f"bytes {first}-{int(first) + len(part) - 1}/{len(found)}"})
            return
        self.reply(200, found, **{"ETag": '"x"', "Last-Modified": formatdate(usegmt=True)})

    def do_DELETE(self) -> None:
        self.objects.pop(self.key, None)
        self.reply(204, b"")

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def listing(self, prefix: str, delimiter: str) -> bytes:
        keys = sorted(key for key in self.objects if key.startswith(prefix))
        folders, files = set(), []
        for key in keys:
            rest = key[len(prefix) :]
            if delimiter and delimiter in rest:
                folders.add(prefix + rest.partition(delimiter)[0] + delimiter)
            else:
                files.append(key)
        parts = [f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>" for key in files]
        parts += [f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in sorted(folders)]
        inner = "<IsTruncated>false</IsTruncated>" + "".join(parts)
        return (
            f"<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>{inner}</ListBucketResult>".encode()
        )

    def reply(self, status: int, body: bytes, *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def unchunked(body: bytes) -> bytes:
    """A body in AWS's own chunks: size, signature, data; then trailers."""
    data = b""
    while body:
        line, _, body = body.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            break
        data, body = data + body[:size], body[size + 2 :]
    return data


class BucketServer:
    """A server with one bucket. :attr:`objects` is what is in it; where it :attr:`refuses`, nothing can be put."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refuses = False
        handler = type("Bound", (Handler,), {"objects": self.objects, "bucket": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> "BucketServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
