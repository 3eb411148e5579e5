"""Runs Mostari and its peers on the same files in one run and writes the tables of benches/README.md.

usage: compare.py DATA_FOLDER MOSTARI_BINARY COUNT [PART...]   (parts: events, portfolio, scale, log; all if none is named)

Every figure in the tables comes from this run. Each program runs as a process of its own, three times in turn; the best run counts.
"""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
RUNS = 3
# Projects, months, donors, areas, floor, seconds for the search.
# The first has an area where nothing can be done, so that no floor is feasible.
PORTFOLIOS = [(100, 24, 6, 12, 0.0, 30), (300, 24, 8, 30, 0.05, 30)]
SCALES = [12, 100, 1000, 3000]
# Entries of the log: what a national service gathers in some years.
LOG_ENTRIES = 1_000_000
# Of the projects that are left out, so many are explained by solving again: the others are said not to be examined.
REASONS = 5


def measured(command: list[str]) -> tuple[float, float, dict]:
    """Seconds, MiB and the JSON object of a process (None if it printed words)."""
    start = time.perf_counter()
    errors = tempfile.TemporaryFile()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        errors.seek(0)
        sys.exit(f"{' '.join(command)} failed: {errors.read().decode()}")
    return seconds, usage.ru_maxrss / 1024, json.loads(out) if out.startswith(b"{") else None


