"""A console for the tests of the commands: runs them in this process, on the test's database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.app.support_operations import Dump, dump


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


class Console:
    """``flask …`` without a process of its own. No application context may be open."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def run(self, *arguments: object) -> Said:
        """Run a command that may be refused; a crash is raised as it is."""
        runner = self.app.test_cli_runner()
        done = runner.invoke(args=[str(argument) for argument in arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert "Traceback" not in done.output
        return Said(done.exit_code, done.stdout, done.stderr, done.stdout_bytes)

    def good(self, *arguments: object) -> Said:
        """Run a command that ends well and has nothing to complain about."""
        said = self.run(*arguments)
        assert (said.code, said.err) == (0, ""), said
        return said

    def refused(self, *arguments: object, code: int = 1) -> str:
        """Run a command that is refused and writes nothing; returns what it said of it."""
        before = self.dump()
        said = self.run(*arguments)
        assert self.dump() == before
        assert (said.code, said.out) == (code, ""), said
        return said.err

    def dump(self) -> Dump:
        """Every row of every table."""
        with self.app.app_context():
            return dump()
