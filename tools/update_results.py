"""Keep the tables of benchmarks that have run in results/, with Croissant metadata.

    python tools/update_results.py FOLDER...    copy the tables of benchmarks that have run
    python tools/update_results.py --check      fail if the metadata is not of the tables

A folder is what `scg benchmark --out` wrote; it is kept under its own name. The metadata is
Croissant 1.0 (http://mlcommons.org/croissant/1.0): each file with its checksum, each CSV file's
columns with their types.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "results"
METADATA = "croissant.json"
KEPT = (
    *("table.md", "times.md", "benchmark.yaml", "marl_eval.json", "scores.png", "profiles.png"),
    *(f"{name}.csv" for name in ("runs", "held_out", "cells", "methods", "comparisons", "times")),
)
FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".yaml": "application/yaml",
}
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
ABOUT = (
    "Scores of proposers of commitments on the suite {suite} of scg-envs, each between two exact "
    "bounds; docs/benchmark.md has the protocol, and what a score means."
)


def metadata(folder: Path, date: str) -> dict[str, Any]:
    """The Croissant document of a folder of results, and the day they were kept."""
    project = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    suite = yaml.safe_load((folder / "benchmark.yaml").read_text(encoding="utf-8"))["suite"]
    files = [folder / name for name in KEPT if (folder / name).exists()]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": folder.name,
        "description": ABOUT.format(suite=suite),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": f"https://spdx.org/licenses/{project['license']}.html",
        "version": project["version"],
        "datePublished": date,
        "creator": {"@type": "sc:Organization", "name": project["authors"][0]["name"]},
        "citeAs": f"{project['title']}, version {project['version']}",
        "distribution": [_file(path) for path in files],
        "recordSet": [_records(path) for path in files if path.suffix == ".csv"],
    }


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "@type": "cr:FileObject",
        "@id": path.name,
        "name": path.name,
        "contentUrl": path.name,
        "contentSize": f"{len(content)} B",
        "encodingFormat": FORMATS[path.suffix],
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _records(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        "@type": "cr:RecordSet",
        "@id": path.stem,
        "name": path.stem,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{path.stem}/{name}",
                "name": name,
                "dataType": _type([row[name] for row in rows]),
                "source": {"fileObject": {"@id": path.name}, "extract": {"column": name}},
            }
            for name in (rows[0] if rows else ())
        ],
    }


def _type(values: list[str]) -> str:
    """The type of a column, in which what is empty is missing."""
    known = [value for value in values if value]
    if known and set(known) <= {"True", "False"}:
        return "sc:Boolean"
    for kind, name in ((int, "sc:Integer"), (float, "sc:Float")):
        try:
            for value in known:
                kind(value)
        except ValueError:
            continue
        if known and (kind is float or len(known) == len(values)):
            return name  # a column of whole numbers with gaps is read as one of numbers
    return "sc:Text"


def text(document: dict[str, Any]) -> str:
    """A document as it is written."""
    return json.dumps(document, indent=2) + "\n"


def keep(done: Path) -> Path:
    """Copy a benchmark's tables, and describe them."""
    folder = RESULTS / done.resolve().name
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEPT:
        (folder / name).unlink(missing_ok=True)
        if (done / name).exists() and (done / name).stat().st_size:  # one method has no pairs
            shutil.copyfile(done / name, folder / name)
    (folder / METADATA).write_text(text(metadata(folder, f"{datetime.now():%Y-%m-%d}")))
    return folder


def wrong() -> list[str]:
    """Folders of results whose metadata is not theirs."""
    found = []
    for folder in sorted(path for path in RESULTS.iterdir() if path.is_dir()):
        kept = (folder / METADATA).read_text(encoding="utf-8")
        if kept != text(metadata(folder, json.loads(kept)["datePublished"])):
            found.append(str(folder.relative_to(ROOT)))
    return found


def main(words: list[str]) -> int:
    """Keep, or check."""
    if words == ["--check"]:
        found = wrong()
        print("\n".join(found) or "the metadata of results/ is current")
        return int(bool(found))
    for word in words:
        print(keep(Path(word)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
