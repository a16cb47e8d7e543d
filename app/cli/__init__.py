"""The command line: the composition root, and the only place that prints.

Each command's module is imported when it is chosen: `view` must not load torch, and `segment` needs no Qt.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

import app
from app.domain.errors import AppError

COMMANDS = {
    "view": "open the viewer",
    "demo": "open the viewer on a bundled phantom and run a model on it",
    "segment": "segment one image and write the results",
    "check": "tell which files open, what they are, and why the others do not",
    "models": "list the installed models, or print one model's card",
    "train": "train a model from a recipe",
    "evaluate": "score a model on a data set",
    "tune": "choose a model's cut and CRF on validation images",
    "calibration": "score how a model calibrates readers, beside majority vote and STAPLE",
    "crossvalidate": "train and score a recipe on folds of a data set",
    "table": "score every installed model as its card says, as the README's table",
    "bench": "measure speed and memory on this computer",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: after the program's name; None takes the process's own.

    Returns:
        The exit code: 0 done, 1 done but not all was well, 2 not possible, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(given)
    chosen = parser.parse_args(given)
    try:
        return int(chosen.run(chosen))
    except AppError as error:
        print(f"concord: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("concord: interrupted", file=sys.stderr)
        return 130


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser; only the command that was given brings its own arguments."""
    parser = argparse.ArgumentParser(
        prog="concord", description="Shows what experts would agree on. Not for diagnostic use."
    )
    parser.add_argument("--version", action="version", version=f"Concord {app.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    wanted = next((word for word in given if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        if name == wanted:
            module = importlib.import_module(f"app.cli.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser
