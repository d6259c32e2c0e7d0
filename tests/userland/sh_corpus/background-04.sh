f() { echo in bg; return 5; }; f & wait $!; echo $?; x=1; { x=2; } & wait; echo $x; echo a & wait; echo b
