"""Ship the fakes that stand at the edge of the network: peers that speak the real wire, and break it as told.

For tests of sayso and of deployments. Nothing in sayso itself imports them.
"""
