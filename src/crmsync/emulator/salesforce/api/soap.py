"""The SOAP door older clients log in through: login, logout, who am I (facts/salesforce.md 1.2); no other call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import TYPE_CHECKING

from crmsync.emulator.salesforce import ids
from crmsync.emulator.salesforce.api import login
from crmsync.emulator.wire import Answer, Asked

if TYPE_CHECKING:
    from crmsync.emulator.salesforce.org import Org

OLDEST, LOGIN_ENDS = 31.0, 65.0  # login() is absent from v65 on (facts 0, item 9)
XML = {"content-type": "text/xml;charset=utf-8"}
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    "{spaces}><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)


def call(org: Org, asked: Asked) -> Answer:
    """POST /services/Soap/u/{version} (or /c/): whichever operation stands first in the body."""
    text = asked.body.decode("utf-8", "replace")
    version = _number(asked.params["version"])
    if version is None or version < OLDEST:
        return _fault("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
    operation = re.search(r"<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?(\w+)", text)
    known = OPERATIONS.get(operation.group(1)) if operation else None
    if known is None:
        name = operation.group(1) if operation else "an empty body"
        return _fault("FUNCTIONALITY_NOT_ENABLED", f"{name} over SOAP is not supported by the emulator")
    return known(org, asked, text)


def _login(org: Org, asked: Asked, text: str) -> Answer:
    version = asked.params["version"]
    if (_number(version) or 0) >= LOGIN_ENDS:
        return _fault("UNSUPPORTED_API_VERSION", f"SOAP login is not available in API version {version}")
    given = _element(text, "password")
    wrong = not _element(text, "username") or not given.startswith(org.world.token)
    if wrong or org.desk.faults.take("refuse_login") is not None:
        words = "Invalid username, password, security token; or user locked out."
        return _fault("INVALID_LOGIN", words)
    session = str(login.session(org, asked)["access_token"])
    urls = {kind: f"{asked.base_url}/services/Soap/{kind}/{version}/{ids.ORG_ID}" for kind in ("m", "u")}
    return _answer(
        f"<loginResponse><result><metadataServerUrl>{urls['m']}</metadataServerUrl>"
        f"<passwordExpired>false</passwordExpired><sandbox>false</sandbox><serverUrl>{urls['u']}</serverUrl>"
        f"<sessionId>{session}</sessionId><userId>{ids.API_USER}</userId>"
        f"<userInfo>{_user(org)}</userInfo></result></loginResponse>"
    )


def _logout(org: Org, _: Asked, text: str) -> Answer:
    session = _element(text, "sessionId")
    if session not in org.sessions:
        return _invalid_session()
    org.sessions.discard(session)
    return _answer("<logoutResponse/>")


def _who(org: Org, _: Asked, text: str) -> Answer:
    if _element(text, "sessionId") not in org.sessions:
        return _invalid_session()
    return _answer(f"<getUserInfoResponse><result>{_user(org)}</result></getUserInfoResponse>")


OPERATIONS: Mapping[str, Callable[[Org, Asked, str], Answer]] = {
    "login": _login,
    "logout": _logout,
    "getUserInfo": _who,
}


def _user(org: Org) -> str:
    user, own = org.record(ids.API_USER), org.record(ids.ORG_ID)
    shown = {
        "organizationId": ids.ORG_ID,
        "organizationMultiCurrency": "false",
        "organizationName": own.text("Name") if own else "",
        "profileId": user.text("ProfileId") if user else "",
        "sessionSecondsValid": "7200",
        "userEmail": user.text("Email") if user else "",
        "userFullName": user.text("Name") if user else "",
        "userId": ids.API_USER,
        "userLanguage": user.text("LanguageLocaleKey") if user else "",
        "userLocale": user.text("LocaleSidKey") if user else "",
        "userName": user.text("Username") if user else "",
        "userTimeZone": user.text("TimeZoneSidKey") if user else "",
        "userType": "Standard",
    }
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in shown.items())


def _answer(body: str) -> Answer:
    spaces = ' xmlns="urn:partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    return Answer(200, ENVELOPE.format(spaces=spaces, body=body).encode(), XML)


def _invalid_session() -> Answer:
    return _fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader: Illegal Session. Session not found")


def _fault(code: str, words: str) -> Answer:
    """As simple-salesforce's tests/test_login.py keeps one (facts 11, row 17)."""
    shown = escape(words)
    spaces = ' xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    body = (
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {shown}</faultstring><detail>"
        f'<sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{shown}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
    )
    return Answer(500, ENVELOPE.format(spaces=spaces, body=body).encode(), XML)


def _element(text: str, name: str) -> str:
    found = re.search(rf"<(?:[\w.-]+:)?{name}\b[^>]*>(.*?)</", text, re.DOTALL)
    return unescape(found.group(1)).strip() if found else ""


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,3}\.\d", text) else None
