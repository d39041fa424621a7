#!/bin/sh
# Tries a .deb as a new user would: in a clean Debian 12 without Python, started from its menu
# entry on a screen in memory, with a real store; then removes it and looks what is left.
#
#   packaging/linux/try_package.sh PACKAGE.deb FOLDER
#
# Needs root, debootstrap and a Debian mirror (DEBIAN_MIRROR, by default deb.debian.org). FOLDER
# gets the clean system and the pictures that were taken; it may be used again.

set -eu

package=$(realpath "$1")
folder=$2
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
store=$(realpath "$(dirname "$0")/../../resources/sample/sample-shop.sqlite")
name=event-history-inspector

say() { echo "== $*"; }

inside() { chroot "$root" env HOME=/root DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

as_user() { inside setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/home/user "$@"; }

mkdir -p "$folder"
root=$(realpath "$folder")/root
if [ ! -d "$root" ]; then
  say "Making a clean Debian 12"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" >/dev/null
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
# A machine behind a gateway has its own certificates and settings for apt.
[ ! -d /usr/local/share/ca-certificates ] ||
  cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
for part in proc dev sys; do mountpoint -q "$root/$part" || mount --rbind "/$part" "$root/$part"; done
trap 'for part in proc dev sys; do umount -l "$root/$part" || :; done' EXIT

say "Installing"
inside sh -c 'command -v python3 && echo "there is a Python already" && exit 1 || :'
cp "$package" "$root/tmp/package.deb"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /tmp/package.deb >/dev/null
inside sh -c 'id user >/dev/null 2>&1 || useradd -m -u 1000 user'
mkdir -p "$root/home/user/stores"
cp "$store" "$root/home/user/stores/shop store.sqlite"
cp "$store" "$root/home/user/stores/shop.db"
chown -R 1000:1000 "$root/home/user"

say "On the command line"
as_user event-inspector --version
as_user event-inspector self-test
as_user event-inspector recognise "/home/user/stores/shop store.sqlite" >/dev/null
as_user event-inspector manual -o /home/user/manual --lang ko
[ -f "$root/home/user/manual/pictures/window.png" ] || { echo "the manual has no pictures"; exit 1; }
as_user event-inspector case /home/user/stores/shop.db note \
  97e74d34-be82-5e8a-96b5-b0ea03c322a8 --at 21 --text "here it went below zero" >/dev/null
as_user event-inspector case /home/user/stores/shop.db export -o /home/user/stores/shop.ehcase
link=$(as_user event-inspector link "/home/user/stores/shop.db" \
  97e74d34-be82-5e8a-96b5-b0ea03c322a8 --at 21 --panel diff)

say "From the menu"
inside apt-get install -y -qq --no-install-recommends \
  xvfb xauth procps xdotool imagemagick dbus libglib2.0-bin libglib2.0-0 >/dev/null
as_user gio mime application/vnd.sqlite3 | grep "$name.desktop"
as_user gio mime x-scheme-handler/ehi | grep "$name.desktop"

# Opens an address as the desktop would, waits for the window, takes a picture, ends what it began.
picture() {
  as_user dbus-run-session -- xvfb-run -a -s "-screen 0 1280x800x24" sh -c '
    gio open "$1" 2>/dev/null &
    window=$(timeout 60 xdotool search --sync --onlyvisible --name "Event History|shop" | head -1)
    sleep 8
    xdotool getwindowname "$window"
    import -window root "/home/user/$2"
    # F1: the manual, at the page about what has the focus.
    xdotool windowfocus --sync "$window" key F1
    timeout 30 xdotool search --sync --onlyvisible --name Manual >/dev/null ||
      echo "F1 opened no manual"
    sleep 3
    import -window root "/home/user/manual-$2"
    kill "$(xdotool getwindowpid "$window")"' - "$1" "$2" | tee "$folder/said.txt"
  if grep -q "no manual" "$folder/said.txt"; then exit 1; fi
  cp "$root/home/user/$2" "$root/home/user/manual-$2" "$folder/"
}
picture "/home/user/stores/shop store.sqlite" "shop store.sqlite.png"
picture /home/user/stores/shop.db shop.db.png
# A link leads to the store that was opened before, and to the place in it.
picture "$link" link.png
# A case file leads to its store, which was opened before.
picture /home/user/stores/shop.ehcase case.png

say "Removing"
inside apt-get purge -y -qq "$name" >/dev/null
left=$(find "$root/usr" $(ls -d "$root/opt" 2>/dev/null) -path '*event*history*inspector*' -o -name 'event-inspector' | head)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
if inside gio mime application/vnd.sqlite3 | grep -q "$name"; then echo "still registered"; exit 1; fi
say "Clean"
