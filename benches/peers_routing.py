#!/usr/bin/env python3
"""Runs Mostari and PyVRP on the same instances in turn, with the same processor seconds and seed, one thread each.

usage: peers_routing.py ROUTE_BENCH DATA [--seeds 1 2] [--only NAME ...] [--factor 1.0]

ROUTE_BENCH is `target/release/examples/route_bench`; DATA holds `cvrp`, `vrptw`, `mdvrptw`, `hfvrp`. PyVRP's routes
are written to a solution file and priced and checked by Mostari's checker like our own, so that neither states its own
cost. Wants `pip install pyvrp==0.14.1`.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROUNDING = {"cvrp": "round", "vrptw": "dimacs", "mdvrptw": "exact", "hfvrp": "exact"}
INSTANCES = [
    *[("cvrp", name, 10) for name in ("X-n101-k25", "X-n200-k36", "X-n303-k21", "X-n502-k39", "X-n701-k44")],
    *[("vrptw", name, 40) for name in ("C2_10_3", "R1_10_1", "RC2_10_5")],
    *[("mdvrptw", name, 30) for name in ("PR11A", "PR15B")],
    *[("hfvrp", name, 30) for name in ("X101-FSMFD", "X261-HD", "X502-FSMFD")],
]


class Seconds:
    """Stops after so many seconds of the processor."""

    def __init__(self, limit):
        self.limit = limit
        self.begun = time.thread_time()

    def __call__(self, best_cost):
        return time.thread_time() - self.begun >= self.limit


def pyvrp_routes(file, rounding, seconds, seed):
    """Solution text in the numbering of the file, iterations, and processor seconds used."""
    import pyvrp
    import pyvrp.stop

    data = pyvrp.read(file, round_func=rounding)
    begun = time.thread_time()
    result = pyvrp.solve(data, stop=Seconds(seconds), seed=seed, collect_stats=False, display=False)
    used = time.thread_time() - begun
    # A vehicle type is named after the vehicles of the file that are of it.
    vehicles = [[int(word) for word in kind.name.split(",")] for kind in data.vehicle_types()]
    lines = []
    for route in result.best.routes():
        place = vehicles[route.vehicle_type()].pop(0)
        visits = [str(data.clients()[visit.idx].location) for visit in route if visit.is_client()]
        lines.append((place, f"Route #{place + 1}: {' '.join(visits)}"))
    text = "\n".join(line for _, line in sorted(lines)) + f"\nCost {result.cost() if result.is_feasible() else 0}\n"
    return text, result.num_iterations, used


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def gap(line):
    found = re.search(r"gap (-?[0-9.]+) %", line)
    return float(found.group(1)) if found and line.endswith("accepted") else None


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("route_bench")
    words.add_argument("data", type=pathlib.Path)
    words.add_argument("--seeds", type=int, nargs="+", default=[1])
    words.add_argument("--only", nargs="+")
    words.add_argument("--factor", type=float, default=1.0, help="of the usual seconds")
    asked = words.parse_args()
    gaps = {}
    for seed in asked.seeds:
        for family, name, seconds in INSTANCES:
            if asked.only and name not in asked.only:
                continue
            seconds *= asked.factor
            file = asked.data / family / f"{name}.vrp"
            ours = run([asked.route_bench, str(file), str(seconds), str(seed)])
            text, iterations, used = pyvrp_routes(str(file), ROUNDING[family], seconds, seed)
            with tempfile.NamedTemporaryFile("w", suffix=".sol") as routes:
                routes.write(text)
                routes.flush()
                theirs = run([asked.route_bench, str(file), "check", routes.name])
            theirs = theirs.replace("checked", f"pyvrp seed {seed} iterations {iterations} cpu {used:.1f} s")
            print(ours, theirs, sep="\n", flush=True)
            gaps.setdefault(family, []).append((gap(ours), gap(theirs)))
    for family, pairs in gaps.items():
        for place, who in enumerate(("mostari", "pyvrp")):
            known = [pair[place] for pair in pairs if pair[place] is not None]
            mean = f"{sum(known) / len(known):.3f} %" if known else "none"
            print(f"{family} {who}: mean gap {mean} over {len(known)} of {len(pairs)} accepted")


if __name__ == "__main__":
    sys.exit(main())
