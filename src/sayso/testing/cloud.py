"""Be Cloud Monitoring over gRPC on loopback: keep what is written, or refuse it with a status.

The messages are the SDK's own, so that what is kept was really encoded and decoded. Needs the extra ``gcp``.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import grpc
from google.cloud.monitoring_v3.types import CreateTimeSeriesRequest, TimeSeries
from google.protobuf import empty_pb2

METRIC_SERVICE = "google.monitoring.v3.MetricService"


class CloudMonitoringPeer:
    """Listen while the block runs."""

    def __init__(self, refusals: Mapping[str, str] | None = None) -> None:
        """Take the names of gRPC statuses, by the name of the method that is refused so."""
        self._refusals = refusals or {}
        self.time_series: list[TimeSeries] = []
        """Everything that was written, in order."""
        self.calls: list[int] = []
        """How many series each call wrote."""

    def __enter__(self) -> Self:
        self._server = grpc.server(ThreadPoolExecutor(max_workers=2), options=[("grpc.so_reuseport", 0)])
        handlers = {"CreateTimeSeries": self._handler("CreateTimeSeries", CreateTimeSeriesRequest, self._written)}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(METRIC_SERVICE, handlers),))
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop(None).wait()

    def _written(self, request: CreateTimeSeriesRequest) -> bytes:
        self.calls.append(len(request.time_series))
        self.time_series.extend(request.time_series)
        return empty_pb2.Empty().SerializeToString()

    def _handler(
        self,
        name: str,
        request: Any,  # noqa: ANN401 - a class of proto-plus, which has no type for its own
        answer: Callable[[Any], bytes],
    ) -> "grpc.RpcMethodHandler[Any, Any]":
        def call(asked: Any, context: grpc.ServicerContext) -> bytes:  # noqa: ANN401 - grpc's own
            if status := self._refusals.get(name):
                context.abort(grpc.StatusCode[status], "refused as told")
            return answer(asked)

        return grpc.unary_unary_rpc_method_handler(call, request_deserializer=request.deserialize)
