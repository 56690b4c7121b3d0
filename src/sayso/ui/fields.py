"""Show a field for each feature, filled or empty, that can also be filled by hand."""

from collections.abc import Mapping

import streamlit as st

from sayso.answer import Answer
from sayso.contract.model import Contract, Feature, FeatureType
from sayso.ui.labels import label


def fields(contract: Contract, answer: Answer | None, key: str) -> Mapping[str, str] | None:
    """Show the form.

    Returns:
        What was typed into the fields that were changed, by feature, when the form is sent; None otherwise. A field
        that was left as it was says nothing new.
    """
    missing = len(answer.missing_features) if answer else len(contract.features)
    with st.expander(f"Fill in by hand ({missing} missing)"), st.form(key, border=False):
        shown = {feature.name: _shown(feature, answer) for feature in contract.features}
        columns = st.columns(2)
        typed = {
            feature.name: _field(columns[index % 2], feature, shown[feature.name], f"{key}-{index}")
            for index, feature in enumerate(contract.features)
        }
        if not st.form_submit_button("Ask with these values", type="primary"):
            return None
    return {name: text for name, text in typed.items() if text.strip() and text.strip() != shown[name]}


def _field(column: "st.delta_generator.DeltaGenerator", feature: Feature, shown: str, key: str) -> str:
    if feature.type is FeatureType.CATEGORY:
        options = list(feature.values)
        index = options.index(shown) if shown in options else None
        return column.selectbox(label(feature.name), options, index=index, key=key, help=_help(feature)) or ""
    return column.text_input(label(str(feature)), shown, max_chars=200, key=key, help=_help(feature))


def _help(feature: Feature) -> str | None:
    return label(feature.description, 1000) if feature.description else None


def _shown(feature: Feature, answer: Answer | None) -> str:
    """Write the value that counts now as one would type it."""
    evidence = answer.features.get(feature.name) if answer else None
    if evidence is None:
        return ""
    return evidence.value if isinstance(evidence.value, str) else f"{evidence.value:.10g}"
