"""Run the command line as ``python -m sayso``."""

from sayso.cli.main import run

if __name__ == "__main__":
    run()
