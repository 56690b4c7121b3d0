"""Tell operators what happens: logs and metrics. Telemetry that is down never breaks an interaction."""
