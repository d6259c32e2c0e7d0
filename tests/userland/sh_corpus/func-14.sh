f() { local x; echo "[${x-unset}]"; x=1; }; x=out; f; echo $x; f() { local x=$1 y=$2; echo $x$y; }; f a b
