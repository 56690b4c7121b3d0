"""Serve an endpoint over gRPC, with the SDK's own messages."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from sayso.endpoint.methods import METHODS, Method
from sayso.endpoint.refusal import Refusal
from sayso.endpoint.service import EndpointServer, Raw
from sayso.failures import SettingsError

GRACE_S = 5.0
"""How long calls under way may take when the server stops."""


class Tls:
    """Hold a certificate chain and its key, in PEM."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Read both files; raises OSError."""
        self._pair = (key.read_bytes(), certificate.read_bytes())

    def credentials(self) -> grpc.ServerCredentials:
        """Give what a gRPC server takes."""
        return grpc.ssl_server_credentials([self._pair])


class GrpcServer:
    """Hold a listening server; made in the running event loop."""

    def __init__(self, server: EndpointServer, host: str, port: int, tls: Tls | None = None) -> None:
        """Bind; raises SettingsError where that can't be done. Port 0 takes any free one."""
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        for service in dict.fromkeys(method.service for method in METHODS):
            handlers = {method.name: _handler(method, server) for method in METHODS if method.service == service}
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, handlers),))
        address = f"{host}:{port}"
        try:
            self.port = (
                self._server.add_secure_port(address, tls.credentials())
                if tls
                else self._server.add_insecure_port(address)
            )
        except RuntimeError as error:
            raise SettingsError(f"gRPC can't listen at {address}: {error}") from error

    async def start(self) -> None:
        """Take calls."""
        await self._server.start()

    async def stop(self) -> None:
        """End, with grace for calls under way."""
        await self._server.stop(GRACE_S)


def _handler(method: Method, server: EndpointServer) -> "grpc.RpcMethodHandler[Any, Any]":
    return grpc.unary_unary_rpc_method_handler(
        _call(method, server), request_deserializer=method.request.deserialize, response_serializer=_serialize
    )


def _call(method: Method, server: EndpointServer) -> Callable[[Any, Any], Awaitable[Any]]:
    async def call(request: Any, context: "grpc.aio.ServicerContext[Any, Any]") -> Any:  # noqa: ANN401 - grpc's own
        answer = await method.answer(server, request, context.time_remaining())
        if isinstance(answer, Refusal):
            await context.abort(grpc.StatusCode[answer.status], answer.message)
        if isinstance(answer, Raw):
            context.set_trailing_metadata(raw_headers(answer))
            return answer.body
        return answer

    return call


def raw_headers(raw: Raw) -> tuple[tuple[str, str], ...]:
    """Name who answered a rawPredict, as Vertex AI does beside the body."""
    return (
        ("x-vertex-ai-deployed-model-id", raw.deployed_model.id),
        ("x-vertex-ai-model", raw.deployed_model.model),
    )


def _serialize(message: Any) -> bytes:  # noqa: ANN401 - of proto-plus or of protobuf
    serialize = getattr(type(message), "serialize", None)
    body: bytes = serialize(message) if serialize else message.SerializeToString()
    return body
