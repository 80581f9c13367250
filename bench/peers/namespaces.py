"""What measuring a foreign file system takes here: namespaces of its own, and the workloads run inside.

With a network, a mount table and process ids of its own nothing of this machine is touched, and whatever was
started ends with the script that started it.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from harness.cluster import Cluster  # the path has to be known first

ADDRESS = "192.0.2.1"  # documentation's; these systems refuse loopback addresses, so lo gets this one too

# What cannot be compared. None of them syncs a name that changes; and what the kernel keeps of a mount is neither
# fresh for each client nor what the servers have.
NAMES_SYNCED = ["(rename|mkdir|rm)_synced_.*"]
ANYTHING_SYNCED = [".*_synced_.*"]
KEPT_BY_THE_KERNEL = ["(read_4k|stat)_cold_.*", "read_256m_[0-9]+"]


def parse_arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", required=True, type=pathlib.Path, help="bench_workloads")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="an empty folder for everything")
    parser.add_argument("--pairs", default=5, type=int, help="runs of each workload, theirs and ours in turn")
    parser.add_argument("--part", default=1, type=int, help="of small files each run takes one part of so many")
    parser.add_argument("--only", default=".*")
    return parser.parse_args()


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), text=True, capture_output=True, timeout=120, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}".strip())
    return done.stdout


def enter():
    """Starts the script again in its own namespaces; returns inside."""
    if not os.environ.get("TANDEM_BENCH_INSIDE"):
        os.environ["TANDEM_BENCH_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
                              sys.executable, *sys.argv])
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{ADDRESS}/32", "dev", "lo")


def wait_until(condition, what):
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} is not there after a minute")
        time.sleep(0.2)


def our_cluster(arguments, folder="ours"):
    """Daemons of ours in here, which the peer takes turns with; for a `with` block."""
    return Cluster(arguments.program.parents[1], arguments.folder / folder)


def report(peer, row):
    """Prints a row of a peer's; what was measured in turn with it is ours."""
    print(json.dumps({**row, "floor": None, "ratio": None, "peer": peer, "ours": row["floor"]}), flush=True)


def measure(arguments, ours, peer, subject, daemons, incomparable):
    """Reports the workloads' rows; `daemons`, named as pgrep names them, are what it costs beside the clients:
    its servers, and what mounts it. Rows whose whole name matches one of `incomparable` are left out."""
    pids = run("pgrep", "-d,", daemons).strip()
    only = f"(?!({'|'.join(incomparable)})$)({arguments.only})"
    command = [arguments.program, *subject, "--beside", ours.config, "--daemons", pids, "--pairs", arguments.pairs,
               "--part", arguments.part, "--only", only]
    with subprocess.Popen(list(map(str, command)), text=True, stdout=subprocess.PIPE) as program:
        for line in program.stdout:
            report(peer, json.loads(line))
