"""What a lost member costs: how long clients stall, how fast it is brought up to date."""
import json
import os
import shutil
import subprocess
import time

from harness import rows

STEADY_SECONDS = 6
FAULT_AFTER_SECONDS = 2
SMALL_FILES = 4000
SMALL_BYTES = 4096
LARGE_FILES = 4  # round-robin over two pairs: half of the bytes belong to the lost member
LARGE_BYTES = 256 << 20
READING_SECONDS = 2
# name, title, unit, files, bytes of each
HEALS = (("heal_512m", "heal 512 MiB", "MB/s", LARGE_FILES, LARGE_BYTES),
         ("heal_4000", "heal after 4,000 small files", "files/s", SMALL_FILES, SMALL_BYTES))
HEAL_TIMES_GLUSTERFS = {"heal_512m": 4, "heal_4000": 20}


def measures(*names, in_memory=False):
    """`in_memory`: the cluster's data lies on a memory file system, where there is one that will do."""
    def with_names(function):
        function.names = names
        function.in_memory = in_memory
        return function
    return with_names


def steady(cluster, programs, fault):
    """A reader and a writer for some seconds, `fault` in the middle; {role: what it saw}."""
    clients = {role: subprocess.Popen([programs / "steady_load", "--config", cluster.config, "--role", role,
                                       "--seconds", str(STEADY_SECONDS)], text=True, stdout=subprocess.PIPE)
               for role in ("reader", "writer")}
    for role, client in clients.items():
        if client.stdout.readline().strip() != "ready":
            raise RuntimeError(f"the steady {role} did not begin")
    time.sleep(FAULT_AFTER_SECONDS)
    fault()
    seen = {}
    for role, client in clients.items():
        seen[role] = json.loads(client.communicate(timeout=120)[0])
    return seen


def fault_rounds(cluster, pairs):
    """(word, how it begins, how it ends) of each run, in turn, so that all meet the same machine."""
    for _ in range(pairs):
        yield "control", lambda: None, lambda: None
        yield "kill", lambda: cluster.kill(0), lambda: cluster.start(0)
        yield "freeze", lambda: cluster.freeze(0), lambda: cluster.thaw(0)


FAULTS = {"control": "nothing fails", "kill": "a member is killed", "freeze": "a member is frozen"}
STALLS = [(word, role) for word in FAULTS for role in ("reader", "writer")]
LONGEST_GAP_MS = {("kill", "reader"): 50, ("freeze", "reader"): 100, ("kill", "writer"): 100, ("freeze", "writer"): 1500}


def stall_rows(cluster, programs, pairs, suffix, where, limits):
    gaps = {stall: [] for stall in STALLS}
    errors = {stall: 0 for stall in STALLS}
    for word, begin, end in fault_rounds(cluster, pairs):
        for role, seen in steady(cluster, programs, begin).items():
            gaps[word, role].append(seen["longest_ms"])
            errors[word, role] += seen["errors"]
        end()
        cluster.tandem("heal")
    for word, role in STALLS:
        yield rows.make(f"stall_{word}_{role}{suffix}", f"longest gap of a steady {role}, {FAULTS[word]}{where}", "ms",
                        gaps[word, role], better="lower", details={"errors": errors[word, role]},
                        limit=limits.get((word, role)),
                        conditions={"seconds": str(STEADY_SECONDS), "bytes_each": str(SMALL_BYTES),
                                    "load": "one reader and one writer"})


@measures(*(f"stall_{word}_{role}_memory" for word, role in STALLS), in_memory=True)
def stalls_in_memory(cluster, programs, _folder, pairs):
    yield from stall_rows(cluster, programs, pairs, "_memory", ", data in memory", LONGEST_GAP_MS)


@measures(*(f"stall_{word}_{role}" for word, role in STALLS))
def stalls_on_disk(cluster, programs, _folder, pairs):
    yield from stall_rows(cluster, programs, pairs, "", "", {})


def copied_and_synced(source, target):
    """Seconds that a plain copy takes until it is on disk."""
    before = time.monotonic()
    subprocess.run(["cp", "-r", "--reflink=never", source, target], check=True)
    subprocess.run(["sync", "-f", target], check=True)
    return time.monotonic() - before


