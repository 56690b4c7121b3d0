"""Hold the reference deployment's monitoring."""

from pathlib import Path

from sayso.monitoring import slo
from sayso.predictor.package import Package

ROOT = Path(__file__).parent.parent.parent
SLO_FILE = ROOT / "monitoring" / "slo.toml"


def reference_slo() -> slo.Slo:
    """Read slo.toml."""
    return slo.read(SLO_FILE)


def reference_package() -> Package:
    """Open the model package."""
    return Package.load(ROOT / "model")
