"""Other systems under the same workloads, as far as they can be set up here; each in a process that takes
everything it started with it."""
import os
import pathlib
import shutil
import subprocess
import sys

from harness import rows

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
RUNS_MAX = 3  # of each workload: they are many times slower


def python_servers(_programs):
    return [sys.executable, PEERS / "four_servers" / "measure.py"], ""


def glusterfs(programs):
    missing = [name for name in ("glusterd", "gluster", "unshare", "ip") if not shutil.which(name)]
    why = f"not installed: {', '.join(missing)}" if missing else "" if os.geteuid() == 0 else "needs root"
    return [sys.executable, PEERS / "glusterfs.py", "--program", programs / "bench_workloads"], why


ALL = (("four servers in Python", python_servers), ("GlusterFS", glusterfs))


def measure(programs, folder, pairs, only, say):
    """{peer: {row name: row}} of all that could be measured."""
    found = {}
    for title, setting_up in ALL:
        command, why_not = setting_up(programs)
        if why_not:
            say(f"{title}: left out, {why_not}")
            continue
        command += ["--folder", folder / f"peer-{setting_up.__name__}", "--pairs", min(pairs, RUNS_MAX), "--only", only]
        say(" ".join(map(str, command)))
        with subprocess.Popen(list(map(str, command)), text=True, stdout=subprocess.PIPE) as program:
            for line in program.stdout:
                row = rows.parse(line)
                say(f"  {row['peer']}, {row['title']}: {row['median']:.4g} {row['unit']}")
                found.setdefault(row["peer"], {})[row["name"]] = row
        if program.returncode != 0:
            say(f"{title} ended with status {program.returncode}: some rows are missing")
    return found
