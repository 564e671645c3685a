"""A load generator that costs little: keep-alive connections over epoll, in as many processes as is asked for.

Each connection has a source, which makes its requests and checks its answers. Without a rate each connection sends its next request when the
last one was answered; with one, requests have a time at which they are due, and it is from then on that their answers are waited for."""
import collections, heapq, multiprocessing, queue, re, resource, selectors, socket, time

from local_server import ROOT, uuid7

LENGTH = re.compile(rb'\r\ncontent-length: *(\d+)', re.I)
PLACEMENT = re.compile(rb'"placement_version":(\d+)')
NO_CURSOR = '{"epoch":1,"seq":0,"chain":"00000000000000000000000000000000"}'

Result = collections.namedtuple('Result', 'answers latencies_ms seconds')


def allow_descriptors():
    """As many connections as the system lets this process have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def request(method, path, token, body=b''):
    head = f'{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n'
    if body or method != 'GET':
        head += f'Content-Type: application/json\r\nContent-Length: {len(body)}\r\n'
    return head.encode() + b'\r\n' + body


class Requests:
    """A source of given requests, whose answers' bodies are kept."""

    def __init__(self, requests):
        self.requests, self.bodies = iter(requests), []

    def next(self):
        return next(self.requests, None)

    def took(self, body):
        self.bodies.append(body)


class Polls:
    """A source that asks again and again for the log of a vault in which nothing is new."""

    def __init__(self, vault, token):
        self.message = request('GET', f'/v1/vaults/{vault}/log', token)

    def next(self):
        return self.message

    def took(self, body):
        if b'"entries":[]' not in body:
            raise RuntimeError(f'not an empty page: {body[:500]!r}')


class Mutations:
    """A source of one device's mutations, for one request at a time."""

    def __init__(self, vault, token):
        self.vault, self.token, self.request_no = vault, token, int(time.time() * 1000) * 1000

    def request_of(self, ops):
        self.request_no += 1
        self.ops = len(ops)
        body = f'{{"cursor":{NO_CURSOR},"request_no":{self.request_no},"ops":[{",".join(ops)}]}}'.encode()
        return request('POST', f'/v1/vaults/{self.vault}/mutations', self.token, body)

    def took(self, body):
        if body.count(b'"status":"accepted"') != self.ops:
            raise RuntimeError(f'not all {self.ops} ops were accepted: {body[:500]!r}')


class FolderChanges(Mutations):
    """Folders of its own are made, then renamed over and over: the vault stays small."""

    FOLDERS = 64

    def __init__(self, vault, token, batch):
        super().__init__(vault, token)
        self.batch, self.folders, self.placements, self.at = batch, [uuid7() for _ in range(self.FOLDERS)], [None] * self.FOLDERS, 0

    def next(self):
        self.sent = [(self.at + i) % self.FOLDERS for i in range(self.batch)]
        self.at += self.batch
        return self.request_of([self.op(i) for i in self.sent])

    def op(self, i):
        common = f'"op_id":"{uuid7()}","item_id":"{self.folders[i]}","parent_item_id":"{ROOT}","name":"folder {uuid7()}"'
        if self.placements[i] is None:
            return f'{{"kind":"create_folder",{common},"mode":493,"mtime":"{time.time_ns()}"}}'
        return f'{{"kind":"move_rename",{common},"base_placement_version":{self.placements[i]}}}'

    def took(self, body):
        super().took(body)
        for i, version in zip(self.sent, PLACEMENT.findall(body), strict=True):
            self.placements[i] = int(version)


class NewFiles(Mutations):
    """Folders below a parent, each with so many new files, of contents that the vault holds; then it ends."""

    BATCH = 256

    def __init__(self, vault, token, parent, names, files_each, contents):
        super().__init__(vault, token)
        self.ops_left = self.all_ops(parent, names, files_each, contents)

    def all_ops(self, parent, names, files_each, contents):
        for name in names:
            folder = uuid7()
            yield (f'{{"kind":"create_folder","op_id":"{uuid7()}","item_id":"{folder}","parent_item_id":"{parent}","name":"{name}",'
                   f'"mode":493,"mtime":"{time.time_ns()}"}}')
            for i in range(files_each):
                sha256, size = contents[i % len(contents)]
                yield (f'{{"kind":"create_file","op_id":"{uuid7()}","item_id":"{uuid7()}","parent_item_id":"{folder}","name":"f{i:04d}.txt",'
                       f'"content":{{"sha256":"{sha256}","size":{size}}},"mode":420,"mtime":"{time.time_ns()}"}}')

    def next(self):
        ops = [op for _, op in zip(range(self.BATCH), self.ops_left)]
        return self.request_of(ops) if ops else None


