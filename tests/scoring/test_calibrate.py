"""The scorer beside people's verdicts: figures worked out by hand, the command, and what holds for every verdict."""

import json
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.listener.learned import LearnedListener
from roleplay.record.transcript import read_transcript
from roleplay.scoring.calibration import Compared, calibrate, cohens_kappa, compare
from roleplay.scoring.gold import Gold, pairs_in, read_gold
from roleplay.scoring.result import Verdict
from roleplay.scoring.scorer import score_transcript
from tests.cli.test_commands import one_line, run

UNSEEN = Path(__file__).parent / "unseen"
MET, PARTIAL, MISSED, VIOLATED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED, Verdict.VIOLATED


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        # (yes, yes) 20, (yes, no) 5, (no, yes) 10, (no, no) 15: p_o = 35/50, p_e = 25/50 * 30/50 + 25/50 * 20/50 = 0.5
        ({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}, 0.4),
        # p_o = 0, p_e = 0.5 * 0.5 * 2 = 0.5
        ({("yes", "no"): 1, ("no", "yes"): 1}, -1.0),
        # three labels: p_o = 6/9, p_e = (3*4 + 3*3 + 3*2) / 81 = 1/3
        (
            {
                ("a", "a"): 3,
                ("b", "b"): 2,
                ("b", "a"): 1,
                ("c", "c"): 1,
                ("c", "b"): 1,
                ("c", "d"): 1,
            },
            (6 / 9 - (12 + 9 + 3) / 81) / (1 - (12 + 9 + 3) / 81),
        ),
        # one side always says the same: no more than chance
        ({("yes", "yes"): 3, ("no", "yes"): 1}, 0.0),
        ({("yes", "yes"): 4}, None),
        ({}, None),
    ],
)
def test_kappa_is_what_it_is_by_hand(counts: dict[tuple[str, str], int], kappa: float | None) -> None:
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    assert cohens_kappa(pairs) == (None if kappa is None else pytest.approx(kappa))


def compared(gold: Verdict, ours: Verdict, criterion: str = "pain", name: str = "one") -> Compared:
    return Compared(
        name=name,
        scorecard="discovery-call",
        criterion=criterion,
        gold=gold,
        ours=ours,
        reason="…",
        evidence=(),
        gold_evidence=(),
    )


def test_confusion_accuracy_and_the_worst_first() -> None:
    found = calibrate(
        [
            compared(MET, MET),
            compared(MET, PARTIAL, name="near"),
            compared(MET, MISSED, name="far"),
            compared(MISSED, MISSED),
            compared(MET, VIOLATED, "no_disparaging", name="also far"),
        ]
    )
    pain, disparaging = found.criteria
    assert (pain.cases, pain.agreed, pain.accuracy) == (4, 2, 0.5)
    assert pain.confusion == {MET: {MET: 1, PARTIAL: 1, MISSED: 1}, MISSED: {MISSED: 1}}
    assert pain.kappa == pytest.approx((0.5 - 5 / 16) / (1 - 5 / 16))
    assert disparaging.confusion == {MET: {VIOLATED: 1}}
    assert (found.cases, found.agreed, found.accuracy) == (5, 2, 0.4)
    assert [miss.name for miss in found.misses] == ["far", "also far", "near"]


def test_a_criterion_with_few_cases_is_below_no_bar() -> None:
    found = calibrate([compared(MET, MISSED)] * 4 + [compared(MET, MISSED, "deadline")] * 5)
    assert [each.criterion for each in found.below(0.7, 5)] == ["deadline"]


