#!/usr/bin/env bash
# The Debian package in a Debian of its own: installed, used, upgraded over an older one whose settings were changed, removed, purged.
#   tests/deb.sh PACKAGE.deb [BASE.tar]
# Needs root, and mmdebstrap where no BASE.tar (minbase with ca-certificates, procps and systemd) is at hand. No service manager runs in
# there: what it would do is asked of the links it would follow.
set -euo pipefail
package=$(realpath "$1")
base=${2:-}
work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT

step() { printf "== %s\n" "$*"; }
die() { echo "tests/deb.sh: $*" >&2; exit 1; }
is() { [ "$2" = "$3" ] || die "$1: expected \"$3\", found \"$2\""; }
there() { for path in "$@"; do [ -e "$root$path" ] || die "$path is not there"; done; }
gone() { for path in "$@"; do [ ! -e "$root$path" ] || die "$path is still there"; done; }
# no network: whatever the program would fetch, it cannot
in_root() {
    unshare --net --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
        "$root" DEBIAN_FRONTEND=noninteractive "$@"
}
as_user() { in_root setpriv --reuid=sverka --regid=sverka --clear-groups --no-new-privs "$@"; }
# the answer that a person who wants her own settings gives
put_in() { cp "$1" "$root/tmp/package.deb" && in_root dpkg --force-confdef --force-confold -i /tmp/package.deb; }
enabled() { systemctl --root="$root" is-enabled "$1" 2>/dev/null || true; }
id_of() { awk -F: '$1 == "sverka" { print $3 }' "$root/etc/$1"; }
owned() { stat -c '%u:%g:%a' "$root$1"; }

# the same package as it was: another version, other settings in one of its files
older() {
    dpkg-deb -R "$package" "$work/old"
    sed -i 's/^Version: .*/Version: 0.0.9-1/' "$work/old/DEBIAN/control"
    sed -i 's/^#SVERKA_LOG=.*/#SVERKA_LOG=info/' "$work/old/etc/sverka/environment"
    dpkg-deb --root-owner-group -b "$work/old" "$work/old.deb" >/dev/null
}

step "a Debian"
mkdir "$root"
if [ -z "$base" ]; then
    base=$work/base.tar
    mmdebstrap --quiet --variant=minbase --include=ca-certificates,procps,systemd bookworm "$base"
fi
tar -C "$root" -xf "$base" --exclude='./dev/*'
mkdir -p "$root/dev" "$root/tmp"
for node in null zero urandom; do
    [ -e "$root/dev/$node" ] || cp -a "/dev/$node" "$root/dev/$node"
done
older

step "installed"
put_in "$work/old.deb" >"$work/log" || { cat "$work/log"; die "dpkg refused it"; }
is "the version" "$(in_root dpkg-query -W -f '${Version} ${db:Status-Status}' sverka)" "0.0.9-1 installed"
[ -n "$(id_of passwd)" ] || die "there is no user sverka"
is "owner of the data" "$(owned /var/lib/sverka)" "$(id_of passwd):$(id_of group):750"
is "sverka.service" "$(enabled sverka.service)" enabled
is "sverka-run.timer" "$(enabled sverka-run.timer)" disabled
for unit in sverka.service sverka-run.service; do
    said=$(systemd-analyze --root="$root" --man=no verify "$unit" 2>&1 | grep -i sverka || true)
    is "systemd of $unit" "$said" ""
done

step "used by its own user"
in_root sverka --version
as_user sverka check >/dev/null
as_user sverka --alerts /etc/sverka/alerts.toml check >/dev/null
code=0
as_user sverka --data-dir /var/lib/sverka run >"$work/log" 2>&1 || code=$?
is "the exit code of a run without a network" "$code" 2
grep -q "^No network" "$work/log" || { cat "$work/log"; die "the run failed for another reason"; }
there /var/lib/sverka/sverka.db
is "owner of the database" "$(owned /var/lib/sverka/sverka.db | cut -d: -f1,2)" "$(id_of passwd):$(id_of group)"
in_root sverka --data-dir /var/lib/sverka --json status >/dev/null
before=$(as_user sverka --data-dir /var/lib/sverka verify --quick | tail -1)

step "upgraded over settings that were changed"
echo 'SVERKA_LOG=sverka=debug' >>"$root/etc/sverka/environment"
mine=$(sha256sum <"$root/etc/sverka/environment")
in_root systemctl disable sverka.service 2>/dev/null
put_in "$package" >"$work/log" || { cat "$work/log"; die "dpkg refused the upgrade"; }
is "the settings after the upgrade" "$(sha256sum <"$root/etc/sverka/environment")" "$mine"
there /etc/sverka/environment.dpkg-dist /etc/sverka/alerts.toml
gone /etc/sverka/alerts.toml.dpkg-dist
is "a service that somebody turned off" "$(enabled sverka.service)" disabled
is "the database after the upgrade" "$(as_user sverka --data-dir /var/lib/sverka verify --quick | tail -1)" "$before"
is "what differs from the package" "$(in_root dpkg --verify sverka | grep -v /usr/share/doc/)" "??5?????? c /etc/sverka/environment"

step "removed"
in_root dpkg -r sverka >/dev/null
gone /usr/bin/sverka /usr/lib/systemd/system/sverka.service /usr/lib/systemd/system/sverka.service.d
there /etc/sverka/environment /etc/sverka/alerts.toml /var/lib/sverka/sverka.db

step "purged"
in_root dpkg -P sverka >"$work/log"
grep -q "stays" "$work/log" || die "nobody was told that the data stay"
gone /etc/sverka
there /var/lib/sverka/sverka.db

step "installed and purged with nothing kept"
rm -rf "$root/var/lib/sverka"
put_in "$package" >/dev/null
is "sverka.service" "$(enabled sverka.service)" enabled
in_root dpkg -P sverka >/dev/null
gone /etc/sverka /var/lib/sverka /usr/bin/sverka
step "all as it should be: $(basename "$package"), $(stat -c %s "$package") bytes"
