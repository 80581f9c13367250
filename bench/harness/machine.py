"""On what a result was measured: without this a number says nothing."""
import datetime
import os
import pathlib
import platform
import subprocess


def output_of(*command, cwd=None):
    try:
        return subprocess.run(command, cwd=cwd, text=True, capture_output=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def line_of(path, key):
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(key):
            return line.split(":", 1)[1].strip()
    return ""


def commit(source):
    changed = output_of("git", "status", "--porcelain", "--untracked-files=no", cwd=source)
    return output_of("git", "rev-parse", "--short=12", "HEAD", cwd=source) + (" with changes" if changed else "")


def file_system(folder):
    lines = output_of("findmnt", "-n", "-o", "FSTYPE,OPTIONS", "--target", str(folder)).splitlines()
    if not lines:
        return "unknown"
    kind, options = lines[-1].split(None, 1)  # the last one mounted there is the one that is seen
    return f"{kind} ({options.strip()})"


def describe(source, folder):
    return {
        "commit": commit(source),
        "measured_at": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cpu": line_of("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "system": output_of("sh", "-c", ". /etc/os-release && echo $PRETTY_NAME"),
        "file_system": file_system(folder),
        "network": "loopback; daemons, clients and floors share the cores",
        "congestion_control": "reno between ours and in the floors; the system's, of peers: "
        + pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def differences(one, other):
    """What of two machines makes their results incomparable, even as ratios."""
    kinds = [{**each, "file_system": each["file_system"].split()[0]} for each in (one, other)]
    return [key.replace("_", " ") for key in ("cpu", "cores", "file_system") if kinds[0][key] != kinds[1][key]]


def busy(load, cores):
    return load > 0.25 * cores
