"""Write one page about a run: lines, figures, charts and every case, in one file that asks nobody for anything."""

from collections.abc import Iterator, Sequence
from html import escape

from sayso.evals.calibration import Judged, agreement
from sayso.evals.charts import COLOURS, histogram, interval, stacked
from sayso.evals.evidence import Line
from sayso.evals.results import CaseResult, by_tag, found_share, pass_share

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c1c1c; background: #fff }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem } th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #ddd }
.failed, .not_looked_at { color: #b3261e } .passed { color: #2f7d4f } .quiet { color: #666 } code { white-space: pre-wrap }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e8e8e8 } th, td { border-color: #444 } svg text { fill: #e8e8e8 } .passed { color: #7fc69a } .failed, .not_looked_at { color: #ff8a80 } }
"""  # noqa: E501 - one rule a line


def page(
    title: str,
    facts: Sequence[tuple[str, str]],
    results: Sequence[CaseResult],
    judged: Sequence[Judged],
    lines: Sequence[Line],
    asked: float,
) -> str:
    """Make the page.

    Args:
        title: what was run.
        facts: what is said of the run as a whole, as pairs.
        results: every case.
        judged: every labelled item.
        lines: the gate's lines, failing first; empty for a run without a gate.
        asked: the share of cases that must pass.
    """
    share = pass_share(results)
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(title)}</h1>",
        _table(("", ""), facts),
        *(_lines(lines) if lines else ()),
        "<h2>Cases that pass</h2>",
        f"<p>{share} ({share.observed:.1%}); at least {share.at_least:.1%}. "
        f"Of the stated values, {found_share(results)} were found.</p>",
        interval(share.at_least, share.observed, asked),
        "<h2>What became of the features, by tag</h2>",
        _legend(),
        stacked(by_tag(results)),
        _confusion(results),
        "<h2>Time of a case</h2>",
        histogram([result.elapsed_ms for result in results], "ms"),
        *_judge(judged),
        "<h2>Every case</h2>",
        *_cases(results),
    ]
    return "\n".join([*parts, "</html>\n"])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f"<th>{escape(text)}</th>" for text in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{body}</table>"


def _lines(lines: Sequence[Line]) -> Iterator[str]:
    yield "<h2>The gate</h2><table><tr><th>line</th><th></th><th>found</th><th>why it is asked</th></tr>"
    for line in lines:
        details = "".join(f"<br><span class=quiet>{escape(text)}</span>" for text in line.details[:20])
        yield (
            f"<tr><td>{line.name.value}</td><td class={line.status.value}>{line.status.value}</td>"
            f"<td>{escape(line.said)}{details}</td><td>{escape(line.reason)}</td></tr>"
        )
    yield "</table>"


def _legend() -> str:
    return "<p>" + " ".join(f'<span style="color:{colour}">■</span> {what.value}' for what, colour in COLOURS.items())


def _confusion(results: Sequence[CaseResult]) -> str:
    head = ("tag", "cases", "passed", "flawless", *(what.value for what in COLOURS))
    rows = [
        (row.tag, str(row.cases), str(row.passed), str(row.flawless), *(str(row.found[what]) for what in COLOURS))
        for row in by_tag(results)
    ]
    return _table(head, rows)


def _judge(judged: Sequence[Judged]) -> Iterator[str]:
    if not judged:
        return
    compared = agreement(judged)
    yield "<h2>The judge, on labelled items</h2>"
    yield (
        f"<p>kappa {compared.kappa:.3f}, at least {compared.kappa_at_least:.3f}; passed {compared.false_passes} bad "
        f"(at most {compared.false_passes.at_most:.1%}), failed {compared.false_fails} good "
        f"(at most {compared.false_fails.at_most:.1%}).</p>"
    )
    wrong = [
        (of.labelled.id, of.labelled.fault or "good", of.judgement.verdict.value, of.judgement.reason)
        for of in judged
        if not of.is_right
    ]
    yield _table(("item", "label", "verdict", "reason"), wrong) if wrong else "<p>It was right on every one.</p>"


def _cases(results: Sequence[CaseResult]) -> Iterator[str]:
    yield "<table><tr><th>case</th><th></th><th>last words, question</th><th>found</th></tr>"
    for result in sorted(results, key=lambda of: (of.passed, of.flawless)):
        status = "passed" if result.passed else "failed"
        faults = [said for found in result.faults.values() for said in found]
        faults += [f"{result.failure_class}: {result.detail}"] if result.failure_class else []
        if result.judged is not None and result.judged.reason:
            faults.append(f"judge: {result.judged.verdict}: {result.judged.reason}")
        said = "".join(f"<br>{escape(fault)}" for fault in faults)
        left = ", ".join(name for name, what in result.found.items() if what == "left_out")
        yield (
            f"<tr><td>{escape(result.id)}<br><span class=quiet>{escape(' '.join(result.tags))}</span></td>"
            f"<td class={status}>{status}</td><td><code>{escape(result.said[:400])}</code>"
            f"<br><span class=quiet>{escape(result.question or '')}</span></td>"
            f"<td>{'left out: ' + escape(left) if left else ''}{said}</td></tr>"
        )
    yield "</table>"
