"""Shape one prediction as the predictor sends it."""

from sayso.predictor.package import Package
from sayso.wire import JSON


def prediction(package: Package, value: float) -> dict[str, JSON]:
    """Give value, interval where the package has one, contract and revision."""
    shape: dict[str, JSON] = {"value": value}
    if package.interval:
        interval = package.interval
        shape["interval"] = {
            "level": interval.level,
            "low": value - interval.half_width,
            "high": value + interval.half_width,
        }
    shape["contract"] = package.contract.reference
    shape["revision"] = package.revision
    return shape
