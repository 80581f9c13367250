#!/usr/bin/env python3
"""Part of ./dev: clang-tidy over every source file the build knows, those found clean before left out.

What a verdict rests on is hashed: the file, the project's headers it includes, how it is compiled, the rules and
the version of clang-tidy. A file that is clean leaves that hash behind; it is looked at again when the hash differs.
Where this repository lies on the machine is no part of it, so build/tidy/ can be taken along to another checkout.

Usage: tidy.py BUILD_FOLDER JOBS [PREFIX ...]   (only files whose path begins with one of the prefixes)
"""
import concurrent.futures
import functools
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
STAMPS = SOURCE / "build" / "tidy"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@functools.lru_cache(maxsize=None)
def content(path):
    return (SOURCE / path).read_bytes()


def with_its_headers(path):
    """The file and the project's headers it includes, directly or not, as paths from the source folder."""
    found, waiting = {path}, [path]
    while waiting:
        for name in INCLUDE.findall(content(waiting.pop())):
            header = name.decode()
            if header not in found and (SOURCE / header).is_file():
                found.add(header)
                waiting.append(header)
    return sorted(found)


def hash_of_inputs(path, command, rules):
    inputs = hashlib.sha256(rules + command.encode())
    for name in with_its_headers(path):
        inputs.update(hashlib.sha256(content(name)).digest())
    return inputs.hexdigest()


def stamp_of(path):
    return STAMPS / (path.replace("/", "__") + ".clean")


def look_at(path, inputs, build_folder):
    """What clang-tidy finds, or an empty text."""
    answer = subprocess.run(["clang-tidy", "--quiet", "-p", build_folder, path], cwd=SOURCE, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if answer.returncode == 0:
        stamp_of(path).write_text(inputs)
        return ""
    return answer.stdout or f"{path}: clang-tidy ended with {answer.returncode}\n"


def sources_to_look_at(build_folder, prefixes):
    """(path, hash of its inputs) of every file whose last verdict is not clean or no longer holds."""
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    rules = version + content(".clang-tidy")
    known, stale = 0, []
    for entry in json.loads((pathlib.Path(build_folder) / "compile_commands.json").read_text()):
        path = str(pathlib.Path(entry["file"]).relative_to(SOURCE))
        if prefixes and not path.startswith(tuple(prefixes)):
            continue
        known += 1
        inputs = hash_of_inputs(path, entry["command"].replace(str(SOURCE), "."), rules)
        stamp = stamp_of(path)
        if not stamp.is_file() or stamp.read_text() != inputs:
            stale.append((path, inputs))
    return known, stale


def main(build_folder, jobs, *prefixes):
    STAMPS.mkdir(parents=True, exist_ok=True)
    known, stale = sources_to_look_at(build_folder, prefixes)
    print(f"tidy: {known} files, {len(stale)} of them new or changed since they were last clean", flush=True)
    begun, with_findings = time.monotonic(), []
    with concurrent.futures.ThreadPoolExecutor(int(jobs)) as pool:
        running = {pool.submit(look_at, path, inputs, build_folder): path for path, inputs in stale}
        for number, done in enumerate(concurrent.futures.as_completed(running), 1):
            findings = done.result()
            if findings:
                with_findings.append(running[done])
                print(findings, flush=True)
            if number % 50 == 0:
                print(f"tidy: {number} of {len(stale)} files after {time.monotonic() - begun:.0f} s", flush=True)
    for path in sorted(with_findings):
        print(f"tidy: findings in {path}")
    return 1 if with_findings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
