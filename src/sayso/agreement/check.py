"""Check a deployment's contract: the document itself, and everything around it that carries its digest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sayso.agreement.carriers import carrier_findings
from sayso.agreement.finding import Finding, Status, judged
from sayso.agreement.git import Repository
from sayso.agreement.package import package_findings
from sayso.agreement.publication import tag_findings
from sayso.contract.document import parse, seal_problems
from sayso.contract.model import Contract
from sayso.failures import DocumentError


@dataclass(frozen=True, slots=True)
class Subject:
    """Say what is checked, and where its companions are."""

    path: Path
    """The contract."""
    package: Path
    """The folder of the model package."""
    root: Path
    """The deployment's folder, in which evals and monitoring lie."""
    tag: bool = False
    """Whether the tag of the version must exist and agree."""


@dataclass(frozen=True, slots=True)
class Report:
    """Hold everything that was found, in the order in which it was looked at."""

    path: Path
    contract: Contract | None
    """None where the document is not sound."""
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Say whether nothing disagrees."""
        return all(finding.status is not Status.DISAGREES for finding in self.findings)


def check(subject: Subject, body: bytes) -> Report:
    """Compare everything with the contract.

    Args:
        subject: what is checked.
        body: the contract's bytes.

    Raises:
        RepositoryError: the tag is asked for, and git can't tell.
    """
    try:
        contract = parse(subject.path.name, body)
    except DocumentError as error:
        unsound = [Finding(subject.path.name, Status.DISAGREES, str(problem)) for problem in error.problems]
        return Report(subject.path, None, (*unsound, *package_findings(subject.package, None)))
    return Report(subject.path, contract, tuple(_findings(subject, contract)))


def _findings(subject: Subject, contract: Contract) -> Iterator[Finding]:
    seal = (str(problem) for problem in seal_problems(contract))
    yield from judged("contract", seal, f"{contract.name} {contract.version} is frozen, {contract.digest}")
    yield from package_findings(subject.package, contract)
    yield from carrier_findings(subject.root, contract)
    if subject.tag:
        yield from tag_findings(Repository.around(subject.path), contract)
