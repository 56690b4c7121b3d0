"""Every request of the catalogue is bad, and at least fifty of them fit any contract."""

import pytest
from tests.predictor.test_decode import CLINIC

from sayso.contract.document import of_document
from sayso.contract.model import Contract
from sayso.failures import Failure
from sayso.predictor.decode import Decoder
from sayso.predictor.head import JSON_TYPE
from sayso.probe.catalogue import cases, good
from sayso.probe.request import Framing, Request
from sayso.probe.sound import sound_instance

NUMBERS = of_document(
    "numbers",
    {
        "contract": "numbers",
        "version": "1.0.0",
        "target": {"name": "t", "type": "number"},
        "feature_columns": ["1", "2"],
        "features": {"1": {"type": "number"}, "2": {"type": "number"}},
    },
)
WORDS = of_document(
    "words",
    {
        "contract": "words",
        "version": "1.0.0",
        "target": {"name": "t", "type": "number"},
        "feature_columns": ["colour"],
        "features": {"colour": {"type": "category", "values": {"red": [], "blue": []}}},
    },
)
CONTRACTS = pytest.mark.parametrize("contract", [CLINIC, NUMBERS, WORDS], ids=lambda contract: contract.name)


def _is_plain(request: Request) -> bool:
    """Say whether only the body can be at fault."""
    return (
        request.method == "POST"
        and not request.path_suffix
        and request.headers == {"content-type": JSON_TYPE}
        and request.framing is Framing.LENGTH
    )


@CONTRACTS
def test_the_sound_request_is_sound(contract: Contract) -> None:
    """It is made from the contract alone, rules and dates included."""
    decoded = Decoder(contract, 1024).decode(good(sound_instance(contract)).body)

    assert not isinstance(decoded, Failure)


@CONTRACTS
def test_no_other_body_is_sound(contract: Contract) -> None:
    """The strict decoder refuses each that comes as a plain POST."""
    made = [case for case in cases(contract, sound_instance(contract)) if _is_plain(case.request)]
    small = [case for case in made if case.group != "limit"]  # there the size is at fault, and decoding takes seconds

    decode = Decoder(contract, 1024).decode
    assert [case.title for case in small if not isinstance(decode(case.request.body), Failure)] == []


@CONTRACTS
def test_there_are_at_least_fifty_each_with_a_name_of_its_own(contract: Contract) -> None:
    """A title names one request."""
    titles = [case.title for case in cases(contract, sound_instance(contract))]

    assert len(titles) >= 50
    assert len(set(titles)) == len(titles)


def test_a_request_is_sent_as_described() -> None:
    """The length that is told may be wrong, the path another, the headers none."""
    request = Request(b"{}", method="PUT", path_suffix="/x", headers={}, framing=Framing.SHORT)

    assert request.encode("host:1", "/v1/predict", {"authorization": "key"}) == (
        b"PUT /v1/predict/x HTTP/1.1\r\nhost: host:1\r\nconnection: close\r\nauthorization: key\r\n"
        b"content-length: 3\r\n\r\n{}"
    )
