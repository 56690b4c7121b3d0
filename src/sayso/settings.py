"""Read ``sayso.toml`` and the ``SAYSO_`` variables into one frozen object, once.

Every key stands in a section; ``SAYSO_<SECTION>_<KEY>`` overrides it. An unknown section, key or variable is an error,
because a misspelt setting would otherwise be a default that nobody chose. Paths are relative to the settings file.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from sayso.failures import SettingsError

PREFIX = "SAYSO_"

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]


def _listed(value: object) -> object:
    """Part a variable's text at its commas; a list of the file becomes a tuple, which strict validation demands."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(parts) if isinstance(parts, list) else parts


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""A list of words; in a variable, with commas between them."""


class _Section(BaseModel):
    """Refuse unknown keys; values keep the types that TOML gives them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContractSection(_Section):
    """Say which contract this deployment speaks."""

    path: Path = Path("model/feature_columns.json")
    extrapolation: Literal["warn", "block"] = "warn"
    """What to do with a value outside the training range: say so, or refuse."""


class LanguageSection(_Section):
    """Say how people here write numbers."""

    decimal: Literal["point", "comma"] = "point"
    max_chars: Annotated[int, Field(ge=1, le=1_000_000)] = 100_000
    """The longest conversation that is read, in code points over all turns."""


class ExtractorSection(_Section):
    """Say who reads the words; there is no fallback between extractors."""

    kind: Literal["grammar", "llm"] = "grammar"
    """``grammar``: rules, offline. ``llm``: a language model, as ``[llm]`` says; needs the extra ``llm``."""


class LlmSection(_Section):
    """Say which language model is asked, and within which bounds. The key comes from the environment only."""

    provider: Literal["openai", "gemini", "vertex"] = "openai"
    """Whose wire is spoken: OpenAI's (and any server that speaks it), the Gemini API's, or Vertex AI Gemini's."""
    base_url: str | None = None
    """The server's address, such as ``http://127.0.0.1:8000/v1``; the provider's own if left out."""
    model: str = ""
    api_key_env: str = ""
    """The name of the variable that holds the key; empty for a server that takes none, and for ``vertex``."""
    project: str = ""
    """The Google Cloud project of ``vertex``."""
    location: str = ""
    """The location of ``vertex``, such as ``europe-west4`` or ``global``."""
    credentials: str = "metadata"
    """For ``vertex``: ``metadata`` (the machine's service account), a credentials file, or ``none`` (loopback only)."""
    deadline_s: Seconds = 15.0
    """For one reply, to its last byte."""
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    max_output_tokens: Annotated[int, Field(ge=1, le=1_000_000)] = 4096
    max_input_chars: Annotated[int, Field(ge=1, le=10_000_000)] = 60_000
    """The longest prompt and conversation together; beyond it nothing is asked."""
    daily_tokens: Annotated[int, Field(ge=1)] | None = None
    """What may be charged from midnight to midnight, UTC; no limit if left out."""
    mode: Literal["live", "record", "replay"] = "live"
    """``record`` keeps every whole reply in `recordings`; ``replay`` asks nobody."""
    recordings: Path = Path("var/llm-recordings")


class BackendSection(_Section):
    """Say where the model runs."""

    kind: Literal["in-process", "http", "vertex"] = "in-process"
    package: Path = Path("model")
    """The model package: run by ``in-process``; read by the others for training ranges only."""
    url: str = "http://127.0.0.1:8080/v1/predict"
    """The predict address of ``http``."""
    deadline_s: Seconds = 20.0
    """For one prediction: connecting, attempts, body and parsing together."""
    max_concurrent: Annotated[int, Field(ge=1, le=100)] = 64
    """How many predictions may be under way; one more ends at once as overloaded."""
    breaker_failures: Annotated[int, Field(ge=1)] = 5
    """After so many failures in a row of a backend that is down, predictions end at once as backend_unavailable."""
    breaker_open_s: Seconds = 10.0
    """For so long; then one question is let through as a probe."""
    payload: Literal["sayso", "plain"] = "sayso"
    """What the endpoint speaks: our predictor's shape, or what ``[plain]`` describes."""


