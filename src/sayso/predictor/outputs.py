"""Judge what a model gave: only a finite number in the target's range, or probabilities that are some, may be sent."""

import math
from collections.abc import Callable, Sequence

from sayso.contract.admit import FLOAT32_MAX
from sayso.contract.model import Target, TargetType
from sayso.failures import Failure, FailureClass, Violation
from sayso.predictor.session import Output

PROBABILITY_TOLERANCE = 1e-6
"""How far the probabilities of one row may be from a sum of 1 (float32 adds up to within 1e-7 a class)."""

Sound = Callable[[Sequence[Output]], bool]


def sound_for(target: Target) -> Sound:
    """Compile the check of all outputs of one request."""
    if target.type is TargetType.CATEGORY:
        count = len(target.values)
        return lambda outputs: all(_are_probabilities(output, count) for output in outputs)
    low = target.range.low if target.range else -FLOAT32_MAX
    high = target.range.high if target.range else FLOAT32_MAX

    def sound(outputs: Sequence[Output]) -> bool:
        for output in outputs:  # noqa: SIM110 - for one output, which is usual, a generator costs three times as much
            if isinstance(output, list) or not low <= output <= high:
                return False
        return True

    return sound


def _are_probabilities(shares: Output, count: int) -> bool:
    if not isinstance(shares, list) or len(shares) != count:
        return False
    return all(0 <= share <= 1 for share in shares) and abs(math.fsum(shares) - 1) <= PROBABILITY_TOLERANCE


def refusal(outputs: Sequence[Output], target: Target) -> Failure:
    """Name every output that may not be sent; the class is the first one's."""
    sound = sound_for(target)
    bad = [(index, output) for index, output in enumerate(outputs) if not sound([output])]
    classes = [_class(output) for _, output in bad]
    allowed: object = [target.range.low, target.range.high] if target.range else "a finite number"
    if target.type is TargetType.CATEGORY:
        allowed = f"{len(target.values)} probabilities that sum to 1"
    violations = tuple(
        Violation(target.name, failure_class.label, str(output), allowed, index)
        for failure_class, (index, output) in zip(classes, bad, strict=True)
    )
    return Failure(
        classes[0], f"the model's answer can't be used for {len(bad)} of {len(outputs)} instances", violations
    )


def _class(output: Output) -> FailureClass:
    numbers = output if isinstance(output, list) else [output]
    finite = all(math.isfinite(number) for number in numbers)
    return FailureClass.OUT_OF_TARGET_RANGE if finite else FailureClass.NOT_FINITE_PREDICTION
