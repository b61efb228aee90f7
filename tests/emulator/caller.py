"""Plain HTTP to the two served CRMs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests

from crmsync.emulator import Running

V = "/services/data/v62.0"


@dataclass
class Caller:
    """One session; `port` is salesforce or hubspot."""

    running: Running
    session: requests.Session

    def url(self, port: str) -> str:
        return self.running.salesforce_url if port == "salesforce" else self.running.hubspot_url

    def send(self, method: str, path: str, body: object = None, port: str = "salesforce") -> requests.Response:
        """One request with the token; a body of bytes goes as it is."""
        headers = {"authorization": f"Bearer {self.running.token}"}
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        return self.session.request(method, self.url(port) + path, data=data, headers=headers, timeout=10)

    def control(self, name: str, body: object = None, port: str = "salesforce") -> Any:
        """A control endpoint's answer; POST where there is a body."""
        answer = self.send("GET" if body is None else "POST", f"/__emulator__/{name}", body, port)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def query(self, soql: str) -> Any:
        answer = self.session.get(
            f"{self.url('salesforce')}{V}/query/",
            params={"q": soql},
            headers={"authorization": f"Bearer {self.running.token}"},
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lead(self, **fields: object) -> str:
        """A loaded lead's id."""
        self.control("load", [{"type": "Lead", "fields": {"LastName": "Archer", "Company": "Acme", **fields}}])
        return list(self.running.stage.salesforce.tables["Lead"].rows)[-1]
