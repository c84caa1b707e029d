"""`roleplay voice`: who voices the other side, and choosing that."""

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import Mapping

from roleplay.around import look_around
from roleplay.cli.command import DONE, FAILED
from roleplay.cli.text import wrapped
from roleplay.errors import SettingsError
from roleplay.keys import SystemKeyring
from roleplay.llm.discovery import FoundServer
from roleplay.remembered import Remembered, read_remembered, write_remembered
from roleplay.settings import (
    GGUF,
    LOCAL_KEY,
    OPENAI_URL,
    SCRIPT,
    Settings,
    Source,
    Wanted,
    checked_url,
    host_of,
    read_home,
    read_settings,
)
from roleplay.wording import where_words_go


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Show, choose, forget, or keep a key."""
    match options.does:
        case "use":
            return _use(options, environment)
        case "forget":
            return _forget(options, environment)
        case "key":
            return _key(options, environment)
        case _:
            return asyncio.run(_show(options, environment))


async def _show(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    around = await look_around(read_settings(environment))
    remembered = read_remembered(around.settings.home)
    shown = _voice(around.settings) | {"key": _key_words(around.settings, remembered, environment)}
    if options.json:
        found = [
            {
                "kind": server.kind.value,
                "address": server.base_url,
                "models": list(server.models),
                "may_voice": remembered.answers.get(server.host),
            }
            for server in around.found
        ]
        print(json.dumps(shown | {"found": found}, ensure_ascii=False, indent=2))
        return DONE
    for about, says in shown.items():
        print(wrapped(says or "", indent=" " * 9, first=f"{about:<9}"))
    if not around.found:
        print("found    no model server on this machine")
    for server in around.found:
        print(wrapped(_found_words(server, around.settings, remembered), indent=" " * 9, first="found    "))
    return DONE


def _voice(settings: Settings) -> dict[str, str | None]:
    """Who speaks, who chose that, and where words go."""
    host, name = None, None
    if settings.model_file is not None:
        host, name, who = settings.model_file.host, settings.model_file.path.name, str(settings.model_file.path)
    elif settings.endpoint is not None:
        host, name = settings.endpoint.host, settings.endpoint.model
        who = f"{name or 'the first model'} at {settings.endpoint.base_url}"
    else:
        who = "the script"
    chosen = "nobody chose; the script speaks" if settings.source is Source.NOBODY else settings.source.value
    return {"voice": who, "chosen": chosen, "words": where_words_go(host, name)}


def _key_words(settings: Settings, remembered: Remembered, environment: Mapping[str, str]) -> str:
    if settings.endpoint is None:
        return "none is needed"
    if settings.endpoint.api_key.get_secret_value() != LOCAL_KEY:
        return "from OPENAI_API_KEY"
    if settings.endpoint.host in remembered.keys:
        return "in the system's keyring"
    if environment.get("OPENAI_API_KEY", "").strip():
        return "none: the one in OPENAI_API_KEY is for another host; roleplay voice key keeps one for this"
    return "none"


def _found_words(server: FoundServer, settings: Settings, remembered: Remembered) -> str:
    words = f"{server.kind} at {server.base_url}: {', '.join(server.models) or 'no model that can chat here'}"
    if settings.endpoint is not None and settings.endpoint.host == server.host:
        return f"{words}; in use"
    if remembered.answers.get(server.host) is False:
        return f"{words}; you said no to it, and roleplay voice use {server.base_url} says yes"
    return f"{words}; to use it: roleplay voice use {server.base_url}"


def _use(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Remember the choice, after it was checked as far as it can be without sending anything."""
    home, voice = read_home(environment), options.voice.strip()
    remembered = _remembered_or_nothing(environment)
    if voice.startswith(GGUF):
        # Taken up from whatever folder the program runs in later.
        model_file = read_settings({"ROLEPLAY_HOME": str(home)}, Wanted(voice=voice, model=options.model)).model_file
        assert model_file is not None
        if not model_file.path.is_file():
            raise SettingsError(f"{model_file.path} isn't there; after gguf: stands the path of a model's file")
        voice = f"{GGUF}{model_file.path}"
    elif voice != SCRIPT:
        voice = checked_url(voice, "roleplay voice use", is_kept=True)
    elif options.model is not None:
        raise SettingsError("--model names a model of a server; leave it out beside 'script'")
    write_remembered(home, remembered.model_copy(update={"voice": voice, "model": options.model}))
    return _say(options, _voice(read_settings(environment)))


def _forget(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Forget the choice and the answers. Which hosts have a key in the keyring stays known."""
    keys = _remembered_or_nothing(environment).keys
    write_remembered(read_home(environment), Remembered(keys=keys))
    return _say(options, _voice(read_settings(environment)))


def _say(options: argparse.Namespace, shown: Mapping[str, str | None]) -> int:
    if options.json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for about, says in shown.items():
            print(wrapped(says or "", indent=" " * 9, first=f"{about:<9}"))
    return DONE


def _key(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    home, remembered = read_home(environment), read_remembered(read_home(environment))
    host = _host(options.host, environment)
    keyring = SystemKeyring()
    if options.delete:
        was_there = keyring.delete(host)
        keys = tuple(each for each in remembered.keys if each != host)
        says = f"The key for {host} is deleted." if was_there else f"The keyring holds no key for {host}."
    else:
        keyring.put(host, _read_key(host))
        was_there, keys = True, tuple(sorted({*remembered.keys, host}))
        says = f"The key for {host} is in the system's keyring."
    write_remembered(home, remembered.model_copy(update={"keys": keys}))
    print(json.dumps({"host": host, "says": says}) if options.json else says)
    return DONE if was_there else FAILED


def _host(given: str | None, environment: Mapping[str, str]) -> str:
    """The host that the key is for: the one that is given, alone or in an address, else the one in use."""
    if given is not None:
        host = host_of(given if "//" in given else f"//{given}")
        if not host or any(character.isspace() for character in host):
            raise SettingsError(f"{given!r} is no host; it looks like {host_of(OPENAI_URL)}")
        return host
    endpoint = read_settings(environment).endpoint
    if endpoint is None:
        raise SettingsError(f"say for which host: roleplay voice key {host_of(OPENAI_URL)}")
    return endpoint.host


def _read_key(host: str) -> str:
    """A key from the keyboard, without showing it, or from a pipe."""
    try:
        key = getpass.getpass(f"Key for {host}: ") if sys.stdin.isatty() else sys.stdin.readline()
    except EOFError:
        key = ""
    if not key.strip():
        raise SettingsError("no key was given; nothing is kept")
    return key.strip()


def _remembered_or_nothing(environment: Mapping[str, str]) -> Remembered:
    """What is remembered; a broken file is written anew."""
    try:
        return read_remembered(read_home(environment))
    except SettingsError:
        return Remembered()
