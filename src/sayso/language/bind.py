"""Decide which number states which feature, or that none does.

The numbers and names of a clause form a path; neighbours are linked where what stands between leads from one to the
other. A run of links is read only if it can be paired in one way: a number between two names that could both be its own
is nobody's. Nothing is chosen by distance, order of features or plausibility.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from sayso.contract.model import DatePart
from sayso.contract.units import CURRENCIES
from sayso.language import gaps
from sayso.language.clauses import (
    CHOICE,
    DATE,
    NAME,
    QUANTITY,
    UNKNOWN,
    Clause,
    Node,
    Sentence,
    clauses,
    marks_of,
    sentences,
    shadow,
)
from sayso.language.dates import FIRST_YEAR, LAST_YEAR, TWO_DIGITS, TWO_READINGS, Date, ordinal
from sayso.language.gaps import Gap
from sayso.language.lexemes import GLUE_WORD, MARKS, PUNCTUATION, Lexeme
from sayso.language.lexicon.marks import Mark
from sayso.language.lexicon.words import AUXILIARIES, BARE_GLUE, COPULAS, HEDGES, POSSESSIVES, PRONOUNS, SUBJECTS
from sayso.language.merges import join_ranges, lists
from sayso.language.statements import Effect, Statement
from sayso.language.tokens import Token
from sayso.language.vocabulary import Choice, Label, Vocabulary


class Context(NamedTuple):
    """Hold what the turns before this one leave open."""

    asked: int | None = None
    """The one feature that the assistant just asked for."""
    asks: tuple[int, ...] = ()
    """All features that it asked for."""
    recent: tuple[int, ...] = ()
    """The features that the user's last turn stated, in order."""


