"""Evaluate the deployment's extractor and judge: the same as ``sayso eval``, for those who look for it here."""

import typer

from sayso.cli.eval import evaluate

if __name__ == "__main__":
    typer.run(evaluate)
