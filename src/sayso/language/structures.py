"""Take tables and JSON apart into fields, so that a column or a key names its value and nothing else does.

Each field becomes a short sentence of its own tokens, ``name : value``, at its place in the text; offsets stay those of
the raw turn. A grid whose orientation can be read in two ways gives no fields.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sayso.language.fold import fold
from sayso.language.labels import Label
from sayso.language.lexemes import GLUE_WORD, NAME, PUNCTUATION, UNIT, lexemes
from sayso.language.numerals import DecimalStyle
from sayso.language.tokens import LINE, MARK, NUMBER, Token, tokenize
from sayso.language.vocabulary import Vocabulary


class Passage(NamedTuple):
    """Hold tokens to be read together, and how their numbers are written."""

    tokens: Sequence[Token]
    decimal: DecimalStyle
    silent: bool = False
    """It states nothing, whatever its words; its numbers are mentioned."""


class _Cell(NamedTuple):
    start: int
    end: int


_PAIR = re.compile(
    r"""(?P<quote>["'])(?P<key>[^"'\\\n]{1,200})(?P=quote)\s{0,20}:\s{0,20}
        (?P<value>"[^"\\\n]{0,200}"|'[^'\\\n]{0,200}'|-?\d[\d.eE+-]{0,40}|true|false|null|True|False|None)(?=\s{0,20}[,}\]\n])""",
    re.VERBOSE,
)
_SEPARATORS = ("|", "\t", ",", ";")
_RULE = re.compile(r"[\s|:+=-]+")
_UNIT_HEADERS = frozenset({"unit", "units"})
MOST_CELLS = 200
MOST_TOKENS_OF_A_VALUE = 2
"""A text under a key that is no name is prose where it is longer: a message to somebody, not a value."""
MOST_CAPTIONS = 3
"""How many lines that look like rows may stand before a table."""


def passages(raw: str, tokens: Sequence[Token], vocabulary: Vocabulary) -> Iterator[Passage]:
    """Give the turn's passages in order: free text, and one for each field."""
    fields: list[tuple[int, int, list[Passage]]] = [*_json(raw, vocabulary), *_tables(raw, vocabulary)]
    fields.sort(key=lambda field: field[0])
    at = 0
    for start, end, made in fields:
        if start < at:
            continue
        yield Passage([token for token in tokens if at <= token.start < start], vocabulary.decimal)
        yield from made
        at = end
    yield Passage(tokens if at == 0 else [token for token in tokens if token.start >= at], vocabulary.decimal)


def _json(raw: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int, list[Passage]]]:
    """Find ``"key": value`` pairs, in JSON or anything that looks like it."""
    if "{" not in raw:
        return
    names = _Names(vocabulary)
    for pair in _PAIR.finditer(raw):
        key = _tokens(raw, pair.start("key"), pair.end("key"))
        start, end = pair.span("value")
        if raw[start] in "\"'":
            start, end = start + 1, end - 1
        value = [_truth(token) for token in _tokens(raw, start, end)]
        if not key or not value or value[0].text in ("null", "none"):
            yield pair.start(), pair.end(), []
        else:
            prose = len(value) > MOST_TOKENS_OF_A_VALUE and not names.has(pair["key"])
            yield pair.start(), pair.end(), [Passage(_field(key, value), DecimalStyle.POINT, silent=prose)]


def _truth(token: Token) -> Token:
    """Let JSON's true and false be what a yes/no category says."""
    word = {"true": "yes", "false": "no"}.get(token.text)
    return token if word is None else token._replace(text=word)


def _tokens(raw: str, start: int, end: int) -> list[Token]:
    """Cut a part of the turn; offsets are those of the whole."""
    return [
        token._replace(start=token.start + start, end=token.end + start) for token in tokenize(fold(raw[start:end]))
    ]


def _field(key: Sequence[Token], value: Sequence[Token]) -> list[Token]:
    """Make the sentence ``key : value`` with a line end on either side."""
    at = key[-1].end
    colon = Token(MARK, ":", at, at, glued=True)
    first = value[0]._replace(glued=False)
    line = Token(LINE, "\n", value[-1].end, value[-1].end, glued=True)
    return [line._replace(start=key[0].start, end=key[0].start), *key, colon, first, *value[1:], line]


def _tables(raw: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int, list[Passage]]]:
    """Find runs of lines that have the same separator the same number of times."""
    lines, names = list(_lines(raw)), _Names(vocabulary)
    index = retries = 0
    while index < len(lines) - 1:
        run = _run(raw, lines, index)
        if run is None:
            index += 1
            continue
        grid, stop = run
        made = _grid(raw, grid, names, vocabulary)
        if made is not None:
            yield lines[index].start, lines[stop - 1].end, made
        retries = 0 if made is not None else retries + 1
        index = stop if made is not None or retries == MOST_CAPTIONS else index + 1


