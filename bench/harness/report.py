"""What a session leaves behind: JSON for comparisons, a table for people."""
import json


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values):
    return f"{number(values['median'])} ({number(values['min'])}–{number(values['max'])})"


def target_text(row):
    target = row["target"]
    if not target:
        return ""
    sign = "≥" if row["better"] == "higher" else "≤"
    of = {"value": row["unit"], "floor": "x floor", "peer": f"x {target['peer']}"}[target["against"]]
    also = f", faster than {target['faster_than']}" if target.get("faster_than") else ""
    word = {"met": "met", "missed": "**missed**", "open": "not judged here"}[row["verdict"]]
    return f"{sign} {target['limit']:g} {of}{also}: {word}"


def peers_text(row):
    peers = row.get("peers", {})
    return "; ".join(f"{peer} {number(theirs['median'])}: {number(theirs['ratio']['median'])} x "
                     f"({number(theirs['ratio']['min'])}–{number(theirs['ratio']['max'])})" for peer, theirs in peers.items())


def cost_text(row):
    details = row["details"]
    if "p50_us" not in details:
        return "; ".join(f"{key} {number(value)}" for key, value in details.items())
    latency = " / ".join(number(details[key]) for key in ("p50_us", "p99_us", "max_us"))
    cpu = number(details["client_cpu_s_per_kop"])
    if "daemon_cpu_s_per_kop" in details:
        cpu += " + " + number(details["daemon_cpu_s_per_kop"])
    memory = " + ".join(number(details[key]) for key in ("client_peak_mib", "daemon_peak_mib") if key in details)
    return f"{latency} us; CPU {cpu} s/1000; at most {memory} MiB; errors {details['errors']:.0f}"


def table(rows):
    lines = ["| what | unit | median (min–max) | floor | ratio | peers | target | p50 / p99 / max; cost |",
             "|---|---|---|---|---|---|---|---|"]
    for row in rows:
        floor = spread(row["floor"]) if row["floor"] else "–"
        ratio = spread(row["ratio"]) if row["ratio"] else "–"
        lines.append(f"| {row['title']} | {row['unit']} | {spread(row)} | {floor} | {ratio} | {peers_text(row)} "
                     f"| {target_text(row)} | {cost_text(row)} |")
    return "\n".join(lines)


def floors(rows):
    """What each floor does, once."""
    by_floor = {}
    for row in rows:
        if row["floor"]:
            by_floor.setdefault(row["floor"]["what"], []).append(row["name"])
    return "\n".join(f"- {what}: {', '.join(names)}" for what, names in by_floor.items())


def recorded_earlier(rows, peers):
    """Which rows were not measured in this session, and when they were; of peers how many."""
    by_time = {}
    for row in rows:
        if "recorded" in row:
            by_time.setdefault(tuple(row["recorded"].items()), []).append(row["name"])
    for peer, measured in peers.items():
        times = [tuple(row["recorded"].items()) for row in measured.values() if "recorded" in row]
        for time in dict.fromkeys(times):
            by_time.setdefault(time, []).append(f"{times.count(time)} rows of {peer}")
    return "".join(f"\nRecorded earlier ({', '.join(f'{key} {value}' for key, value in taken)}): {', '.join(names)}\n"
                   for taken, names in by_time.items())


def conditions(values):
    return "\n".join(f"| {key.replace('_', ' ')} | {str(value).replace('|', chr(92) + '|')} |"
                     for key, value in values.items())


def document(result):
    counted = {word: sum(row["verdict"] == word and row["target"] is not None for row in result["rows"])
               for word in ("met", "missed", "open")}
    return f"""# Results

Written by `./dev bench`; how to read it: [bench/README.md](../README.md). Targets: {counted['met']} met,
{counted['missed']} missed, {counted['open']} not judged in this run.

| conditions | |
|---|---|
{conditions(result['machine'])}
{conditions(result['settings'])}

{table(result['rows'])}

Floors:

{floors(result['rows'])}
{recorded_earlier(result['rows'], result['peers'])}"""


def save(path, result):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    path.with_suffix(".md").write_text(document(result))
