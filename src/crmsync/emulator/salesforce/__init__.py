from crmsync.emulator.salesforce.org import Org

__all__ = ["Org"]