@dataclass(slots=True)
class Binder:
    """Read one turn's sentences in order."""

    vocabulary: Vocabulary
    raw: str
    context: Context
    tokens: Sequence[Token] = ()
    """Of the passage that is being read."""
    statements: list[Statement] = field(default_factory=list)
    mentions: list[tuple[int, int]] = field(default_factory=list)
    """The core span of every quantity and date."""
    corrects: bool = False
    """A correction mark stood since the last statement."""
    injected: bool = False
    """A sentence before instructed the system."""
    goes_on: bool = False
    """That sentence goes on after a semicolon."""
    loose: list[Node] = field(default_factory=list)
    """Numbers of understood clauses that no name took."""
    compares: bool = False
    """Two cases are compared in this turn."""
    case: int = 0
    """The number of cases begun so far."""
    cases: list[int] = field(default_factory=list)
    """The case of each statement; 0 before any."""
    latest: Node | None = None
    """The last name of any kind."""
    last_name: Node | None = None
    """The last name whose number was set aside, or that had none: what ``it's 4.4`` takes up."""

    def read(self, tokens: Sequence[Token], lexemes: Sequence[Lexeme]) -> None:
        """Read one passage of the turn."""
        self.tokens = tokens
        for part in sentences(lexemes):
            cut = clauses(part)
            end = part[-1].text if part[-1].kind in (PUNCTUATION, "break") else ""
            self._sentence(Sentence(cut, end))

    def finish(self) -> None:
        """Give what is left over to the question that was asked, and part the cases that were compared."""
        self._answer()
        self._compare()

    def _compare(self) -> None:
        """Block what only some of the compared cases say: what differs between them is nobody's value."""
        if not self.compares or self.case < 2:
            return
        cases: dict[int, set[int]] = {}
        for statement, case in zip(self.statements, self.cases, strict=False):
            if statement.effect is Effect.SET:
                cases.setdefault(statement.feature, set()).add(case)
        for feature, seen in cases.items():
            if 0 not in seen and seen != set(range(1, self.case + 1)):
                last = next(s for s in reversed(self.statements) if s.feature == feature)
                self.statements.append(last._replace(effect=Effect.BLOCKED, value=None, reason="differs between the cases"))

    def _sentence(self, sentence: Sentence) -> None:
        self._mention(sentence)
        if self._is_order(sentence):
            self.injected = True
            self.goes_on = sentence.end == ";"
            return
        for clause in sentence.clauses:
            shadow(clause)
        _shadow_possessives(sentence)
        join_ranges(sentence)
        self._set_aside(sentence)
        for clause in sentence.clauses:
            self._links_ahead(clause)
        for made in lists(sentence):
            self._list(made.names, made.values, pairs=made.pairs)
        previous: Clause | None = None
        for clause in sentence.clauses:
            self._begin_case(clause)
            self._clause(sentence, clause, previous)
            previous = clause
            self.cases.extend([self.case] * (len(self.statements) - len(self.cases)))

    def _begin_case(self, clause: Clause) -> None:
        """Notice the heads of compared cases: ``(A)``, ``Now:``, ``in the first``, ``once with``."""
        self.compares = self.compares or clause.has(Mark.COMPARE)
        texts = [lexeme.text for lexeme in clause.lexemes[:4]]
        if not texts:
            return
        bracketed = len(texts) > 1 and texts[1] in (")", ":", ".") and len(texts[0]) == 1
        lettered = texts[0] == "(" and len(texts) > 2 and texts[2] == ")" and len(texts[1]) <= 2
        headed = texts[0] in CASE_HEADS and (len(texts) < 2 or texts[1] in (":", "with", "case", "i", "it", "we"))
        named = texts[0] in CASE_PHRASES
        if bracketed or lettered or headed or named:
            self.case += 1

    def _mention(self, sentence: Sentence) -> None:
        for node in sentence.nodes:
            if node.kind == QUANTITY:
                self.mentions.append((node.quantity.core_start, node.quantity.core_end))
            elif node.kind == DATE and isinstance(node.lexeme.item, Date):
                self.mentions.append((node.lexeme.item.start, node.lexeme.item.end))

    def _is_order(self, sentence: Sentence) -> bool:
        """Find a sentence that instructs the system, or an order that follows one."""
        if self.goes_on or any(Mark.INJECTION in marks_of(lexeme) for lexeme in sentence.lexemes):
            return True
        return self.injected and any(lexeme.text in gaps.ORDERS for lexeme in sentence.lexemes)

    # what sets a whole clause aside

    def _set_aside(self, sentence: Sentence) -> None:
        """Kill the numbers of questions and of other times."""
        asked_about = self._is_question(sentence)
        past = False
        for clause in sentence.clauses:
            if clause.joint == "but":
                past = False
            unsure = False
            for lexeme, node in _in_order(clause):
                marks = marks_of(lexeme)
                if Mark.NOW in marks:
                    past = False
                elif Mark.PAST in marks:
                    past = True
                if Mark.UNSURE in marks:
                    unsure = True
                if node is None:
                    continue
                if asked_about:
                    node.kill(gaps.QUESTION, denied=True)
                turned = any(Mark.TURNED in marks_of(other) for other in node.before)
                if past and not turned:
                    node.kill(gaps.OTHER_TIME, denied=True)
                if unsure:
                    node.kill(gaps.UNSURE)
                self._kill_locally(node)
            self._date_elsewhere(clause)
            self._unsure_of_name(clause)

    def _date_elsewhere(self, clause: Clause) -> None:
        """Let a past verb with a date (``was 14.7 % in April 2020``) speak of another time, where dates are no features."""
        if self.vocabulary.date_parts:
            return
        for number, date in itertools.pairwise(clause.nodes):
            past = any(lexeme.text in _PAST_VERBS for lexeme in number.before)
            if number.kind == QUANTITY and date.kind in (DATE, QUANTITY) and past and _is_dated(number, date):
                number.kill(gaps.OTHER_TIME, denied=True)

    def _unsure_of_name(self, clause: Clause) -> None:
        """Let ``not sure about the lot`` make the lot's value doubtful, where it has one."""
        for lexeme in clause.lexemes:
            if Mark.UNSURE in marks_of(lexeme) and not clause.of_kind(QUANTITY):
                for name in clause.of_kind(NAME):
                    feature = name.label.feature
                    if any(s.feature == feature and s.effect is Effect.SET for s in self.statements):
                        core = self._core(name)
                        self._add(Statement(feature, Effect.BLOCKED, None, *core, *core, reason=gaps.UNSURE, corrects=True))
                return

    def _kill_locally(self, node: Node) -> None:
        """Look at what stands right before and after one number or word."""
        if node.kind == QUANTITY:
            quantity = node.quantity
            if quantity.reason is not None:
                node.kill(quantity.reason)
            duration = gaps.is_duration(node.before) and quantity.unit in _TIME_UNITS and not quantity.is_age
            reason, denied = (None, False) if duration else gaps.dead_before(node.before)
            if reason is not None:
                node.kill(reason, denied=denied)
            reason, denied = gaps.dead_after(node.after)
            if reason is not None and reason is not gaps.CHANGE and not self._is_turned(node):
                node.kill(reason, denied=denied)
        elif node.kind in (CHOICE, DATE):
            judge = gaps.dead_date if node.kind == DATE else gaps.dead_before
            reason, denied = judge(node.before)
            if reason is not None:
                node.kill(reason, denied=denied)

    def _is_turned(self, node: Node) -> bool:
        return any(Mark.TURNED in marks_of(lexeme) for lexeme in node.before)

    def _is_question(self, sentence: Sentence) -> bool:
        """Find ``is inflation 3?`` and ``should I use 3?``: they ask, they don't state."""
        if sentence.end != "?" or not sentence.clauses:
            return False
        first = [lexeme for lexeme in sentence.clauses[0].lexemes if lexeme.text not in ("so", "and", "well", "then")]
        if not first or first[0].text not in AUXILIARIES:
            return False
        rest = [
            lexeme for lexeme in first[1:] if lexeme.text not in ("the", "my", "our", "an", "a", "it", "that", "this")
        ]
        if not rest:
            return False
        if rest[0].text in ("i", "we"):
            return first[0].text != "can" and not any(lexeme.text in ("get", "ask", "have", "see") for lexeme in rest[1:2])
        return rest[0].kind in (NAME, QUANTITY, CHOICE)

    # names and numbers of one clause

    def _links_ahead(self, clause: Clause) -> None:
        """Let category words that name a number (``rent is $1,200``) be unknown words."""
        for node, following in zip(clause.nodes, clause.nodes[1:], strict=False):
            if node.kind == CHOICE and following.kind == QUANTITY:
                gap = [lexeme.text for lexeme in following.before]
                names_it = bool(set(gap) & (COPULAS | {"of", "at", ":", "="}))
                money = following.quantity.unit in CURRENCIES and not gap
                if (names_it and following.lexeme.item and not _is_of_age(node, following)) or money:
                    node.kind = UNKNOWN
            elif node.kind == QUANTITY and following.kind == CHOICE and not following.before:
                if node.quantity.unit in CURRENCIES or node.quantity.unit == "percent":
                    following.kind = CONSUMED
                    node.taken = True

    def _list(self, names: Sequence[Node], values: Sequence[Node], *, pairs: bool) -> None:
        """Bind a list in order, or its one value to all; a list that does not come out states nothing."""
        shared = list(values) * len(names) if len(values) == 1 else list(values)
        for index, name in enumerate(names):
            value = shared[index] if index < len(shared) else shared[-1]
            if pairs and value.kind == CHOICE:
                if self._choice_link(name, value).leads:
                    self._choose(name.label.feature, value)
            elif pairs:
                self._say(name, value, gaps.forward(()), first=True)
            else:
                self._block(name.label.feature, value, gaps.ALTERNATIVES)
            name.taken = True
        for value in values:
            value.taken = True

    def _clause(self, sentence: Sentence, clause: Clause, previous: Clause | None) -> None:
        """Read one clause: withdrawals and zeros, then pairs, then numbers that need no name."""
        self._note_corrections_before_first(clause)
        self._withdraw(clause)
        self._zeros(clause)
        for run in self._runs(clause):
            for first, second in run:
                self._pair(first, second)
        self._answered_words(clause)
        for node in clause.nodes:
            self._single(clause, node)
        self._predicate(sentence, clause)
        self._alone(clause, previous)
        for name in clause.of_kind(NAME):
            self.latest = name
            if not name.taken or self._is_open(name):
                self.last_name = name
        self._note_corrections_after_last(clause)

    def _note_corrections_before_first(self, clause: Clause) -> None:
        head = clause.nodes[0].before if clause.nodes else clause.lexemes
        if clause.lexemes and all(lexeme.text in _FILLERS for lexeme in clause.lexemes):
            self.corrects = True
        elif clause.nodes:
            self.corrects = self.corrects or any(Mark.CORRECTION in marks_of(lexeme) for lexeme in head)
        elif any(lexeme.text in _TAKES_BACK for lexeme in clause.lexemes) and self.statements:
            last = self.statements[-1]
            self.statements.append(last._replace(effect=Effect.WITHDRAWN, value=None, reason="was taken back"))
            self.corrects = True
        elif any(Mark.CORRECTION in marks_of(lexeme) for lexeme in clause.lexemes):
            self.corrects = True

    def _note_corrections_after_last(self, clause: Clause) -> None:
        if clause.nodes and any(Mark.CORRECTION in marks_of(lexeme) for lexeme in clause.nodes[-1].after):
            self.corrects = True

    def _is_open(self, name: Node) -> bool:
        """Say whether a name's own number was set aside, so that ``it`` can still mean it."""
        said = [s for s in self.statements if s.feature == name.label.feature]
        return bool(said) and said[-1].effect is Effect.DENIED

    def _runs(self, clause: Clause) -> Iterator[list[tuple[Node, Node]]]:
        """Pair the clause's nodes along its path; runs that can be paired in two ways are left alone."""
        nodes = [node for node in clause.nodes if not node.taken]
        links = [self._link(a, b) for a, b in itertools.pairwise(nodes)]
        _drop_weaker(nodes, links)
        start = 0
        for index in range(len(nodes)):
            if index == len(nodes) - 1 or not links[index].leads:
                run = nodes[start : index + 1]
                start = index + 1
                if len(run) % 2 == 0:
                    yield [(run[k], run[k + 1]) for k in range(0, len(run), 2)]
                elif len(run) > 1:
                    self._ambiguous(run)

    def _ambiguous(self, run: Sequence[Node]) -> None:
        for node in run:
            if node.kind == QUANTITY:
                node.taken = True
            elif node.kind == NAME:
                node.taken = True
                nearby = next(other for other in run if other.kind == QUANTITY)
                self._block(node.label.feature, nearby, "can belong to more than one name")

    def _link(self, a: Node, b: Node) -> Gap:
        """Judge whether two neighbours belong together."""
        match a.kind, b.kind:
            case "name", "quantity":
                return self._compatible(a, b, gaps.forward(b.before))
            case "quantity", "name":
                return self._compatible(b, a, gaps.reverse(b.before), reverse=True)
            case "name", "choice":
                return self._choice_link(a, b)
            case "choice", "name" if not b.before and a.lexeme.item and self._is_of(a, b):
                return Gap(leads=True)
            case "unknown", "quantity":
                return _unknown_link(b.before, _UNKNOWN_FORWARD)
            case "quantity", "unknown":
                if a.quantity.unit is not None and b.lexeme.kind == UNKNOWN:
                    return gaps.NO_LINK
                return _unknown_link(b.before, _UNKNOWN_REVERSE)._replace(strong=True)
            case _:
                return gaps.NO_LINK

    def _compatible(self, name: Node, number: Node, gap: Gap, *, reverse: bool = False) -> Gap:
        """Drop a weak link to a number whose unit the feature can't take; a strong one stays, and blocks."""
        if not gap.leads:
            return gap
        label, facts = name.label, self.vocabulary.facts[name.label.feature]
        if label.only_moves and gap.movement is None:
            return gaps.NO_LINK
        if not facts.numeric:
            return gap if gap.strong or not number.quantity.unit else gaps.NO_LINK
        if gap.strong and not reverse:
            return gap
        value = self.vocabulary.value(label.feature, number.quantity)
        mismatch = isinstance(value, str) and number.quantity.unit is not None and number.quantity.value is not None
        return gaps.NO_LINK if mismatch else gap

    def _is_of(self, word: Node, name: Node) -> bool:
        """Say whether a category word is one of a name's own values (``sunny weather``)."""
        choice = word.lexeme.item
        return isinstance(choice, Choice) and any(index == name.label.feature for index, _ in choice.options)

    def _choice_link(self, name: Node, word: Node) -> Gap:
        choice = word.lexeme.item
        assert isinstance(choice, Choice)
        if not any(index == name.label.feature for index, _ in choice.options):
            return gaps.NO_LINK
        gap = gaps.forward(word.before)
        return gap if gap.movement is None and gap.unit is None else gaps.NO_LINK

    def _pair(self, a: Node, b: Node) -> None:
        """Take a pair: a name with its number or word, or an unknown word with a number."""
        a.taken = b.taken = True
        if a.kind == NAME and b.kind == QUANTITY:
            self._say(a, b, gaps.forward(b.before), first=True)
        elif a.kind == QUANTITY and b.kind == NAME:
            self._say(b, a, gaps.reverse(b.before), first=False)
        elif a.kind == NAME:
            self._choose(a.label.feature, b)
        elif a.kind == CHOICE and b.kind == NAME:
            self._choose(b.label.feature, a)

    def _say(self, name: Node, number: Node, gap: Gap, *, first: bool) -> None:
        """State that a name's feature has a number's value, or why it has none."""
        label, quantity = name.label, number.quantity
        feature = label.feature
        facts = self.vocabulary.facts[feature]
        if gap.unit is not None:
            if quantity.unit is not None and quantity.unit != gap.unit.name:
                return self._block(feature, number, "has two units")
            quantity = quantity._replace(unit=gap.unit.name, surface=gap.unit.surface, bare_integer=False)
        if not facts.numeric:
            return self._numeric_choice(feature, number)
        value = self.vocabulary.value(feature, quantity)
        if number.dead is not None:
            return self._set_aside_value(feature, number, value)
        if isinstance(value, str):
            return self._block(feature, number, value)
        start, end = quantity.start, quantity.end
        movement, span = self._movement(name, number, gap, first=first)
        if movement is None and first and _is_by(number):
            return self._deny(feature, number, gaps.CHANGE, value)
        if movement is not None or label.negates:
            if not label.moves and movement is not None:
                return self._deny(feature, number, gaps.CHANGE, value)
            if quantity.signed or value < 0:
                return self._block(feature, number, "has two signs")
            if movement is Mark.DOWN or label.negates:
                value = -value
                at = name.lexeme if label.negates else span
                start, end = min(start, self._start(at)), max(end, self._end(at))
        elif gap.moves_to and label.moves:
            return self._block(feature, number, gaps.CHANGE)
        if (
            gap.dashed
            and facts.feature.range is not None
            and not quantity.signed
            and float(-value) in facts.feature.range
        ):
            return self._block(feature, number, "has a dash that can be a minus sign")
        self._add(Statement(feature, Effect.SET, value, start, end, quantity.core_start, quantity.core_end))
        return None

    def _movement(self, name: Node, number: Node, gap: Gap, *, first: bool) -> tuple[Mark | None, Lexeme]:
        """Find the movement that gives a number its sign, and where it stands."""
        inside = number.before if first else name.before
        for lexeme in inside:
            if gap.movement is not None and gap.movement in marks_of(lexeme):
                return gap.movement, lexeme
        if number.after and marks_of(number.after[0]) & {Mark.UP, Mark.DOWN} and first:
            mark = Mark.UP if Mark.UP in marks_of(number.after[0]) else Mark.DOWN
            return mark, number.after[0]
        return None, number.lexeme

    def _set_aside_value(self, feature: int, number: Node, value: Fraction | str) -> None:
        assert number.dead is not None
        if number.denied:
            self._deny(feature, number, number.dead, value)
        else:
            self._block(feature, number, number.dead)

    def _block(self, feature: int, number: Node, reason: str) -> None:
        core = self._core(number)
        self._add(Statement(feature, Effect.BLOCKED, None, *core, *core, reason=reason))

    def _deny(self, feature: int, number: Node, reason: str, value: Fraction | str) -> None:
        core = self._core(number)
        said = None if isinstance(value, str) else value
        self.statements.append(Statement(feature, Effect.DENIED, said, *core, *core, reason=reason))

    def _add(self, statement: Statement) -> None:
        self.statements.append(statement._replace(corrects=statement.corrects or self.corrects))
        self.corrects = False

    def _core(self, node: Node) -> tuple[int, int]:
        if node.kind == QUANTITY:
            return node.quantity.core_start, node.quantity.core_end
        return self._start(node.lexeme), self._end(node.lexeme)

    def _start(self, lexeme: Lexeme) -> int:
        return self.tokens[lexeme.first].start

    def _end(self, lexeme: Lexeme) -> int:
        return self.tokens[lexeme.stop - 1].end

    # words, dates and numbers without a name

    def _single(self, clause: Clause, node: Node) -> None:
        """Read a node that needs no partner."""
        if any(Mark.CORRECTION in marks_of(lexeme) for lexeme in node.before):
            self.corrects = True
        if node.kind == DATE:
            self._date(node)
        elif node.kind == CHOICE and not node.taken:
            self._word(clause, node)
        elif node.kind == QUANTITY and not node.taken:
            self._unnamed(clause, node)

    def _answered_words(self, clause: Clause) -> None:
        """Read ``angina no``: a category word that is answered by yes or no."""
        for word, answer in itertools.pairwise(clause.nodes):
            if word.kind != CHOICE or answer.kind != CHOICE or word.taken or answer.taken:
                continue
            first, second = word.lexeme.item, answer.lexeme.item
            assert isinstance(first, Choice)
            assert isinstance(second, Choice)
            shared = {index for index, _ in first.options} & {index for index, _ in second.options}
            if len(shared) != 1 or any(lexeme.text not in _ANSWER_GLUE for lexeme in answer.before):
                continue
            word.taken = True
            if answer.lexeme.text in ("yes", "no", "y", "n", "true", "false"):
                self._choose(shared.pop(), answer)

    def _predicate(self, sentence: Sentence, clause: Clause) -> None:
        """Read a yes/no feature's bare name as its yes or no: ``I am a smoker``, ``no diabetes``, ``smoker`` in a list."""
        names = clause.of_kind(NAME)
        if len(clause.nodes) != 1 or len(names) != 1 or names[0].taken or sentence.end == "?" or names[0].after:
            return
        name = names[0]
        feature = self.vocabulary.facts[name.label.feature].feature
        if set(feature.values) != {"yes", "no"}:
            return
        words = [lexeme.text for lexeme in name.before]
        says_no = any(marks_of(lexeme) & {Mark.NOT, Mark.WITHOUT} for lexeme in name.before)
        if any(word not in _PREDICATE_GLUE for word in words) or any(node.dead for node in clause.nodes):
            return
        following = sentence.clauses[sentence.clauses.index(clause) + 1 :]
        first = following[0].nodes[0] if following and following[0].nodes else None
        if first is not None and first.kind == NAME and not says_no and not words:
            if not self.vocabulary.facts[first.label.feature].numeric:
                return
        others = [other for other in sentence.clauses if other is not clause and other.nodes]
        listed = not words and any(other.of_kind(QUANTITY) or other.of_kind(CHOICE) for other in others)
        if not (set(words) & _PREDICATE_VERBS) and not says_no and not listed:
            return
        start = self._start(name.before[0] if says_no else name.lexeme)
        end = self._end(name.lexeme)
        name.taken = True
        value = "no" if says_no else "yes"
        self._add(Statement(name.label.feature, Effect.SET, value, start, end, self._start(name.lexeme), end))

    def _date(self, node: Node) -> None:
        date = node.lexeme.item
        assert isinstance(date, Date)
        if node.dead is not None:
            return
        for part, value in ((DatePart.YEAR, date.year), (DatePart.MONTH, date.month), (DatePart.DAY, date.day)):
            index = self.vocabulary.date_parts.get(part)
            if index is None:
                continue
            span = (date.start, date.end, date.start, date.end)
            corrects = self.corrects
            if value is not None:
                self.statements.append(Statement(index, Effect.SET, Fraction(value), *span, corrects=corrects))
            elif date.reason in (TWO_READINGS, TWO_DIGITS):
                self.statements.append(
                    Statement(index, Effect.BLOCKED, None, *span, reason=date.reason, corrects=corrects)
                )
        if self.vocabulary.date_parts:
            self.corrects = False

    def _word(self, clause: Clause, node: Node) -> None:
        """Read a category word that stands by itself, where nothing else can be meant."""
        choice = node.lexeme.item
        assert isinstance(choice, Choice)
        features = [index for index, _ in choice.options]
        if len(features) > 1 and self.context.asked in features:
            features = [self.context.asked] if clause.nodes[0] is node else []
        if len(features) != 1:
            return
        feature = features[0]
        if node.dead is not None:
            return
        if choice.kin:
            if not _is_about_kin(clause, node):
                return
        elif choice.common and not self._is_alone(clause, node, feature):
            return
        elif _is_qualified(clause, node):
            return
        self._choose(feature, node)

    def _is_alone(self, clause: Clause, node: Node, feature: int) -> bool:
        """Let a short or common word count only alone in its clause, after an age, or as what ``I`` do."""
        nodes = clause.nodes
        index = nodes.index(node)
        others = [lexeme for lexeme in clause.lexemes if lexeme is not node.lexeme]
        if len(nodes) == 1 and all(lexeme.text in _BESIDE_A_WORD or lexeme.kind == PUNCTUATION for lexeme in others):
            bare_word = len(node.lexeme.text) <= 1 or node.lexeme.text in BARE_WORDS
            return not bare_word or not others or self.context.asked == feature or len(node.lexeme.text) == 1
        before = nodes[index - 1] if index else None
        if before is not None and before.kind == QUANTITY and before.quantity.is_age and not node.before:
            return True
        after = nodes[index + 1] if index + 1 < len(nodes) else None
        if after is not None and after.kind == QUANTITY and after.quantity.is_age and not after.before and index == 0:
            return not node.before
        subject = bool(node.before) and node.before[-1].text in SUBJECTS
        return subject and len(node.lexeme.text) > 2

    def _choose(self, feature: int, node: Node) -> None:
        choice = node.lexeme.item
        assert isinstance(choice, Choice)
        value = next(value for index, value in choice.options if index == feature)
        start, end = self._start(node.lexeme), self._end(node.lexeme)
        if node.dead is not None:
            if not node.denied:
                self._block(feature, node, node.dead)
            return
        node.taken = True
        self._add(Statement(feature, Effect.SET, value, start, end, start, end))

    def _numeric_choice(self, feature: int, number: Node) -> None:
        """Read a category whose values are written as numbers (``cylinders 4``)."""
        quantity = number.quantity
        text = self.raw[quantity.core_start : quantity.core_end]
        known = self.vocabulary.facts[feature].feature
        value = next((c.value for c in known.categories if text == c.value or text in c.words), None)
        if value is None or number.dead is not None or quantity.unit is not None:
            return self._block(feature, number, number.dead or "is none of the category's values")
        self._add(
            Statement(feature, Effect.SET, value, quantity.start, quantity.end, quantity.core_start, quantity.core_end)
        )
        return None

    def _unnamed(self, clause: Clause, node: Node) -> None:
        """Read a number by its unit alone, or as an age or a year."""
        quantity = node.quantity
        feature = None
        if node.dead is None:
            feature = self._age_feature(clause, node)
            if feature is None:
                feature = self._year_feature(clause, node)
            if feature is None:
                feature = self._unit_feature(clause, node)
        if feature is None:
            if not clause.of_kind(UNKNOWN):
                self.loose.append(node)
            return
        value = self.vocabulary.value(feature, quantity)
        if isinstance(value, str):
            return
        node.taken = True
        self._add(
            Statement(feature, Effect.SET, value, quantity.start, quantity.end, quantity.core_start, quantity.core_end)
        )

    def _age_feature(self, clause: Clause, node: Node) -> int | None:
        ages = [index for index, facts in enumerate(self.vocabulary.facts) if facts.is_age]
        if len(ages) != 1:
            return None
        feature = self.vocabulary.facts[ages[0]].feature
        index = clause.nodes.index(node)
        if any(other.kind == UNKNOWN for other in clause.nodes[:index]):
            return None
        if node.quantity.is_age and node.quantity.unit is not None:
            return ages[0]
        if feature.unit not in ("year", "years", "yr") or node.quantity.unit not in (None, "year"):
            return None
        if node.quantity.is_age or self._is_turned(node):
            return ages[0]
        before = clause.nodes[index - 1] if index else None
        return ages[0] if before is not None and (_is_of_age(before, node) or _is_kin_age(before, node)) else None

    def _year_feature(self, clause: Clause, node: Node) -> int | None:
        """Read a bare number of four digits as a year where the contract has one and the clause is understood."""
        index = self.vocabulary.date_parts.get(DatePart.YEAR)
        value = node.quantity.value
        if index is None or not node.quantity.bare_integer or value is None or clause.of_kind(UNKNOWN):
            return None
        return (
            index
            if FIRST_YEAR <= value <= LAST_YEAR and node.quantity.core_end - node.quantity.core_start == 4
            else None
        )

    def _unit_feature(self, clause: Clause, node: Node) -> int | None:
        """Read a number whose unit only one feature takes, in a clause of which every word is understood."""
        takers = self.vocabulary.takers(node.quantity)
        asked = [index for index in takers if index in self.context.asks]
        takers = asked if len(asked) == 1 else takers
        if len(takers) != 1 or node.quantity.per is not None:
            return None
        facts = self.vocabulary.facts[takers[0]]
        if any(other.kind == UNKNOWN or (other.kind == NAME and not other.taken) for other in clause.nodes):
            return None
        words = [lexeme for lexeme in clause.lexemes if lexeme.kind == GLUE_WORD]
        allowed = BARE_GLUE
        if facts.is_age or node.quantity.unit in CURRENCIES:
            allowed = HEDGES
            if len(clause.nodes) > 1 and not facts.is_age:
                return None
        if any(lexeme.text not in allowed for lexeme in words):
            return None
        harmless = {Mark.CORRECTION, Mark.NOW, Mark.IF, Mark.BOUND, Mark.TO}
        if any(Mark.TO in marks_of(lexeme) for lexeme in node.before[-1:]):
            return None
        if any(lexeme.kind == MARKS and not marks_of(lexeme) & harmless for lexeme in clause.lexemes):
            return None
        return takers[0]

    # numbers that take up what was said before

    def _alone(self, clause: Clause, previous: Clause | None) -> None:
        """Read a lone number after a correction, after a name that was set aside, or as a second value."""
        free = [node for node in clause.of_kind(QUANTITY) if not node.taken]
        if len(free) != 1 or clause.of_kind(UNKNOWN) or any(not name.taken for name in clause.of_kind(NAME)):
            return
        node = free[0]
        if any(Mark.CORRECTION in marks_of(lexeme) for lexeme in node.before):
            self.corrects = True
        if node.dead is not None and not node.denied:
            if self.corrects:
                self._unresolved(node)
            return
        if node.dead is not None:
            self._deny_again(clause, node)
            return
        if self.corrects:
            self._correct(node)
        elif self.latest is not None and _begins_now(clause, node):
            self.corrects = True
            self._take_up(node, self.latest)
        elif self.last_name is not None and _takes_up(clause, node):
            self._take_up(node, self.last_name)
        elif previous is not None and self.context.asked is None:
            self._second_value(clause, previous, node)

    def _deny_again(self, clause: Clause, node: Node) -> None:
        """Let ``62, not 52`` deny the 52 for the feature that was just stated."""
        if self.statements and clause.joint == ",":
            value = self.vocabulary.value(self.statements[-1].feature, node.quantity)
            self._deny(self.statements[-1].feature, node, node.dead or "", value)
            node.taken = True

    def _correct(self, node: Node) -> None:
        """Give a corrected number to the feature that was stated last, where its unit allows."""
        last = next((s for s in reversed(self.statements) if s.effect is not Effect.DENIED), None)
        if self.last_name is not None and not self.last_name.taken:
            self._take_up(node, self.last_name)
            return
        earlier = [other for other in self.loose if other is not node and not other.taken]
        if last is None and earlier and self.context.asked is not None:
            for other in earlier:
                other.taken = True
            self.corrects = False
            return
        features = [last.feature] if last is not None else list(self.context.recent)
        if len(features) == 1:
            value = self.vocabulary.value(features[0], node.quantity)
            if not isinstance(value, str):
                self._take(node, features[0], value)
                return
        self._unresolved(node)

    def _unresolved(self, node: Node) -> None:
        """Ask again for everything that a correction could have meant."""
        said = {s.feature for s in self.statements if s.effect is Effect.SET} or set(self.context.recent)
        for feature in sorted(said):
            facts = self.vocabulary.facts[feature]
            if facts.numeric and (
                node.quantity.value is None or not isinstance(self.vocabulary.value(feature, node.quantity), str)
            ):
                core = self._core(node)
                self.statements.append(
                    Statement(
                        feature, Effect.BLOCKED, None, *core, *core, reason="may have been corrected", corrects=True
                    )
                )
        self.corrects = False
        node.taken = True

    def _take_up(self, node: Node, name: Node) -> None:
        value = self.vocabulary.value(name.label.feature, node.quantity)
        if isinstance(value, str):
            self._block(name.label.feature, node, value)
        elif name.label.only_moves or not self.vocabulary.facts[name.label.feature].numeric:
            return
        else:
            self._take(node, name.label.feature, value)
        node.taken = True

    def _take(self, node: Node, feature: int, value: Fraction) -> None:
        quantity = node.quantity
        node.taken = True
        self._add(
            Statement(feature, Effect.SET, value, quantity.start, quantity.end, quantity.core_start, quantity.core_end)
        )

    def _second_value(self, clause: Clause, previous: Clause, node: Node) -> None:
        """Let a lone number right after a stated one (``inflation 3 and 4``) make that one doubtful."""
        if not self.statements or not previous.nodes or previous.nodes[-1].kind != QUANTITY or clause.joint == "but":
            return
        last = self.statements[-1]
        if last.effect is not Effect.SET or self._core(previous.nodes[-1]) != (last.core_start, last.core_end):
            return
        value = self.vocabulary.value(last.feature, node.quantity)
        if not isinstance(value, str) and not isinstance(last.value, str) and len(clause.nodes) == 1:
            self._block(last.feature, node, "can be a second value")

    def _answer(self) -> None:
        """Give a bare answer to the one feature that was asked for."""
        asked = self.context.asked
        if asked is not None and self.vocabulary.facts[asked].feature.date_part is DatePart.DAY:
            self._answer_day(asked)
        if asked is None or any(s.feature == asked and s.effect is not Effect.DENIED for s in self.statements):
            return
        loose = [node for node in self.loose if not node.taken]
        fitting = [node for node in loose if self._fits(asked, node)]
        if len(fitting) != 1 or (len(loose) > 1 and not fitting[0].quantity.unit):
            for node in fitting:
                self._block(asked, node, gaps.ALTERNATIVES)
            return
        node = fitting[0]
        value = self.vocabulary.value(asked, node.quantity)
        if node.dead is not None or isinstance(value, str):
            self._block(asked, node, node.dead or str(value))
        else:
            self._take(node, asked, value)

    def _answer_day(self, asked: int) -> None:
        """Read an ordinal alone as the day that was asked for."""
        words = [token for token in self.tokens if token.text not in ("on", "the", ".", "of", "month", "it's", "its")]
        day = ordinal(words, 0) if words else None
        if day is not None and day.stop == len(words) and not self.statements:
            span = (words[0].start, words[-1].end)
            self._add(Statement(asked, Effect.SET, Fraction(day.value), *span, *span))

    def _fits(self, feature: int, node: Node) -> bool:
        value = self.vocabulary.value(feature, node.quantity)
        return not isinstance(value, str) or node.quantity.unit is None

    # what takes values back, and what states zero

    def _withdraw(self, clause: Clause) -> None:
        """Read ``scrap the unemployment number``."""
        lexeme = next((each for each in clause.lexemes if _takes_out(clause, each)), None)
        if lexeme is None:
            return
        after = [node for node in clause.nodes if node.lexeme.first > lexeme.first]
        names = [node for node in after if node.kind == NAME]
        for node in after:
            if node.kind == QUANTITY:
                node.kill(gaps.DENIED, denied=True)
        for node in names:
            node.taken = True
            self._withdraw_feature(node.label.feature, lexeme, node.lexeme)
        rest = {each.text for each in clause.lexemes if each.first > lexeme.first}
        if not names and rest & {"date", "day"} and self.vocabulary.date_parts:
            for feature in self.vocabulary.date_parts.values():
                self._withdraw_feature(feature, lexeme, lexeme)
        elif not names and rest & {"it", "that", "this", "one"} and self.latest is not None:
            self._withdraw_feature(self.latest.label.feature, lexeme, lexeme)

    def _withdraw_feature(self, feature: int, first: Lexeme, last: Lexeme) -> None:
        span = (self._start(first), self._end(last))
        self._add(Statement(feature, Effect.WITHDRAWN, None, *span, *span, reason="was taken back"))

    def _zeros(self, clause: Clause) -> None:
        """Read ``no superplasticizer at all`` as zero, where zero is in range and the clause ends there."""
        for index, node in enumerate(clause.nodes):
            if node.kind != NAME or node.taken or not node.before or Mark.WITHOUT not in marks_of(node.before[-1]):
                continue
            facts = self.vocabulary.facts[node.label.feature]
            bounds = facts.feature.range
            unfinished = any(lexeme.text not in _AFTER_NOTHING for lexeme in node.after) or index + 1 < len(
                clause.nodes
            )
            others = [lexeme for lexeme in node.before[:-1] if lexeme.text not in _BEFORE_NOTHING]
            if unfinished or others or not facts.numeric or facts.is_percent or bounds is None or 0.0 not in bounds:
                continue
            start, end = self._start(node.before[-1]), self._end(node.lexeme)
            node.taken = True
            self._add(Statement(node.label.feature, Effect.SET, Fraction(0), start, end, start, end))


