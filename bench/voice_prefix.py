"""How much of its prompt a real llama.cpp server reads again in a session of twenty turns, and how prompts grow.

    .venv/bin/python -m bench.voice_prefix

Needs the dev environment: a small real model (SmolLM2-135M) behind a llama.cpp server on a free loopback port. Prints,
a turn a line, the tokens of the prompt, those that the server still had, and those of the words spoken since the
prompt before; then the totals.
"""

import asyncio
from collections.abc import Sequence

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
        actor = ModelActor(OpenAIChatModel(endpoint, bounds=PATIENT, meter=meter), listener, max_tokens=80)
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
        print("request  prompt  cached  read   words so far")
        shown = 0
        for turn in ("", *turns):
            if turn and not practice.is_over:
                async for _ in practice.say(turn):
                    pass
            words = sum(len(event.text.split()) for event in practice.events if isinstance(event, TurnSpoken))
            for usage in meter.usages[shown:]:
                shown += 1
                read = usage.prompt_tokens - usage.cached_tokens
                print(f"{shown:>7}{usage.prompt_tokens:>8}{usage.cached_tokens:>8}{read:>6}{words:>15}")
        await practice.aclose()
    total = sum(usage.prompt_tokens for usage in meter.usages)
    first = meter.usages[0].prompt_tokens - meter.usages[0].cached_tokens
    read = total - sum(usage.cached_tokens for usage in meter.usages)
    print(f"{len(meter.usages)} requests, {total} prompt tokens; read {read} ({read / total:.1%})")
    print(f"without the first prompt, which nobody had read: {read - first} ({(read - first) / total:.1%})")


if __name__ == "__main__":
    asyncio.run(measure())
