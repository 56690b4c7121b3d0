"""Read ``slo.toml``: what a deployment promises, how a breach is noticed, and who hears of it.

Frozen shapes; an unknown key, a misspelt class or a window that is no duration is an error that names its place.
"""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from sayso.failures import DocumentError, FailureClass, Problem

_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Window = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[smhd]$")]
"""A duration as Prometheus writes it: ``5m``, ``1h``, ``3d``."""


def seconds(window: str) -> int:
    """Give a window's length in seconds."""
    return int(window[:-1]) * _UNIT_S[window[-1]]


def _is_label(label: str) -> str:
    if FailureClass.of_label(label) is None:
        raise ValueError("there is no such failure class; docs/failure-classes.md lists them")
    return label


Label = Annotated[str, AfterValidator(_is_label)]


class Severity(StrEnum):
    """Say how urgent an alert is."""

    PAGE = "page"
    """Somebody is woken."""
    TICKET = "ticket"
    """Somebody looks at it in the morning."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Service(_Part):
    """Name what is watched."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")]
    runbook: str


class Availability(_Part):
    """Promise a share of interactions that do not fail on our side."""

    target_pct: Annotated[float, Field(gt=0, lt=100)]
    reason: str

    @property
    def budget(self) -> float:
        """Give the share that may fail."""
        return round(1 - self.target_pct / 100, 9)


class Latency(_Part):
    """Promise a share of interactions below a time."""

    threshold_ms: Annotated[int, Field(gt=0)]
    share_pct: Annotated[int, Field(gt=0, lt=100)]
    of: Literal["total", "inference"]
    over: Window
    for_: Annotated[Window, Field(alias="for")]
    min_interactions: Annotated[int, Field(ge=1)]
    reason: str

    @property
    def budget(self) -> float:
        """Give the share that may be slower."""
        return round(1 - self.share_pct / 100, 9)


class SchemaCompliance(_Part):
    """Promise that every reply has the agreed shape."""

    target_pct: Literal[100]
    classes: Annotated[tuple[Label, ...], Field(min_length=1)]
    reason: str


class SilentFailures(_Part):
    """Promise that no interaction ends without a name, or with two."""

    target: Literal[0]
    reason: str


class BurnWindow(_Part):
    """Say how fast a budget may burn over a long and a short window."""

    severity: Severity
    factor: Annotated[float, Field(gt=0)]
    long: Window
    short: Window
    for_: Annotated[Window, Field(alias="for")]

    def limit(self, budget: float) -> float:
        """Give the share of bad events above which it burns too fast; a share can't exceed 1."""
        return round(min(self.factor * budget, 0.9), 9)


class Burn(_Part):
    """Hold the burn-rate windows, and how many interactions they need."""

    min_interactions: Annotated[int, Field(ge=1)]
    windows: Annotated[tuple[BurnWindow, ...], Field(min_length=1)]


class Drift(_Part):
    """Say when a feature counts as drifted."""

    window: Window
    min_interactions: Annotated[int, Field(ge=30)]
    false_alarm_pct: Annotated[float, Field(ge=0.1, le=10)]
    vertex_threshold: Annotated[float, Field(gt=0, le=1)]
    vertex_thresholds: Mapping[str, Annotated[float, Field(gt=0, le=1)]] = {}


class Vertex(_Part):
    """Say which Vertex AI endpoint is watched by Google's own job."""

    endpoint: Annotated[str, Field(pattern=r"^projects/[^/]+/locations/[^/]+/endpoints/[^/]+$")]
    deployed_models: Annotated[tuple[str, ...], Field(min_length=1)]
    training_data: Annotated[str, Field(pattern=r"^(gs://.+|bq://.+)$")]
    sample_rate: Annotated[float, Field(gt=0, le=1)]
    interval: Annotated[Window, Field(pattern="h$")]
    log_retention: Annotated[Window, Field(pattern="d$")]
    emails: tuple[str, ...] = ()
    notification_channels: tuple[str, ...] = ()


class ChannelKind(StrEnum):
    """Say how somebody is reached."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    PAGERDUTY = "pagerduty"
    EMAIL = "email"


class Channel(_Part):
    """Say who hears of what."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,63}$")]
    kind: ChannelKind
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    url: str | None = None
    """Where a webhook is; never an address that holds a secret."""
    has_secret: bool = False
    """Whether a mail server asks for a password; Slack and PagerDuty always have a secret."""
    smtp: str | None = None
    """HOST:PORT of the mail server."""
    sender: str | None = None
    to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs = {
            ChannelKind.WEBHOOK: ("url",),
            ChannelKind.SLACK: (),
            ChannelKind.PAGERDUTY: (),
            ChannelKind.EMAIL: ("smtp", "sender", "to"),
        }[self.kind]
        if missing := [key for key in needs if not getattr(self, key)]:
            raise ValueError(f"a {self.kind} channel needs {', '.join(missing)}")
        if self.smtp is not None and not re.fullmatch(r".+:[0-9]{1,5}", self.smtp):
            raise ValueError("smtp is HOST:PORT")
        return self


class Slo(_Part):
    """Hold the whole file."""

    service: Service
    availability: Availability
    latency: Latency
    schema_compliance: SchemaCompliance
    silent_failures: SilentFailures
    burn: Burn
    drift: Drift
    vertex: Vertex
    channels: tuple[Channel, ...]

    @model_validator(mode="after")
    def _one_name_each(self) -> Self:
        names = [channel.name for channel in self.channels]
        if len(set(names)) != len(names):
            raise ValueError("two channels have the same name")
        if not any(Severity.PAGE in channel.severities for channel in self.channels):
            raise ValueError("no channel hears of a page")
        return self


def parse(source: str, text: str) -> Slo:
    """Read the file.

    Raises:
        DocumentError: naming every place that can't be used.
    """
    try:
        return Slo.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(source, [Problem("$", str(error))]) from error
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise DocumentError(
            source, [Problem(".".join(["$", *map(str, detail["loc"])]), detail["msg"]) for detail in details]
        ) from error


def read(path: Path) -> Slo:
    """Read the file at a path; raises DocumentError."""
    try:
        return parse(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(str(path), [Problem("$", str(error))]) from error