_ANSWER_GLUE = frozenset(": = - ? is ( )".split())
_PREDICATE_VERBS = frozenset("am i'm is 's has have with".split())
_PREDICATE_GLUE = _PREDICATE_VERBS | frozenset("i he she they we a an also not no without isn't".split())

_PAST_VERBS = frozenset("was were had stood hit peaked reached ran averaged".split())

CASE_HEADS = frozenset("now after before then once first second today later baseline alternative currently".split())
CASE_PHRASES = frozenset(
    "in the first|in the second|scenario a|scenario b|scenario 1|scenario 2|case a|case b|case 1|case 2|option a|option b|"
    "option 1|option 2|plan a|plan b|first scenario|second scenario|the first|the second".split("|")
)

CONSUMED = "consumed"
"""A category word that only says what a number is of (``a $320,000 mortgage``)."""

_FILLERS = frozenset("no nope er erm uh um ah oh hmm wait sorry oops .".split())
"""A clause of these alone takes back the number before it: ``3, er, 2.3``."""

_TIME_UNITS = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})
_TAKES_BACK = frozenset({"scratch that", "strike that", "never mind", "nevermind", "nvm"})
_AFTER_NOTHING = frozenset("at all in it the mix whatsoever added used there here ) . this so far".split())
_BEFORE_NOTHING = frozenset("there is 's there's with has have we i it and so also a the uses used contains".split())
_UNKNOWN_FORWARD = frozenset("of is was at in = : # no . 's number were are".split())
_UNKNOWN_REVERSE = frozenset("of ‐ the a my our this".split())
_BESIDE_A_WORD = frozenset(
    "i i'm im it it's its 's is am a an the my me he she they we and so for patient is: please".split()
)
BARE_WORDS = frozenset("yes no in or own other none high low".split())


