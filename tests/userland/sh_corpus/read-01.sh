echo 'a b c' | { read x y; echo "$x|$y"; }; echo '  lead trail  ' | { read x; echo "[$x]"; }; echo a | { read x y; echo "[$x][$y]"; }
