"""Serve an endpoint over REST at the SDK's own routes, with health and metrics beside them."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple

from google.protobuf import json_format
from google.protobuf.message import Message
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sayso.endpoint.grpc_server import raw_headers
from sayso.endpoint.methods import METHODS, Method, http_options
from sayso.endpoint.refusal import Refusal
from sayso.endpoint.service import MAX_REQUEST_BYTES, EndpointServer, Raw

_VARIABLE = re.compile(r"\{([\w.]+)=([^}]*)\}")
RAW_BODY = "RawPredict"
"""The one method whose HTTP body is passed on as it is."""


class _Route(NamedTuple):
    """Describe one route of the SDK's table."""

    verb: str
    path: re.Pattern[str]
    field: str
    """Where the name in the path belongs in the request, such as ``endpoint.name``."""
    body: str
    """The field that the HTTP body is; ``*`` for the whole request."""
    method: Method


Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def make(server: EndpointServer, lifespan: Lifespan | None = None) -> Starlette:
    """Make the ASGI application."""
    routes = list(_routes())

    async def call(request: Request) -> Response:
        return await _answer(server, routes, request)

    async def healthz(request: Request) -> Response:
        return Response("ok\n", media_type="text/plain")

    async def metrics(request: Request) -> Response:
        return Response(server.counters.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/metrics", metrics),
            Route("/{path:path}", call, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
        ],
        lifespan=lifespan,
    )


def _routes() -> Iterator[_Route]:
    for method in METHODS:
        for option in http_options(method):
            variable = _VARIABLE.search(option["uri"])
            assert variable is not None, option
            name = variable.group(2).replace("**", ".+").replace("*", "[^/]+")
            before, after = option["uri"][: variable.start()], option["uri"][variable.end() :]
            path = re.compile(f"{re.escape(before)}(?P<name>{name}){re.escape(after)}")
            yield _Route(option["method"].upper(), path, variable.group(1), option.get("body", ""), method)


async def _answer(server: EndpointServer, routes: list[_Route], request: Request) -> Response:
    found = ((route, match) for route in routes if (match := route.path.fullmatch(request.url.path)))
    route, match = next(((r, m) for r, m in found if r.verb == request.method), (None, None))
    if route is None or match is None:
        return _refused(Refusal("NOT_FOUND", f"there is no route {request.method} {request.url.path}"))
    body = await request.body()
    if len(body) > MAX_REQUEST_BYTES:
        return _refused(Refusal("INVALID_ARGUMENT", f"the request exceeds {MAX_REQUEST_BYTES} bytes"))
    try:
        message = _message(route, match.group("name"), body, request.query_params.get("updateMask"))
    except json_format.ParseError as error:
        return _refused(Refusal("INVALID_ARGUMENT", f"Invalid JSON payload received. {error}"))
    return _shown(await route.method.answer(server, route.method.request.wrap(message), None))


def _message(route: _Route, name: str, body: bytes, update_mask: str | None) -> Message:
    """Make the request's message from path, body and query, as the SDK takes it apart."""
    message: Message = route.method.request.pb(route.method.request())
    if route.method.name == RAW_BODY:
        message.http_body.data = body  # type: ignore[attr-defined]
    elif body:
        json_format.Parse(body, message if route.body == "*" else getattr(message, route.body))
    holder: Any = message
    *path, last = route.field.split(".")
    for part in path:
        holder = getattr(holder, part)
    setattr(holder, last, name)
    if update_mask is not None:
        message.update_mask.FromJsonString(update_mask)  # type: ignore[attr-defined]
    return message


def _shown(answer: Any) -> Response:  # noqa: ANN401 - a response of any method
    if isinstance(answer, Refusal):
        return _refused(answer)
    if isinstance(answer, Raw):
        return Response(answer.body.data, headers=dict(raw_headers(answer)), media_type=answer.body.content_type)
    message = answer if isinstance(answer, Message) else type(answer).pb(answer)
    return Response(json_format.MessageToJson(message, indent=None), media_type="application/json")


def _refused(refusal: Refusal) -> Response:
    """Shape an error as Google's REST APIs do."""
    error = {"code": refusal.http_status, "message": refusal.message, "status": refusal.status}
    return Response(json.dumps({"error": error}), refusal.http_status, media_type="application/json")
