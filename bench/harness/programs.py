"""Programs that print rows."""
import pathlib
import subprocess
import sys

from harness import report, rows


def say(words):
    print(f"bench: {words}", file=sys.stderr, flush=True)


def end(program):
    """Ends a program; one that takes no notice (unshare waits for its child) is killed, and its children with it."""
    program.terminate()
    try:
        program.wait(timeout=10)
    except subprocess.TimeoutExpired:
        program.kill()


def rows_of(command, environment=None):
    """Runs a program and yields each of its rows as it comes; it ends with whoever reads them."""
    command = list(map(str, command))
    say(" ".join(command))
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, env=environment) as program:
        try:
            for line in program.stdout:
                row = rows.parse(line)
                say(f"  {row.get('peer', '')} {row['title']}: {report.spread(row)} {row['unit']}" +
                    (f", {row['ratio']['median']:.2f} x floor" if row["ratio"] else ""))
                yield row
        except BaseException:
            end(program)
            raise
    if program.returncode != 0:
        say(f"{pathlib.Path(command[0]).name} ended with status {program.returncode}: some rows are missing")
