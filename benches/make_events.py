"""Writes GED-like events on real boundaries: the real rows again and again, with new ids and points moved a little.

usage: make_events.py REAL_GED.csv OUT.csv COUNT
"""

import csv
import random
import sys


def main(source: str, target: str, count: int) -> None:
    rng = random.Random(7)
    with open(source, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    with open(target, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for i in range(count):
            row = dict(rows[i % len(rows)])
            row["id"] = 10_000_000 + i
            row["latitude"] = round(float(row["latitude"]) + rng.uniform(-0.05, 0.05), 6)
            row["longitude"] = round(float(row["longitude"]) + rng.uniform(-0.05, 0.05), 6)
            writer.writerow(row)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
