"""Make ledgers, records and clocks for tests."""

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import pytest
import uuid_utils
from sqlalchemy import Connection
from tests.postgresql import binaries

from sayso.failures import Code, FailureClass, Outcome
from sayso.ledger.database import Database, database_at
from sayso.ledger.reader import Reader
from sayso.ledger.records import Finished, Purpose, Stage, Started
from sayso.ledger.store import Ledger
from sayso.ledger.text import TextPolicy
from sayso.wire import JSON

BEGIN = datetime(2020, 3, 1, 12, 0, 0, tzinfo=UTC)
CONTRACT = "short-rate@1.0.0+sha256:" + "ab" * 32
WORDS: JSON = [{"role": "user", "text": "inflation is 3.1%", "asks": [], "proposes": {}}]


def postgresql_or_skip() -> None:
    """Skip where PostgreSQL is not installed; fail where a skip is a failure."""
    try:
        binaries()
    except FileNotFoundError as error:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


def new_id() -> str:
    """Make an interaction's or a writer's id."""
    return str(uuid_utils.uuid7())


def started(
    interaction_id: str,
    *,
    conversation_id: str = "c-1",
    key: str | None = None,
    at: datetime = BEGIN,
    private: JSON = WORDS,
    purpose: Purpose = Purpose.ASK,
) -> Started:
    """Make the record of a beginning."""
    return Started(interaction_id, conversation_id, at, CONTRACT, "r-1", "grammar", purpose, key, private)


def predicted(interaction_id: str, *, conversation_id: str = "c-1", at: datetime = BEGIN) -> Finished:
    """Make the record of a prediction."""
    return Finished(
        interaction_id=interaction_id,
        conversation_id=conversation_id,
        at=at,
        outcome=Outcome.PREDICTED,
        code=None,
        failure_class=None,
        contract=CONTRACT,
        revision="r-1",
        missing_features=(),
        contract_features=4,
        prediction={"value": 4.05, "unit": "percent", "interval": None},
        extrapolated=(),
        total_latency_ms=12.5,
        stages_ms={"extraction": 3.0},
        values={"Inflation Rate": 3.1},
        proposes={},
        private={"outcome": "predicted", "prediction": {"value": 4.05}, "unused": ["inflation"]},
    )


def failed(interaction_id: str, failure_class: FailureClass, **changes: JSON) -> Finished:
    """Make the record of a failure."""
    code: Code = failure_class.code
    return replace(
        predicted(interaction_id),
        outcome=failure_class.outcome,
        code=code,
        failure_class=failure_class,
        prediction=None,
        values={},
        private={"outcome": failure_class.outcome.value, **changes},
    )


def asking(interaction_id: str, proposes: Mapping[str, JSON], *, conversation_id: str = "c-1") -> Finished:
    """Make the record of an answer that asks to confirm something."""
    asked = failed(interaction_id, FailureClass.UNCONFIRMED_VALUE)
    return replace(asked, conversation_id=conversation_id, proposes=dict(proposes))


def stage(interaction_id: str, name: str = "extraction") -> Stage:
    """Make the record of a stage."""
    return Stage(interaction_id, BEGIN, name, 3.0, {"grounded": 1}, {"quote": "3.1%"})


class Clock:
    """Tell a time that moves when told to."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now

    def advance(self, **by: float) -> None:
        """Move on."""
        self.now += timedelta(**by)


class World:
    """Hold one database, its clock, and the ledgers opened on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock()
        self.notices: list[tuple[str, Mapping[str, JSON]]] = []
        self.at_exit = ExitStack()
        self._ledgers: list[Ledger] = []
        self._numbers = itertools.count(1)
        self._database: Database = database_at(url, 5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for ledger in self._ledgers:
            ledger.close()
        self._database.close()
        self.at_exit.close()

    @property
    def reader(self) -> Reader:
        """Read from the database."""
        return Reader(self._database)

    def open(
        self,
        text: TextPolicy = TextPolicy.FULL,
        *,
        writer: str | None = None,
        patience_s: float = 5.0,
        keep: timedelta | None = None,
    ) -> Ledger:
        """Open a ledger for a new writer; it is closed at the end."""
        ledger = Ledger.open(
            self.url,
            text=text,
            clock=self.clock,
            writer=writer or f"w-{next(self._numbers)}",
            keep=keep,
            patience_s=patience_s,
            notice=lambda event, facts: self.notices.append((event, facts)),
        )
        self._ledgers.append(ledger)
        return ledger

    def close(self, ledger: Ledger) -> None:
        """Close one ledger now."""
        self._ledgers.remove(ledger)
        ledger.close()

    @contextmanager
    def sql(self) -> Iterator[Connection]:
        """Change the database behind the ledger's back."""
        connection = self._database.connect()
        try:
            with self._database.writing(connection):
                yield connection
        finally:
            connection.close()
