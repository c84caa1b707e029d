"""The library: every persona, scenario, scorecard and drill, loaded whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Generic, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from roleplay.content.base import Content, Slug
from roleplay.content.case import Case
from roleplay.content.checks import check_drill, check_persona, check_scenario, check_scorecard
from roleplay.content.drill import Drill
from roleplay.content.persona import Persona
from roleplay.content.scenario import Scenario
from roleplay.content.scorecard import Scorecard
from roleplay.content.yaml_file import YamlFile, mistakes_of, read_yaml
from roleplay.errors import ContentError, NotFoundError

Model = TypeVar("Model", bound=Content)

FOLDERS: dict[str, type[Content]] = {
    "personas": Persona,
    "scorecards": Scorecard,
    "scenarios": Scenario,
    "drills": Drill,
}
"""The folders of a content root, in the order in which their files refer to each other."""

MOST_NAMED: Final = 10
"""So many ids are named where none is like the one that was asked for."""
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


@dataclass(frozen=True)
class Library:
    """Content by id. Later roots replace an id of earlier ones."""

    personas: Mapping[str, Persona]
    scenarios: Mapping[str, Scenario]
    scorecards: Mapping[str, Scorecard]
    drills: Mapping[str, Drill] = field(default_factory=dict)

    def case(self, scenario_id: str) -> Case:
        """Gather everything that it takes to play `scenario_id`.

        Raises:
            NotFoundError: no such scenario; the message names near ones, or what there is.
        """
        scenario = self._get(self.scenarios, scenario_id, "scenario")
        return Case(
            scenario_id=scenario_id,
            scenario=scenario,
            personas={role: self.personas[persona_id] for role, persona_id in scenario.cast.items()},
            scorecard_id=scenario.scorecard,
            scorecard=self.scorecards[scenario.scorecard],
        )

    def scorecard(self, scorecard_id: str) -> Scorecard:
        """Return a scorecard by its id.

        Raises:
            NotFoundError: no such scorecard.
        """
        return self._get(self.scorecards, scorecard_id, "scorecard")

    def drill(self, drill_id: str) -> Drill:
        """Return a drill by its id.

        Raises:
            NotFoundError: no such drill.
        """
        return self._get(self.drills, drill_id, "drill")

    @staticmethod
    def _get(things: Mapping[str, Model], wanted: str, kind: str) -> Model:
        if wanted in things:
            return things[wanted]
        holding = [name for name in sorted(things) if len(wanted) > 2 and wanted.casefold() in name]
        near = holding[:3] or get_close_matches(wanted, things)
        raise NotFoundError(
            f"no {kind} {wanted!r}; " + (f"did you mean {', '.join(near)}?" if near else _there_are(sorted(things)))
        )


def _there_are(names: Sequence[str]) -> str:
    """Which there are, or the first of many."""
    if not names:
        return "there are none"
    more = len(names) - MOST_NAMED
    return f"there are {', '.join(names[:MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")


@dataclass
class _Loaded(Generic[Model]):
    """One kind of content while it is being read."""

    models: dict[str, Model] = field(default_factory=dict)
    files: dict[str, YamlFile] = field(default_factory=dict)


def shipped_root() -> Path:
    """Return the folder with the content that comes with the program."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "shipped"
    return inside if inside.is_dir() else package.parents[1]


def load_library(roots: Iterable[Path]) -> Library:
    """Load every content file under `roots`, later roots over earlier ones.

    Raises:
        ContentError: with all mistakes of all files; nothing half-loaded is returned.
    """
    return _load([path for root in roots for path in _files_under(root)])


def load_scorecard(scorecard_id: str, roots: Iterable[Path]) -> Scorecard:
    """Load one scorecard, without the rest of the library where it needs none of it; later roots over earlier ones.

    Raises:
        ContentError: it can't be used; with all mistakes of all files, as the library tells them.
        NotFoundError: no such scorecard.
    """
    roots = tuple(roots)
    folders = [root / "scorecards" for root in roots]
    paths = [path for folder in folders for path in _content_in(folder) if path.stem == scorecard_id]
    loaded: _Loaded[Scorecard] = _Loaded()
    mistakes = [mistake for path in paths for mistake in _read_into(loaded, Scorecard, path)]
    mistakes += _check_each(loaded, lambda card, file: check_scorecard(card, file, ()))
    if mistakes or not loaded.models:  # only the whole library knows scenarios' facts, near ids and all mistakes
        return load_library(roots).scorecard(scorecard_id)
    return loaded.models[scorecard_id]


