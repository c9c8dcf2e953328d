"""What systems that follow a municipality's register serve."""

from mizuhiki.wire.register_subscriber.v1 import ENDPOINTS, NOTIFY, ON_SEARCH, ON_SUBSCRIBE, ON_UNSUBSCRIBE

__all__ = ["ENDPOINTS", "NOTIFY", "ON_SEARCH", "ON_SUBSCRIBE", "ON_UNSUBSCRIBE"]