def _unknown_link(gap: Sequence[Lexeme], allowed: frozenset[str]) -> Gap:
    if gap and gap[0].text == "of" and "of" in allowed and all(lexeme.kind == GLUE_WORD for lexeme in gap):
        return Gap(leads=True)
    return Gap(leads=True) if all(lexeme.text in allowed for lexeme in gap) else gaps.NO_LINK


def _drop_weaker(nodes: Sequence[Node], links: list[Gap]) -> None:
    """Where a node has a strong link on one side and a weak one on the other, keep the strong one."""
    for index in range(1, len(nodes) - 1):
        if nodes[index].kind == UNKNOWN and links[index].leads:
            links[index - 1] = links[index - 1]._replace(strong=False)  # it names the number after it
    for index in range(1, len(nodes) - 1):
        left, right = links[index - 1], links[index]
        if left.leads and right.leads and left.strong != right.strong and nodes[index].kind in (QUANTITY, NAME):
            links[index if left.strong else index - 1] = gaps.NO_LINK


def _in_order(clause: Clause) -> Iterator[tuple[Lexeme, Node | None]]:
    nodes = {id(node.lexeme): node for node in clause.nodes}
    return ((lexeme, nodes.get(id(lexeme))) for lexeme in clause.lexemes)


def _shadow_possessives(sentence: Sentence) -> None:
    """After another owner's quantity (``Germany's unemployment``), ``its inflation`` is that owner's too."""
    owned = False
    for node in sentence.nodes:
        words = [lexeme.text for lexeme in node.before]
        if node.kind == NAME and owned and ("its" in words or "their" in words):
            node.kind = UNKNOWN
        owned = owned or (node.kind == UNKNOWN and isinstance(node.lexeme.item, Label) and "'s" in words)


