"""The vendor's Python client, its API objects kept (each attribute access of the library makes a new pool)."""

from typing import Any

import urllib3

TIMEOUT = {"_request_timeout": (3, 30)}


class Kept:
    """`kept.crm__contacts__basic_api` is the library's `crm.contacts.basic_api`, made once."""

    def __init__(self, api: Any, pools: list[urllib3.PoolManager]) -> None:
        self._api, self._pools, self._known = api, pools, dict[str, Any]()

    def __getattr__(self, path: str) -> Any:
        if path not in self._known:
            found = self._api
            for name in path.split("__"):
                found = getattr(found, name)
            self._pools.append(found.api_client.rest_client.pool_manager)
            self._known[path] = found
        return self._known[path]
