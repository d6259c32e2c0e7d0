x="it's"; y='say "hi"'; printf '%s|%s\n' "$x" "$y"
