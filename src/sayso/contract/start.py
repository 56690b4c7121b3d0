"""Write a document to start from: every feature with the keys that people fill in, and values that say how."""

from collections.abc import Sequence

from sayso.contract.document import of_document
from sayso.contract.layout import render
from sayso.wire import JSON

_TARGET_HINT = "Say what the model predicts, of what and when. Add unit (percent, USD, mg/dL) and range: [low, high]."
_FEATURE_HINT = (
    "Say what this is and where it comes from. Add unit (percent, USD, mg/dL) and range: [low, high]. "
    "For whole numbers, the type is integer; for words, it is category, with values: {value: [other words]}."
)


def starting_document(source: str, name: str, target: str, features: Sequence[str]) -> bytes:
    """Give a sound, unfrozen contract; raises DocumentError where a name can't be used."""
    document: dict[str, JSON] = {
        "contract": name,
        "version": "1.0.0",
        "target": {"name": target, "type": "number", "description": _TARGET_HINT},
        "feature_columns": list(features),
        "features": {
            feature: {
                "type": "number",
                "aliases": [],
                "question": f"What is the value of {feature}?",
                "description": _FEATURE_HINT,
            }
            for feature in features
        },
        "rules": [],
    }
    of_document(source, document)
    return render(document)
