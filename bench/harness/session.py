"""One measuring session: build, run everything against a private cluster, write down, compare, clean up."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from harness import faults, machine, one_shot, peers, picture, report, rows
from harness.cluster import Cluster, keeps_attributes

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build" / "release"
BINARIES = BUILD / "bin"
PROGRAMS = BINARIES / "bench"
RECORDED = SOURCE / "bench" / "results" / "latest"


def say(words):
    print(f"bench: {words}", file=sys.stderr, flush=True)


def build():
    for command in (["cmake", "--preset", "bench"],
                    ["cmake", "--build", str(BUILD), "-j", os.environ.get("TANDEM_JOBS", str(os.cpu_count())),
                     "--target", "storaged", "tandem", "bench/all"]):
        done = subprocess.run(command, cwd=SOURCE, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(f"bench: {' '.join(command)} failed:\n{done.stdout[-4000:]}")


def data_folder(wanted):
    for candidate in [wanted] if wanted else [tempfile.gettempdir(), SOURCE / "build"]:
        if keeps_attributes(candidate):
            return tempfile.mkdtemp(prefix="tandem-bench.", dir=candidate)
    raise SystemExit("bench: the data folder's file system keeps no user attributes; give --folder another")


def rows_of(command, environment=None):
    """Runs a program that prints rows, and yields each as it comes."""
    say(" ".join(map(str, command)))
    with subprocess.Popen(list(map(str, command)), text=True, stdout=subprocess.PIPE, env=environment) as program:
        try:
            for line in program.stdout:
                row = rows.parse(line)
                say(f"  {row['title']}: {report.spread(row)} {row['unit']}" +
                    (f", {row['ratio']['median']:.2f} x floor" if row["ratio"] else ""))
                yield row
        finally:
            if program.poll() is None and sys.exc_info()[0] is not None:
                program.terminate()
    if program.returncode != 0:
        say(f"{pathlib.Path(command[0]).name} ended with status {program.returncode}: some rows are missing")


def memory_of_clients(measured):
    """The largest client of all workloads; the map it keeps is part of it, and small here."""
    peaks = {row["name"]: row["details"]["client_peak_mib"] for row in measured
             if "client_peak_mib" in row["details"]}
    if peaks:
        largest = max(peaks, key=peaks.get)
        yield rows.make("client_memory", "peak memory of the largest client of all workloads", "MiB",
                        [peaks[largest]], better="lower", conditions={"workload": largest}, limit=64)


class Session:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = pathlib.Path(folder)
        self.rows = []

    def wanted(self, name):
        return re.fullmatch(self.arguments.only, name) is not None

    def keep(self, found):
        self.rows += [row for row in found if self.wanted(row["name"])]

    @contextlib.contextmanager
    def cluster(self, name):
        with Cluster(BINARIES, self.folder / name) as cluster:
            yield cluster

    def workloads(self):
        with self.cluster("workloads") as cluster:
            quick = ["--quick"] if self.arguments.quick else []
            self.keep(rows_of([PROGRAMS / "bench_workloads", "--config", cluster.config, "--floor",
                               self.folder / "floor", "--daemons", ",".join(map(str, cluster.pids())), "--pairs",
                               self.arguments.pairs, "--only", self.arguments.only, *quick]))
            if self.wanted(one_shot.NAME):
                self.keep(one_shot.measure(cluster, PROGRAMS, self.arguments.pairs))
            self.keep(memory_of_clients(self.rows))

    def million(self):
        with self.cluster("million") as cluster:
            self.keep(rows_of([PROGRAMS / "bench_workloads", "--config", cluster.config, "--daemons",
                               ",".join(map(str, cluster.pids())), "--million"]))

    def faults(self):
        for measure in faults.ALL:
            names = measure.names
            if not any(map(self.wanted, names)):
                continue
            say(", ".join(names))
            with self.cluster(measure.__name__) as cluster:
                self.keep(measure(cluster, PROGRAMS, self.folder, self.arguments.pairs))

    def other_programs(self):
        """Each folder of bench/ may bring a program of its own; its files go where TMPDIR says."""
        for program in sorted(PROGRAMS.glob("bench_*")):
            if program.name == "bench_workloads" or not os.access(program, os.X_OK):
                continue
            quick = ["--quick"] if self.arguments.quick else []
            self.keep(rows_of([program, *quick], {**os.environ, "TMPDIR": str(self.folder)}))

    def measure(self):
        self.workloads()
        if not self.arguments.quick:
            self.faults()
        if self.arguments.million:
            self.million()
        self.other_programs()
        theirs = {}
        if self.arguments.peers:
            theirs = peers.measure(PROGRAMS, self.folder, self.arguments.pairs, self.arguments.only, say)
        rows.judge_by_peers(self.rows, theirs)
        return theirs


def settings_of(arguments):
    return {"mode": "quick" if arguments.quick else "full", "rows": arguments.only, "pairs_of_runs": arguments.pairs,
            "cluster": "4 storaged, 2 pairs, SQLite catalogue (always synced), default settings",
            "note": arguments.note or "none"}


def compare(measured):
    """Says what got worse since the recording; whether anything did."""
    if not RECORDED.with_suffix(".json").exists():
        say("nothing is recorded yet, so nothing can be compared")
        return False
    recorded = json.loads(RECORDED.with_suffix(".json").read_text())
    found = rows.worsened(measured, recorded["rows"])
    for name, then, now in found:
        print(f"worse than recorded at {recorded['machine']['commit']}: {name}: {then:.3g} -> {now:.3g}")
    if not found:
        print(f"no row is more than 20 % worse than recorded at {recorded['machine']['commit']}")
    return bool(found)


def run(arguments):
    started = time.monotonic()
    if not arguments.no_build:
        build()
    folder = data_folder(arguments.folder)
    try:
        on = machine.describe(SOURCE, folder)
        if machine.busy(on["load_before"], on["cores"]):
            say(f"this machine is busy (load {on['load_before']}): the figures are provisional")
            arguments.note = arguments.note or "machine busy"
        session = Session(arguments, folder)
        theirs = session.measure()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = {"schema": 1, "machine": on, "settings": settings_of(arguments), "rows": session.rows, "peers": theirs}
    target = pathlib.Path(arguments.out) / "latest" if arguments.out else (
        SOURCE / "build" / "bench" / "quick" if arguments.quick else RECORDED)
    report.save(target, result)
    picture.save(target, session.rows, f"{on['cpu']}, {on['cores']} cores, {on['file_system'].split()[0]}, "
                                       f"commit {on['commit']}; {result['settings']['note']}")
    say(f"{target.with_suffix('.md')} ({time.monotonic() - started:.0f} s)")
    return 1 if arguments.quick and compare(session.rows) else 0
