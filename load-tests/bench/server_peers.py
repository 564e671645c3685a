"""What the server is measured beside: pgbench on the same PostgreSQL, and nginx with the same clients on the same files."""
import hashlib, os, re, shutil, socket, subprocess, time

from local_server import find

# About as long as an entry in the journal.
ROW = 'x' * 350
MIB = 1 << 20
LARGE_BYTES, LARGE_FILES = 45 * MIB, 5
SMALL_BYTES, SMALL_FILES = 4096, 100


class Pgbench:
    """One-row inserts, each a transaction that is durable before the next one of its client."""

    # The server's own PostgreSQL takes 100 connections, its own included.
    CLIENTS = 8, 16, 32, 64

    def __init__(self, server, folder):
        self.server, self.script, self.inserted = server, f'{folder}/insert.sql', 0
        server.sql('CREATE TABLE bench_rows (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), body text NOT NULL)')
        with open(self.script, 'w') as f:
            f.write(f"INSERT INTO bench_rows (body) VALUES ('{ROW}');\n")

    def inserts_per_s(self, clients, seconds):
        said = subprocess.check_output([find('pgbench'), '-n', '-M', 'prepared', '-f', self.script, '-c', str(clients), '-j', '2', '-T', str(seconds)],
                                       env=self.server.postgres_environment(), text=True, stderr=subprocess.STDOUT)
        self.inserted += int(re.search(r'^number of transactions actually processed: (\d+)', said, re.M)[1])
        return float(re.search(r'^tps = ([\d.]+)', said, re.M)[1])

    def best(self, seconds):
        """The most that any number of clients gets, and that number."""
        return max((self.inserts_per_s(clients, seconds), clients) for clients in self.CLIENTS)


class Nginx:
    """nginx that serves a folder and takes files into another, by its DAV module."""

    def __init__(self, folder):
        self.folder = folder
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        for name in ('files', 'taken', 'bodies'):
            os.makedirs(f'{folder}/{name}', exist_ok=True)
        user = 'user root;' if os.geteuid() == 0 else ''
        with open(f'{folder}/nginx.conf', 'w') as f:
            f.write(f'''daemon off; {user} worker_processes {os.cpu_count()}; pid {folder}/nginx.pid; error_log {folder}/error.log;
                events {{ worker_connections 1024; }}
                http {{
                  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; client_max_body_size 0;
                  client_body_temp_path {folder}/bodies; default_type application/octet-stream;
                  server {{
                    listen 127.0.0.1:{self.port};
                    location /files/ {{ root {folder}; }}
                    location /taken/ {{ root {folder}; dav_methods PUT; }}
                  }}
                }}''')

    def __enter__(self):
        self.process = subprocess.Popen([find('nginx'), '-p', self.folder, '-c', f'{self.folder}/nginx.conf'], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(('127.0.0.1', self.port)).close()
                return self
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    raise RuntimeError(f'nginx did not start, see {self.folder}/error.log')
                time.sleep(.02)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep(self, files):
        """Serves these files too."""
        for file in files:
            shutil.copyfile(file, f'{self.folder}/files/{os.path.basename(file)}')


class Curl:
    """curl as a client of either: one file after the other, over one connection."""

    def __init__(self, headers=()):
        self.headers = [word for header in headers for word in ('-H', header)]

    def mb_per_s(self, transfers):
        """Of all transfers together; each is what curl is to do for it."""
        command = [find('curl')]
        for i, transfer in enumerate(transfers):
            command += ['--next'] * (i > 0) + ['-sS', '--fail', *self.headers, '-H', 'Expect:', '-w', '%{size_upload} %{size_download} %{time_total}\n', *transfer]
        said = [line.split() for line in subprocess.check_output(command, text=True).splitlines()]
        return sum(int(up) + int(down) for up, down, _ in said) / sum(float(seconds) for _, _, seconds in said) / 1e6

    def down(self, urls):
        return self.mb_per_s([['-o', '/dev/null', url] for url in urls])

    def up(self, files, prefix):
        return self.mb_per_s([['-o', '/dev/null', '-T', file, f'{prefix}/{os.path.basename(file)}'] for file in files])


def wrk_gets_per_s(folder, url, paths, seconds, token):
    """Keep-alive GETs of these paths in turn, from 32 connections."""
    script = f'{folder}/gets.lua'
    with open(script, 'w') as f:
        f.write('local paths = {' + ','.join(f'"{p}"' for p in paths) + '}\nlocal at = 0\n'
                'function request() at = at % #paths + 1; return wrk.format("GET", paths[at]) end\n')
    said = subprocess.check_output([find('wrk'), '-t1', '-c32', f'-d{seconds}s', '-s', script, '-H', f'Authorization: Bearer {token}', url], text=True)
    if 'Non-2xx' in said or 'Socket errors' in said:
        raise RuntimeError(f'not all of {url} was answered well:\n{said}')
    return float(re.search(r'Requests/sec: *([\d.]+)', said)[1])


def make_files(folder, count, size):
    """So many files of random bytes, named by their hashes."""
    os.makedirs(folder, exist_ok=True)
    files = []
    for _ in range(count):
        content = os.urandom(size)
        files.append(f'{folder}/{hashlib.sha256(content).hexdigest()}')
        with open(files[-1], 'wb') as f:
            f.write(content)
    return files
