/** How the answer begins that says what time it is: with the second that begins at this moment. */
export const secondBegins = 'second';
/** The word after which it tells k6's lines. */
export const startWord = 'start';

/**
 * For the shell of the image of k6, which has little more than that. Its arguments: the file for the samples, then what to run. Over stdin it is
 * asked how long words take and what time it is, then told to start k6, and with one more word, or when nobody is there any more, to end it.
 */
export const k6Shell = `samples=$1
shift
cd "$(dirname "$0")" || exit 1
while read -r word; do
  case $word in
  ping) echo pong ;;
  clock)
    # No shell tells of parts of a second, but when one begins it can say.
    now=$(date +%s)
    until next=$(date +%s) && [ "$next" != "$now" ]; do :; done
    echo "${secondBegins} $next"
    ;;
  ${startWord}) break ;;
  esac
done
mkfifo "$samples" || exit 1
exec 3<&0
# Held open, so that nobody waits for the other end of it; whoever reads is done when k6 and this have let go.
exec 4<>"$samples"
cat "$samples" 4>&- &
teller=$!
"$@" </dev/null >/dev/null 4>&- &
k6=$!
{ read -r word <&3; kill -TERM "$k6"; } >/dev/null 2>&1 4>&- &
listener=$!
wait "$k6"
code=$?
exec 4>&-
wait "$teller"
kill "$listener" 2>/dev/null
exit "$code"
`;
