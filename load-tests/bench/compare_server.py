#!/usr/bin/env python3
"""Measures a TinySync server beside pgbench on the same PostgreSQL and nginx on the same files, in turns on this machine, and writes one table.

Each round measures everything once, the other program sometimes before and sometimes after; a figure is the median over the rounds. What every
operation costs the server and PostgreSQL is in a second table."""
import argparse, collections, gzip, hashlib, json, os, platform, statistics, subprocess, sys, tempfile, threading, time

from http_load import FolderChanges, Polls, allow_descriptors, answers, fill, load, percentile, request
from local_server import ADMIN_TOKEN, LocalServer, Meter, find, memory_mb, require, uuid7
from server_peers import LARGE_BYTES, LARGE_FILES, SMALL_BYTES, SMALL_FILES, Curl, Nginx, Pgbench, make_files, wrk_gets_per_s
from wake_sockets import Herd

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = 'mutations,blobs,wakes,sockets,snapshot'
NEEDED = ['pgbench', 'psql', 'nginx', 'curl', 'wrk']
WOKEN = 1000
# What is measured is the node's maximum and not a device's allowance.
ANY_RATE = 'tinysync.server.requests-per-second = 0\n'
# The node takes 3,000 sockets and 4,096 connections unless it is told otherwise.
MANY_SOCKETS = 'tinysync.server.socket-limit = 12000\npekko.http.server.max-connections = 13000\n'

# Title, the figure, what it is compared with, unit, the goal, whether it is the ratio's, whether less is better.
Row = collections.namedtuple('Row', 'title ours theirs unit goal is_ratio less', defaults=(None, '', None, True, False))
ROWS = [
    Row('single ops, 64 connections, 16 vaults', 'single.ops_per_s', 'pgbench.per_s', 'ops/s', .5),
    Row('batches of 16, 16 connections, one vault', 'batch.ops_per_s', 'pgbench.per_s', 'ops/s', 1),
    Row('the same at half of that: p99', 'batch.p99_ms', None, 'ms', 60, False, True),
    Row('GET 45 MiB', 'get_large.mb_per_s', 'nginx.get_large.mb_per_s', 'MB/s', .6),
    Row('PUT 45 MiB', 'put_large.mb_per_s', 'nginx.put_large.mb_per_s', 'MB/s', .6),
    Row('GET 4 KiB', 'get_small.per_s', 'nginx.get_small.per_s', '/s', .5),
    Row('a commit wakes 1,000 devices: p99', 'wake.p99_ms', None, 'ms', 200, False, True),
    Row('10,000 idle sockets: more heap', 'sockets.heap_mb', None, 'MB', 200, False, True),
    Row('snapshot to one client', 'snapshot.items_per_s', None, 'items/s', 200_000, False, False),
    Row('heap before a snapshot', 'snapshot.heap_before_mb', None, 'MB'),
    Row('heap during it, garbage included: the most', 'snapshot.heap_during_mb', None, 'MB'),
    Row('heap after it', 'snapshot.heap_after_mb', None, 'MB'),
]
COSTS = [('insert of pgbench', 'pgbench'), ('single op', 'single'), ('op in a batch of 16', 'batch'), ('empty page of a log', 'poll'),
         ('GET of 45 MiB', 'get_large'), ('PUT of 45 MiB', 'put_large'), ('GET of 4 KiB', 'get_small'), ('wake of one device', 'wake'),
         ('item of a snapshot', 'snapshot'), ('idle socket, for an hour', 'sockets')]


class Figures:
    """All values of each figure."""

    def __init__(self):
        self.values = collections.defaultdict(list)

    def add(self, key, value):
        self.values[key].append(value)
        print(f'  {key} = {value:,.4g}', flush=True)

    def cost(self, name, meter, count):
        """What each of so many operations cost."""
        self.add(f'cost.{name}.server_ms', meter.server_cpu_s * 1000 / count)
        self.add(f'cost.{name}.postgres_ms', meter.postgres_cpu_s * 1000 / count)
        self.add(f'cost.{name}.wal_bytes', meter.wal_mb * 1e6 / count)
        self.add(f'cost.{name}.database_bytes', meter.database_mb * 1e6 / count)

    def median(self, key):
        return statistics.median(self.values[key]) if self.values.get(key) else None


