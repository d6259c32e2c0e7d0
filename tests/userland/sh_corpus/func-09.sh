x=1; f() { echo $x; }; x=2 f; echo $x; f() { x=3; }; x=4 f; echo $x
