"""Shape one prediction as the predictor sends it: the only place that does."""

from sayso.predictor.package import Package
from sayso.predictor.session import Output
from sayso.wire import JSON


def prediction(package: Package, output: Output) -> dict[str, JSON]:
    """Give value, interval or probabilities, contract and revision.

    Args:
        package: whose model answered.
        output: what `Package.predict` gave for one row: a number, or probabilities in the order of the target's values.
    """
    shape = _classes(package, output) if isinstance(output, list) else _number(package, output)
    shape["contract"] = package.contract.reference
    shape["revision"] = package.revision
    return shape


def _number(package: Package, value: float) -> dict[str, JSON]:
    shape: dict[str, JSON] = {"value": value}
    if interval := package.interval:
        shape["interval"] = {
            "level": interval.level,
            "low": value - interval.half_width,
            "high": value + interval.half_width,
        }
    return shape


def _classes(package: Package, probabilities: list[float]) -> dict[str, JSON]:
    """Name the most probable value, the first of equals."""
    values = package.contract.target.values
    best = probabilities.index(max(probabilities))
    return {"value": values[best], "probabilities": dict(zip(values, probabilities, strict=True))}
