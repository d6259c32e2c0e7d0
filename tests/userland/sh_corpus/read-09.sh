echo 'a\ b c' | { read x y; echo "$x|$y"; }; echo '\' | { read x; echo "[$x]"; }; echo 'x\\y' | { read x; echo "$x"; }
