"""Be a language model without a mind: random choices among what the JSON Schema of the request allows.

llguidance masks whatever would break the schema; among the rest chance decides. The vocabulary holds the words that
were said, so that quotes and numbers of the conversation come up in all the wrong places. Form is all that a schema can
hold a model to; this shows what is left to others.

``python -m tests.faults.llm_monkey 1000`` asks so many questions and prints the count.
"""

import asyncio
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import llguidance
import llguidance.numpy as masks
import numpy as np
from jsonschema import Draft202012Validator
from tests.faults.llm_world import world

from sayso.conversation import Conversation
from sayso.extraction.extractors.grammar import claims
from sayso.extraction.extractors.llm.reply import read
from sayso.extraction.schema import Claim, Verdict
from sayso.extraction.verify import verdicts
from sayso.failures import Failure
from sayso.language.vocabulary import Vocabulary
from sayso.ledger.entries import facts_of
from sayso.testing.faulty_http import HttpStep
from sayso.testing.llm_adversary import Asked, Wire, replying
from sayso.testing.llm_lies import LOAN, told
from sayso.wire import JSON

EOS = 256
_WORD, _CLOSING = 4.0, 7.0
"""How much likelier than a byte, as logits, a word that was said and a closing quotation mark are. Without the second,
texts run to hundreds of characters; without the first, no quote is ever found in what was said."""
_MOST_TOKENS = 4000

CONVERSATIONS: Sequence[Conversation] = (
    told(),
    told(score=""),
    told(rate="the interest rate is between 5 and 6 %"),
    told(after="Sorry, the interest rate is 6 %."),
    Conversation.of("What would you say?"),
)


class Tokens:
    """Hold a vocabulary as llguidance asks for it: every byte, the end, and the words of a text."""

    def __init__(self, text: str) -> None:
        words = sorted({word for word in re.findall(r"\s?[\w.,$%]+", text) if len(word.encode()) > 1})
        self.eos_token_id = EOS
        self.bos_token_id = None
        self.tokens = [bytes([byte]) for byte in range(EOS)] + [b"<end>"] + [word.encode() for word in words]
        self.special_token_ids = [EOS]

    def __call__(self, text: bytes | str) -> list[int]:
        """Spell a text byte by byte."""
        return list(text.encode() if isinstance(text, str) else text)


@dataclass(slots=True)
class Monkey:
    """Write replies to whatever schema a request holds."""

    seed: int
    is_tidy: bool = True
    """Whether `missing_features`, which no schema ties to `features`, is made to agree with it."""
    written: list[str] = field(default_factory=list)
    _masks: dict[str, tuple[Tokens, int, llguidance.LLMatcher]] = field(default_factory=dict)
    """What was said → vocabulary, its size, and the grammar at its start."""

    def __call__(self, asked: Asked) -> HttpStep:
        """Answer one request."""
        assert isinstance(asked.schema, dict)
        text = _text(*self._mask(asked.schema, asked.texts[-1]), np.random.default_rng([self.seed, len(self.written)]))
        reply = json.loads(text)
        if self.is_tidy:
            reply["missing_features"] = [name for name, claim in reply["features"].items() if claim is None]
        Draft202012Validator(asked.schema).validate(reply)
        self.written.append(json.dumps(reply))
        return replying(asked.wire, self.written[-1])

    def _mask(self, schema: Mapping[str, JSON], said: str) -> tuple[Tokens, int, llguidance.LLMatcher]:
        if said not in self._masks:
            tokens = Tokens(said)
            tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(tokens))
            grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(schema))
            self._masks[said] = tokens, tokenizer.vocab_size, llguidance.LLMatcher(tokenizer, grammar)
        tokens, size, start = self._masks[said]
        return tokens, size, start.deep_copy()


def _text(tokens: Tokens, size: int, matcher: llguidance.LLMatcher, chance: np.random.Generator) -> str:
    """Let chance write under the mask, token by token, to the schema's end."""
    mask = masks.allocate_token_bitmask(1, size)
    chosen: list[int] = []
    while not matcher.is_stopped() and len(chosen) < _MOST_TOKENS:
        masks.fill_next_token_bitmask(matcher, mask)
        logits = chance.gumbel(size=(1, size)).astype(np.float32)
        logits[0, EOS + 1 :] += _WORD
        logits[0, ord('"')] += _CLOSING
        masks.apply_token_bitmask_inplace(logits, mask)
        chosen.append(int(logits.argmax()))
        matcher.consume_token(chosen[-1])
    assert not matcher.get_error(), matcher.get_error()
    return b"".join(tokens.tokens[token] for token in chosen if token != EOS).decode()


def false_claims(reply: str, conversation: Conversation, vocabulary: Vocabulary) -> dict[str, Claim]:
    """Give the claims whose value is not what was said; none of a reply that is refused before anybody looks."""
    true = claims(conversation, vocabulary).features
    made = read(reply, vocabulary.contract)
    return {
        name: claim
        for name, claim in ({} if isinstance(made, Failure) else made.features).items()
        if claim is not None and ((said := true[name]) is None or said.value != claim.value)
    }


async def run(count: int, wire: Wire, folder: Path, *, seed: int, is_tidy: bool = True) -> Counter[str]:
    """Ask so many questions, and count how they ended and what verification said of the claims."""
    monkey = Monkey(seed, is_tidy)
    counts: Counter[str] = Counter()
    async with world(wire, folder, monkey, contract_name=LOAN, deadline_s=60.0) as deployment:
        for number in range(count):
            said = CONVERSATIONS[number % len(CONVERSATIONS)]
            ended = await deployment.ask(said)
            false = false_claims(monkey.written[-1], said, deployment.vocabulary)
            judged = verdicts(false, said, deployment.vocabulary).values()
            believed = sum(verification.verdict is Verdict.SUPPORTED for verification in judged)
            counts.update(
                {
                    "replies": 1,
                    f"ended {ended.label}": 1,
                    "false replies": bool(false) or ended.label == "extraction_schema",
                }
            )
            counts.update({"requests": ended.requests, "predictions": ended.predictions})
            counts.update({"false claims": len(false), "false claims supported": believed})
            counts.update(_verdicts(ended.stored.entries[2].public))
    return counts


def _verdicts(public: str) -> Mapping[str, int]:
    facts = facts_of(public).get("facts")
    found = facts.get("verdicts") if isinstance(facts, dict) else None
    return {key: value for key, value in found.items() if isinstance(value, int)} if isinstance(found, dict) else {}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for place, spoken in enumerate(Wire):
            total = asyncio.run(run(int(sys.argv[1]) // 2, spoken, Path(made) / spoken, seed=place))
            sys.stdout.write(f"{spoken} {dict(total)}\n")
