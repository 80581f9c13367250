#!/usr/bin/env python3
"""The small-file workloads on four servers written the straightforward way in Python; prints rows with "peer"
set. Large contents are left out: one call holds the whole file several times in memory, at some 20 MB/s.
"""
import argparse
import json
import multiprocessing
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

import store

PEER = "python-xmlrpc"
CONTENT = bytes(range(256)) * 16
ALONE, EACH_OF_EIGHT = 500, 100


def files(folder, count):
    return [f"{folder}/f{number}" for number in range(count)]


def write_all(client, folder, count):
    for path in files(folder, count):
        client.write(path, CONTENT)


def nothing(_client, _folder, _count):
    pass


def read_all(client, folder, count):
    for path in files(folder, count):
        if len(client.read(path)) != len(CONTENT):
            raise ValueError(path)


def rename_all(client, folder, count):
    for path in files(folder, count):
        client.mv(path, path + "-renamed")


def make_all(client, folder, count):
    for path in files(folder, count):
        client.mkdir(path)


def remove_all(client, folder, count):
    for path in files(folder, count):
        client.rm(path)


WORKLOADS = (
    ("create_4k", "create and write 4 KiB", nothing, write_all),
    ("read_4k", "read 4 KiB", write_all, read_all),
    ("rename", "rename a file", write_all, rename_all),
    ("mkdir", "make a directory", nothing, make_all),
    ("rm", "remove a file", write_all, remove_all),
)


def be_client(ports, folder, count, prepare, work, barrier, times):
    try:
        client = store.Store(ports)
        client.mkdir(folder)
        prepare(client, folder, count)
        barrier.wait(timeout=300)
        before = time.monotonic()
        work(client, folder, count)
        times.put((before, time.monotonic()))
    except BaseException:
        barrier.abort()
        times.put(None)
        raise


def rate(ports, name, clients, count, prepare, work):
    barrier, times = multiprocessing.Barrier(clients), multiprocessing.SimpleQueue()
    crew = [multiprocessing.Process(target=be_client,
                                    args=(ports, f"/{name}-c{client}", count, prepare, work, barrier, times))
            for client in range(clients)]
    for client in crew:
        client.start()
    seen = [times.get() for _ in crew]
    for client in crew:
        client.join()
    if None in seen:
        raise SystemExit(f"{name}: a client failed")
    return clients * count / (max(end for _, end in seen) - min(start for start, _ in seen))


def measure(ports, only, runs):
    for name, title, prepare, work in WORKLOADS:
        for clients, count in ((1, ALONE), (8, EACH_OF_EIGHT)):
            key = f"{name}_{clients}"
            if not re.fullmatch(only, key):
                continue
            samples = [rate(ports, f"{key}-{run}", clients, count, prepare, work) for run in range(runs)]
            print(json.dumps({"schema": 1, "peer": PEER, "name": key, "title": f"{title}, {clients} client(s)",
                              "unit": "ops/s", "better": "higher", "samples": samples,
                              "median": statistics.median(samples), "min": min(samples), "max": max(samples),
                              "floor": None, "ratio": None, "target": None, "verdict": "open", "details": {},
                              "conditions": {"clients": str(clients), "operations_each": str(count),
                                             "members_sync": "no"}}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="an empty folder for the servers' files")
    parser.add_argument("--pairs", type=int, default=3, help="runs of each workload")
    parser.add_argument("--only", default=".*")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with us
    server = pathlib.Path(__file__).with_name("server.py")
    servers = []
    try:
        for number in range(4):
            root = arguments.folder / f"server{number}"
            root.mkdir(parents=True)
            servers.append(subprocess.Popen([sys.executable, server, root], stdout=subprocess.PIPE, text=True))
        measure([int(each.stdout.readline()) for each in servers], arguments.only, arguments.pairs)
    finally:
        for each in servers:
            each.kill()
            each.wait()


if __name__ == "__main__":
    main()
