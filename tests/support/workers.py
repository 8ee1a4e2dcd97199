"""A process of its own that performs operations, in a child for each, and kills it when told to.

The worker has imported everything, so a child is there at once. An order is a line of JSON:
settings, what to do, with which arguments, and how to die. The children die by SIGKILL:

- ``{"step": n}``: at the n-th step. Steps are the moments before and after every statement and
  every flush, and the one before the commit, which is the last;
- ``{"commit": s}``: ``s`` seconds into the commit, from outside;
- ``{"time": s}``: ``s`` seconds after the beginning, from outside;
- ``{"done": true}``: when the transaction has ended well, before anything else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.support.processes import ROOT, bound_to_us

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""When all of it happens: so two runs write the very same rows."""


@dataclass(frozen=True)
class Outcome:
    """What became of a child."""

    killed: bool
    acknowledged: bool
    """The transaction had ended well."""
    answer: Any
    """What the operation gave back; the code of the problem it was refused with."""
    steps: int
    seconds: float
    commit_seconds: float
    error: str


class Worker:
    """The other end of the process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def order(
        self,
        settings: Mapping[str, str],
        do: str,
        arguments: Mapping[str, Any] | None = None,
        die: Mapping[str, Any] | None = None,
    ) -> None:
        """Give an order; take its outcome with ``outcome`` before the next one."""
        assert self.process.stdin is not None
        order = {"settings": dict(settings), "do": do, "with": arguments or {}, "die": die or {}}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def outcome(self) -> Outcome:
        """The outcome of the order given last."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the worker is gone"
        return Outcome(**json.loads(line))

    def run(self, *order: Any, **more: Any) -> Outcome:
        """Give an order and wait for its outcome."""
        self.order(*order, **more)
        return self.outcome()


@contextmanager
def running_worker() -> Iterator[Worker]:
    """Start a worker; it ends with the block, or with us."""
    process = subprocess.Popen(
        [*bound_to_us("KILL"), sys.executable, "-m", "tests.support.workers"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Worker(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


# --- In the child --------------------------------------------------------------------------------


class Steps:
    """Counts the steps of a transaction, tells the worker about them, and dies at one."""

    def __init__(self, pipe: int, die: Mapping[str, Any]) -> None:
        self.pipe, self.die, self.count = pipe, die, 0

    def tell(self, **news: Any) -> None:
        """Tell the worker; a line this short is written whole or not at all."""
        os.write(self.pipe, (json.dumps(news) + "\n").encode())

    def step(self, *_args: Any) -> None:
        """One step further."""
        self.count += 1
        if self.die.get("step") == self.count:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit(self, *_args: Any) -> None:
        """The step before the commit."""
        self.step()
        self.tell(commit=time.monotonic(), steps=self.count)

    def done(self, answer: Any) -> None:
        """The transaction has ended well."""
        self.tell(done=time.monotonic(), answer=answer)
        if self.die.get("done"):
            os.kill(os.getpid(), signal.SIGKILL)


def perform(order: Mapping[str, Any], steps: Steps) -> None:
    """Carry out an order on a connection of its own."""
    from sqlalchemy import event

    from app.database import db
    from tests.support.acts import ACTS
    from tests.support.databases import make_app
    from workflows.problems import Problem

    app = make_app(order["settings"])
    with app.app_context():
        for name in ("before_cursor_execute", "after_cursor_execute"):
            event.listen(db.engine, name, steps.step)
        for name in ("before_flush", "after_flush"):
            event.listen(db.sessionmaker, name, steps.step)
        event.listen(db.engine, "commit", steps.commit)
        steps.tell(begun=time.monotonic())
        try:
            answer = ACTS[order["do"]](**order["with"])
        except Problem as problem:
            answer = problem.code
        steps.done(answer)


def child(order: Mapping[str, Any], pipe: int) -> None:
    """The life of a child; it never comes back."""
    steps = Steps(pipe, order["die"])
    try:
        perform(order, steps)
    except BaseException as error:  # noqa: BLE001 (told to the test, which fails)
        steps.tell(error=repr(error)[:1_000])
    finally:
        os._exit(0)


# --- In the worker -------------------------------------------------------------------------------


def serve(order: Mapping[str, Any]) -> dict[str, Any]:
    """Have a child carry out an order; kill it when that is wanted."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        child(order, writing)
    os.close(writing)
    news: dict[str, Any] = {}
    moments = {"begun": order["die"].get("time"), "commit": order["die"].get("commit")}
    with os.fdopen(reading) as pipe:
        for line in pipe:
            told = json.loads(line)
            news |= told
            for moment, wait in moments.items():
                if moment in told and wait is not None:
                    time.sleep(wait)
                    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    done = news.get("done", 0.0)
    return {
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "acknowledged": "done" in news,
        "answer": news.get("answer"),
        "steps": news.get("steps", 0),
        "seconds": done - news.get("begun", 0.0) if done else 0.0,
        "commit_seconds": done - news["commit"] if done and "commit" in news else 0.0,
        "error": news.get("error", ""),
    }


def main() -> None:
    """Serve orders until there are no more."""
    from tests.support.acts import ACTS
    from tests.support.databases import make_app

    warm = False
    assert ACTS
    for line in sys.stdin:
        order = json.loads(line)
        if not warm:
            # Whatever the first app imports, every child has then; it connects to nothing.
            warm = bool(make_app(order["settings"]))
        print(json.dumps(serve(order)), flush=True)


if __name__ == "__main__":
    main()
