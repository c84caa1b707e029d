"""How long the guard keeps a reader waiting: the first shown words, against a bare streaming client at the same server.

    .venv/bin/python -m bench.voice_latency

A server on loopback waits 50 ms and then streams a word-sized token every 5 ms. Clients ask it in turn, many times
in one run, so that a machine's speed shows in all of them: the bare `openai` client (its first token, and its first
whole sentence), and the program (its first words on the screen). The difference to the first whole sentence is what the
program adds; the sentence itself has to be seen before it may be shown.
"""

import asyncio
import statistics
import time
from contextlib import aclosing

from openai import AsyncOpenAI

from roleplay.actor.model import ModelActor
from roleplay.actor.prompt import RINGS
from roleplay.content.library import load_library, shipped_root
from roleplay.listener.learned import LearnedListener
from roleplay.llm.client import OpenAIChatModel
from roleplay.practice.clock import SystemClock
from roleplay.practice.happenings import TurnKept, WordsSpoken
from roleplay.practice.loop import Practice
from roleplay.store.memory import MemoryStore
from tests.llm.stand_in import Answering, StandInServer, messages_of

WAIT_S = 0.05
TOKENS_PER_S = 200
GREETING = "Dana Whitfield."
ANSWER = "Right, go on then. I'm listening, and I have a coffee here. Take your time with it."
FIRST = "Right, go on then."
ROUNDS = 60


async def answers(answering: Answering) -> None:
    """Wait, then stream."""
    await answering.head()
    await asyncio.sleep(WAIT_S)
    loop = asyncio.get_running_loop()
    due = loop.time()
    is_greeting = RINGS in messages_of(answering.server.requests[-1])[-1][1]
    for at, word in enumerate((GREETING if is_greeting else ANSWER).split(" ")):
        due += 1 / TOKENS_PER_S
        await asyncio.sleep(max(0.0, due - loop.time()))
        await answering.words(word if at == 0 else f" {word}")
    await answering.finish()


async def bare(client: AsyncOpenAI) -> tuple[float, float]:
    """Milliseconds until the bare client's first token, and until its first whole sentence."""
    started, first, said = time.perf_counter(), 0.0, ""
    sent = await client.chat.completions.create(
        model="stand-in-1", messages=[{"role": "user", "content": "Hi."}], stream=True
    )
    async with sent as chunks:
        async for chunk in chunks:
            said += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            first = first or (1000 * (time.perf_counter() - started) if said else 0.0)
            if len(said) > len(FIRST):
                break
    return first, 1000 * (time.perf_counter() - started)


async def guarded(practice: Practice) -> float:
    """Milliseconds from when the recruiter's turn is kept to the first words that answer it."""
    kept, first = time.perf_counter(), 0.0
    async with aclosing(practice.say("Right, okay.")) as happenings:
        async for happening in happenings:
            if isinstance(happening, TurnKept):
                kept = time.perf_counter()
            if isinstance(happening, WordsSpoken) and not first:
                first = 1000 * (time.perf_counter() - kept)
    return first


async def measure() -> None:
    """Ask in turn, and print medians."""
    library, listener = load_library([shipped_root()]), LearnedListener()
    await listener.prepare()
    firsts, sentences, shown = [], [], []
    async with StandInServer(answers) as server:
        client = AsyncOpenAI(api_key="local", base_url=server.base_url)
        model = OpenAIChatModel(server.endpoint())
        actor = ModelActor(model, listener)
        for seed in range(ROUNDS):
            practice = await Practice.start(
                library.case("first-call-cto"),
                seed=seed,
                recruiter="Jen Ruiz",
                store=MemoryStore(),
                listener=listener,
                actor=actor,
                clock=SystemClock(),
            )
            async for _ in practice.begin():
                pass
            first, sentence = await bare(client)
            firsts.append(first)
            sentences.append(sentence)
            shown.append(await guarded(practice))
        await client.close()
        await model.aclose()
    names = {
        "bare client, first token": firsts,
        "bare client, first sentence": sentences,
        "program, first words": shown,
        "added to the sentence": [ours - theirs for ours, theirs in zip(shown, sentences, strict=True)],
    }
    print(f"{'milliseconds':<30}{'p50':>8}{'p95':>8}")
    for name, values in names.items():
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{name:<30}{statistics.median(values):>8.1f}{p95:>8.1f}")


if __name__ == "__main__":
    asyncio.run(measure())
