#!/usr/bin/env python3
"""GlusterFS distributed-replicate 2x2 beside the same workloads: bricks, daemons and mount in namespaces of
their own, so that nothing of this machine is touched and nothing outlives the measurement.

Prints what bench_workloads prints, each row with "peer" set. Needs root, and Debian's glusterfs-server,
glusterfs-client and libgfapi0.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

ADDRESS = "192.0.2.1"  # documentation's; it refuses loopback addresses, so the namespace's lo gets another
VOLUME = "bench"
MANAGEMENT = """volume management
    type mgmt/glusterd
    option working-directory {state}
    option transport-type socket
    option transport.socket.listen-port 24007
    option event-threads 1
end-volume
"""


def run(*command):
    done = subprocess.run(list(map(str, command)), text=True, capture_output=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"glusterfs: {' '.join(map(str, command))}: {done.stdout}{done.stderr}".strip())
    return done.stdout


def enter_namespaces():
    """Starts this script again with a network, a mount table and process ids of its own."""
    if os.environ.get("TANDEM_BENCH_INSIDE"):
        return
    os.environ["TANDEM_BENCH_INSIDE"] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
                          sys.executable, *sys.argv])


def private_folders(folder):
    for name, usual in (("state", "/var/lib/glusterd"), ("run", "/run/gluster"), ("log", "/var/log/glusterfs")):
        (folder / name).mkdir()
        pathlib.Path(usual).mkdir(parents=True, exist_ok=True)
        run("mount", "--bind", folder / name, usual)


def start(folder):
    """The volume, started and mounted; returns the mount's folder."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{ADDRESS}/32", "dev", "lo")
    private_folders(folder)
    settings = folder / "glusterd.vol"
    settings.write_text(MANAGEMENT.format(state="/var/lib/glusterd"))
    run("glusterd", "-f", settings, "-p", folder / "glusterd.pid", "-l", folder / "log" / "glusterd.log")
    deadline = time.monotonic() + 60
    while subprocess.run(["gluster", "--mode=script", "volume", "list"], capture_output=True).returncode != 0:
        if time.monotonic() > deadline:
            raise SystemExit("glusterfs: glusterd does not answer")
        time.sleep(0.2)
    bricks = [f"{ADDRESS}:{folder}/brick{number}" for number in range(4)]
    run("gluster", "--mode=script", "volume", "create", VOLUME, "replica", 2, *bricks, "force")
    run("gluster", "--mode=script", "volume", "start", VOLUME)
    mount = folder / "mount"
    mount.mkdir()
    run("mount", "-t", "glusterfs", f"{ADDRESS}:/{VOLUME}", mount)
    return mount


def daemons():
    """The bricks; glusterd and the self-heal daemon only manage."""
    return run("pgrep", "-d,", "glusterfsd").strip()


def measure(arguments, peer, how):
    command = [arguments.program, *how, "--daemons", daemons(), "--pairs", arguments.pairs, "--only", arguments.only]
    if arguments.quick:
        command.append("--quick")
    with subprocess.Popen(list(map(str, command)), text=True, stdout=subprocess.PIPE) as program:
        for line in program.stdout:
            print(json.dumps({**json.loads(line), "peer": peer}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="bench_workloads")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="an empty folder for everything")
    parser.add_argument("--pairs", default="3", help="runs of each workload")
    parser.add_argument("--only", default=".*")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    enter_namespaces()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    mount = start(arguments.folder)
    measure(arguments, "glusterfs-gfapi", ["--gfapi", f"{ADDRESS}:{VOLUME}"])
    measure(arguments, "glusterfs-fuse", ["--mount", mount])


if __name__ == "__main__":
    main()