def healed(cluster, source, target):
    """Seconds from the start of a daemon that missed what was written meanwhile until all is healed."""
    cluster.kill(0)
    cluster.tandem("put", "-r", source, target)
    subprocess.run(["sync", "-f", cluster.folder], check=True)  # what others still write is not part of healing
    before = time.monotonic()
    cluster.start(0)
    cluster.tandem("heal")
    taken = time.monotonic() - before
    cluster.tandem("status")  # fails unless healthy
    return taken


def missed_by_one(unit, count, size):
    """What the lost member of two pairs has to get of so many files, in MB or files."""
    return count // 2 * (size / 1e6 if unit == "MB/s" else 1)


def healing_rate(cluster, source, target, unit, count, size):
    return missed_by_one(unit, count, size) / healed(cluster, source, target)


def make_files(folder, count, size):
    folder.mkdir()
    for number in range(count):
        (folder / f"f{number}").write_bytes(os.urandom(size))
    return folder


def heal_row(cluster, folder, pairs, name, title, unit, count, size):
    everything = make_files(folder / f"{name}-all", count, size)
    half = make_files(folder / f"{name}-half", count // 2, size)
    samples, floor = [], []
    cluster.forget_peaks()
    for number in range(pairs):
        samples.append(healing_rate(cluster, everything, f"/{name}{number}", unit, count, size))
        copy = folder / f"{name}-copy"
        floor.append(missed_by_one(unit, count, size) / copied_and_synced(half, copy))
        shutil.rmtree(copy)
    return rows.make(name, title, unit, samples, floor=floor, floor_is="cp -r of the same bytes on the same disk, sync",
                     conditions={"files": str(count), "bytes_each": str(size), "missed": "half of them",
                                 "time": "from the start of the killed daemon until `tandem heal` returns",
                                 "members_sync": "yes"},
                     details={"daemon_peak_mib": cluster.largest_peak_mib()},
                     limit=HEAL_TIMES_GLUSTERFS[name], against="peer", peer="glusterfs-fuse")


def heals(workload):
    @measures(workload[0])
    def heal(cluster, _programs, folder, pairs):
        yield heal_row(cluster, folder, pairs, *workload)
    return heal


def reads_a_second(cluster, programs, meanwhile):
    """Of a steady reader of small files; `meanwhile` is called when it begins."""
    client = subprocess.Popen([programs / "steady_load", "--config", cluster.config, "--role", "reader", "--seconds",
                               str(READING_SECONDS)], text=True, stdout=subprocess.PIPE)
    if client.stdout.readline().strip() != "ready":
        raise RuntimeError("the steady reader did not begin")
    meanwhile()
    return json.loads(client.communicate(timeout=120)[0])["operations"] / READING_SECONDS


@measures("heal_foreground")
def heal_foreground(cluster, programs, folder, pairs):
    """How fast others read while a member is healed, beside the same reader before."""
    files = make_files(folder / "heal-foreground", LARGE_FILES, LARGE_BYTES)
    samples, floor, took = [], [], []
    for number in range(pairs):
        floor.append(reads_a_second(cluster, programs, lambda: None))
        cluster.kill(0)
        cluster.tandem("put", "-r", files, f"/foreground{number}")
        cluster.start(0)
        healing = []
        before = []

        def heal():
            before.append(time.monotonic())
            healing.append(subprocess.Popen(cluster.command("heal"), stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL))

        samples.append(reads_a_second(cluster, programs, heal))
        healing[0].wait(timeout=120)
        took.append(time.monotonic() - before[0])
        cluster.tandem("status")  # fails unless healthy
    yield rows.make("heal_foreground", "read 4 KiB while 512 MiB are healed, 1 client", "ops/s", samples, floor=floor,
                    floor_is="the same reader while nothing is healed", limit=0.5, against="floor",
                    conditions={"reader_seconds": str(READING_SECONDS), "foreground_share": "0.5, the default"},
                    details={"shortest_heal_s": min(took), "longest_heal_s": max(took)})


ALL = (stalls_in_memory, stalls_on_disk, *map(heals, HEALS), heal_foreground)
