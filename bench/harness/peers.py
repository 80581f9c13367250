"""Other systems under the same workloads, as far as they can be set up here; each in a process that takes
everything it started with it."""
import os
import pathlib
import shutil
import sys

from harness.programs import rows_of, say

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
PART = 2  # of the files of a run; they are many times slower

# What it is, its script, and the programs it needs to be run in namespaces of its own (none: anybody can).
ALL = (
    ("four servers in Python", PEERS / "four_servers" / "measure.py", ()),
    ("GlusterFS", PEERS / "glusterfs.py", ("glusterd", "gluster", "mount.glusterfs", "unshare", "ip")),
    ("MooseFS", PEERS / "moosefs.py", ("mfsmaster", "mfschunkserver", "mfsmount", "unshare", "ip")),
)


def why_not(needed):
    missing = [name for name in needed if not shutil.which(name)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    return "needs root" if needed and os.geteuid() != 0 else ""


def measure(programs, folder, pairs, comparable):
    """Yields rows with "peer" set, of the rows with these names that a peer has, too."""
    if not comparable:
        say("nothing is recorded that another system could be compared with; ./dev bench --peers begins with that")
        return
    only = "|".join(comparable)
    for title, script, needed in ALL:
        if why_not(needed):
            say(f"{title}: left out, {why_not(needed)}")
            continue
        yield from rows_of([sys.executable, script, "--program", programs / "bench_workloads", "--folder",
                            folder / f"peer-{script.parent.stem}-{script.stem}", "--pairs", pairs, "--part", PART,
                            "--only", only])
