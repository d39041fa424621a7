"""What the disk image looks like when it is opened; read by ``dmgbuild -s``.

dmgbuild -s packaging/macos/disk_image.py "Event History Inspector" dist/NAME.dmg
"""

from pathlib import Path

application = Path("build/frozen/Event History Inspector.app")
format = "ULFO"  # noqa: A001 - dmgbuild's word
files = [str(application)]
symlinks = {"Applications": "/Applications"}
icon = "packaging/icons/event-history-inspector.icns"
window_rect = ((200, 200), (520, 320))
icon_size = 96
icon_locations = {application.name: (130, 140), "Applications": (390, 140)}
