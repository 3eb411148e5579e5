"""Reads events, places them in areas and counts by area and month, as a user of the peer would write it.

usage: peers.py geopandas|duckdb EVENTS.csv AREAS.geojson
Prints one JSON object: seconds of each step, and the counts, so that all programs can be compared.
"""

import json
import pathlib
import resource
import sys
import time


def with_geopandas(events: str, areas: str) -> dict:
    import geopandas
    import pandas

    start = time.perf_counter()
    table = pandas.read_csv(
        events,
        usecols=["id", "date_start", "latitude", "longitude", "best", "low", "high", "where_prec", "type_of_violence"],
        parse_dates=["date_start"],
        date_format="%Y-%m-%d",
    )
    points = geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table.longitude, table.latitude), crs=4326)
    shapes = geopandas.read_file(areas)[["shapeName", "shapeID", "geometry"]]
    read = time.perf_counter()
    joined = geopandas.sjoin(points, shapes, predicate="within")
    month = joined.date_start.dt.year * 12 + joined.date_start.dt.month - 1
    counts = joined.groupby([joined.shapeID, month]).agg(events=("id", "size"), deaths=("best", "sum"))
    done = time.perf_counter()
    return {
        "read_s": read - start,
        "place_s": done - read,
        "events": int(counts.events.sum()),
        "deaths": int(counts.deaths.sum()),
        "groups": len(counts),
    }


def with_duckdb(events: str, areas: str) -> dict:
    import duckdb
    import duckdb_extension_spatial

    folder = pathlib.Path(duckdb_extension_spatial.__file__).parent / "extensions"
    extension = next(folder.glob("*/spatial.duckdb_extension"))
    db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    db.execute(f"LOAD '{extension}'")
    start = time.perf_counter()
    rows = db.execute(
        """
        SELECT a.shapeID, year(e.date_start) * 12 + month(e.date_start) - 1 AS m, count(*) AS events, sum(e.best) AS deaths
        FROM read_csv(?) e JOIN ST_Read(?) a ON ST_Within(ST_Point(e.longitude, e.latitude), a.geom)
        GROUP BY ALL
        """,
        [events, areas],
    ).fetchall()
    done = time.perf_counter()
    return {
        "total_s": done - start,
        "events": sum(row[2] for row in rows),
        "deaths": int(sum(row[3] for row in rows)),
        "groups": len(rows),
    }


if __name__ == "__main__":
    run = {"geopandas": with_geopandas, "duckdb": with_duckdb}[sys.argv[1]]
    result = run(sys.argv[2], sys.argv[3])
    result["memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))
