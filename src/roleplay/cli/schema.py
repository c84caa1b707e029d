"""`roleplay schema`: JSON Schemas for authors' editors and for other programs."""

import argparse
import json
from collections.abc import Mapping

from pydantic import BaseModel

from roleplay.cli.command import DONE
from roleplay.content.drill import Drill
from roleplay.content.persona import Persona
from roleplay.content.scenario import Scenario
from roleplay.content.scorecard import Scorecard
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import Result

_MODELS: dict[str, type[BaseModel]] = {
    "persona": Persona,
    "scenario": Scenario,
    "scorecard": Scorecard,
    "drill": Drill,
    "transcript": Transcript,
    "result": Result,
}


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:  # noqa: ARG001
    """Print one model's JSON Schema (draft 2020-12)."""
    schema = _MODELS[options.name].model_json_schema(by_alias=True)
    print(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema, indent=2))
    return DONE
