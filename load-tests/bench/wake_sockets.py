"""Devices that only have a socket: they hear wakes and answer pings."""
import base64, os, selectors, socket, time

HANDSHAKE = ('GET /v1/wake HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
             'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n')
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
OPENED_AT_ONCE = 32


class WakeSocket:
    """One device's. Frames are those of RFC 6455, which the server neither fragments nor makes longer than 64 KiB here."""

    def __init__(self, port, token):
        self.socket, self.buffer, self.is_open = socket.create_connection(('127.0.0.1', port)), b'', False
        self.socket.sendall(HANDSHAKE.format(token=token, key=base64.b64encode(os.urandom(16)).decode()).encode())

    def receive(self):
        """The texts that have come."""
        data = self.socket.recv(1 << 16)
        if not data:
            raise RuntimeError('a socket was closed')
        self.buffer += data
        if not self.is_open and not self.opened():
            return []
        texts = []
        while (frame := self.frame()) is not None:
            kind, payload = frame
            if kind == TEXT:
                texts.append(payload)
            elif kind == PING:
                mask = os.urandom(4)
                masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
                self.socket.sendall(bytes([0x80 | PONG, 0x80 | len(payload)]) + mask + masked)
            elif kind == CLOSE:
                raise RuntimeError(f'the server closed a socket: {payload!r}')
        return texts

    def opened(self):
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            return False
        if not self.buffer.startswith(b'HTTP/1.1 101'):
            raise RuntimeError(f'a socket was refused: {self.buffer[:400]!r}')
        self.buffer, self.is_open = self.buffer[end + 4:], True
        return True

    def frame(self):
        if len(self.buffer) < 2:
            return None
        length, start = self.buffer[1] & 0x7f, 2
        if length == 126:
            length, start = int.from_bytes(self.buffer[2:4], 'big'), 4
        if len(self.buffer) < start + length:
            return None
        kind, payload = self.buffer[0] & 0x0f, self.buffer[start:start + length]
        self.buffer = self.buffer[start + length:]
        return kind, payload


class Herd:
    """Many of them, in this thread: they live while it is in one of the methods."""

    def __init__(self, port):
        self.port, self.selector = port, selectors.DefaultSelector()

    def open(self, tokens):
        """Opens one for each token, and waits until each has heard its first head."""
        left, fresh = list(tokens), set()
        while left or fresh:
            while left and len(fresh) < OPENED_AT_ONCE:
                wake = WakeSocket(self.port, left.pop())
                self.selector.register(wake.socket, selectors.EVENT_READ, wake)
                fresh.add(wake)
            for wake, texts in self.heard(1):
                if texts:
                    fresh.discard(wake)

    def heard(self, seconds):
        """What the sockets hear next."""
        for key, _ in self.selector.select(seconds):
            yield key.data, key.data.receive()

    def rest(self, seconds):
        """Nothing but pings for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            for _ in self.heard(left):
                pass

    def wait_for_wakes(self, vault, head, wanted, seconds=30):
        """When each of so many sockets heard of this head or a later one."""
        times, deadline = {}, time.perf_counter() + seconds
        mark, number = f'"{vault}"'.encode(), b'"head_seq":'
        while len(times) < wanted and (left := deadline - time.perf_counter()) > 0:
            for wake, texts in self.heard(left):
                if any(mark in t and int(t.split(number)[1].split(b'}')[0].split(b',')[0]) >= head for t in texts):
                    times.setdefault(wake, time.perf_counter())
        if len(times) < wanted:
            raise RuntimeError(f'{wanted - len(times)} of {wanted} devices were not woken within {seconds} s')
        return list(times.values())

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
