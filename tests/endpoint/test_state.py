"""An endpoint's state changes as Vertex AI allows it, and keeps its generation."""

from collections.abc import Callable

import pytest

from sayso.endpoint.refusal import Refusal
from sayso.endpoint.state import DeployedModel, State

NAME = "projects/p/locations/l/endpoints/1"
URL = "http://127.0.0.1:8080/v1/predict"
TWO = State(
    name=NAME,
    generation=7,
    deployed_models=(DeployedModel("1", URL), DeployedModel("2", URL)),
    traffic_split={"1": 90, "2": 10},
)
Change = Callable[[State], State | Refusal]


@pytest.mark.parametrize(
    ("change", "split", "ids"),
    [
        (lambda s: s.splitting({"1": 50, "2": 50}), {"1": 50, "2": 50}, ["1", "2"]),
        (lambda s: s.splitting({"1": 100}), {"1": 100}, ["1", "2"]),
        (lambda s: s.splitting({}), {}, ["1", "2"]),
        (lambda s: s.deploying(DeployedModel("3", URL), {}), {"1": 90, "2": 10}, ["1", "2", "3"]),
        (lambda s: s.deploying(DeployedModel("3", URL), {"0": 5, "1": 95}), {"3": 5, "1": 95}, ["1", "2", "3"]),
        (lambda s: s.undeploying("2", {"1": 100}), {"1": 100}, ["1"]),
        (lambda s: s.undeploying("2", {"1": 100, "2": 0}), {"1": 100}, ["1"]),
    ],
    ids=["split", "all to one", "none", "deploy", "deploy with traffic", "undeploy", "undeploy, zero named"],
)
def test_a_change_gives_the_next_generation(change: Change, split: dict[str, int], ids: list[str]) -> None:
    """The state before is untouched."""
    changed = change(TWO)

    assert isinstance(changed, State)
    assert (changed.traffic_split, [m.id for m in changed.deployed_models]) == (split, ids)
    assert (TWO.etag, changed.etag) == ("g7", "g8")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda s: s.splitting({"1": 99}), "INVALID_ARGUMENT"),
        (lambda s: s.splitting({"1": 101, "2": -1}), "INVALID_ARGUMENT"),
        (lambda s: s.splitting({"1": 90, "9": 10}), "INVALID_ARGUMENT"),
        (lambda s: s.deploying(DeployedModel("1", URL), {}), "ALREADY_EXISTS"),
        (lambda s: s.deploying(DeployedModel("canary", URL), {}), "INVALID_ARGUMENT"),
        (lambda s: s.deploying(DeployedModel("3", "http://10.0.0.1/x"), {}), "INVALID_ARGUMENT"),
        (lambda s: s.deploying(DeployedModel("3", "file:///etc/passwd"), {}), "INVALID_ARGUMENT"),
        (lambda s: s.deploying(DeployedModel("3", URL), {"0": 5}), "INVALID_ARGUMENT"),
        (lambda s: s.undeploying("9", {}), "NOT_FOUND"),
        (lambda s: s.undeploying("2", {}), "FAILED_PRECONDITION"),
        (lambda s: s.undeploying("2", {"1": 90, "2": 10}), "FAILED_PRECONDITION"),
    ],
    ids=[
        "99", "negative", "stranger", "twice", "no number", "beyond loopback", "no http", "sum", "unknown", "traffic",
        "keeps traffic",
    ],
)  # fmt: skip
def test_a_change_that_is_not_allowed_is_refused_by_name(change: Change, status: str) -> None:
    """The status is the one of Google's API."""
    refused = change(TWO)

    assert isinstance(refused, Refusal)
    assert refused.status == status


def test_the_last_model_leaves_an_endpoint_without_traffic() -> None:
    """Its share goes with it."""
    one = State(name=NAME, deployed_models=(DeployedModel("1", URL),), traffic_split={"1": 100})

    changed = one.undeploying("1", {})

    assert isinstance(changed, State)
    assert (changed.deployed_models, changed.traffic_split) == ((), {})