def _lines(raw: str) -> Iterator[_Cell]:
    start = 0
    for part in raw.split("\n"):
        yield _Cell(start, start + len(part))
        start += len(part) + 1


def _run(raw: str, lines: Sequence[_Cell], index: int) -> tuple[list[list[_Cell]], int] | None:
    """Take as many lines from here as are cut into the same number of cells, two at least."""
    for separator in _SEPARATORS:
        width = len(_cells(raw, lines[index], separator))
        if not 2 <= width <= MOST_CELLS:
            continue
        grid: list[list[_Cell]] = []
        stop = index
        while stop < len(lines):
            cells = _cells(raw, lines[stop], separator)
            if len(cells) != width:
                break
            if not _RULE.fullmatch(raw[lines[stop].start : lines[stop].end]):
                grid.append(cells)
            stop += 1
        if len(grid) >= 2:
            return grid, stop
    return None


def _cells(raw: str, line: _Cell, separator: str) -> list[_Cell]:
    text = raw[line.start : line.end]
    if separator not in text:
        return []
    found: list[_Cell] = []
    start = line.start
    for part in text.split(separator):
        left = len(part) - len(part.lstrip(" \t\r\"'*`"))
        right = len(part.rstrip(" \t\r\"'*`"))
        found.append(_Cell(start + min(left, right), start + right))
        start += len(part) + 1
    if separator == "|":
        if found and found[0].start == found[0].end:
            found = found[1:]
        if found and found[-1].start == found[-1].end:
            found = found[:-1]
    return found


def _grid(raw: str, grid: Sequence[Sequence[_Cell]], names: "_Names", vocabulary: Vocabulary) -> list[Passage] | None:
    """Turn a grid into fields, by its names' place: a header line, or the first column."""
    header, rows = grid[0], grid[1:]
    across = sum(names.has(raw[slice(*cell)]) for cell in header[1:])
    down = sum(names.has(raw[slice(*row[0])]) for row in rows)
    first = names.has(raw[slice(*header[0])])
    if across and not down and not any(_has_number(raw, cell) for cell in header):
        return [
            passage
            for row in rows
            for key, value in zip(header, row, strict=True)
            if (passage := _passage(raw, key, value, vocabulary))
        ]
    if down and not across:
        body = [*([header] if first else []), *rows]
        return [passage for row in body for passage in _row(raw, header, row, vocabulary, titled=not first)]
    return [] if across and down else None


def _row(
    raw: str, header: Sequence[_Cell], row: Sequence[_Cell], vocabulary: Vocabulary, *, titled: bool
) -> Iterator[Passage]:
    """Read a row that begins with its name; a column of units belongs to the value before it."""
    titles = [raw[cell.start : cell.end].strip().lower() if titled else "" for cell in header]
    units = [bool(title) and _is_unit(title, vocabulary) for title in titles]
    for index in range(1, len(row)):
        if titles[index] in _UNIT_HEADERS:
            continue
        unit = row[index + 1] if index + 1 < len(row) and titles[index + 1] in _UNIT_HEADERS else None
        if units[index]:
            unit = header[index]
        if passage := _passage(raw, row[0], row[index], vocabulary, unit):
            yield passage


def _passage(raw: str, key: _Cell, value: _Cell, vocabulary: Vocabulary, unit: _Cell | None = None) -> Passage | None:
    name, said = _tokens(raw, *key), _tokens(raw, *value)
    if not name or not said:
        return None
    if unit is not None:  # the unit stands elsewhere, and so is no part of the quote
        end = said[-1].end
        said = [*said, *(token._replace(start=end, end=end) for token in _tokens(raw, *unit))]
    return Passage(_field(name, said), vocabulary.decimal)


class _Names:
    """Tell cells that are one feature's name, perhaps with its unit, each text once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.known: dict[str, bool] = {}

    def has(self, text: str) -> bool:
        known = self.known.get(text)
        if known is None:
            known = self.known[text] = self._read(text)
        return known

    def _read(self, text: str) -> bool:
        found = lexemes(tokenize(fold(text)), self.vocabulary, text)
        names = [lexeme for lexeme in found if lexeme.kind == NAME and isinstance(lexeme.item, Label)]
        others = all(lexeme.kind in (NAME, UNIT, GLUE_WORD, PUNCTUATION) for lexeme in found)
        return len(names) == 1 and others


def _is_unit(title: str, vocabulary: Vocabulary) -> bool:
    """Say whether a column's head is a unit and nothing else."""
    tokens = [token for token in tokenize(fold(title)) if token.text not in "()[]"]
    unit = vocabulary.forms.find(tokens, 0, close=True) if tokens else None
    return unit is not None and unit.stop == len(tokens)


def _has_number(raw: str, cell: _Cell) -> bool:
    return any(token.kind == NUMBER for token in _tokens(raw, *cell))
