"""Run an endpoint on loopback with predictors whose answers a test decides, and the SDK's own clients before it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import grpc.aio
import httpx
from google.cloud.aiplatform_v1.services.endpoint_service import EndpointServiceAsyncClient
from google.cloud.aiplatform_v1.services.endpoint_service.transports.grpc_asyncio import (
    EndpointServiceGrpcAsyncIOTransport,
)
from google.cloud.aiplatform_v1.services.prediction_service import PredictionServiceAsyncClient
from google.cloud.aiplatform_v1.services.prediction_service.transports.grpc_asyncio import (
    PredictionServiceGrpcAsyncIOTransport,
)

from sayso.endpoint.counters import Counters
from sayso.endpoint.grpc_server import GrpcServer
from sayso.endpoint.predictors import Predictors
from sayso.endpoint.rest import make
from sayso.endpoint.service import EndpointServer
from sayso.endpoint.state import DeployedModel, State
from sayso.endpoint.store import Store

NAME = "projects/p/locations/l/endpoints/1"
Result = TypeVar("Result")
Answers = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


@dataclass(frozen=True)
class Running:
    """Hold a running endpoint and three ways to call it."""

    server: EndpointServer
    predictions: PredictionServiceAsyncClient
    endpoints: EndpointServiceAsyncClient
    rest: httpx.AsyncClient


def url(port: int) -> str:
    """Give a predict address."""
    return f"http://127.0.0.1:{port}/v1/predict"


def two_models() -> State:
    """Give an endpoint with 90 percent on model 1 and 10 on model 2."""
    models = (DeployedModel("1", url(8081), "m1"), DeployedModel("2", url(8082), "m2"))
    return State(name=NAME, deployed_models=models, traffic_split={"1": 90, "2": 10})


@asynccontextmanager
async def running(path: Path, answers: Answers, state: State) -> AsyncIterator[Running]:
    """Serve over gRPC on a free port; REST without a socket."""
    server = EndpointServer(state, Store(path), Predictors(httpx.MockTransport(answers)), Counters(), time.monotonic)
    listening = GrpcServer(server, "127.0.0.1", 0)
    await listening.start()
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{listening.port}")
    rest = httpx.AsyncClient(transport=httpx.ASGITransport(make(server)), base_url="http://endpoint")
    try:
        yield Running(
            server,
            PredictionServiceAsyncClient(transport=PredictionServiceGrpcAsyncIOTransport(channel=channel)),
            EndpointServiceAsyncClient(transport=EndpointServiceGrpcAsyncIOTransport(channel=channel)),
            rest,
        )
    finally:
        await rest.aclose()
        await channel.close()
        await listening.stop()
        await server.aclose()


def run(
    path: Path, answers: Answers, use: Callable[[Running], Awaitable[Result]], state: State | None = None
) -> Result:
    """Use a running endpoint, and end it."""

    async def whole() -> Result:
        async with running(path, answers, state or two_models()) as endpoint:
            return await use(endpoint)

    return asyncio.run(whole())
