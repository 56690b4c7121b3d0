"""Offer the front door to agents: one tool for the contract, over the Model Context Protocol.

The tool takes a question in words and nothing else. What is missing is asked of the person behind the agent
(elicitation), and what they type is evidence of kind `form`; an agent whose client can't ask gets the outcome
`needs_input`, with what is missing. Every outcome is structured content with the answer's keys.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, ConfigDict, Field, create_model

from sayso import __version__
from sayso.contract.model import Contract
from sayso.conversation import Conversation, Role, Turn, filled
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.schema import Grounded
from sayso.extraction.verify import verify
from sayso.interaction import Question
from sayso.language.vocabulary import DecimalStyle, Vocabulary
from sayso.settings import Settings
from sayso.wiring import Parts, read_contract


class Typed(BaseModel):
    """Hold what a person typed, by feature; empty where nobody was asked."""

    model_config = ConfigDict(extra="forbid")


def make(settings: Settings, parts_of: Callable[[], AbstractAsyncContextManager[Parts]]) -> MCPServer[Parts]:
    """Make the server; the parts are made when it starts, and closed when it stops. Raises DocumentError."""
    contract = read_contract(settings)

    @asynccontextmanager
    async def lifespan(_: MCPServer[Parts]) -> AsyncIterator[Parts]:
        async with parts_of() as parts:
            yield parts

    server: MCPServer[Parts] = MCPServer("sayso", version=__version__, lifespan=lifespan)
    vocabulary = Vocabulary.of(contract, decimal=DecimalStyle(settings.language.decimal))
    server.add_tool(_tool(vocabulary), name=tool_name(contract), description=_description(contract))
    _close(server)
    return server


def tool_name(contract: Contract) -> str:
    """Name the tool of a contract: ``ask_short_rate``."""
    return "ask_" + re.sub(r"[^A-Za-z0-9]+", "_", contract.name)


def _description(contract: Contract) -> str:
    needs = "; ".join(str(feature) for feature in contract.features)
    return (
        f"Predict {contract.target.name}. Give the user's own words, unchanged: every value has to be said in them, "
        f"and nothing may be added. It needs: {needs}."
    )


def _tool(vocabulary: Vocabulary) -> Callable[..., Any]:
    async def missing(question: str, ctx: Context[Parts]) -> Elicit[Typed] | Typed:
        """Ask the person for what their words do not state, where their client can."""
        absent = _missing(question, vocabulary) if _can_ask(ctx) else ()
        if not absent:
            return Typed()
        return Elicit("Some values were not stated.", _form(vocabulary.contract, absent))

    async def ask(
        question: Annotated[str, Field(min_length=1, max_length=100_000, description="The user's words.")],
        typed: Annotated[ElicitationResult[Typed], Resolve(missing)],
        ctx: Context[Parts],
    ) -> dict[str, Any]:
        turns = [Turn(Role.USER, question)]
        if isinstance(typed, AcceptedElicitation) and (form := typed.data.model_dump(exclude_none=True)):
            turns.append(filled({name: str(text) for name, text in form.items()}))
        answer = await ctx.request_context.lifespan_context.desk.ask(Question(Conversation(tuple(turns))))
        return answer.as_json()

    return ask


def _can_ask(ctx: Context[Parts]) -> bool:
    """Say whether the client can put a form to its user."""
    capabilities = ctx.client_capabilities
    elicitation = capabilities.elicitation if capabilities is not None else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def _missing(question: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Read the words by our own rules; this only decides what to ask, and no value comes from it."""
    conversation = Conversation.of(question)
    grounded = verify(claims(conversation, vocabulary), conversation, vocabulary)
    return grounded.missing_features if isinstance(grounded, Grounded) else ()


def _form(contract: Contract, names: tuple[str, ...]) -> type[Typed]:
    """Make the form of some features: text, which is read as what is typed into a field of the page."""
    fields: dict[str, Any] = {
        name: (str, Field(title=name, description=str(contract.by_name[name]), max_length=200)) for name in names
    }
    return create_model("Typed", __base__=Typed, **fields)


def _close(server: MCPServer[Parts]) -> None:
    """Refuse unknown arguments: the SDK (2.3) drops them, and the tool would answer another question than was asked."""
    for tool in server._tool_manager.list_tools():  # noqa: SLF001 - there is no public way
        model = tool.fn_metadata.arg_model
        model.model_config["extra"] = "forbid"
        model.model_rebuild(force=True)
        tool.parameters["additionalProperties"] = False
