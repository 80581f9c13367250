"""What one command costs from the prompt: a process, a catalogue opened, an answer."""
import os
import statistics
import time

from harness import rows

NAME = "one_shot_stat"
COMMANDS = 50


def milliseconds(command):
    """The median of many runs of a command that succeeds."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    taken = []
    for _ in range(COMMANDS):
        before = time.perf_counter()
        process = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
        status = os.waitpid(process, 0)[1]
        taken.append((time.perf_counter() - before) * 1e3)
        if status != 0:
            raise RuntimeError(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return statistics.median(taken)


def measure(cluster, programs, pairs):
    cluster.tandem("write", "/one-shot", "x")
    stat = cluster.command("stat", "/one-shot")
    bare = [str(programs / "bare_open"), str(cluster.folder / "catalogue.db")]
    samples, floor, nothing = [], [], []
    for _ in range(pairs):
        samples.append(milliseconds(stat))
        floor.append(milliseconds(bare))
        nothing.append(milliseconds(["/bin/true"]))
    yield rows.make(NAME, "`tandem stat` as one command", "ms", samples, better="lower", floor=floor,
                    floor_is="a program that opens the same database with SQLite and reads one row",
                    conditions={"commands_a_run": str(COMMANDS)}, details={"bin_true_ms": statistics.median(nothing)})
