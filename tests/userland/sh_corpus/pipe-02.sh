x=1; echo y | read x; echo $x; echo a | { read x; echo $x; }; echo $x
