"""Every fault of the catalogue ends as the failure class that it names, in time."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.faults.peers import DEADLINE_S, Fault, catalogue, contract, peer, settings

from sayso import inference_wiring
from sayso.contract.admit import FeatureVector, admit
from sayso.failures import Failure, FailureClass
from sayso.inference_service import Prediction

CASES = [(fault, backend) for fault in catalogue() for backend in fault.on]
NO_PACKAGE = Failure(FailureClass.ARTIFACT_MISSING, "not needed")


async def _predict(fault: Fault, backend: str, folder: Path) -> tuple[Prediction | Failure, float]:
    mine = contract(fault.target)
    vector = admit(mine, {"dose": 1})
    assert isinstance(vector, FeatureVector)
    async with peer(fault, backend, folder) as address:
        service = inference_wiring.make(settings(fault, backend, address, folder), mine, NO_PACKAGE)
        begin_s = time.monotonic()
        try:
            return await service.predict(vector), time.monotonic() - begin_s
        finally:
            await service.backend.aclose()


@pytest.mark.parametrize(("fault", "backend"), CASES, ids=[f"{backend}: {fault.id}" for fault, backend in CASES])
def test_a_fault_ends_as_its_class_and_in_time(fault: Fault, backend: str, tmp_path: Path) -> None:
    """The class is the catalogue's; the whole call takes no longer than its deadline and half a second."""
    result, elapsed_s = asyncio.run(_predict(fault, backend, tmp_path))

    assert isinstance(result, Failure), result
    assert fault.expected == result.failure_class.label, result
    assert elapsed_s <= DEADLINE_S + 0.5


def test_the_catalogue_covers_each_backend() -> None:
    """There are at least 60 faults for each backend, and no two of the same name for one."""
    counts = Counter(backend for _, backend in CASES)
    names = Counter((fault.id, backend) for fault, backend in CASES)

    assert counts["http"] >= 60
    assert counts["vertex"] >= 60
    assert [name for name, count in names.items() if count > 1] == []
