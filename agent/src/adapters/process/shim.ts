/**
 * The small shell program that stands around every step of a run. It makes a start happen once, whatever the agent goes
 * through: many shims may be started for one step, and the file system lets one of them claim it.
 *
 * - The claim is a hard link: it appears whole or not at all, and only once (exclusive create would show an empty file
 *   to a reader for a moment, and for ever after a crash in that moment).
 * - It names the shim's pid and start time, so that another process with a reused pid is not taken for it.
 * - `trap :` lets the shim outlive the group's SIGTERM long enough to write the exit code; the step gets the default.
 * - The exit code appears by a rename. On a full disk it tries again until the folder is gone.
 *
 * Arguments: folder of the step, working folder, then the program and its arguments, passed on as they are.
 */
export const shim = String.raw`
step=$1; work=$2; shift 2
boot=-; start=-
if [ -r "/proc/$$/stat" ]; then
  read -r stat < "/proc/$$/stat"
  read -r boot < /proc/sys/kernel/random/boot_id
  start=$(set -f; set -- $(printf '%s' "\${stat##*) }"); printf '%s' "\${20}")
fi
draft="$step/claim.$$"
printf '%s %s %s\n' "$$" "$start" "$boot" > "$draft" || exit 97
command -p ln "$draft" "$step/claim" 2>/dev/null || {
  command -p rm -f "$draft"
  [ -e "$step/claim" ] && exit 0
  exit 97
}
command -p rm -f "$draft"
trap : TERM INT HUP
if cd "$work"; then "$@"; code=$?; else code=126; fi
while [ -d "$step" ]; do
  printf '%s\n' "$code" > "$step/exit.tmp" && command -p mv "$step/exit.tmp" "$step/exit" && break
  command -p sleep 1
done
exit "$code"
`.replaceAll('\\$', '$');

/** Exit code of a shim that could not claim because the folder does not allow it. */
export const cannotClaim = 97;
