#!/usr/bin/env python3
"""Measures two TinySync drives and the tools that people use today, in turns on this machine, and writes one table.

Each round measures every tool once, in an order that turns with the round, so that a busy minute of the machine does not fall on the
same tool each time. A figure is the median over the rounds; a ratio says how many times better TinySync is (more is better). Every
tool has just been started for its round; some phases are measured once more at its end, when it is warm."""
import argparse, glob, json, os, platform, signal, statistics, subprocess, sys, tempfile, time

from local_server import require

HERE = os.path.dirname(os.path.abspath(__file__))
PHASES = 'create,overwrite,replace,delete,rename,bulk,large1,large5,drive,idle'
AGAIN = ['create', 'overwrite', 'bulk']

# Name: kind of peers.py, its options, how its version is asked for.
PEERS = {
    'syncthing': ('syncthing', ['delay=1'], ['syncthing', '--version']),
    'rclone': ('rclone', ['server=sftp', 'wb=500ms', 'dir=500ms', 'attr=500ms', 'extra=--poll-interval 0'], ['rclone', 'version']),
    'unison': ('unison', ['repeat=1'], ['unison', '-version']),
    'sshfs': ('sshfs', ['opts=dir_cache=no,entry_timeout=0,attr_timeout=0'], ['sshfs', '--version']),
    'bindfs': ('bindfs', [], ['bindfs', '--version']),
}
NEEDED = ['fio', 'git', 'sqlite3', 'tar', 'python3']

# What is shown: a title, where the figure is in a run, its unit, whether less is better.
ROWS = [(f'{op} → right on the other side, {p}', f'{op}.{p}_ms', 'ms', True)
        for op in ('create', 'overwrite', 'replace', 'delete', 'rename') for p in ('p50', 'p95')] + [
    ('2,000 × 4 KiB copied in → all read on the other side', 'bulk.files_per_s', 'files/s', False),
    ('45 MiB, close → read with the right hash', 'large1.MB_per_s', 'MB/s', False),
    ('5 × 45 MiB, close → read with the right hash', 'large5.MB_per_s', 'MB/s', False),
    ('create 1 KiB', 'drive.create_1k.per_s', '/s', False),
    ('stat', 'drive.stat.per_s', '/s', False),
    ('open + read 1 KiB', 'drive.open_read_1k.per_s', '/s', False),
    ('ls -l, first', 'drive.ls_l_first.per_s', 'files/s', False),
    ('ls -l, again', 'drive.ls_l_again.per_s', 'files/s', False),
    ('append 1 KiB', 'drive.append_1k.per_s', '/s', False),
    ('rename', 'drive.rename.per_s', '/s', False),
    ('unlink', 'drive.unlink.per_s', '/s', False),
    ('mkdir', 'drive.mkdir.per_s', '/s', False),
    ('untar 2,000 files', 'drive.untar_2000.per_s', 'files/s', False),
    ('rm -r 2,000 files', 'drive.rm_r_2000.per_s', 'files/s', False),
    ('git clone', 'drive.git_clone.s', 's', True),
    ('git status', 'drive.git_status_2.s', 's', True),
    ('sqlite commits, rollback journal', 'drive.sqlite_200tx_delete.per_s', '/s', False),
    ('sqlite commits, WAL', 'drive.sqlite_200tx_wal.per_s', '/s', False),
    ('write 45 MiB + close', 'drive.write_45m_close.MB_per_s', 'MB/s', False),
    ('write 45 MiB + fsync + close', 'drive.write_45m_fsync_close.MB_per_s', 'MB/s', False),
    ('sequential read, nothing in the page cache', 'drive.seqread_warm_nopagecache.MB_per_s', 'MB/s', False),
    ('sequential read, again', 'drive.seqread_warm.MB_per_s', 'MB/s', False),
    ('random read 4 KiB, nothing in the page cache', 'drive.randread4k_nopagecache.iops', '/s', False),
    ('random read 4 KiB, again', 'drive.randread4k_warm.iops', '/s', False),
    ('random write 4 KiB', 'drive.randwrite4k.iops', '/s', False),
    ('create, warm, p50', 'again.create.p50_ms', 'ms', True),
    ('create, warm, p95', 'again.create.p95_ms', 'ms', True),
    ('overwrite, warm, p50', 'again.overwrite.p50_ms', 'ms', True),
    ('overwrite, warm, p95', 'again.overwrite.p95_ms', 'ms', True),
    ('2,000 × 4 KiB, warm', 'again.bulk.files_per_s', 'files/s', False),
    ('idle: CPU of all processes', 'idle.cpu', 's/min', True),
    ('idle: memory of all processes', 'idle.rss', 'MB', True),
]


def first_line(command):
    try:
        out = subprocess.run(command, capture_output=True, text=True)
        return (out.stdout + out.stderr).strip().splitlines()[0]
    except (OSError, IndexError):
        return None