class PlainSection(_Section):
    """Describe an endpoint that exists already and knows nothing of contracts."""

    golden_rows: Path = Path("model/golden_rows.json")
    """Rows with the answers of the right model; a deployed model is believed once it has answered them so."""
    deployed_models: Words = ()
    """The ids of the deployed models that are meant; needed by ``vertex``."""
    instances: Literal["objects", "lists"] = "objects"
    """How one row is sent: by feature name, or as values in contract order."""
    value: str = ""
    """JSON pointer to the value inside one prediction; empty for the prediction itself."""
    class_by: Literal["label", "index", "scores"] = "label"
    """How a class is named: by its word, its place among ``classes``, or the scores of all classes."""
    classes: Words = ()
    """The classes in the endpoint's order."""
    classes_at: str | None = None
    """JSON pointer to the classes inside one prediction, where the endpoint sends them along with scores."""


class VertexSection(_Section):
    """Say which Vertex AI endpoint is called, and as whom."""

    project: str = ""
    location: str = ""
    endpoint: str = ""
    """The endpoint's id."""
    api_endpoint: str | None = None
    """HOST or HOST:PORT; the location's shared host otherwise. A dedicated endpoint has one of its own."""
    dedicated: bool = False
    """Whether this is a dedicated endpoint: up to 10 MB a request, and its own host."""
    credentials: str = "metadata"
    """``metadata`` (the machine's service account), the path of a credentials file, or ``none`` (loopback only)."""
    ca: Path | None = None
    """Root certificates in PEM, where the host's are not signed by a public authority."""
    insecure: bool = False
    """Speak without TLS; loopback only."""


class PredictorSection(_Section):
    """Say where ``sayso predictor`` listens."""

    host: str = "127.0.0.1"
    port: Port = 8080


class ServeSection(_Section):
    """Say where ``sayso serve`` listens."""

    host: str = "127.0.0.1"
    port: Port = 8090
    max_body_bytes: Annotated[int, Field(ge=1024, le=16_777_216)] = 1_048_576
    keys: Path | None = None
    """The file of API keys (``sayso keys new``); callers then need one. Without it, loopback only."""
    requests_per_minute: Annotated[int, Field(ge=1)] = 60_000
    """For all callers together, where there are no keys; a key has its own limit."""


class UiSection(_Section):
    """Say where the page is served."""

    host: str = "127.0.0.1"
    port: Port = 8501


class LedgerSection(_Section):
    """Say where interactions are recorded, and how much of their text."""

    url: str = "sqlite:///var/ledger.db"
    text: Literal["full", "hash", "none"] = "full"
    retention_days: Annotated[int, Field(ge=1)] = 90


class TelemetrySection(_Section):
    """Say where the log goes besides stderr, and who is sent traces and metrics."""

    log_path: Path | None = Path("var/sayso.log.jsonl")
    otlp_url: str | None = None
    """A collector's address, such as ``http://127.0.0.1:4318``; needs the extra ``otel``. None if left out."""
    export_every_s: Seconds = 60.0
    """How often metrics are pushed to a collector or to Cloud Monitoring."""


class CloudSection(_Section):
    """Say which Google Cloud project's Cloud Monitoring is written to, and as whom; none without a project."""

    project: str = ""
    api_endpoint: str = "monitoring.googleapis.com"
    """HOST or HOST:PORT."""
    credentials: str = "metadata"
    """``metadata`` (the machine's service account), the path of a credentials file, or ``none`` (loopback only)."""
    ca: Path | None = None
    """Root certificates in PEM, where the host's are not signed by a public authority."""
    insecure: bool = False
    """Speak without TLS; loopback only."""


class MonitoringSection(_Section):
    """Say where the service levels stand."""

    slo: Path = Path("monitoring/slo.toml")
    """Whose folder holds what ``sayso monitor render`` makes of it."""


