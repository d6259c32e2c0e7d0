printf '%5s|%-5s|%.2s|%5.1s|%c%c\n' abc abc abc abc xyz y; printf '%%|%5%|\n' 2>/dev/null; echo