def mostari_whole_path(binary: str, areas: str, events: str) -> dict:
    """Adds events to a mission that has its areas, then counts by area and month; both are what a user would run."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=HERE.parent / "bench-data")) / "mission"
    try:
        subprocess.run([binary, "init", str(folder), "--name", "bench", "--country", "BIH", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([binary, "add", str(folder), areas, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        os.sync()
        add_s, add_mib, added = measured([binary, "add", str(folder), events, "--json"])
        assess_s, assess_mib, _ = measured([binary, "assess", str(folder), "--indicator", "conflict-events-monthly", "--indicator", "conflict-deaths-monthly"])
    finally:
        shutil.rmtree(folder.parent)
    return {
        "total_s": add_s + assess_s,
        "add_s": add_s,
        "assess_s": assess_s,
        "memory_mib": max(add_mib, assess_mib),
        "rows": added["files"][0]["rows"],
    }


def peer(name: str, events: str, areas: str) -> dict:
    total_s, _, result = measured([sys.executable, str(HERE / "peers.py"), name, events, areas])
    result["process_s"] = total_s
    return result


def best(runs: list[dict], key: str) -> dict:
    return min(runs, key=lambda run: run[key])


def place_alone(binary: str, events: str, areas: str) -> dict:
    example = pathlib.Path(binary).parent / "examples" / "place_events"
    return measured([str(example), events, areas])[2]


def compare_events(data: pathlib.Path, binary: str, count: int) -> str:
    source = str(data / "bosnia/ucdp-ged251-1992-1995.csv")
    areas = str(data / "bosnia/municipalities-adm3.geojson")
    events = HERE.parent / f"bench-data/events-{count}.csv"
    events.parent.mkdir(exist_ok=True)
    if not events.exists():
        subprocess.run([sys.executable, str(HERE / "make_events.py"), source, str(events), str(count)], check=True)
    runs: dict[str, list[dict]] = {"mostari": [], "place": [], "geopandas": [], "duckdb": []}
    for i in range(RUNS):
        print(f"round {i + 1} of {RUNS}", file=sys.stderr)
        runs["mostari"].append(mostari_whole_path(binary, areas, str(events)))
        runs["place"].append(place_alone(binary, str(events), areas))
        runs["geopandas"].append(peer("geopandas", str(events), areas))
        runs["duckdb"].append(peer("duckdb", str(events), areas))
    ours, place = best(runs["mostari"], "total_s"), best(runs["place"], "place_s")
    for run in runs["geopandas"]:
        run["total_s"] = run["read_s"] + run["place_s"]
    geopandas, duckdb = best(runs["geopandas"], "total_s"), best(runs["duckdb"], "total_s")
    equal = len({(r["events"], r["deaths"], r["groups"]) for r in (place, geopandas, duckdb)}) == 1
    if not equal:
        sys.exit(f"the programs count differently: {place} {geopandas} {duckdb}")
    size_mb = events.stat().st_size / 1e6
    row = "| {} | {:.2f} | {:.2f} | {} |\n"
    text = f"{count:,} events, {size_mb:.0f} MB of CSV, 142 areas. All three: {place['events']:,} events inside, {place['deaths']:,} deaths, {place['groups']:,} groups of area and month.\n\n"
    text += "| whole path: read, (validate, hash, sign, store,) place, count | seconds | ratio to Mostari | memory, MiB |\n| --- | ---: | ---: | ---: |\n"
    text += row.format("Mostari `add` + `assess`, two processes, durable on disk", ours["total_s"], 1.0, f"{ours['memory_mib']:.0f}")
    text += row.format("GeoPandas 1.1, in memory", geopandas["total_s"], geopandas["total_s"] / ours["total_s"], f"{geopandas['memory_mib']:.0f}")
    text += row.format("DuckDB 1.4 with spatial, in memory", duckdb["total_s"], duckdb["total_s"] / ours["total_s"], f"{duckdb['memory_mib']:.0f}")
    text += f"\nOf Mostari's {ours['total_s']:.2f} s: `add` {ours['add_s']:.2f}, `assess` {ours['assess_s']:.2f}, start of both processes included; the peers' seconds leave out the start of Python.\n\n"
    text += "| placing and counting alone | seconds | ratio to Mostari |\n| --- | ---: | ---: |\n"
    text += f"| Mostari | {place['place_s']:.3f} | 1.0 |\n"
    text += f"| GeoPandas `sjoin` + `groupby` | {geopandas['place_s']:.2f} | {geopandas['place_s'] / place['place_s']:.1f} |\n"
    return text


def measure_scales(binary: str) -> str:
    text = "| areas | events | add s | add MiB | assess s | assess MiB | nominate s | projects | plan s | plan gap | plan MiB |\n" + "| ---: " * 11 + "|\n"
    for scale in SCALES:
        print(f"scale {scale}", file=sys.stderr)
        folder = pathlib.Path(tempfile.mkdtemp(dir=HERE.parent / "bench-data")) / "demo"
        try:
            subprocess.run([binary, "demo", str(folder), "--scale", str(scale), "--quiet"], check=True, stdout=subprocess.DEVNULL)
            add_s, add_mib, added = measured([binary, "add", str(folder), str(folder / "inbox"), "--json"])
            assess_s, assess_mib, _ = measured([binary, "assess", str(folder), "--json"])
            nominate_s, _, nominated = measured([binary, "nominate", str(folder), "--catalogue", str(folder / "catalogue.toml"), "--json"])
            plan_s, plan_mib, plan = measured([binary, "plan", str(folder), "--means", str(folder / "means.toml"), "--time", "60", "--reasons", str(REASONS), "--json"])
        finally:
            shutil.rmtree(folder.parent)
        events = next(f["observations"] for f in added["files"] if f["path"].endswith("events.csv"))
        text += f"| {scale:,} | {events:,} | {add_s:.2f} | {add_mib:.0f} | {assess_s:.2f} | {assess_mib:.0f} | {nominate_s:.2f} | {len(nominated['nominated']):,} | {plan_s:.1f} | {100 * plan['gap']:.2f} % | {plan_mib:.0f} |\n"
    return text


def measure_portfolio(binary: str) -> str:
    example = pathlib.Path(binary).parent / "examples" / "portfolio_bench"
    text = "```\n"
    for size in PORTFOLIOS:
        print(f"portfolio {size}", file=sys.stderr)
        text += subprocess.run([str(example), *map(str, size)], check=True, capture_output=True, text=True).stdout
    return text + "```\n"


def measure_log(binary: str) -> str:
    example = pathlib.Path(binary).parent / "examples" / "log_bench"
    folder = pathlib.Path(tempfile.mkdtemp(dir=HERE.parent / "bench-data"))
    try:
        text = subprocess.run([str(example), str(folder / "log"), str(LOG_ENTRIES)], check=True, capture_output=True, text=True).stdout
    finally:
        shutil.rmtree(folder)
    busy = os.getloadavg()[0]
    return text + f"\nThe machine's load average was {busy:.1f} at the end.\n"


def main() -> None:
    data, binary, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    (HERE.parent / "bench-data").mkdir(exist_ok=True)
    makers = {
        "events": lambda: compare_events(data, binary, count),
        "portfolio": lambda: measure_portfolio(binary),
        "scale": lambda: measure_scales(binary),
        "log": lambda: measure_log(binary),
    }
    parts = {name: makers[name]() for name in sys.argv[4:] or makers}
    readme = HERE / "README.md"
    text = readme.read_text()
    for name, table in parts.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
        before, rest = text.split(start, 1)
        _, after = rest.split(end, 1)
        text = before + start + table + end + after
    readme.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
