"""Stand in for a Vertex AI endpoint on one machine: deployed models, traffic split, the same calls over gRPC and REST.

Messages and REST routes are the SDK's own, so that what works here works there. It is the local platform for canaries
and the peer for tests. It has no authentication and serves loopback only.
"""
