"""The rows as bars on a log scale: how much of the floor is reached, how many times a peer."""
import html
import math
import shutil
import subprocess

from harness import report

BAR, GAP, LEFT, WIDTH, TOP = 14, 8, 360, 560, 60
PIXELS = 0.65  # of the PNG, each way: still legible, and below 500 kB in the repository
COLOURS = {"met": "#2a7f4f", "missed": "#c0392b", "open": "#5b7aa8"}


def advantage(row):
    """The ratio to the floor turned so that more is better."""
    ratio = row["ratio"]["median"]
    return ratio if row["better"] == "higher" else 1 / ratio


def bars_of(rows):
    """(label, times, verdict, text) for each row with a floor, then for each peer of each row."""
    bars = []
    for row in rows:
        if row["ratio"] and advantage(row) > 0:
            own_target = row["target"] and row["target"]["against"] != "peer"
            bars.append((row["title"], advantage(row), row["verdict"] if own_target else "open",
                         f"{advantage(row):.2g} x floor, {report.number(row['median'])} {row['unit']}"))
    for row in rows:
        for peer, theirs in row.get("peers", {}).items():
            times = theirs["ratio"]["median"] if row["better"] == "higher" else 1 / theirs["ratio"]["median"]
            is_target = row["target"] and row["target"]["peer"] == peer
            bars.append((row["title"], times, row["verdict"] if is_target else "open", f"{times:.2g} x {peer}"))
    return bars


def text(x, y, words, anchor="start", weight="normal", colour="#222"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}">'
            f"{html.escape(words)}</text>")


def draw(rows, subtitle):
    """An SVG document."""
    bars = bars_of(rows)
    times = [bar[1] for bar in bars] + [1]
    low, high = math.floor(math.log10(min(times))), max(math.ceil(math.log10(max(times))), 1)
    height = TOP + len(bars) * (BAR + GAP) + 40

    def place(value):
        return LEFT + WIDTH * (math.log10(value) - low) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 260}" height="{height}" '
             f'font-family="DejaVu Sans, sans-serif" font-size="11">',
             '<rect width="100%" height="100%" fill="white"/>',
             text(16, 22, "tandem: how many times the floor, then the peers (log scale, right is better; green: target met, "
                          "red: missed)", weight="bold"),
             text(16, 38, subtitle, colour="#666")]
    for power in range(low, high + 1):
        x = place(10.0**power)
        parts.append(f'<line x1="{x:.0f}" y1="{TOP - 8}" x2="{x:.0f}" y2="{height - 32}" stroke="#ddd"/>')
        parts.append(text(x, height - 18, f"{10.0**power:g} x", anchor="middle", colour="#666"))
    for number, (label, value, verdict, words) in enumerate(bars):
        y = TOP + number * (BAR + GAP)
        start, end = sorted((place(1), place(value)))
        parts.append(text(LEFT - 10, y + BAR - 3, label, anchor="end"))
        parts.append(f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 1):.1f}" height="{BAR}" '
                     f'fill="{COLOURS[verdict]}"/>')
        parts.append(text(LEFT + WIDTH + 10, y + BAR - 3, words, colour=COLOURS[verdict]))
    parts.append(f'<line x1="{place(1):.0f}" y1="{TOP - 8}" x2="{place(1):.0f}" y2="{height - 32}" stroke="#222"/>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def save(path, rows, subtitle):
    """Writes PATH.svg, and PATH.png where rsvg-convert is installed."""
    svg = path.with_suffix(".svg")
    svg.write_text(draw(rows, subtitle))
    if shutil.which("rsvg-convert"):
        png = path.with_suffix(".png")
        subprocess.run(["rsvg-convert", "--zoom", str(PIXELS), svg, "-o", png], check=True)