class Run:
    def __init__(self, options, launcher):
        self.options, self.launcher, self.figures, self.facts, self.turn = options, launcher, Figures(), {}, 0

    def server(self, config=''):
        return LocalServer(self.launcher, f'{self.options.dir}/server', ANY_RATE + config)

    def in_turns(self, *measures):
        """Whichever came first in the last round comes last in this one."""
        start = self.turn % len(measures)
        for measure in measures[start:] + measures[:start]:
            measure()

    def rounds(self):
        for self.turn in range(self.options.rounds):
            print(f'round {self.turn + 1} of {self.options.rounds}, load {os.getloadavg()[0]:.1f}', flush=True)
            yield self.turn

    # ------------------------------------------------------------------------------------------------- mutations

    def mutations(self):
        with self.server() as server:
            self.facts['PostgreSQL'] = ', '.join(f'{name} {server.sql("SHOW " + name)}' for name in ('server_version', 'fsync', 'synchronous_commit'))
            pgbench = Pgbench(server, self.options.dir)
            for sources in (self.single_sources(server), self.batch_sources(server), self.poll_sources(server)):
                load(server.port, sources, self.options.warm_up)
            for _ in self.rounds():
                self.in_turns(lambda: self.pgbench(pgbench), lambda: self.single(server), lambda: self.batch(server),
                              lambda: self.poll(server))

    def single_sources(self, server):
        vaults = [server.make_vault(uuid7()) for _ in range(16)]
        return [FolderChanges(vault, server.register('single', group), 1) for vault, group in vaults for _ in range(4)]

    def batch_sources(self, server):
        vault, group = server.make_vault(uuid7())
        return [FolderChanges(vault, server.register('batch', group), 16) for _ in range(16)]

    def pgbench(self, pgbench):
        before = pgbench.inserted
        with Meter(pgbench.server) as meter:
            best, clients = pgbench.best(self.options.seconds)
        self.figures.add('pgbench.per_s', best)
        self.figures.add('pgbench.clients', clients)
        self.figures.cost('pgbench', meter, pgbench.inserted - before)

    def single(self, server):
        with Meter(server) as meter:
            result = load(server.port, self.single_sources(server), self.options.seconds * 2)
        self.figures.add('single.ops_per_s', result.answers / result.seconds)
        self.figures.add('single.p99_ms', percentile(result.latencies_ms, .99))
        self.figures.cost('single', meter, result.answers)

    def batch(self, server):
        with Meter(server) as meter:
            result = load(server.port, self.batch_sources(server), self.options.seconds * 2)
        rate = result.answers / result.seconds
        self.figures.add('batch.ops_per_s', rate * 16)
        self.figures.cost('batch', meter, result.answers * 16)
        at_half = load(server.port, self.batch_sources(server), self.options.seconds * 2, rate / 2)
        self.figures.add('batch.p99_ms', percentile(at_half.latencies_ms, .99))

    def poll(self, server):
        with Meter(server) as meter:
            result = load(server.port, self.poll_sources(server), self.options.seconds * 2)
        self.figures.add('poll.per_s', result.answers / result.seconds)
        self.figures.cost('poll', meter, result.answers)

    def poll_sources(self, server):
        vaults = [server.make_vault(uuid7()) for _ in range(16)]
        return [Polls(vault, server.register('poll', group)) for vault, group in vaults for _ in range(4)]

    # ----------------------------------------------------------------------------------------------------- blobs

    def blobs(self):
        with self.server() as server, Nginx(f'{self.options.dir}/nginx') as nginx:
            vault, group = server.make_vault('blobs')
            token = server.register('blobs', group)
            blobs, ours, theirs = f'{server.url}/v1/vaults/{vault}/blobs', Curl([f'Authorization: Bearer {token}']), Curl()
            small = make_files(f'{self.options.dir}/small', SMALL_FILES, SMALL_BYTES)
            nginx.keep(small)
            ours.up(small, blobs)
            self.wrk(server.url, [f'/v1/vaults/{vault}/blobs/{os.path.basename(file)}' for file in small], token, self.options.warm_up)
            for turn in self.rounds():
                large = make_files(f'{self.options.dir}/large{turn}', LARGE_FILES, LARGE_BYTES)
                self.in_turns(lambda: self.large(server, 'put_large', lambda: ours.up(large, blobs)),
                              lambda: self.figures.add('nginx.put_large.mb_per_s', theirs.up(large, f'{nginx.url}/taken')))
                nginx.keep(large)
                names = [os.path.basename(file) for file in large]
                self.in_turns(lambda: self.large(server, 'get_large', lambda: ours.down([f'{blobs}/{n}' for n in names])),
                              lambda: self.figures.add('nginx.get_large.mb_per_s', theirs.down([f'{nginx.url}/files/{n}' for n in names])))
                names = [os.path.basename(file) for file in small]
                self.in_turns(lambda: self.get_small(server, [f'/v1/vaults/{vault}/blobs/{n}' for n in names], token),
                              lambda: self.figures.add('nginx.get_small.per_s', self.wrk(nginx.url, [f'/files/{n}' for n in names], token)))
                subprocess.check_call(['rm', '-rf', f'{self.options.dir}/large{turn}'])

    def large(self, server, name, transfer):
        with Meter(server) as meter:
            self.figures.add(f'{name}.mb_per_s', transfer())
        self.figures.cost(name, meter, LARGE_FILES)

    def get_small(self, server, paths, token):
        with Meter(server) as meter:
            rate = self.wrk(server.url, paths, token)
        self.figures.add('get_small.per_s', rate)
        self.figures.cost('get_small', meter, rate * self.options.seconds)

    def wrk(self, url, paths, token, seconds=None):
        return wrk_gets_per_s(self.options.dir, url, paths, seconds or self.options.seconds, token)

    # ----------------------------------------------------------------------------------------- wakes and sockets

    def register(self, server, group, count):
        """So many devices of a group: their tokens."""
        made = [json.loads(body) for body in answers(server.port, [self.admin_request('POST', '/v1/devices', b'{"display_name":"idle"}')] * count)]
        answers(server.port, [self.admin_request('PUT', f'/v1/groups/{group}/devices/{d["device_id"]}') for d in made])
        return [d['token'] for d in made]

    def admin_request(self, method, path, body=b''):
        return request(method, path, ADMIN_TOKEN, body)

    def wakes(self):
        with self.server() as server:
            vault, group = server.make_vault('wakes')
            herd = Herd(server.port)
            herd.open(self.register(server, group, WOKEN))
            commits = Commits(server, vault, server.register('writer', group))
            self.woken(herd, commits, 20)
            for _ in self.rounds():
                with Meter(server) as meter:
                    times = self.woken(herd, commits, 20)
                self.figures.add('wake.p50_ms', percentile(times, .5))
                self.figures.add('wake.p99_ms', percentile(times, .99))
                self.figures.cost('wake', meter, len(times))
            herd.close()

    def woken(self, herd, commits, count):
        """From when a commit was sent until each device's wake was there."""
        times = []
        for _ in range(count):
            sent = time.perf_counter()
            head = commits.commit()
            times += [(at - sent) * 1000 for at in herd.wait_for_wakes(commits.vault, head, WOKEN)]
            herd.rest(.1)
        return times

    def sockets(self):
        with self.server(MANY_SOCKETS) as server:
            tokens = []
            for i in range(self.options.sockets // 100):
                _, group = server.make_vault(f'sockets {i}')
                tokens += self.register(server, group, 100)
            before, rss_before = server.heap_mb(), memory_mb(server.process.pid)
            herd = Herd(server.port)
            started = time.perf_counter()
            herd.open(tokens)
            self.figures.add('sockets.opened_per_s', len(tokens) / (time.perf_counter() - started))
            herd.rest(20)
            with Meter(server) as meter:
                herd.rest(30)
            self.figures.cost('sockets', meter, len(tokens) * 30 / 3600)
            self.figures.add('sockets.heap_mb', (server.heap_mb() - before) * 10_000 / len(tokens))
            self.figures.add('sockets.rss_mb', (memory_mb(server.process.pid) - rss_before) * 10_000 / len(tokens))
            herd.close()

    # -------------------------------------------------------------------------------------------------- snapshot

    def snapshot(self):
        with self.server() as server:
            vault, group = server.make_vault('snapshot')
            empty = hashlib.sha256(b'').hexdigest()
            tokens = [server.register(f'filler {i}', group) for i in range(4)]
            for token in tokens:
                server.call('PUT', f'/v1/vaults/{vault}/blobs/{empty}', b'', token)
            database, heap = server.database_mb(), server.heap_mb()
            items, _, seconds = fill(server.port, vault, tokens, self.options.items, [(empty, 0)])
            self.figures.add('fill.items_per_s', items / seconds)
            self.figures.add('fill.heap_bytes_per_item', (server.heap_mb() - heap) * 1e6 / items)
            self.figures.add('fill.database_bytes_per_item', (server.database_mb() - database) * 1e6 / items)
            self.read_snapshot(server, vault, tokens[0])
            for _ in self.rounds():
                self.figures.add('snapshot.heap_before_mb', server.heap_mb())
                with Meter(server) as meter, HeapWatch(server) as watch:
                    seconds, file = self.read_snapshot(server, vault, tokens[0])
                self.figures.add('snapshot.heap_during_mb', watch.most)
                self.figures.add('snapshot.heap_after_mb', server.heap_mb())
                self.figures.add('snapshot.items_per_s', whole_snapshot(file) / seconds)
                self.figures.cost('snapshot', meter, items)

    def read_snapshot(self, server, vault, token):
        file = f'{self.options.dir}/snapshot.gz'
        started = time.perf_counter()
        subprocess.check_call([find('curl'), '-sS', '--fail', '-H', f'Authorization: Bearer {token}', '-H', 'Accept-Encoding: gzip', '-o', file,
                               f'{server.url}/v1/vaults/{vault}/snapshot'])
        return time.perf_counter() - started, file


class Commits:
    """A device that changes one thing at a time."""

    def __init__(self, server, vault, token):
        self.server, self.vault, self.source = server, vault, FolderChanges(vault, token, 1)

    def commit(self):
        """The head after one more."""
        body = answers(self.server.port, [self.source.next()])[0]
        self.source.took(body)
        return json.loads(body)['results'][0]['seq']


class HeapWatch:
    """The most that was on a server's heap."""

    def __init__(self, server):
        self.server, self.most, self.ended = server, 0, threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.ended.wait(.5):
            self.most = max(self.most, self.server.heap_now_mb())

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()


def whole_snapshot(file):
    """How many items a snapshot has, whose trailer must be right."""
    digest, last = hashlib.sha256(), b''
    with gzip.open(file) as lines:
        for line in lines:
            digest.update(last)
            last = line
    trailer = json.loads(last)
    if trailer['sha256'] != digest.hexdigest():
        raise RuntimeError(f'a snapshot is not what its trailer says: {trailer}')
    return trailer['items']


def number(value):
    return '–' if value is None else f'{value:,.0f}' if abs(value) >= 100 else f'{value:.3g}'


def table(figures, facts):
    lines = ['| | unit | TinySync | beside it | ratio | goal | |', '|---|---|---|---|---|---|---|']
    for row in ROWS:
        ours, theirs = figures.median(row.ours), figures.median(row.theirs) if row.theirs else None
        if ours is None:
            continue
        ratio = ours / theirs if theirs else None
        judged = ratio if row.is_ratio else ours
        goal = f'{"≤" if row.less else "≥"} {number(row.goal)}{" ×" if row.is_ratio else ""}' if row.goal else ''
        holds = '' if not row.goal else 'holds' if (judged <= row.goal if row.less else judged >= row.goal) else 'does not hold'
        beside = f'{number(theirs)} ({row.theirs.split(".")[0]})' if theirs else ''
        lines.append(f'| {row.title} | {row.unit} | {number(ours)} | {beside} | {number(ratio) if ratio else ""} | {goal} | {holds} |')
    lines += ['', '| one | server, CPU ms | PostgreSQL, CPU ms | WAL, bytes | database, bytes |', '|---|---|---|---|---|']
    for title, name in COSTS:
        costs = [figures.median(f'cost.{name}.{what}') for what in ('server_ms', 'postgres_ms', 'wal_bytes', 'database_bytes')]
        if costs[0] is not None:
            lines.append(f'| {title} | ' + ' | '.join(number(c) for c in costs) + ' |')
    lines += ['', 'All other figures: ' + '; '.join(f'{k} {number(figures.median(k))}' for k in figures.values
                                                  if not k.startswith('cost.') and k not in {x for row in ROWS for x in (row.ours, row.theirs)})]
    lines += ['', 'Run on: ' + '; '.join(f'{k}: {v}' for k, v in facts.items())]
    return '\n'.join(lines) + '\n'


def main():
    ap = argparse.ArgumentParser(prog='tinysync compare --server', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--rounds', type=int, default=3, help='how often everything is measured; default 3')
    ap.add_argument('--seconds', type=int, default=5, help='how long one client count of pgbench runs, and half of what other rates do; default 5')
    ap.add_argument('--warm-up', type=int, default=20, help='seconds for which a new server is first sent what is then measured; default 20')
    ap.add_argument('--parts', default=PARTS, help='what is measured; default ' + PARTS)
    ap.add_argument('--items', type=int, default=1_000_000, help='of the vault whose snapshot is read; default 1000000')
    ap.add_argument('--sockets', type=int, default=10_000, help='idle ones; default 10000')
    ap.add_argument('--dir', default=os.path.join(tempfile.gettempdir(), 'tinysync-compare-server'), help='where everything is kept')
    options = ap.parse_args()
    unknown = set(options.parts.split(',')) - set(PARTS.split(','))
    if unknown or min(options.rounds, options.seconds) < 1:
        ap.error(f'no such part: {", ".join(unknown)}' if unknown else '--rounds and --seconds must be at least 1')
    require('compare --server', NEEDED)
    allow_descriptors()
    os.makedirs(options.dir, exist_ok=True)
    launcher = os.environ.get('TINYSYNC_LAUNCHER', f'{HERE}/../../tinysync')
    run = Run(options, launcher)
    for name, command in {'TinySync': [launcher, '--version'], 'nginx': [find('nginx'), '-v'], 'pgbench': [find('pgbench'), '--version'],
                          'wrk': [find('wrk'), '-v'], 'curl': [find('curl'), '--version']}.items():
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
        run.facts[name] = ' '.join(said.split()[:3])
    run.facts['machine'] = f'{os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f} at the start'
    for part in options.parts.split(','):
        print(part, flush=True)
        getattr(run, part)()
    run.facts['machine'] += f', {os.getloadavg()[0]:.1f} at the end'
    text = table(run.figures, run.facts)
    with open(f'{options.dir}/figures.json', 'w') as f:
        json.dump({'facts': run.facts, 'values': run.figures.values}, f, indent=1)
    with open(f'{options.dir}/table.md', 'w') as f:
        f.write(text)
    print(text)
    print(f'in {options.dir}/table.md; all values are in {options.dir}/figures.json')


if __name__ == '__main__':
    main()
