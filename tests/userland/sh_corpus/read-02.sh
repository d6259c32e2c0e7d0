printf 'a\\b c\\\nd\n' | { read x y; echo "$x|$y"; }; printf 'a\\b c\\\nd\n' | { read -r x y; echo "$x|$y"; }
