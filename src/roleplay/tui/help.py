"""Help: what a screen is for, and its keys."""

from textual.content import Content
from textual.keys import format_key
from textual.screen import Screen

from roleplay.tui.brief import heading


def help_texts(screen: Screen[object]) -> list[Content]:
    """The texts of `screen`'s help, from its own bindings."""
    keys: dict[str, tuple[list[str], str]] = {}
    for active in sorted(screen.active_bindings.values(), key=lambda active: not active.binding.show):
        binding = active.binding
        if binding.id is not None and active.enabled:
            names, _ = keys.setdefault(binding.id, ([], binding.tooltip or binding.description))
            names.append(key_name(binding.key))
    width = max((len(_joined(names)) for names, _ in keys.values()), default=0)
    lines = [
        Content.assemble((f"{_joined(names):<{width}}", "bold $accent"), f"   {what}") for names, what in keys.values()
    ]
    general = "Ctrl+P finds every command by name. Tab moves between parts."
    about = [Content(screen.HELP)] if screen.HELP else []
    return [*about, Content("\n").join([heading("Keys"), *lines]), Content.styled(general, "$muted")]


def _joined(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def key_name(key: str) -> str:
    """A key as it is written on keyboards: `Ctrl+G`, `Esc`, `F2`, `n`."""
    *modifiers, last = key.split("+")
    name = {"escape": "Esc", "enter": "Enter", "space": "Space", "pageup": "Page Up", "pagedown": "Page Down"}.get(last)
    name = name or format_key(last)
    if len(name) > 1 or modifiers:
        name = name[0].upper() + name[1:]
    return "+".join([modifier.capitalize() for modifier in modifiers] + [name])
