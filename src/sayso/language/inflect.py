"""Give the forms in which a contract's word may appear: plural and singular, and the plain forms of a verb.

Only regular forms, and only those that can't be another word: nothing is cut down to a stem.
"""

_LONG_ENOUGH = 4
"""Shorter words change meaning too easily (``map``, ``age``); they get a plural at most."""


def plurals(word: str) -> set[str]:
    """Give a word with its singular and plural."""
    forms = {word}
    if word.endswith("ies") and len(word) > 4:
        forms.add(word[:-3] + "y")
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        forms.add(word[:-1])
    elif word.endswith(("x", "ch", "sh", "ss")):
        forms.add(word + "es")
    elif word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou":
        forms.add(word[:-1] + "ies")
    elif len(word) >= 3 and not word.endswith("s"):
        forms.add(word + "s")
    return forms


def verb_forms(word: str) -> set[str]:
    """Give the plain forms of a word that is written as a verb: ``earns`` → earn, earns, earned, earning."""
    if len(word) < _LONG_ENOUGH:
        return {word}
    if word.endswith("ing") and len(word) > 6:
        base = word[:-3]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        base = word[:-1]
    else:
        base = word
    if base.endswith("e") or not base.isalpha():
        return {word, base}
    return {word, base, base + "s", base + "ed", base + "ing"}
