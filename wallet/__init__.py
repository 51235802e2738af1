"""The holder's pages: claim, collections, sharing, import, export, erase."""