class Checked(NamedTuple):
    """What checking found."""

    files: int
    mistakes: list[str]
    with_own_acts: list[tuple[Scorecard, YamlFile]]
    """The scorecards among the files that define acts, where nothing is wrong with any file."""
    cases: dict[str, Case]
    """The scenarios among the files with all that they need, where nothing is wrong with any file."""
    drills: Sequence[tuple[Drill, YamlFile]] = ()
    """The drills among the files, where nothing is wrong with any file."""


def check_paths(paths: Sequence[Path], roots: Iterable[Path]) -> Checked:
    """Check files or folders together with the library at `roots` that they may refer to."""
    files = [path for given in paths for path in _files_given(given)]
    base = [path for root in roots for path in _files_under(root)]
    chosen = {path.resolve() for path in files}
    try:
        library = _load([path for path in base if path.resolve() not in chosen] + files)
    except ContentError as error:
        wanted = tuple(f"{path}:" for path in files)
        return Checked(len(files), [mistake for mistake in error.mistakes if mistake.startswith(wanted)], [], {})
    cards = {path: library.scorecards[path.stem] for path in files if path.absolute().parent.name == "scorecards"}
    with_own_acts = [(card, read_yaml(path)) for path, card in cards.items() if card.acts]
    scenarios = [path.stem for path in files if path.absolute().parent.name == "scenarios"]
    drills = [(library.drills[path.stem], read_yaml(path)) for path in files if path.absolute().parent.name == "drills"]
    return Checked(len(files), [], with_own_acts, {name: library.case(name) for name in scenarios}, drills)


def _files_under(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from _content_in(root / folder)


def _content_in(folder: Path) -> list[Path]:
    """Content files; `.yml` too, so that it is refused in words rather than passed over."""
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})


def _files_given(path: Path) -> list[Path]:
    if path.is_dir():
        in_kind = path.name in FOLDERS
        direct = sorted(path.glob("*.yaml")) if in_kind else list(_files_under(path))
        if not direct and not in_kind and not any((path / folder).is_dir() for folder in FOLDERS):
            raise NotFoundError(
                f"{path}: no content in it; a content folder holds {', '.join(FOLDERS)} with .yaml files"
            )
        return direct
    if not path.exists():
        raise NotFoundError(f"{path}: no such file or folder")
    return [path]


def _load(paths: Sequence[Path]) -> Library:
    mistakes: list[str] = []
    personas: _Loaded[Persona] = _Loaded()
    scorecards: _Loaded[Scorecard] = _Loaded()
    scenarios: _Loaded[Scenario] = _Loaded()
    drills: _Loaded[Drill] = _Loaded()
    for path in paths:
        match path.absolute().parent.name:
            case "personas":
                mistakes += _read_into(personas, Persona, path)
            case "scorecards":
                mistakes += _read_into(scorecards, Scorecard, path)
            case "scenarios":
                mistakes += _read_into(scenarios, Scenario, path)
            case "drills":
                mistakes += _read_into(drills, Drill, path)
            case other:
                mistakes.append(
                    f"{path}:1: what kind of content it is can't be told from the folder {other!r}; "
                    f"put it into {', '.join(FOLDERS)}"
                )
    library = Library(personas.models, scenarios.models, scorecards.models, drills.models)
    known_personas = set(personas.files)
    known_scorecards = set(scorecards.files)
    mistakes += _check_each(personas, check_persona)
    mistakes += _check_each(scorecards, lambda card, file: check_scorecard(card, file, library.scenarios.values()))
    mistakes += _check_each(
        scenarios,
        lambda scenario, file: check_scenario(scenario, file, known_personas, library.personas, known_scorecards),
    )
    mistakes += _check_each(drills, lambda drill, file: check_drill(drill, file, library.scorecards.values()))
    if mistakes:
        raise ContentError(mistakes)
    return library


def _read_into(loaded: _Loaded[Model], model: type[Model], path: Path) -> list[str]:
    loaded.models.pop(path.stem, None)
    if path.suffix != ".yaml":
        return [f"{path}:1: its name must end in .yaml"]
    try:
        _SLUG.validate_python(path.stem)
    except ValidationError:
        return [f"{path}:1: the file's name is its id: lower case, digits and single hyphens"]
    try:
        file = read_yaml(path)
    except ContentError as error:
        return list(error.mistakes)
    loaded.files[path.stem] = file
    try:
        loaded.models[path.stem] = model.model_validate(file.root)
    except ValidationError as error:
        return mistakes_of(file, error)
    return []


def _check_each(loaded: _Loaded[Model], check: Callable[[Model, YamlFile], list[str]]) -> list[str]:
    return [mistake for name, model in loaded.models.items() for mistake in check(model, loaded.files[name])]
