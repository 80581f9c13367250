"""GlusterFS's own healing: how fast a brick that was away is brought up to what was written meanwhile.

Its rate counts while it heals, from the first of what was missed until nothing is pending; the seconds before, in
which it notices that the brick is back, stand beside it and do not count against it.
"""
import os
import re
import shutil
import signal
import time

import namespaces
from namespaces import run
from harness import faults, rows

PEER = "glusterfs-fuse"  # through which the files are written
LOOK_SECONDS = 0.02
HEALED_WITHIN_SECONDS = 300


def kill_brick(brick):
    """Ends its glusterfsd; as the first process of this namespace also for good, or glusterd takes it for alive."""
    process = int(run("pgrep", "-f", f"glusterfsd .*--brick-name {brick}"))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def pending(brick):
    """What a brick knows its replica to have missed."""
    index = brick / ".glusterfs" / "indices" / "xattrop"
    return sum(1 for entry in index.iterdir() if not entry.name.startswith("xattrop-"))


def held(folder):
    """Files and bytes that are there."""
    if not folder.exists():
        return 0, 0
    blocks = [file.stat().st_blocks for file in folder.iterdir()]
    return len(blocks), 512 * sum(blocks)


def wait_for(condition, what):
    deadline = time.monotonic() + HEALED_WITHIN_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"GlusterFS: {what} takes longer than {HEALED_WITHIN_SECONDS} s")
        time.sleep(LOOK_SECONDS)
    return time.monotonic()


def write_missed(present, mount, source, name):
    """(folder, files, bytes) that the pair got; names decide which, and of a few files that may be none."""
    for attempt in range(10):
        folder = f"{name}.{attempt}"
        shutil.copytree(source, mount / folder)
        files, size = held(present / folder)
        if files > 0:
            run("sync", "-f", present)
            return folder, files, size
        shutil.rmtree(mount / folder)
    raise SystemExit("GlusterFS: no file comes to the pair whose brick is away")


def heal(volume, bricks, mount, source, name):
    """(folder, files, bytes, seconds from the brick's start, seconds of healing) of one brick's absence."""
    away, present = bricks
    kill_brick(away)
    folder, files, size = write_missed(present, mount, source, name)
    before = time.monotonic()
    run("gluster", "--mode=script", "volume", "start", volume, "force")
    begun = wait_for(lambda: held(away / folder)[1] > 0, "the begin of healing")
    done = wait_for(lambda: pending(present) == 0, "healing")
    if held(away / folder)[0] != files:
        raise SystemExit(f"GlusterFS: {away} has not all files although nothing is pending")
    return folder, files, size, done - before, done - begun


def measure_one(arguments, ours, volume, bricks, mount, workload):
    """A row; theirs and ours in turn."""
    name, title, unit, count, size = workload
    source = faults.make_files(arguments.folder / f"{name}-source", count, size)
    samples, from_start, of_ours = [], [], []
    for number in range(arguments.pairs):
        folder, files, held_bytes, whole, healing = heal(volume, bricks, mount, source, f"{name}{number}")
        samples.append((held_bytes / 1e6 if unit == "MB/s" else files) / healing)
        from_start.append(whole)
        of_ours.append(faults.healing_rate(ours, source, f"/{name}{number}", unit, count, size))
        shutil.rmtree(mount / folder)  # its bricks go on removing behind the answer
    return rows.make(name, title, unit, samples, floor=of_ours, floor_is="tandem",
                     conditions={"time": "while it heals", "files": str(count), "bytes_each": str(size)},
                     details={"shortest_from_start_s": min(from_start), "longest_from_start_s": max(from_start)})


def measure(arguments, volume, bricks, mount):
    """Reports a row for each of our rows of healing that is wanted; ours in a cluster that holds nothing else, as our
    own rows: behind a daemon that was killed everything it has is compared."""
    for workload in faults.HEALS:
        if re.fullmatch(arguments.only, workload[0]):
            with namespaces.our_cluster(arguments, f"ours-{workload[0]}") as ours:
                namespaces.report(PEER, measure_one(arguments, ours, volume, bricks, mount, workload))
