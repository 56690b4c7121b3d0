"""Say what changed between two predictions of one conversation: "what if unemployment were 6?"."""

from collections.abc import Iterator

from sayso.answer import Answer
from sayso.figures import decimals_of, predicted, quantity, stated


def comparison(earlier: Answer, answer: Answer) -> str | None:
    """Say by how much a prediction differs from the one before, and which values differ.

    Returns:
        One line, such as ``0.25 lower than before (4.27 %), with Unemployment Rate 4.7 % → 6 %``; None where either
        is no prediction, or another model made it.
    """
    if earlier.prediction is None or answer.prediction is None or earlier.revision != answer.revision:
        return None
    changes = ", ".join(_changes(earlier, answer))
    return f"{_difference(earlier, answer)}{f', with {changes}' if changes else ', with the same values'}"


def _difference(earlier: Answer, answer: Answer) -> str:
    assert earlier.prediction is not None
    assert answer.prediction is not None
    old, new = earlier.prediction.value, answer.prediction.value
    if old == new:
        return f"The same as before ({predicted(earlier)})"
    if isinstance(old, str) or isinstance(new, str):
        return f"Before, it was {predicted(earlier)}"
    size = quantity(abs(new - old), None, decimals_of(answer.prediction))
    return f"{size} {'higher' if new > old else 'lower'} than before ({predicted(earlier)})"


def _changes(earlier: Answer, answer: Answer) -> Iterator[str]:
    for name, evidence in answer.features.items():
        other = earlier.features.get(name)
        if evidence is not None and other is not None and other.value != evidence.value:
            yield f"{name} {stated(other)} → {stated(evidence)}"
