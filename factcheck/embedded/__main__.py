"""``python -m factcheck.embedded``: what ``bin/start`` ends in."""

import sys

from factcheck.embedded.start import main

sys.exit(main(sys.argv[1:]))
