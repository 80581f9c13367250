"""Four daemons and a catalogue on this machine's loopback, for one measurement."""
import os
import pathlib
import re
import signal
import subprocess
import time

CONFIG = """[cluster]
name = "bench"
catalogue = "sqlite:catalogue.db"
[[pair]]
name = "p1"
members = ["{0}", "{1}"]
[[pair]]
name = "p2"
members = ["{2}", "{3}"]
[limits]
reserve = "64MiB"
"""


class Cluster:
    """Nodes 0 and 1 are pair p1, 2 and 3 pair p2. Use it in a `with` block: nothing stays running."""

    def __init__(self, binaries, folder):
        self.binaries = pathlib.Path(binaries)
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "tandem.toml"
        self.addresses = [None] * 4
        self.processes = [None] * 4

    def __enter__(self):
        self.folder.mkdir(parents=True)
        try:
            for node in range(4):
                self.start(node)
            self.config.write_text(CONFIG.format(*self.addresses))
            self.tandem("init")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, node):
        """Starts a daemon, on the port it had before if it had one, and waits until it listens."""
        log = self.folder / f"node{node}.log"
        told = log.stat().st_size if log.exists() else 0
        with open(log, "ab") as sink:
            self.processes[node] = subprocess.Popen(
                [self.binaries / "storaged", "--root", self.folder / f"node{node}",
                 "--listen", self.addresses[node] or "127.0.0.1:0", "--reserve", "64MiB"],
                stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            heard = re.search(r"event=listening node=(\S+)", log.read_bytes()[told:].decode())
            if heard:
                self.addresses[node] = heard[1]
                return
            if self.processes[node].poll() is not None:
                break
            time.sleep(0.01)
        raise RuntimeError(f"node {node} did not start:\n{log.read_text()[-2000:]}")

    def kill(self, node):
        self.processes[node].kill()
        self.processes[node].wait()

    def freeze(self, node):
        self.processes[node].send_signal(signal.SIGSTOP)

    def thaw(self, node):
        self.processes[node].send_signal(signal.SIGCONT)

    def stop(self):
        for process in self.processes:
            if process is None or process.poll() is not None:
                continue
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.processes:
            if process is None:
                continue
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def pids(self):
        return [process.pid for process in self.processes if process.poll() is None]

    def forget_peaks(self):
        for pid in self.pids():
            pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins again from what is used now

    def largest_peak_mib(self):
        """Of the daemons that run, since forget_peaks() or their start."""
        return max(int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
                   for pid in self.pids()) / 1024

    def command(self, *arguments):
        return [str(self.binaries / "tandem"), "--config", str(self.config), *map(str, arguments)]

    def tandem(self, *arguments, text=None):
        """Runs one command; RuntimeError with what it said when it fails."""
        done = subprocess.run(self.command(*arguments), input=text, text=True, capture_output=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(f"tandem {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return done.stdout


def keeps_attributes(folder):
    """Whether the file system keeps user attributes, without which a node cannot work."""
    probe = pathlib.Path(folder) / f".attributes.{os.getpid()}"
    try:
        probe.touch()
        os.setxattr(probe, "user.tandem.probe", b"1")
        return True
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
