{ echo out; echo err >&2; } 2>&1 >/dev/null | cat; { echo out; echo err >&2; } 3>&1 1>&2 2>&3 | cat 2>/dev/null
