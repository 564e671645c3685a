#!/usr/bin/env python3
"""Measures what everything costs in vaults of rising size, and writes a table and a plot of it.

For each size there are a server and two devices of their own on this machine, and a vault that is filled by the protocol, in folders of a thousand
files below one. What grows with the vault's size, and not with the change's, is marked in the table."""
import argparse, collections, hashlib, json, os, platform, shutil, signal, statistics, subprocess, tempfile, time

from http_load import FolderChanges, NewFiles, allow_descriptors, answers, drive, fill
from local_server import ROOT, LocalServer, Meter, cpu_seconds, folder_mb, memory_mb, require

HERE = os.path.dirname(os.path.abspath(__file__))
FILLERS = 4
# Within which a daemon gives back what its heap does not need.
REST_SECONDS = 30
WARM_UP_SECONDS = 10
CONTENTS, CONTENT_BYTES = 100, 256

# Title, the figure, unit, and whether it is a change's cost, which the size of the vault should not matter to.
Row = collections.namedtuple('Row', 'title figure unit is_flat')
ROWS = [
    Row('filling it by the protocol', 'fill_items_per_s', 'items/s', False),
    Row('new file → right on the other drive, p50', 'create_ms', 'ms', True),
    Row('its processor time on both devices and the server', 'create_cpu_ms', 'ms', True),
    Row('overwritten file → right on the other drive, p50', 'overwrite_ms', 'ms', True),
    Row('rename of the folder that has everything, in the drive', 'rename_local_ms', 'ms', True),
    Row('the same → seen on the other drive', 'rename_ms', 'ms', True),
    Row('one op by the protocol', 'op_ms', 'ms', True),
    Row('its processor time, server', 'op_server_cpu_ms', 'ms', True),
    Row('its processor time, PostgreSQL', 'op_postgres_cpu_ms', 'ms', True),
    Row('ls -l of a folder of 1,000, first', 'ls_first_ms', 'ms', True),
    Row('ls -l of a folder of 1,000, again', 'ls_again_ms', 'ms', True),
    Row('second device: attach → everything listed', 'attach_s', 's', False),
    Row('its processor time until then, daemon', 'attach_cpu_s', 's', False),
    Row('stop of a daemon', 'stop_s', 's', True),
    Row('restart of a daemon → drive takes a file', 'restart_s', 's', True),
    Row('its processor time until then', 'restart_cpu_s', 's', True),
    Row('find -size +0, cold', 'find_cold_s', 's', False),
    Row('find -size +0, again', 'find_again_s', 's', False),
    Row('restart of the server → ready', 'server_restart_s', 's', True),
    Row('then the first op in the vault', 'server_first_op_s', 's', False),
    Row('processor time of the server until then', 'server_restart_cpu_s', 's', False),
    Row('idle: processor time of a daemon', 'idle_daemon_cpu_s', 's/min', True),
    Row('idle: processor time of server and PostgreSQL', 'idle_server_cpu_s', 's/min', True),
    Row('memory of a daemon, attached', 'daemon_mb', 'MB', True),
    Row('memory of a daemon, restarted', 'daemon_restarted_mb', 'MB', True),
    Row('memory of a daemon after find', 'daemon_found_mb', 'MB', True),
    Row('memory of a daemon after find and 30 s of rest', 'daemon_rested_mb', 'MB', True),
    Row('disk of a device without contents', 'device_disk_mb', 'MB', False),
    Row('heap of the server', 'server_heap_mb', 'MB', False),
    Row('memory of the server', 'server_mb', 'MB', False),
    Row('PostgreSQL on disk', 'database_mb', 'MB', False),
]


