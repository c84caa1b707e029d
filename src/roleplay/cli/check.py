"""`roleplay check`: every mistake in content files."""

import argparse
import json
import sys
from collections.abc import Mapping

from roleplay.cli.command import BAD_INPUT, DONE
from roleplay.content.library import FOLDERS, check_paths, shipped_root
from roleplay.settings import read_settings


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Check the given files or folders, or all content: the shipped and the user's own."""
    roots = [shipped_root(), read_settings(environment).own_content]
    paths = options.paths or [root for root in roots if any((root / folder).is_dir() for folder in FOLDERS)]
    files, mistakes = check_paths(paths, roots)
    if options.json:
        print(json.dumps({"files": files, "mistakes": mistakes}, ensure_ascii=False, indent=2))
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if not options.json and not mistakes:
        print(f"{files} {'file' if files == 1 else 'files'}, all well")
    return BAD_INPUT if mistakes else DONE
