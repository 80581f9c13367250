#!/usr/bin/env python3
"""GlusterFS distributed-replicate 2x2 under the workloads, through its client library and through FUSE.

Prints what bench_workloads prints, each row with "peer" set. Needs root, and Debian's glusterfs-server,
glusterfs-client and libgfapi0.
"""
import pathlib
import subprocess

import glusterfs_heal
import namespaces
from namespaces import ADDRESS, KEPT_BY_THE_KERNEL, NAMES_SYNCED, run

VOLUME = "bench"
MANAGEMENT = """volume management
    type mgmt/glusterd
    option working-directory /var/lib/glusterd
    option transport-type socket
    option transport.socket.listen-port 24007
    option event-threads 1
end-volume
"""


def private_folders(folder):
    for name, usual in (("state", "/var/lib/glusterd"), ("run", "/run/gluster"), ("log", "/var/log/glusterfs")):
        (folder / name).mkdir()
        pathlib.Path(usual).mkdir(parents=True, exist_ok=True)
        run("mount", "--bind", folder / name, usual)


def answers():
    return subprocess.run(["gluster", "--mode=script", "volume", "list"], capture_output=True).returncode == 0


def start(folder):
    """The volume, started and mounted; returns the mount's folder."""
    private_folders(folder)
    settings = folder / "glusterd.vol"
    settings.write_text(MANAGEMENT)
    run("glusterd", "-f", settings, "-p", folder / "glusterd.pid", "-l", folder / "log" / "glusterd.log")
    namespaces.wait_until(answers, "glusterd")
    bricks = [f"{ADDRESS}:{folder}/brick{number}" for number in range(4)]
    run("gluster", "--mode=script", "volume", "create", VOLUME, "replica", 2, *bricks, "force")
    run("gluster", "--mode=script", "volume", "start", VOLUME)
    mount = folder / "mount"
    mount.mkdir()
    run("mount", "-t", "glusterfs", f"{ADDRESS}:/{VOLUME}", mount)
    return mount


def main():
    arguments = namespaces.parse_arguments(__doc__)
    namespaces.enter()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    mount = start(arguments.folder)
    with namespaces.our_cluster(arguments) as ours:
        namespaces.measure(arguments, ours, "glusterfs-gfapi", ["--gfapi", f"{ADDRESS}:{VOLUME}"], "gluster",
                           NAMES_SYNCED)
        namespaces.measure(arguments, ours, "glusterfs-fuse", ["--mount", mount], "gluster",
                           NAMES_SYNCED + KEPT_BY_THE_KERNEL)
    glusterfs_heal.measure(arguments, VOLUME, [arguments.folder / "brick0", arguments.folder / "brick1"], mount)


if __name__ == "__main__":
    main()
