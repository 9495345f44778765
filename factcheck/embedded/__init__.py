"""The embedded run mode: everything on one machine, started by ``bin/start`` and ended by Ctrl-C.

:mod:`~factcheck.embedded.start` is the order of a start, :mod:`~factcheck.embedded.manager` keeps the processes
running, :mod:`~factcheck.embedded.programs` says which ones there are, :mod:`~factcheck.embedded.guards` refuses a
start that cannot work, with a sentence. Django itself is loaded only in the processes that are started.
"""
