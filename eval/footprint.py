"""Cold start, peak memory and size of an index. Run as a module it is the process that is measured."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from index.config import IndexSettings
from index.errors import StoreError

# Nothing else is imported here: what a shop does not load would count as its cold start.

_FIRST = "first result"
_PARTS = {"shop.sqlite": "record", "vectors": "chroma", "lexical": "lexical"}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one fresh process took.

    Attributes:
        cold_start_s: From its start, imports and model included, to its first result.
        memory_mb: Peak resident memory after all queries, in MiB; pages of mapped files count.
    """

    cold_start_s: float
    memory_mb: float


def measure(settings: IndexSettings, queries: Sequence[str], limits: Sequence[str | None]) -> Footprint:
    """Open an index in a fresh process and search it.

    Args:
        settings: Where the index is, and its embedder.
        queries: What is searched for; at least one.
        limits: Price limits that every query is searched under; None is no filter.

    Raises:
        StoreError: If the process fails; what it says goes to stderr.
    """
    task = {
        "data_dir": str(settings.data_dir.resolve()),
        "cache_dir": str(settings.cache_dir.resolve()),
        "embedder": settings.embedder,
        "device": settings.device,
        "queries": list(queries),
        "limits": list(limits),
    }
    command = [sys.executable, "-m", "eval.footprint"]
    started = perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        if child.stdin is None or child.stdout is None:
            raise StoreError("The process that is measured has no pipes.")
        child.stdin.write(json.dumps(task))
        child.stdin.close()
        first, peak = None, ""
        for line in child.stdout:
            if line.strip() == _FIRST:
                first = perf_counter() - started
            peak = line
    if child.returncode or first is None:
        raise StoreError(f"The process that opens the index ended with exit code {child.returncode}.")
    return Footprint(first, float(peak) / 2**20)


def disk(folder: Path) -> dict[str, int]:
    """Bytes of the files of an index, by part: "record", "chroma", "lexical", and "total"."""
    sizes = dict.fromkeys(_PARTS.values(), 0)
    for file in folder.rglob("*"):
        if file.is_file():
            # SQLite keeps its log beside the database, under a longer name.
            name = re.sub(r"-(wal|shm|journal)$", "", file.relative_to(folder).parts[0])
            part = _PARTS.get(name, "other")
            sizes[part] = sizes.get(part, 0) + file.stat().st_size
    return {**sizes, "total": sum(sizes.values())}


def peak_memory() -> int:
    """Peak resident memory of this process in bytes.

    On Linux not `getrusage`: its value is handed down through fork and exec, so that the child of a large
    process starts with the parent's.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))):
        return int(found.group(1)) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Do the task on stdin; print `first result`, and when all is searched the peak memory in bytes."""
    from decimal import Decimal

    from index.build import open_search
    from index.filters import Filters

    task = json.load(sys.stdin)
    settings = IndexSettings(
        data_dir=Path(task["data_dir"]),
        cache_dir=Path(task["cache_dir"]),
        embedder=task["embedder"],
        device=task["device"],
    )
    searcher = open_search(settings)
    searcher.search(task["queries"][0])
    print(_FIRST, flush=True)
    for limit in task["limits"]:
        filters = Filters(price_max=None if limit is None else Decimal(limit))
        for query in task["queries"]:
            searcher.search(query, filters)
    print(peak_memory())


if __name__ == "__main__":
    main()