def _is_dated(number: Node, date: Node) -> bool:
    """Say whether a date, or a bare year, tells when a number was so."""
    words = [lexeme.text for lexeme in date.before]
    year = date.kind == DATE or date.quantity.bare_integer
    return year and words[:1] in (["in"], ["on"], ["at"], ["during"], ["back"]) and number.quantity.value is not None


def _takes_out(clause: Clause, lexeme: Lexeme) -> bool:
    """Find what takes a value back: ``scrap the …``, ``leave the … out``."""
    if Mark.WITHDRAWAL in marks_of(lexeme):
        return True
    if lexeme.text not in ("leave", "take", "throw"):
        return False
    return any(other.text in ("out", "away") and other.first > lexeme.first for other in clause.lexemes)


def _is_by(number: Node) -> bool:
    """Find ``by 20``: how much something changed, never where it stands."""
    words = [lexeme.text for lexeme in number.before if lexeme.text not in HEDGES]
    return bool(words) and words[-1] == "by"


def _is_of_age(before: Node, node: Node) -> bool:
    """Find ``a woman of 64``, ``a man aged 58``: a person of an age."""
    choice = before.lexeme.item
    return (
        isinstance(choice, Choice) and [lexeme.text for lexeme in node.before] == ["of"] and node.quantity.unit is None
    )


