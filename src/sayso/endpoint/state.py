"""Hold what an endpoint is: its deployed models and how traffic is split; and the changes that it allows.

Each change gives a new state of the next generation, or a `Refusal` in Vertex AI's terms. The generation is the etag:
whoever changes an endpoint on the strength of an old reading is refused. It knows no file, clock or network.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from sayso.endpoint.refusal import Refusal

ENDPOINT_NAME = re.compile(r"projects/[^/]+/locations/[^/]+/endpoints/[^/]+")
NEW_MODEL_KEY = "0"
"""In the traffic split of a deployment: the model that is being deployed."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class DeployedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Describe one predictor behind the endpoint."""

    id: str
    url: str
    """Its predict address."""
    model: str = ""
    model_version_id: str = "1"
    display_name: str = ""


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one generation of one endpoint."""

    name: str
    """``projects/P/locations/L/endpoints/E``."""
    generation: int = 1
    display_name: str = ""
    deployed_models: tuple[DeployedModel, ...] = ()
    traffic_split: dict[str, int] = {}
    """Percent by deployed model id; sums to 100, or is empty where no traffic is taken."""

    @property
    def etag(self) -> str:
        """Name this generation."""
        return f"g{self.generation}"

    def deployed(self, model_id: str) -> DeployedModel | None:
        """Find a deployed model."""
        return next((model for model in self.deployed_models if model.id == model_id), None)

    def splitting(self, traffic_split: Mapping[str, int]) -> "State | Refusal":
        """Split traffic anew."""
        return self._next(self.deployed_models, traffic_split)

    def renamed(self, display_name: str) -> "State":
        """Show another name."""
        return msgspec.structs.replace(self, display_name=display_name, generation=self.generation + 1)

    def deploying(self, model: DeployedModel, traffic_split: Mapping[str, int]) -> "State | Refusal":
        """Add a model; an empty split leaves traffic as it is."""
        if not re.fullmatch(r"[0-9]{1,10}", model.id):
            return Refusal("INVALID_ARGUMENT", f"DeployedModel id {model.id!r} is not 1 to 10 digits")
        if self.deployed(model.id):
            return Refusal("ALREADY_EXISTS", f"DeployedModel {model.id} is deployed already")
        where = urlsplit(model.url)
        if where.scheme != "http" or where.hostname not in LOOPBACK:
            return Refusal("INVALID_ARGUMENT", f"the predictor's address {model.url!r} is not http on loopback")
        wanted = {model.id if key == NEW_MODEL_KEY else key: share for key, share in traffic_split.items()}
        return self._next((*self.deployed_models, model), wanted or self.traffic_split)

    def undeploying(self, model_id: str, traffic_split: Mapping[str, int]) -> "State | Refusal":
        """Take a model out of service; it must have no traffic, or lose it by this very change."""
        if not self.deployed(model_id):
            return Refusal("NOT_FOUND", f"DeployedModel {model_id} is not deployed on this endpoint")
        rest = tuple(model for model in self.deployed_models if model.id != model_id)
        wanted = (traffic_split or self.traffic_split) if rest else {}
        if wanted.get(model_id):
            return Refusal("FAILED_PRECONDITION", f"DeployedModel {model_id} still has traffic")
        return self._next(rest, {key: share for key, share in wanted.items() if key != model_id})

    def _next(self, models: tuple[DeployedModel, ...], traffic_split: Mapping[str, int]) -> "State | Refusal":
        changed = msgspec.structs.replace(
            self, deployed_models=models, traffic_split=dict(traffic_split), generation=self.generation + 1
        )
        return changed.fault() or changed

    def fault(self) -> Refusal | None:
        """Say what is wrong with this state; None when it can be served."""
        if not ENDPOINT_NAME.fullmatch(self.name):
            return Refusal("INVALID_ARGUMENT", f"{self.name!r} is not projects/P/locations/L/endpoints/E")
        ids = [model.id for model in self.deployed_models]
        if len(set(ids)) != len(ids):
            return Refusal("INVALID_ARGUMENT", "a DeployedModel id occurs twice")
        if strangers := [key for key in self.traffic_split if key not in ids]:
            return Refusal("INVALID_ARGUMENT", f"traffic_split names {strangers[0]}, which is not deployed")
        if any(not 0 <= share <= 100 for share in self.traffic_split.values()):
            return Refusal("INVALID_ARGUMENT", "a share of traffic_split is not within 0 to 100")
        if self.traffic_split and sum(self.traffic_split.values()) != 100:
            return Refusal("INVALID_ARGUMENT", f"traffic_split sums to {sum(self.traffic_split.values())}, not 100")
        return None
