printf 'a\tb\n\101\n\\n\a' ; printf '%b' 'x\ty\n\0101\n'; printf '%b|' 'a\cb' c; echo
