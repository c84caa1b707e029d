"""How well a coach's own acts are heard from their examples: `python bench/own_acts.py [--halves]`.

`own_acts.json` holds ten acts with examples by one author, and turns that carry them or don't. With --halves the acts
are shown in two halves: settings may be chosen on the first, and told by the second.
"""

import argparse
import json
from pathlib import Path

from roleplay.content.scorecard import OwnAct
from roleplay.listener.agreement import LabelScore
from roleplay.listener.learned.model import Model
from roleplay.listener.learned.own_acts import OwnActs


def main() -> None:
    """Print precision, recall and F1 for each act, and their means."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--worst", action="store_true", help="print what was heard wrongly")
    options = parser.parse_args()
    data = json.loads((Path(__file__).parent / "own_acts.json").read_text(encoding="utf-8"))
    listener = OwnActs(Model())
    acts = {
        row["id"]: OwnAct(does=row["does"], examples=row["examples"], counter_examples=row["counter_examples"])
        for row in data
    }
    scores: list[LabelScore] = []
    for row in data:
        alone = {row["id"]: acts[row["id"]]}
        heard = {text: listener.likenesses(text, alone)[row["id"]] for text in (*row["positive"], *row["negative"])}
        hits = sum(heard[text].is_heard for text in row["positive"])
        false = sum(heard[text].is_heard for text in row["negative"])
        score = LabelScore.of(hits, hits + false, len(row["positive"]))
        scores.append(score)
        near = row["negative"][:6]
        print(
            f"{row['id']:<22} precision {score.precision:.2f} recall {score.recall:.2f} F1 {score.f1:.2f}, "
            f"{sum(heard[text].is_heard for text in near)} of {false} false ones are near misses"
        )
        for text in row["positive"] if options.worst else ():
            if not heard[text].is_heard:
                print(f"    missed {heard[text].score:.2f} < {heard[text].border:.2f}: {text}")
        for text in row["negative"] if options.worst else ():
            if heard[text].is_heard:
                print(f"    false {heard[text].score:.2f} >= {heard[text].border:.2f}: {text}")
    parts = [scores[: len(scores) // 2], scores[len(scores) // 2 :]] if options.halves else [scores]
    for part in parts:
        print(
            f"mean of {len(part)} acts: precision {sum(s.precision for s in part) / len(part):.3f}, "
            f"recall {sum(s.recall for s in part) / len(part):.3f}, F1 {sum(s.f1 for s in part) / len(part):.3f}"
        )


if __name__ == "__main__":
    main()
