#!/usr/bin/env python3
"""The small-file workloads on four servers written the straightforward way in Python, in turn with ours; prints rows
with "peer" set. Large contents are left out: one call holds the whole file several times in memory, at some 20 MB/s.
"""
import argparse
import json
import multiprocessing
import pathlib
import re
import resource
import signal
import statistics
import subprocess
import sys
import time

import store

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from harness import rows  # the path has to be known first
from harness.cluster import Cluster

PEER = "python-xmlrpc"
CONTENT = bytes(range(256)) * 16
ALONE, EACH_OF_EIGHT = 1500, 300  # as bench_workloads does it


def write_one(client, path):
    client.write(path, CONTENT)


def read_one(client, path):
    if len(client.read(path)) != len(CONTENT):
        raise ValueError(path)


def rename_one(client, path):
    client.mv(path, path + "-renamed")


def make_one(client, path):
    client.mkdir(path)


def remove_one(client, path):
    client.rm(path)


# Name, title, what is done to each path before, what is measured.
WORKLOADS = (
    ("create_4k", "create and write 4 KiB", None, write_one),
    ("read_4k", "read 4 KiB", write_one, read_one),
    ("rename", "rename a file", write_one, rename_one),
    ("mkdir", "make a directory", None, make_one),
    ("rm", "remove a file", write_one, remove_one),
)


def be_client(ports, paths, prepare, work, barrier, results):
    """Puts (start, end, seconds of CPU, [seconds of each operation], peak memory in MiB), or None."""
    try:
        client = store.Store(ports)
        client.mkdir(paths[0].rsplit("/", 1)[0])
        for path in paths if prepare else ():
            prepare(client, path)
        barrier.wait(timeout=300)
        took, cpu_before, start = [], time.process_time(), time.monotonic()
        for path in paths:
            before = time.monotonic()
            work(client, path)
            took.append(time.monotonic() - before)
        end = time.monotonic()
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        results.put((start, end, time.process_time() - cpu_before, took, peak_mib))
    except BaseException:
        barrier.abort()
        results.put(None)
        raise


def run(ports, name, clients, count, prepare, work):
    """What each client put."""
    barrier, results = multiprocessing.Barrier(clients), multiprocessing.SimpleQueue()
    crew = [multiprocessing.Process(target=be_client,
                                    args=(ports, [f"/{name}-c{client}/f{number}" for number in range(count)], prepare,
                                          work, barrier, results)) for client in range(clients)]
    for client in crew:
        client.start()
    seen = [results.get() for _ in crew]
    for client in crew:
        client.join()
    if None in seen:
        raise SystemExit(f"{name}: a client failed")
    return seen


def details_of(runs, operations):
    took = sorted(seconds * 1e6 for seen in runs for client in seen for seconds in client[3])
    return {"p50_us": took[len(took) // 2], "p99_us": took[len(took) * 99 // 100], "max_us": took[-1], "errors": 0,
            "client_cpu_s_per_kop":
                statistics.median(sum(client[2] for client in seen) for seen in runs) / operations * 1e3,
            "client_peak_mib": max(client[4] for seen in runs for client in seen)}


def rate_of(seen, operations):
    return operations / (max(client[1] for client in seen) - min(client[0] for client in seen))


def our_rate(arguments, ours, key):
    """Of one run of the same workload."""
    command = [arguments.program, "--config", ours.config, "--pairs", 1, "--part", arguments.part, "--only", key]
    done = subprocess.run(list(map(str, command)), text=True, stdout=subprocess.PIPE, check=True)
    return rows.parse(done.stdout)["median"]


def measure_one(arguments, ports, ours, workload, clients, count):
    """A row; theirs and ours in turn."""
    name, title, prepare, work = workload
    key, operations = f"{name}_{clients}", clients * count
    runs, of_ours = [], []
    for number in range(arguments.pairs):
        runs.append(run(ports, f"{key}-{number}", clients, count, prepare, work))
        of_ours.append(our_rate(arguments, ours, key))
    row = rows.make(key, f"{title}, {clients} client(s)", "ops/s", [rate_of(seen, operations) for seen in runs],
                    details=details_of(runs, operations),
                    conditions={"clients": str(clients), "operations_each": str(count), "members_sync": "no"})
    return {**row, "peer": PEER, "ours": {"what": "tandem", "samples": of_ours, **rows.spread(of_ours)}}


def measure(arguments, ports, ours):
    for workload in WORKLOADS:
        for clients, count in ((1, ALONE), (8, EACH_OF_EIGHT)):
            if re.fullmatch(arguments.only, f"{workload[0]}_{clients}"):
                print(json.dumps(measure_one(arguments, ports, ours, workload, clients, count // arguments.part)),
                      flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, type=pathlib.Path, help="bench_workloads")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="an empty folder for the servers' files")
    parser.add_argument("--pairs", type=int, default=5, help="runs of each workload, theirs and ours in turn")
    parser.add_argument("--part", type=int, default=1, help="each run takes one part of the files of so many")
    parser.add_argument("--only", default=".*")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with us
    server = pathlib.Path(__file__).with_name("server.py")
    servers = []
    try:
        for number in range(4):
            root = arguments.folder / f"server{number}"
            root.mkdir(parents=True)
            servers.append(subprocess.Popen([sys.executable, server, root], stdout=subprocess.PIPE, text=True))
        ports = [int(each.stdout.readline()) for each in servers]
        with Cluster(arguments.program.parents[1], arguments.folder / "ours") as ours:
            measure(arguments, ports, ours)
    finally:
        for each in servers:
            each.kill()
            each.wait()


if __name__ == "__main__":
    main()
