#!/usr/bin/env python3
"""MooseFS with four chunkservers and goal 2 under the workloads, through FUSE.

Prints what bench_workloads prints, each row with "peer" set. Its fsync does not reach the disk by default, so
its synced rows are not durable. Needs root, and Debian's moosefs-master, moosefs-chunkserver, moosefs-client.
"""
import namespaces
from namespaces import ADDRESS, ANYTHING_SYNCED, KEPT_BY_THE_KERNEL, run


def start_daemon(program, folder, settings):
    file = folder / "daemon.cfg"
    file.write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
    run(program, "-c", file, "start")


def start_master(folder):
    folder.mkdir()
    (folder / "exports.cfg").write_text("* / rw,alldirs,maproot=0\n")
    (folder / "metadata.mfs").write_bytes(b"MFSM NEW")  # an empty one
    (folder / "topology.cfg").touch()
    start_daemon("mfsmaster", folder, {
        "WORKING_USER": "root", "WORKING_GROUP": "root", "DATA_PATH": folder, "SYSLOG_IDENT": "mfsmaster",
        "EXPORTS_FILENAME": folder / "exports.cfg", "TOPOLOGY_FILENAME": folder / "topology.cfg",
        "MATOML_LISTEN_HOST": ADDRESS, "MATOCS_LISTEN_HOST": ADDRESS, "MATOCL_LISTEN_HOST": ADDRESS})


def start_chunkserver(folder, number):
    folder.mkdir()
    (folder / "chunks").mkdir()
    (folder / "disks.cfg").write_text(f"{folder / 'chunks'}\n")
    start_daemon("mfschunkserver", folder, {
        "WORKING_USER": "root", "WORKING_GROUP": "root", "DATA_PATH": folder, "HDD_CONF_FILENAME": folder / "disks.cfg",
        "MASTER_HOST": ADDRESS, "CSSERV_LISTEN_HOST": ADDRESS, "CSSERV_LISTEN_PORT": 9500 + number})


def start(folder):
    """Everything, mounted; returns the mount's folder."""
    start_master(folder / "master")
    for number in range(4):
        start_chunkserver(folder / f"chunkserver{number}", number)
    mount = folder / "mount"
    mount.mkdir()
    run("mfsmount", mount, "-H", ADDRESS)
    namespaces.wait_until(lambda: takes_a_file(mount), "the mount")
    run("mfssetgoal", "-r", 2, mount)
    return mount


def takes_a_file(mount):
    try:
        (mount / "first").write_bytes(b"x")
        return True
    except OSError:
        return False


def main():
    arguments = namespaces.parse_arguments(__doc__)
    namespaces.enter()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    mount = start(arguments.folder)
    with namespaces.our_cluster(arguments) as ours:
        namespaces.measure(arguments, ours, "moosefs", ["--mount", mount], "mfs",
                           ANYTHING_SYNCED + KEPT_BY_THE_KERNEL)


if __name__ == "__main__":
    main()