def _is_kin_age(before: Node, node: Node) -> bool:
    """Find ``my aunt is seventy-three``."""
    choice = before.lexeme.item
    words = [lexeme.text for lexeme in node.before]
    return isinstance(choice, Choice) and choice.kin and words in (["is"], ["'s"]) and node.quantity.unit is None and not node.after


def _is_about_kin(clause: Clause, node: Node) -> bool:
    """Say whether the clause is about the relative: ``my mum turned 67``, ``my mother's BMI is 27``."""
    index = clause.nodes.index(node)
    if index + 1 == len(clause.nodes):
        return False
    following = clause.nodes[index + 1]
    if following.kind not in (QUANTITY, NAME):
        return False
    words = [lexeme.text for lexeme in following.before]
    return all(word in ("'s", "is", "has", "turned", "aged", "a", "who", "just turned") for word in words)


def _is_qualified(clause: Clause, node: Node) -> bool:
    """Find a category word that belongs to another thing: ``female doctor``, ``my rent``, ``ex smoker``."""
    index = clause.nodes.index(node)
    before = clause.nodes[index - 1] if index else None
    after = clause.nodes[index + 1] if index + 1 < len(clause.nodes) else None
    if before is not None and before.kind == UNKNOWN and not node.before and before.lexeme.text in _QUALIFIERS:
        return True
    if after is not None and after.kind == UNKNOWN and [lexeme.text for lexeme in after.before] in ([], ["of"]):
        return True
    return bool(node.before) and node.before[-1].text in POSSESSIVES - {"'s"}


