/**
 * The small shell program that stands around every step of a run. It makes a start happen once, whatever the agent goes
 * through: many shims may be started for one step, and the file system lets one of them claim it.
 *
 * - The claim is a hard link: it appears whole or not at all, and only once (exclusive create would show an empty file
 *   to a reader for a moment, and for ever after a crash in that moment).
 * - It names the shim's pid and start time (field 22), so that another process with a reused pid is not taken for it.
 * - `trap :` lets the shim outlive the group's SIGTERM long enough to write the exit code; the step gets the default.
 * - Before the step nothing is forked but the link: each program here delays every start.
 * - The exit code appears by a rename. On a full disk it tries again until the folder is gone.
 *
 * Its variables have a prefix, since an assignment to a variable of the run's environment would reach the run.
 *
 * Arguments: folder of the step, working folder, then the program and its arguments, passed on as they are.
 */
export const shim = String.raw`
_tandem_step=$1; _tandem_work=$2; shift 2
_tandem_boot=-; _tandem_start=-
if [ -r "/proc/$$/stat" ]; then
  read -r _tandem_stat < "/proc/$$/stat"
  read -r _tandem_boot < /proc/sys/kernel/random/boot_id
  _tandem_start=\${_tandem_stat##*) }
  for _tandem_field in 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do _tandem_start=\${_tandem_start#* }; done
  _tandem_start=\${_tandem_start%% *}
fi
_tandem_draft="$_tandem_step/claim.$$"
printf '%s %s %s\n' "$$" "$_tandem_start" "$_tandem_boot" > "$_tandem_draft" || exit 97
command -p ln "$_tandem_draft" "$_tandem_step/claim" 2>/dev/null || {
  command -p rm -f "$_tandem_draft"
  [ -e "$_tandem_step/claim" ] && exit 0
  exit 97
}
trap : TERM INT HUP
if cd "$_tandem_work"; then unset OLDPWD; "$@"; _tandem_code=$?; else _tandem_code=126; fi
command -p rm -f "$_tandem_draft"
while [ -d "$_tandem_step" ]; do
  printf '%s\n' "$_tandem_code" > "$_tandem_step/exit.tmp" && command -p mv "$_tandem_step/exit.tmp" "$_tandem_step/exit" && break
  command -p sleep 1
done
exit "$_tandem_code"
`.replaceAll('\\$', '$');

/** Exit code of a shim that could not claim because the folder does not allow it. */
export const cannotClaim = 97;
