"""Where the frozen program starts; the same as ``python -m inspector``."""

import multiprocessing
import sys

from inspector.__main__ import main

if __name__ == "__main__":
    # A worker process is this same program, started again; it must not run the command line.
    multiprocessing.freeze_support()
    sys.exit(main())
