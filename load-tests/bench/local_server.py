"""A TinySync server of its own, what it and its PostgreSQL take of the machine, and the management calls of a measurement."""
import glob, json, os, re, shutil, signal, subprocess, sys, time, urllib.request, uuid

ADMIN_TOKEN = 'the-admin-token-of-a-measurement'
CLOCK_TICKS = os.sysconf('SC_CLK_TCK')
ROOT = '00000000-0000-0000-0000-000000000000'
# Packages of Debian and Ubuntu that have another name than their program.
PACKAGES = {'pgbench': 'postgresql-contrib', 'psql': 'postgresql-client', 'nginx': 'nginx-light', 'gnuplot': 'gnuplot-nox', 'find': 'findutils',
            'sshd': 'openssh-server'}


def find(program):
    """Where a program is, also if Debian keeps it out of the PATH; nothing if it is not there."""
    newest_first = sorted(glob.glob(f'/usr/lib/postgresql/*/bin/{program}'), reverse=True)
    return shutil.which(program) or shutil.which(program, path='/usr/sbin') or next(iter(newest_first), None)


def require(command, programs):
    """Ends with what to install, unless every program is there."""
    missing = [p for p in programs if not find(p)]
    if missing:
        packages = ' '.join(PACKAGES.get(p, p) for p in missing)
        sys.exit(f'tinysync {command}: these programs are missing: {" ".join(missing)}; install them with: '
                 f'apt-get install -y --no-install-recommends {packages}')


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/stat') as f:
                fields = f.read().rsplit(')', 1)[1].split()
            total += int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])
        except OSError:
            pass
    return total / CLOCK_TICKS


def memory_mb(pid, what='VmRSS'):
    with open(f'/proc/{pid}/status') as f:
        return next((int(line.split()[1]) / 1024 for line in f if line.startswith(f'{what}:')), 0)


def folder_mb(folder):
    """What the files of a folder take on the disk."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(f'{where}/{name}').st_blocks * 512
            except OSError:
                pass
    return total / 1e6


def uuid7():
    """RFC 9562, section 5.7."""
    value = int(time.time() * 1000) << 80 | 7 << 76 | uuid.uuid4().int & (0xfff << 64 | 0x3fffffffffffffff) | 2 << 62
    return str(uuid.UUID(int=value))


class LocalServer:
    """One server with PostgreSQL and blobs in its data directory, all of which go when it is closed."""

    def __init__(self, launcher, folder, config=''):
        self.launcher, self.folder, self.log, self.port = launcher, folder, f'{folder}.log', None
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        self.config = f'{folder}.conf'
        with open(self.config, 'w') as f:
            f.write(config)

    def start(self):
        """Starts it, at the port that it had before if it had one, and waits until it is ready."""
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen([self.launcher, 'server', '--listen', f'127.0.0.1:{self.port or 0}', '--data', self.folder,
                                             '--config', self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, TINYSYNC_ADMIN_TOKEN=ADMIN_TOKEN), start_new_session=True)
        deadline = time.time() + 180
        while not (ready := re.search(r'^ready http://127\.0\.0\.1:(\d+)', open(self.log).read(), re.M)):
            if self.process.poll() is not None or time.time() > deadline:
                sys.exit(f'the server did not start, see {self.log}')
            time.sleep(.02)
        self.port = int(ready[1])
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def postgres_pids(self):
        with open(f'{self.folder}/postgres/cluster/postmaster.pid') as f:
            postmaster = int(f.readline())
        with open(f'/proc/{postmaster}/task/{postmaster}/children') as f:
            return [postmaster] + [int(p) for p in f.read().split()]

    def postgres_environment(self):
        """How psql and pgbench reach this PostgreSQL. The fourth line of postmaster.pid is its port, see miscadmin.h."""
        with open(f'{self.folder}/postgres/cluster/postmaster.pid') as f:
            port = f.read().splitlines()[3]
        with open(f'{self.folder}/postgres/password') as f:
            password = f.read().strip()
        return dict(os.environ, PGHOST='127.0.0.1', PGPORT=port, PGUSER='tinysync', PGPASSWORD=password, PGDATABASE='postgres')

    def sql(self, statement):
        return subprocess.check_output([find('psql'), '-XAtq', '-c', statement], env=self.postgres_environment(), text=True).strip()

    def database_mb(self):
        return int(self.sql('SELECT sum(pg_database_size(oid)) FROM pg_database')) / 1e6

    def wal_mb(self):
        return float(self.sql("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")) / 1e6

    def heap_mb(self):
        """What is alive on the heap: after a whole collection."""
        jcmd = f'{os.path.dirname(os.path.realpath(f"/proc/{self.process.pid}/exe"))}/jcmd'
        subprocess.check_call([jcmd, str(self.process.pid), 'GC.run'], stdout=subprocess.DEVNULL)
        return self.heap_now_mb()

    def heap_now_mb(self):
        """What is on the heap, garbage included."""
        text = self.get('/metrics').decode()
        return sum(float(v) for v in re.findall(r'^jvm_memory_used_bytes\{[^}]*area="heap"[^}]*\} (\S+)', text, re.M)) / 1e6

    def call(self, method, path, body=None, token=ADMIN_TOKEN):
        request = urllib.request.Request(self.url + path, data=body, method=method,
                                         headers={'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read()

    def get(self, path, token=ADMIN_TOKEN):
        return self.call('GET', path, token=token)

    def post(self, path, value, token=ADMIN_TOKEN):
        return json.loads(self.call('POST', path, json.dumps(value).encode(), token))

    def make_vault(self, name, policy='posix'):
        """A vault and a group that reaches it: both ids."""
        vault = self.post('/v1/vaults', {'name': name, 'name_policy': policy})['vault_id']
        group = self.post('/v1/groups', {'name': name})['group_id']
        self.call('PUT', f'/v1/groups/{group}/vaults/{vault}')
        return vault, group

    def register(self, name, group):
        """A device of the group: its token."""
        device = self.post('/v1/devices', {'display_name': name})
        self.call('PUT', f'/v1/groups/{group}/devices/{device["device_id"]}')
        return device['token']


class Meter:
    """Processor time of the server and of PostgreSQL, and what PostgreSQL writes, while something runs."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.before = self.read()
        return self

    def __exit__(self, *_):
        self.wall_s, self.server_cpu_s, self.postgres_cpu_s, self.wal_mb, self.database_mb = (
            after - before for before, after in zip(self.before, self.read()))

    def read(self):
        return (time.perf_counter(), cpu_seconds([self.server.process.pid]), cpu_seconds(self.server.postgres_pids()),
                self.server.wal_mb(), self.server.database_mb())
