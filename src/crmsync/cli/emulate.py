"""`crmsync emulate`: two CRMs on this machine, for tests and for trying things out."""

import json
import signal
import sys
from threading import Event
from typing import Annotated

import typer

from crmsync.cli import codes
from crmsync.model.errors import UnknownThing

Address = tuple[str, int]
Salesforce = Annotated[str, typer.Option("--salesforce", metavar="HOST:PORT", help="Where Salesforce listens.")]
HubSpot = Annotated[str, typer.Option("--hubspot", metavar="HOST:PORT", help="Where HubSpot listens.")]
Scenario = Annotated[str, typer.Option("--scenario", help="`demo`, or `empty`: a stock org and portal.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed makes the same people.")]
ANY = "127.0.0.1:0"
MOST_PORT = 65_535


def emulate(salesforce: Salesforce = ANY, hubspot: HubSpot = ANY, scenario: Scenario = "empty", seed: Seed = 1) -> int:
    """Serve two emulated CRMs over HTTP until interrupted. Prints one JSON line once both answer."""
    from crmsync.emulator import UnknownScenario, serve

    first, second = _address("--salesforce", salesforce), _address("--hubspot", hubspot)
    try:
        running = serve(scenario, first, second, seed)
    except UnknownScenario as error:
        raise UnknownThing(str(error)) from None
    except OSError as error:
        raise UnknownThing(f"{salesforce} or {hubspot} cannot be had: {error.strerror}. Choose other ports.") from None
    with running:
        stop = _until_interrupted()
        ready = {"salesforce": running.salesforce_url, "hubspot": running.hubspot_url, "token": running.token}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        stop.wait()
    return codes.DONE


def _address(option: str, text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > MOST_PORT:
        raise typer.BadParameter(f"{text} is not HOST:PORT, for example {ANY}.", param_hint=option)
    return host.strip("[]"), int(port)


def _until_interrupted() -> Event:
    """Set when somebody asks this process to end."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
