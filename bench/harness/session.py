"""One measuring session: build, run everything against a private cluster, write down, compare, clean up."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from harness import faults, machine, one_shot, peers, picture, report, rows
from harness.cluster import Cluster, keeps_attributes
from harness.programs import rows_of, say

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build" / "release"
BINARIES = BUILD / "bin"
PROGRAMS = BINARIES / "bench"
MEMORY = pathlib.Path("/dev/shm")
RECORDED = SOURCE / "bench" / "results" / "latest"


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


def pairs_of(arguments):
    """Of a recording at least five; a quick session only looks for what changed a lot."""
    return arguments.pairs or (3 if arguments.quick else 5)


def memory_of_clients(measured):
    """The largest client of all workloads; the map it keeps is part of it, and small here."""
    peaks = {row["name"]: row["details"]["client_peak_mib"] for row in measured
             if "client_peak_mib" in row["details"]}
    if peaks:
        largest = max(peaks, key=peaks.get)
        yield rows.make("client_memory", "peak memory of the largest client of all workloads", "MiB",
                        [peaks[largest]], better="lower", conditions={"workload": largest}, limit=64)


def earlier_recording(arguments):
    """What a session with --add starts from; every row and peer's row says under which conditions it was taken."""
    file = results_of(arguments).with_suffix(".json")
    if not arguments.add or not file.exists():
        return {"rows": [], "peers": {}}
    found = json.loads(file.read_text())
    taken = {key: found["machine"][key] for key in ("commit", "measured_at", "load_before")}
    taken["note"] = found["settings"]["note"]
    for row in found["rows"] + [row for peer in found["peers"].values() for row in peer.values()]:
        row.setdefault("recorded", taken)
    return found


class Session:
    """What is measured so far, and how; every part adds its rows and writes all down, so that an interrupted
    session leaves what it has."""

    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.folder = pathlib.Path(folder)
        self.machine = machine.describe(SOURCE, folder)
        if machine.busy(self.machine["load_before"], self.machine["cores"]):
            say(f"this machine is busy (load {self.machine['load_before']}): the figures are provisional")
            arguments.note = arguments.note or "machine busy"
        self.pairs = pairs_of(arguments)
        self.rows = []
        earlier = earlier_recording(arguments)
        self.earlier_rows = earlier["rows"]
        self.peers = earlier["peers"]

    def wanted(self, name):
        return re.fullmatch(self.arguments.only, name) is not None

    def keep(self, found):
        """Adds rows; a part that fails is said and leaves its rows out."""
        try:
            for row in found:
                if self.wanted(row["name"]):
                    self.rows.append(row)
                    self.write_down()
        except (RuntimeError, ValueError, OSError, subprocess.SubprocessError) as problem:
            say(f"rows are missing: {problem}")

    def workloads(self):
        with Cluster(BINARIES, self.folder / "workloads") as cluster:
            quick = ["--quick"] if self.arguments.quick else []
            self.keep(rows_of([PROGRAMS / "bench_workloads", "--config", cluster.config, "--floor",
                               self.folder / "floor", "--daemons", ",".join(map(str, cluster.pids())), "--pairs",
                               self.pairs, "--only", self.arguments.only, *quick]))
            if self.wanted(one_shot.NAME):
                self.keep(one_shot.measure(cluster, PROGRAMS, self.pairs))
            self.keep(memory_of_clients(self.rows))

    def million(self):
        with Cluster(BINARIES, self.folder / "million") as cluster:
            self.keep(rows_of([PROGRAMS / "bench_workloads", "--config", cluster.config, "--daemons",
                               ",".join(map(str, cluster.pids())), "--million"]))

    def faults(self):
        for measure in faults.ALL:
            if not any(map(self.wanted, measure.names)):
                continue
            if measure.in_memory and not keeps_attributes(MEMORY):
                say(f"{MEMORY} is no memory file system that keeps user attributes; left out: {', '.join(measure.names)}")
                continue
            say(", ".join(measure.names))
            with tempfile.TemporaryDirectory(prefix="tandem-bench.",
                                             dir=MEMORY if measure.in_memory else self.folder) as folder:
                with Cluster(BINARIES, pathlib.Path(folder) / "cluster") as cluster:
                    self.keep(measure(cluster, PROGRAMS, self.folder, self.pairs))

    def other_programs(self):
        """Each folder of bench/ may bring a program, bench_PART, whose rows are named PART_...; its files go
        where TMPDIR says. Where only some rows are wanted it runs if their pattern speaks of the part."""
        for program in sorted(PROGRAMS.glob("bench_*")):
            part = program.name.removeprefix("bench_")
            if part == "workloads" or (self.arguments.only != ".*" and part not in self.arguments.only):
                continue
            quick = ["--quick"] if self.arguments.quick else []
            self.keep(rows_of([program, *quick], {**os.environ, "TMPDIR": str(self.folder)}))

    def other_systems(self):
        comparable = [row["name"] for row in self.all_rows() if self.wanted(row["name"])]
        for row in peers.measure(PROGRAMS, self.folder, self.pairs, comparable):
            self.peers.setdefault(row["peer"], {})[row["name"]] = row
            self.write_down()

    def measure(self):
        if not self.arguments.only_peers:
            self.workloads()
            self.other_programs()
            if not self.arguments.quick:
                self.faults()
        if self.arguments.peers or self.arguments.only_peers:
            self.other_systems()
        if self.arguments.million:
            self.million()

    def all_rows(self):
        """Those recorded earlier in their order, each in its newest version, then the new ones."""
        newest = {row["name"]: row for row in self.earlier_rows + self.rows}
        return list(newest.values())

    def write_down(self):
        all_rows = self.all_rows()
        rows.judge_by_peers(all_rows, self.peers)
        settings = {"mode": "quick" if self.arguments.quick else "full", "rows": self.arguments.only,
                    "pairs_of_runs": self.pairs, "note": self.arguments.note or "none",
                    "cluster": "4 storaged, 2 pairs, SQLite catalogue (always synced), default settings"}
        target = results_of(self.arguments)
        report.save(target, {"schema": 1, "machine": self.machine, "settings": settings, "rows": all_rows,
                             "peers": self.peers})
        on = self.machine
        picture.save(target, all_rows, f"{on['cpu']}, {on['cores']} cores, {on['file_system'].split()[0]}, commit "
                                        f"{on['commit']}; {settings['note']}")


def results_of(arguments):
    if arguments.out:
        return pathlib.Path(arguments.out) / "latest"
    return SOURCE / "build" / "bench" / "quick" if arguments.quick else RECORDED


def compare(session, recorded):
    """Says what got worse since the recording; whether anything did."""
    if recorded is None:
        say("nothing is recorded yet, so nothing can be compared")
        return False
    differing = machine.differences(recorded["machine"], session.machine)
    if differing:
        say(f"not compared: recorded with another {', '.join(differing)}")
        return False
    found = rows.worsened(session.rows, recorded["rows"])
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
        session = Session(arguments, folder)
        session.measure()
    finally:
        say("removing the data")  # on a disk that discards what is freed this takes a while
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{results_of(arguments).with_suffix('.md')} ({time.monotonic() - started:.0f} s)")
    if not arguments.quick:
        return 0
    latest = RECORDED.with_suffix(".json")
    return 1 if compare(session, json.loads(latest.read_text()) if latest.exists() else None) else 0
