"""Make Cloud Monitoring's clients for one host. Needs the extra ``gcp``."""

import grpc
from google.cloud.monitoring_v3 import MetricServiceClient
from google.cloud.monitoring_v3.services.metric_service.transports import MetricServiceGrpcTransport

from sayso.google_host import Host
from sayso.google_identity import credentials

CHANNEL_OPTIONS = (
    # A proxy variable must not carry figures elsewhere, and retries are ours to make and to count.
    ("grpc.enable_http_proxy", 0),
    ("grpc.enable_retries", 0),
)


def metric_client(host: Host) -> MetricServiceClient:
    """Make the client of metrics; no connection is opened before the first call.

    Raises:
        SettingsError: the credentials file can't be used.
    """
    return MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel(host)))


def channel(host: Host) -> grpc.Channel:
    """Make a channel: with TLS and the identity's tokens, or in the clear on loopback."""
    if host.is_insecure:
        return grpc.insecure_channel(host.address, options=CHANNEL_OPTIONS)
    made: grpc.Channel = MetricServiceGrpcTransport.create_channel(
        host.address,
        credentials=credentials("cloud", host.credentials, is_anonymous=host.is_anonymous),
        ssl_credentials=grpc.ssl_channel_credentials(host.ca),
        options=CHANNEL_OPTIONS,
    )
    return made