class Settings(_Section):
    """Hold every setting of one deployment."""

    contract: ContractSection = ContractSection()
    language: LanguageSection = LanguageSection()
    extractor: ExtractorSection = ExtractorSection()
    llm: LlmSection = LlmSection()
    backend: BackendSection = BackendSection()
    plain: PlainSection = PlainSection()
    vertex: VertexSection = VertexSection()
    predictor: PredictorSection = PredictorSection()
    serve: ServeSection = ServeSection()
    ui: UiSection = UiSection()
    ledger: LedgerSection = LedgerSection()
    telemetry: TelemetrySection = TelemetrySection()
    cloud: CloudSection = CloudSection()
    monitoring: MonitoringSection = MonitoringSection()
    root: Path = Field(default=Path(), exclude=True)
    """The folder of the settings file; set by `load`, not by the file."""

    def path(self, relative: Path) -> Path:
        """Resolve a path of the settings file."""
        return self.root / relative


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read one settings file, with the environment's overrides.

    Raises:
        SettingsError: naming the file or variable, the key, the value and what would do.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: there is no such file; give --config FILE, or run where sayso.toml is") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    if "root" in document:
        raise SettingsError(f"{path}: [root] is not a section")
    try:
        # By way of JSON: there, strict means that "8080" is no port, but text may still be a path.
        wire = json.dumps(document | {"root": str(path.parent.absolute())})
        settings = Settings.model_validate_json(wire, strict=True)
    except TypeError as error:
        raise SettingsError(f"{path}: {error}; use text, numbers and booleans") from error
    except ValidationError as error:
        raise SettingsError(f"{path}: {_first(error)}") from error
    return override(settings, environment)


def override(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """Apply the ``SAYSO_<SECTION>_<KEY>`` variables; raises SettingsError for an unknown or unusable one."""
    sections = {name: getattr(settings, name) for name in Settings.model_fields if name != "root"}
    for variable, text in _ours(environment):
        section, key = _place(variable)
        annotation = type(sections[section]).model_fields[key]
        kind: Any = Annotated[annotation.annotation, annotation]
        adapter: TypeAdapter[object] = TypeAdapter(kind)
        try:
            value = adapter.validate_strings(text)
        except ValidationError as error:
            raise SettingsError(f"{variable}={text!r}: {_first(error)}") from error
        sections[section] = sections[section].model_copy(update={key: value})
    return settings.model_copy(update=sections)


def variables() -> Iterator[str]:
    """List every variable that `override` knows."""
    for section, field in Settings.model_fields.items():
        if isinstance(field.default, _Section):
            for key in type(field.default).model_fields:
                yield f"{PREFIX}{section.upper()}_{key.upper()}"


def _ours(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in sorted(environment.items()) if name.startswith(PREFIX))


def _place(variable: str) -> tuple[str, str]:
    section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
    if variable not in set(variables()):
        known = [name for name in variables() if name.startswith(f"{PREFIX}{section.upper()}_")]
        raise SettingsError(f"{variable}: there is no such setting; known: {', '.join(known or _families())}")
    return section, key


def _families() -> Iterator[str]:
    return (f"{PREFIX}{section.upper()}_…" for section in Settings.model_fields if section != "root")


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in detail["loc"])
    said = (
        detail["msg"] if detail["type"] != "extra_forbidden" else f"there is no such setting; {_known(detail['loc'])}"
    )
    return f"{place + ': ' if place else ''}{said} (got {detail['input']!r:.80})"


def _known(place: tuple[int | str, ...]) -> str:
    """Say what could have been meant instead of an unknown section or key."""
    if len(place) == 1:
        return f"every key is in a section: {', '.join(name for name in Settings.model_fields if name != 'root')}"
    section = Settings.model_fields[str(place[0])].annotation
    assert isinstance(section, type)
    assert issubclass(section, _Section)
    return f"known: {', '.join(section.model_fields)}"
