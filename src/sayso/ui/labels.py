"""Write words into the labels of Streamlit's widgets, which take them for markdown, so that they stay words."""

import re

# Only what would be markup: a screen reader is read the label as it is written, backslashes included.
_MARKUP = re.compile(r"[\\`*\[\]$:<>~]|(?<!\w)_|_(?!\w)|^[#+\-=|]|(?<=^\d)[.)]|&(?=[#\w]+;)|!(?=\[)")


def label(text: str, longest: int = 200) -> str:
    """Escape all that markdown, formulas, icons and colours could be made of, and cut what is too long for a label."""
    words = " ".join(text.split())
    cut = words if len(words) <= longest else words[: longest - 1] + "…"
    return _MARKUP.sub(lambda found: f"\\{found[0]}", cut)
