"""Other systems under the same workloads, as far as they can be set up here; each in a process that takes
everything it started with it."""
import os
import pathlib
import shutil
import sys

from harness.programs import rows_of, say

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
RUNS_MAX = 3  # of each workload: they are many times slower


def python_servers(_programs):
    return [sys.executable, PEERS / "four_servers" / "measure.py"], ""


def glusterfs(programs):
    missing = [name for name in ("glusterd", "gluster", "unshare", "ip") if not shutil.which(name)]
    why = f"not installed: {', '.join(missing)}" if missing else "" if os.geteuid() == 0 else "needs root"
    return [sys.executable, PEERS / "glusterfs.py", "--program", programs / "bench_workloads"], why


ALL = (("four servers in Python", python_servers), ("GlusterFS", glusterfs))


def measure(programs, folder, pairs, ours):
    """Yields rows with "peer" set, for those of our rows that have a peer to beat."""
    only = "|".join(row["name"] for row in ours if row["target"] and row["target"]["against"] == "peer")
    if not only:
        return
    for title, setting_up in ALL:
        command, why_not = setting_up(programs)
        if why_not:
            say(f"{title}: left out, {why_not}")
            continue
        yield from rows_of([*command, "--folder", folder / f"peer-{setting_up.__name__}", "--pairs",
                            min(pairs, RUNS_MAX), "--only", only])
