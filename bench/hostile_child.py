"""The process that reads hostile inputs for `bench_hostile`, and measures each.

``python -m bench.hostile_child KIND...``: what it is told and tells is in `tests.support.hostile`.
"""

from __future__ import annotations

import gc
import time
from typing import Any

from bench.speed import peak, reset_peak
from tests.support.hostile.child import attempt, serve
from tests.support.hostile.readers import Reader


def measured(reader: Reader, value: Any) -> dict[str, Any]:
    """Read once: what became of it, CPU seconds, MiB at the peak above those before."""
    gc.collect()
    reset_peak()
    idle, started = peak(), time.process_time()
    found = attempt(reader, value)
    seconds = time.process_time() - started
    return {**found, "seconds": seconds, "mib": max(0.0, peak() - idle)}


if __name__ == "__main__":
    serve(lambda _kind: measured)
