"""Proxies on loopback: they do as they are told, and remember what they were asked for."""

import contextlib
import socket
import threading
from collections.abc import Callable


class ProxyServer:
    """Listens on loopback and tunnels whatever is asked for to ``to``, once ``handshake`` has seen to the rest."""

    def __init__(self, handshake: Callable[["ProxyServer", socket.socket], bool], to: int) -> None:
        self.handshake, self.to = handshake, to
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "ProxyServer":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            if not self.handshake(self, client):
                return
            with socket.create_connection(("127.0.0.1", self.to)) as server:
                back = threading.Thread(target=pipe, args=(server, client), daemon=True)
                back.start()
                pipe(client, server)
                back.join(10)


def pipe(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


def exactly(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += sock.recv(count - len(data))
    return data


def connecting(answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Callable[..., bool]:
    def handshake(proxy: ProxyServer, client: socket.socket) -> bool:
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            asked += client.recv(1)
        proxy.asked.append(asked)
        client.sendall(answer)
        return answer.startswith(b"HTTP/1.1 200")

    return handshake


def socks(reply: int = 0, *, password: bytes = b"") -> Callable[..., bool]:
    def handshake(proxy: ProxyServer, client: socket.socket) -> bool:
        methods = exactly(client, 1 + 1)[1]
        offered = exactly(client, methods)
        if password:
            assert 2 in offered
            client.sendall(b"\x05\x02")
            user = exactly(client, exactly(client, 2)[1])
            word = exactly(client, exactly(client, 1)[0])
            client.sendall(b"\x01" + (b"\0" if (user, word) == (b"desk", password) else b"\1"))
        else:
            client.sendall(b"\x05\x00")
        kind = exactly(client, 4)[3]
        host = exactly(client, {1: 4, 4: 16}.get(kind) or exactly(client, 1)[0])
        proxy.asked.append(host + b":" + str(int.from_bytes(exactly(client, 2), "big")).encode())
        client.sendall(b"\x05" + bytes([reply]) + b"\0\x01\0\0\0\0\0\0")
        return reply == 0

    return handshake