class Connection:
    def __init__(self, port, source):
        self.socket, self.source, self.buffer, self.due = socket.create_connection(('127.0.0.1', port)), source, b'', 0
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, due):
        """Sends the source's next request, if there is one."""
        message = self.source.next()
        if message is None:
            return False
        self.due = due
        self.socket.sendall(message)
        return True

    def receive(self):
        """Takes what has come; whether the answer is whole."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise RuntimeError(f'the connection was closed after {self.buffer[:300]!r}')
        self.buffer += data
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            return False
        length = LENGTH.search(self.buffer, 0, end + 2)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self.buffer) < whole:
            return False
        if self.buffer[9:10] != b'2':
            raise RuntimeError(f'answered {self.buffer[:500]!r}')
        body, self.buffer = self.buffer[end + 4:whole], self.buffer[whole:]
        self.source.took(body)
        return True


def drive(port, sources, seconds=float('inf'), rate=None):
    """Sends until the time is over or the sources have no more, in this process."""
    connections = [Connection(port, source) for source in sources]
    selector = selectors.DefaultSelector()
    for i, connection in enumerate(connections):
        selector.register(connection.socket, selectors.EVENT_READ, i)
    started = now = time.perf_counter()
    period = len(connections) / rate if rate else 0
    latencies, waiting = [], 0
    due = [(started + i * period / len(connections), i) for i in range(len(connections))]
    while True:
        while due and due[0][0] <= now:
            at, i = heapq.heappop(due)
            if now - started < seconds and connections[i].send(at if rate else time.perf_counter()):
                waiting += 1
        if not due and not waiting:
            break
        for key, _ in selector.select(max(0, due[0][0] - now) if due else None):
            connection = connections[key.data]
            if connection.receive():
                latencies.append((time.perf_counter() - connection.due) * 1000)
                waiting -= 1
                heapq.heappush(due, (connection.due + period, key.data))
        now = time.perf_counter()
    for connection in connections:
        connection.socket.close()
    return Result(len(latencies), latencies, now - started)


def load(port, sources, seconds, rate=None, processes=2):
    """The same from several processes at once; all latencies together."""
    def part(i, results):
        results.put(drive(port, sources[i::processes], seconds, rate / processes if rate else None))

    results = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=part, args=(i, results)) for i in range(processes)]
    for worker in workers:
        worker.start()
    parts = []
    while len(parts) < processes:
        try:
            parts.append(results.get(timeout=1))
        except queue.Empty:
            if any(worker.exitcode for worker in workers):
                raise RuntimeError('a process of the load generator failed')
    for worker in workers:
        worker.join()
    return Result(sum(p.answers for p in parts), [ms for p in parts for ms in p.latencies_ms], max(p.seconds for p in parts))


def answers(port, requests, connections=16):
    """The answers' bodies of requests that may go in any order, in the requests' order."""
    sources = [Requests(requests[i::connections]) for i in range(min(connections, len(requests)))]
    drive(port, sources)
    bodies = [None] * len(requests)
    for i, source in enumerate(sources):
        bodies[i::connections] = source.bodies
    return bodies


def fill(port, vault, tokens, items, contents, parent=ROOT, files_each=1000):
    """Puts so many files and folders into a vault, in folders of a thousand; how many items there are, how many folders, and how long it took."""
    folders = max(1, items // (files_each + 1))
    names = [f'd{i:04d}' for i in range(folders)]
    result = drive(port, [NewFiles(vault, token, parent, names[i::len(tokens)], files_each, contents) for i, token in enumerate(tokens)])
    return folders * (files_each + 1), folders, result.seconds
