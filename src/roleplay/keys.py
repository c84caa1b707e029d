"""Keys in the system's keyring, by host. The library is an extra, and loaded when a key is wanted."""

import importlib
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from roleplay.errors import SettingsError

SERVICE: Final = "roleplay"
INSTALL: Final = "the system's keyring needs an extra: pip install 'roleplay-practice[keyring]'"

T = TypeVar("T")


class KeyStore(Protocol):
    """Where keys lie."""

    def get(self, host: str) -> str | None:
        """The key for `host`.

        Raises:
            SettingsError: the store can't be used.
        """
        ...


class _Library(Protocol):
    """What is used of the module `keyring`."""

    def get_password(self, service_name: str, username: str) -> str | None: ...

    def set_password(self, service_name: str, username: str, password: str) -> None: ...

    def delete_password(self, service_name: str, username: str) -> None: ...


class SystemKeyring:
    """The keyring of the system that this runs on. Each method may wait for the user to unlock it."""

    def get(self, host: str) -> str | None:
        """The key for `host`.

        Raises:
            SettingsError: the extra isn't installed, or the keyring can't be used.
        """
        return _asked(lambda library: library.get_password(SERVICE, host))

    def put(self, host: str, key: str) -> None:
        """Keep `key` for `host`.

        Raises:
            SettingsError: the extra isn't installed, or the keyring can't be used.
        """
        _asked(lambda library: library.set_password(SERVICE, host, key))

    def delete(self, host: str) -> bool:
        """Forget the key for `host`; False where there is none.

        Raises:
            SettingsError: the extra isn't installed, or the keyring can't be used.
        """
        if self.get(host) is None:
            return False
        _asked(lambda library: library.delete_password(SERVICE, host))
        return True


def _asked(ask: Callable[[_Library], T]) -> T:
    try:
        library: _Library = importlib.import_module("keyring")
    except ImportError as error:
        raise SettingsError(INSTALL) from error
    try:
        return ask(library)
    except Exception as error:  # noqa: BLE001 - every system's backend raises errors of its own
        # Its text might repeat what was to be kept, so only its kind is told.
        raise SettingsError(
            f"the system's keyring can't be used ({type(error).__name__}); unlock it, or set OPENAI_API_KEY instead"
        ) from None
