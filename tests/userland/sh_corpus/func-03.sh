f() { local a=1; g; echo $a; }; g() { echo $a; a=2; }; a=0; f; echo $a
