"""Share deployments with the tests of the command line."""

from tests.agreement.conftest import deployment, own_git, packed, repository

__all__ = ["deployment", "own_git", "packed", "repository"]
