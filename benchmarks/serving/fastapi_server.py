"""Serve the same model as a careful team would with FastAPI: strict pydantic types, ranges, no extra keys.

Runs in a virtual environment of its own: ``python fastapi_server.py MODEL.onnx PORT``.
"""

import sys
from typing import Annotated

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field


class Row(BaseModel):
    """Hold one instance."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    year: int = Field(alias="Year", ge=1900, le=2100)
    month: int = Field(alias="Month", ge=1, le=12)
    day: int = Field(alias="Day", ge=1, le=31)
    growth: float = Field(alias="Real GDP Growth", ge=-50, le=50)
    unemployment: float = Field(alias="Unemployment Rate", ge=0, le=100)
    inflation: float = Field(alias="Inflation Rate", ge=-50, le=200)


class Request(BaseModel):
    """Hold a request."""

    model_config = ConfigDict(extra="forbid", strict=True)

    instances: Annotated[list[Row], Field(min_length=1, max_length=1024)]


class Response(BaseModel):
    """Hold an answer."""

    predictions: list[float]


def application(model: str) -> FastAPI:
    """Make the application over one session with one thread, as ours has."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given, output = session.get_inputs()[0].name, session.get_outputs()[0].name
    app = FastAPI()

    @app.post("/v1/predict")
    async def predict(request: Request) -> Response:
        rows = [[r.year, r.month, r.day, r.growth, r.unemployment, r.inflation] for r in request.instances]
        answer = session.run([output], {given: np.array(rows, dtype=np.float32)})[0]
        return Response(predictions=answer.ravel().tolist())

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]), port=int(sys.argv[2]), loop="uvloop", http="httptools", access_log=False,
        log_level="warning",
    )  # fmt: skip