class Device:
    """One device and its drive."""

    def __init__(self, launcher, folder, server, group, name):
        self.launcher, self.state, self.mount, self.log = launcher, f'{folder}/{name}.state', f'{folder}/{name}', f'{folder}/{name}.log'
        os.makedirs(self.mount)
        said = subprocess.check_output([launcher, '--state', self.state, 'register', '--json', '--server', server.url, '--name', name])
        server.call('PUT', f'/v1/groups/{group}/devices/{json.loads(said)["device_id"]}')

    def attach(self, vault):
        """Starts the daemon, and waits until its drive answers."""
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen([self.launcher, '--state', self.state, 'attach', vault, self.mount], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        wait(lambda: os.path.ismount(self.mount) and os.path.isdir(self.mount), f'{self.mount} to answer, see {self.log}')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(300)

    def cpu(self):
        return cpu_seconds([self.process.pid])

    def memory(self):
        return memory_mb(self.process.pid)


def wait(condition, what, seconds=1800, step=.002):
    """How long it took until the condition held."""
    started = time.perf_counter()
    while True:
        try:
            if condition():
                return time.perf_counter() - started
        except OSError:
            pass
        if time.perf_counter() - started > seconds:
            raise RuntimeError(f'waited {seconds} s in vain for {what}')
        time.sleep(step)


def seconds_of(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def ls_l(folder):
    with os.scandir(folder) as entries:
        return sum(entry.stat().st_size for entry in entries)


def find_nonempty(folder):
    return subprocess.check_output(['find', folder, '-type', 'f', '-size', '+0', '-printf', '.']).count(b'.')


class Growth:
    """All that is measured of one size."""

    def __init__(self, launcher, folder, items, idle_seconds):
        self.launcher, self.folder, self.items, self.idle_seconds, self.figures = launcher, folder, items, idle_seconds, {}
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)

    def put(self, figure, value):
        self.figures[figure] = value
        print(f'  {figure} = {value:,.4g}', flush=True)

    def measure(self):
        with LocalServer(self.launcher, f'{self.folder}/server') as self.server:
            self.fill()
            self.ops_by_protocol()
            self.left = Device(self.launcher, self.folder, self.server, self.group, 'left')
            self.right = Device(self.launcher, self.folder, self.server, self.group, 'right')
            self.attach(self.left)
            self.put('attach_s', self.attach(self.right))
            self.put('attach_cpu_s', self.right.cpu())
            try:
                self.two_drives()
            finally:
                for device in (self.left, self.right):
                    device.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.figures

    def fill(self):
        self.vault, self.group = self.server.make_vault('growth')
        self.tokens = [self.server.register(f'filler {i}', self.group) for i in range(FILLERS)]
        contents = []
        for i in range(CONTENTS):
            content = hashlib.shake_128(str(i).encode()).digest(CONTENT_BYTES)
            contents.append((hashlib.sha256(content).hexdigest(), CONTENT_BYTES))
            for token in self.tokens:
                self.server.call('PUT', f'/v1/vaults/{self.vault}/blobs/{contents[-1][0]}', content, token)
        made = answers(self.server.port, [NewFiles(self.vault, self.tokens[0], ROOT, ['all'], 0, []).next()])[0]
        parent = json.loads(made)['results'][0]['item']['item_id']
        self.files_each = min(1000, self.items)
        count, self.folders, seconds = fill(self.server.port, self.vault, self.tokens, self.items, contents, parent, self.files_each)
        self.put('fill_items_per_s', count / seconds)
        self.put('database_mb', self.server.database_mb())
        self.put('server_heap_mb', self.server.heap_mb())
        self.put('server_mb', memory_mb(self.server.process.pid))

    def ops_by_protocol(self):
        """One at a time, over one connection, once the server's code is compiled."""
        source = FolderChanges(self.vault, self.tokens[0], 1)
        drive(self.server.port, [source], WARM_UP_SECONDS)
        with Meter(self.server) as meter:
            result = drive(self.server.port, [source], WARM_UP_SECONDS / 2)
        self.put('op_ms', statistics.median(result.latencies_ms))
        self.put('op_server_cpu_ms', meter.server_cpu_s * 1000 / result.answers)
        self.put('op_postgres_cpu_ms', meter.postgres_cpu_s * 1000 / result.answers)

    def attach(self, device):
        """From the start of its daemon until each folder has all that it has in the vault."""
        started = time.perf_counter()
        device.attach(self.vault)
        for i in range(self.folders):
            folder = f'{device.mount}/all/d{i:04d}'
            wait(lambda: len(os.listdir(folder)) == self.files_each, f'{folder} to be listed')
        return time.perf_counter() - started

    def two_drives(self):
        self.put('daemon_mb', statistics.mean((self.left.memory(), self.right.memory())))
        self.saves()
        self.rename_everything()
        self.idle()
        self.restart_daemon()
        self.restart_server()

    def saves(self):
        """Some before those that count, once the daemons' code is compiled."""
        self.save(40, .05)
        phases = self.save(30, .3)
        for phase in ('create', 'overwrite'):
            self.put(f'{phase}_ms', phases[phase]['p50_ms'])
        self.put('create_cpu_ms', sum(phases['create']['meter']['cpu_s'].values()) * 1000 / 30)

    def save(self, count, spacing):
        out = f'{self.folder}/saves.json'
        pids = f'left={self.left.process.pid},right={self.right.process.pid},server={self.server.process.pid}'
        subprocess.check_call([f'{HERE}/syncbench.py', self.left.mount, self.right.mount, '--phases', 'create,overwrite', '--n', str(count),
                               '--spacing', str(spacing), '--label', f'{self.items} items', '--out', out, '--pids', pids], stdout=subprocess.DEVNULL)
        with open(out) as f:
            return json.load(f)['phases']

    def rename_everything(self):
        local, seen = [], []
        for old, new in [('all', 'all again'), ('all again', 'all')] * 3:
            started = time.perf_counter()
            os.rename(f'{self.left.mount}/{old}', f'{self.left.mount}/{new}')
            local.append(time.perf_counter() - started)
            there = f'{self.right.mount}/{new}/d0000/f0000.txt'
            wait(lambda: os.path.exists(there) and not os.path.exists(f'{self.right.mount}/{old}'), f'{there} to be there')
            seen.append(time.perf_counter() - started)
            time.sleep(1)
        self.put('rename_local_ms', statistics.median(local) * 1000)
        self.put('rename_ms', statistics.median(seen) * 1000)

    def idle(self):
        time.sleep(10)
        before = self.left.cpu() + self.right.cpu()
        with Meter(self.server) as meter:
            time.sleep(self.idle_seconds)
        a_minute = 60 / self.idle_seconds
        self.put('idle_daemon_cpu_s', (self.left.cpu() + self.right.cpu() - before) / 2 * a_minute)
        self.put('idle_server_cpu_s', (meter.server_cpu_s + meter.postgres_cpu_s) * a_minute)

    def restart_daemon(self):
        self.put('stop_s', seconds_of(self.left.stop))
        self.put('device_disk_mb', folder_mb(self.left.state))
        self.put('restart_s', seconds_of(self.attach_and_write))
        self.put('restart_cpu_s', self.left.cpu())
        self.put('daemon_restarted_mb', self.left.memory())
        folder = f'{self.left.mount}/all/d0000'
        self.put('ls_first_ms', seconds_of(lambda: ls_l(folder)) * 1000)
        self.put('ls_again_ms', seconds_of(lambda: ls_l(folder)) * 1000)
        for figure in ('find_cold_s', 'find_again_s'):
            self.put(figure, seconds_of(self.find_all))
        self.put('daemon_found_mb', self.left.memory())
        time.sleep(REST_SECONDS)
        self.put('daemon_rested_mb', self.left.memory())

    def attach_and_write(self):
        self.left.attach(self.vault)
        with open(f'{self.left.mount}/after the restart', 'w') as f:
            f.write('works')

    def find_all(self):
        found = find_nonempty(f'{self.left.mount}/all')
        if found != self.folders * self.files_each:
            raise RuntimeError(f'find sees {found} files of {self.folders * self.files_each}')

    def restart_server(self):
        self.server.stop()
        self.put('server_restart_s', seconds_of(self.server.start))
        source = FolderChanges(self.vault, self.tokens[1], 1)
        self.put('server_first_op_s', seconds_of(lambda: source.took(answers(self.server.port, [source.next()])[0])))
        self.put('server_restart_cpu_s', cpu_seconds([self.server.process.pid]))


def number(value):
    return '–' if value is None else f'{value:,.0f}' if abs(value) >= 100 else f'{value:.3g}'


def table(sizes, found, facts):
    """What is flat may be twice as much at the largest size as at the smallest: so far runs differ anyway."""
    lines = ['| | unit | ' + ' | '.join(f'{n:,} items' for n in sizes) + ' | largest ÷ smallest | |', '|---|---|' + '---|' * (len(sizes) + 2)]
    for row in ROWS:
        values = [found[n].get(row.figure) for n in sizes]
        if None in values:
            continue
        factor = values[-1] / values[0] if values[0] else None
        grows = 'grows' if row.is_flat and factor and factor > 2 else 'flat' if row.is_flat else ''
        lines.append(f'| {row.title} | {row.unit} | ' + ' | '.join(number(v) for v in values) + f' | {number(factor)} | {grows} |')
    lines += ['', 'Run on: ' + '; '.join(f'{k}: {v}' for k, v in facts.items())]
    return '\n'.join(lines) + '\n'


def plot(sizes, found, folder):
    """All figures over the size, both in logarithms, in one picture."""
    rows = [row for row in ROWS if all(found[n].get(row.figure) for n in sizes)]
    with open(f'{folder}/growth.dat', 'w') as f:
        for n in sizes:
            f.write(f'{n} ' + ' '.join(str(found[n][row.figure]) for row in rows) + '\n')
    columns, high = 3, -(-len(rows) // 3)
    lines = [f'set terminal svg size {columns * 460},{high * 230} font "sans,10" background "white"', f'set output "{folder}/growth.svg"',
             f'set multiplot layout {high},{columns}', 'set logscale xy', f'set xrange [{sizes[0] / 2}:{sizes[-1] * 2}]', 'set format x "10^{%L}"',
             'set grid', 'unset key']
    for i, row in enumerate(rows):
        values = [found[n][row.figure] for n in sizes]
        color = '#1f77b4' if row.is_flat else '#888888'
        lines += [f'set title "{row.title}, {row.unit}" noenhanced', f'set yrange [{min(values) / 3}:{max(values) * 3}]',
                  f'plot "{folder}/growth.dat" using 1:{i + 2} with linespoints pointtype 7 linewidth 2 linecolor rgb "{color}"']
    subprocess.run(['gnuplot'], input='\n'.join(lines), text=True, check=True)


def main():
    ap = argparse.ArgumentParser(prog='tinysync growth', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--sizes', default='1000,10000,100000', help='items of each vault; default 1000,10000,100000')
    ap.add_argument('--idle-s', type=float, default=30, help='seconds of idleness; default 30')
    ap.add_argument('--dir', default=os.path.join(tempfile.gettempdir(), 'tinysync-growth'), help='where everything is kept')
    options = ap.parse_args()
    sizes = sorted(int(n.replace('_', '')) for n in options.sizes.split(','))
    require('growth', ['psql', 'gnuplot', 'find'])
    allow_descriptors()
    launcher = os.environ.get('TINYSYNC_LAUNCHER', f'{HERE}/../../tinysync')
    os.makedirs(options.dir, exist_ok=True)
    os.environ['BENCH_HOME'] = options.dir
    version = subprocess.check_output([launcher, '--version'], text=True).splitlines()[0]
    facts = {'TinySync': version, 'machine': f'{os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f} at the start'}
    found = {}
    for items in sizes:
        print(f'{items} items, load {os.getloadavg()[0]:.1f}', flush=True)
        found[items] = Growth(launcher, f'{options.dir}/{items}', items, options.idle_s).measure()
        with open(f'{options.dir}/figures.json', 'w') as f:
            json.dump(found, f, indent=1)
    facts['machine'] += f', {os.getloadavg()[0]:.1f} at the end'
    with open(f'{options.dir}/table.md', 'w') as f:
        f.write(table(sizes, found, facts))
    plot(sizes, found, options.dir)
    print(table(sizes, found, facts))
    print(f'in {options.dir}/table.md and {options.dir}/growth.svg; all values are in {options.dir}/figures.json')


if __name__ == '__main__':
    main()
