"""What `roleplay doctor` finds out about the voice: who it is, where words go, and whether and how fast it speaks."""

import asyncio
from collections.abc import AsyncGenerator

from roleplay.around import meter_of
from roleplay.cli.finding import Finding
from roleplay.errors import RoleplayError, VoiceError
from roleplay.llm.base import ChatMessage, ChatModel, ChatRole
from roleplay.llm.budget import Limits, Meter, money_words, tokens_words
from roleplay.llm.checkup import Speed, list_models, measure
from roleplay.llm.client import OpenAIChatModel
from roleplay.llm.connection import Bounds
from roleplay.llm.discovery import FoundServer
from roleplay.llm.gguf import GgufModel
from roleplay.llm.structured import StructuredMode
from roleplay.settings import Endpoint, ModelFile, Settings, Source
from roleplay.values import Value
from roleplay.wording import count, where_words_go

ROUND_TRIP_LIMIT_S = 5.0
REPLY_LIMITS = Bounds(connect_s=5, first_s=30, between_s=15, total_s=60)
LOAD_LIMIT_S = 600.0
FORM_TOKENS = 50

MODE_WORDS = {
    StructuredMode.SCHEMA: "yes, the model is held to a JSON Schema",
    StructuredMode.JSON: "yes, the model is held to JSON, and the prompt tells the form",
    StructuredMode.PROMPT: "yes, by asking for it in the prompt",
    None: "no; the local listener decides alone where it is unsure",
}


class _Plain(Value):
    is_whole: bool


async def voice_findings(settings: Settings, found: tuple[FoundServer, ...]) -> AsyncGenerator[Finding, None]:
    """Yield what there is to say of the voice, one thing after the other; the first failure is the last of them."""
    yield Finding(about="voice", is_well=True, says=_who(settings))
    host, name = None, None
    if settings.model_file is not None:
        host, name = settings.model_file.host, settings.model_file.path.name
    elif settings.endpoint is not None:
        host, name = settings.endpoint.host, settings.endpoint.model
    yield Finding(about="words", is_well=True, says=where_words_go(host, name))
    yield Finding(about="servers", is_well=True, says=_servers(found))
    try:
        meter = meter_of(settings)
    except RoleplayError as error:
        yield Finding(about="budget", is_well=False, says=str(error))
        return
    yield Finding(about="budget", is_well=True, says=_budget(meter.limits))
    if settings.model_file is not None:
        async for finding in _inside(settings.model_file):
            yield finding
    if settings.endpoint is not None:
        async for finding in _server(settings.endpoint, meter):
            yield finding


def _who(settings: Settings) -> str:
    if settings.source is Source.NOBODY:
        return "the script; nobody chose another (roleplay voice)"
    by = f"chosen by {settings.source.value}"
    if settings.model_file is not None:
        return f"{settings.model_file.path}, {by}"
    if settings.endpoint is not None:
        return f"{settings.endpoint.model or 'the first model'} at {settings.endpoint.base_url}, {by}"
    return f"the script, {by}"


def _servers(found: tuple[FoundServer, ...]) -> str:
    if not found:
        return "none found on this machine"
    return ", ".join(f"{server.kind} at {server.host} ({count(len(server.models), 'chat model')})" for server in found)


def _budget(limits: Limits) -> str:
    said = [
        f"{scope} {words}"
        for scope, words in (
            ("session", None if limits.session_tokens is None else f"{tokens_words(limits.session_tokens)} tokens"),
            ("day", None if limits.day_tokens is None else f"{tokens_words(limits.day_tokens)} tokens"),
            ("session", None if limits.session_money is None else money_words(limits.session_money, limits.currency)),
            ("day", None if limits.day_money is None else money_words(limits.day_money, limits.currency)),
        )
        if words is not None
    ]
    return ", ".join(said) or "none is set (ROLEPLAY_BUDGET)"


async def _server(endpoint: Endpoint, meter: Meter) -> AsyncGenerator[Finding, None]:
    try:
        listed = await list_models(endpoint, limit_s=ROUND_TRIP_LIMIT_S)
    except VoiceError as error:
        yield Finding(about="round trip", is_well=False, says=str(error))
        return
    says = f"{1000 * listed.seconds:.0f} ms; the server lists {count(listed.models, 'model')}"
    yield Finding(about="round trip", is_well=True, says=says)
    model = OpenAIChatModel(endpoint, bounds=REPLY_LIMITS, max_retries=0, meter=meter)
    try:
        async for finding in _speech(model):
            yield finding
            if not finding.is_well:
                return
        yield await _structured(model)
    finally:
        await model.aclose()


async def _inside(file: ModelFile) -> AsyncGenerator[Finding, None]:
    model = GgufModel(file)
    try:
        try:
            async with asyncio.timeout(LOAD_LIMIT_S):
                await model.prepare()
        except VoiceError as error:
            yield Finding(about="loading", is_well=False, says=str(error))
            return
        except TimeoutError:
            says = f"{file.path} isn't loaded after {LOAD_LIMIT_S:.0f} s; choose a smaller model"
            yield Finding(about="loading", is_well=False, says=says)
            return
        yield Finding(about="loading", is_well=True, says=f"{model.load_s or 0:.1f} s")
        async for finding in _speech(model):
            yield finding
        yield await _form_inside(model)
    finally:
        await model.aclose()


async def _speech(model: ChatModel) -> AsyncGenerator[Finding, None]:
    try:
        async with asyncio.timeout(REPLY_LIMITS.total_s):
            speed = await measure(model)
    except VoiceError as error:
        yield Finding(about="speech", is_well=False, says=str(error))
        return
    except TimeoutError:
        says = f"{model.name} took longer than {REPLY_LIMITS.total_s:.0f} s; choose a smaller model"
        yield Finding(about="speech", is_well=False, says=says)
        return
    yield Finding(about="speech", is_well=True, says=_speed(model.name, speed))


def _speed(name: str, speed: Speed) -> str:
    rate = speed.tokens_per_s
    fast = "too short a reply to tell how fast" if rate is None else f"then {rate:.0f} tokens a second"
    return f"{name}: first token after {1000 * speed.first_s:.0f} ms, {fast}"


async def _structured(model: OpenAIChatModel) -> Finding:
    try:
        mode = await model.probe()
    except VoiceError as error:
        return Finding(about="form", is_well=False, says=str(error))
    return Finding(about="form", is_well=True, says=MODE_WORDS[mode])


async def _form_inside(model: GgufModel) -> Finding:
    asked = ChatMessage(role=ChatRole.USER, text="Is this a whole sentence: The door is open.")
    try:
        async with asyncio.timeout(REPLY_LIMITS.total_s):
            await model.ask((asked,), _Plain, max_tokens=FORM_TOKENS)
    except VoiceError as error:
        return Finding(about="form", is_well=False, says=str(error))
    except TimeoutError:
        return Finding(about="form", is_well=False, says=f"{model.name} took longer than {REPLY_LIMITS.total_s:.0f} s")
    return Finding(about="form", is_well=True, says=MODE_WORDS[StructuredMode.SCHEMA])