_QUALIFIERS = frozenset("ex former non semi anti past would-be partner spouse".split())


def _begins_now(clause: Clause, node: Node) -> bool:
    """Find ``now it's 4.1``: the last name's value at this time, whatever was said of another."""
    before = [lexeme for lexeme in clause.lexemes if lexeme.first < node.lexeme.first and lexeme.kind != PUNCTUATION]
    if not before or Mark.NOW not in marks_of(before[0]):
        return False
    return all(lexeme.text in PRONOUNS | COPULAS | HEDGES | {"use", "at"} for lexeme in before[1:])


def _takes_up(clause: Clause, node: Node) -> bool:
    """Say whether a clause takes up the last name: ``it's 4.4``, ``now 105``, ``but 6``."""
    before = [lexeme for lexeme in clause.lexemes if lexeme.first < node.lexeme.first]
    if not all(lexeme.kind in (GLUE_WORD, MARKS) or lexeme.kind == PUNCTUATION for lexeme in before):
        return False
    if clause.joint == "but" and all(lexeme.text in HEDGES or lexeme.kind == MARKS for lexeme in before):
        return True
    first = before[0] if before else None
    if first is None:
        return False
    return first.text in PRONOUNS or first.text in COPULAS or Mark.NOW in marks_of(first) or Mark.BUT in marks_of(first)
