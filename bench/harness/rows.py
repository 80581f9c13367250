"""Rows (bench/README.md, 'Format of a row') in Python: made here, or read from a program."""
import json
import statistics


def spread(samples):
    return {"median": statistics.median(samples), "min": min(samples), "max": max(samples)}


def make(name, title, unit, samples, better="higher", floor=None, floor_is="", conditions=None, details=None,
         limit=None, against="value", peer=None):
    """A row with its verdict; `limit` is the target's, against 'value', 'floor' or 'peer' (judge_by_peers)."""
    row = {"schema": 1, "name": name, "title": title, "unit": unit, "better": better, "samples": samples,
           **spread(samples), "floor": None, "ratio": None, "conditions": conditions or {},
           "details": details or {}, "target": None, "verdict": "open"}
    if floor:
        row["floor"] = {"what": floor_is, "samples": floor, **spread(floor)}
        row["ratio"] = spread([sample / base for sample, base in zip(samples, floor)])
    if limit is not None:
        row["target"] = {"against": against, "limit": limit, "peer": peer}
        if against != "peer":
            reached = row["ratio"] if against == "floor" else row
            row["verdict"] = verdict(better, reached["median"], limit)
    return row


def verdict(better, reached, limit):
    met = reached >= limit if better == "higher" else reached <= limit
    return "met" if met else "missed"


def parse(line):
    row = json.loads(line)
    if row.get("schema") != 1 or "name" not in row or "samples" not in row:
        raise ValueError(f"not a row: {line[:200]}")
    return row


def judge_by_peers(rows, peers):
    """Puts beside each row what the peers reached, and the verdict where the target is one of them.

    `peers`: {peer: {row name: row}}; "ours" of such a row is what was measured in turn with it, which alone is
    held against it: ours / theirs, pair by pair.
    """
    for row in rows:
        row["peers"] = {}
        for peer, measured in peers.items():
            theirs = measured.get(row["name"])
            if theirs and all(theirs["samples"]):
                ratios = [ours / other for ours, other in zip(theirs["ours"]["samples"], theirs["samples"])]
                row["peers"][peer] = {"median": theirs["median"], "ratio": spread(ratios)}
        target = row["target"]
        if target and target["against"] == "peer":
            row["verdict"] = verdict_by_peers(row, target)


def verdict_by_peers(row, target):
    """Met where every peer that the target speaks of was measured and is reached; missed where one is not reached."""
    limits = {target["peer"]: target["limit"]}
    if target.get("faster_than"):
        limits[target["faster_than"]] = 1
    each = {verdict(row["better"], row["peers"][peer]["ratio"]["median"], limit) if peer in row["peers"] else "open"
            for peer, limit in limits.items()}
    return next(word for word in ("missed", "open", "met") if word in each)


def comparable(row):
    """What is held against an older recording: the ratio to the floor, which a slower machine moves less."""
    return row["ratio"]["median"] if row["ratio"] else row["median"]


def worsened(rows, recorded, by=0.2):
    """Rows that got worse than the recorded ones by more than `by`: [(name, then, now)]."""
    before = {row["name"]: row for row in recorded}
    found = []
    for row in rows:
        if row["name"] not in before or bool(row["ratio"]) != bool(before[row["name"]]["ratio"]):
            continue
        then, now = comparable(before[row["name"]]), comparable(row)
        worse = now < then * (1 - by) if row["better"] == "higher" else now > then * (1 + by)
        if worse:
            found.append((row["name"], then, now))
    return found