class TinySync:
    """A server with its PostgreSQL and two devices, as `tinysync demo` starts them."""

    def __init__(self, launcher, home):
        self.launcher, self.dir = launcher, f'{home}/run/tinysync'
        os.makedirs(os.path.dirname(self.dir), exist_ok=True)

    def start(self):
        subprocess.call(['rm', '-rf', self.dir])
        self.log = open(f'{self.dir}.log', 'wb')
        self.process = subprocess.Popen([self.launcher, 'demo', '--dir', self.dir], stdout=self.log, stderr=self.log,
                                        stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.time() + 180
        while not all(os.path.ismount(d) and os.path.isdir(d) for d in self.drives()) or b'Ctrl-C' not in open(f'{self.dir}.log', 'rb').read():
            if self.process.poll() is not None or time.time() > deadline:
                sys.exit(f'tinysync demo did not start, see {self.dir}.log')
            time.sleep(.1)
        return *self.drives(), f'tinysync={self.process.pid}'

    def drives(self):
        return f'{self.dir}/laptop', f'{self.dir}/desktop'

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(120)


class Peer:
    """One of the other tools, as peers.py starts it."""

    def __init__(self, name, home):
        self.name, self.kind, self.options, self.dir = name, PEERS[name][0], PEERS[name][1], f'{home}/run/{name}'

    def start(self):
        subprocess.call(['rm', '-rf', self.dir])
        pids = subprocess.check_output([f'{HERE}/peers.py', 'start', self.kind, self.name, '22400'] + self.options, text=True).strip()
        return f'{self.dir}/A', f'{self.dir}/B', pids

    def stop(self):
        subprocess.call([f'{HERE}/peers.py', 'stop', self.name])


def figure(run, path):
    phases = run['phases']
    if path.startswith('idle.'):
        idle = phases.get('idle', {})
        if 'meter' not in idle:
            return None
        if path == 'idle.cpu':
            return sum(idle['meter']['cpu_s'].values()) * 60 / idle['seconds']
        return sum(v['VmRSS'] for v in idle['rss_kb'].values()) / 1024
    value = phases
    for key in path.split('.'):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, (int, float)) else None


def with_again(file):
    """A run, with what was measured once more under the phase `again`."""
    run = json.load(open(file))
    again = f'{os.path.dirname(file)}/again/{os.path.basename(file)}'
    if os.path.exists(again):
        run['phases']['again'] = json.load(open(again))['phases']
    return run


def medians(files):
    runs = [with_again(f) for f in files]
    result = {}
    for _, path, _, _ in ROWS:
        values = [v for v in (figure(run, path) for run in runs) if v is not None]
        if values:
            result[path] = statistics.median(values)
    return result


def number(value):
    return '–' if value is None else f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def table(out, names, versions):
    found = {name: medians(sorted(glob.glob(f'{out}/{name}.*.json'))) for name in names}
    lines = ['| | unit | ' + ' | '.join(names) + ' | ' + ' | '.join(f'× {n}' for n in names[1:]) + ' |',
             '|---|---|' + '---|' * (2 * len(names) - 1)]
    for title, path, unit, less in ROWS:
        ours = found[names[0]].get(path)
        ratios = []
        for name in names[1:]:
            theirs = found[name].get(path)
            ratios.append('–' if not ours or not theirs else f'{theirs / ours if less else ours / theirs:.2f}')
        lines.append(f'| {title} | {unit} | ' + ' | '.join(number(found[n].get(path)) for n in names) + ' | ' + ' | '.join(ratios) + ' |')
    lines += ['', 'Versions: ' + '; '.join(f'{n}: {v}' for n, v in versions.items())]
    return '\n'.join(lines) + '\n'


def main():
    ap = argparse.ArgumentParser(prog='tinysync compare', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--rounds', type=int, default=3, help='how often each tool is measured; default 3')
    ap.add_argument('--tools', default=','.join(PEERS), help='which other tools; default ' + ','.join(PEERS))
    ap.add_argument('--phases', default=PHASES, help='what is measured; default ' + PHASES)
    ap.add_argument('--dir', default=os.path.join(tempfile.gettempdir(), 'tinysync-compare'), help='where everything is kept')
    ap.add_argument('--n', type=int, default=30, help='files for each latency; default 30')
    ap.add_argument('--spacing', type=float, default=.5, help='seconds between them; default 0.5')
    ap.add_argument('--idle-s', type=float, default=60, help='seconds of idleness; default 60')
    ap.add_argument('--table-only', action='store_true', help='makes the table of what an earlier run has measured')
    a = ap.parse_args()
    tools = [t for t in a.tools.split(',') if t]
    unknown = [t for t in tools if t not in PEERS]
    if unknown or a.rounds < 1:
        ap.error(f'no such tool: {", ".join(unknown)}' if unknown else '--rounds must be at least 1')
    require('compare', NEEDED + [program for tool in tools for program in ([tool, 'sshd'] if tool == 'sshfs' else [tool])])
    launcher = os.environ.get('TINYSYNC_LAUNCHER', f'{HERE}/../../tinysync')
    os.environ['BENCH_HOME'] = a.dir
    out = f'{a.dir}/runs'
    os.makedirs(out, exist_ok=True)
    versions = {'tinysync': first_line([launcher, '--version'])} | {t: first_line(PEERS[t][2]) for t in tools}
    versions['machine'] = f'{os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f} at the start'
    names = ['tinysync'] + tools
    if not a.table_only:
        subprocess.call(['rm', '-rf', out])
        measured = {'tinysync': TinySync(launcher, a.dir)} | {t: Peer(t, a.dir) for t in tools}
        for round_ in range(a.rounds):
            for i in range(len(names)):
                name = names[(i + round_) % len(names)]
                tool = measured[name]
                left, right, pids = tool.start()
                again = ','.join(phase for phase in AGAIN if phase in a.phases.split(','))
                try:
                    for phases, into in [(a.phases, out)] + ([(again, f'{out}/again')] if again else []):
                        subprocess.call([f'{HERE}/syncbench.py', left, right, '--label', name, '--out', f'{into}/{name}.{round_}.json', '--pids', pids,
                                         '--phases', phases, '--n', str(a.n), '--spacing', str(a.spacing), '--idle-s', str(a.idle_s)])
                finally:
                    tool.stop()
    text = table(out, names, versions)
    with open(f'{a.dir}/table.md', 'w') as f:
        f.write(text)
    print(text)
    print(f'in {a.dir}/table.md; each run is in {out}')


if __name__ == '__main__':
    main()
