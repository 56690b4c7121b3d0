"""Make a prediction interval by split conformal prediction (Vovk et al. 2005; Lei et al. 2018).

The half-width is the ``ceil((n + 1) * level)``-th smallest absolute error on rows that the model has not seen. It
covers a new case with at least the level's probability where cases are exchangeable; in a time series they are so only
roughly.
"""

import math
from collections.abc import Sequence

from sayso.predictor.manifest import Conformal


def split_conformal(errors: Sequence[float], *, level: float, calibration: str) -> Conformal:
    """Make the interval from errors on calibration rows.

    Args:
        errors: prediction minus truth, in the target's unit, one for each calibration row.
        level: the share of new cases to cover, between 0 and 1.
        calibration: which rows these are, for the manifest.

    Raises:
        ValueError: there are too few rows for this level.
    """
    rank = math.ceil((len(errors) + 1) * level)
    if rank > len(errors):
        raise ValueError(f"{len(errors)} calibration rows are too few for a level of {level:g}")
    half_width = sorted(abs(error) for error in errors)[rank - 1]
    return Conformal(level, float(f"{half_width:.6g}"), calibration, len(errors))
