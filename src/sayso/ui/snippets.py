"""Write one exchange as a request that can be sent again: JSON, a shell command, a Python script."""

import json
import shlex
from pprint import pformat

from sayso.answer import proposal_json
from sayso.conversation import Role, Turn
from sayso.ui.chat import Exchange
from sayso.wire import JSON


def answer_json(exchange: Exchange) -> str:
    """Write the answer as the API gives it."""
    return json.dumps(exchange.answer.as_json(), ensure_ascii=False, indent=2)


def curl(exchange: Exchange, url: str) -> str:
    """Write the question as a shell command."""
    body = shlex.quote(json.dumps(request(exchange), ensure_ascii=False))
    return f"curl -s {url}/v1/interactions \\\n  -H 'content-type: application/json' \\\n  -d {body}"


def python(exchange: Exchange, url: str) -> str:
    """Write the question as a script that needs nothing but Python."""
    question = pformat(request(exchange), width=100, sort_dicts=False)
    return _SCRIPT.format(question=question, url=f"{url}/v1/interactions")


def request(exchange: Exchange) -> dict[str, JSON]:
    """Give the body of ``POST /v1/interactions`` that asks the same."""
    first = exchange.turns[0]
    if len(exchange.turns) == 1 and not first.form:
        return {"text": first.text}
    return {
        "turns": [_turn(turn) for turn in exchange.turns],
        "conversation_id": exchange.answer.conversation_id,
    }


def _turn(turn: Turn) -> JSON:
    if turn.form:
        return {"role": turn.role.value, "form": {**turn.form}}
    shape: dict[str, JSON] = {"role": turn.role.value, "text": turn.text}
    if turn.role is Role.ASSISTANT:
        shape["asks"] = [*turn.asks]
        shape["proposes"] = {name: proposal_json(proposal) for name, proposal in turn.proposes.items()}
    return shape


_SCRIPT = """\
import json
import urllib.error
import urllib.request

question = {question}

request = urllib.request.Request(
    "{url}",
    json.dumps(question).encode(),
    {{"content-type": "application/json"}},
)
try:
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
except urllib.error.HTTPError as error:  # everything but a prediction
    answer = json.load(error)
print(json.dumps(answer, ensure_ascii=False, indent=2))
"""
