# The predictor as a Vertex AI custom container. Build it from the repository's root:
#
#   docker build -f deploy/predictor.Dockerfile -t predictor .
#
# Not built where it was written: there was no container engine. What it starts is tested as a process, with the
# variables that Vertex AI sets (tests/end_to_end/test_predictor.py reads ENTRYPOINT from here).
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONPATH=/app/src PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# Hashed and without a build step: nothing but what the lock file names is installed.
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements.lock

COPY src ./src
COPY model ./model
RUN python -m compileall -q src && useradd --uid 65532 --no-create-home predictor
USER 65532

EXPOSE 8080
# Beyond loopback, because the platform's front is in another container; it must not be reachable by anybody else.
# The package in the image wins over AIP_STORAGE_URI, which would name a bucket.
ENTRYPOINT ["python", "-m", "sayso", "predictor", "--model", "model", "--host", "0.0.0.0"]