def files(folder: Path, verdicts: dict[str, str], *, scorecard: str = "discovery-call") -> Path:
    turns = [
        {"id": "t1.1", "speaker": "recruiter", "text": "Whose budget does my fee come out of?"},
        {"id": "t1.2", "speaker": "cto", "text": "Mine."},
    ]
    touch = {"id": "t1", "day": 0, "channel": "call", "with": ["cto"], "turns": turns}
    transcript = {"format": "roleplay-transcript/1", "touches": [touch]}
    (folder / "one.json").write_text(json.dumps(transcript), encoding="utf-8")
    gold = {scorecard: verdicts, "evidence": {"pain": ["t1.1"]}}
    (folder / "one.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder


def test_the_command_shows_each_criterion_and_every_miss(tmp_path: Path) -> None:
    folder = str(files(tmp_path, {"budget_owner": "met", "pain": "met", "agreement": "missed"}))
    done = run("calibrate", folder)
    assert done.returncode == 1, "two of three is below the bar"
    assert "2 of 3 verdicts agree: 0.667" in done.stdout
    assert "met > missed 1" in done.stdout
    assert "one pain: gold met (t1.1), ours missed. You never asked." in done.stdout
    assert run("calibrate", folder, "--bar", "0.6").returncode == 0
    figures = json.loads(run("calibrate", folder, "--json").stdout)
    assert [each["criterion"] for each in figures["criteria"]] == ["budget_owner", "pain", "agreement"]
    assert figures["misses"][0]["gold"] == "met"


def test_a_scorecard_can_be_chosen(tmp_path: Path) -> None:
    folder = str(files(tmp_path, {"budget_owner": "met"}))
    assert run("calibrate", folder, "--scorecard", "discovery-call").returncode == 0
    done = run("calibrate", folder, "--scorecard", "unstick")
    assert done.returncode == 2
    assert one_line(done.stderr)


@pytest.mark.parametrize(
    ("gold", "told"),
    [
        ('{"discovery-call":', "one.gold.json:1: not JSON"),
        ("[]", "no gold file"),
        ('{"discovery-call": {"pain": "good"}}', "discovery-call.pain"),
        ('{"discovery-call": {"pane": "met"}}', "no criterion 'pane'"),
        ('{"discovery": {"pain": "met"}}', "discovery"),
    ],
)
def test_a_wrong_gold_file_is_one_line(tmp_path: Path, gold: str, told: str) -> None:
    folder = files(tmp_path, {})
    (folder / "one.gold.json").write_text(gold, encoding="utf-8")
    done = run("calibrate", str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert one_line(done.stderr), done.stderr
    assert told in done.stderr


def test_a_folder_without_pairs_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "one.gold.json").write_text("{}", encoding="utf-8")
    (tmp_path / "none").mkdir()
    for folder, told in ((tmp_path, "no one.json"), (tmp_path / "none", "NAME.gold.json"), (tmp_path / "x", "x")):
        done = run("calibrate", str(folder))
        assert done.returncode == 2
        assert one_line(done.stderr)
        assert told in done.stderr


@pytest.fixture(scope="module")
def listener() -> LearnedListener:
    return LearnedListener()


PAIRS = {transcript.stem: (transcript, gold) for transcript, gold in pairs_in(UNSEEN)}


@pytest.mark.parametrize("name", PAIRS)
async def test_what_is_met_or_violated_is_quoted_character_for_character(
    library: Library, listener: LearnedListener, name: str
) -> None:
    transcript = read_transcript(PAIRS[name][0])
    texts = {turn.id: turn.text for _, turn in transcript.turns()}
    for scorecard_id in ("discovery-call", "unstick"):
        card = library.scorecard(scorecard_id)
        for found in (await score_transcript(transcript, scorecard_id, card, listener)).criteria:
            assert all(item.quote in texts[item.turn] for item in found.evidence)
            is_kept = found.verdict is MET and card.criteria[found.id].kind in {"never", "written", "measure"}
            assert found.evidence or is_kept or found.verdict not in {MET, VIOLATED}, found


async def test_offline_the_scorer_agrees_with_people(library: Library, listener: LearnedListener) -> None:
    cases: list[Compared] = []
    for transcript_path, gold_path in PAIRS.values():
        cases += await _scored(library, listener, transcript_path, read_gold(gold_path))
    assert calibrate(cases).accuracy >= 0.85


async def _scored(library: Library, listener: LearnedListener, path: Path, gold: Gold) -> list[Compared]:
    found: list[Compared] = []
    for scorecard_id in gold.verdicts:
        card = library.scorecard(scorecard_id)
        found += compare(path.stem, gold, await score_transcript(read_transcript(path), scorecard_id, card, listener))
    return found
