"""Take the reference pictures anew, on purpose; look at them before they are committed."""

from __future__ import annotations

import os
import sys

import pytest

from tests.ui.pictures import RENEW

os.environ[RENEW] = "1"
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/ui/test_reference_pictures.py"]))
