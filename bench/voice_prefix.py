"""How much of its prompt a real llama.cpp server reads again in a session of twenty turns, and how prompts grow.

    .venv/bin/python -m bench.voice_prefix

Needs the dev environment: a small real model (SmolLM2-135M) behind a llama.cpp server on a free loopback port. Prints,
a request a line, the tokens of the prompt and those that the server had to read, by its own account; then the totals.
A request that the guard cut off brings no account; the server's own counter of tokens read has it too.
"""

import asyncio
import re
from collections.abc import Sequence

import httpx2
from pydantic import SecretStr

from roleplay.actor.model import ModelActor
from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.llm.base import Usage
from roleplay.llm.budget import Meter
from roleplay.llm.client import Bounds, OpenAIChatModel
from roleplay.practice.clock import SystemClock
from roleplay.practice.loop import Practice
from roleplay.record.events import TurnSpoken
from roleplay.settings import LOCAL_KEY, Endpoint
from roleplay.store.memory import MemoryStore
from tests.llm.llama_server import llama_server, small_model

PATIENT = Bounds(first_s=120, between_s=60, total_s=150)
TURNS = (
    "Hi Dana, this is Jen Ruiz. Thanks for making the time.",
    "How are your teams set up today?",
    "What made you open these roles, and what isn't getting done while they're empty?",
    "And who is carrying that at the moment?",
    "When do they have to be at their desks?",
    "Say it takes a month longer. What does that really do?",
    "If these are still empty then, what does the business lose?",
    "And you, what does it do to you?",
    "Of the eleven, which two come first?",
    "Where does it stand today?",
    "When my invoice comes, is it your budget or HR's?",
    "Have you told HR what the wait costs you?",
    "Walk me through the upgrade. What is stage one?",
    "What would somebody have to be good at to last on your team?",
    "Is there a day after which very good will do?",
    "Right, that helps.",
    "I start once there's a signed agreement.",
    "Paper first, then people. That's how it holds.",
    "Tuesday at ten, you and me, for the two profiles?",
    "Okay, Tuesday then.",
)


class Reporting(Meter):
    """Keeps every request by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.usages: list[Usage] = []

    def count(self, usage: Usage) -> None:
        """Keep it."""
        super().count(usage)
        self.usages.append(usage)


async def measure(turns: Sequence[str] = TURNS) -> None:
    """Play, and print."""
    meter = Reporting()
    async with llama_server(small_model()) as address:
        endpoint = Endpoint(base_url=f"{address}/v1", api_key=SecretStr(LOCAL_KEY))
        listener = LearnedListener()
        actor = ModelActor(OpenAIChatModel(endpoint, bounds=PATIENT, meter=meter), listener, max_tokens=60)
        practice = await Practice.start(
            load_library([shipped_root()]).case("first-call-cto"),
            seed=1,
            recruiter="Jen Ruiz",
            store=MemoryStore(),
            listener=listener,
            actor=actor,
            clock=SystemClock(),
        )
        async for _ in practice.begin():
            pass
        print("request  prompt    read   words so far")
        shown = 0
        for turn in ("", *turns):
            if turn and not practice.is_over:
                async for _ in practice.say(turn):
                    pass
            words = sum(len(event.text.split()) for event in practice.events if isinstance(event, TurnSpoken))
            for usage in meter.usages[shown:]:
                shown += 1
                read = "cut off" if usage.is_estimated else str(usage.prompt_tokens - usage.cached_tokens)
                print(f"{shown:>7}{usage.prompt_tokens:>8}{read:>8}{words:>15}", flush=True)
        read = await tokens_read(address)
        await practice.aclose()
    total = sum(usage.prompt_tokens for usage in meter.usages)
    first = meter.usages[0].prompt_tokens
    print(f"{len(meter.usages)} requests, {total} prompt tokens; the server read {read} ({read / total:.1%})")
    print(f"without the first prompt, which nobody had read: {read - first} ({(read - first) / total:.1%})")


async def tokens_read(address: str) -> int:
    """How many prompt tokens the server has read since it began, by its own counter."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        text = (await client.get(f"{address}/metrics")).text
    found = re.search(r"^llamacpp:prompt_tokens_total (\d+)", text, re.MULTILINE)
    assert found is not None, "the server counts no tokens"
    return int(found[1])


if __name__ == "__main__":
    asyncio.run(measure())
